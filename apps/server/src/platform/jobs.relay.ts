// The relay: moves outbox rows to the queues of their subscribers, in bulk and in one transaction.
import { setTimeout as sleep } from 'node:timers/promises';
import { CompiledQuery, sql } from 'kysely';
import pg from 'pg';
import type { Db as BossDatabase, JobInsert } from 'pg-boss';
import { crashPoint } from './crash.ts';
import { OUTBOX_CHANNEL } from './db.bell.ts';
import type { Db, Tx } from './db.ts';
import { newId } from './ids.ts';
import type { Log } from './log.ts';

export const RELAY_BATCH = 500;
const POLL_MS = 1000;

type OutboxRow = { id: number; event: string; payload: object };

export type RelayTarget = {
  /** Events that this release knows; rows of a newer release stay for the workers of that release. */
  events: readonly string[];
  /** Queues that want an event, in the order of subscription. */
  queuesOf(event: string): readonly string[];
  insert(queue: string, jobs: JobInsert[], db: BossDatabase): Promise<unknown>;
};

/** Moves at most one batch; returns how many rows left the outbox. */
export function relayOnce(db: Db, target: RelayTarget): Promise<number> {
  const move = async (tx: Tx) => {
    const rows = await take(tx, target.events);
    const byQueue = new Map<string, JobInsert[]>();
    for (const row of rows) {
      for (const queue of target.queuesOf(row.event)) {
        const jobs = byQueue.get(queue) ?? [];
        // Ids grow with the outbox, so jobs of one batch keep the order in which things happened.
        jobs.push({ id: newId(), data: row.payload });
        byQueue.set(queue, jobs);
      }
    }
    const within = bossDatabase(tx);
    for (const [queue, jobs] of byQueue) await target.insert(queue, jobs, within);
    if (rows.length > 0) crashPoint('relay.before-commit');
    return rows.length;
  };
  return db.tx(move, { isPlumbing: true });
}

async function take(tx: Tx, events: readonly string[]): Promise<OutboxRow[]> {
  const { rows } = await sql<OutboxRow>`
    with taken as (
      select id from outbox where event = any(${events}) order by id limit ${RELAY_BATCH} for update skip locked
    )
    delete from outbox using taken where outbox.id = taken.id
    returning outbox.id, outbox.event, outbox.payload
  `.execute(tx.q);
  return rows.toSorted((a, b) => a.id - b.id);
}

/** Lets pg-boss write inside our transaction. */
function bossDatabase(tx: Tx): BossDatabase {
  return {
    executeSql: async (text, values) => {
      const { rows } = await tx.q.executeQuery(CompiledQuery.raw(text, [...(values ?? [])]));
      return { rows };
    },
  };
}

/** Runs `relay` whenever a transaction with events commits, and every second in case a signal was lost. */
export function relayLoop(url: string, relay: () => Promise<number>, log: Log): { stop(): Promise<void> } {
  const ended = new AbortController();
  let wake = () => {};
  let listener: pg.Client | undefined;

  const listen = async () => {
    if (listener) return;
    const client = new pg.Client({ connectionString: url, application_name: 'jishi-relay', keepAlive: true });
    listener = client;
    const drop = () => {
      if (listener === client) listener = undefined;
    };
    client.on('error', drop);
    client.on('end', drop);
    client.on('notification', () => wake());
    try {
      await client.connect();
      await client.query(`listen ${OUTBOX_CHANNEL}`);
    } catch (error) {
      drop();
      await client.end().catch(() => {});
      throw error;
    }
  };

  const run = async () => {
    while (!ended.signal.aborted) {
      // Armed before looking, so that a signal between the look and the wait is not lost.
      const woken = new Promise<void>((resolve) => (wake = resolve));
      try {
        await listen();
        if ((await relay()) === RELAY_BATCH) continue;
      } catch (error) {
        log.error({ err: error }, 'the relay failed and tries again');
      }
      const pause = new AbortController();
      const timer = sleep(POLL_MS, undefined, { signal: AbortSignal.any([ended.signal, pause.signal]) }).catch(
        () => {},
      );
      await Promise.race([woken, timer]);
      pause.abort();
    }
  };

  const running = run();
  return {
    stop: async () => {
      ended.abort();
      await running;
      await listener?.end().catch(() => {});
    },
  };
}
