// Pure decisions of identity: masks, names, which buyer a WeChat person is, and where a sign-in may return to.
import { spanMs } from '../../platform/clock.ts';

export const ACCESS_HOURS = 2;
export const REFRESH_DAYS = 30;
/** A second refresh within this time is a page loaded twice, not a thief. */
export const REUSE_GRACE_SECONDS = 10;
export const ADDRESSES_MAX = 20;
/** `last_seen_at` is written no more often than this. */
export const SEEN_MINUTES = 60;

/** 138****8000: enough to recognise one's own number, too little to call it. */
export function maskPhone(phone: string): string;
export function maskPhone(phone: string | null): string | null;
export function maskPhone(phone: string | null): string | null {
  return phone === null ? null : `${phone.slice(0, 3)}****${phone.slice(-4)}`;
}

export type Person = { openid: string; unionid: string | null };
export type KnownBuyer = { id: string; openid: string | null; unionid: string | null };
export type Match =
  | { found: null; learn: null }
  | { found: string; learn: { openid?: string; unionid?: string } | null };

/**
 * Which buyer a person is: the one with this openid, else the one with this unionid. An openid says it for certain; two
 * buyers that turn out to be one person (signed in on both sides before the accounts were joined) stay two, since one of
 * them would lose orders.
 */
export function matchOf(person: Person, byOpenid: KnownBuyer | undefined, byUnionid: KnownBuyer | undefined): Match {
  if (byOpenid) {
    const isNews = person.unionid !== null && byOpenid.unionid === null && byUnionid === undefined;
    return { found: byOpenid.id, learn: isNews && person.unionid ? { unionid: person.unionid } : null };
  }
  if (byUnionid) return { found: byUnionid.id, learn: { openid: person.openid } };
  return { found: null, learn: null };
}

export type TokenFacts = { state: string; spentAt: Date | null; expiresAt: Date };

/** What a refresh token that is presented now means. */
export function verdictOn(token: TokenFacts | undefined, now: Date): 'good' | 'useless' | 'theft' {
  if (!token || token.state === 'revoked' || token.expiresAt <= now) return 'useless';
  if (token.state === 'live') return 'good';
  const age = now.getTime() - (token.spentAt?.getTime() ?? 0);
  return age <= spanMs({ seconds: REUSE_GRACE_SECONDS }) ? 'useless' : 'theft';
}

/** The page to come back to, if it is one of ours: a path, or an address of the same origin. Null for any other. */
export function ownPage(returnTo: string, publicUrl: string): string | null {
  // Browsers read a backslash as a slash and drop control characters; an address with either is not one of ours.
  // oxlint-disable-next-line no-control-regex -- control characters are exactly what must not be in an address
  if (/[\\\u0000-\u0020\u007F]/.test(returnTo)) return null;
  let page: URL;
  try {
    page = new URL(returnTo, `${publicUrl}/`);
  } catch {
    return null;
  }
  const isOurs = sameOrigin(page, new URL(publicUrl)) && page.username === '' && page.password === '';
  return isOurs ? page.href : null;
}

const LOOPBACK = new Set(['localhost', '127.0.0.1', '[::1]']);

/** On a developer's machine localhost and 127.0.0.1 are one house. */
function sameOrigin(a: URL, b: URL): boolean {
  if (a.origin === b.origin) return true;
  const isHere = LOOPBACK.has(a.hostname) && LOOPBACK.has(b.hostname);
  return isHere && a.protocol === b.protocol && a.port === b.port;
}

/** WeChat reads the parameters in this order and wants the fragment at the end. */
export function authorizeUrl(base: string, appid: string, redirectUri: string, state: string): string {
  const params = [
    ['appid', appid],
    ['redirect_uri', redirectUri],
    ['response_type', 'code'],
    // The whole profile scope: the unionid that joins page and mini-program comes only with it.
    ['scope', 'snsapi_userinfo'],
    ['state', state],
  ].map(([name = '', value = '']) => `${name}=${encodeURIComponent(value)}`);
  return `${base}/connect/oauth2/authorize?${params.join('&')}#wechat_redirect`;
}
