// The WeChat clients of this process, made from the configuration. Whoever calls WeChat gets one of these.
import { readFileSync } from 'node:fs';
import {
  createMiniClient,
  createPayClient,
  createPushReader,
  createShippingClient,
  type CallRecord,
  type MiniClient,
  type PayClient,
  type PayConfig,
  type PushReader,
  type ShippingClient,
  type TokenStore,
} from '@jishi/wechat';
import type { Clock } from './platform/clock.ts';
import type { Config } from './platform/config.ts';
import { inTransaction, type Db } from './platform/db.ts';
import { assert } from './platform/fail.ts';
import type { Log } from './platform/log.ts';
import type { Metrics } from './platform/metrics.ts';
import { API_PREFIX } from './platform/http.request.ts';

export type Wechat = {
  pay: PayClient;
  mini: Record<'weapp' | 'h5', MiniClient>;
  shipping: ShippingClient;
  /** Null while message push is not set up: everything works without it, only later. */
  push: PushReader | null;
  merchant: { mchid: string; appids: Record<'weapp' | 'h5', string> };
};

/** What carries our calls, and how patient it is; the client's own when absent. */
export type WechatLine = Pick<PayConfig, 'fetch' | 'timeoutMs' | 'retryPauseMs'>;

export type WechatDeps = { config: Config; clock: Clock; db: Db; log: Log; metrics: Metrics; line?: WechatLine };

/** What the server cannot work without; `null` in the configuration means that nobody has filled it in. */
const NEEDED = [
  'WECHAT_APPID',
  'WECHAT_APP_SECRET',
  'WECHAT_PAY_MCHID',
  'WECHAT_PAY_SERIAL_NO',
  'WECHAT_PAY_PRIVATE_KEY_PATH',
  'WECHAT_PAY_API_V3_KEY',
] as const;

export function createWechat(deps: WechatDeps): Wechat {
  const { config, clock } = deps;
  const missing = NEEDED.filter((name) => !config[name]);
  if (missing.length > 0) throw new Error(`微信配置不完整，请填写：${missing.join('、')}`);
  const text = (name: (typeof NEEDED)[number]) => config[name] as string;
  const appids = { weapp: text('WECHAT_APPID'), h5: config.WECHAT_OA_APPID ?? text('WECHAT_APPID') };
  const notifyBase = `${config.WECHAT_PAY_NOTIFY_BASE_URL ?? config.PUBLIC_URL}${API_PREFIX}`;
  const call = {
    ...deps.line,
    now: clock.now,
    guard: refuseInTransaction,
    onCall: (record: CallRecord) => count(deps, record),
  };
  const publicKeyPath = config.WECHAT_PAY_PUBLIC_KEY_PATH;
  const mini = {
    weapp: miniClient(deps, call, appids.weapp, text('WECHAT_APP_SECRET')),
    h5: miniClient(deps, call, appids.h5, config.WECHAT_OA_APP_SECRET ?? text('WECHAT_APP_SECRET')),
  };
  const { WECHAT_PUSH_TOKEN: token, WECHAT_PUSH_AES_KEY: aesKey } = config;
  return {
    shipping: createShippingClient(mini.weapp, appids.weapp),
    push: token && aesKey ? createPushReader({ token, aesKey, appid: appids.weapp, now: clock.now }) : null,
    merchant: { mchid: text('WECHAT_PAY_MCHID'), appids },
    pay: createPayClient({
      ...call,
      mchid: text('WECHAT_PAY_MCHID'),
      appid: appids.weapp,
      serialNo: text('WECHAT_PAY_SERIAL_NO'),
      privateKeyPem: readFileSync(text('WECHAT_PAY_PRIVATE_KEY_PATH'), 'utf8'),
      apiV3Key: text('WECHAT_PAY_API_V3_KEY'),
      baseUrl: config.WECHAT_PAY_BASE_URL,
      ...(publicKeyPath && config.WECHAT_PAY_PUBLIC_KEY_ID
        ? { publicKey: { id: config.WECHAT_PAY_PUBLIC_KEY_ID, pem: readFileSync(publicKeyPath, 'utf8') } }
        : {}),
      notifyUrls: {
        pay: `${notifyBase}/payment/notify/wechat`,
        refund: `${notifyBase}/payment/notify/wechat/refund`,
        transfer: `${notifyBase}/payment/notify/wechat/transfer`,
      },
    }),
    mini,
  };
}

function miniClient(
  deps: WechatDeps,
  call: Pick<Parameters<typeof createMiniClient>[0], 'now' | 'guard' | 'onCall'> & WechatLine,
  appid: string,
  secret: string,
): MiniClient {
  return createMiniClient({
    ...call,
    appid,
    secret,
    baseUrl: deps.config.WECHAT_API_BASE_URL,
    tokenStore: tokenStore(deps.db),
  });
}

/** WeChat may take seconds: nobody waits for it while holding locks. */
function refuseInTransaction(): void {
  assert(!inTransaction(), 'WeChat was called inside a transaction');
}

function count({ metrics, log }: WechatDeps, record: CallRecord): void {
  metrics.count('wechat_calls_total', 'Calls to WeChat by result', {
    endpoint: record.endpoint,
    result: record.result,
  });
  log.debug(record, 'wechat');
}

/** One access token for all processes: WeChat ends the old one when a new one is fetched. */
function tokenStore(db: Db): TokenStore {
  return {
    get: async (key) => {
      const row = await db.q
        .selectFrom('wechat_tokens')
        .select(['token', 'expires_at'])
        .where('appid', '=', key)
        .executeTakeFirst();
      return row ? { token: row.token, expiresAtMs: row.expires_at.getTime() } : null;
    },
    set: async (key, { token, expiresAtMs }) => {
      const row = { token, expires_at: new Date(expiresAtMs) };
      await db.q
        .insertInto('wechat_tokens')
        .values({ appid: key, ...row })
        .onConflict((conflict) => conflict.column('appid').doUpdateSet(row))
        .execute();
    },
  };
}
