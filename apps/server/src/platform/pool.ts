// The connections: limits that no statement may pass, types as our code wants them, statements that PostgreSQL plans once.
import type { Duplex } from 'node:stream';
import pg from 'pg';
import type { PostgresPool } from 'kysely';
import { assert } from './fail.ts';

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
  query(text: string, values?: readonly unknown[]): Promise<pg.QueryResult>;
  /**
   * Opens a transaction with its first statement. Both stand before one and the same sync: when the opening fails
   * PostgreSQL skips the statement, so it cannot happen outside of a transaction.
   */
  open(isolation: Isolation, text: string, values: readonly unknown[]): Promise<pg.QueryResult>;
  /** Whether `open` sends both at once. Otherwise it waits for the opening, and what follows it has to wait as well. */
  opensAtOnce(isolation: Isolation): boolean;
  release(destroy?: boolean): void;
};

export type LendingPool = { lend(): Promise<Line>; forKysely: PostgresPool };

/**
 * Lends connections. Every parametrised statement gets a name, so PostgreSQL parses and plans it once. What is asked in
 * one go, without waiting in between, travels in one packet: a round trip costs more than most statements.
 */
export function lendingPool(pool: pg.Pool, options: { named: boolean; onLend: () => void }): LendingPool {
  const names = new Map<string, string>();
  const nameOf = (text: string): string | undefined => {
    const known = names.get(text);
    if (known !== undefined || names.size >= NAMES_MAX) return known;
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
    try {
      // Opened once and for nothing: from now on `begin` is prepared, and travels with the first statement.
      if (options.named) await client.query({ name: PREPARED, text: BEGIN['read committed'] });
      if (options.named) await client.query('rollback');
    } catch (error) {
      client.release(true);
      throw error;
    }
    const line = lineOf(client, options.named ? nameOf : null, counted);
    lines.set(client, line);
    return line;
  };
  return {
    lend,
    forKysely: { options: pool.options, end: () => pool.end(), connect: lend as unknown as PostgresPool['connect'] },
  };
}

/** The parts of the driver's connection that it keeps to itself. */
type Wire = {
  stream: Pick<Duplex, 'cork' | 'uncork'>;
  bind(what: { portal: string; statement: string; values: readonly unknown[] }): void;
  execute(what: { portal: string }): void;
};
type Asked = { name?: string; text: string; values: unknown[]; queryMode?: 'extended' };
type Answering = { submit(wire: Wire): Error | null; handleCommandComplete(said: unknown, wire: Wire): void };
const DriverQuery = pg.Query as unknown as new (
  asked: Asked,
  values: undefined,
  done: (error: Error | null, result: pg.QueryResult) => void,
) => Answering;

/** The name of the prepared `begin`; other names are made of a letter and a number. */
const PREPARED = 'begin';

/** A statement with the prepared `begin` in front of it, before the same sync. */
class Opening extends DriverQuery {
  #isOpen = false;

  override submit(wire: Wire): Error | null {
    wire.stream.cork();
    wire.bind({ portal: '', statement: PREPARED, values: [] });
    wire.execute({ portal: '' });
    const error = super.submit(wire);
    wire.stream.uncork();
    return error;
  }

  override handleCommandComplete(said: unknown, wire: Wire): void {
    // The first of the two is that of `begin`.
    if (this.#isOpen) super.handleCommandComplete(said, wire);
    this.#isOpen = true;
  }
}

function lineOf(
  client: pg.PoolClient,
  nameOf: ((text: string) => string | undefined) | null,
  counted: { statements: number },
): Line {
  const { stream } = (client as unknown as { connection: Wire }).connection;
  let isHeld = false;
  const letGo = () => {
    isHeld = false;
    stream.uncork();
  };
  const count = () => {
    counted.statements += 1;
    if (isHeld) return;
    isHeld = true;
    stream.cork();
    // After everything that is ready to run has run, and before anything else comes in.
    process.nextTick(letGo);
  };
  const query: Line['query'] = (text, values = []) => {
    count();
    return client.query(asked(values.length > 0 ? nameOf?.(text) : undefined, text, values));
  };
  const opensAtOnce = (isolation: Isolation) => nameOf !== null && isolation === 'read committed';
  return {
    query,
    opensAtOnce,
    open: async (isolation, text, values) => {
      if (!opensAtOnce(isolation)) {
        await query(BEGIN[isolation]);
        return query(text, values);
      }
      count();
      counted.statements += 1;
      try {
        return await opened(client, asked(nameOf?.(text), text, values));
      } catch (error) {
        // As the driver does it: where it was asked says more than where its answer was read.
        if (error instanceof Error) Error.captureStackTrace(error);
        throw error;
      }
    },
    release: (destroy) => client.release(destroy),
  };
}

const asked = (name: string | undefined, text: string, values: readonly unknown[]): Asked =>
  name === undefined ? { text, values: [...values] } : { name, text, values: [...values] };

function opened(client: pg.PoolClient, first: Asked): Promise<pg.QueryResult> {
  return new Promise((resolve, reject) => {
    const done = (error: Error | null, result: pg.QueryResult) => (error ? reject(error) : resolve(result));
    // The simple protocol has a sync of its own, so this one is always asked in the extended one.
    client.query(new Opening({ ...first, queryMode: 'extended' }, undefined, done) as unknown as pg.Submittable);
  });
}
