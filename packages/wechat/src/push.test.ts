// Message push against the vectors that WeChat and other projects publish: nothing here was sealed by our own hand.
import { createCipheriv, createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { WechatConfigError } from './config-error.ts';
import { createPushReader, type PushQuery } from './push.ts';

/** The example of the official page on message push. */
const OFFICIAL = {
  token: 'AAAAA',
  aesKey: 'A'.repeat(43),
  appid: 'wxba5fad812f8e6fb9',
  query: {
    signature: '6c5c811b55cc85e0e1b54100749188c20beb3f5d',
    timestamp: '1714112445',
    nonce: '415670741',
    openid: 'o9AgO5Kd5ggOC-bXrbNODIiE3bGY',
    encrypt_type: 'aes',
    msg_signature: '046e02f8204d34f8ba5fa3b1db94908f3df2e9b3',
  },
  encrypt:
    '+qdx1OKCy+5JPCBFWw70tm0fJGb2Jmeia4FCB7kao+/Q5c/ohsOzQHi8khUOb05JCpj0JB4RvQMkUyus8TPxLKJGQqcvZqzDpVzazhZv6JsXUnnR8XGT740XgXZUXQ7vJVnAG+tE8NUd4yFyjPy7GgiaviNrlCTj+l5kdfMuFUPpRSrfMZuMcp3Fn2Pede2IuQrKEYwKSqFIZoNqJ4M8EajAsjLY2km32IIjdf8YL/P50F7mStwntrA2cPDrM1kb6mOcfBgRtWygb3VIYnSeOBrebufAlr7F9mFUPAJGj04=',
};
const AT = new Date(1714112445_000);
const reader = (more: Partial<Parameters<typeof createPushReader>[0]> = {}) =>
  createPushReader({ token: OFFICIAL.token, aesKey: OFFICIAL.aesKey, appid: OFFICIAL.appid, now: () => AT, ...more });
const body = (encrypt: string) => Buffer.from(JSON.stringify({ ToUserName: 'gh_97417a04a28d', Encrypt: encrypt }));
const openOfficial = (query: PushQuery = OFFICIAL.query, more = {}) => reader(more).open(query, body(OFFICIAL.encrypt));

describe('the check of our address', () => {
  const query = {
    signature: 'f464b24fc39322e44b38aa78f5edd27bd1441696',
    timestamp: '1714036504',
    nonce: '1514711492',
    echostr: '4375120948345356249',
  };
  test('WeChat gets its own word back', () => expect(reader().echo(query)).toBe('4375120948345356249'));
  test('a stranger gets nothing', () => {
    expect(reader().echo({ ...query, nonce: '1514711493' })).toBeNull();
    expect(reader().echo({ ...query, signature: undefined })).toBeNull();
    expect(reader({ token: 'AAAAB' }).echo(query)).toBeNull();
  });
});

describe('a pushed message', () => {
  test('the official example is verified, decrypted and read', () => {
    expect(openOfficial()).toMatchObject({
      ok: true,
      event: 'debug_demo',
      key: expect.stringMatching(/^o9AgO5Kd5ggOC-bXrbNODIiE3bGY:1714112445:debug_demo:/),
      json: { debug_str: 'hello world' },
    });
  });

  test('what is not WeChat’s, not for us or not of today is refused by name', () => {
    const refused = (reason: string) => ({ ok: false, reason });
    const { msg_signature: _, ...unsigned } = OFFICIAL.query;
    expect(openOfficial(unsigned)).toEqual(refused('missing_parameter'));
    expect(openOfficial({ ...OFFICIAL.query, msg_signature: OFFICIAL.query.signature })).toEqual(
      refused('bad_signature'),
    );
    expect(openOfficial({ ...OFFICIAL.query, nonce: '1' })).toEqual(refused('bad_signature'));
    expect(openOfficial(OFFICIAL.query, { now: () => new Date(AT.getTime() + 301_000) })).toEqual(refused('stale'));
    expect(openOfficial({ ...OFFICIAL.query, timestamp: 'soon' })).toEqual(refused('stale'));
    expect(openOfficial(OFFICIAL.query, { appid: 'wx0000000000000000' })).toEqual(refused('foreign'));
    expect(reader().open(OFFICIAL.query, Buffer.from('{}'))).toEqual(refused('malformed'));
    expect(reader().open(OFFICIAL.query, body(OFFICIAL.encrypt.replace('+q', '-q')))).toEqual(refused('bad_signature'));
  });

  test('a message of another project: many bytes to a character', () => {
    const other = {
      token: 'pamtest',
      aesKey: 'abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG',
      appid: 'wxb11529c136998cb6',
    };
    const encrypt = 'jn1L23DB+6ELqJ+6bruv21Y6MD7KeIfP82D6gU39rmkgczbWwt5+3bnyg5K55bgVtVzd832WzZGMhkP72vVOfg==';
    // Its text is no JSON: that it is read as far as that shows the decryption.
    const query = { timestamp: '1714112445', nonce: 'n', msg_signature: signed(other.token, encrypt) };
    expect(reader(other).open(query, body(encrypt))).toEqual({ ok: false, reason: 'malformed' });
    expect(reader({ ...other, appid: 'wxb11529c136998cb7' }).open(query, body(encrypt))).toMatchObject({
      reason: 'foreign',
    });
  });

  test('whatever is posted, nothing is thrown', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), fc.base64String(), (bytes, sealed) => {
        const query = { timestamp: '1714112445', nonce: 'n', msg_signature: signed(OFFICIAL.token, sealed) };
        expect(reader().open(query, bytes).ok).toBe(false);
        expect(reader().open(query, body(sealed)).ok).toBe(false);
      }),
    );
  });

  test('any text that another hand seals comes out as it was', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 60 }), (text) => {
        const encrypt = sealed(JSON.stringify({ Event: 'x', MsgType: 'event', text }));
        const query = { timestamp: '1714112445', nonce: 'n', msg_signature: signed(OFFICIAL.token, encrypt) };
        expect(reader().open(query, body(encrypt))).toMatchObject({ ok: true, event: 'x', json: { text } });
      }),
    );
  });
});

test('settings that could never work are refused at once', () => {
  expect(() => reader({ aesKey: 'short', token: 'no spaces!' })).toThrow(WechatConfigError);
});

function signed(token: string, encrypt: string): string {
  const parts = [token, '1714112445', 'n', encrypt].toSorted();
  return createHash('sha1').update(parts.join('')).digest('hex');
}

function sealed(text: string): string {
  const key = Buffer.from(`${OFFICIAL.aesKey}=`, 'base64');
  const message = Buffer.from(text);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(message.length);
  const plain = Buffer.concat([Buffer.alloc(16, 7), length, message, Buffer.from(OFFICIAL.appid)]);
  const pad = 32 - (plain.length % 32);
  const cipher = createCipheriv('aes-256-cbc', key, key.subarray(0, 16)).setAutoPadding(false);
  return Buffer.concat([cipher.update(plain), cipher.update(Buffer.alloc(pad, pad)), cipher.final()]).toString(
    'base64',
  );
}
