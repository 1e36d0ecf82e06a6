// What happens later: event subscribers over the outbox and pg-boss, and schedules by name.
import { sql } from 'kysely';
import { PgBoss, type JobResult, type JobWithMetadata } from 'pg-boss';
import type { z } from 'zod';
import type { Db, EventName, EventPayload } from './db.ts';
import { assert } from './fail.ts';
import { cronLoop, type Cron } from './jobs.cron.ts';
import { relayLoop, relayOnce, type RelayTarget } from './jobs.relay.ts';
import type { Log } from './log.ts';

export type DeadJob = {
  id: string;
  /** `event/subscriber` */
  queue: string;
  payload: unknown;
  error: string;
  tries: number;
  diedAt: Date;
};

export type Jobs = {
  /** Subscribes to an event. The handler may be called more than once and late: it must be idempotent. */
  on<N extends EventName>(event: N, subscriber: string, handle: (payload: EventPayload<N>) => Promise<void>): void;
  /** Repeats `run`; with several workers only one runs it at a time. */
  cron(name: string, everySeconds: number, run: () => Promise<void>): void;
  start(): Promise<void>;
  /** Takes nothing new and waits for what runs. */
  stop(): Promise<void>;
  /** For tests: relays and runs everything now, in order, until nothing is left. A handler's error is thrown. */
  drain(): Promise<number>;
  /** For tests: runs one schedule, or all in order of registration, now. */
  tick(name?: string): Promise<void>;
  /** How long the oldest event has been waiting for the relay, in seconds. */
  lagSeconds(): Promise<number>;
  dead(page: { page: number; size: number }): Promise<{ items: DeadJob[]; total: number }>;
  /** Puts a dead job back into its queue; false when there is no such job. */
  retryDead(id: string): Promise<boolean>;
};

export type JobsSettings = {
  db: Db;
  url: string;
  log: Log;
  events: Record<string, z.ZodType>;
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
const DRAIN_MAX = 20_000;
/** Jobs that one subscriber takes at a time; a full load means that more are waiting. */
const LOAD = 25;

type Subscriber = { queue: string; event: string; run: (data: unknown) => Promise<void> };

export function createJobs(settings: JobsSettings): Jobs {
  const { db, log } = settings;
  const subscribers: Subscriber[] = [];
  const crons: Cron[] = [];
  const queues = createQueues(settings, subscribers);
  let loops: { stop(): Promise<void> }[] = [];
  let draining: Promise<unknown> = Promise.resolve();

  return {
    on: (event, subscriber, handle) => {
      const schema = settings.events[event];
      assert(schema, `${subscriber} subscribes to ${event}, which is not in the list of events`);
      const queue = `${event}/${subscriber}`;
      assert(!subscribers.some((one) => one.queue === queue), `${queue} was subscribed twice`);
      const run = async (data: unknown) => handle(schema.parse(data) as EventPayload<typeof event>);
      subscribers.push({ queue, event, run });
    },
    cron: (name, everySeconds, run) => {
      assert(!crons.some((one) => one.name === name), `the schedule ${name} was registered twice`);
      crons.push({ name, everySeconds, run });
    },
    start: async () => {
      await queues.work();
      loops = [
        relayLoop(settings.url, queues.relay, log),
        cronLoop(db, crons, (cron, error) => cronFailed(settings, cron, error), log),
      ];
    },
    stop: async () => {
      await Promise.all(loops.map((loop) => loop.stop()));
      loops = [];
      await draining.catch(() => {});
      await queues.close();
    },
    drain: () => {
      const turn = draining.catch(() => {}).then(() => drain(settings, queues, subscribers));
      draining = turn;
      return turn;
    },
    tick: async (name) => {
      const due = crons.filter((cron) => name === undefined || cron.name === name);
      assert(due.length > 0 || name === undefined, `there is no schedule ${name}`);
      for (const cron of due) await cron.run();
    },
    lagSeconds: async () => {
      const { rows } = await sql<{ lag: number | null }>`
        select extract(epoch from now() - min(created_at))::float8 as lag from outbox
      `.execute(db.q);
      return Math.max(0, rows[0]?.lag ?? 0);
    },
    dead: (page) => listDead(db, page),
    retryDead: async (id) => {
      const boss = await queues.boss();
      return (await boss.redrive(DEAD_QUEUE, { ids: [id] })) === 1;
    },
  };
}

function cronFailed(settings: JobsSettings, cron: Cron, error: unknown): void {
  settings.onFailure?.('cron', cron.name);
  settings.log.error({ err: error, cron: cron.name }, 'a schedule failed');
}

type Queues = ReturnType<typeof createQueues>;

/** The pg-boss side: one queue per subscriber, made when it is first needed. */
function createQueues(settings: JobsSettings, subscribers: readonly Subscriber[]) {
  const { db, log, url } = settings;
  const ready = new Set<string>();
  let working: PgBoss | undefined;
  let resting: Promise<PgBoss> | undefined;

  const common = { supervise: false, schedule: false, migrate: false, createSchema: false } as const;
  const report = (boss: PgBoss) => boss.on('error', (error) => log.error({ err: error }, 'pg-boss reported an error'));

  /** The boss that works, or one without loops and connections of its own for drain and the dead letters. */
  const boss = (): Promise<PgBoss> => {
    if (working) return Promise.resolve(working);
    const executeSql = async (text: string, values: unknown[] = []) => db.pool.query(text, values);
    const made = new PgBoss({ ...common, db: { executeSql } });
    report(made);
    resting ??= made.start();
    return resting;
  };

  const ensure = async (on: PgBoss, names: readonly string[]) => {
    const missing = names.filter((name) => !ready.has(name));
    if (missing.length === 0) return;
    const there = new Set((await on.getQueues([DEAD_QUEUE, ...missing])).map((queue) => queue.name));
    const retention = { retentionSeconds: 90 * DAY_SECONDS, retryLimit: 0 };
    if (!there.has(DEAD_QUEUE)) await on.createQueue(DEAD_QUEUE, retention);
    for (const name of missing) {
      if (!there.has(name)) await on.createQueue(name, queueOptions(settings));
      ready.add(name);
    }
  };

  const queuesOf = (event: string) => subscribers.filter((one) => one.event === event).map((one) => one.queue);
  const target: RelayTarget = {
    events: Object.keys(settings.events),
    queuesOf,
    insert: async (queue, jobs, within) => (await boss()).insert(queue, jobs, { db: within }),
  };

  return {
    boss,
    /** Moves one batch; queues are made beforehand, outside of the relay's transaction. */
    relay: async () => {
      const names = subscribers.map((one) => one.queue);
      await ensure(await boss(), names);
      return relayOnce(db, target);
    },
    work: async () => {
      assert(!working, 'jobs were started twice');
      const made = new PgBoss({
        ...common,
        supervise: true,
        connectionString: url,
        application_name: 'jishi-jobs',
        max: 6,
        useListenNotify: true,
      });
      report(made);
      await made.start();
      working = made;
      await ensure(
        made,
        subscribers.map((one) => one.queue),
      );
      const turn = turnstile(settings.sideBySide ?? 5);
      for (const subscriber of subscribers) await workOn(made, subscriber, settings, turn);
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

function queueOptions(settings: JobsSettings) {
  return {
    retryLimit: settings.retriesMax ?? 5,
    retryDelay: settings.retryDelaySeconds ?? 5,
    retryBackoff: true,
    retryDelayMax: 600,
    expireInSeconds: 300,
    retentionSeconds: 30 * DAY_SECONDS,
    deleteAfterSeconds: DAY_SECONDS,
    deadLetter: DEAD_QUEUE,
    notify: true,
  };
}

async function workOn(boss: PgBoss, subscriber: Subscriber, settings: JobsSettings, turn: Turnstile): Promise<void> {
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

function toOutput(error: unknown): { message: string; stack?: string } {
  if (!(error instanceof Error)) return { message: String(error) };
  return { message: error.message, ...(error.stack ? { stack: error.stack.slice(0, 4000) } : {}) };
}

async function drain(settings: JobsSettings, queues: Queues, subscribers: readonly Subscriber[]): Promise<number> {
  const byQueue = new Map(subscribers.map((one) => [one.queue, one]));
  const names = [...byQueue.keys()];
  let done = 0;
  while (done < DRAIN_MAX) {
    const { rows } = await sql<{ events: boolean; jobs: string[] | null }>`
      select
        exists (select 1 from outbox) as events,
        (select array_agg(name order by created_on, id) from pgboss.job
         where name = any(${names}) and state in ('created', 'retry')) as jobs
    `.execute(settings.db.q);
    const moved = rows[0]?.events ? await queues.relay() : 0;
    const waiting = rows[0]?.jobs ?? [];
    if (moved === 0 && waiting.length === 0) return done;
    const boss = await queues.boss();
    for (const queue of waiting) {
      const [job] = await boss.fetch<unknown>(queue, { includeMetadata: true, ignoreStartAfter: true });
      if (!job) continue;
      await runNow(boss, byQueue.get(queue), queue, job);
      done += 1;
    }
  }
  throw new Error(`draining did not end after ${DRAIN_MAX} jobs: do two handlers answer each other for ever?`);
}

async function runNow(boss: PgBoss, subscriber: Subscriber | undefined, queue: string, job: JobWithMetadata<unknown>) {
  assert(subscriber, `${queue} has a job and no subscriber`);
  try {
    await subscriber.run(job.data);
  } catch (error) {
    await boss.fail(queue, job, toOutput(error));
    throw error;
  }
  await boss.complete(queue, job);
}

type DeadRow = { id: string; queue: string | null; data: unknown; output: unknown; tries: number; at: Date };

async function listDead(db: Db, page: { page: number; size: number }): Promise<{ items: DeadJob[]; total: number }> {
  const { rows } = await sql<DeadRow & { total: number }>`
    select id, source_name as queue, data, source_output as output, coalesce(source_retry_count, 0) + 1 as tries,
           created_on as at, count(*) over () as total
    from pgboss.job where name = ${DEAD_QUEUE} and state = 'created'
    order by created_on desc, id desc
    limit ${page.size} offset ${(page.page - 1) * page.size}
  `.execute(db.q);
  const items = rows.map((row) => ({
    id: row.id,
    queue: row.queue ?? '',
    payload: row.data,
    error: messageIn(row.output),
    tries: row.tries,
    diedAt: row.at,
  }));
  return { items, total: rows[0]?.total ?? 0 };
}

function messageIn(output: unknown): string {
  if (typeof output === 'object' && output !== null && 'message' in output) return String(output.message);
  return output === null || output === undefined ? '' : JSON.stringify(output);
}
