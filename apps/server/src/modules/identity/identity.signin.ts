// Signing in with WeChat: ask WeChat who it is, outside of any transaction; then find or make the buyer, once.
import { randomInt } from 'node:crypto';
import type { bindPhone, In, login, loginAddress, mockLogin, Out } from '@jishi/contract';
import { Phone } from '@jishi/contract';
import type { MiniOutcome } from '@jishi/wechat';
import { violates, type Tx } from '../../platform/db.ts';
import { assert, fail } from '../../platform/fail.ts';
import type { Buyer } from '../../platform/http.ts';
import { newId } from '../../platform/ids.ts';
import { lock } from '../../platform/lock.ts';
import { authorizeUrl, matchOf, ownPage, type Person } from './identity.rules.ts';
import type { IdentityRoom, WechatPlatform } from './identity.ts';
import * as store from './identity.store.ts';
import { issue, type Tokens } from './identity.tokens.ts';

export async function signIn(room: IdentityRoom, { code, platform }: In<typeof login>): Promise<Tokens> {
  return admit(room, platform, await personOf(room, platform, code));
}

export async function mockSignIn(room: IdentityRoom, { openid }: In<typeof mockLogin>): Promise<Tokens> {
  if (!room.config.DEV_LOGIN) fail('auth.mock_disabled');
  return admit(room, 'weapp', { openid, unionid: null });
}

async function personOf(room: IdentityRoom, platform: WechatPlatform, code: string): Promise<Person> {
  const mini = room.miniFor(platform);
  if (platform === 'weapp') return valueOf(room, await mini.code2session(code), 'auth.code_invalid');
  const page = valueOf(room, await mini.oauth2session(code), 'auth.code_invalid');
  // A snapshot page shows an invented person: nobody who could come back.
  return page.isSnapshot ? fail('auth.code_invalid') : page;
}

/** What WeChat said, in our words: the person's mistake, or a service that does not work right now. */
function valueOf<T>(
  room: IdentityRoom,
  outcome: MiniOutcome<T>,
  wrongCode: 'auth.code_invalid' | 'auth.phone_invalid',
): T {
  if (outcome.outcome === 'ok') return outcome.value;
  if (outcome.outcome === 'unknown') {
    room.log.warn({ why: outcome.why, code: outcome.code }, 'WeChat gave no usable answer');
    return fail('wechat.unavailable');
  }
  const { kind, code, requestId } = outcome;
  if (kind === 'code_invalid' || kind === 'code_used' || kind === 'param' || kind === 'foreign') fail(wrongCode);
  if (kind === 'user_blocked') fail(wrongCode === 'auth.code_invalid' ? 'auth.blocked' : wrongCode);
  room.log.error({ kind, code, requestId }, 'WeChat refused us');
  return fail('wechat.unavailable');
}

async function admit(room: IdentityRoom, platform: WechatPlatform, person: Person): Promise<Tokens> {
  const tokens = await room.db.tx(async (tx) => {
    const id = await findOrMake(room, tx, platform, person);
    const buyer = await store.lockBuyer(tx, id);
    assert(buyer, `buyer ${id} vanished`);
    if (buyer.state === 'blocked') return 'blocked';
    await store.touch(tx, id, room.clock.now());
    return issue(room, tx, buyer, newId<'family'>());
  });
  return tokens === 'blocked' ? fail('auth.blocked') : tokens;
}

/** A person who taps twice, or on two devices at once, becomes one buyer: their names at WeChat are locked first. */
async function findOrMake(room: IdentityRoom, tx: Tx, platform: WechatPlatform, person: Person): Promise<string> {
  const keys = [
    `openid:${platform}:${person.openid}`,
    ...(person.unionid === null ? [] : [`unionid:${person.unionid}`]),
  ];
  for (const key of keys) await lock(tx, `identity.${key}`);
  const { byOpenid, byUnionid } = await store.known(tx, platform, person);
  const match = matchOf(person, byOpenid, byUnionid);
  if (match.found !== null) {
    if (byOpenid && byUnionid && byOpenid.id !== byUnionid.id) {
      room.log.warn({ buyerIds: [byOpenid.id, byUnionid.id] }, 'two buyers are one person at WeChat');
    }
    if (match.learn) await store.learn(tx, match.found, platform, match.learn);
    return match.found;
  }
  const id = newId<'buyer'>();
  const nickname = `微信用户${String(randomInt(10_000)).padStart(4, '0')}`;
  await store.insertBuyer(tx, { id, platform, person, nickname, at: room.clock.now() });
  return id;
}

export function addressFor(room: IdentityRoom, input: In<typeof loginAddress>): Out<typeof loginAddress> {
  const page = returnPage(room, input.returnTo);
  return { url: authorizeUrl(room.config.WECHAT_OAUTH_BASE_URL, room.appids.h5, page, input.state) };
}

export function returnPage(room: IdentityRoom, returnTo: string): string {
  const issues = [{ field: 'returnTo', message: '只能返回本站页面' }];
  return ownPage(returnTo, room.config.PUBLIC_URL) ?? fail('request.invalid', { issues }, 'returnTo');
}

/** Stores the number that WeChat vouches for. One number belongs to one buyer. */
export async function takePhone(room: IdentityRoom, buyer: Buyer, { code }: In<typeof bindPhone>): Promise<void> {
  const said = valueOf(room, await room.miniFor('weapp').phoneNumber(code), 'auth.phone_invalid');
  const phone = said.countryCode === '86' ? Phone.safeParse(said.purePhoneNumber) : undefined;
  if (!phone?.success) return fail('auth.phone_invalid');
  try {
    await store.setPhone(room.db, buyer.id, phone.data);
  } catch (error) {
    if (violates(error, 'buyers_phone_key')) fail('auth.phone_taken');
    throw error;
  }
}
