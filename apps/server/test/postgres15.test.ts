// That the journeys of this room really run on PostgreSQL 15; says why when they do not run at all.
import { expect, inject, test } from 'vitest';
import { testDatabase } from './database.ts';

test('migrations and journeys run on PostgreSQL 15 as well', async ({ skip }) => {
  skip(inject('databaseServer') === '', '没有安装 PostgreSQL 15（Debian 软件包 postgresql-15）');
  const { db, close } = await testDatabase();
  const { rows } = await db.pool.query<{ server_version: string }>('show server_version');
  await close();
  expect(rows[0]?.server_version).toMatch(/^15\./);
});
