// The limits: bare Node servers that do only what nobody can do without.
//
//   bytes   node:http, sends bytes that are ready
//   select  node:http, one prepared SELECT by one pool, JSON.stringify, send
import { createServer } from 'node:http';
import { readFileSync } from 'node:fs';
import pg from 'pg';

export type Limit =
  | { kind: 'bytes'; file: string }
  /** `values` holds one list of parameters per turn; requests go through them one after the other. */
  | { kind: 'select'; databaseUrl: string; sql: string; values: unknown[][]; poolMax: number; one: boolean };

const JSON_TYPE = 'application/json; charset=utf-8';

function serveBytes(limit: Extract<Limit, { kind: 'bytes' }>) {
  const body = readFileSync(limit.file);
  return createServer((_request, response) => {
    response.writeHead(200, { 'content-type': JSON_TYPE, 'content-length': body.length });
    response.end(body);
  });
}

function serveSelect(limit: Extract<Limit, { kind: 'select' }>) {
  const pool = new pg.Pool({ connectionString: limit.databaseUrl, max: limit.poolMax });
  const { values } = limit;
  let turn = 0;
  return createServer((_request, response) => {
    turn = (turn + 1) % values.length;
    pool.query({ name: 'limit', text: limit.sql, values: values[turn] }).then(
      ({ rows }) => {
        const body = Buffer.from(JSON.stringify(limit.one ? rows[0] : { items: rows, nextCursor: null }));
        response.writeHead(200, { 'content-type': JSON_TYPE, 'content-length': body.length });
        response.end(body);
      },
      (error: unknown) => {
        response.writeHead(500);
        response.end(String(error));
      },
    );
  });
}

// Started as a program of its own by shop.ts: its limit comes as a file, its port goes to the output.
const [file] = process.argv.slice(2);
if (import.meta.main && file !== undefined) {
  const limit = JSON.parse(readFileSync(file, 'utf8')) as Limit;
  const server = limit.kind === 'bytes' ? serveBytes(limit) : serveSelect(limit);
  server.keepAliveTimeout = 60_000;
  server.listen(0, '127.0.0.1', () => {
    const address = server.address();
    process.stdout.write(`PORT ${typeof address === 'object' && address ? address.port : 0}\n`);
  });
}
