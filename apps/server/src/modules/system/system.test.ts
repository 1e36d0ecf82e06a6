// Dead jobs: a handler that keeps failing is seen by staff, and runs again when they say so.
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { testDatabase, type TestDatabase } from '../../../test/database.ts';
import { events } from '../../events.ts';
import { testClock } from '../../platform/clock.ts';
import type { StaffSession } from '../../platform/http.ts';
import { newId } from '../../platform/ids.ts';
import { runIfDue } from '../../platform/jobs.cron.ts';
import { createJobs } from '../../platform/jobs.ts';
import { createLog } from '../../platform/log.ts';
import { createStaff } from '../staff/staff.ts';
import { createSystem } from './system.ts';

let database: TestDatabase;
beforeAll(async () => void (database = await testDatabase({ events })));
afterAll(() => database.close());

test('a job that gave up is listed, tried again once, and the trail names who asked for it', async () => {
  const log = createLog({ level: 'silent' });
  const { db, url } = database;
  const config = { STAFF_SESSION_SECRET: 'only-for-this-test-0123456789abcdef', CAPTCHA: 'off' as const };
  const staff = createStaff({ db, clock: testClock(), log, config });
  const account = { username: 'boss', name: '店主', password: 'correct-horse-1' };
  await staff.createFirstAdmin(account);
  const from = { id: 'request-1', ip: '10.0.0.1', userAgent: 'test', platform: 'admin' as const };
  const { cookie } = await staff.login({ ...account, remember: true, captchaId: '', captcha: '' }, from);
  const who = (await staff.session(cookie.secret)) as StaffSession;

  const jobs = createJobs({ db, url, log, events, retriesMax: 0 });
  const system = createSystem({ db, jobs, staff });
  const orderId = newId<'order'>();
  let isBroken = true;
  let done = 0;
  jobs.on('order.paid', 'test', async () => {
    if (isBroken) throw new Error('the printer is out of paper');
    done += 1;
  });
  await db.tx((tx) => tx.emit('order.paid', { orderId }));
  await expect(jobs.drain()).rejects.toThrow('out of paper');

  const listed = await eventually(() => system.deadJobs({ page: 1, size: 20 }));
  expect(listed).toMatchObject({
    total: 1,
    items: [{ queue: 'order.paid/test', error: 'the printer is out of paper', payload: { orderId } }],
  });
  const jobId = listed.items[0]?.id ?? '';
  isBroken = false;
  await system.retryDeadJob(who, { jobId }, { id: 'request-2', ip: '10.0.0.2' });
  await jobs.drain();
  expect(done).toBe(1);
  expect((await system.deadJobs({ page: 1, size: 20 })).total).toBe(0);
  await expect(system.retryDeadJob(who, { jobId })).rejects.toMatchObject({ code: 'job.not_found' });
  const { items } = await staff.auditTrail({ subjectId: jobId, page: 1, size: 10 });
  expect(items).toMatchObject([
    { action: 'system.retry', staffName: '店主', requestId: 'request-2', subjectName: 'order.paid/test' },
  ]);
  await jobs.stop();
});

test('every schedule tells how often it runs and how its latest run went', async () => {
  const { db, url } = database;
  const jobs = createJobs({ db, url, log: createLog({ level: 'silent' }), events });
  const broken = async () => {
    throw new Error('no paper');
  };
  jobs.cron('test.never', 60, broken);
  jobs.cron('test.broken', 30, broken);
  await runIfDue(db, { name: 'test.broken', everySeconds: 30, run: broken }, () => undefined);
  expect(await jobs.schedules()).toMatchObject([
    { name: 'test.never', everySeconds: 60, lastRunAt: null, error: null, failures: 0 },
    {
      name: 'test.broken',
      everySeconds: 30,
      lastRunAt: expect.any(Date),
      error: 'no paper',
      failures: 1,
      lastOkAt: null,
    },
  ]);
  await jobs.stop();
});

/** Dead letters are filed by the queue itself, a moment after the failure. */
async function eventually<T extends { total: number }>(ask: () => Promise<T>): Promise<T> {
  for (let turn = 0; ; turn += 1) {
    const answer = await ask();
    if (answer.total > 0 || turn === 50) return answer;
    await sleep(50);
  }
}
