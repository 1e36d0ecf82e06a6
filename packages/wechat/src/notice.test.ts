// Notices: only authentic, fresh and readable ones are opened; everything else has a name and is never an exception.
import fc from 'fast-check';
import { afterEach, beforeEach, expect, test } from 'vitest';
import {
  byPublicKey,
  certificatePem,
  keyPair,
  MCHID,
  NOON,
  openTestWechat,
  paidTransaction,
  payClient,
  PUBLIC_KEY_ID,
  seal,
  signed,
  stampHeaders,
  stranger,
} from './test-wechat.ts';
import type { Stamp, TestWechat } from './test-wechat.ts';

let wechat: TestWechat;
beforeEach(async () => void (wechat = await openTestWechat()));
afterEach(() => wechat.close());

type Draft = { event?: string; original?: string; resource?: unknown; text?: string; sealed?: Record<string, unknown> };

function letterBody({ event = 'TRANSACTION.SUCCESS', original = 'transaction', resource, text, sealed }: Draft = {}) {
  const plaintext = text ?? JSON.stringify(resource ?? paidTransaction());
  return JSON.stringify({
    id: 'EV-2026030112000000001',
    create_time: '2026-03-01T12:00:00+08:00',
    resource_type: 'encrypt-resource',
    event_type: event,
    summary: '支付成功',
    resource: { original_type: original, ...seal(plaintext, original), ...sealed },
  });
}

function open(body: string, stamp: Partial<Stamp> = {}, headers: Record<string, string | string[] | undefined> = {}) {
  const stamped = { ...stampHeaders(body, { ...byPublicKey, ...stamp }), ...headers };
  return payClient(wechat).openNotice({ headers: stamped, rawBody: Buffer.from(body) });
}

const refundResource = {
  mchid: MCHID,
  out_trade_no: '20260301000000000001',
  transaction_id: '4200000000202603010000000001',
  out_refund_no: 'R1',
  refund_id: '5030000000',
  refund_status: 'SUCCESS',
  success_time: '2026-03-01T12:00:00+08:00',
  user_received_account: '支付用户零钱',
  amount: { total: 19900, refund: 5000, payer_total: 18900, payer_refund: 4749 },
};

test('a payment notice is opened into the same transaction that a query would give', async () => {
  const notice = await open(letterBody());
  expect(notice).toMatchObject({
    ok: true,
    kind: 'payment',
    id: 'EV-2026030112000000001',
    originalType: 'transaction',
  });
  if (!notice.ok || notice.kind !== 'payment') throw new Error('not a payment');
  expect(notice.transaction).toMatchObject({ tradeState: 'SUCCESS', totalFen: 19900, payerTotalFen: 18900 });
  expect(JSON.parse(notice.text)).toEqual(notice.json);
  expect(notice.createTime?.getTime()).toBe(NOON.getTime());
});

test('a refund notice says refund_status and is read as a refund', async () => {
  const notice = await open(letterBody({ event: 'REFUND.SUCCESS', original: 'refund', resource: refundResource }));
  expect(notice).toMatchObject({
    ok: true,
    kind: 'refund',
    refund: { status: 'SUCCESS', refundFen: 5000, mchid: MCHID },
  });
  const closed = { ...refundResource, refund_status: 'CLOSED', success_time: undefined };
  const late = await open(letterBody({ event: 'REFUND.CLOSED', original: 'refund', resource: closed }));
  expect(late).toMatchObject({ ok: true, kind: 'refund', refund: { status: 'CLOSED', successTime: null } });
});

test('an unknown kind of notice is authentic all the same', async () => {
  const transfer = await open(
    letterBody({ event: 'MCHTRANSFER.AUTHORIZATION.CONFIRMED', original: 'mch_payment', resource: { a: 1 } }),
  );
  expect(transfer).toMatchObject({ ok: true, kind: 'other', json: { a: 1 } });
  // Profit sharing borrows the payment's event name: the original type decides too.
  const sharing = await open(letterBody({ original: 'profitsharing', resource: { order_id: '1' } }));
  expect(sharing).toMatchObject({ ok: true, kind: 'other' });
});

test('each missing header, and one that comes twice, is refused', async () => {
  for (const name of ['Wechatpay-Timestamp', 'Wechatpay-Nonce', 'Wechatpay-Signature', 'Wechatpay-Serial']) {
    expect(await open(letterBody(), {}, { [name]: undefined })).toEqual({ ok: false, reason: 'missing_header' });
    expect(await open(letterBody(), {}, { [name]: '' })).toEqual({ ok: false, reason: 'missing_header' });
    expect(await open(letterBody(), {}, { [name]: ['a', 'b'] })).toEqual({ ok: false, reason: 'missing_header' });
    expect(await open(letterBody(), {}, { [name.toUpperCase()]: 'x' })).toEqual({
      ok: false,
      reason: 'missing_header',
    });
  }
});

test('a notice may be up to five minutes old and one minute ahead', async () => {
  const at = (seconds: number) => new Date(NOON.getTime() + seconds * 1000);
  for (const seconds of [-299, 0, 60])
    expect(await open(letterBody(), { at: at(seconds) })).toMatchObject({ ok: true });
  for (const seconds of [-300, -301, 61, 299]) {
    expect(await open(letterBody(), { at: at(seconds) })).toEqual({ ok: false, reason: 'stale' });
  }
  expect(await open(letterBody(), {}, { 'Wechatpay-Timestamp': 'soon' })).toEqual({ ok: false, reason: 'stale' });
  expect(await open(letterBody(), {}, { 'Wechatpay-Timestamp': '1e9' })).toEqual({ ok: false, reason: 'stale' });
});

test('a wrong signature, a probe and a body that was re-serialised are refused alike', async () => {
  const bad = { ok: false, reason: 'bad_signature' };
  expect(await open(letterBody(), { key: stranger.privateKey })).toEqual(bad);
  expect(await open(letterBody(), { signature: `WECHATPAY/SIGNTEST/${'A'.repeat(324)}=` })).toEqual(bad);
  expect(await open(letterBody(), { signature: 'AABB' })).toEqual(bad);
  const body = letterBody();
  const rawBody = JSON.stringify(JSON.parse(body), null, 1);
  expect(await payClient(wechat).openNotice({ headers: stampHeaders(body, byPublicKey), rawBody })).toEqual(bad);
});

test('an unknown public key is refused without asking anybody', async () => {
  expect(await open(letterBody(), { serial: `${PUBLIC_KEY_ID}9` })).toEqual({ ok: false, reason: 'unknown_serial' });
  expect(await open(letterBody(), { serial: PUBLIC_KEY_ID.toLowerCase() })).toEqual({
    ok: false,
    reason: 'unknown_serial',
  });
  expect(wechat.heard).toHaveLength(0);
});

test('an unknown certificate serial asks WeChat once, then is refused until the pause is over', async () => {
  let minutes = 0;
  const now = () => new Date(NOON.getTime() + minutes * 60_000);
  const client = payClient(wechat, { now, certificateRefreshMinutes: 10 });
  const fresh = keyPair();
  const serial = '1DDE55AD98ED71D6EDD4A4A16996DE7B47773A8C';
  const pem = certificatePem(fresh, serial);
  const body = letterBody();
  const hear = () =>
    client.openNotice({ headers: stampHeaders(body, { key: fresh.privateKey, serial, at: now() }), rawBody: body });

  wechat.will(signed({ data: [] }, byPublicKey));
  expect(await hear()).toEqual({ ok: false, reason: 'unknown_serial' });
  minutes = 9;
  expect(await hear()).toEqual({ ok: false, reason: 'unknown_serial' });
  expect(wechat.heard).toHaveLength(1);

  minutes = 10;
  const data = [{ serial_no: serial, encrypt_certificate: seal(pem, 'certificate') }];
  wechat.will(signed({ data }, { key: fresh.privateKey, serial, at: now() }));
  expect(await Promise.all([hear(), hear()])).toMatchObject([{ ok: true }, { ok: true }]);
  expect(wechat.heard).toHaveLength(2); // Two letters at once, one download.
  expect(client.keyIds()).toEqual([PUBLIC_KEY_ID, serial]);
});

test('what is signed but not sealed for us is undecryptable; what is not the promised JSON is malformed', async () => {
  const foreign = seal('{}', 'transaction', 'another-key-of-thirty-two-bytes!');
  expect(await open(letterBody({ sealed: foreign }))).toEqual({ ok: false, reason: 'undecryptable' });
  expect(await open(letterBody({ sealed: { associated_data: 'refund' } }))).toEqual({
    ok: false,
    reason: 'undecryptable',
  });
  for (const text of ['not json', '[]', 'null', '"x"', '']) {
    expect(await open(letterBody({ text }))).toEqual({ ok: false, reason: 'malformed' });
  }
  expect(await open('{}')).toEqual({ ok: false, reason: 'malformed' });
  expect(await open('')).toEqual({ ok: false, reason: 'malformed' });
  expect(await open(letterBody({ sealed: { algorithm: 'AEAD_AES_128_GCM' } }))).toEqual({
    ok: false,
    reason: 'malformed',
  });
});

test('a payment whose amount is not whole fen is malformed, never rounded', async () => {
  for (const total of ['19900', 199.5, -1, 2 ** 53]) {
    const resource = paidTransaction({ amount: { total, payer_total: 1, currency: 'CNY' } });
    expect(await open(letterBody({ resource }))).toEqual({ ok: false, reason: 'malformed' });
  }
});

test('a payment without a transaction number or an amount is malformed', async () => {
  for (const part of [{ transaction_id: undefined }, { transaction_id: '' }, { amount: undefined }, { amount: {} }]) {
    const resource = paidTransaction(part);
    expect(await open(letterBody({ resource }))).toEqual({ ok: false, reason: 'malformed' });
  }
});

test('no letter that a stranger can write opens or throws', async () => {
  const client = payClient(wechat);
  const headers = fc.record({
    'wechatpay-timestamp': fc.oneof(fc.constant(String(NOON.getTime() / 1000)), fc.string()),
    'wechatpay-nonce': fc.string(),
    'wechatpay-signature': fc.oneof(fc.string(), fc.base64String()),
    'wechatpay-serial': fc.constantFrom(PUBLIC_KEY_ID, '__proto__', 'constructor', ''),
  });
  const rawBody = fc.oneof(fc.uint8Array(), fc.string(), fc.json());
  await fc.assert(
    fc.asyncProperty(headers, rawBody, async (written, body) => {
      expect(await client.openNotice({ headers: written, rawBody: body })).toMatchObject({ ok: false });
    }),
  );
});
