// Programs under load: the shop as production runs it, and the bare servers beside it. Each is a process of its own.
import { spawn, type ChildProcess } from 'node:child_process';
import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { closeSync, openSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { guard } from '../scripts/children.mjs';
import { ourNode, ourPath, ROOT } from '../scripts/ensure.mjs';
import { serverEnv, serverFlags } from '../scripts/flags.mjs';
import type { Limit } from './limits.ts';

export type ShopWish = { database?: string; env?: Record<string, string>; nodeArgs?: readonly string[] };

export type RunningShop = {
  /** http://127.0.0.1:port */
  url: string;
  /** Ends in /api/v1. */
  api: string;
  pid: number;
  env: Readonly<Record<string, string>>;
  /** Resident memory in MB: now, and the most that a look at every 200 ms has seen. */
  memory(): { nowMb: number; peakMb: number };
  /** Statements that this process has sent to PostgreSQL, its background jobs included. */
  statements(): Promise<number>;
  stop(): Promise<void>;
};

const START_MS = 60_000;
/** What a token is signed with in the bench and nowhere else. */
const SECRETS = {
  ACCESS_TOKEN_SECRET: randomBytes(48).toString('base64url'),
  STAFF_SESSION_SECRET: randomBytes(48).toString('base64url'),
};

let known: Record<string, string> | null = null;

/** A merchant of our own making, the same for every shop, so that every check of the configuration passes. Nobody is ever called. */
function merchant(dir: string): Record<string, string> {
  return (known ??= makeMerchant(dir));
}

function makeMerchant(dir: string): Record<string, string> {
  const { privateKey, publicKey } = generateKeyPairSync('rsa', {
    modulusLength: 2048,
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
    publicKeyEncoding: { type: 'spki', format: 'pem' },
  });
  const files = { private: path.join(dir, 'merchant.pem'), public: path.join(dir, 'platform.pem') };
  writeFileSync(files.private, privateKey, { mode: 0o600 });
  writeFileSync(files.public, publicKey, { mode: 0o600 });
  return {
    WECHAT_APPID: 'wxbench0000000000',
    WECHAT_APP_SECRET: randomBytes(16).toString('hex'),
    WECHAT_PAY_MCHID: '1900000001',
    WECHAT_PAY_SERIAL_NO: randomBytes(20).toString('hex').toUpperCase(),
    WECHAT_PAY_PRIVATE_KEY_PATH: files.private,
    WECHAT_PAY_API_V3_KEY: randomBytes(16).toString('hex'),
    WECHAT_PAY_PUBLIC_KEY_ID: 'PUB_KEY_ID_0119000000012026',
    WECHAT_PAY_PUBLIC_KEY_PATH: files.public,
    // Nothing listens there: a shop under load must not reach the outside.
    WECHAT_API_BASE_URL: 'http://127.0.0.1:9',
    WECHAT_OAUTH_BASE_URL: 'http://127.0.0.1:9',
    WECHAT_PAY_BASE_URL: 'http://127.0.0.1:9',
  };
}

export async function startShop(dir: string, databaseUrl: string, wish: ShopWish = {}): Promise<RunningShop> {
  const port = await freePort();
  const env: Record<string, string> = {
    // Production refuses to start without limits; nothing else of the server depends on this word.
    NODE_ENV: 'development',
    RATE_LIMIT: 'off',
    ROLE: 'both',
    HOST: '127.0.0.1',
    PORT: String(port),
    PUBLIC_URL: `http://127.0.0.1:${port}`,
    DATABASE_URL: databaseUrl,
    DATA_DIR: path.join(dir, 'uploads'),
    LOG_LEVEL: 'info',
    ...SECRETS,
    ...serverEnv,
    ...merchant(dir),
    ...wish.env,
  };
  const log = path.join(dir, `server-${port}.log`);
  const child = start([...serverFlags, ...(wish.nodeArgs ?? []), 'apps/server/src/main.ts'], env, log);
  const url = `http://127.0.0.1:${port}`;
  await untilReady(url, child, log);
  const memory = watchMemory(child.pid ?? 0);
  return {
    url,
    api: `${url}/api/v1`,
    pid: child.pid ?? 0,
    env,
    memory: memory.read,
    statements: async () => {
      const text = await (await fetch(`${url}/metrics`)).text();
      return Number(/^jishi_db_statements (\d+)/m.exec(text)?.[1] ?? Number.NaN);
    },
    stop: async () => {
      memory.stop();
      await stop(child);
    },
  };
}

/** The log goes straight into its file, as under systemd or in a container: nobody reads along. */
function start(args: readonly string[], env: Record<string, string>, log: string): ChildProcess {
  const file = openSync(log, 'a');
  const child = spawn(ourNode(), args, {
    cwd: ROOT,
    env: { PATH: ourPath(), ...env },
    stdio: ['ignore', file, file],
    detached: true,
  });
  closeSync(file);
  if (child.pid !== undefined) child.once('exit', guard(-child.pid, 'TERM'));
  return child;
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGTERM');
  await Promise.race([gone, pause(15_000).then(() => child.kill('SIGKILL'))]);
  await gone;
}

async function untilReady(url: string, child: ChildProcess, log: string): Promise<void> {
  const deadline = performance.now() + START_MS;
  for (;;) {
    const isUp = await fetch(`${url}/health/ready`).then(
      (answer) => answer.ok,
      () => false,
    );
    if (isUp) return;
    if (child.exitCode !== null || performance.now() > deadline) {
      await stop(child);
      throw new Error(`服务器没有启动：\n${readFileSync(log, 'utf8').slice(-4000)}`);
    }
    await pause(100);
  }
}

function watchMemory(pid: number) {
  let peakMb = 0;
  const read = () => {
    let nowMb = 0;
    try {
      nowMb = Number(/VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0) / 1024;
    } catch {
      // Gone, or a system without /proc: then there is nothing to tell.
    }
    peakMb = Math.max(peakMb, nowMb);
    return { nowMb, peakMb };
  };
  const timer = setInterval(read, 200);
  timer.unref();
  return { read, stop: () => clearInterval(timer) };
}

let limits = 0;

/** A bare server in a process of its own. */
export async function startLimit(dir: string, limit: Limit): Promise<{ url: string; stop(): Promise<void> }> {
  const base = path.join(dir, `limit-${(limits += 1)}`);
  writeFileSync(`${base}.json`, JSON.stringify(limit));
  const child = start(['bench/limits.ts', `${base}.json`], {}, `${base}.log`);
  const deadline = performance.now() + START_MS;
  for (;;) {
    const port = /PORT (\d+)/.exec(readFileSync(`${base}.log`, 'utf8'))?.[1];
    if (port !== undefined) return { url: `http://127.0.0.1:${port}`, stop: () => stop(child) };
    if (child.exitCode !== null || performance.now() > deadline) {
      throw new Error(`对照程序没有启动：\n${readFileSync(`${base}.log`, 'utf8')}`);
    }
    await pause(50);
  }
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.on('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address();
      probe.close(() => resolve(typeof address === 'object' && address ? address.port : 0));
    });
  });
}
