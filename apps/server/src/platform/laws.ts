// The laws of the database: constraints, triggers and unique indexes that must exist before anybody is let in.
import { readFile, writeFile } from 'node:fs/promises';
import type pg from 'pg';
import { MIGRATIONS_DIR } from './migrate.ts';

export const LAWS_FILE = `${MIGRATIONS_DIR}/laws.json`;

type Query = Pick<pg.Pool, 'query'>;

/**
 * Every law as one line, so that a difference reads by itself:
 * `check orders.orders_total_adds_up`, `trigger journal.journal_is_append_only`, `index skus.skus_code`.
 */
const ALL_LAWS = `
  select case con.contype when 'c' then 'check' when 'u' then 'unique' when 'f' then 'foreign key'
         when 'x' then 'exclusion' else 'primary key' end || ' ' || rel.relname || '.' || con.conname as law
  from pg_constraint con join pg_class rel on rel.oid = con.conrelid
  where rel.relnamespace = 'public'::regnamespace and con.contype in ('c', 'u', 'f', 'x', 'p') and con.convalidated
  union all
  select 'trigger ' || rel.relname || '.' || trg.tgname
  from pg_trigger trg join pg_class rel on rel.oid = trg.tgrelid
  where rel.relnamespace = 'public'::regnamespace and not trg.tgisinternal and trg.tgenabled <> 'D'
  union all
  select 'index ' || rel.relname || '.' || idx.relname
  from pg_index i join pg_class idx on idx.oid = i.indexrelid join pg_class rel on rel.oid = i.indrelid
  where rel.relnamespace = 'public'::regnamespace and i.indisvalid and (i.indisunique or i.indpred is not null)
    and not exists (select 1 from pg_constraint con where con.conindid = i.indexrelid and con.contype in ('u', 'x', 'p'))
`;

/** What the database enforces now, sorted. */
export async function readLaws(db: Query): Promise<string[]> {
  const { rows } = await db.query<{ law: string }>(ALL_LAWS);
  return [...new Set(rows.map((row) => row.law))].toSorted();
}

export async function expectedLaws(): Promise<string[]> {
  return JSON.parse(await readFile(LAWS_FILE, 'utf8')) as string[];
}

/** Laws that this release relies on and that somebody has dropped, disabled or left unvalidated. */
export async function missingLaws(db: Query): Promise<string[]> {
  const there = new Set(await readLaws(db));
  return (await expectedLaws()).filter((law) => !there.has(law));
}

/** Writes the list from a freshly migrated database. Returns true when the file was different. */
export async function writeLaws(db: Query): Promise<boolean> {
  const text = `${JSON.stringify(await readLaws(db), null, 2)}\n`;
  const before = await readFile(LAWS_FILE, 'utf8').catch(() => '');
  if (before !== text) await writeFile(LAWS_FILE, text);
  return before !== text;
}
