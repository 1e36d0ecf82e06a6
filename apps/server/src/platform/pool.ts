// The connections: limits that no statement may pass, types as our code wants them, statements that PostgreSQL plans once.
import pg from 'pg';
import type { PostgresPool } from 'kysely';
import { assert } from './fail.ts';
import { send, type Answer, type Part } from './pool.go.ts';

export type PoolSettings = {
  url: string;
  max?: number;
  applicationName?: string;
  statementTimeoutMs?: number;
  /** False behind a transaction-mode PgBouncer older than 1.21, which loses named statements. */
  namedStatements?: boolean;
};

const OID = { int8: 20, int8Array: 1016, date: 1082 } as const;

function safeInteger(text: string): number {
  const value = Number(text);
  assert(Number.isSafeInteger(value), `an int8 column holds ${text}, beyond what a number can carry exactly`);
  return value;
}

/** The driver's own parsers; its types name only a part of the oids that it knows. */
const parserOfDriver = pg.types.getTypeParser as unknown as (oid: number, format?: string) => (text: string) => unknown;
const TEXT_ARRAY = 1009;
const parseTextArray = parserOfDriver(TEXT_ARRAY) as (text: string) => (string | null)[];

function parserOf(oid: number, format?: 'text' | 'binary'): unknown {
  if (format !== 'binary') {
    if (oid === OID.int8) return safeInteger;
    if (oid === OID.date) return (text: string) => text;
    if (oid === OID.int8Array) {
      return (text: string) => parseTextArray(text).map((one) => (one === null ? null : safeInteger(one)));
    }
  }
  return parserOfDriver(oid, format);
}

/** int8 as a safe number, date as text, timestamptz as Date, numeric as text, jsonb parsed. */
export const columnTypes: pg.CustomTypesConfig = { getTypeParser: parserOf as typeof pg.types.getTypeParser };

export function openPool(settings: PoolSettings, onError: (error: Error) => void): pg.Pool {
  const pool = new pg.Pool({
    connectionString: settings.url,
    max: settings.max ?? 10,
    application_name: settings.applicationName ?? 'jishi',
    statement_timeout: settings.statementTimeoutMs ?? 10_000,
    lock_timeout: 5_000,
    idle_in_transaction_session_timeout: 30_000,
    connectionTimeoutMillis: 10_000,
    idleTimeoutMillis: 30_000,
    keepAlive: true,
    pipeline: true,
    types: columnTypes,
  });
  // An idle connection that the server closes must not end the process; the pool opens another one.
  pool.on('error', onError);
  return pool;
}

const sent = new WeakMap<pg.Pool, { statements: number }>();

/** How many statements were sent over connections lent from this pool: what a request costs is told in these. */
export function statementsOf(pool: pg.Pool): number {
  return sent.get(pool)?.statements ?? 0;
}

/** Bounded, so that generated SQL cannot make PostgreSQL keep plans for ever. */
const NAMES_MAX = 500;

/** What opens a transaction. */
export const BEGIN = {
  'read committed': 'begin',
  serializable: 'start transaction isolation level serializable',
} as const;
export type Isolation = keyof typeof BEGIN;

/** A connection as we use it. Statements are answered in the order in which they were asked. */
export type Line = {
  query(text: string, values?: readonly unknown[]): Promise<Answer>;
  /**
   * Opens a transaction with its first statement. From here to the release whatever is asked in one go stands before
   * one and the same sync: when one fails PostgreSQL skips those behind it, so that nothing can happen outside.
   */
  open(isolation: Isolation, text: string, values: readonly unknown[]): Promise<Answer>;
  /** True while the opening has not been sent: whatever is asked now goes with it. */
  isOpening(): boolean;
  release(destroy?: boolean): void;
};

export type LendingPool = { lend(): Promise<Line>; forKysely: PostgresPool };

/**
 * Lends connections. Every parametrised statement gets a name, so PostgreSQL parses and plans it once. What is asked in
 * one go, without waiting in between, travels in one packet: a round trip costs more than most statements.
 */
export function lendingPool(pool: pg.Pool, options: { named: boolean; onLend: () => void }): LendingPool {
  const names = new Map<string, string>([...Object.values(BEGIN), 'commit', 'rollback'].map((text) => [text, text]));
  const nameOf: Naming = (text, { length }) => {
    const known = names.get(text);
    if (known !== undefined || length === 0 || names.size >= NAMES_MAX) return known;
    const name = `s${names.size}`;
    names.set(text, name);
    return name;
  };
  const lines = new WeakMap<pg.PoolClient, Line>();
  const counted = { statements: 0 };
  sent.set(pool, counted);
  const lend = async () => {
    options.onLend();
    const client = await pool.connect();
    const known = lines.get(client);
    if (known) return known;
    // A connection that is cut while it is lent fails what was asked over it. Nobody listening would end the process.
    client.on('error', () => {});
    const line = lineOf(client, options.named ? nameOf : () => undefined, counted);
    lines.set(client, line);
    return line;
  };
  return {
    lend,
    forKysely: { options: pool.options, end: () => pool.end(), connect: lend as unknown as PostgresPool['connect'] },
  };
}

type Naming = (text: string, values: readonly unknown[]) => string | undefined;

function lineOf(client: pg.PoolClient, nameOf: Naming, counted: { statements: number }): Line {
  let gathered: Part[] = [];
  let isOpen = false;
  const sendOff = () => {
    const parts = gathered;
    gathered = [];
    send(client, parts, columnTypes);
  };
  const ask = (text: string, values: readonly unknown[], isOpening = false): Promise<Answer> => {
    counted.statements += 1;
    const { promise, resolve, reject } = Promise.withResolvers<Answer>();
    const part: Part = { name: nameOf(text, values), text, values, isOpening, resolve, reject };
    // Outside of a transaction each statement is one by itself, and so is its sync.
    if (!isOpen) send(client, [part], columnTypes);
    // After everything that is ready to run has run, and before anything else comes in.
    else if (gathered.push(part) === 1) process.nextTick(sendOff);
    return promise;
  };
  // As the driver does it: where it was asked says more than where its answer was read.
  const retold = (error: unknown): never => {
    if (error instanceof Error) Error.captureStackTrace(error);
    throw error;
  };
  return {
    query: (text, values = []) => ask(text, values).catch(retold),
    isOpening: () => gathered[0]?.isOpening === true,
    open: (isolation, text, values) => {
      isOpen = true;
      ask(BEGIN[isolation], [], true).catch(() => {});
      return ask(text, values).catch(retold);
    },
    release: (destroy) => {
      isOpen = false;
      client.release(destroy);
    },
  };
}
