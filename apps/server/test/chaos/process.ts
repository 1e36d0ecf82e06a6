// A real server process that a test may kill, and the time that passes while nobody starts it again.
import { spawn, type ChildProcess } from 'node:child_process';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';

const MAIN = fileURLToPath(new URL('../../src/main.ts', import.meta.url));
const START_MS = 60_000;

export type Death = { code: number | null; signal: NodeJS.Signals | null };
export type ServerProcess = {
  pid: number;
  /** Resolves when the process has ended, however it ended. */
  ended: Promise<Death>;
  /** What it wrote, for the message of a test that fails. */
  said(): string;
  /** Asks it to end and waits. */
  stop(): Promise<Death>;
};

/** Starts main.ts and does not wait: it may be meant to refuse. */
export function launch(env: Record<string, string>): ServerProcess {
  // Only what a shell needs comes from outside, so that no variable of this machine reaches the server.
  const base = {
    PATH: process.env['PATH'] ?? '',
    HOME: process.env['HOME'] ?? '',
    // Dozens of servers are started here from the same files: half of a start is reading them.
    NODE_COMPILE_CACHE: join(tmpdir(), 'jishi-compile-cache'),
  };
  const child: ChildProcess = spawn(process.execPath, [MAIN], { env: { ...base, ...env }, stdio: 'pipe' });
  let text = '';
  const hear = (chunk: Buffer) => {
    text = (text + chunk.toString('utf8')).slice(-20_000);
  };
  child.stdout?.on('data', hear);
  child.stderr?.on('data', hear);
  const ended = new Promise<Death>((resolve) => child.on('close', (code, signal) => resolve({ code, signal })));
  return {
    pid: child.pid ?? 0,
    ended,
    said: () => text,
    stop: async () => {
      child.kill('SIGTERM');
      const timer = setTimeout(() => child.kill('SIGKILL'), 25_000);
      const death = await ended;
      clearTimeout(timer);
      return death;
    },
  };
}

/** Waits until it answers; throws with its own words when it ends instead. */
export async function answering(server: ServerProcess, url: string): Promise<void> {
  let death: Death | undefined;
  void server.ended.then((how) => (death = how));
  const until = performance.now() + START_MS;
  while (performance.now() < until) {
    if (death) throw new Error(`the server ended at its start (${JSON.stringify(death)}): ${server.said()}`);
    const answer = await fetch(`${url}/health/live`).catch(() => undefined);
    if (answer?.ok) return;
    await sleep(40);
  }
  throw new Error(`the server did not answer within ${START_MS} ms: ${server.said()}`);
}

/** Times that say when to look again, or since when somebody has been at it. Deadlines promised to people stay. */
const WAITING = ['next_check_at', 'next_try_at', 'sent_at', 'received_at', 'started_at', 'until', 'last_run_at'];
const WAITING_JOBS = ['started_on', 'heartbeat_on', 'start_after', 'monitor_on', 'monitor_claim_on'];

/** The machine was off for so long: everything that waited is due when it comes back. */
export async function minutesPass(databaseUrl: string, minutes: number): Promise<void> {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    const { rows } = await client.query<{ place: string; columns: string[] }>(
      `select format('%I.%I', c.table_schema, c.table_name) as place, array_agg(c.column_name::text) as columns
       from information_schema.columns c join information_schema.tables t using (table_schema, table_name)
       where t.table_type = 'BASE TABLE' and data_type = 'timestamp with time zone'
         and ((c.table_schema = 'public' and column_name = any($1)) or (c.table_name in ('job', 'queue') and column_name = any($2)))
       group by 1`,
      [WAITING, WAITING_JOBS],
    );
    for (const { place, columns } of rows) {
      const earlier = columns.map((column) => `${column} = ${column} - make_interval(mins => ${minutes})`);
      await client.query(`update ${place} set ${earlier.join(', ')}`);
    }
  } finally {
    await client.end();
  }
}
