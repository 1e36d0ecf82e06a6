// Rows in bulk by COPY, over a connection of its own: hundreds of thousands a second, in bounded memory, for staging tables.
import { once } from 'node:events';
import pg from 'pg';
import type { Db } from './db.ts';
import { assert } from './fail.ts';

export type Cell = string | number | Date | null;

export type Loader = {
  /** Takes a named lock for as long as this connection lives; false when another one has it. */
  tryLock(name: string): Promise<boolean>;
  run(statement: string): Promise<void>;
  /** Copies what `fill` hands over; answers how many rows. All of them or, when `fill` fails, none. */
  copy(table: string, columns: readonly string[], fill: (add: Add) => Promise<void>): Promise<number>;
  close(): Promise<void>;
};
/** Waits when the database is slower than the source. */
type Add = (rows: Iterable<readonly Cell[]>) => Promise<void>;

/** A connection beside the pool: a load may last longer than any statement of a request. */
export async function openLoader(db: Pick<Db, 'pool'>): Promise<Loader> {
  const { connectionString } = db.pool.options;
  assert(connectionString, 'the pool does not know its address');
  const client = new pg.Client({ connectionString, application_name: 'jishi-loader', keepAlive: true });
  // A connection that breaks is told by the statement that was on its way.
  client.on('error', () => {});
  await client.connect();
  return {
    tryLock: async (name) => {
      const { rows } = await client.query<{ taken: boolean }>(
        'select pg_try_advisory_lock(hashtextextended($1, 0)) as taken',
        [name],
      );
      return rows[0]?.taken ?? false;
    },
    run: async (statement) => void (await client.query(statement)),
    copy: async (table, columns, fill) => {
      const copying = new CopyIn(`copy ${table} (${columns.join(', ')}) from stdin`);
      client.query(copying);
      return copying.run(fill);
    },
    close: () => client.end(),
  };
}

/** What the driver's connection can do beyond its published types. */
type Wire = {
  query(text: string): void;
  sendCopyFromChunk(chunk: Buffer): void;
  endCopyFrom(): void;
  sendCopyFail(why: string): void;
  stream: NodeJS.WritableStream & { writableNeedDrain: boolean };
};

/** A statement as the driver runs it: it is told of every message that PostgreSQL sends while it is on its way. */
class CopyIn implements pg.Submittable {
  readonly #text: string;
  readonly #ready = Promise.withResolvers<Wire>();
  readonly #ended = Promise.withResolvers<number>();
  #rows = 0;
  #failure: Error | undefined;

  constructor(text: string) {
    this.#text = text;
    // Awaited in turn; the one that is not reached must not count as unheard.
    this.#ready.promise.catch(() => {});
    this.#ended.promise.catch(() => {});
  }

  async run(fill: (add: Add) => Promise<void>): Promise<number> {
    const wire = await this.#ready.promise;
    try {
      await fill(async (rows) => {
        if (this.#failure) throw this.#failure;
        wire.sendCopyFromChunk(Buffer.from(textOf(rows)));
        if (wire.stream.writableNeedDrain) await Promise.race([once(wire.stream, 'drain'), this.#ended.promise]);
      });
    } catch (error) {
      wire.sendCopyFail('the source failed');
      await this.#ended.promise.catch(() => {});
      throw error;
    }
    wire.endCopyFrom();
    return this.#ended.promise;
  }

  submit(connection: pg.Connection): void {
    (connection as unknown as Wire).query(this.#text);
  }
  handleCopyInResponse(connection: pg.Connection): void {
    this.#ready.resolve(connection as unknown as Wire);
  }
  handleCommandComplete({ text }: { text: string }): void {
    this.#rows = Number(text.split(' ')[1] ?? 0);
  }
  handleReadyForQuery(): void {
    if (this.#failure) this.#ended.reject(this.#failure);
    else this.#ended.resolve(this.#rows);
  }
  handleError(error: Error): void {
    this.#failure = error;
    this.#ready.reject(error);
    this.#ended.reject(error);
  }
}

/** COPY's own text form: tabs between cells, `\N` for nothing, a backslash before what would be read otherwise. */
function textOf(rows: Iterable<readonly Cell[]>): string {
  let text = '';
  for (const row of rows) text += `${row.map(cellOf).join('\t')}\n`;
  return text;
}

const SPECIAL = /[\\\t\n\r]/g;
const ESCAPED: Readonly<Record<string, string>> = { '\\': '\\\\', '\t': '\\t', '\n': '\\n', '\r': '\\r' };

function cellOf(cell: Cell): string {
  if (cell === null) return '\\N';
  if (cell instanceof Date) return cell.toISOString();
  return typeof cell === 'number' ? String(cell) : cell.replaceAll(SPECIAL, (one) => ESCAPED[one] ?? one);
}
