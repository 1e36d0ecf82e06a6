// What a house of a test is told at its start: the environment that `npm start` would make, and what an operator fills in.
import { writeFile } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import type { Sim } from '@jishi/wechat-sim';
import type { Db } from '../src/platform/db.ts';

export type Plan = { sim: Sim; database: { url: string }; dir: string; port: number; env: Record<string, string> };

/** The environment that `npm start` would make, for this house. */
export async function houseEnv({ sim, database, dir, port, env }: Plan): Promise<Record<string, string>> {
  const { credentials: c } = sim;
  const file = async (name: string, text: string) => {
    const path = join(dir, name);
    await writeFile(path, text);
    return path;
  };
  return {
    NODE_ENV: 'test',
    PORT: String(port),
    HOST: '127.0.0.1',
    PUBLIC_URL: `http://127.0.0.1:${port}`,
    DATABASE_URL: database.url,
    DATA_DIR: dir,
    ACCESS_TOKEN_SECRET: 'test-access-token-secret-0123456789abcdef',
    STAFF_SESSION_SECRET: 'test-staff-session-secret-0123456789abcdef',
    RATE_LIMIT: 'off',
    DEV_LOGIN: 'true',
    LOG_LEVEL: 'silent',
    WECHAT_APPID: c.appid,
    WECHAT_APP_SECRET: c.secret,
    WECHAT_OA_APPID: c.oaAppid,
    WECHAT_OA_APP_SECRET: c.oaSecret,
    WECHAT_API_BASE_URL: sim.url,
    WECHAT_OAUTH_BASE_URL: sim.url,
    WECHAT_PAY_BASE_URL: sim.url,
    WECHAT_PAY_MCHID: c.mchid,
    WECHAT_PAY_SERIAL_NO: c.merchantSerialNo,
    WECHAT_PAY_PRIVATE_KEY_PATH: await file('merchant.pem', c.merchantPrivateKey),
    WECHAT_PAY_API_V3_KEY: c.apiV3Key,
    WECHAT_PUSH_TOKEN: c.pushToken,
    WECHAT_PUSH_AES_KEY: c.pushAesKey,
    WECHAT_PAY_PUBLIC_KEY_ID: c.platformPublicKeyId,
    WECHAT_PAY_PUBLIC_KEY_PATH: await file('platform.pem', c.platformPublicKey),
    ...env,
  };
}

/** What an operator fills in before the first return: without it no buyer would know where to send a parcel. */
export async function writeReturnAddress(db: Db): Promise<void> {
  const written = { 'shop.returnPhone': '0571-88888888', 'shop.returnAddress': '浙江省杭州市余杭区仓前街道 8 号仓' };
  const rows = Object.entries(written).map(([key, value]) => ({
    key,
    value: JSON.stringify(value),
    version: 1,
    changed_at: new Date('2026-01-01T00:00:00Z'),
    changed_by: 'test',
  }));
  await db.q.insertInto('settings').values(rows).execute();
  await db.q.insertInto('setting_versions').values(rows).execute();
}

/** A port that was free a moment ago; WeChat has to know it before the server listens. */
export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.on('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const { port } = probe.address() as AddressInfo;
      probe.close(() => resolve(port));
    });
  });
}
