// The door of api.weixin.qq.com: logins, tokens, phone numbers (wechat.md 9), shipping info (11). Always 200; failure is an errcode.
import { createHmac } from 'node:crypto';
import { gatewayAnswer, beforeOf, jsonAnswer, type Answer } from './answer.ts';
import { chinaTime, dayMs, minuteMs } from './clock.ts';
import { Errcode, requireToken, type Call, type Told } from './errcode.ts';
import type { Faults } from './faults.ts';
import type { Ground } from './ground.ts';
import { getOrder, getOrderList, isTradeManaged, upload } from './shipping.ts';
import type { EndpointName, FaultView } from './surface.ts';
import type { AccessToken, OneTimeCode, Person } from './world.ts';

export type MiniRequest = { method: string; target: string; body: Buffer };
export type MiniDoor = (request: MiniRequest) => { answer: Answer; fault: FaultView | null };

type MiniRoute = { endpoint: EndpointName; act(ground: Ground, call: Call): Told };

const tokenLifeMs = 2 * 60 * minuteMs;
const overlapMs = 5 * minuteMs;
const forcedPerDay = 20;
const forcedApartMs = 30_000;

const routes: Readonly<Record<string, MiniRoute>> = {
  '/sns/jscode2session': { endpoint: 'mini.session', act: session },
  '/cgi-bin/stable_token': { endpoint: 'mini.stable_token', act: stableToken },
  '/cgi-bin/token': { endpoint: 'mini.token', act: classicToken },
  '/wxa/business/getuserphonenumber': { endpoint: 'mini.phone', act: phoneNumber },
  '/wxa/checksession': { endpoint: 'mini.session', act: checkSession },
  '/cgi-bin/ticket/getticket': { endpoint: 'mini.ticket', act: ticket },
  '/sns/oauth2/access_token': { endpoint: 'oa.token', act: oauthToken },
  '/sns/userinfo': { endpoint: 'oa.userinfo', act: userInfo },
  '/wxa/sec/order/upload_shipping_info': { endpoint: 'shipping.upload', act: upload },
  '/wxa/sec/order/get_order': { endpoint: 'shipping.order', act: getOrder },
  '/wxa/sec/order/get_order_list': { endpoint: 'shipping.list', act: getOrderList },
  '/wxa/sec/order/is_trade_managed': { endpoint: 'shipping.managed', act: isTradeManaged },
};

export function createMiniDoor(ground: Ground, faults: Faults): MiniDoor {
  return (request) => {
    const [path = '', search = ''] = request.target.split('?');
    const route = Object.hasOwn(routes, path) ? routes[path] : undefined;
    if (route === undefined) return { answer: { status: 404, headers: {}, body: '' }, fault: null };
    const fault = faults.take(route.endpoint);
    const early = beforeOf(fault);
    if (early !== null) return { answer: beforeAnswer(early), fault };
    const call = { method: request.method, query: new URLSearchParams(search), body: jsonOf(request.body) };
    const told = serve(ground, route, call);
    const hidden = fault?.kind === '500-after' || fault?.kind === '429-accepted';
    return { answer: hidden ? jsonAnswer(500, { errcode: -1, errmsg: 'system error' }) : jsonAnswer(200, told), fault };
  };
}

function beforeAnswer(fault: FaultView): Answer {
  if (fault.kind === 'errcode')
    return jsonAnswer(200, { errcode: fault.errcode, errmsg: 'system error rid: sim-fault' });
  return fault.kind === '502'
    ? gatewayAnswer()
    : jsonAnswer(fault.kind === '429' ? 429 : 500, { errcode: -1, errmsg: 'system error' });
}

function serve(ground: Ground, route: MiniRoute, call: Call): Told {
  try {
    const told = route.act(ground, call);
    ground.touch();
    return told;
  } catch (error) {
    if (!(error instanceof Errcode)) throw error;
    return {
      errcode: error.errcode,
      errmsg: `${error.message} rid: ${ground.chance.hex(8).toLowerCase()}-${ground.chance.hex(8).toLowerCase()}`,
    };
  }
}

function jsonOf(body: Buffer): Record<string, unknown> | null {
  try {
    const value: unknown = JSON.parse(body.toString('utf8'));
    return typeof value === 'object' && value !== null ? { ...value } : null;
  } catch {
    return null;
  }
}

/** The app's identity: a known appid with its own secret. */
function checkApp(ground: Ground, appid: unknown, secret: unknown, allowed: 'mini' | 'oa' | 'both'): string {
  if (appid === undefined || appid === null || appid === '') throw new Errcode(41002, 'appid missing');
  if (secret === undefined || secret === null || secret === '') throw new Errcode(41004, 'appsecret missing');
  const { merchant } = ground;
  const secrets = new Map<unknown, string>();
  if (allowed !== 'oa') secrets.set(merchant.appid, merchant.appSecret);
  if (allowed !== 'mini') secrets.set(merchant.oaAppid, merchant.oaAppSecret);
  const expected = secrets.get(appid);
  if (expected === undefined) throw new Errcode(40013, 'invalid appid');
  if (expected !== secret) throw new Errcode(40125, 'invalid appsecret');
  return String(appid);
}

function redeem(
  ground: Ground,
  kind: OneTimeCode['kind'],
  text: string | null,
  appid: string,
): { person: Person; code: OneTimeCode } {
  if (text === null || text === '') throw new Errcode(41008, 'missing code');
  const code = ground.people.redeem(kind, text, appid);
  if (code === 'used') throw new Errcode(40163, 'code been used');
  if (code === 'unknown') throw new Errcode(40029, 'invalid code');
  return { code, person: ground.people.get(code.personId) };
}

function session(ground: Ground, call: Call): Told {
  const appid = checkApp(ground, call.query.get('appid'), call.query.get('secret'), 'mini');
  if (call.query.get('grant_type') !== 'authorization_code') throw new Errcode(40002, 'invalid grant_type');
  const { person } = redeem(ground, 'login', call.query.get('js_code'), appid);
  const sessionKey = Buffer.from(ground.chance.letters(16)).toString('base64');
  const openid = ground.people.openid(person, appid);
  ground.world.sessionKeys.set(openid, sessionKey);
  return { openid, session_key: sessionKey, unionid: ground.people.unionid(person) };
}

/** signature = HMAC-SHA256 of nothing, keyed with the session key. */
function checkSession(ground: Ground, call: Call): Told {
  requireToken(ground, call);
  const key = ground.world.sessionKeys.get(call.query.get('openid') ?? '');
  if (key === undefined) throw new Errcode(40003, 'invalid openid');
  const expected = createHmac('sha256', key).update('').digest('hex');
  if (call.query.get('sig_method') !== 'hmac_sha256' || call.query.get('signature') !== expected)
    throw new Errcode(87009, 'invalid signature');
  return { errcode: 0, errmsg: 'ok' };
}

/** The same token while it lives; a second one in its last five minutes; `force_refresh` kills the old one at once. */
function stableToken(ground: Ground, call: Call): Told {
  if (call.method !== 'POST') throw new Errcode(43002, 'require POST method');
  if (call.body === null) throw new Errcode(47001, 'data format error');
  if (call.body.grant_type !== 'client_credential') throw new Errcode(40002, 'invalid grant_type');
  const appid = checkApp(ground, call.body.appid, call.body.secret, 'both');
  const now = ground.clock.now();
  if (call.body.force_refresh === true) {
    countForced(ground, appid, now);
    killTokens(ground, 'stable', appid, now);
  }
  const living = tokensOf(ground, 'stable', appid).find(([, token]) => token.until - now > overlapMs);
  const [text, token] = living ?? issueToken(ground, { kind: 'stable', appid, personId: null, scope: '' });
  return { access_token: text, expires_in: Math.floor((token.until - now) / 1000) };
}

function countForced(ground: Ground, appid: string, now: number): void {
  const day = chinaTime(now).slice(0, 10);
  const before = ground.world.forced.get(appid);
  const count = before?.day === day ? before.count : 0;
  if (before !== undefined && now - before.at < forcedApartMs) throw new Errcode(45011, 'api minute-quota reach limit');
  if (count >= forcedPerDay) throw new Errcode(45009, 'reach max api daily quota limit');
  ground.world.forced.set(appid, { day, count: count + 1, at: now });
}

/** Each call makes a new token and lets the old one die within five minutes. */
function classicToken(ground: Ground, call: Call): Told {
  if (call.query.get('grant_type') !== 'client_credential') throw new Errcode(40002, 'invalid grant_type');
  const appid = checkApp(ground, call.query.get('appid'), call.query.get('secret'), 'both');
  killTokens(ground, 'classic', appid, ground.clock.now() + overlapMs);
  const [text] = issueToken(ground, { kind: 'classic', appid, personId: null, scope: '' });
  return { access_token: text, expires_in: tokenLifeMs / 1000 };
}

function tokensOf(ground: Ground, kind: AccessToken['kind'], appid: string): [string, AccessToken][] {
  return [...ground.world.tokens].filter(([, token]) => token.kind === kind && token.appid === appid);
}

function killTokens(ground: Ground, kind: AccessToken['kind'], appid: string, by: number): void {
  for (const [, token] of tokensOf(ground, kind, appid)) token.until = Math.min(token.until, by);
}

function issueToken(ground: Ground, token: Omit<AccessToken, 'until'>): [string, AccessToken] {
  const now = ground.clock.now();
  for (const [old, { until }] of ground.world.tokens) if (until < now - dayMs) ground.world.tokens.delete(old);
  const text = `SIM_${ground.chance.letters(132)}`;
  const made = { ...token, until: now + tokenLifeMs };
  ground.world.tokens.set(text, made);
  return [text, made];
}

function phoneNumber(ground: Ground, call: Call): Told {
  const token = requireToken(ground, call);
  if (call.method !== 'POST') throw new Errcode(43002, 'require POST method');
  const code = ground.people.redeem('phone', String(call.body?.code ?? ''), token.appid);
  if (typeof code === 'string') throw new Errcode(40029, 'invalid code');
  const person = ground.people.get(code.personId);
  const watermark = { timestamp: Math.floor(ground.clock.now() / 1000), appid: token.appid };
  const phone = { phoneNumber: person.phone, purePhoneNumber: person.phone, countryCode: '86', watermark };
  return { errcode: 0, errmsg: 'ok', phone_info: phone };
}

function ticket(ground: Ground, call: Call): Told {
  const { appid } = requireToken(ground, call);
  if (call.query.get('type') !== 'jsapi') throw new Errcode(40097, 'invalid args');
  const living = tokensOf(ground, 'ticket', appid).find(([, token]) => token.until > ground.clock.now());
  const [text, token] = living ?? issueToken(ground, { kind: 'ticket', appid, personId: null, scope: '' });
  return { errcode: 0, errmsg: 'ok', ticket: text, expires_in: Math.floor((token.until - ground.clock.now()) / 1000) };
}

function oauthToken(ground: Ground, call: Call): Told {
  const appid = checkApp(ground, call.query.get('appid'), call.query.get('secret'), 'oa');
  if (call.query.get('grant_type') !== 'authorization_code') throw new Errcode(40002, 'invalid grant_type');
  const { person, code } = redeem(ground, 'oauth', call.query.get('code'), appid);
  const [text] = issueToken(ground, { kind: 'oauth', appid, personId: person.id, scope: code.scope });
  return {
    access_token: text,
    expires_in: tokenLifeMs / 1000,
    refresh_token: `SIM_${ground.chance.letters(60)}`,
    openid: ground.people.openid(person, appid),
    scope: code.scope,
    unionid: ground.people.unionid(person),
  };
}

function userInfo(ground: Ground, call: Call): Told {
  const token = requireToken(ground, call, ['oauth']);
  const person = ground.people.find(token.personId ?? '');
  if (person === null || ground.people.openid(person, token.appid) !== call.query.get('openid'))
    throw new Errcode(40003, 'invalid openid');
  if (token.scope !== 'snsapi_userinfo') throw new Errcode(48001, 'api unauthorized');
  const { name, avatarUrl, unionid } = ground.people.view(person);
  return { openid: call.query.get('openid'), nickname: name, sex: 0, headimgurl: avatarUrl, privilege: [], unionid };
}
