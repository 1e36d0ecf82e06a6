// Properties of what needs no database: masks, matching, refresh verdicts, and addresses to return to.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { authorizeUrl, maskPhone, matchOf, ownPage, verdictOn } from './identity.rules.ts';

const NOW = new Date('2026-03-02T02:00:00Z');

test('a masked number shows seven digits and never the four between', () => {
  expect(maskPhone('13812348000')).toBe('138****8000');
  expect(maskPhone(null)).toBeNull();
});

describe('where a sign-in returns to', () => {
  const SHOP = 'https://shop.example.com';

  test.each([
    ['/', `${SHOP}/`],
    ['/pages/me?x=1#y', `${SHOP}/pages/me?x=1#y`],
    ['https://shop.example.com/cart', `${SHOP}/cart`],
    ['pages/cart', `${SHOP}/pages/cart`],
  ])('%s is ours', (returnTo, page) => expect(ownPage(returnTo, SHOP)).toBe(page));

  test.each([
    '//evil.example/',
    '/\\evil.example/',
    '\\\\evil.example',
    'https://evil.example/https://shop.example.com/',
    'https://shop.example.com.evil.example/',
    'https://shop.example.com@evil.example/',
    'https://user:pw@shop.example.com/',
    'http://shop.example.com/',
    'https://shop.example.com:8443/',
    'javascript:alert(1)',
    'data:text/html,x',
    '/\n/evil.example',
    ' //evil.example',
    '\t//evil.example',
    'https:///evil.example',
  ])('%j is not', (returnTo) => expect(ownPage(returnTo, SHOP)).toBeNull());

  test('whatever is asked for, the answer is one of our pages or nothing', () => {
    const piece = fc.oneof(
      fc.constantFrom('/', '//', '\\', 'https:', 'http:', '@', 'evil.example', 'shop.example.com', '?', '#', ':', '.'),
      fc.string({ maxLength: 4 }),
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 7 }), (pieces) => {
        const page = ownPage(pieces.join(''), SHOP);
        if (page !== null) expect(new URL(page).origin).toBe(SHOP);
      }),
      { numRuns: 2000 },
    );
  });

  test('on a developer’s machine localhost and 127.0.0.1 are one house, but only there', () => {
    expect(ownPage('http://127.0.0.1:8080/me', 'http://localhost:8080')).toBe('http://127.0.0.1:8080/me');
    expect(ownPage('http://127.0.0.1:9999/me', 'http://localhost:8080')).toBeNull();
    expect(ownPage('http://127.0.0.1:8080/me', SHOP)).toBeNull();
  });

  test('parameters cannot break out of the address', () => {
    const url = new URL(authorizeUrl('https://open.weixin.qq.com', 'wx1', 'https://a.b/?x=1&appid=evil#f', 'st'));
    expect(url.searchParams.getAll('appid')).toEqual(['wx1']);
    expect(url.searchParams.get('redirect_uri')).toBe('https://a.b/?x=1&appid=evil#f');
  });
});

describe('who a person is', () => {
  const ana = { id: 'a', openid: 'o1', unionid: 'u1' };
  const ben = { id: 'b', openid: 'o2', unionid: null };

  test('an openid decides, else a unionid, else they are new', () => {
    expect(matchOf({ openid: 'o1', unionid: 'u1' }, ana, ana)).toEqual({ found: 'a', learn: null });
    expect(matchOf({ openid: 'o9', unionid: 'u1' }, undefined, ana)).toEqual({ found: 'a', learn: { openid: 'o9' } });
    expect(matchOf({ openid: 'o9', unionid: null }, undefined, undefined)).toEqual({ found: null, learn: null });
  });

  test('a unionid is learned once, and never taken from another buyer', () => {
    expect(matchOf({ openid: 'o2', unionid: 'u2' }, ben, undefined)).toEqual({ found: 'b', learn: { unionid: 'u2' } });
    expect(matchOf({ openid: 'o2', unionid: 'u1' }, ben, ana)).toEqual({ found: 'b', learn: null });
  });
});

describe('a refresh token', () => {
  const at = (seconds: number) => new Date(NOW.getTime() + seconds * 1000);

  test('live is good, spent a moment ago is useless, spent before that is theft', () => {
    expect(verdictOn({ state: 'live', spentAt: null, expiresAt: at(1) }, NOW)).toBe('good');
    expect(verdictOn({ state: 'live', spentAt: null, expiresAt: NOW }, NOW)).toBe('useless');
    expect(verdictOn({ state: 'spent', spentAt: at(-10), expiresAt: at(1) }, NOW)).toBe('useless');
    expect(verdictOn({ state: 'spent', spentAt: at(-11), expiresAt: at(1) }, NOW)).toBe('theft');
    expect(verdictOn({ state: 'revoked', spentAt: at(-99), expiresAt: at(1) }, NOW)).toBe('useless');
    expect(verdictOn(undefined, NOW)).toBe('useless');
  });
});
