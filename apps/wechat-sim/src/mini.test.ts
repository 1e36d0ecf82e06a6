// The open platform's side: logins, tokens, phone numbers. Always 200, failures by errcode.
import { createHmac } from 'node:crypto';
import { afterAll, beforeEach, describe, expect, test } from 'vitest';
import { createSim, type Sim } from './index.ts';

let sim: Sim;
const opened: Sim[] = [];
beforeEach(async () => {
  sim = await createSim({ clock: 'steppable', seed: 3 });
  opened.push(sim);
});
afterAll(() => Promise.all(opened.map((one) => one.close())));

type Told = Record<string, unknown>;

async function get(path: string, query: Record<string, string>): Promise<Told> {
  const answer = await fetch(`${sim.url}${path}?${new URLSearchParams(query)}`);
  expect(answer.status).toBe(200);
  return (await answer.json()) as Told;
}

async function post(path: string, body: object): Promise<Told> {
  return (await (await fetch(`${sim.url}${path}`, { method: 'POST', body: JSON.stringify(body) })).json()) as Told;
}

const app = () => ({ appid: sim.credentials.appid, secret: sim.credentials.secret });
const session = (code: string, more: Record<string, string> = {}) =>
  get('/sns/jscode2session', { ...app(), js_code: code, grant_type: 'authorization_code', ...more });
const stable = (more: object = {}) =>
  post('/cgi-bin/stable_token', { grant_type: 'client_credential', ...app(), ...more });
const phone = (token: string, code: string) => post(`/wxa/business/getuserphonenumber?access_token=${token}`, { code });

describe('login', () => {
  test('a code gives the openid of this app, once, for five minutes', async () => {
    const person = sim.control.person('p1');
    const code = sim.control.loginCode('p1');
    expect(await session(code)).toMatchObject({
      openid: person.openid,
      unionid: person.unionid,
      session_key: expect.any(String),
    });
    expect((await session(code)).errcode).toBe(40163);
    const late = sim.control.loginCode('p1');
    await sim.control.clock.advance({ minutes: 5, ms: 1 });
    expect((await session(late)).errcode).toBe(40029);
  });

  test.each([
    [{ appid: 'wxother' }, 40013],
    [{ secret: 'wrong' }, 40125],
    [{ js_code: 'made-up' }, 40029],
    [{ js_code: '' }, 41008],
    [{ grant_type: 'password' }, 40002],
  ])('%o is errcode %i', async (bend, errcode) => {
    expect(await session(sim.control.loginCode('p1'), bend)).toMatchObject({
      errcode,
      errmsg: expect.stringContaining('rid:'),
    });
  });

  test('a phone code is no login code, and an official account code neither', async () => {
    expect((await session(sim.control.phoneCode('p1'))).errcode).toBe(40029);
    expect((await session(sim.control.oauthCode('p1'))).errcode).toBe(40029);
  });

  test('the session key signs the session check', async () => {
    const { openid, session_key: key } = await session(sim.control.loginCode('p1'));
    const { access_token: token } = await stable();
    const signature = createHmac('sha256', String(key)).update('').digest('hex');
    const query = { access_token: String(token), openid: String(openid), sig_method: 'hmac_sha256' };
    expect((await get('/wxa/checksession', { ...query, signature })).errcode).toBe(0);
    expect((await get('/wxa/checksession', { ...query, signature: '00' })).errcode).toBe(87009);
  });

  test('two hundred buyers differ in openid and number', () => {
    const people = sim.control.addPeople(200);
    expect(new Set(people.map((person) => person.openid)).size).toBe(200);
    expect(new Set(people.map((person) => person.phone)).size).toBe(200);
    expect(sim.control.people()).toHaveLength(208);
  });
});

describe('tokens', () => {
  test('a stable token stays the same until its last five minutes, then both live', async () => {
    const first = await stable();
    expect(first).toMatchObject({ expires_in: 7200 });
    await sim.control.clock.advance({ minutes: 114 });
    expect((await stable()).access_token).toBe(first.access_token);
    await sim.control.clock.advance({ minutes: 2 });
    const second = await stable();
    expect(second.access_token).not.toBe(first.access_token);
    expect((await phone(String(first.access_token), sim.control.phoneCode('p1'))).errcode).toBe(0);
  });

  test('force_refresh kills the old token at once, thirty seconds apart, twenty times a day', async () => {
    const first = await stable();
    const second = await stable({ force_refresh: true });
    expect((await phone(String(first.access_token), 'x')).errcode).toBe(42001);
    expect((await phone(String(second.access_token), sim.control.phoneCode('p1'))).errcode).toBe(0);
    expect((await stable({ force_refresh: true })).errcode).toBe(45011);
    await sim.control.clock.set(new Date('2030-01-01T00:00:00+08:00'));
    for (let time = 0; time < 20; time += 1) {
      expect((await stable({ force_refresh: true })).errcode).toBeUndefined();
      await sim.control.clock.advance({ seconds: 30 });
    }
    expect((await stable({ force_refresh: true })).errcode).toBe(45009);
  });

  test('a classic token dies five minutes after the next one is made, apart from the stable one', async () => {
    const classic = () => get('/cgi-bin/token', { grant_type: 'client_credential', ...app() });
    const [steady, first, second] = [await stable(), await classic(), await classic()];
    const code = () => sim.control.phoneCode('p1');
    expect((await phone(String(first.access_token), code())).errcode).toBe(0);
    await sim.control.clock.advance({ minutes: 5 });
    expect((await phone(String(first.access_token), code())).errcode).toBe(42001);
    expect((await phone(String(second.access_token), code())).errcode).toBe(0);
    expect((await phone(String(steady.access_token), code())).errcode).toBe(0);
  });

  test.each([
    ['a missing token', '', 41001],
    ['a made-up token', 'nonsense', 40001],
  ])('%s', async (_name, token, errcode) => {
    expect((await phone(token, 'x')).errcode).toBe(errcode);
  });

  test('when every token is invalidated, the caller must fetch a new one', async () => {
    const { access_token: token } = await stable();
    sim.control.expireTokens();
    expect((await phone(String(token), 'x')).errcode).toBe(40001);
  });

  test('stable tokens are only given to POST', async () => {
    expect((await get('/cgi-bin/stable_token', app())).errcode).toBe(43002);
  });

  test('an ordered errcode is answered once', async () => {
    sim.control.fault({ endpoint: 'mini.session', kind: 'errcode', errcode: 45011 });
    const code = sim.control.loginCode('p1');
    expect((await session(code)).errcode).toBe(45011);
    expect((await session(code)).openid).toBe(sim.control.person('p1').openid);
  });
});

test('a phone code gives the number once, with this app in the watermark', async () => {
  const { access_token: token } = await stable();
  const code = sim.control.phoneCode('p3');
  expect(await phone(String(token), code)).toMatchObject({
    phone_info: { purePhoneNumber: '13800000003', countryCode: '86', watermark: { appid: sim.credentials.appid } },
  });
  expect((await phone(String(token), code)).errcode).toBe(40029);
});

test('the web login of the official account: another openid, the same union', async () => {
  const { oaAppid, oaSecret } = sim.credentials;
  const exchange = (code: string) =>
    get('/sns/oauth2/access_token', { appid: oaAppid, secret: oaSecret, code, grant_type: 'authorization_code' });
  const code = sim.control.oauthCode('p4');
  const told = await exchange(code);
  const person = sim.control.person('p4');
  expect(told).toMatchObject({ openid: person.oaOpenid, unionid: person.unionid, scope: 'snsapi_userinfo' });
  expect(told.openid).not.toBe(person.openid);
  expect((await exchange(code)).errcode).toBe(40163);
  const info = await get('/sns/userinfo', {
    access_token: String(told.access_token),
    openid: String(told.openid),
    lang: 'zh_CN',
  });
  expect(info).toMatchObject({ nickname: '陈思远' });
  expect((await fetch(String(info.headimgurl))).headers.get('content-type')).toContain('svg');
});
