// Login, token and phone number of the mini-program API over real HTTP: errors come as 200, secrets come nowhere.
import { afterEach, beforeEach, expect, test } from 'vitest';
import { z } from 'zod';
import { WechatConfigError } from './config-error.ts';
import { createMiniClient } from './mini.ts';
import type { MiniConfig } from './mini.ts';
import type { StoredToken, TokenStore } from './mini.token.ts';
import { APPID, hangUp, NOON, openTestWechat, plain, silence } from './test-wechat.ts';
import type { Reply, TestWechat } from './test-wechat.ts';
import type { CallRecord } from './transport.ts';

let wechat: TestWechat;
beforeEach(async () => void (wechat = await openTestWechat()));
afterEach(() => wechat.close());

const SECRET = 'f00dfeedf00dfeedf00dfeedf00dfeed';

function miniClient(over: Partial<MiniConfig> = {}) {
  return createMiniClient({
    appid: APPID,
    secret: SECRET,
    baseUrl: wechat.origin,
    now: () => NOON,
    retryPauseMs: 1,
    ...over,
  });
}

const token = (name: string, seconds = 7200): Reply => plain(200, { access_token: name, expires_in: seconds });
const phone = (appid = APPID): Reply =>
  plain(200, {
    errcode: 0,
    errmsg: 'ok',
    phone_info: {
      phoneNumber: '+85251234567',
      purePhoneNumber: '51234567',
      countryCode: '852',
      watermark: { timestamp: 1, appid },
    },
  });
const refusal = (errcode: number, errmsg = 'no'): Reply => plain(200, { errcode, errmsg: `${errmsg}, rid: 65a1-2b` });
const paths = () => wechat.heard.map((heard) => heard.target.split('?')[0]);
const tokensUsed = () => wechat.heard.flatMap((heard) => /access_token=([^&]+)/.exec(heard.target)?.[1] ?? []);

test('a login code is traded for the person', async () => {
  wechat.will(plain(200, { openid: 'o1', session_key: 'c2Vzc2lvbg==', unionid: 'u1', errcode: 0 }));
  expect(await miniClient().code2session('081&x=y')).toEqual({
    outcome: 'ok',
    value: { openid: 'o1', sessionKey: 'c2Vzc2lvbg==', unionid: 'u1' },
    requestId: null,
  });
  const url = new URL(wechat.heard[0]?.target ?? '', wechat.origin);
  expect(url.pathname).toBe('/sns/jscode2session');
  expect(Object.fromEntries(url.searchParams)).toEqual({
    appid: APPID,
    secret: SECRET,
    js_code: '081&x=y',
    grant_type: 'authorization_code',
  });
});

test('what goes wrong with a code has a kind, and the code is not sent twice', async () => {
  const kinds = {
    40029: 'code_invalid',
    40163: 'code_used',
    40226: 'user_blocked',
    45011: 'frequency',
    40125: 'config',
  };
  for (const [errcode, kind] of Object.entries(kinds)) {
    wechat.will(refusal(Number(errcode)));
    const refused = { outcome: 'refused', kind, status: 200, code: errcode, requestId: '65a1-2b' };
    expect(await miniClient().code2session('x')).toMatchObject(refused);
  }
  wechat.will(refusal(-1), plain(500), hangUp, plain(200, 'not json'), plain(200, { openid: 'o1' }));
  const why = ['server_error', 'server_error', 'connection', 'unreadable', 'unreadable'];
  for (const reason of why) {
    expect(await miniClient().code2session('x')).toMatchObject({ outcome: 'unknown', why: reason });
  }
  wechat.will(silence);
  expect(await miniClient({ timeoutMs: 100 }).code2session('x')).toMatchObject({ outcome: 'unknown', why: 'timeout' });
  expect(wechat.heard).toHaveLength(11);
});

test('a page visitor inside WeChat is known by the account, and a snapshot is told apart', async () => {
  wechat.will(plain(200, { access_token: 'x', openid: 'oa1', scope: 'snsapi_base', is_snapshotuser: 1 }));
  expect(await miniClient().oauth2session('c')).toMatchObject({
    value: { openid: 'oa1', unionid: null, isSnapshot: true },
  });
});

test('many callers at once share one token request', async () => {
  wechat.will(token('T1'), phone(), phone(), phone());
  const client = miniClient();
  const answers = await Promise.all(['a', 'b', 'c'].map((code) => client.phoneNumber(code)));
  const value = { phoneNumber: '+85251234567', purePhoneNumber: '51234567', countryCode: '852' };
  for (const answer of answers) expect(answer).toEqual({ outcome: 'ok', value, requestId: null });
  expect(paths().filter((path) => path === '/cgi-bin/stable_token')).toHaveLength(1);
  expect(JSON.parse(wechat.heard[0]?.body ?? '')).toEqual({
    grant_type: 'client_credential',
    appid: APPID,
    secret: SECRET,
  });
  expect(tokensUsed()).toEqual(['T1', 'T1', 'T1']);
});

test('a token is kept until its last minutes and then replaced', async () => {
  let at = NOON;
  const client = miniClient({ now: () => at });
  wechat.will(token('T1'), phone(), phone(), token('T2'), phone());
  await client.phoneNumber('a');
  at = new Date(NOON.getTime() + (7200 - 241) * 1000);
  await client.phoneNumber('b');
  at = new Date(NOON.getTime() + (7200 - 240) * 1000);
  await client.phoneNumber('c');
  expect(tokensUsed()).toEqual(['T1', 'T1', 'T2']);
});

test('processes share their token through the store', async () => {
  const held = new Map<string, StoredToken>();
  const tokenStore: TokenStore = {
    get: async (key) => held.get(key) ?? null,
    set: async (key, value) => void held.set(key, value),
  };
  wechat.will(token('T1'), phone(), phone());
  await miniClient({ tokenStore }).phoneNumber('a');
  await miniClient({ tokenStore }).phoneNumber('b');
  expect(tokensUsed()).toEqual(['T1', 'T1']);
  expect([...held]).toEqual([
    [`wechat.access_token.${APPID}`, { token: 'T1', expiresAtMs: NOON.getTime() + 7_200_000 }],
  ]);
});

test('a token that died early is fetched once and the call tried once more', async () => {
  for (const errcode of [40001, 40014, 41001, 42001]) {
    const client = miniClient();
    wechat.heard.length = 0;
    wechat.will(token('T1'), refusal(errcode), token('T2'), phone());
    expect(await client.phoneNumber('a')).toMatchObject({ outcome: 'ok' });
    expect(tokensUsed()).toEqual(['T1', 'T2']);
  }
  wechat.heard.length = 0;
  wechat.will(token('T1'), refusal(40001), token('T1'), refusal(40001));
  expect(await miniClient().phoneNumber('a')).toMatchObject({ outcome: 'refused', kind: 'token' });
  expect(wechat.heard).toHaveLength(4);
});

test('a token that another process has renewed meanwhile is taken from the store', async () => {
  const tokens = ['T1', 'T2'].map((name) => ({ token: name, expiresAtMs: NOON.getTime() + 7_200_000 }));
  const tokenStore: TokenStore = { get: async () => tokens.shift() ?? null, set: async () => {} };
  wechat.will(refusal(42001), phone());
  expect(await miniClient({ tokenStore }).phoneNumber('a')).toMatchObject({ outcome: 'ok' });
  expect(tokensUsed()).toEqual(['T1', 'T2']);
});

test('a phone number with the watermark of another appid is not ours', async () => {
  wechat.will(token('T1'), phone('wx9999999999999999'));
  expect(await miniClient().phoneNumber('a')).toMatchObject({ outcome: 'refused', kind: 'foreign' });
});

test('any other endpoint is called with a token and answers with what the caller expects of it', async () => {
  wechat.will(token('T1'), plain(200, { errcode: 0, errmsg: 'ok', msgid: 7 }), refusal(43101));
  const client = miniClient();
  const Sent = z.looseObject({ msgid: z.number() });
  const send = () => client.post('/cgi-bin/message/subscribe/send', { touser: 'o1' }, Sent);
  expect(await send()).toMatchObject({ outcome: 'ok', value: { msgid: 7 } });
  expect(wechat.heard[1]).toMatchObject({ method: 'POST', body: '{"touser":"o1"}' });
  expect(await send()).toMatchObject({ outcome: 'refused', kind: 'not_subscribed' });
});

test('neither secret nor token gets into an outcome or a call record, even when WeChat repeats them', async () => {
  const calls: CallRecord[] = [];
  const client = miniClient({ onCall: (call) => void calls.push(call) });
  wechat.will(token('TOKEN-T1'), refusal(47003, `bad access_token=TOKEN-T1 of ${SECRET}`), refusal(40029, SECRET));
  const outcomes = [await client.phoneNumber('CODE-1'), await client.code2session('CODE-2')];
  expect(outcomes).toMatchObject([{ message: 'bad access_token=*** of ***, rid: 65a1-2b' }, { kind: 'code_invalid' }]);
  expect(JSON.stringify([outcomes, calls])).not.toMatch(/TOKEN-T1|f00dfeed|CODE-/);
  expect(calls.map((call) => call.endpoint)).toEqual([
    'POST /cgi-bin/stable_token',
    'POST /wxa/business/getuserphonenumber',
    'GET /sns/jscode2session',
  ]);
});

test('without a token there is no call, and the next caller asks again', async () => {
  wechat.will(refusal(40164, 'invalid ip'), token('T1'), phone());
  const client = miniClient();
  expect(await client.phoneNumber('a')).toMatchObject({ outcome: 'refused', kind: 'config' });
  expect(await client.phoneNumber('a')).toMatchObject({ outcome: 'ok' });
});

test('settings that could never work are refused at the start without their values', () => {
  expect(() => miniClient({ appid: '', secret: ' ', baseUrl: 'nowhere' })).toThrow(WechatConfigError);
  expect(() => miniClient({ baseUrl: `http://x/?${SECRET}` })).toThrow(/^(?!.*f00d)/);
});
