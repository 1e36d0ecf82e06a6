// Databases of a test server: a migrated template, made once, and clones of it, made in a moment.
import pg from 'pg';
import { migrate } from '../src/platform/migrate.ts';

export const EMPTY_TEMPLATE = `template0 encoding 'UTF8' lc_collate 'C.UTF-8' lc_ctype 'C.UTF-8'`;

/** Makes the database that all others are cloned from. */
export async function makeTemplate(server: string, template: string): Promise<void> {
  await runCommand(server, `drop database if exists ${template} with (force)`);
  await runCommand(server, `create database ${template} template ${EMPTY_TEMPLATE}`);
  await migrate(addressOf(server, template));
}

/** The same server, another database. */
export function addressOf(server: string, database: string): string {
  const address = new URL(server);
  address.pathname = `/${database}`;
  return address.href;
}

export async function runCommand(url: string, text: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(text);
  } finally {
    await client.end();
  }
}
