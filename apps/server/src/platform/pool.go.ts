// What travels in one go: statements in front of one sync, sent as one packet, answered as one, failing together.
import type { Duplex } from 'node:stream';
import pg from 'pg';

/** What PostgreSQL answers to one statement. */
export type Answer = { command: string | null; rowCount: number | null; rows: unknown[] };

export type Part = {
  /** Absent where PostgreSQL is not to remember the plan. */
  name: string | undefined;
  text: string;
  values: readonly unknown[];
  /** Opens the transaction of what follows: nobody waits for it, so its failure is told to the next. */
  isOpening?: boolean;
  resolve(answer: Answer): void;
  reject(error: unknown): void;
};

/** The parts of the driver's connection that it keeps to itself. */
type Wire = {
  stream: Pick<Duplex, 'write' | 'writable'>;
  /** Names that PostgreSQL knows, and names that were sent to it and not answered yet. The driver writes the first. */
  parsedStatements: Record<string, string>;
  submittedNamedStatements: Record<string, string>;
  parse(this: Packet, what: { name: string; text: string }): void;
  bind(this: Packet, what: { portal: ''; statement: string; values: unknown[]; valueMapper: typeof wireValue }): void;
  describe(this: Packet, what: { type: 'P' }): void;
  execute(this: Packet): void;
  sync(this: Packet): void;
};
/** The driver's messages go here instead of onto the line, one by one. */
type Packet = { _send(message: Buffer): void };
type Field = { name: string; dataTypeID: number };
type Column = { name: string; parse: (text: string) => unknown };
type DriverClient = { connection: Wire; query(go: unknown): void };

/** What the driver knows as a query; in its pipeline it takes nothing else. */
const DriverQuery = pg.Query as unknown as new (asked: { text: string }) => { name: string; text: string };

/** A statement was behind one that failed in the same go: PostgreSQL has not looked at it. */
export class Skipped extends Error {
  readonly code = '25P02';
}

const COMMAND = /^([A-Z]+)(?: (\d+))?(?: (\d+))?/i;
const columnsOf = new WeakMap<Wire, Map<string, readonly Column[]>>();

/** Sends the parts over the line of `client`. */
export function send(client: pg.PoolClient, parts: readonly Part[], types: pg.CustomTypesConfig): void {
  const driver = client as unknown as DriverClient;
  const known = columnsOf.get(driver.connection) ?? new Map<string, readonly Column[]>();
  columnsOf.set(driver.connection, known);
  driver.query(new Go(parts, known, types));
}

/**
 * The driver's own query has one statement, asks for its columns every time and ends in a sync of its own. After each
 * sync PostgreSQL writes its answer to the line and arms its timers anew: for the ten statements of an order that is a
 * fifth of its work, and as much of ours.
 */
class Go extends DriverQuery {
  readonly #parts: readonly Part[];
  readonly #known: Map<string, readonly Column[]>;
  readonly #types: pg.CustomTypesConfig;
  readonly #answers: (Answer | Error)[] = [];
  readonly #parsing = new Set<string>();
  #columns: readonly Column[] | undefined;
  #rows: unknown[] = [];
  #broken: Error | undefined;

  constructor(parts: readonly Part[], known: Map<string, readonly Column[]>, types: pg.CustomTypesConfig) {
    super({ text: '' });
    this.#parts = parts;
    this.#known = known;
    this.#types = types;
  }

  submit(wire: Wire): Error | null {
    const messages: Buffer[] = [];
    const packet: Packet = { _send: (message) => messages.push(message) };
    try {
      for (const part of this.#parts) this.#write(wire, packet, part);
    } catch (error) {
      // A value that cannot be sent: nothing of the go has left.
      for (const name of this.#parsing) delete wire.submittedNamedStatements[name];
      return error as Error;
    }
    wire.sync.call(packet);
    this.#expect();
    if (wire.stream.writable) wire.stream.write(Buffer.concat(messages));
    return null;
  }

  #write(wire: Wire, packet: Packet, { name = '', text, values }: Part): void {
    const isKnown = name !== '' && (name in wire.parsedStatements || name in wire.submittedNamedStatements);
    if (!isKnown) wire.parse.call(packet, { name, text });
    if (!isKnown && name !== '') {
      wire.submittedNamedStatements[name] = text;
      this.#parsing.add(name);
    }
    wire.bind.call(packet, { portal: '', statement: name, values: values as unknown[], valueMapper: wireValue });
    if (!this.#known.has(name)) wire.describe.call(packet, { type: 'P' });
    wire.execute.call(packet);
  }

  /** Under this name the driver files the next statement when PostgreSQL says that it has parsed one. */
  #expect(): void {
    const { name = '', text = '' } = this.#parts[this.#answers.length] ?? {};
    this.name = this.#parsing.has(name) ? name : '';
    this.text = text;
    this.#columns = this.#known.get(name);
    this.#rows = [];
    this.#broken = undefined;
  }

  handleRowDescription({ fields }: { fields: readonly Field[] }): void {
    this.#columns = fields.map(({ name, dataTypeID }) => ({
      name,
      parse: this.#types.getTypeParser(dataTypeID, 'text') as Column['parse'],
    }));
  }

  handleDataRow({ fields }: { fields: readonly (string | null)[] }): void {
    if (this.#broken) return;
    const row: Record<string, unknown> = {};
    try {
      // Every row of every answer comes through here: nothing is made that need not be.
      let index = 0;
      for (const { name, parse } of this.#columns ?? []) {
        const text = fields[index] ?? null;
        row[name] = text === null ? null : parse(text);
        index += 1;
      }
    } catch (error) {
      this.#broken = error as Error;
    }
    this.#rows.push(row);
  }

  handleCommandComplete({ text }: { text: string }): void {
    const [, command = null, first, second] = COMMAND.exec(text) ?? [];
    const count = second ?? first;
    this.#answered({ command, rowCount: count === undefined ? null : Number(count), rows: this.#rows });
  }

  handleEmptyQuery(): void {
    this.#answered({ command: null, rowCount: null, rows: [] });
  }

  #answered(answer: Answer): void {
    const name = this.#parts[this.#answers.length]?.name;
    if (name !== undefined && !this.#known.has(name)) this.#known.set(name, this.#columns ?? []);
    this.#answers.push(this.#broken ?? answer);
    this.#expect();
  }

  /** PostgreSQL skips everything up to the sync, or the line is cut. */
  handleError(error: Error, wire: Wire): void {
    for (const name of this.#parsing) delete wire.submittedNamedStatements[name];
    const at = this.#answers.length;
    this.#tell();
    for (const [index, part] of this.#parts.entries()) {
      if (index < at) continue;
      const isTold = index === at || (index === at + 1 && this.#parts[at]?.isOpening);
      part.reject(isTold ? error : new Skipped('a statement of the same go has failed', { cause: error }));
    }
  }

  handleReadyForQuery(): void {
    this.#tell();
  }

  #tell(): void {
    this.#answers.forEach((answer, index) => {
      if (answer instanceof Error) this.#parts[index]?.reject(answer);
      else this.#parts[index]?.resolve(answer);
    });
  }
}

/** A value as PostgreSQL reads it from text. */
export function wireValue(value: unknown): string | Buffer | null {
  if (typeof value === 'string') return value;
  if (value === null || value === undefined) return null;
  if (typeof value !== 'object') return String(value);
  if (value instanceof Date) return value.toISOString();
  if (Array.isArray(value)) return arrayValue(value);
  if (Buffer.isBuffer(value)) return value;
  return JSON.stringify(value);
}

function arrayValue(values: readonly unknown[]): string {
  let text = '';
  for (const value of values) {
    if (text !== '') text += ',';
    text += Array.isArray(value) ? arrayValue(value) : elementValue(wireValue(value));
  }
  return `{${text}}`;
}

/** Quotes and backslashes are what an array's own text is made of. */
const TO_ESCAPE = /["\\]/;

function elementValue(value: string | Buffer | null): string {
  if (value === null) return 'NULL';
  if (typeof value !== 'string') return `"\\\\x${value.toString('hex')}"`;
  return TO_ESCAPE.test(value) ? `"${value.replace(/["\\]/g, '\\$&')}"` : `"${value}"`;
}
