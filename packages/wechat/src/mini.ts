// The client of the mini-program server API: who is this person, and the access token that other calls need.
import { z } from 'zod';
import { WechatConfigError } from './config-error.ts';
import { createMiniSend } from './mini.send.ts';
import type { MiniOutcome } from './mini.send.ts';
import { createAccessToken } from './mini.token.ts';
import type { TokenStore } from './mini.token.ts';
import { readOrigin } from './pay.config.ts';
import type { CallHook, Fetch } from './transport.ts';

export type MiniConfig = {
  appid: string;
  secret: string;
  baseUrl: string;
  /** Shared by all processes; without one each process keeps its own token in memory. */
  tokenStore?: TokenStore;
  now: () => Date;
  fetch?: Fetch;
  /** Default 8000. */
  timeoutMs?: number;
  /** Default 200. */
  retryPauseMs?: number;
  onCall?: CallHook;
  guard?: () => void;
};

export type MiniSession = {
  openid: string;
  /** Never leaves the server. */
  sessionKey: string;
  unionid: string | null;
};
/** A visitor of a web page inside WeChat. The openid is another one than the mini-program's; join by unionid. */
export type PageSession = {
  openid: string;
  unionid: string | null;
  /** WeChat invents a person for pages seen in a snapshot: no one to bind, nobody to charge. */
  isSnapshot: boolean;
};
export type PhoneNumber = { phoneNumber: string; purePhoneNumber: string; countryCode: string };

export type MiniClient = {
  /** Trades the code of `wx.login` (5 minutes, once) for the person. */
  code2session(code: string): Promise<MiniOutcome<MiniSession>>;
  /** Trades the code of the official-account page login (5 minutes, once); the client must hold that account's appid. */
  oauth2session(code: string): Promise<MiniOutcome<PageSession>>;
  /** Trades the code of a getPhoneNumber button (not the login code) for the number. */
  phoneNumber(code: string): Promise<MiniOutcome<PhoneNumber>>;
  /** Any other JSON endpoint that wants an access token: subscribe messages, shipping info... */
  post<T>(path: string, body: unknown, answer: z.ZodType<T>): Promise<MiniOutcome<T>>;
};

/** Builds the client. Throws a WechatConfigError when the settings could never work. */
export function createMiniClient(config: MiniConfig): MiniClient {
  const origin = readMiniConfig(config);
  const { appid, secret } = config;
  const { timeoutMs = 8000, retryPauseMs = 200, onCall, guard } = config;
  const send = createMiniSend({ origin, fetch: config.fetch, timeoutMs, retryPauseMs, onCall, guard });
  const token = createAccessToken({ appid, secret, send, store: config.tokenStore, now: config.now });

  async function post<T>(path: string, body: unknown, answer: z.ZodType<T>): Promise<MiniOutcome<T>> {
    const json = JSON.stringify(body);
    const once = async (held: string) =>
      send({
        endpoint: `POST ${path}`,
        method: 'POST',
        target: `${path}?access_token=${encodeURIComponent(held)}`,
        body: json,
        answer,
        repeat: 'unsent',
        secrets: [held, secret],
      });
    const first = await token.get();
    if (first.outcome !== 'ok') return first;
    const outcome = await once(first.value);
    if (outcome.outcome !== 'refused' || outcome.kind !== 'token') return outcome;
    // Our token has died early, perhaps by another process: fetch once, try once more, and no further.
    const second = await token.getOtherThan(first.value);
    return second.outcome === 'ok' ? once(second.value) : second;
  }

  return {
    async code2session(code) {
      const query = new URLSearchParams({ appid, secret, js_code: code, grant_type: 'authorization_code' });
      return send({
        endpoint: 'GET /sns/jscode2session',
        method: 'GET',
        target: `/sns/jscode2session?${query}`,
        answer: SessionWire,
        repeat: 'unsent',
        secrets: [secret],
      });
    },
    async oauth2session(code) {
      const query = new URLSearchParams({ appid, secret, code, grant_type: 'authorization_code' });
      return send({
        endpoint: 'GET /sns/oauth2/access_token',
        method: 'GET',
        target: `/sns/oauth2/access_token?${query}`,
        answer: PageSessionWire,
        repeat: 'unsent',
        secrets: [secret],
      });
    },
    async phoneNumber(code) {
      const outcome = await post('/wxa/business/getuserphonenumber', { code }, PhoneWire);
      if (outcome.outcome !== 'ok') return outcome;
      const { watermarkAppid, ...number } = outcome.value;
      if (watermarkAppid === appid) return { ...outcome, value: number };
      const message = 'the phone number carries the watermark of another appid';
      const { requestId } = outcome;
      return { outcome: 'refused', kind: 'foreign', status: 200, code: 'LOCAL_WATERMARK', message, requestId };
    },
    post,
  };
}

function readMiniConfig(config: MiniConfig): string {
  const problems: string[] = [];
  if (!/^[0-9A-Za-z_-]{1,32}$/.test(config.appid)) problems.push('appid is not an appid');
  if (config.secret.trim() === '') problems.push('secret is empty');
  const origin = readOrigin(config.baseUrl);
  if (origin === null) problems.push('baseUrl is not an http(s) address');
  if (origin === null || problems.length > 0) throw new WechatConfigError(problems);
  return origin;
}

const SessionWire = z
  .looseObject({ openid: z.string().min(1), session_key: z.string().min(1), unionid: z.string().nullish() })
  .transform((wire): MiniSession => ({
    openid: wire.openid,
    sessionKey: wire.session_key,
    unionid: wire.unionid || null,
  }));

const PageSessionWire = z
  .looseObject({ openid: z.string().min(1), unionid: z.string().nullish(), is_snapshotuser: z.number().nullish() })
  .transform((wire): PageSession => ({
    openid: wire.openid,
    unionid: wire.unionid || null,
    isSnapshot: wire.is_snapshotuser === 1,
  }));

const PhoneWire = z
  .looseObject({
    phone_info: z.looseObject({
      phoneNumber: z.string().min(1),
      purePhoneNumber: z.string().min(1),
      countryCode: z.coerce.string(),
      watermark: z.looseObject({ appid: z.string() }),
    }),
  })
  .transform(({ phone_info: info }) => ({
    phoneNumber: info.phoneNumber,
    purePhoneNumber: info.purePhoneNumber,
    countryCode: info.countryCode,
    watermarkAppid: info.watermark.appid,
  }));
