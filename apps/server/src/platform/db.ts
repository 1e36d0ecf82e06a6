// The database as modules see it: read with `q`, write inside `tx`, tell others with `emit`.
import { AsyncLocalStorage } from 'node:async_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import { DummyDriver, Kysely, PostgresDialect, type CompiledQuery, type DatabaseConnection } from 'kysely';
import type pg from 'pg';
import type { z } from 'zod';
import type { events as allEvents } from '../events.ts';
import type { DB } from './db.types.ts';
import { assert } from './fail.ts';
import { lendingPool, openPool, type Isolation, type LendingPool, type Line, type PoolSettings } from './pool.ts';
import { createBell, type Bell } from './db.bell.ts';
import type { Answer } from './pool.go.ts';
import { statement } from './statement.ts';

export type { DB } from './db.types.ts';

export type EventName = keyof typeof allEvents & string;
export type EventPayload<N extends EventName> = z.output<(typeof allEvents)[N]>;

/** Anything that can be asked: the pool or an open transaction. */
export type Reader = {
  readonly q: Kysely<DB>;
  /** For a finished statement: `ask` of statement.ts, without the way through Kysely. */
  run(asked: CompiledQuery): Promise<Answer>;
};

declare const brand: unique symbol;

/** An open transaction. It can only be had from `db.tx`, so a part that takes it cannot be called without one. */
export type Tx = Reader & {
  readonly [brand]: true;
  /** Told to subscribers after commit, at least once; nothing is told when the transaction rolls back. */
  emit<N extends EventName>(name: N, payload: EventPayload<N>): Promise<void>;
  /** Runs after a successful commit, in this process only: for caches, never for what must happen. */
  afterCommit(run: () => void): void;
  /**
   * Writes without waiting for the answer: what is written in one go travels with the commit, in one round trip. A
   * failure fails the transaction, before anybody hears of success; `refused` may turn it into a refusal.
   */
  write(asked: CompiledQuery, refused?: (error: unknown) => never): void;
};

/** A command that is done once: the key is taken with its first statement and its answer kept with its last. */
export type Once = {
  /** Answers a row when the key was free. A twin waits here until the first one has ended. */
  claim(): CompiledQuery;
  keep(value: unknown): CompiledQuery;
};

/** The key of a command was taken before: nothing has happened, the first answer counts. */
export class Taken extends Error {}

export type TxOptions = {
  isolation?: Isolation;
  once?: Once | undefined;
  /** The platform's own housekeeping: it changes nothing that people see. */
  isPlumbing?: boolean;
};

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
  /** Called after every commit but those of the plumbing, before the verb goes on: what was read before may be old. */
  onCommit?: () => void;
  onError?: (error: Error, where: string) => void;
};

const TRIES_MAX = 3;
const RETRIED = new Set(['40001', '40P01']);
const PREPARED_IS_GONE = '26000';
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

type Ground = { settings: DbSettings; lending: LendingPool; q: Kysely<DB>; dialect: PostgresDialect; bell: Bell };

export function openDb(settings: DbSettings): Db {
  const report = settings.onError ?? (() => {});
  const pool = openPool(settings, (error) => report(error, 'idle connection'));
  const lending = lendingPool(pool, {
    named: settings.namedStatements ?? true,
    // A second connection while the first one waits is how a full pool locks itself up.
    onLend: () => assert(!inTransaction(), 'db.q was used inside a transaction: pass the tx and use tx.q'),
  });
  const dialect = new PostgresDialect({ pool: lending.forKysely });
  const q = new Kysely<DB>({ dialect });
  const bell = createBell(pool);
  const ground = { settings, lending, q, dialect, bell };
  return {
    q,
    pool,
    run: async ({ sql, parameters }) => {
      const line = await lending.lend();
      try {
        return await line.query(sql, parameters);
      } finally {
        line.release();
      }
    },
    close: async () => {
      await bell.close();
      await q.destroy();
      if (!pool.ended) await pool.end();
    },
    tx: async (work, options = {}) => {
      assert(!inTransaction(), 'a transaction was opened inside another one');
      for (let attempt = 1; ; attempt += 1) {
        try {
          return await once(ground, work, options);
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

type Told = { name: string; payload: unknown };
/** One transaction while it runs. */
type Running = {
  line: Line;
  isolation: Isolation;
  /** The first statement, which brings `begin` along. */
  first?: Promise<Answer>;
  /** True once PostgreSQL has answered the first statement; `waiting` is what may only be sent then. */
  isBegun: boolean;
  waiting: (() => void)[];
  /** `open` until the commit is on its way; `taken` when the key of the command was not free. */
  state: { open: boolean; taken?: Taken };
  told: Told[];
  after: (() => void)[];
  /** What was written and not waited for. */
  writes: Promise<unknown>[];
};

async function once<T>(ground: Ground, work: (tx: Tx) => Promise<T>, options: TxOptions): Promise<T> {
  const line = await ground.lending.lend();
  const { isolation = 'read committed' } = options;
  const begin = { line, isolation, isBegun: false, waiting: [] };
  const running: Running = { ...begin, state: { open: false }, told: [], after: [], writes: [] };
  let isLost = false;
  try {
    const value = await current.run(running.state, async () => {
      running.state.open = true;
      try {
        return await begunToCommit(ground, running, work, options);
      } catch (error) {
        // What still waits for the first answer is sent before the end, and nothing after it.
        running.state.open = false;
        await running.first?.catch(() => {});
        await line.query('rollback').catch(() => {
          isLost = true;
        });
        // A connection that has lost its prepared statements is of no more use.
        isLost ||= sqlState(error) === PREPARED_IS_GONE;
        throw running.state.taken ?? error;
      } finally {
        running.state.open = false;
      }
    });
    if (running.told.length > 0) ground.bell.ring();
    runAfter(ground.settings, running, options);
    return value;
  } finally {
    line.release(isLost);
  }
}

async function begunToCommit<T>(
  ground: Ground,
  running: Running,
  work: (tx: Tx) => Promise<T>,
  { once }: TxOptions,
): Promise<T> {
  const { state } = running;
  // Not waited for: it travels with the first questions of the work and is answered before them.
  const claimed = once && hand(running, once.claim());
  const ready = claimed?.then(({ rows }) => {
    if (rows.length === 0) state.taken = new Taken('the key of this command was taken before');
  });
  ready?.catch(() => {});
  const value = await work(makeTx(ground, running)).catch(async (error: unknown) => {
    await ready;
    // After a write that failed PostgreSQL refuses every question: the write says why.
    if (!state.taken)
      await inOrder([...running.writes, sqlState(error) === BEHIND_A_FAILURE ? running.first : undefined]);
    throw error;
  });
  await ready;
  if (state.taken) throw state.taken;
  const kept = once?.keep(value);
  const answers: Promise<unknown>[] = [...running.writes];
  if (running.told.length > 0) answers.push(hand(running, outboxRows(running.told)));
  if (kept) answers.push(hand(running, kept));
  // Nothing was asked and nothing written: there is nothing to commit.
  if (!running.first) return value;
  answers.push(running.first);
  // A commit must not overtake what waits for the first answer. What was refused is said in its own words.
  if (!running.isBegun && !running.line.isOpening()) await inOrder(answers);
  // Whatever comes from now on comes too late: it would be committed by itself.
  state.open = false;
  // In the same go as the last writes: when one of them fails PostgreSQL skips it.
  const committed = running.line.query('commit');
  committed.catch(() => {});
  await inOrder(answers);
  const ended = await committed;
  assert(ended.command === 'COMMIT', 'a statement of the transaction failed and its error was swallowed');
  return value;
}

/** A question that PostgreSQL may answer without a transaction, if it comes to that: its answer is thrown away. */
const QUESTION = /^\s*select\b/i;

/**
 * Sends a statement of a transaction. The first brings `begin` along. What is asked in the same go fails with it; until
 * it is answered only questions follow: if `begin` fails (a cancelled statement, a frozen machine), whatever came
 * after it would be committed by itself.
 */
function hand(running: Running, { sql, parameters }: CompiledQuery): Promise<Answer> {
  const { line, isolation, first } = running;
  if (running.isBegun || (first && line.isOpening())) return line.query(sql, parameters);
  if (!first) {
    running.first = line.open(isolation, sql, parameters).then((answer) => {
      running.isBegun = true;
      for (const send of running.waiting) send();
      return answer;
    });
    running.first.catch(() => {});
    return running.first;
  }
  if (running.waiting.length === 0 && QUESTION.test(sql)) return line.query(sql, parameters);
  const { promise, resolve, reject } = Promise.withResolvers<Answer>();
  running.waiting.push(() => void line.query(sql, parameters).then(resolve, reject));
  first.catch(reject);
  return promise;
}

/** What PostgreSQL says of statements behind one that failed. */
const BEHIND_A_FAILURE = '25P02';

/** Throws what failed first: those behind it only say that something did. */
async function inOrder(answers: readonly (Promise<unknown> | undefined)[]): Promise<void> {
  const ended = await Promise.allSettled(answers);
  const failures = ended.flatMap((one) => (one.status === 'rejected' ? [one.reason as unknown] : []));
  if (failures.length > 0) throw failures.find((one) => sqlState(one) !== BEHIND_A_FAILURE) ?? failures[0];
}

function makeTx(ground: Ground, running: Running): Tx {
  const { state, told, after, writes } = running;
  const run = async (asked: CompiledQuery) => {
    if (state.taken) throw state.taken;
    assert(state.open, 'a statement came after its transaction had ended');
    return hand(running, asked);
  };
  return {
    q: overLine(ground, run),
    run,
    emit: async (name: string, payload: unknown) => {
      assert(state.open, `${name} was emitted after its transaction had ended`);
      told.push({ name, payload: checked(ground.settings.events, name, payload) });
    },
    afterCommit: (run: () => void) => {
      after.push(run);
    },
    write: (asked: CompiledQuery, refused?: (error: unknown) => never) => {
      assert(state.open, 'something was written after its transaction had ended');
      const answer = hand(running, asked);
      const written = refused ? answer.catch(refused) : answer;
      written.catch(() => {});
      writes.push(written);
    },
  } as unknown as Tx;
}

/** Kysely over one connection. Its own transactions would wait for every answer before the next question. */
function overLine({ q, dialect }: Ground, run: Reader['run']): Kysely<DB> {
  const connection: DatabaseConnection = {
    executeQuery: async (statement) => {
      const { command, rowCount, rows } = await run(statement);
      const isWrite = command === 'INSERT' || command === 'UPDATE' || command === 'DELETE' || command === 'MERGE';
      return { rows: rows as never[], ...(isWrite ? { numAffectedRows: BigInt(rowCount ?? 0) } : {}) };
    },
    streamQuery: () => {
      throw new Error('a transaction answers whole');
    },
  };
  const executor = q.getExecutor().withConnectionProvider({ provideConnection: (consume) => consume(connection) });
  return new Kysely<DB>({ config: { dialect }, dialect, driver: NO_DRIVER, executor });
}

/** The connection is already there, so Kysely's driver has nothing to do. */
const NO_DRIVER = new DummyDriver();

function runAfter(settings: DbSettings, { after }: Running, options: TxOptions): void {
  if (!options.isPlumbing) settings.onCommit?.();
  for (const run of after) {
    try {
      run();
    } catch (error) {
      settings.onError?.(error instanceof Error ? error : new Error(String(error)), 'after commit');
    }
  }
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
function outboxRows(told: readonly Told[]): CompiledQuery {
  const names = told.map((one) => one.name);
  const payloads = told.map((one) => JSON.stringify(one.payload));
  return statement`
    insert into outbox (event, payload)
    select event, payload::jsonb
    from unnest(${names}::text[], ${payloads}::text[]) with ordinality as told (event, payload, place)
    order by place`;
}
