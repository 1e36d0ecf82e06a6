// System: background work that gave up, shown to staff and tried again by them.
import type { In, listDeadJobs, listSchedules, Out, retryDeadJob, DeadJob } from '@jishi/contract';
import type { z } from 'zod';
import type { Db } from '../../platform/db.ts';
import { fail } from '../../platform/fail.ts';
import type { StaffSession } from '../../platform/http.ts';
import type { Jobs } from '../../platform/jobs.ts';
import type { Asking, Staff } from '../staff/staff.ts';

export type System = {
  deadJobs(input: In<typeof listDeadJobs>): Promise<Out<typeof listDeadJobs>>;
  schedules(): Promise<Out<typeof listSchedules>>;
  retryDeadJob(who: StaffSession, input: In<typeof retryDeadJob>, asking?: Asking): Promise<void>;
};

export type SystemDeps = { db: Db; jobs: Pick<Jobs, 'dead' | 'retryDead' | 'schedules'>; staff: Pick<Staff, 'audit'> };

export function createSystem({ db, jobs, staff }: SystemDeps): System {
  return {
    deadJobs: async (input) => {
      const { items, total } = await jobs.dead(input);
      const payloadOf = (payload: unknown) => (payload ?? null) as z.input<typeof DeadJob>['payload'];
      return {
        total,
        items: items.map((job) => ({
          id: job.id,
          queue: job.queue,
          error: job.error,
          payload: payloadOf(job.payload),
          tries: job.tries,
          failedAt: job.diedAt,
        })),
      };
    },
    schedules: async () => ({ items: await jobs.schedules() }),
    retryDeadJob: async (who, { jobId }, asking) => {
      const queue = await jobs.retryDead(jobId);
      if (queue === null) fail('job.not_found');
      const note = { action: 'system.retry', subjectKind: 'job', subjectId: jobId, name: queue };
      await db.tx((tx) => staff.audit(tx, who, note, asking));
    },
  };
}
