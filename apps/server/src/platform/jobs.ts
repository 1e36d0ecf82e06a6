// What happens later: event subscribers over the outbox and pg-boss, and schedules by name.
import { sql } from 'kysely';
import type { JobWithMetadata, PgBoss } from 'pg-boss';
import type { z } from 'zod';
import type { Db, EventName, EventPayload } from './db.ts';
import { assert } from './fail.ts';
import { cronLoop, readSchedules, type Cron, type Schedule } from './jobs.cron.ts';
import { DEAD_QUEUE, createQueues, toOutput, type QueueSettings, type Queues, type Subscriber } from './jobs.queues.ts';
import { relayLoop } from './jobs.relay.ts';

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
  /** For simulations, which carry the mail themselves: who wants which event, and what repeats how often. */
  plan(): { subscribers: readonly Subscriber[]; crons: readonly Cron[] };
  /** How long the oldest event has been waiting for the relay, or the oldest job for a worker, in seconds. */
  lagSeconds(): Promise<number>;
  dead(page: { page: number; size: number }): Promise<{ items: DeadJob[]; total: number }>;
  /** Puts a dead job back into its queue and says which; null when there is no such job. */
  retryDead(id: string): Promise<string | null>;
  /** Every schedule of this house and how its latest run went. */
  schedules(): Promise<Schedule[]>;
};

export type JobsSettings = QueueSettings & { events: Record<string, z.ZodType> };

const DRAIN_MAX = 20_000;

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
    plan: () => ({ subscribers, crons }),
    lagSeconds: () => lagSeconds(settings, subscribers),
    dead: (page) => listDead(db, page),
    retryDead: async (id) => {
      const queue = await queueOfDead(db, id);
      const boss = await queues.boss();
      return queue !== undefined && (await boss.redrive(DEAD_QUEUE, { ids: [id] })) === 1 ? queue : null;
    },
    schedules: () => readSchedules(db, crons),
  };
}

function cronFailed(settings: JobsSettings, cron: Cron, error: unknown): void {
  settings.onFailure?.('cron', cron.name);
  settings.log.error({ err: error, cron: cron.name }, 'a schedule failed');
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

async function lagSeconds({ db }: JobsSettings, subscribers: readonly Subscriber[]): Promise<number> {
  const { rows } = await sql<{ lag: number | null }>`
    select extract(epoch from now() - least(
      (select min(created_at) from outbox),
      (select min(start_after) from pgboss.job
       where name = any(${subscribers.map((one) => one.queue)}) and state < 'active' and start_after <= now())
    ))::float8 as lag
  `.execute(db.q);
  return Math.max(0, rows[0]?.lag ?? 0);
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

async function queueOfDead(db: Db, id: string): Promise<string | undefined> {
  const { rows } = await sql<{ queue: string | null }>`
    select source_name as queue from pgboss.job where name = ${DEAD_QUEUE} and state = 'created' and id = ${id}::uuid
  `.execute(db.q);
  return rows.length === 0 ? undefined : (rows[0]?.queue ?? '');
}

function messageIn(output: unknown): string {
  if (typeof output === 'object' && output !== null && 'message' in output) return String(output.message);
  return output === null || output === undefined ? '' : JSON.stringify(output);
}
