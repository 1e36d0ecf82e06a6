// Signing in and staying signed in: captcha, lock-out, sessions.
//
//   captcha -> attempt counted -> password -> session
//                  |5th failure      |wrong: the count stays    (count goes back when the password was right)
//                  v                 v
//            locked 30 minutes, by account and by address
import { randomInt } from 'node:crypto';
import type { Id, In, Out, staffCaptcha, staffLogin } from '@jishi/contract';
import svgCaptcha from 'svg-captcha';
import { spanMs } from '../../platform/clock.ts';
import type { Tx } from '../../platform/db.ts';
import { assert, fail } from '../../platform/fail.ts';
import type { Ctx, StaffSession } from '../../platform/http.ts';
import { networkOf } from '../../platform/http.limits.ts';
import { newId } from '../../platform/ids.ts';
import * as rules from './staff.rules.ts';
import { same } from './staff.secrets.ts';
import type { SessionCookie, SignedIn, StaffRoom } from './staff.ts';
import * as store from './staff.store.ts';

type From = Pick<Ctx['request'], 'ip' | 'userAgent'>;
const COOKIE = /^[\w-]{43}$/;
const CAPTCHA_ID = /^[0-9a-f-]{36}$/;
const USERNAME = /^[a-z][\w.-]{2,31}$/;
/** The module itself draws a given text; its types know only how it makes up its own. */
const draw = svgCaptcha as unknown as (
  text: string,
  options: { noise: number; color: boolean; background: string },
) => string;
/** Without the characters that people confuse. */
const ALPHABET = 'ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnpqrstuvwxyz23456789';

/** What a captcha shows, unless a test says otherwise. */
export function randomCaptchaText(): string {
  return Array.from({ length: rules.CAPTCHA_LENGTH }, () => ALPHABET[randomInt(ALPHABET.length)]).join('');
}

export async function captcha(room: StaffRoom): Promise<Out<typeof staffCaptcha>> {
  const isRequired = room.needsCaptcha;
  const text = room.captchaText();
  const captchaId = newId<'captcha'>();
  const expiresAt = new Date(room.clock.now().getTime() + spanMs({ minutes: rules.CAPTCHA_MINUTES }));
  await store.insertCaptcha(room.db, captchaId, sealedAnswer(room, captchaId, text), expiresAt);
  return { isRequired, captchaId, svg: draw(text, { noise: 2, color: true, background: '#f5f5f5' }), expiresAt };
}

const sealedAnswer = ({ secrets }: StaffRoom, id: string, text: string) =>
  secrets.sealed('captcha', `${id}:${text.toLowerCase()}`);

async function isCaptchaRight(room: StaffRoom, id: string, answer: string): Promise<boolean> {
  if (!CAPTCHA_ID.test(id)) return false;
  const sealed = await store.takeCaptcha(room.db, id, room.clock.now());
  return sealed !== undefined && same(sealed, sealedAnswer(room, id, answer));
}

export async function login(
  room: StaffRoom,
  input: In<typeof staffLogin>,
  from: From,
  oldCookie?: string,
): Promise<SignedIn> {
  const { db, secrets } = room;
  const username = input.username.toLowerCase();
  // A password typed into the wrong field must not end up in a log.
  const named = USERNAME.test(username) ? username : '（无效用户名）';
  const note = (result: string) => ({ at: room.clock.now(), username: named, result, ...from });
  const refuse = async (result: string) => store.logLogin(db, note(result));

  if (room.needsCaptcha && !(await isCaptchaRight(room, input.captchaId, input.captcha))) {
    await refuse('captcha_wrong');
    fail('staff.captcha_wrong', {}, 'captcha');
  }
  // Counted before the password is looked at: any number of guesses at the same moment gets five tries together.
  const { account, lockedUntil } = await db.tx((tx) => attempt(room, tx, username, networkOf(from.ip)));
  if (lockedUntil) {
    room.log.warn({ ip: from.ip }, 'a sign-in of staff met a lock');
    await refuse('locked');
    fail('staff.locked', { minutes: rules.minutesLeft(lockedUntil, room.clock.now()) });
  }
  if (!(await secrets.isPassword(account?.password_hash ?? null, input.password)) || !account) {
    await refuse('credentials_wrong');
    return fail('staff.credentials_wrong');
  }
  const cookie = await db.tx((tx) => admit(room, tx, { account, input, from, oldCookie, ok: note('ok') }));
  if (cookie === 'disabled') {
    await refuse('disabled');
    fail('staff.disabled');
  }
  return signedIn(room, cookie);
}

type Attempt = { account: store.AccountRow | undefined; lockedUntil: Date | null };

async function attempt(room: StaffRoom, tx: Tx, username: string, ip: string): Promise<Attempt> {
  const now = room.clock.now();
  const forgottenBefore = new Date(now.getTime() - spanMs({ minutes: rules.LOCK_MINUTES }));
  const account = await store.lockByUsername(tx, username);
  const address = await store.lockAddress(tx, ip, now, forgottenBefore);
  const person = { failures: account?.failed_logins ?? 0, lockedUntil: account?.locked_until ?? null };
  for (const one of [person, address]) {
    if (rules.isLocked(one, now)) return { account, lockedUntil: one.lockedUntil };
  }
  if (account) await store.writeAccountFailures(tx, account.id, rules.afterFailure(person, now));
  await store.writeAddressFailures(tx, ip, rules.afterFailure(address, now), now);
  return { account, lockedUntil: null };
}

type Admission = {
  account: store.AccountRow;
  input: In<typeof staffLogin>;
  from: From;
  oldCookie: string | undefined;
  ok: store.LoginNote;
};

async function admit(room: StaffRoom, tx: Tx, { account, input, from, oldCookie, ok }: Admission) {
  const now = await store.lockAccount(tx, account.id);
  assert(now, `account ${account.id} vanished`);
  // The password may have been changed while we were checking the old one.
  if (now.password_hash !== account.password_hash) fail('staff.credentials_wrong');
  await store.writeAccountFailures(tx, account.id, { failures: 0, lockedUntil: null });
  await store.forgiveAddress(tx, networkOf(from.ip));
  if (now.state !== 'active') return 'disabled';
  if (oldCookie !== undefined) await store.endSessionByHash(tx, room.secrets.sealed('session', oldCookie));
  const cookie = await openSession(room, tx, { staffId: account.id, remember: input.remember, from });
  await store.markSignedIn(tx, account.id, room.clock.now());
  await store.logLogin(tx, ok);
  return cookie;
}

/** A new secret every time, so that one known before signing in is worth nothing after. */
export async function openSession(
  room: StaffRoom,
  tx: Tx,
  { staffId, remember, from }: { staffId: string; remember: boolean; from: From },
): Promise<SessionCookie> {
  const { clock, secrets } = room;
  const at = clock.now();
  const secret = secrets.fresh();
  await store.insertSession(tx, {
    id: newId<'staffSession'>(),
    staffId,
    secretHash: secrets.sealed('session', secret),
    csrfToken: secrets.fresh(),
    remember,
    ip: from.ip,
    userAgent: from.userAgent,
    at,
    expiresAt: new Date(at.getTime() + spanMs({ days: rules.SESSION_DAYS })),
  });
  await store.trimSessions(tx, staffId, rules.SESSIONS_MAX, at, rules.idleBefore(at));
  return remember ? { secret, maxAge: spanMs({ days: rules.SESSION_DAYS }) / 1000 } : { secret };
}

export async function signedIn(room: StaffRoom, cookie: SessionCookie): Promise<SignedIn> {
  const who = await session(room, cookie.secret);
  assert(who, 'a session ended as it began');
  return { me: await me(room, who), cookie };
}

export async function session(room: StaffRoom, cookie: string): Promise<StaffSession | null> {
  if (!COOKIE.test(cookie)) return null;
  const row = await store.sessionByHash(room.db, room.secrets.sealed('session', cookie));
  const now = room.clock.now();
  if (!row || row.state !== 'active' || !rules.isAlive(row, now)) return null;
  if (now.getTime() - row.lastSeenAt.getTime() >= spanMs({ seconds: rules.SEEN_SECONDS })) {
    await store.touchSession(room.db, row.id, now);
  }
  return {
    staffId: row.staffId as Id<'staff'>,
    sessionId: row.id as Id<'staffSession'>,
    name: row.name,
    // Somebody else knows a password that was given: until it is changed it opens nothing but that change.
    permissions: new Set(row.mustChangePassword ? [] : rules.permissionsOf(row)),
    csrfToken: row.csrfToken,
  };
}

export async function me(room: StaffRoom, who: StaffSession): Promise<Out<typeof staffLogin>> {
  const account = await store.account(room.db, who.staffId);
  assert(account, `account ${who.staffId} vanished`);
  return {
    id: who.staffId,
    username: account.username,
    name: account.name,
    permissions: [...who.permissions],
    csrfToken: who.csrfToken,
    mustChangePassword: account.must_change_password,
  };
}
