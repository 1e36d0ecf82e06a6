// Once per test run: a PostgreSQL server and in it one migrated database that every test file clones.
import { existsSync } from 'node:fs';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { TestProject } from 'vitest/node';
import { makeTemplate, runCommand } from './postgres.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** A superuser's address of the server, any database of it; empty in the room for PostgreSQL 15 where that is missing. */
    databaseServer: string;
    databaseTemplate: string;
  }
}

type Server = { url: string; stop(): Promise<void> };

/** The room whose tests run on the oldest PostgreSQL that we promise. */
const ROOM_15 = 'server-pg15';
const POSTGRES_15 = '/usr/lib/postgresql/15/bin/postgres';

/** TEST_DATABASE_URL runs the suite on another server; the user must be allowed to create databases. */
async function openServer(room: string): Promise<Server> {
  const outside = outsideServer(room);
  if (outside) return { url: outside, stop: async () => {} };
  const script = new URL('../../../scripts/postgres.mjs', import.meta.url);
  const { startPostgres } = (await import(script.href)) as {
    startPostgres(options: { dir: string; fsync: boolean; version: 'embedded' | '15' }): Promise<Server>;
  };
  const dir = await mkdtemp(path.join(tmpdir(), 'jishi-test-'));
  // Run by root, 15 works as `nobody` and enters its folder by the real path: the way there must be open.
  await chmod(dir, 0o755);
  const version = room === ROOM_15 ? '15' : 'embedded';
  const server = await startPostgres({ dir: path.join(dir, 'pg'), fsync: false, version });
  const stop = async () => {
    await server.stop();
    await rm(dir, { recursive: true, force: true });
  };
  return { url: server.url, stop };
}

/** The room for PostgreSQL 15 is about that server and no other. */
const outsideServer = (room: string) => (room === ROOM_15 ? undefined : process.env['TEST_DATABASE_URL']);

export default async function setup(project: TestProject) {
  if (project.name === ROOM_15 && !existsSync(POSTGRES_15)) {
    project.provide('databaseServer', '');
    return async () => {};
  }
  const server = await openServer(project.name);
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
    if (outsideServer(project.name)) await runCommand(server.url, `drop database ${template} with (force)`);
    await server.stop();
  };
}
