// The queues behind the jobs: one pg-boss queue per subscriber, made when it is first needed.
import { sql } from 'kysely';
import { PgBoss, type JobResult } from 'pg-boss';
import type { Db } from './db.ts';
import { assert } from './fail.ts';
import { relayOnce, type RelayTarget } from './jobs.relay.ts';
import type { Log } from './log.ts';

export type Subscriber = { queue: string; event: string; run: (data: unknown) => Promise<void> };

export type QueueSettings = {
  db: Db;
  url: string;
  log: Log;
  events: Record<string, unknown>;
  onFailure?: (kind: 'event' | 'cron', name: string) => void;
  /** First pause after a failure; doubles with every try. */
  retryDelaySeconds?: number;
  retriesMax?: number;
  /** Handlers that run side by side in one worker, over all queues: fewer than the pool has connections. */
  sideBySide?: number;
};

/** Dead jobs wait here for a person. */
export const DEAD_QUEUE = 'dead';
const DAY_SECONDS = 86_400;
/** Jobs that one subscriber takes at a time; a full load means that more are waiting. */
const LOAD = 25;
/** A worker that was killed is missed after this long, and its jobs are tried again; a living one gives signs of life. */
const HEARTBEAT_SECONDS = 30;
/** How often the missing ones are looked for. */
const WATCH_SECONDS = 15;
/** Schema changes are for `migrate` alone, schedules for jobs.cron.ts. */
const QUIET = { supervise: false, schedule: false, migrate: false, createSchema: false } as const;

export type Queues = {
  boss(): Promise<PgBoss>;
  /** Moves one batch from the outbox. */
  relay(): Promise<number>;
  work(): Promise<void>;
  close(): Promise<void>;
};

export function createQueues(settings: QueueSettings, subscribers: readonly Subscriber[]): Queues {
  const { db } = settings;
  const ready = new Set<string>();
  let working: PgBoss | undefined;
  let resting: Promise<PgBoss> | undefined;

  /** The boss that works, or one without loops and connections of its own for drain and the dead letters. */
  const boss = (): Promise<PgBoss> => {
    if (working) return Promise.resolve(working);
    resting ??= restingBoss(settings);
    return resting;
  };
  const target: RelayTarget = {
    events: Object.keys(settings.events),
    queuesOf: (event) => subscribers.filter((one) => one.event === event).map((one) => one.queue),
    insert: async (queue, jobs, within) => (await boss()).insert(queue, jobs, { db: within }),
  };

  return {
    boss,
    relay: async () => {
      const missing = subscribers.filter((one) => !ready.has(one.queue));
      // Queues are made outside of the relay's transaction, and only those that are about to be used.
      if (missing.length > 0) {
        const { rows } = await sql<{ event: string }>`select distinct event from outbox`.execute(db.q);
        const waiting = new Set(rows.map((row) => row.event));
        const needed = missing.filter((one) => waiting.has(one.event)).map((one) => one.queue);
        await ensureQueues(await boss(), needed, ready, settings);
      }
      return relayOnce(db, target);
    },
    work: async () => {
      assert(!working, 'jobs were started twice');
      working = await workingBoss(settings);
      const names = subscribers.map((one) => one.queue);
      await ensureQueues(working, names, ready, settings);
      const turn = turnstile(settings.sideBySide ?? 5);
      for (const subscriber of subscribers) await workOn(working, subscriber, settings, turn);
    },
    close: async () => {
      const rested = await resting;
      resting = undefined;
      await rested?.stop({ graceful: false, close: false });
      await working?.stop({ graceful: true, timeout: 20_000 });
      working = undefined;
    },
  };
}

function restingBoss({ db, log }: QueueSettings): Promise<PgBoss> {
  const executeSql = async (text: string, values: unknown[] = []) => db.pool.query(text, values);
  return reporting(new PgBoss({ ...QUIET, db: { executeSql } }), log).start();
}

function workingBoss({ url, log }: QueueSettings): Promise<PgBoss> {
  const own = { connectionString: url, application_name: 'jishi-jobs', max: 6, useListenNotify: true };
  const watch = { superviseIntervalSeconds: WATCH_SECONDS, monitorIntervalSeconds: WATCH_SECONDS };
  return reporting(new PgBoss({ ...QUIET, ...own, ...watch, supervise: true }), log).start();
}

function reporting(boss: PgBoss, log: Log): PgBoss {
  boss.on('error', (error) => log.error({ err: error }, 'pg-boss reported an error'));
  return boss;
}

async function ensureQueues(boss: PgBoss, names: readonly string[], ready: Set<string>, settings: QueueSettings) {
  if (names.length === 0) return;
  const there = new Set((await boss.getQueues([DEAD_QUEUE, ...names])).map((queue) => queue.name));
  const retention = { retentionSeconds: 90 * DAY_SECONDS, retryLimit: 0 };
  if (!there.has(DEAD_QUEUE)) await boss.createQueue(DEAD_QUEUE, retention);
  for (const name of names) {
    if (!there.has(name)) await boss.createQueue(name, queueOptions(settings));
    ready.add(name);
  }
}

function queueOptions(settings: QueueSettings) {
  return {
    retryLimit: settings.retriesMax ?? 5,
    retryDelay: settings.retryDelaySeconds ?? 5,
    retryBackoff: true,
    retryDelayMax: 600,
    expireInSeconds: 300,
    heartbeatSeconds: HEARTBEAT_SECONDS,
    retentionSeconds: 30 * DAY_SECONDS,
    deleteAfterSeconds: DAY_SECONDS,
    deadLetter: DEAD_QUEUE,
    notify: true,
  };
}

async function workOn(boss: PgBoss, subscriber: Subscriber, settings: QueueSettings, turn: Turnstile): Promise<void> {
  const one = async (job: { id: string; data: unknown }): Promise<JobResult> => {
    try {
      await turn(() => subscriber.run(job.data));
      return { id: job.id, status: 'completed' };
    } catch (error) {
      settings.onFailure?.('event', subscriber.queue);
      settings.log.warn({ err: error, queue: subscriber.queue, job: job.id }, 'a job failed and is tried again');
      return { id: job.id, status: 'failed', output: toOutput(error) };
    }
  };
  const options = {
    batchSize: LOAD,
    burstWhenBatchFull: true,
    perJobResults: true as const,
    pollingIntervalSeconds: 1,
    // Retries come due without a signal, so the net under the signals stays fine.
    notifyPollingIntervalSeconds: 3,
  };
  await boss.work<unknown, unknown, typeof options>(subscriber.queue, options, (jobs) => Promise.all(jobs.map(one)));
}

type Turnstile = <T>(run: () => Promise<T>) => Promise<T>;

/** Lets at most `places` run at once; the others wait in the order in which they came. */
function turnstile(places: number): Turnstile {
  const waiting: (() => void)[] = [];
  let free = places;
  return async (run) => {
    if (free > 0) free -= 1;
    else await new Promise<void>((resolve) => waiting.push(resolve));
    try {
      return await run();
    } finally {
      const next = waiting.shift();
      if (next) next();
      else free += 1;
    }
  };
}

export function toOutput(error: unknown): { message: string; stack?: string } {
  if (!(error instanceof Error)) return { message: String(error) };
  return { message: error.message, ...(error.stack ? { stack: error.stack.slice(0, 4000) } : {}) };
}
