// Migrations: numbered SQL files, applied once, in order, forward only.
import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import pg from 'pg';
import { PgBoss } from 'pg-boss';

export const MIGRATIONS_DIR = fileURLToPath(new URL('../../migrations', import.meta.url));

/** Any number that nothing else locks with; two deployments at once wait for each other here. */
const LOCK = 7_415_001;

type Migration = { name: string; text: string; sha256: string };
type Applied = { name: string; sha256: string };

export type SchemaState =
  | { state: 'current' }
  | { state: 'behind'; missing: string[] }
  /** A newer release has migrated already: fine while it takes over. */
  | { state: 'ahead'; unknown: string[] }
  | { state: 'changed'; files: string[] };

/** An applied file is not what it was: history cannot be edited, a new file must be written. */
export class ChangedMigration extends Error {
  constructor(files: readonly string[]) {
    super(`已执行的迁移文件被改动：${files.join('、')}。迁移只能新增，请恢复原文件并另写新的迁移`);
    this.name = 'ChangedMigration';
  }
}

export async function readMigrations(dir = MIGRATIONS_DIR): Promise<Migration[]> {
  const names = (await readdir(dir)).filter((name) => /^\d{4}_[a-z0-9_]+\.sql$/.test(name)).toSorted();
  const numbers = names.map((name) => name.slice(0, 4));
  const twice = numbers.find((number, index) => numbers.indexOf(number) !== index);
  if (twice !== undefined) throw new Error(`迁移编号重复：${twice}`);
  return Promise.all(
    names.map(async (name) => {
      const text = await readFile(`${dir}/${name}`, 'utf8');
      // Line ends differ between machines and change nothing.
      return { name, text, sha256: createHash('sha256').update(text.replaceAll('\r\n', '\n')).digest('hex') };
    }),
  );
}

/** Brings the database up to date and returns the names of the files that were applied now. */
export async function migrate(url: string, options: { dir?: string; onApplied?: (name: string) => void } = {}) {
  const migrations = await readMigrations(options.dir);
  const client = new pg.Client({ connectionString: url, application_name: 'jishi-migrate' });
  await client.connect();
  try {
    await client.query('select pg_advisory_lock($1)', [LOCK]);
    await client.query(`create table if not exists schema_migrations (
      name text primary key, sha256 text not null, applied_at timestamptz not null default now())`);
    const { rows } = await client.query<Applied>('select name, sha256 from schema_migrations');
    const changed = changedFiles(migrations, rows);
    if (changed.length > 0) throw new ChangedMigration(changed);
    const done = new Set(rows.map((row) => row.name));
    const applied: string[] = [];
    for (const migration of migrations) {
      if (done.has(migration.name)) continue;
      await apply(client, migration);
      applied.push(migration.name);
      options.onApplied?.(migration.name);
    }
    await migrateQueues(url);
    return applied;
  } finally {
    // Ending the session gives the advisory lock back, whatever happened.
    await client.end();
  }
}

async function apply(client: pg.Client, migration: Migration): Promise<void> {
  try {
    await client.query('begin');
    await client.query(migration.text);
    await client.query('insert into schema_migrations (name, sha256) values ($1, $2)', [
      migration.name,
      migration.sha256,
    ]);
    await client.query('commit');
  } catch (error) {
    await client.query('rollback').catch(() => {});
    const why = error instanceof Error ? error.message : String(error);
    const place = positionOf(error, migration.text);
    throw new Error(`迁移 ${migration.name}${place} 执行失败：${why}`, { cause: error });
  }
}

function positionOf(error: unknown, text: string): string {
  const position = Number((error as { position?: string }).position);
  return position > 0 ? ` 第 ${text.slice(0, position).split('\n').length} 行` : '';
}

/** pg-boss keeps its own tables in its own schema; they are migrated here and nowhere else. */
async function migrateQueues(url: string): Promise<void> {
  const boss = new PgBoss({ connectionString: url, max: 1, supervise: false, schedule: false });
  let failure: unknown;
  boss.on('error', (error) => (failure ??= error));
  await boss.start();
  await boss.stop({ graceful: false });
  if (failure) throw failure;
}

function changedFiles(migrations: readonly Migration[], applied: readonly Applied[]): string[] {
  const sums = new Map(applied.map((row) => [row.name, row.sha256]));
  return migrations.filter((one) => (sums.get(one.name) ?? one.sha256) !== one.sha256).map((one) => one.name);
}

/** Compares the files of this release with what the database has seen. */
export async function schemaState(pool: Pick<pg.Pool, 'query'>, dir = MIGRATIONS_DIR): Promise<SchemaState> {
  const migrations = await readMigrations(dir);
  const there = await pool.query(`select to_regclass('schema_migrations') is not null as there`);
  const applied: Applied[] = there.rows[0].there
    ? (await pool.query('select name, sha256 from schema_migrations order by name')).rows
    : [];
  const files = changedFiles(migrations, applied);
  if (files.length > 0) return { state: 'changed', files };
  const done = new Set(applied.map((row) => row.name));
  const missing = migrations.filter((one) => !done.has(one.name)).map((one) => one.name);
  if (missing.length > 0) return { state: 'behind', missing };
  const ours = new Set(migrations.map((one) => one.name));
  const unknown = applied.filter((row) => !ours.has(row.name)).map((row) => row.name);
  return unknown.length > 0 ? { state: 'ahead', unknown } : { state: 'current' };
}
