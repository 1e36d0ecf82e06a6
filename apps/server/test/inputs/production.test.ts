// The real process in production: what it refuses to start with, in one list, and what stays shut when it runs.
import { generateKeyPairSync } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { adminCreateBrand, mockLogin, staffLogin } from '@jishi/contract';
import { createSim } from '@jishi/wechat-sim';
import { sql } from 'kysely';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readLaws } from '../../src/platform/laws.ts';
import { answering, launch, type Death } from '../chaos/process.ts';
import { testDatabase, type TestDatabase } from '../database.ts';
import { freePort, houseEnv } from '../env.ts';
import { knock } from './knock.ts';

const LONG = { timeout: 60_000 };

let dir: string;
let database: TestDatabase;
let sound: Record<string, string>;

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'jishi-production-'));
  database = await testDatabase();
  const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const [own, theirs] = [join(dir, 'own.pem'), join(dir, 'wechat.pem')];
  await writeFile(own, privateKey.export({ type: 'pkcs8', format: 'pem' }));
  await writeFile(theirs, publicKey.export({ type: 'spki', format: 'pem' }));
  sound = {
    NODE_ENV: 'production',
    ROLE: 'api',
    HOST: '127.0.0.1',
    PORT: String(await freePort()),
    PUBLIC_URL: 'https://shop.example.com',
    DATABASE_URL: database.url,
    DATA_DIR: dir,
    LOG_LEVEL: 'warn',
    ACCESS_TOKEN_SECRET: 'q8Jf3kP0vZx7LmN2rT5wYb9cE4hU6sAd',
    DATA_KEYS: 'k2026=0Zq1mN8sYb3uGx5vQw7eRt9iOp2aSd4fGh6jKl8zXc0=',
    STAFF_SESSION_SECRET: 'Zp4xC7vB1nM8kL3jH6gF9dS2aQ5wE0rT',
    WECHAT_APPID: 'wx0123456789abcdef',
    WECHAT_APP_SECRET: '0123456789abcdef0123456789abcdef',
    WECHAT_PAY_MCHID: '1230000109',
    WECHAT_PAY_SERIAL_NO: '5157F09EFDC096DE15EBE81A47057A72',
    WECHAT_PAY_PRIVATE_KEY_PATH: own,
    WECHAT_PAY_API_V3_KEY: 'Abcdefghijklmnopqrstuvwxyz012345',
    WECHAT_PAY_PUBLIC_KEY_ID: 'PUB_KEY_ID_0112300001092024',
    WECHAT_PAY_PUBLIC_KEY_PATH: theirs,
  };
});
afterAll(async () => {
  await database.close();
  await rm(dir, { recursive: true, force: true });
});

type Refusal = Death & { said: string; lines: string[] };

/** Starts it and waits for its end; a server that starts instead is stopped, and the test sees that it ended well. */
async function refusal(env: Record<string, string>): Promise<Refusal> {
  const server = launch(env);
  const timer = setTimeout(() => void server.stop(), 30_000);
  const death = await server.ended;
  clearTimeout(timer);
  const said = server.said();
  return { ...death, said, lines: said.split('\n').filter((line) => line.startsWith('  - ')) };
}

const namesIn = ({ lines }: Refusal) => lines.map((line) => /^ {2}- ([^：]+)：/.exec(line)?.[1]);

function expectRefused({ code, said, lines }: Refusal): void {
  expect(code, said).toBe(1);
  expect(said).toMatch(/^配置有 \d+ 个问题，服务未启动：\n/);
  expect(said, 'a list for a person, without a stack').not.toMatch(/\bat .*:\d+:\d+|Error:/);
  expect(Number(/^配置有 (\d+)/.exec(said)?.[1])).toBe(lines.length);
  for (const line of lines) expect(line).toMatch(/：.*[一-鿿]/);
}

test('everything unsafe is refused in one list, each by the name of its variable', LONG, async () => {
  const unsafe = {
    CORS_ORIGINS: '*',
    DEV_LOGIN: 'true',
    DEBUG_ROUTES: 'true',
    CAPTCHA: 'off',
    RATE_LIMIT: 'off',
    CRASH_AT: 'relay.before-commit#2',
    PUBLIC_URL: '',
    ACCESS_TOKEN_SECRET: 'short',
    STAFF_SESSION_SECRET: 'short',
    DATA_KEYS: 'k1=short',
    WECHAT_API_BASE_URL: 'http://127.0.0.1:8090',
    WECHAT_OAUTH_BASE_URL: 'http://localhost:8090',
    WECHAT_PAY_BASE_URL: 'http://api.mch.weixin.qq.com',
    WECHAT_PAY_PRIVATE_KEY_PATH: '/nowhere/key.pem',
    WECHAT_PAY_API_V3_KEY: 'too short',
    PORT: 'eighty',
  };
  const refused = await refusal({ ...sound, ...unsafe });
  expectRefused(refused);
  expect(new Set(namesIn(refused))).toEqual(new Set(Object.keys(unsafe)));
});

test('an empty environment is told all that is missing', LONG, async () => {
  const refused = await refusal({ NODE_ENV: 'production' });
  expectRefused(refused);
  const missing = [
    'DATABASE_URL',
    'ACCESS_TOKEN_SECRET',
    'STAFF_SESSION_SECRET',
    'DATA_KEYS',
    'PUBLIC_URL',
    'WECHAT_APPID',
    'WECHAT_APP_SECRET',
    'WECHAT_PAY_MCHID',
  ];
  expect(new Set(namesIn(refused))).toEqual(new Set(missing));
});

test('what belongs to the simulator is refused, whichever way it was copied', LONG, async () => {
  const sim = await createSim();
  try {
    const demo = await houseEnv({ sim, database, dir, port: 0, env: {} });
    const wechat = Object.fromEntries(Object.entries(demo).filter(([name]) => name.startsWith('WECHAT_')));
    const refused = await refusal({ ...sound, ...wechat });
    expectRefused(refused);
    // Ids and secrets, keys and addresses alike: there is nothing among them that production could use.
    expect(new Set(namesIn(refused))).toEqual(new Set(Object.keys(wechat)));
  } finally {
    await sim.close();
  }
});

test('names of the earlier systems are refused with a hint', LONG, async () => {
  const { WECHAT_APPID: _, ...rest } = sound;
  const refused = await refusal({ ...rest, WX_APPID: 'wx0123456789abcdef' });
  expectRefused(refused);
  expect(refused.said).toContain('WX_APPID：这是旧系统的变量名，请改用 WECHAT_APPID');
});

test('a database that is behind is refused with the names of what is missing', LONG, async () => {
  const empty = await testDatabase({ template: false });
  try {
    const refused = await refusal({ ...sound, DATABASE_URL: empty.url });
    expectRefused(refused);
    expect(refused.said).toMatch(/数据库：有 \d+ 个迁移未执行（.*0001_platform.*），请运行 npm run migrate/);
  } finally {
    await empty.close();
  }
});

const LOST: Record<string, string> = {
  'check stock_balances.': `alter table stock_balances drop constraint "{name}"`,
  'foreign key order_lines.': `alter table order_lines drop constraint "{name}"`,
  'unique payment_attempts.': `alter table payment_attempts drop constraint "{name}" cascade`,
  'trigger ledger_entries.': `alter table ledger_entries disable trigger "{name}"`,
  'index buyer_tokens.': `drop index "{name}"`,
};

test.for(Object.entries(LOST))(
  'a database that has lost its law “%s” is refused by name',
  LONG,
  async ([kind, command]) => {
    const damaged = await testDatabase();
    try {
      const law = (await readLaws(damaged.db.pool)).find((one) => one.startsWith(kind));
      expect(law, `there is no law that begins with ${kind}`).toBeDefined();
      const name = (law ?? '').slice((law ?? '').indexOf('.') + 1);
      await sql.raw(command.replace('{name}', name)).execute(damaged.db.q);
      const refused = await refusal({ ...sound, DATABASE_URL: damaged.url });
      expectRefused(refused);
      expect(refused.said).toContain(law);
    } finally {
      await damaged.close();
    }
  },
);

test(
  'in production nobody signs in without WeChat, captcha and limits hold, and cookies are for https',
  LONG,
  async () => {
    const server = launch(sound);
    const url = `http://127.0.0.1:${sound['PORT']}`;
    const api = `${url}/api/v1`;
    try {
      await answering(server, url);
      const mock = await knock(api, mockLogin, { openid: 'openid_of_nobody' });
      expect([mock.status, mock.code]).toEqual([403, 'auth.mock_disabled']);
      const guess = { username: 'admin', password: 'admin123' };
      expect((await knock(api, staffLogin, guess)).code).toBe('staff.captcha_wrong');
      expect((await knock(api, adminCreateBrand, { name: '牌子' })).code).toBe('staff.not_signed_in');
      const codes = [];
      for (let knocks = 0; knocks < 25; knocks += 1) codes.push((await knock(api, staffLogin, guess)).code);
      expect(codes).toContain('rate.limited');
      const page = await fetch(`${url}/api/v1/config/public`);
      expect(page.headers.get('strict-transport-security')).toMatch(/max-age=\d{7,}/);
      expect(await page.json()).toMatchObject({ isDemo: false });
      const foreign = await fetch(`${url}/api/v1/config/public`, { headers: { origin: 'https://evil.example' } });
      expect(foreign.headers.get('access-control-allow-origin')).toBeNull();
    } finally {
      const death = await server.stop();
      expect(death, server.said()).toEqual({ code: 0, signal: null });
    }
  },
);
