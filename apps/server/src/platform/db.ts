// The database as modules see it: read with `q`, write inside `tx`, tell others with `emit`.
import { AsyncLocalStorage } from 'node:async_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import { Kysely, PostgresDialect, sql } from 'kysely';
import type pg from 'pg';
import type { z } from 'zod';
import type { events as allEvents } from '../events.ts';
import type { DB } from './db.types.ts';
import { assert } from './fail.ts';
import { lendingPool, openPool, type PoolSettings } from './pool.ts';

export type { DB } from './db.types.ts';

export type EventName = keyof typeof allEvents & string;
export type EventPayload<N extends EventName> = z.output<(typeof allEvents)[N]>;

/** Anything that can be asked: the pool or an open transaction. */
export type Reader = { readonly q: Kysely<DB> };

declare const brand: unique symbol;

/** An open transaction. It can only be had from `db.tx`, so a part that takes it cannot be called without one. */
export type Tx = Reader & {
  readonly [brand]: true;
  /** Told to subscribers after commit, at least once; nothing is told when the transaction rolls back. */
  emit<N extends EventName>(name: N, payload: EventPayload<N>): Promise<void>;
  /** Runs after a successful commit, in this process only: for caches, never for what must happen. */
  afterCommit(run: () => void): void;
};

export type TxOptions = { isolation?: 'read committed' | 'serializable' };

export type Db = Reader & {
  /**
   * Runs `work` in one transaction. After a deadlock or serialization failure the whole of it runs again, at most
   * three times, so it must not do anything outside of the database.
   */
  tx<T>(work: (tx: Tx) => Promise<T>, options?: TxOptions): Promise<T>;
  close(): Promise<void>;
  readonly pool: pg.Pool;
};

export type DbSettings = PoolSettings & {
  /** When given, payloads are checked by their schema as they are emitted. */
  events?: Record<string, z.ZodType>;
  onRetry?: (sqlState: string) => void;
  onError?: (error: Error, where: string) => void;
};

const TRIES_MAX = 3;
const RETRIED = new Set(['40001', '40P01']);
const current = new AsyncLocalStorage<{ open: boolean }>();

/** True in code that runs on behalf of an open transaction: no network, no files and no waiting there. */
export function inTransaction(): boolean {
  return current.getStore()?.open ?? false;
}

/** The SQLSTATE of a database error, if it is one. */
export function sqlState(error: unknown): string | undefined {
  if (!(error instanceof Error) || !('code' in error)) return undefined;
  return typeof error.code === 'string' && /^[0-9A-Z]{5}$/.test(error.code) ? error.code : undefined;
}

/** True when `error` says that the named constraint or unique index was violated. */
export function violates(error: unknown, constraint: string): boolean {
  return sqlState(error)?.startsWith('23') === true && (error as { constraint?: string }).constraint === constraint;
}

export function openDb(settings: DbSettings): Db {
  const report = settings.onError ?? (() => {});
  const pool = openPool(settings, (error) => report(error, 'idle connection'));
  const q = new Kysely<DB>({
    dialect: new PostgresDialect({
      pool: lendingPool(pool, {
        named: settings.namedStatements ?? true,
        // A second connection while the first one waits is how a full pool locks itself up.
        onLend: () => assert(!inTransaction(), 'db.q was used inside a transaction: pass the tx and use tx.q'),
      }),
    }),
  });
  return {
    q,
    pool,
    close: () => q.destroy().then(() => (pool.ended ? undefined : pool.end())),
    tx: async (work, options = {}) => {
      assert(!inTransaction(), 'a transaction was opened inside another one');
      for (let attempt = 1; ; attempt += 1) {
        try {
          return await once(q, settings, work, options);
        } catch (error) {
          const state = sqlState(error);
          if (state === undefined || !RETRIED.has(state) || attempt === TRIES_MAX) throw error;
          settings.onRetry?.(state);
          // Uneven pauses, so that two that met do not meet again.
          await sleep(Math.random() * 20 * attempt);
        }
      }
    },
  };
}

async function once<T>(
  q: Kysely<DB>,
  settings: DbSettings,
  work: (tx: Tx) => Promise<T>,
  options: TxOptions,
): Promise<T> {
  const state = { open: false };
  const told: { name: string; payload: unknown }[] = [];
  const after: (() => void)[] = [];
  const result = await current.run(state, async () => {
    const start = options.isolation ? q.transaction().setIsolationLevel(options.isolation) : q.transaction();
    return start.execute(async (trx) => {
      state.open = true;
      try {
        const tx = {
          q: trx as Kysely<DB>,
          emit: async (name: string, payload: unknown) => {
            assert(state.open, `${name} was emitted after its transaction had ended`);
            told.push({ name, payload: checked(settings.events, name, payload) });
          },
          afterCommit: (run: () => void) => {
            after.push(run);
          },
        } as unknown as Tx;
        const value = await work(tx);
        if (told.length > 0) await writeOutbox(trx, told);
        return value;
      } finally {
        state.open = false;
      }
    });
  });
  for (const run of after) {
    try {
      run();
    } catch (error) {
      settings.onError?.(error instanceof Error ? error : new Error(String(error)), 'after commit');
    }
  }
  return result;
}

function checked(events: DbSettings['events'], name: string, payload: unknown): unknown {
  if (!events) return payload;
  const schema = events[name];
  assert(schema, `${name} is not in the list of events`);
  const parsed = schema.safeParse(payload);
  assert(parsed.success, `${name} was emitted with a payload that its schema refuses: ${parsed.error?.message}`);
  return parsed.data;
}

/** All events of a transaction in one statement, in the order in which they were emitted. */
async function writeOutbox(trx: Kysely<DB>, told: { name: string; payload: unknown }[]): Promise<void> {
  const names = told.map((one) => one.name);
  const payloads = told.map((one) => JSON.stringify(one.payload));
  await sql`
    insert into outbox (event, payload)
    select event, payload::jsonb
    from unnest(${names}::text[], ${payloads}::text[]) with ordinality as told (event, payload, place)
    order by place
  `.execute(trx);
}
