// What keeps a buyer signed in: a short access token that carries its own proof, and a refresh token that works once.
//
//   sign-in ──> family: [live] ──refresh──> [spent] [live] ──refresh──> [spent] [spent] [live]
//                                              └─ presented again after 10 s: a thief has it, the whole family ends
import { createHmac, randomBytes } from 'node:crypto';
import { BuyerId, type Id } from '@jishi/contract';
import { jwtVerify, SignJWT } from 'jose';
import { z } from 'zod';
import { createCache, type Cache } from '../../platform/cache.ts';
import { spanMs, type Clock } from '../../platform/clock.ts';
import type { Tx } from '../../platform/db.ts';
import { fail } from '../../platform/fail.ts';
import type { Buyer } from '../../platform/http.ts';
import { newId } from '../../platform/ids.ts';
import { ACCESS_HOURS, REFRESH_DAYS, SEEN_MINUTES, verdictOn } from './identity.rules.ts';
import type { IdentityRoom } from './identity.ts';
import * as store from './identity.store.ts';

/** A buyer as the guard knows them: with the sign-in that their token belongs to. */
export type SignedInBuyer = Buyer & { familyId: string };
export type Tokens = { buyer: store.BuyerRow; familyId: string; refreshToken: string };

const ISSUER = 'jishi';
const AUDIENCE = 'buyer';
const Claims = z.object({ sub: BuyerId, ver: z.int(), fam: z.uuid(), exp: z.int() });
type Claims = z.output<typeof Claims>;

/** Tokens whose signature has been checked; a phone sends the same one for two hours. */
export type ProvenTokens = Map<string, Claims>;
const PROVEN_MAX = 5000;

/**
 * How buyers and their sign-ins stand, by both. A page asks several things at once, and a buyer at the till follows one
 * call by the next: each would ask for the same row. What ends here is gone at once; what another process ends, within
 * this second.
 */
export type Standings = Cache<store.Standing | undefined>;
const STANDING_SECONDS = 1;

export const createStandings = (clock: Clock): Standings =>
  createCache({ clock, seconds: STANDING_SECONDS, entriesMax: 5000 });

const hashOf = (room: IdentityRoom, token: string) =>
  createHmac('sha256', room.config.ACCESS_TOKEN_SECRET).update(`refresh:${token}`).digest('base64url');

/** Part: one more live refresh token in a family. */
export async function issue(room: IdentityRoom, tx: Tx, buyer: store.BuyerRow, familyId: string): Promise<Tokens> {
  const at = room.clock.now();
  const refreshToken = randomBytes(32).toString('base64url');
  await store.insertToken(tx, {
    id: newId<'token'>(),
    familyId,
    buyerId: buyer.id,
    hash: hashOf(room, refreshToken),
    at,
    expiresAt: new Date(at.getTime() + spanMs({ days: REFRESH_DAYS })),
  });
  return { buyer, familyId, refreshToken };
}

export async function accessToken(room: IdentityRoom, { buyer, familyId }: Tokens) {
  const at = room.clock.now();
  const expiresAt = new Date(at.getTime() + spanMs({ hours: ACCESS_HOURS }));
  const token = await new SignJWT({ ver: buyer.token_version, fam: familyId })
    .setProtectedHeader({ alg: 'HS256' })
    .setSubject(buyer.id)
    .setIssuer(ISSUER)
    .setAudience(AUDIENCE)
    .setIssuedAt(at)
    .setExpirationTime(expiresAt)
    .sign(room.key);
  return { token, expiresAt };
}

export async function guard(room: IdentityRoom, token: string): Promise<SignedInBuyer | null> {
  const now = room.clock.now();
  const claims = await claimsOf(room, token, now);
  if (!claims) return null;
  const place = `${claims.sub} ${claims.fam}`;
  const standing = await room.standings.get(place, () => store.standing(room.db, claims.sub, claims.fam));
  if (!standing) return null;
  if (standing.state === 'blocked') fail('auth.blocked');
  if (standing.tokenVersion !== claims.ver || !standing.isFamilyOpen) return null;
  const seen = standing.lastSeenAt?.getTime() ?? 0;
  if (now.getTime() - seen >= spanMs({ minutes: SEEN_MINUTES })) {
    room.standings.drop(place);
    await store.touch(room.db, claims.sub, now);
  }
  return { id: claims.sub as Id<'buyer'>, familyId: claims.fam };
}

async function claimsOf(room: IdentityRoom, token: string, now: Date): Promise<Claims | null> {
  // A signature stays right for ever; what may end, the time and the standing of the buyer, is looked at every time.
  const proven = room.proven.get(token);
  if (proven) return proven.exp * 1000 > now.getTime() ? proven : null;
  try {
    const { payload } = await jwtVerify(token, room.key, {
      algorithms: ['HS256'],
      issuer: ISSUER,
      audience: AUDIENCE,
      currentDate: now,
    });
    const claims = Claims.parse(payload);
    room.proven.set(token, claims);
    const [oldest] = room.proven.keys();
    if (room.proven.size > PROVEN_MAX && oldest !== undefined) room.proven.delete(oldest);
    return claims;
  } catch {
    // Forged, expired or not a token at all: the caller is a stranger, and why is nobody's business.
    return null;
  }
}

/** The verdict leaves the transaction as a value: ending a stolen family has to be committed before it is refused. */
export async function rotate(room: IdentityRoom, refreshToken: string): Promise<Tokens> {
  const hash = hashOf(room, refreshToken);
  const result = await room.db.tx(async (tx) => {
    const seen = await store.tokenByHash(tx, hash);
    const buyer = seen && (await store.lockBuyer(tx, seen.buyerId));
    if (!buyer) return 'useless';
    if (buyer.state === 'blocked') return 'blocked';
    // Read again under the lock: of two that come at once, the second finds it spent.
    const token = await store.tokenByHash(tx, hash);
    const now = room.clock.now();
    const verdict = verdictOn(token, now);
    if (!token || verdict === 'useless') return 'useless';
    if (verdict === 'theft') {
      tx.afterCommit(room.standings.clear);
      await store.endFamily(tx, token.familyId);
      return 'theft';
    }
    await store.spendToken(tx, token.id, now);
    await store.touch(tx, buyer.id, now);
    return issue(room, tx, buyer, token.familyId);
  });
  if (typeof result !== 'string') return result;
  if (result === 'blocked') fail('auth.blocked');
  if (result === 'theft') room.log.warn('a spent refresh token was used again: its sign-in has been ended');
  return fail('auth.refresh_invalid');
}

export async function end(room: IdentityRoom, { id, familyId }: SignedInBuyer): Promise<void> {
  await room.db.tx(async (tx) => {
    // The same lock as a refresh takes, so that no new token slips into the family.
    await store.lockBuyer(tx, id);
    tx.afterCommit(room.standings.clear);
    await store.endFamily(tx, familyId);
  });
}
