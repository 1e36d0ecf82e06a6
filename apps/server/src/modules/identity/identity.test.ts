// Buyers through the verbs, with the real client and the pretend WeChat: one buyer per person, whatever happens at once.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sql } from 'kysely';
import { createMiniClient } from '@jishi/wechat';
import { createSim, type Sim } from '@jishi/wechat-sim';
import { decodeJwt, SignJWT } from 'jose';
import sharp from 'sharp';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { BuyerSort, Id } from '@jishi/contract';
import { testDatabase, type TestDatabase } from '../../../test/database.ts';
import { events } from '../../events.ts';
import { testClock, type TestClock } from '../../platform/clock.ts';
import { inTransaction } from '../../platform/db.ts';
import { assert } from '../../platform/fail.ts';
import type { Buyer, StaffSession } from '../../platform/http.ts';
import { newId } from '../../platform/ids.ts';
import { createLog } from '../../platform/log.ts';
import { diskStorage } from '../../platform/storage.ts';
import { createFiles, type Files } from '../files/files.ts';
import { createStaff, type Staff } from '../staff/staff.ts';
import { createIdentity, type Identity, type IdentityDeps } from './identity.ts';

const SECRET = 'a-secret-of-this-test-only-0123456789';
const ADDRESS = {
  name: '王小明',
  phone: '13812348000',
  province: '浙江省',
  city: '杭州市',
  district: '西湖区',
  detail: '文三路 1 号',
};
let database: TestDatabase;
let clock: TestClock;
let sim: Sim;
let deps: IdentityDeps;
let identity: Identity;
let files: Files;
let staffRoom: Staff;
let staff: StaffSession;
let picturesDir: string;
/** Answers of WeChat wait here for each other, so that all their readers go on at the same moment. */
let meeting: (() => Promise<void>) | undefined;

beforeAll(async () => {
  sim = await createSim({ clock: 'steppable', seed: 3 });
  database = await testDatabase({ events });
  clock = testClock(sim.control.clock.now());
  const log = createLog({ level: 'silent' });
  const { db } = database;
  picturesDir = await mkdtemp(join(tmpdir(), 'jishi-identity-'));
  files = createFiles({ db, clock, storage: diskStorage(picturesDir) });
  staffRoom = createStaff({ db, clock, log, config: { STAFF_SESSION_SECRET: SECRET, CAPTCHA: 'off' } });
  staff = await clerk(staffRoom);
  const { appid, secret, oaAppid, oaSecret } = sim.credentials;
  const guard = () => assert(!inTransaction(), 'WeChat was called inside a transaction');
  const together: typeof fetch = async (...request) => {
    const answer = await fetch(...request);
    await meeting?.();
    return answer;
  };
  const call = { baseUrl: sim.url, now: clock.now, guard, timeoutMs: 500, retryPauseMs: 1, fetch: together };
  const clients = {
    weapp: createMiniClient({ ...call, appid, secret }),
    h5: createMiniClient({ ...call, appid: oaAppid, secret: oaSecret }),
  };
  deps = {
    db,
    clock,
    config: {
      ACCESS_TOKEN_SECRET: SECRET,
      DEV_LOGIN: false,
      PUBLIC_URL: 'https://shop.example.com',
      WECHAT_OAUTH_BASE_URL: 'https://open.weixin.qq.com',
    },
    log,
    staff: staffRoom,
    files,
    miniFor: (platform) => clients[platform],
    appids: { weapp: appid, h5: oaAppid },
  };
  identity = createIdentity(deps);
  // All connections are opened beforehand: those who wait for a new one would politely come one after the other.
  await Promise.all(Array.from({ length: 10 }, () => sql`select pg_sleep(0.2)`.execute(db.q)));
});
afterAll(async () => {
  await sim.close();
  await database.close();
  await rm(picturesDir, { recursive: true, force: true });
});

/** Somebody of the shop, really signed in: the trail wants to know who it was. */
async function clerk(room: Staff): Promise<StaffSession> {
  const account = { username: 'clerk', name: '小店员', password: 'correct-horse-1' };
  await room.createFirstAdmin(account);
  const input = { ...account, remember: true, captchaId: '', captcha: '' };
  const from = { id: 'request-1', ip: '10.0.0.1', userAgent: 'test', platform: 'admin' as const };
  const { cookie } = await room.login(input, from);
  const session = await room.session(cookie.secret);
  if (!session) throw new Error('the clerk is not signed in');
  return session;
}

const trailOf = async (subjectId: string) =>
  (await staffRoom.auditTrail({ subjectId, page: 1, size: 50 })).items.map((entry) => entry.action).toReversed();
beforeEach(() => {
  meeting = undefined;
  sim.control.clearFaults();
});

const codeOf = (work: Promise<unknown>) =>
  work.then(
    () => 'ok',
    (error: { code?: string }) => error.code ?? String(error),
  );
const weapp = (personId: string) => identity.login({ code: sim.control.loginCode(personId), platform: 'weapp' });
const h5 = (personId: string) =>
  identity.login({ code: sim.control.oauthCode(personId, 'snsapi_userinfo'), platform: 'h5' });
async function signedIn(): Promise<{ person: string; tokens: Awaited<ReturnType<typeof weapp>>; buyer: Buyer }> {
  const person = sim.control.addPerson().id;
  const tokens = await weapp(person);
  const buyer = await identity.buyer(tokens.accessToken);
  if (!buyer) throw new Error('the guard does not know whom we just let in');
  return { person, tokens, buyer };
}
/** A door that opens when `guests` have come to it. */
function meetingOf(guests: number): () => Promise<void> {
  let open = () => {};
  const opened = new Promise<void>((resolve) => (open = resolve));
  let here = 0;
  return () => {
    here += 1;
    if (here === guests) open();
    return opened;
  };
}
const countBuyers = async () => {
  const { rows } = await sql<{ n: number }>`select count(*)::int as n from buyers`.execute(database.db.q);
  return rows[0]?.n ?? 0;
};

describe('signing in', () => {
  test('a new person becomes a buyer with a name to recognise, and stays the same one', async () => {
    const { person, tokens } = await signedIn();
    expect(tokens.me).toMatchObject({ nickname: expect.stringMatching(/^微信用户\d{4}$/), phone: null });
    expect((await weapp(person)).me.id).toBe(tokens.me.id);
  });

  test('the mini-program and the web page of one person lead to one buyer', async () => {
    const { person, tokens } = await signedIn();
    expect((await h5(person)).me.id).toBe(tokens.me.id);
    const view = sim.control.person(person);
    expect(await identity.openidOf(database.db, tokens.me.id, 'weapp')).toBe(view.openid);
    expect(await identity.openidOf(database.db, tokens.me.id, 'h5')).toBe(view.oaOpenid);
    const other = sim.control.addPerson().id;
    const page = await h5(other);
    expect(await identity.openidOf(database.db, page.me.id, 'weapp')).toBeNull();
    expect((await weapp(other)).me.id).toBe(page.me.id);
  });

  test('eight first sign-ins at the same moment, from both sides, make one buyer', async () => {
    const person = sim.control.addPerson().id;
    const before = await countBuyers();
    meeting = meetingOf(8);
    const all = await Promise.all(Array.from({ length: 8 }, (_, turn) => (turn % 2 ? weapp(person) : h5(person))));
    expect(new Set(all.map((one) => one.me.id)).size).toBe(1);
    expect(await countBuyers()).toBe(before + 1);
  });

  test('a code works once, and a made-up one never', async () => {
    const code = sim.control.loginCode(sim.control.addPerson().id);
    expect(await codeOf(identity.login({ code, platform: 'weapp' }))).toBe('ok');
    expect(await codeOf(identity.login({ code, platform: 'weapp' }))).toBe('auth.code_invalid');
    expect(await codeOf(identity.login({ code: 'made-up', platform: 'h5' }))).toBe('auth.code_invalid');
  });

  test.each(['500', 'reset-before', 'timeout-before'] as const)(
    'a WeChat that answers %s is said to be unavailable, and nobody is made',
    async (kind) => {
      const person = sim.control.addPerson().id;
      const before = await countBuyers();
      sim.control.fault({ endpoint: 'mini.session', kind, count: 5, delayMs: 2000 });
      expect(await codeOf(weapp(person))).toBe('wechat.unavailable');
      expect(await countBuyers()).toBe(before);
      sim.control.clearFaults();
      expect(await codeOf(weapp(person))).toBe('ok');
    },
  );

  test('WeChat’s own words decide: too often means later, a risky person stays out', async () => {
    const person = sim.control.addPerson().id;
    const cases = { 45011: 'wechat.unavailable', 40226: 'auth.blocked', 40125: 'wechat.unavailable' };
    for (const [errcode, code] of Object.entries(cases)) {
      sim.control.fault({ endpoint: 'mini.session', kind: 'errcode', errcode: Number(errcode) });
      expect(await codeOf(weapp(person))).toBe(code);
    }
  });

  test('pretending to be somebody is possible in development only', async () => {
    expect(await codeOf(identity.mockLogin({ openid: 'o-tester' }))).toBe('auth.mock_disabled');
    const inDevelopment = createIdentity({ ...deps, config: { ...deps.config, DEV_LOGIN: true } });
    const first = await inDevelopment.mockLogin({ openid: 'o-tester' });
    expect((await inDevelopment.mockLogin({ openid: 'o-tester' })).me.id).toBe(first.me.id);
  });

  test('the way to WeChat leads back to our own pages only', async () => {
    const state = 'abcdefgh12345678';
    const { url } = await identity.loginAddress({ returnTo: '/pages/me/index?a=1&b=2', state });
    const address = new URL(url);
    expect(address.origin + address.pathname).toBe('https://open.weixin.qq.com/connect/oauth2/authorize');
    expect([...address.searchParams.keys()]).toEqual(['appid', 'redirect_uri', 'response_type', 'scope', 'state']);
    expect(address.searchParams.get('appid')).toBe(sim.credentials.oaAppid);
    expect(address.searchParams.get('redirect_uri')).toBe('https://shop.example.com/pages/me/index?a=1&b=2');
    expect(address.hash).toBe('#wechat_redirect');
    expect(await codeOf(identity.loginAddress({ returnTo: 'https://evil.example/', state }))).toBe('request.invalid');
  });
});

describe('staying signed in', () => {
  test('an access token opens doors for two hours, and nobody can make one', async () => {
    const { tokens } = await signedIn();
    const claims = decodeJwt(tokens.accessToken);
    const forge = (key: string, audience: string) =>
      new SignJWT(claims)
        .setProtectedHeader({ alg: 'HS256' })
        .setAudience(audience)
        .sign(new TextEncoder().encode(key));
    expect(await identity.buyer(await forge(SECRET, 'buyer'))).not.toBeNull();
    expect(await identity.buyer(await forge('another-secret-another-secret-12', 'buyer'))).toBeNull();
    expect(await identity.buyer(await forge(SECRET, 'staff'))).toBeNull();
    const unsigned = `${Buffer.from('{"alg":"none"}').toString('base64url')}.${tokens.accessToken.split('.')[1]}.`;
    for (const token of [unsigned, '', 'x.y.z', `${tokens.accessToken}x`])
      expect(await identity.buyer(token)).toBeNull();
    clock.forward({ minutes: 119 });
    expect(await identity.buyer(tokens.accessToken)).not.toBeNull();
    clock.forward({ minutes: 1, seconds: 1 });
    expect(await identity.buyer(tokens.accessToken)).toBeNull();
  });

  test('a refresh token works once, for thirty days, and only its hash is stored', async () => {
    const { tokens } = await signedIn();
    clock.forward({ days: 29, hours: 23 });
    const next = await identity.refresh(tokens);
    expect(next.me.id).toBe(tokens.me.id);
    expect(await identity.buyer(next.accessToken)).not.toBeNull();
    clock.forward({ days: 30 });
    expect(await codeOf(identity.refresh(next))).toBe('auth.refresh_invalid');
    const { rows } = await sql<{ all: string }>`select string_agg(t::text, '') as all from buyer_tokens t`.execute(
      database.db.q,
    );
    expect(rows[0]?.all).not.toContain(tokens.refreshToken);
    expect(await codeOf(identity.refresh({ refreshToken: 'made-up-made-up-made-up' }))).toBe('auth.refresh_invalid');
  });

  test('of eight refreshes with one token at the same moment one succeeds, and the sign-in survives', async () => {
    const { tokens } = await signedIn();
    const all = await Promise.allSettled(Array.from({ length: 8 }, () => identity.refresh(tokens)));
    const won = all.filter((one) => one.status === 'fulfilled');
    expect(won).toHaveLength(1);
    expect(await codeOf(identity.refresh(tokens))).toBe('auth.refresh_invalid');
    const winner = won[0]?.value;
    expect(await identity.buyer(winner?.accessToken ?? '')).not.toBeNull();
    expect(await codeOf(identity.refresh(winner ?? tokens))).toBe('ok');
  });

  test('a spent token that comes back later ends the whole sign-in, and no other', async () => {
    const { person, tokens } = await signedIn();
    const elsewhere = await weapp(person);
    const next = await identity.refresh(tokens);
    clock.forward({ seconds: 11 });
    expect(await codeOf(identity.refresh(tokens))).toBe('auth.refresh_invalid');
    expect(await identity.buyer(next.accessToken)).toBeNull();
    expect(await codeOf(identity.refresh(next))).toBe('auth.refresh_invalid');
    expect(await identity.buyer(elsewhere.accessToken)).not.toBeNull();
  });

  test('a theft found while the thief refreshes leaves nobody with a live token', async () => {
    const { tokens } = await signedIn();
    const next = await identity.refresh(tokens);
    clock.forward({ seconds: 11 });
    await Promise.allSettled([identity.refresh(tokens), identity.refresh(next), identity.refresh(tokens)]);
    const { rows } = await sql<{ live: number }>`
      select count(*)::int as live from buyer_tokens where buyer_id = ${tokens.me.id} and state = 'live'
    `.execute(database.db.q);
    expect(rows[0]?.live).toBe(0);
  });

  test('signing out ends this sign-in at once, on this device only', async () => {
    const { person, tokens, buyer } = await signedIn();
    const elsewhere = await weapp(person);
    await identity.logout(buyer);
    expect(await identity.buyer(tokens.accessToken)).toBeNull();
    expect(await codeOf(identity.refresh(tokens))).toBe('auth.refresh_invalid');
    expect(await identity.buyer(elsewhere.accessToken)).not.toBeNull();
  });

  test('the sweep forgets tokens a week after their end', async () => {
    const { tokens } = await signedIn();
    clock.forward({ days: 38 });
    const { tokens: young } = await signedIn();
    await identity.sweep();
    const { rows } = await sql<{ buyer_id: string }>`select distinct buyer_id from buyer_tokens`.execute(database.db.q);
    const left = rows.map((row) => row.buyer_id);
    expect(left).not.toContain(tokens.me.id);
    expect(left).toContain(young.me.id);
  });
});

describe('a blocked buyer', () => {
  test('loses access at once, cannot come back, and may after being unblocked', async () => {
    const { person, tokens } = await signedIn();
    const buyerId = tokens.me.id as Id<'buyer'>;
    const set = (state: 'active' | 'blocked', reason = '') => identity.setBuyerState(staff, { buyerId, state, reason });
    expect(await codeOf(set('blocked'))).toBe('buyer.reason_missing');
    expect(await set('blocked', '恶意退货')).toMatchObject({ state: 'blocked', blockedReason: '恶意退货' });
    expect(await codeOf(identity.buyer(tokens.accessToken))).toBe('auth.blocked');
    expect(await codeOf(identity.refresh(tokens))).toBe('auth.blocked');
    expect(await codeOf(weapp(person))).toBe('auth.blocked');
    expect(await set('active')).toMatchObject({ state: 'active', blockedReason: null });
    expect(await identity.buyer(tokens.accessToken)).toBeNull();
    expect(await codeOf(weapp(person))).toBe('ok');
    const { rows } = await sql<{ payload: unknown }>`select payload from outbox where event = 'buyer.blocked'`.execute(
      database.db.q,
    );
    expect(rows).toEqual([{ payload: { buyerId } }]);
    expect(await trailOf(buyerId)).toEqual(['buyer.blocked', 'buyer.active']);
  });

  test('loses access at once here, and within a second when another process blocked them', async () => {
    const { tokens } = await signedIn();
    const buyerId = tokens.me.id as Id<'buyer'>;
    expect(await identity.buyer(tokens.accessToken)).toMatchObject({ id: buyerId });
    await identity.setBuyerState(staff, { buyerId, state: 'blocked', reason: '测试' });
    expect(await codeOf(identity.buyer(tokens.accessToken))).toBe('auth.blocked');

    const other = await signedIn();
    expect(await identity.buyer(other.tokens.accessToken)).not.toBeNull();
    await sql`update buyers set state = 'blocked' where id = ${other.tokens.me.id}`.execute(database.db.q);
    clock.forward({ seconds: 1 });
    expect(await codeOf(identity.buyer(other.tokens.accessToken))).toBe('auth.blocked');
  });

  test('who has signed out is a stranger at once, also in the second in which they were asked for', async () => {
    const { tokens } = await signedIn();
    const buyer = await identity.buyer(tokens.accessToken);
    assert(buyer, 'just signed in');
    await identity.logout(buyer);
    expect(await identity.buyer(tokens.accessToken)).toBeNull();
  });

  test('has no live token even when a refresh was on its way', async () => {
    const { tokens } = await signedIn();
    const block = { buyerId: tokens.me.id as Id<'buyer'>, state: 'blocked' as const, reason: '测试' };
    const [, refreshed] = await Promise.allSettled([identity.setBuyerState(staff, block), identity.refresh(tokens)]);
    if (refreshed.status === 'fulfilled') {
      expect(await codeOf(identity.buyer(refreshed.value.accessToken))).toBe('auth.blocked');
      expect(await codeOf(identity.refresh(refreshed.value))).toBe('auth.blocked');
    } else expect(refreshed.reason).toMatchObject({ code: 'auth.blocked' });
  });
});

describe('the phone number', () => {
  test('comes from WeChat, is shown masked, and belongs to one buyer', async () => {
    const { person, buyer } = await signedIn();
    const { phone } = sim.control.person(person);
    const me = await identity.bindPhone(buyer, { code: sim.control.phoneCode(person) });
    expect(me.phone).toBe(`${phone.slice(0, 3)}****${phone.slice(-4)}`);
    const { buyer: rival } = await signedIn();
    expect(await codeOf(identity.bindPhone(rival, { code: sim.control.phoneCode(person) }))).toBe('auth.phone_taken');
    expect(await codeOf(identity.bindPhone(buyer, { code: sim.control.phoneCode(person) }))).toBe('ok');
    expect(await codeOf(identity.bindPhone(buyer, { code: 'made-up' }))).toBe('auth.phone_invalid');
    sim.control.fault({ endpoint: 'mini.phone', kind: '500', count: 5 });
    expect(await codeOf(identity.bindPhone(buyer, { code: sim.control.phoneCode(person) }))).toBe('wechat.unavailable');
  });

  test('is masked in lists, found by its last digits, and whole only where looking leaves a trace', async () => {
    const { person, buyer } = await signedIn();
    await identity.bindPhone(buyer, { code: sim.control.phoneCode(person) });
    const { phone } = sim.control.person(person);
    const page = { page: 1, size: 20 };
    for (const q of [phone, phone.slice(-4)]) {
      const { items } = await identity.buyers({ q, ...page });
      const found = items.find((one) => one.id === buyer.id);
      expect(found?.phone).toBe(`${phone.slice(0, 3)}****${phone.slice(-4)}`);
    }
    expect((await identity.buyers({ q: phone.slice(0, 7), ...page })).total).toBe(0);
    expect((await identity.buyers({ q: '%', ...page })).total).toBe(0);
    expect((await identity.names(database.db, [buyer.id])).get(buyer.id)?.phone).toContain('****');
    expect(await trailOf(buyer.id)).toEqual([]);
    await identity.createAddress(buyer, { ...ADDRESS, isDefault: true });
    const opened = await identity.buyerForStaff(buyer.id);
    expect(opened.phone).toContain('****');
    expect(opened.addresses[0]?.phone).toContain('****');
    expect(await trailOf(buyer.id)).toEqual([]);
    const shown = await identity.revealPhone(staff, buyer.id);
    expect(shown).toMatchObject({ phone, addresses: [{ phone: ADDRESS.phone }] });
    expect(await trailOf(buyer.id)).toEqual(['buyer.view_phone']);
    expect(await codeOf(identity.buyerForStaff(newId<'buyer'>()))).toBe('buyer.not_found');
  });
});

test('staff see buyers in the order they ask for; who has never come back stands last', async () => {
  const first = (await signedIn()).buyer.id;
  const second = (await signedIn()).buyer.id;
  const found = async (sort?: BuyerSort) => {
    const { items } = await identity.buyers({ page: 1, size: 500, sort });
    return items.map((one) => one.id).filter((id) => id === first || id === second);
  };
  expect(await found('createdAt')).toEqual([first, second]);
  expect(await found('-createdAt')).toEqual([second, first]);
  expect(await found()).toEqual([second, first]);
  await database.db.q.updateTable('buyers').set({ last_seen_at: null }).where('id', '=', first).execute();
  for (const sort of ['lastSeenAt', '-lastSeenAt'] as const) expect(await found(sort)).toEqual([second, first]);
});

describe('the profile', () => {
  test('takes a new name, and a picture that is the buyer’s own', async () => {
    const { buyer } = await signedIn();
    expect((await identity.updateMe(buyer, { nickname: '爱逛集市' })).nickname).toBe('爱逛集市');
    const { buyer: other } = await signedIn();
    const face = await sharp({ create: { width: 30, height: 30, channels: 3, background: '#e33' } })
      .png()
      .toBuffer();
    const { fileId, thumbUrl } = await files.store({ kind: 'buyer', id: other.id }, face);
    const avatarFileId = fileId as Id<'file'>;
    expect(await codeOf(identity.updateMe(buyer, { avatarFileId }))).toBe('file.not_found');
    expect((await identity.updateMe(other, { avatarFileId })).avatarUrl).toBe(thumbUrl);
    expect((await identity.updateMe(other, { avatarFileId: null })).avatarUrl).toBeNull();
    expect((await identity.me(buyer)).nickname).toBe('爱逛集市');
  });
});

describe('addresses', () => {
  const add = (buyer: Buyer, isDefault = false) => identity.createAddress(buyer, { ...ADDRESS, isDefault });
  const marks = async (buyer: Buyer) => (await identity.addresses(buyer)).items.map((one) => one.isDefault);

  test('the first is the default, and there is exactly one as long as there is any', async () => {
    const { buyer } = await signedIn();
    const first = await add(buyer);
    expect(first.isDefault).toBe(true);
    const second = await add(buyer, true);
    const third = await add(buyer);
    expect((await identity.addresses(buyer)).items.map((one) => one.id)).toEqual([second.id, third.id, first.id]);
    expect(await marks(buyer)).toEqual([true, false, false]);
    await identity.deleteAddress(buyer, second.id as Id<'address'>);
    expect((await identity.addresses(buyer)).items.map((one) => [one.id, one.isDefault])).toEqual([
      [third.id, true],
      [first.id, false],
    ]);
    const moved = { ...ADDRESS, addressId: first.id as Id<'address'>, city: '宁波市', isDefault: true };
    expect(await identity.updateAddress(buyer, moved)).toMatchObject({ city: '宁波市', isDefault: true });
    expect(await identity.updateAddress(buyer, { ...moved, isDefault: false })).toMatchObject({ isDefault: true });
    await identity.setDefaultAddress(buyer, third.id as Id<'address'>);
    expect(await marks(buyer)).toEqual([true, false]);
  });

  test('twenty at most, also when many are added at once', async () => {
    const { buyer } = await signedIn();
    const added = await Promise.all(Array.from({ length: 24 }, () => codeOf(add(buyer, true))));
    expect(added.filter((one) => one === 'ok')).toHaveLength(20);
    expect(added.filter((one) => one === 'address.too_many')).toHaveLength(4);
    expect((await marks(buyer)).filter(Boolean)).toHaveLength(1);
  });

  test('somebody else’s does not exist', async () => {
    const { buyer } = await signedIn();
    const { buyer: stranger } = await signedIn();
    const addressId = (await add(buyer)).id as Id<'address'>;
    const attempts = [
      identity.updateAddress(stranger, { ...ADDRESS, addressId, isDefault: true }),
      identity.deleteAddress(stranger, addressId),
      identity.setDefaultAddress(stranger, addressId),
      identity.address(database.db, stranger.id, addressId),
    ];
    expect(await Promise.all(attempts.map(codeOf))).toEqual(attempts.map(() => 'address.not_found'));
    expect(await identity.address(database.db, buyer.id, addressId)).toEqual(ADDRESS);
  });
});
