// The configuration: every problem at once, in Chinese and by name; nothing unsafe in production.
import { generateKeyPairSync } from 'node:crypto';
import { readFile, writeFile, mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { BadConfig, envExample, isLocal, knownTestCredentials, loadConfig } from './config.ts';
import { GROUPS } from './config.schema.ts';
import { DEMO_DATA_KEYS } from './seal.ts';

let keyFile: string;
beforeAll(async () => {
  keyFile = path.join(await mkdtemp(path.join(tmpdir(), 'jishi-keys-')), 'key.pem');
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  await writeFile(keyFile, privateKey.export({ type: 'pkcs8', format: 'pem' }));
});

const DATABASE_URL = 'postgres://jishi:secret@127.0.0.1:5432/jishi';
const production = () => ({
  NODE_ENV: 'production',
  DATABASE_URL,
  PUBLIC_URL: 'https://shop.example.com',
  ACCESS_TOKEN_SECRET: 'q8Jf3kP0vZx7LmN2rT5wYb9cE4hU6sAd',
  DATA_KEYS: 'k2026=0Zq1mN8sYb3uGx5vQw7eRt9iOp2aSd4fGh6jKl8zXc0=',
  STAFF_SESSION_SECRET: 'Zp4xC7vB1nM8kL3jH6gF9dS2aQ5wE0rT',
  WECHAT_APPID: 'wx0123456789abcdef',
  WECHAT_APP_SECRET: '0123456789abcdef0123456789abcdef',
  WECHAT_PAY_MCHID: '1230000109',
  WECHAT_PAY_SERIAL_NO: '5157F09EFDC096DE15EBE81A47057A72',
  WECHAT_PAY_PRIVATE_KEY_PATH: keyFile,
  WECHAT_PAY_API_V3_KEY: 'Abcdefghijklmnopqrstuvwxyz012345',
  WECHAT_PAY_PUBLIC_KEY_ID: 'PUB_KEY_ID_0112300001092024',
  WECHAT_PAY_PUBLIC_KEY_PATH: keyFile,
});
type Env = Record<string, string | undefined>;
function problemsOf(env: Env): string[] {
  try {
    loadConfig(env);
    return [];
  } catch (error) {
    if (!(error instanceof BadConfig)) throw error;
    return error.problems.map((one) => one.name);
  }
}

test('a development machine needs only a database', () => {
  expect(loadConfig({ DATABASE_URL })).toMatchObject({
    NODE_ENV: 'development',
    PORT: 8080,
    DEV_LOGIN: false,
    CORS_ORIGINS: [],
  });
  expect(
    loadConfig({
      DATABASE_URL,
      PORT: '0',
      DEV_LOGIN: 'true',
      CORS_ORIGINS: 'http://a, http://b',
      PUBLIC_URL: 'http://a/',
    }),
  ).toMatchObject({
    PORT: 0,
    DEV_LOGIN: true,
    CORS_ORIGINS: ['http://a', 'http://b'],
    PUBLIC_URL: 'http://a',
  });
});

test('a sound production configuration is accepted', () => {
  expect(problemsOf(production())).toEqual([]);
});

test('all problems are told at once, in Chinese, with the names of the variables', () => {
  const env = { PORT: 'http', ROLE: 'boss', LOG_LEVEL: 'loud', PUBLIC_URL: 'shop' };
  expect(problemsOf(env)).toEqual(['ROLE', 'PORT', 'PUBLIC_URL', 'LOG_LEVEL', 'DATABASE_URL']);
  expect(() => loadConfig(env)).toThrow(/配置有 5 个问题，服务未启动：\n.*ROLE：可选 api、worker、both/);
  expect(() => loadConfig({ DATABASE_URL: '' })).toThrow(/DATABASE_URL：未填写/);
});

test.each<[string, Env, string[]]>([
  [
    'secrets that are missing',
    { ACCESS_TOKEN_SECRET: undefined, STAFF_SESSION_SECRET: '' },
    ['ACCESS_TOKEN_SECRET', 'STAFF_SESSION_SECRET'],
  ],
  ['example secrets', { ACCESS_TOKEN_SECRET: 'dev-only-access-token-secret-change-me' }, ['ACCESS_TOKEN_SECRET']],
  ['a short secret', { STAFF_SESSION_SECRET: 'Zp4xC7vB1nM8kL3jH6gF9dS2aQ5wE0r' }, ['STAFF_SESSION_SECRET']],
  ['a simple secret', { STAFF_SESSION_SECRET: 'abcabcabcabcabcabcabcabcabcabcabcabc' }, ['STAFF_SESSION_SECRET']],
  ['equal secrets', { STAFF_SESSION_SECRET: 'q8Jf3kP0vZx7LmN2rT5wYb9cE4hU6sAd' }, ['STAFF_SESSION_SECRET']],
  ['no key for personal data', { DATA_KEYS: undefined }, ['DATA_KEYS']],
  ['the demo key', { DATA_KEYS: `x=${DEMO_DATA_KEYS.split('=').slice(1).join('=')}` }, ['DATA_KEYS']],
  ['a key that is none', { DATA_KEYS: 'k1=short' }, ['DATA_KEYS']],
  ['a file of keys that is not there', { DATA_KEYS: undefined, DATA_KEYS_PATH: '/nowhere/keys' }, ['DATA_KEYS_PATH']],
  ['keys given twice', { DATA_KEYS_PATH: '/nowhere/keys' }, ['DATA_KEYS']],
  ['CORS for everybody', { CORS_ORIGINS: 'https://a.example,*' }, ['CORS_ORIGINS']],
  ['sign-in without WeChat', { DEV_LOGIN: 'true' }, ['DEV_LOGIN']],
  ['debug routes', { DEBUG_ROUTES: '1' }, ['DEBUG_ROUTES']],
  ['no captcha', { CAPTCHA: 'off' }, ['CAPTCHA']],
  ['no limits', { RATE_LIMIT: 'off' }, ['RATE_LIMIT']],
  ['a planned crash', { CRASH_AT: 'relay' }, ['CRASH_AT']],
  [
    'the simulator',
    { WECHAT_API_BASE_URL: 'http://127.0.0.1:9100', WECHAT_PAY_BASE_URL: 'http://wechat-sim:9100' },
    ['WECHAT_API_BASE_URL', 'WECHAT_PAY_BASE_URL'],
  ],
  ['WeChat without encryption', { WECHAT_API_BASE_URL: 'http://api.weixin.qq.com' }, ['WECHAT_API_BASE_URL']],
  [
    'credentials of the simulator',
    {
      WECHAT_APPID: 'wxsim00000000001',
      WECHAT_PAY_MCHID: '1900000000',
      WECHAT_PAY_API_V3_KEY: 'SIMULATOR-0000000000000000000000',
    },
    ['WECHAT_APPID', 'WECHAT_PAY_MCHID', 'WECHAT_PAY_API_V3_KEY'],
  ],
  [
    'a key file that is not there',
    { WECHAT_PAY_PRIVATE_KEY_PATH: '/nowhere/key.pem' },
    ['WECHAT_PAY_PRIVATE_KEY_PATH'],
  ],
  ['half of a merchant', { WECHAT_PAY_SERIAL_NO: undefined }, ['WECHAT_PAY_SERIAL_NO']],
  ['an APIv3 key of the wrong length', { WECHAT_PAY_API_V3_KEY: 'short' }, ['WECHAT_PAY_API_V3_KEY']],
  ['no public address', { PUBLIC_URL: undefined }, ['PUBLIC_URL']],
  [
    'addresses without encryption',
    { PUBLIC_URL: 'http://shop.example.com', WECHAT_PAY_NOTIFY_BASE_URL: 'http://shop.example.com' },
    ['PUBLIC_URL', 'WECHAT_PAY_NOTIFY_BASE_URL'],
  ],
  ['a short token of the metrics', { METRICS_TOKEN: 'prometheus' }, ['METRICS_TOKEN']],
  [
    'a token of the metrics that is another secret',
    { METRICS_TOKEN: 'q8Jf3kP0vZx7LmN2rT5wYb9cE4hU6sAd' },
    ['METRICS_TOKEN'],
  ],
  ['half of an official account', { WECHAT_OA_APPID: 'wxfedcba9876543210' }, ['WECHAT_OA_APP_SECRET']],
  ['a proxy that is everybody', { TRUSTED_PROXIES: '10.0.0.0/8,0.0.0.0/0' }, ['TRUSTED_PROXIES']],
  ['a proxy that is no network', { TRUSTED_PROXIES: 'true' }, ['TRUSTED_PROXIES']],
  ['origins that no browser sends', { CORS_ORIGINS: 'https://a.example/' }, ['CORS_ORIGINS']],
])('production refuses %s', (_what, change, names) => {
  expect(problemsOf({ ...production(), ...change })).toEqual(names);
});

test('proxies are named, given as networks, or none at all', () => {
  const proxies = (TRUSTED_PROXIES: string) => loadConfig({ DATABASE_URL, TRUSTED_PROXIES }).TRUSTED_PROXIES;
  expect(proxies('none')).toEqual([]);
  expect(proxies('loopback, 10.1.0.0/16 ,::1,fd00::/8')).toEqual(['loopback', '10.1.0.0/16', '::1', 'fd00::/8']);
  expect(loadConfig({ DATABASE_URL }).TRUSTED_PROXIES).toEqual(['loopback', 'uniquelocal']);
});

test('a public key in the place of the private one is refused before it has to sign', async () => {
  const file = path.join(path.dirname(keyFile), 'public.pem');
  const { publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  await writeFile(file, publicKey.export({ type: 'spki', format: 'pem' }));
  expect(() => loadConfig({ ...production(), WECHAT_PAY_PRIVATE_KEY_PATH: file })).toThrow(/文件里不是私钥/);
});

test('production refuses everything that the simulator publishes, and files that hold no key', async () => {
  const sim = (await import('../../../wechat-sim/src/demo-keys.ts')) as Record<string, unknown>;
  for (const print of sim['simulatorFingerprints'] as string[]) {
    expect([print, knownTestCredentials.values.some((look) => look.test(print))]).toEqual([print, true]);
  }
  const pems = Object.values(sim).filter(
    (value): value is string => typeof value === 'string' && value.includes('BEGIN'),
  );
  expect(pems.length).toBeGreaterThan(3);
  for (const [index, pem] of pems.entries()) {
    const file = path.join(path.dirname(keyFile), `sim-${index}.pem`);
    await writeFile(file, pem);
    expect(problemsOf({ ...production(), WECHAT_PAY_PUBLIC_KEY_PATH: file })).toEqual(['WECHAT_PAY_PUBLIC_KEY_PATH']);
  }
  const empty = path.join(path.dirname(keyFile), 'empty.pem');
  await writeFile(empty, '');
  expect(problemsOf({ ...production(), WECHAT_PAY_PRIVATE_KEY_PATH: empty })).toEqual(['WECHAT_PAY_PRIVATE_KEY_PATH']);
});

test('names of the old systems are recognised, unless the new one is there too', () => {
  expect(() => loadConfig({ DATABASE_URL, JWT_SECRET: 'x', WXPAY_MCHID: '1' })).toThrow(
    /JWT_SECRET：.*请改用 ACCESS_TOKEN_SECRET[\s\S]*WXPAY_MCHID：.*请改用 WECHAT_PAY_MCHID/,
  );
  expect(problemsOf({ ...production(), JWT_SECRET: 'x', REDIS_HOST: 'y' })).toEqual([]);
  expect(problemsOf({ DB_HOST: 'localhost' })).toEqual(['DATABASE_URL', 'DB_HOST']);
});

test('the committed example is written from the code and names every setting', async () => {
  const example = await readFile(new URL('../../../../.env.example', import.meta.url), 'utf8');
  expect(example).toBe(envExample());
  for (const group of GROUPS) for (const name of Object.keys(group.settings)) expect(example).toContain(`${name}=`);
});

test('private addresses are told from public ones', () => {
  const local = [
    'http://localhost:1',
    'http://127.0.0.9',
    'http://[::1]:80',
    'http://10.1.1.1',
    'http://172.20.0.2',
    'http://sim:9100',
    'http://[fd00::1]',
  ];
  expect(local.filter((url) => !isLocal(url))).toEqual([]);
  expect(['https://api.weixin.qq.com', 'https://172.32.0.1', 'https://8.8.8.8'].filter(isLocal)).toEqual([]);
});
