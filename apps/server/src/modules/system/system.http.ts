// The doors of system.
import { listDeadJobs, listSchedules, retryDeadJob } from '@jishi/contract';
import type { Door } from '../../platform/http.ts';
import type { System } from './system.ts';

const done = { ok: true } as const;

export function bindSystem(door: Door, system: System): void {
  door.handle(listDeadJobs, (_, input) => system.deadJobs(input));
  door.handle(listSchedules, () => system.schedules());
  door.handle(retryDeadJob, ({ staff, request }, input) => system.retryDeadJob(staff, input, request).then(() => done));
}
