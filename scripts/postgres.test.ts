// The database launcher against real clusters: Chinese text, other users' folders, crashes, taken ports, two versions.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import { createRequire } from 'node:module';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { readableByOthers } from './postgres-binaries.mjs';
import { startPostgres, stopPostgres } from './postgres.mjs';
import { isAlive } from './processes.mjs';

const pg: typeof import('pg') = createRequire(new URL('../apps/server/package.json', import.meta.url))('pg');
const HAS_15 = fs.existsSync('/usr/lib/postgresql/15/bin/postgres');

let folder: string;
let dir: string;
beforeEach(() => {
  // Mode 700, as a clone under /root: nobody else may pass through.
  folder = fs.mkdtempSync(path.join(os.tmpdir(), 'jishi-pg-test-'));
  dir = path.join(folder, 'pg');
});
afterEach(async () => {
  await stopPostgres(dir);
  fs.rmSync(folder, { recursive: true, force: true });
});

async function ask<Row extends object>(url: string, sql: string): Promise<Row[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query<Row>(sql)).rows;
  } finally {
    await client.end();
  }
}

test('finds Chinese text, sorts it by pinyin and asks for the password', async () => {
  const server = await startPostgres({ dir, fsync: false });
  await ask(server.url, 'create extension pg_trgm');
  const [found] = await ask<{ likeness: number; names: string[] }>(
    server.url,
    `select similarity('华为手机壳', '华为手机') as likeness,
              array(select name from unnest(array['张三', '李四', '阿里']) name order by name) as names`,
  );
  expect(found?.likeness).toBeGreaterThan(0.4);
  expect(found?.names).toEqual(['阿里', '李四', '张三']);
  const wrong = new URL(server.url);
  wrong.password = 'guess';
  await expect(ask(wrong.href, 'select 1')).rejects.toMatchObject({ code: '28P01' });
  expect(fs.statSync(`${dir}.password`).mode & 0o777).toBe(0o600);
});

test('keeps what was written across a stop', async () => {
  const first = await startPostgres({ dir });
  await ask(first.url, 'create table kept as select 7 as number');
  await first.stop();
  await first.exited;
  const second = await startPostgres({ dir });
  expect(second.reused).toBe(false);
  expect(await ask(second.url, 'select number from kept')).toEqual([{ number: 7 }]);
});

test('is joined, not doubled, by whoever starts it again', async () => {
  const first = await startPostgres({ dir, fsync: false });
  const second = await startPostgres({ dir, fsync: false });
  expect(second).toMatchObject({ reused: true, pid: first.pid, port: first.port, url: first.url });
  await second.stop();
  await first.exited;
});

test('moves to another port when one is asked for', async () => {
  const first = await startPostgres({ dir, fsync: false });
  const wanted = await freePort();
  const second = await startPostgres({ dir, fsync: false, port: wanted });
  await first.exited;
  expect(second).toMatchObject({ reused: false, port: wanted });
});

test('does not outlive a parent that is killed', async () => {
  const launcher = fileURLToPath(new URL('postgres.mjs', import.meta.url));
  const script = `const { startPostgres } = await import(${JSON.stringify(launcher)});
      const server = await startPostgres({ dir: ${JSON.stringify(dir)}, fsync: false });
      console.log(server.pid); setInterval(() => {}, 1000);`;
  const parent = spawn(process.execPath, ['--input-type=module', '-e', script], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const pid = await new Promise<number>((resolve) => parent.stdout.once('data', (text) => resolve(Number(text))));
  expect(isAlive(pid)).toBe(true);
  parent.kill('SIGKILL');
  await once(parent, 'exit');
  const next = await startPostgres({ dir, fsync: false });
  expect(await ask(next.url, 'select 1 as one')).toEqual([{ one: 1 }]);
  await next.stop();
  expect(isAlive(pid)).toBe(false);
});

test('starts after a crash, although the pid file names a process of somebody else', async () => {
  const first = await startPostgres({ dir });
  const pidFile = fs.readFileSync(path.join(dir, 'postmaster.pid'), 'utf8');
  await first.stop();
  fs.writeFileSync(path.join(dir, 'postmaster.pid'), pidFile.replace(/^\d+/, String(process.pid)));
  const second = await startPostgres({ dir });
  expect(second.reused).toBe(false);
});

test('names the port that is taken', async () => {
  const squatter = net.createServer();
  const port = await new Promise<number>((resolve) => {
    squatter.listen(0, '127.0.0.1', () => {
      const address = squatter.address();
      resolve(typeof address === 'object' && address ? address.port : 0);
    });
  });
  await expect(startPostgres({ dir, port })).rejects.toThrow(`端口 ${port} 已被占用`);
  squatter.close();
});

test('refuses a folder that holds other things', async () => {
  fs.mkdirSync(dir);
  fs.writeFileSync(path.join(dir, 'diary.txt'), 'mine');
  await expect(startPostgres({ dir })).rejects.toThrow('不是空目录');
  expect(fs.readFileSync(path.join(dir, 'diary.txt'), 'utf8')).toBe('mine');
});

test('leaves no half-made cluster behind an interrupted start', async () => {
  fs.mkdirSync(`${dir}.new`);
  fs.writeFileSync(path.join(`${dir}.new`, 'PG_VERSION'), '18\n');
  const server = await startPostgres({ dir, fsync: false });
  expect(await ask(server.url, 'select 1 as one')).toEqual([{ one: 1 }]);
  expect(fs.existsSync(`${dir}.new`)).toBe(false);
});

test('explains a lost and a wrong password', async () => {
  const server = await startPostgres({ dir, fsync: false });
  await server.stop();
  fs.writeFileSync(`${dir}.password`, 'wrong');
  await expect(startPostgres({ dir })).rejects.toThrow('数据库密码与');
  fs.rmSync(`${dir}.password`);
  await expect(startPostgres({ dir })).rejects.toThrow('找不到数据库密码文件');
});

test('runs Debian’s 15 too, and neither opens the folder of the other', async ({ skip }) => {
  skip(!HAS_15, '没有安装 postgresql-15');
  // 15 needs the real path, which its user must be able to walk.
  fs.chmodSync(folder, 0o711);
  const old = await startPostgres({ dir, fsync: false, version: '15' });
  expect(await ask(old.url, `select current_setting('server_version_num')::int / 10000 as major`)).toEqual([
    { major: 15 },
  ]);
  expect(await ask(old.url, `select lower('Ä手机') as text`)).toEqual([{ text: 'ä手机' }]);
  await old.stop();
  await expect(startPostgres({ dir })).rejects.toThrow('属于 PostgreSQL 15，而现在使用的是 PostgreSQL 18');
});

test('programs below a private folder are known to be out of reach for others', () => {
  const native = path.join(folder, 'native');
  for (const name of ['bin', 'lib']) fs.mkdirSync(path.join(native, name), { recursive: true });
  for (const name of ['initdb', 'postgres']) fs.writeFileSync(path.join(native, 'bin', name), '', { mode: 0o755 });
  expect(readableByOthers(native)).toBe(false);
  fs.chmodSync(folder, 0o755);
  expect(readableByOthers(native)).toBe(true);
  fs.chmodSync(path.join(native, 'bin/postgres'), 0o700);
  expect(readableByOthers(native)).toBe(false);
});

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const probe = net.createServer().listen(0, '127.0.0.1', () => {
      const address = probe.address();
      probe.close(() => resolve(typeof address === 'object' && address ? address.port : 0));
    });
  });
}
