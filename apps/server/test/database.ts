// A database of its own for a test file: cloned from the migrated template in a moment, dropped at the end.
import { randomBytes } from 'node:crypto';
import pg from 'pg';
import { inject } from 'vitest';
import type {} from './global-setup.ts';
import { openDb, type Db, type DbSettings } from '../src/platform/db.ts';

export type TestDatabase = { url: string; db: Db; close(): Promise<void> };

/**
 * Clones the template. `template` may name another database of the test server, which nobody is connected to; with
 * false the new one is empty, for the tests of migrations.
 */
export async function testDatabase(
  options: Partial<DbSettings> & { template?: boolean | string } = {},
): Promise<TestDatabase> {
  const { template = true, ...settings } = options;
  const server = inject('databaseServer');
  const name = `t_${process.pid}_${randomBytes(6).toString('hex')}`;
  const source = template
    ? template === true
      ? inject('databaseTemplate')
      : template
    : `template0 encoding 'UTF8' lc_collate 'C.UTF-8' lc_ctype 'C.UTF-8'`;
  await command(server, `create database ${name} template ${source}`);
  const address = new URL(server);
  address.pathname = `/${name}`;
  const db = openDb({ ...settings, url: address.href });
  const close = async () => {
    await db.close();
    await command(server, `drop database if exists ${name} with (force)`);
  };
  return { url: address.href, db, close };
}

async function command(url: string, text: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(text);
  } finally {
    await client.end();
  }
}

/** What an operator fills in before the first return: without it no buyer would know where to send a parcel. */
export async function writeReturnAddress(db: Db): Promise<void> {
  const written = { 'shop.returnPhone': '0571-88888888', 'shop.returnAddress': '浙江省杭州市余杭区仓前街道 8 号仓' };
  const rows = Object.entries(written).map(([key, value]) => ({
    key,
    value: JSON.stringify(value),
    version: 1,
    changed_at: new Date('2026-01-01T00:00:00Z'),
    changed_by: 'test',
  }));
  await db.q.insertInto('settings').values(rows).execute();
  await db.q.insertInto('setting_versions').values(rows).execute();
}
