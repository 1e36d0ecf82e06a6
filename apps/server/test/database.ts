// A database of its own for a test file: cloned from the migrated template in a moment, dropped at the end.
import { randomBytes } from 'node:crypto';
import { inject } from 'vitest';
import type {} from './global-setup.ts';
import { addressOf, EMPTY_TEMPLATE, runCommand } from './postgres.ts';
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
  const source = template ? (template === true ? inject('databaseTemplate') : template) : EMPTY_TEMPLATE;
  await runCommand(server, `create database ${name} template ${source}`);
  const url = addressOf(server, name);
  const db = openDb({ ...settings, url });
  const close = async () => {
    await db.close();
    await runCommand(server, `drop database if exists ${name} with (force)`);
  };
  return { url, db, close };
}
