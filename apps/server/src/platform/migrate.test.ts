// Migrations and laws: applied once, never edited, refused when the database is not what this release needs.
import { mkdtemp, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { testDatabase, type TestDatabase } from '../../test/database.ts';
import { lawsProblem, platformChecks, schemaProblem } from './checks.ts';
import { loadConfig } from './config.ts';
import { LAWS_FILE, readLaws, writeLaws } from './laws.ts';
import { migrate, readMigrations, schemaState } from './migrate.ts';
import { schemaTypes, TYPES_FILE, writeSchemaTypes } from './schema-types.ts';

/** UPDATE_SCHEMA=1 writes laws.json and db.types.ts anew from the migrations, as `cli.ts laws` and `cli.ts types` do. */
const update = process.env['UPDATE_SCHEMA'] === '1';

let house: TestDatabase;
let dir: string;
const put = (name: string, text: string) => writeFile(path.join(dir, name), text);

beforeEach(async () => {
  house = await testDatabase({ template: false });
  dir = await mkdtemp(path.join(tmpdir(), 'jishi-sql-'));
  await put('0001_first.sql', 'create table first (n int);');
  await put('0002_second.sql', 'create table second (n int); insert into second values (1);');
  await put('notes.sql', 'this is not SQL');
});
afterEach(() => house.close());

test('files are applied in order, once, however many start at the same time', async () => {
  const both = await Promise.all([migrate(house.url, { dir }), migrate(house.url, { dir })]);
  expect(both.flat()).toEqual(['0001_first.sql', '0002_second.sql']);
  expect((await house.db.pool.query('select count(*) from second')).rows[0].count).toBe(1);
  expect(await schemaState(house.db.pool, dir)).toEqual({ state: 'current' });
});

test('an applied file that was edited is refused by name; line ends do not count', async () => {
  await migrate(house.url, { dir });
  await put('0001_first.sql', 'create table first (n int);\r\n'.trimEnd());
  await migrate(house.url, { dir });
  await put('0001_first.sql', 'create table first (n bigint);');
  await expect(migrate(house.url, { dir })).rejects.toThrow(/0001_first\.sql/);
  expect(await schemaState(house.db.pool, dir)).toEqual({ state: 'changed', files: ['0001_first.sql'] });
});

test('a file that fails leaves nothing of itself behind and says where', async () => {
  await put('0003_third.sql', 'create table third (n int);\nselect 1/0;');
  await expect(migrate(house.url, { dir })).rejects.toThrow(/0003_third\.sql.*division by zero/);
  const { rows } = await house.db.pool.query(`select to_regclass('third') as third, to_regclass('second') as second`);
  expect(rows[0]).toEqual({ third: null, second: 'second' });
  await put('0003_third.sql', 'create tabel third (n int);');
  await expect(migrate(house.url, { dir })).rejects.toThrow(/0003_third\.sql 第 1 行/);
});

test('the database tells whether it is behind or ahead of this release', async () => {
  expect(await schemaState(house.db.pool, dir)).toEqual({
    state: 'behind',
    missing: ['0001_first.sql', '0002_second.sql'],
  });
  await migrate(house.url, { dir });
  await put('0003_third.sql', 'select 1;');
  expect(await schemaState(house.db.pool, dir)).toEqual({ state: 'behind', missing: ['0003_third.sql'] });
  await migrate(house.url, { dir });
  await writeFile(path.join(dir, 'gone'), '');
  const older = await mkdtemp(path.join(tmpdir(), 'jishi-sql-'));
  await writeFile(path.join(older, '0001_first.sql'), 'create table first (n int);');
  expect(await schemaState(house.db.pool, older)).toEqual({
    state: 'ahead',
    unknown: ['0002_second.sql', '0003_third.sql'],
  });
});

test('two files with one number are refused', async () => {
  await put('0002_again.sql', 'select 1;');
  await expect(readMigrations(dir)).rejects.toThrow(/0002/);
});

test('a fresh database passes every check of the platform, and the committed laws are exactly its laws', async () => {
  const fresh = await testDatabase();
  if (update) await writeLaws(fresh.db.pool);
  try {
    const config = loadConfig({ DATABASE_URL: fresh.url, DATA_DIR: dir });
    for (const check of platformChecks(config, fresh.db))
      expect([check.name, await check.run()]).toEqual([check.name, null]);
    expect(JSON.parse(await readFile(LAWS_FILE, 'utf8'))).toEqual(await readLaws(fresh.db.pool));
  } finally {
    await fresh.close();
  }
});

test('the committed types are exactly those of the migrated database', async () => {
  const fresh = await testDatabase();
  if (update) await writeSchemaTypes(fresh.url, { check: false });
  try {
    expect(await readFile(TYPES_FILE, 'utf8')).toBe(await schemaTypes(fresh.url));
  } finally {
    await fresh.close();
  }
});

test('a dropped constraint, a disabled trigger and a dropped index are each missed by name', async () => {
  const fresh = await testDatabase();
  try {
    await fresh.db.pool.query('alter table idempotency_keys drop constraint idempotency_keys_done_has_answer');
    await fresh.db.pool.query('alter table stock_movements disable trigger stock_movements_append_only');
    const problem = await lawsProblem(fresh.db);
    expect(problem).toMatch(/缺少 2 项约束/);
    expect(problem).toMatch(/idempotency_keys_done_has_answer.*stock_movements_append_only/);
    expect(await schemaProblem(fresh.db)).toBeNull();
  } finally {
    await fresh.close();
  }
  expect(await schemaProblem(house.db)).toMatch(/npm run migrate/);
});
