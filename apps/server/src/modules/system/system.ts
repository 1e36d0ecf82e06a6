// System: background work that gave up, shown to staff and tried again by them.
import type { In, listDeadJobs, Out, retryDeadJob, DeadJob } from '@jishi/contract';
import type { z } from 'zod';
import type { Db } from '../../platform/db.ts';
import { fail } from '../../platform/fail.ts';
import type { StaffSession } from '../../platform/http.ts';
import type { Jobs } from '../../platform/jobs.ts';
import type { Asking, Staff } from '../staff/staff.ts';

export type System = {
  deadJobs(input: In<typeof listDeadJobs>): Promise<Out<typeof listDeadJobs>>;
  retryDeadJob(who: StaffSession, input: In<typeof retryDeadJob>, asking?: Asking): Promise<void>;
};

export type SystemDeps = { db: Db; jobs: Pick<Jobs, 'dead' | 'retryDead'>; staff: Pick<Staff, 'audit'> };

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
    retryDeadJob: async (who, { jobId }, asking) => {
      if (!(await jobs.retryDead(jobId))) fail('job.not_found');
      const note = { action: 'system.retry', subjectKind: 'job', subjectId: jobId };
      await db.tx((tx) => staff.audit(tx, who, note, asking));
    },
  };
}
