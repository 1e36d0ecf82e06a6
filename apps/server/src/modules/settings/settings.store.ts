// All SQL of the settings' tables: one row per changed key, every version kept.
import { sql } from 'kysely';
import type { Reader, Tx } from '../../platform/db.ts';

export type SettingRow = { key: string; value: unknown; version: number; changed_at: Date; changed_by: string };
export type Change = { key: string; value: unknown; version: number; at: Date; by: string };

/** Everything that was ever changed: a handful of rows. */
export async function all(reader: Reader): Promise<SettingRow[]> {
  return reader.q.selectFrom('settings').selectAll().limit(1000).execute();
}

export async function locked(tx: Tx, key: string): Promise<SettingRow | undefined> {
  return tx.q.selectFrom('settings').selectAll().where('key', '=', key).forUpdate().executeTakeFirst();
}

/** Writes the next version; false when somebody else has written one since `version` was read (0: never changed). */
export async function write(tx: Tx, change: Change): Promise<boolean> {
  const value = JSON.stringify(change.value);
  const { rows } = await sql`
    with written as (
      insert into settings (key, value, version, changed_at, changed_by)
      select ${change.key}, ${value}::jsonb, 1, ${change.at}, ${change.by} where ${change.version}::int = 0
      on conflict (key) do nothing
      returning key, version, value, changed_at, changed_by
    ), replaced as (
      update settings set value = ${value}::jsonb, version = version + 1, changed_at = ${change.at}, changed_by = ${change.by}
      where key = ${change.key} and version = ${change.version}
      returning key, version, value, changed_at, changed_by
    )
    insert into setting_versions (key, version, value, changed_at, changed_by)
    select key, version, value, changed_at, changed_by from written
    union all
    select key, version, value, changed_at, changed_by from replaced
    returning key
  `.execute(tx.q);
  return rows.length === 1;
}
