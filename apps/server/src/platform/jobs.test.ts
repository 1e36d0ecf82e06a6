// Events and schedules: order, retries, dead letters, several workers, and a relay that is killed half way.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { sql } from 'kysely';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { z } from 'zod';
import { testDatabase, type TestDatabase } from '../../test/database.ts';
import type { EventName } from './db.ts';
import { createJobs, type Jobs, type JobsSettings } from './jobs.ts';
import { silentLog } from './log.ts';

const events = { 'test.first': z.object({ n: z.number() }), 'test.second': z.object({ n: z.number() }) };
type TestEvent = keyof typeof events;

let house: TestDatabase;
const opened: Jobs[] = [];

beforeEach(async () => {
  house = await testDatabase({ events });
});
afterEach(async () => {
  await Promise.all(opened.splice(0).map((jobs) => jobs.stop()));
  await house.close();
});

function makeJobs(more: Partial<JobsSettings> = {}) {
  const jobs = createJobs({ db: house.db, url: house.url, log: silentLog, events, retryDelaySeconds: 1, ...more });
  opened.push(jobs);
  const on = (event: TestEvent, subscriber: string, handle: (payload: { n: number }) => Promise<void>) =>
    jobs.on(event as EventName, subscriber, handle as never);
  return { jobs, on };
}
const emit = (event: TestEvent, n: number) => house.db.tx((tx) => tx.emit(event as EventName, { n } as never));

async function until(met: () => boolean | Promise<boolean>, ms = 10_000) {
  for (let waited = 0; waited < ms; waited += 20) {
    if (await met()) return;
    await sleep(20);
  }
  throw new Error('what was waited for did not happen');
}

test('drain brings every event to every subscriber in order, with what handlers emit, without waiting', async () => {
  const { jobs, on } = makeJobs();
  const heard: string[] = [];
  on('test.first', 'a', async ({ n }) => {
    heard.push(`a${n}`);
    if (n === 2) await emit('test.second', 9);
  });
  on('test.first', 'b', async ({ n }) => void heard.push(`b${n}`));
  on('test.second', 'a', async ({ n }) => void heard.push(`second${n}`));
  await emit('test.first', 1);
  await emit('test.first', 2);
  expect(await jobs.drain()).toBe(5);
  expect(heard).toEqual(['a1', 'b1', 'a2', 'b2', 'second9']);
  expect(await jobs.drain()).toBe(0);

  const from = performance.now();
  for (let i = 0; i < 20; i++) await jobs.drain();
  expect((performance.now() - from) / 20).toBeLessThan(50);
});

test('an event without a subscriber leaves the outbox, one of a newer release stays in it', async () => {
  const { jobs } = makeJobs();
  await emit('test.first', 1);
  await sql`insert into outbox (event, payload) values ('newer.thing', '{}')`.execute(house.db.q);
  expect(await jobs.drain()).toBe(0);
  const { rows } = await sql<{ event: string }>`select event from outbox`.execute(house.db.q);
  expect(rows).toEqual([{ event: 'newer.thing' }]);
  expect(await jobs.lagSeconds()).toBeGreaterThan(0);
});

test('a handler that fails makes drain fail, and the next drain runs it again at once', async () => {
  const { jobs, on } = makeJobs();
  let calls = 0;
  on('test.first', 'a', async () => {
    calls += 1;
    if (calls === 1) throw new Error('the till is closed');
  });
  await emit('test.first', 1);
  await expect(jobs.drain()).rejects.toThrow('the till is closed');
  expect(await jobs.drain()).toBe(1);
  expect(calls).toBe(2);
});

test('a job that always fails is tried a bounded number of times, then lies dead until a person retries it', async () => {
  const { jobs, on } = makeJobs({ retriesMax: 1 });
  let broken = true;
  let calls = 0;
  on('test.first', 'a', async () => {
    calls += 1;
    if (broken) throw new Error('no paper');
  });
  await emit('test.first', 7);
  await expect(jobs.drain()).rejects.toThrow('no paper');
  await expect(jobs.drain()).rejects.toThrow('no paper');
  expect(await jobs.drain()).toBe(0);
  const dead = await jobs.dead({ page: 1, size: 10 });
  expect(dead).toMatchObject({
    total: 1,
    items: [{ queue: 'test.first/a', payload: { n: 7 }, error: 'no paper', tries: 2 }],
  });

  broken = false;
  const id = dead.items[0]!.id;
  expect(await jobs.retryDead(id)).toContain('/');
  expect(await jobs.drain()).toBe(1);
  expect(calls).toBe(3);
  expect(await jobs.retryDead(id)).toBeNull();
  expect((await jobs.dead({ page: 1, size: 10 })).total).toBe(0);
});

test('working jobs hear of a commit within moments and try again after a failure', async () => {
  const failures: string[] = [];
  const { jobs, on } = makeJobs({ onFailure: (kind, name) => failures.push(`${kind} ${name}`) });
  const heard: number[] = [];
  on('test.first', 'a', async ({ n }) => {
    if (n === 2 && failures.length === 0) throw new Error('once');
    heard.push(n);
  });
  await jobs.start();
  await sleep(300);
  const from = performance.now();
  await emit('test.first', 1);
  await until(() => heard.length === 1);
  expect(performance.now() - from).toBeLessThan(900);
  await emit('test.first', 2);
  await until(() => heard.length === 2);
  expect(failures).toEqual(['event test.first/a']);
});

test('several workers share the work: each job is handled once while nothing fails', async () => {
  const heard: number[] = [];
  const both = [makeJobs(), makeJobs()];
  for (const { on } of both) on('test.first', 'a', async ({ n }) => void heard.push(n));
  await both[0]!.jobs.start();
  await both[1]!.jobs.start();
  const all = Array.from({ length: 1200 }, (_, n) => n);
  await house.db.tx(async (tx) => {
    for (const n of all) await tx.emit('test.first' as EventName, { n } as never);
  });
  await until(() => heard.length >= all.length, 20_000);
  await sleep(200);
  expect(heard.toSorted((a, b) => a - b)).toEqual(all);
}, 40_000);

test('a schedule runs on one of several workers, waits its time, and says why it failed', async () => {
  let runs = 0;
  const workers = [makeJobs(), makeJobs(), makeJobs()];
  for (const { jobs } of workers) {
    jobs.cron('count', 60, async () => void (runs += 1));
    jobs.cron('fails', 60, async () => {
      throw new Error('no ink');
    });
  }
  await Promise.all(workers.map(({ jobs }) => jobs.start()));
  await until(() => runs > 0);
  await sleep(1500);
  expect(runs).toBe(1);
  const { rows } = await sql<{ name: string; last_error: string | null; failures: number; wait: number }>`
    select name, last_error, failures, extract(epoch from until - last_run_at)::int4 as wait from job_leases order by name
  `.execute(house.db.q);
  expect(rows).toEqual([
    { name: 'count', last_error: null, failures: 0, wait: 60 },
    { name: 'fails', last_error: 'no ink', failures: 1, wait: 60 },
  ]);
});

test('tick runs schedules now, by name or all in order', async () => {
  const { jobs } = makeJobs();
  const ran: string[] = [];
  jobs.cron('a', 3600, async () => void ran.push('a'));
  jobs.cron('b', 3600, async () => void ran.push('b'));
  await jobs.tick('b');
  await jobs.tick();
  expect(ran).toEqual(['b', 'a', 'b']);
  await expect(jobs.tick('c')).rejects.toThrow('no schedule c');
});

test('stopping waits for the handler that runs', async () => {
  const { jobs, on } = makeJobs();
  let state = 'waiting';
  on('test.first', 'a', async () => {
    state = 'running';
    await sleep(400);
    state = 'done';
  });
  await jobs.start();
  await emit('test.first', 1);
  await until(() => state === 'running');
  await jobs.stop();
  expect(state).toBe('done');
});

test('a relay that is killed between taking and committing loses nothing and doubles nothing', async () => {
  await emit('test.first', 1);
  await emit('test.first', 2);
  const script = `
    import { z } from 'zod';
    import { armCrash } from '${new URL('./crash.ts', import.meta.url).href}';
    import { openDb } from '${new URL('./db.ts', import.meta.url).href}';
    import { createJobs } from '${new URL('./jobs.ts', import.meta.url).href}';
    import { silentLog } from '${new URL('./log.ts', import.meta.url).href}';
    const url = process.env.URL_OF_TEST;
    const events = { 'test.first': z.object({ n: z.number() }) };
    armCrash('relay.before-commit');
    const jobs = createJobs({ db: openDb({ url }), url, log: silentLog, events });
    jobs.on('test.first', 'a', async () => {});
    await jobs.drain();
  `;
  const child = spawn(process.execPath, ['--input-type=module', '--eval', script], {
    env: { ...process.env, URL_OF_TEST: house.url },
    cwd: new URL('.', import.meta.url),
    stdio: 'inherit',
  });
  const [, signal] = await once(child, 'exit');
  expect(signal).toBe('SIGKILL');

  const { jobs, on } = makeJobs();
  const heard: number[] = [];
  on('test.first', 'a', async ({ n }) => void heard.push(n));
  await until(async () => (await jobs.drain()) > 0);
  expect(heard).toEqual([1, 2]);
});
