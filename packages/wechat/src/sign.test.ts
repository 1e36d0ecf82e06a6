// Our signatures, ciphers and encodings against another library, in both directions.
import { createSecretKey } from 'node:crypto';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Aes, Formatter, Rsa, Wechatpay } from 'wechatpay-axios-plugin';
import { openSealed, readApiV3Key } from './aes.ts';
import { decryptField, encryptField } from './oaep.ts';
import {
  answerMessage,
  freshNonce,
  readPrivateKey,
  requestMessage,
  signText,
  strictBase64,
  verifyBytes,
} from './sign.ts';
import { API_V3_KEY, MCHID, merchant, openTestWechat, plain, platform, stranger } from './test-wechat.ts';
import { fromRfc3339, toRfc3339 } from './time.ts';

const text = fc.string({ unit: 'binary', maxLength: 300 });
const key = createSecretKey(Buffer.from(API_V3_KEY));

test('the oracle builds the same request message and accepts our signature of it', () => {
  fc.assert(
    fc.property(text, text, (target, body) => {
      const message = requestMessage('POST', `/v3/${target}`, '1700000000', 'n0nce', body);
      expect(message).toBe(Formatter.request('POST', `/v3/${target}`, '1700000000', 'n0nce', body));
      expect(Rsa.verify(message, signText(message, merchant.privateKey), merchant.publicKey)).toBe(true);
    }),
    { numRuns: 25 },
  );
});

test('we accept what the oracle signed, and nothing else: not another key, not one changed bit', () => {
  fc.assert(
    fc.property(text, fc.nat(255), (body, bit) => {
      const message = Formatter.response('1700000000', 'n0nce', body);
      const signature = Rsa.sign(message, platform.privateKey);
      const ours = answerMessage('1700000000', 'n0nce', Buffer.from(body));
      expect(verifyBytes(ours, signature, platform.publicKey)).toBe(true);
      expect(verifyBytes(ours, signature, stranger.publicKey)).toBe(false);
      expect(verifyBytes(answerMessage('1700000001', 'n0nce', Buffer.from(body)), signature, platform.publicKey)).toBe(
        false,
      );
      const bent = Buffer.from(signature, 'base64');
      bent.writeUInt8(bent.readUInt8(bit) ^ 1, bit);
      expect(verifyBytes(ours, bent.toString('base64'), platform.publicKey)).toBe(false);
    }),
    { numRuns: 25 },
  );
});

test('a request that the oracle client sends verifies with our own message', async () => {
  const wechat = await openTestWechat();
  wechat.will(plain(404, { code: 'ORDER_NOT_EXIST', message: '' }));
  const oracle = new Wechatpay({
    mchid: MCHID,
    serial: '5F1C72E2A8931B72A2E13AF8DEE92471EB397115',
    privateKey: merchant.privatePem,
    certs: { PUB_KEY_ID_1: platform.publicPem },
    secret: API_V3_KEY,
    baseURL: wechat.origin,
  });
  await oracle
    .chain('v3/pay/transactions/id/4200')
    .get({ params: { mchid: MCHID } })
    .catch(() => null);
  const [heard] = wechat.heard;
  const field = (name: string) => new RegExp(`${name}="([^"]*)"`).exec(heard?.headers.authorization ?? '')?.[1] ?? '';
  const message = requestMessage('GET', heard?.target ?? '', field('timestamp'), field('nonce_str'), heard?.body ?? '');
  expect(verifyBytes(Buffer.from(message), field('signature'), merchant.publicKey)).toBe(true);
  await wechat.close();
});

test('strict base64 takes what an encoder writes and refuses what a lenient decoder would skip', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
      const encoded = Buffer.from(bytes).toString('base64');
      expect(strictBase64(encoded)?.equals(bytes)).toBe(true);
      for (const noise of ['\n', ' ', '-', '*', '=']) expect(strictBase64(encoded + noise)).toBeNull();
    }),
  );
  // Two spellings of one byte: only the canonical one is read.
  expect(strictBase64('/w==')?.equals(Buffer.from([255]))).toBe(true);
  expect(strictBase64('/x==')).toBeNull();
});

test('we open what the oracle sealed with AES-256-GCM, whatever the text and the associated data', () => {
  fc.assert(
    fc.property(text, text, fc.string({ minLength: 12, maxLength: 12 }), (plaintext, associatedData, nonce) => {
      const ciphertext = Aes.AesGcm.encrypt(plaintext, API_V3_KEY, nonce, associatedData);
      // A lone surrogate does not survive UTF-8; what WeChat sends always does.
      expect(openSealed(key, { nonce, ciphertext, associatedData })).toBe(Buffer.from(plaintext).toString());
    }),
  );
});

test('a sealed text with any bit changed, or other associated data, does not open', () => {
  const ciphertext = Aes.AesGcm.encrypt('{"total":1}', API_V3_KEY, 'abcdefghijkl', 'transaction');
  expect(openSealed(key, { nonce: 'abcdefghijkl', ciphertext, associatedData: 'transaction' })).toBe('{"total":1}');
  const bits = Buffer.from(ciphertext, 'base64').length * 8;
  fc.assert(
    fc.property(fc.nat(bits - 1), (bit) => {
      const bent = Buffer.from(ciphertext, 'base64');
      bent.writeUInt8(bent.readUInt8(bit >> 3) ^ (1 << (bit & 7)), bit >> 3);
      const sealed = { nonce: 'abcdefghijkl', ciphertext: bent.toString('base64'), associatedData: 'transaction' };
      expect(openSealed(key, sealed)).toBeNull();
    }),
  );
  expect(openSealed(key, { nonce: 'abcdefghijkl', ciphertext, associatedData: 'refund' })).toBeNull();
  expect(openSealed(key, { nonce: 'abcdefghijkX', ciphertext, associatedData: 'transaction' })).toBeNull();
  expect(openSealed(key, { nonce: '', ciphertext, associatedData: 'transaction' })).toBeNull();
  expect(openSealed(key, { nonce: 'abcdefghijkl', ciphertext: 'AAAA' })).toBeNull();
});

test('an APIv3 key has 32 bytes or is none', () => {
  expect(readApiV3Key('x'.repeat(32))).not.toBeNull();
  for (const wrong of ['x'.repeat(16), 'x'.repeat(31), 'x'.repeat(33), '密'.repeat(32), '']) {
    expect(readApiV3Key(wrong)).toBeNull();
  }
});

test('sensitive fields travel both ways between us and the oracle', () => {
  fc.assert(
    fc.property(fc.string({ maxLength: 50 }), (name) => {
      const ours = encryptField(name, merchant.publicKey);
      expect(Rsa.decrypt(ours ?? '', merchant.privateKey)).toBe(name);
      expect(decryptField(Rsa.encrypt(name, merchant.publicKey), merchant.privateKey)).toBe(name);
    }),
    { numRuns: 20 },
  );
});

test('a sensitive field of 214 bytes fits, one of 215 is refused, and a foreign one stays closed', () => {
  expect(encryptField('a'.repeat(214), merchant.publicKey)).not.toBeNull();
  expect(encryptField('a'.repeat(215), merchant.publicKey)).toBeNull();
  expect(encryptField('张'.repeat(72), merchant.publicKey)).toBeNull(); // 216 bytes in 72 characters.
  expect(decryptField(Rsa.encrypt('张三', stranger.publicKey), merchant.privateKey)).toBeNull();
  expect(decryptField('not base64', merchant.privateKey)).toBeNull();
});

test('a nonce is 32 letters and digits and never the same', () => {
  const nonces = Array.from({ length: 100 }, freshNonce);
  expect(new Set(nonces).size).toBe(100);
  for (const nonce of nonces) expect(nonce).toMatch(/^[A-Za-z0-9]{32}$/);
});

test('a private key that is none says nothing of its text', () => {
  expect(readPrivateKey('-----BEGIN PRIVATE KEY-----\nc2VjcmV0\n-----END PRIVATE KEY-----')).toBeNull();
  expect(readPrivateKey(merchant.publicPem)).toBeNull();
});

test('times are written in China time to the second and read back from any offset', () => {
  expect(toRfc3339(new Date('2026-01-01T19:04:05.678Z'))).toBe('2026-01-02T03:04:05+08:00');
  fc.assert(
    fc.property(fc.date({ min: new Date('2000-01-01'), max: new Date('2099-01-01'), noInvalidDate: true }), (at) => {
      expect(fromRfc3339(toRfc3339(at))?.getTime()).toBe(Math.floor(at.getTime() / 1000) * 1000);
    }),
  );
  expect(fromRfc3339('2026-01-01T19:04:05.5Z')?.toISOString()).toBe('2026-01-01T19:04:05.500Z');
  for (const wrong of ['', '2026-01-01', '2026-01-01 03:04:05', '2026-13-01T00:00:00+08:00', '2026-01-01T00:00:00']) {
    expect(fromRfc3339(wrong)).toBeNull();
  }
});
