// Background work that gave up, shown to staff so that nothing fails in silence.
import { z } from 'zod';
import { endpoint } from './endpoint.ts';
import { Done, Instant, page, pageQuery } from './fields.ts';

export const DeadJob = z.object({
  id: z.string(),
  queue: z.string(),
  error: z.string(),
  payload: z.json(),
  tries: z.int().describe('how often it was tried before it was given up'),
  failedAt: Instant,
});
export const listDeadJobs = endpoint({
  id: 'listDeadJobs',
  tag: '后台·系统',
  method: 'GET',
  path: '/admin/jobs/dead',
  audience: 'staff',
  permission: 'system.view',
  summary: '失败任务',
  input: z.object({ ...pageQuery }).strict(),
  output: page(DeadJob),
});
export const Schedule = z.object({
  name: z.string(),
  everySeconds: z.int(),
  lastRunAt: Instant.nullable(),
  lastOkAt: Instant.nullable(),
  error: z.string().nullable().describe('why the latest run failed'),
  failures: z.int().describe('how often it has failed since it last went well'),
});
export const listSchedules = endpoint({
  id: 'listSchedules',
  tag: '后台·系统',
  method: 'GET',
  path: '/admin/jobs/schedules',
  audience: 'staff',
  permission: 'system.view',
  summary: '定时任务与各自最近一次运行的结果',
  input: z.object({}).strict(),
  output: z.object({ items: z.array(Schedule) }),
});
export const retryDeadJob = endpoint({
  id: 'retryDeadJob',
  tag: '后台·系统',
  method: 'POST',
  path: '/admin/jobs/dead/:jobId/retry',
  audience: 'staff',
  permission: 'system.edit',
  summary: '重试失败任务',
  input: z.object({ jobId: z.uuid() }).strict(),
  output: Done,
  errors: ['job.not_found'],
});
