// Once per test run: a PostgreSQL server and in it one migrated database that every test file clones.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import pg from 'pg';
import type { TestProject } from 'vitest/node';
import { migrate } from '../src/platform/migrate.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** A superuser's address of the server; any database of it. */
    databaseServer: string;
    databaseTemplate: string;
  }
}

type Server = { url: string; stop(): Promise<void> };

/** TEST_DATABASE_URL runs the suite on another server, say PostgreSQL 15; the user must be allowed to create databases. */
async function openServer(): Promise<Server> {
  const outside = process.env['TEST_DATABASE_URL'];
  if (outside) return { url: outside, stop: async () => {} };
  const script = new URL('../../../scripts/postgres.mjs', import.meta.url);
  const { startPostgres } = (await import(script.href)) as {
    startPostgres(options: { dir: string; fsync: boolean }): Promise<Server>;
  };
  const dir = await mkdtemp(path.join(tmpdir(), 'jishi-test-'));
  const server = await startPostgres({ dir: path.join(dir, 'pg'), fsync: false });
  const stop = async () => {
    await server.stop();
    await rm(dir, { recursive: true, force: true });
  };
  return { url: server.url, stop };
}

export default async function setup(project: TestProject) {
  const server = await openServer();
  const template = `jishi_tpl_${process.pid}_${project.name}`.replaceAll(/\W/g, '_');
  try {
    await makeTemplate(server.url, template);
  } catch (error) {
    // A broken migration must not leave a server behind.
    await server.stop();
    throw error;
  }
  project.provide('databaseServer', server.url);
  project.provide('databaseTemplate', template);
  return async () => {
    if (process.env['TEST_DATABASE_URL']) await command(server.url, `drop database ${template} with (force)`);
    await server.stop();
  };
}

async function makeTemplate(server: string, template: string): Promise<void> {
  await command(server, `drop database if exists ${template} with (force)`);
  await command(
    server,
    `create database ${template} template template0 encoding 'UTF8' lc_collate 'C.UTF-8' lc_ctype 'C.UTF-8'`,
  );
  const url = new URL(server);
  url.pathname = `/${template}`;
  await migrate(url.href);
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
