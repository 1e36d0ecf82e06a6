// The weather between us and WeChat: late, lost, doubled, forged and broken answers, over real sockets.
import { createServer } from 'node:net';
import { afterEach, beforeEach, expect, test } from 'vitest';
import {
  byPublicKey,
  certificatePem,
  hangUp,
  keyPair,
  merchant,
  NOON,
  openTestWechat,
  paidTransaction,
  payClient,
  plain,
  PUBLIC_KEY_ID,
  refundAnswer,
  seal,
  signed,
  silence,
  stampHeaders,
  stranger,
} from './test-wechat.ts';
import type { Reply, Stamp, TestWechat } from './test-wechat.ts';
import type { CallRecord } from './transport.ts';

let wechat: TestWechat;
beforeEach(async () => void (wechat = await openTestWechat()));
afterEach(() => wechat.close());

const NO = '20260301000000000001';
const refund = { outTradeNo: NO, outRefundNo: 'R20260301000000000001', refundFen: 5000, totalFen: 19_900 };
const paid = (stamp: Partial<Stamp> = {}) => signed(paidTransaction(), { ...byPublicKey, ...stamp });
const systemError = plain(500, { code: 'SYSTEM_ERROR', message: '系统异常' });

test('a server error is asked again at most twice, each time signed anew', async () => {
  wechat.will(systemError, plain(502, '<html>'), paid());
  expect(await payClient(wechat).queryByOutTradeNo(NO)).toMatchObject({ outcome: 'ok' });
  expect(new Set(wechat.heard.map((heard) => heard.headers.authorization)).size).toBe(3);

  wechat.will(systemError, systemError, systemError, paid());
  const outcome = await payClient(wechat).queryByOutTradeNo(NO);
  expect(outcome).toEqual({
    outcome: 'unknown',
    why: 'server_error',
    status: 500,
    code: 'SYSTEM_ERROR',
    requestId: null,
  });
  expect(wechat.heard).toHaveLength(6);
});

test('a refund that WeChat may have seen is never sent twice in one breath', async () => {
  const client = payClient(wechat, { timeoutMs: 150 });
  const cases: Array<[Reply, string]> = [
    [systemError, 'server_error'],
    [hangUp, 'connection'],
    [silence, 'timeout'],
    [plain(429, { code: 'FREQUENCY_LIMITED', message: '' }), 'rate_limited'],
    [plain(202, { code: 'X', message: '' }), 'accepted'],
    [signed(refundAnswer(), { ...byPublicKey, key: stranger.privateKey }), 'bad_signature'],
    [signed('{"refund_id":', byPublicKey), 'unreadable'],
    [signed(refundAnswer({ status: 'NEW_STATE' }), byPublicKey), 'unreadable'],
    [plain(403, '<html>blocked by a proxy</html>'), 'unreadable'],
    [plain(400, { code: 'BIZ_ERR_NEED_RETRY', message: '' }), 'server_error'],
  ];
  for (const [reply, why] of cases) {
    wechat.will(reply);
    expect(await client.refund(refund), why).toMatchObject({ outcome: 'unknown', why });
  }
  expect(wechat.heard).toHaveLength(cases.length);
});

test('a definite refusal is told as such and not repeated', async () => {
  const client = payClient(wechat);
  wechat.will(plain(403, { code: 'NOT_ENOUGH', message: '余额不足' }));
  expect(await client.refund(refund)).toMatchObject({ outcome: 'refused', kind: 'not_enough', status: 403 });
  wechat.will(plain(429, { code: 'RATELIMIT_EXCEEDED', message: '' }));
  expect(await client.queryByOutTradeNo(NO)).toMatchObject({ outcome: 'refused', kind: 'frequency' });
  wechat.will(plain(429, { code: 'FREQUENCY_LIMITED', message: '' }));
  expect(await client.close(NO)).toMatchObject({ outcome: 'unknown', why: 'rate_limited' }); // Somebody may be paying.
  wechat.will(plain(400, { code: 'ORDERPAID', message: '该订单已支付' }));
  expect(await client.close(NO)).toMatchObject({ outcome: 'refused', kind: 'order_paid' });
  expect(wechat.heard).toHaveLength(4);
});

test('an empty 404 means a wrong address, not a missing order', async () => {
  wechat.will(plain(404));
  expect(await payClient(wechat).queryByOutTradeNo(NO)).toMatchObject({ outcome: 'refused', kind: 'config', code: '' });
});

test('a reset connection is tried again where that is harmless', async () => {
  wechat.will(hangUp, paid());
  expect(await payClient(wechat).queryByOutTradeNo(NO)).toMatchObject({ outcome: 'ok' });
  wechat.will(hangUp, signed({ prepay_id: 'wx1' }, byPublicKey));
  const order = { outTradeNo: NO, description: '茶', totalFen: 1, openid: 'o1' };
  expect(await payClient(wechat).prepayJsapi(order)).toMatchObject({ outcome: 'ok' });
  expect(wechat.heard[2]?.body).toBe(wechat.heard[3]?.body);
});

test('a host that cannot be reached is replaced by its twin, one that answers badly is not', async () => {
  const closed = await closedPort();
  const hosts = { baseUrl: `http://127.0.0.1:${closed}`, fallbackBaseUrl: wechat.origin };
  wechat.will(signed(refundAnswer(), byPublicKey));
  expect(await payClient(wechat, hosts).refund(refund)).toMatchObject({ outcome: 'ok' }); // Never sent the first time.
  expect(wechat.heard).toHaveLength(1);

  const twin = await openTestWechat();
  wechat.will(systemError, systemError, systemError);
  await payClient(wechat, { fallbackBaseUrl: twin.origin }).queryByOutTradeNo(NO);
  expect(twin.heard).toHaveLength(0);
  await twin.close();

  const calls: CallRecord[] = [];
  const nowhere = { baseUrl: hosts.baseUrl, onCall: (call: CallRecord) => void calls.push(call) };
  expect(await payClient(wechat, nowhere).refund(refund)).toMatchObject({ outcome: 'unknown', why: 'connection' });
  expect(calls.map((call) => [call.attempt, call.status, call.result])).toEqual(
    [1, 2, 3].map((n) => [n, null, 'unknown']),
  );
});

test('an answer is believed only when its signature, age and key are right', async () => {
  const at = (seconds: number) => ({ at: new Date(NOON.getTime() + seconds * 1000) });
  for (const seconds of [-299, 299]) {
    wechat.will(paid(at(seconds)));
    expect(await payClient(wechat).queryByOutTradeNo(NO)).toMatchObject({ outcome: 'ok' });
  }
  const forged: Array<Partial<Stamp>> = [
    at(-300),
    at(300),
    { key: stranger.privateKey },
    { serial: `${PUBLIC_KEY_ID}0` },
    { serial: 'constructor' },
    { signature: `WECHATPAY/SIGNTEST/${'A'.repeat(324)}=` },
    { signature: 'AABB' },
  ];
  for (const stamp of forged) {
    wechat.will(paid(stamp), paid(stamp), paid(stamp));
    expect(await payClient(wechat).queryByOutTradeNo(NO)).toMatchObject({ outcome: 'unknown', why: 'bad_signature' });
  }
  wechat.will(plain(200, paidTransaction()), plain(200, paidTransaction()), plain(200, paidTransaction()));
  expect(await payClient(wechat).queryByOutTradeNo(NO)).toMatchObject({ outcome: 'unknown', why: 'bad_signature' });
});

test('a probe with a wrong signature is discarded and the question asked again', async () => {
  wechat.will(paid({ signature: `WECHATPAY/SIGNTEST/${'A'.repeat(324)}=` }), paid());
  expect(await payClient(wechat).queryByOutTradeNo(NO)).toMatchObject({ outcome: 'ok' });
});

test('a close that is not signed has not closed anything', async () => {
  wechat.will(plain(204), plain(204), plain(204));
  expect(await payClient(wechat).close(NO)).toMatchObject({ outcome: 'unknown', why: 'bad_signature' });
});

test('an answer that breaks off is lost, not half believed', async () => {
  const body = JSON.stringify(refundAnswer());
  wechat.will((response) => {
    response.writeHead(200, { ...stampHeaders(body, byPublicKey), 'Content-Length': body.length + 200 });
    response.write(body.slice(0, 50));
    setTimeout(() => response.destroy(), 20);
  });
  expect(await payClient(wechat).refund(refund)).toMatchObject({ outcome: 'unknown', why: 'connection' });
});

test('a redirect is not followed: our signature is for this host', async () => {
  const other = await openTestWechat();
  wechat.will((response) => void response.writeHead(302, { Location: `${other.origin}/x` }).end());
  expect(await payClient(wechat).refund(refund)).toMatchObject({ outcome: 'unknown', why: 'unreadable' });
  expect(other.heard).toHaveLength(0);
  await other.close();
});

test('the guard can forbid a call before a byte leaves us', async () => {
  const guard = () => {
    throw new Error('inside a transaction');
  };
  await expect(payClient(wechat, { guard }).queryByOutTradeNo(NO)).rejects.toThrow('inside a transaction');
  expect(wechat.heard).toHaveLength(0);
});

test('the call hook learns outcomes but no numbers, keys or addresses, and may fail', async () => {
  const calls: CallRecord[] = [];
  const onCall = (call: CallRecord) => {
    calls.push(call);
    throw new Error('the metrics are down');
  };
  wechat.will(systemError, paid());
  expect(await payClient(wechat, { onCall }).queryByOutTradeNo(NO)).toMatchObject({ outcome: 'ok' });
  expect(calls).toMatchObject([
    { attempt: 1, status: 500, code: 'SYSTEM_ERROR', result: 'unknown', requestId: null },
    { attempt: 2, status: 200, code: null, result: 'ok', requestId: '08F1-TEST-268435456' },
  ]);
  expect(JSON.stringify(calls)).not.toMatch(/20260301000000000001|127\.0\.0\.1|mchid=/);
});

const rotated = keyPair();
const SERIAL = '7132D72A03E93CDDF8C03BBD1F37EEDF4A1C5C5E';
const wire = (pem: string, serialNo = SERIAL) => ({
  serial_no: serialNo,
  effective_time: '2026-01-01T00:00:00+08:00',
  expire_time: '2031-01-01T00:00:00+08:00',
  encrypt_certificate: seal(pem, 'certificate'),
});
const byCertificate: Stamp = { key: rotated.privateKey, serial: SERIAL };

test('certificate mode starts from nothing: the first answer makes us fetch the certificate that signed it', async () => {
  const client = payClient(wechat, { publicKey: undefined });
  wechat.will(
    signed(paidTransaction(), byCertificate),
    signed({ data: [wire(certificatePem(rotated, SERIAL))] }, byCertificate),
    signed(paidTransaction(), byCertificate),
  );
  expect(await client.queryByOutTradeNo(NO)).toMatchObject({ outcome: 'ok' });
  expect(wechat.heard.map((heard) => heard.target.split('?')[0])).toEqual([
    `/v3/pay/transactions/out-trade-no/${NO}`,
    '/v3/certificates',
  ]);
  expect(wechat.heard[0]?.headers['wechatpay-serial']).toBeUndefined();
  expect(await client.queryByOutTradeNo(NO)).toMatchObject({ outcome: 'ok' });
  expect(wechat.heard).toHaveLength(3);
});

test('during a switch, answers signed by the public key and by a certificate are both believed', async () => {
  const client = payClient(wechat, { platformCertificates: [certificatePem(rotated, SERIAL)] });
  wechat.will(paid(), signed(paidTransaction(), byCertificate));
  expect(await client.queryByOutTradeNo(NO)).toMatchObject({ outcome: 'ok' });
  expect(await client.queryByOutTradeNo(NO)).toMatchObject({ outcome: 'ok' });
});

test('a certificate that carries another serial than announced is not taken', async () => {
  const client = payClient(wechat, { publicKey: undefined });
  const lie = signed({ data: [wire(certificatePem(rotated, 'AA32D72A03E93CDD'))] }, byCertificate);
  wechat.will(lie, lie, lie);
  expect(await client.refreshCertificates()).toMatchObject({
    outcome: 'refused',
    kind: 'config',
    code: 'LOCAL_APIV3_KEY',
  });
  expect(client.keyIds()).toEqual([]);
});

test('certificates signed by a key that they do not bring are not taken', async () => {
  const client = payClient(wechat, { publicKey: undefined });
  const data = [wire(certificatePem(rotated, SERIAL))];
  const forged = signed({ data }, { ...byCertificate, key: merchant.privateKey });
  wechat.will(forged, forged, forged);
  expect(await client.refreshCertificates()).toMatchObject({ outcome: 'unknown', why: 'bad_signature' });
  expect(client.keyIds()).toEqual([]);
});

test('a wrong APIv3 key is found out when the certificates do not open', async () => {
  const client = payClient(wechat, { publicKey: undefined, apiV3Key: 'another-key-of-thirty-two-bytes!' });
  const answer = signed({ data: [wire(certificatePem(rotated, SERIAL))] }, byCertificate);
  wechat.will(answer, answer, answer);
  expect(await client.refreshCertificates()).toMatchObject({ outcome: 'refused', code: 'LOCAL_APIV3_KEY' });
});

test('two refreshes at once are one download', async () => {
  const client = payClient(wechat);
  wechat.will(signed({ data: [] }, byPublicKey));
  const [one, two] = await Promise.all([client.refreshCertificates(), client.refreshCertificates()]);
  expect(one).toMatchObject({ outcome: 'ok', value: [] });
  expect(two).toEqual(one);
  expect(wechat.heard).toHaveLength(1);
});

test('a refresh adds to what is known and tells the validity', async () => {
  const client = payClient(wechat);
  wechat.will(signed({ data: [wire(certificatePem(rotated, SERIAL))] }, byPublicKey));
  expect(await client.refreshCertificates()).toMatchObject({
    value: [{ serialNo: SERIAL, effectiveTime: new Date('2026-01-01'), expireTime: new Date('2031-01-01') }],
  });
  expect(client.keyIds()).toEqual([PUBLIC_KEY_ID, SERIAL]);
  wechat.will(plain(404, { code: 'RESOURCE_NOT_EXISTS', message: '无可用的平台证书' }));
  expect(await client.refreshCertificates()).toMatchObject({ outcome: 'refused', kind: 'not_found' });
  expect(client.keyIds()).toEqual([PUBLIC_KEY_ID, SERIAL]);
});

async function closedPort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  return typeof address === 'object' && address ? address.port : 0;
}
