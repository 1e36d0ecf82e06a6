// Starts a small clone for real and treats it as people and machines do: Ctrl-C, taken ports, kill -9, a second start.
import fs from 'node:fs';
import net from 'node:net';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { makeHouse, processesOf, start, type Start } from './test/pretend-house.ts';

let root: string;
let port: number;
let flags: string[];
let starts: Start[];

beforeEach(async () => {
  root = makeHouse();
  port = await freePort();
  flags = ['--port', String(port), '--sim-port', String(await freePort())];
  starts = [];
});
afterEach(async () => {
  for (const { child } of starts) child.kill('SIGKILL');
  await eventually(() => expect(processesOf(root)).toEqual([]));
  fs.rmSync(root, { recursive: true, force: true });
});

function begin(args: string[] = flags, env: Record<string, string> = {}, script = 'start.mjs'): Start {
  const one = start(root, args, env, script);
  starts.push(one);
  return one;
}
const inRoot = (file: string) => path.join(root, file);
const buildsMade = () => fs.readFileSync(inRoot('builds.log'), 'utf8').trim().split('\n').toSorted();

test('brings up a whole house, tells where it is, and Ctrl-C leaves no process behind', async () => {
  const house = begin();
  await house.says('按 Ctrl-C 停止');
  expect(house.said()).toContain(`http://localhost:${port}/admin/`);
  expect(house.said()).toContain('演示账号：店长 / 123456');
  expect(await (await fetch(`http://127.0.0.1:${port}/`)).text()).toBe('ok');
  expect(fs.readFileSync(inRoot('.data/uploads.commands'), 'utf8')).toBe('migrate\nseed --once\n');

  house.child.kill('SIGINT');
  expect(await house.ended).toBe(0);
  expect(processesOf(root)).toEqual([]);
  // The server had time to say goodbye.
  expect(fs.readFileSync(inRoot('.data/logs/server.log'), 'utf8')).toContain('bye');
});

test('keeps the secrets, the data and the built pages for the next start', async () => {
  const first = begin();
  await first.says('按 Ctrl-C 停止');
  first.child.kill('SIGTERM');
  await first.ended;
  const before = JSON.parse(fs.readFileSync(inRoot('.data/uploads.env.json'), 'utf8'));

  const second = begin();
  await second.says('按 Ctrl-C 停止');
  const after = JSON.parse(fs.readFileSync(inRoot('.data/uploads.env.json'), 'utf8'));
  expect(after.ACCESS_TOKEN_SECRET).toBe(before.ACCESS_TOKEN_SECRET);
  expect(after.ACCESS_TOKEN_SECRET.length).toBeGreaterThan(40);
  expect(new URL(after.DATABASE_URL).password).toBe(new URL(before.DATABASE_URL).password);
  expect(buildsMade()).toEqual(['dist', 'dist/h5']);
  second.child.kill('SIGTERM');
  await second.ended;

  fs.writeFileSync(inRoot('apps/admin/page.vue'), '<template />');
  const third = begin();
  await third.says('按 Ctrl-C 停止');
  // Only the page whose source changed.
  expect(buildsMade()).toEqual(['dist', 'dist', 'dist/h5']);
});

test('says which port is taken and how to choose another', async () => {
  const squatter = net.createServer().listen(port);
  try {
    const house = begin();
    expect(await house.ended).toBe(1);
    expect(house.said()).toContain(`端口 ${port}（网站）已被占用`);
    expect(house.said()).toContain(`--port ${port + 1}`);
    expect(house.said()).not.toContain('    at ');
  } finally {
    squatter.close();
  }
});

test('refuses to run twice in one clone', async () => {
  const first = begin();
  await first.says('按 Ctrl-C 停止');
  const second = begin();
  expect(await second.ended).toBe(1);
  expect(second.said()).toContain(`集市已经在运行（进程 ${first.child.pid}）`);
  // The first one did not notice.
  expect((await fetch(`http://127.0.0.1:${port}/`)).ok).toBe(true);
  const fresh = begin(['--fresh', ...flags]);
  expect(await fresh.ended).toBe(1);
  expect(fresh.said()).toContain('集市正在运行');
});

test('recovers from kill -9: nothing lives on, and the next start works', async () => {
  const first = begin();
  await first.says('按 Ctrl-C 停止');
  first.child.kill('SIGKILL');
  await first.ended;
  const second = begin();
  await second.says('按 Ctrl-C 停止');
  second.child.kill('SIGINT');
  expect(await second.ended).toBe(0);
  expect(processesOf(root)).toEqual([]);
});

test('--fresh forgets everything that was there', async () => {
  const first = begin();
  await first.says('按 Ctrl-C 停止');
  first.child.kill('SIGINT');
  await first.ended;
  const secrets = fs.readFileSync(inRoot('.data/dev.env'), 'utf8');
  const second = begin(['--fresh', ...flags]);
  await second.says('按 Ctrl-C 停止');
  expect(fs.readFileSync(inRoot('.data/dev.env'), 'utf8')).not.toBe(secrets);
});

test('stops everything with a sentence when the server dies', async () => {
  fs.writeFileSync(inRoot('apps/server/src/main.ts'), `console.log('配置有误'); process.exit(3);`);
  const house = begin();
  expect(await house.ended).toBe(1);
  expect(house.said()).toContain('服务器意外停止');
  expect(house.said()).toContain('配置有误');
  expect(processesOf(root)).toEqual([]);
});

test('shows the output of a build that fails and stops the rest', async () => {
  fs.writeFileSync(inRoot('node_modules/@tarojs/cli/bin/taro'), `console.log('语法错误'); process.exit(1);`);
  const house = begin();
  expect(await house.ended).toBe(1);
  expect(house.said()).toContain('构建商城 H5失败');
  expect(house.said()).toContain('语法错误');
  expect(processesOf(root)).toEqual([]);
});

test('a bundler that ends well without a page has failed', async () => {
  fs.writeFileSync(inRoot('node_modules/@tarojs/cli/bin/taro'), '');
  const house = begin();
  expect(await house.ended).toBe(1);
  expect(house.said()).toContain('apps/shop/dist/h5 缺少 index.html');
});

test('a data folder of another PostgreSQL is left alone', async () => {
  fs.mkdirSync(inRoot('.data/pg'), { recursive: true });
  fs.writeFileSync(inRoot('.data/pg/PG_VERSION'), '15\n');
  const house = begin();
  expect(await house.ended).toBe(1);
  expect(house.said()).toContain('属于 PostgreSQL 15，而现在使用的是 PostgreSQL 18');
  expect(fs.readFileSync(inRoot('.data/pg/PG_VERSION'), 'utf8')).toBe('15\n');
});

test('a DATABASE_URL that nobody answers is explained', async () => {
  const house = begin(flags, { DATABASE_URL: `postgres://x:y@127.0.0.1:${await freePort()}/z` });
  expect(await house.ended).toBe(1);
  expect(house.said()).toContain('连不上 DATABASE_URL 指向的数据库');
  expect(house.said()).not.toContain('    at ');
});

test('the shell wins over .env, and .env over what is made for development', async () => {
  fs.writeFileSync(inRoot('.env'), 'LOG_LEVEL=warn\nRATE_LIMIT=off\nPUBLIC_URL=\nWECHAT_APPID=wxsim-of-env\n');
  const house = begin(flags, { LOG_LEVEL: 'debug' });
  await house.says('按 Ctrl-C 停止');
  expect(JSON.parse(fs.readFileSync(inRoot('.data/uploads.env.json'), 'utf8'))).toMatchObject({
    LOG_LEVEL: 'debug',
    RATE_LIMIT: 'off',
    WECHAT_APPID: 'wxsim-of-env',
    // Empty means none.
    PUBLIC_URL: `http://localhost:${port}`,
    NODE_ENV: 'development',
  });
});

test('--watch builds the shop again when its source changes, and restarts the server', async () => {
  fs.mkdirSync(inRoot('apps/shop/src'));
  fs.writeFileSync(inRoot('node_modules/vite/bin/vite.js'), 'setInterval(() => {}, 1000);');
  const house = begin(['--watch', ...flags]);
  await house.says('按 Ctrl-C 停止');
  expect(buildsMade()).toEqual(['dist/h5']);
  fs.writeFileSync(inRoot('apps/shop/src/page.tsx'), 'export {};');
  await eventually(() => expect(buildsMade()).toEqual(['dist/h5', 'dist/h5']));
  fs.appendFileSync(inRoot('apps/server/src/main.ts'), `console.log('fresh code');`);
  await house.says('fresh code');
  house.child.kill('SIGINT');
  expect(await house.ended).toBe(0);
  expect(processesOf(root)).toEqual([]);
});

test('an unknown flag and a port that is none are refused', async () => {
  const flag = begin(['--frehs']);
  expect(await flag.ended).toBe(1);
  expect(flag.said()).toContain('不认识的选项 --frehs');
  const silly = begin(['--port', 'eighty']);
  expect(await silly.ended).toBe(1);
  expect(silly.said()).toContain('PORT 的值“eighty”不是有效的端口');
});

test('bring the database up for one command and put it away again', async () => {
  const command = begin(['migrate'], {}, 'command.mjs');
  expect(await command.ended).toBe(0);
  expect(fs.readFileSync(inRoot('.data/uploads.commands'), 'utf8')).toBe('migrate\n');
  expect(processesOf(root)).toEqual([]);
});

test('a production command gets what the person chose and nothing that was made for development', async () => {
  fs.writeFileSync(inRoot('apps/server/src/cli.ts'), 'console.log(JSON.stringify(process.env)); process.exit(5);');
  fs.writeFileSync(inRoot('.env'), 'NODE_ENV=production\nDATABASE_URL=postgres://db.example/shop\n');
  const command = begin(['doctor'], {}, 'command.mjs');
  expect(await command.ended).toBe(5);
  const env = JSON.parse(command.said());
  expect(env).toMatchObject({ NODE_ENV: 'production', DATABASE_URL: 'postgres://db.example/shop' });
  expect(Object.keys(env).filter((name) => /^WECHAT_|_SECRET$|^PUBLIC_URL$/.test(name))).toEqual([]);
  expect(fs.existsSync(inRoot('.data'))).toBe(false);
});

test('the demo does not start in production', async () => {
  const house = begin(flags, { NODE_ENV: 'production' });
  expect(await house.ended).toBe(1);
  expect(house.said()).toContain('生产环境请运行 npm run serve');
  expect(fs.existsSync(inRoot('.data'))).toBe(false);
});

test('a linked node_modules is not emptied to install into it', async () => {
  const elsewhere = inRoot('elsewhere');
  fs.renameSync(inRoot('node_modules'), elsewhere);
  fs.symlinkSync(elsewhere, inRoot('node_modules'));
  fs.writeFileSync(path.join(elsewhere, '.jishi-lock'), 'of another lock');
  fs.writeFileSync(
    inRoot('package-lock.json'),
    JSON.stringify({ packages: { 'node_modules/new': { version: '1.0.0' } } }),
  );
  const house = begin();
  expect(await house.ended).toBe(1);
  expect(house.said()).toContain('是一个符号链接');
  expect(house.said()).not.toContain('    at ');
  expect(fs.existsSync(path.join(elsewhere, 'vite/bin/vite.js'))).toBe(true);
});

test('use the database of a running house and leave it running', async () => {
  const house = begin();
  await house.says('按 Ctrl-C 停止');
  const command = begin(['doctor'], {}, 'command.mjs');
  expect(await command.ended).toBe(0);
  expect(fs.readFileSync(inRoot('.data/uploads.commands'), 'utf8')).toContain('doctor');
  expect((await fetch(`http://127.0.0.1:${port}/`)).ok).toBe(true);
  expect(house.said()).not.toContain('意外停止');
});

test('pass on the failure of the command', async () => {
  fs.writeFileSync(inRoot('apps/server/src/cli.ts'), 'process.exit(4);');
  const command = begin(['doctor'], {}, 'command.mjs');
  expect(await command.ended).toBe(4);
});

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const probe = net.createServer().listen(0, () => {
      const address = probe.address();
      probe.close(() => resolve(typeof address === 'object' && address ? address.port : 0));
    });
  });
}

async function eventually(check: () => void): Promise<void> {
  for (let attempt = 0; ; attempt++) {
    try {
      return check();
    } catch (error) {
      if (attempt === 200) throw error;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
}
