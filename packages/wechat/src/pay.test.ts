// What goes out to WeChat Pay and what its answers mean; each request is verified by another library.
import { afterEach, beforeEach, expect, expectTypeOf, test } from 'vitest';
import { Formatter, Rsa } from 'wechatpay-axios-plugin';
import { h5CashierUrl } from './cashier.ts';
import { WechatConfigError } from './config-error.ts';
import { refusalKind } from './outcome.ts';
import type { Outcome } from './outcome.ts';
import { createPayClient } from './pay.ts';
import {
  API_V3_KEY,
  APPID,
  byPublicKey,
  certificatePem,
  MCHID,
  merchant,
  MERCHANT_SERIAL,
  NOON,
  openTestWechat,
  paidTransaction,
  payClient,
  payConfig,
  plain,
  platform,
  PUBLIC_KEY_ID,
  refundAnswer,
  signed,
  stranger,
} from './test-wechat.ts';
import type { Heard, TestWechat } from './test-wechat.ts';

let wechat: TestWechat;
beforeEach(async () => void (wechat = await openTestWechat()));
afterEach(() => wechat.close());

const NO = '20260301000000000001';
const order = { outTradeNo: NO, description: '龙井茶 250g', totalFen: 19_900, openid: 'oUpF8uMuAJO_M2pxb1Q9zNjWeS6o' };

function only(): Heard {
  expect(wechat.heard).toHaveLength(1);
  const [heard] = wechat.heard;
  if (!heard) throw new Error('WeChat heard nothing');
  return heard;
}

/** The oracle's opinion of the Authorization header over what really arrived. */
function isSigned({ method, target, headers, body }: Heard): boolean {
  const grammar = /^WECHATPAY2-SHA256-RSA2048 ((?:[a-z_]+="[^"]*",){4}[a-z_]+="[^"]*")$/.exec(
    headers.authorization ?? '',
  );
  const fields = new Map([...(grammar?.[1] ?? '').matchAll(/([a-z_]+)="([^"]*)"/g)].map((it) => [it[1], it[2] ?? '']));
  expect(fields.get('mchid')).toBe(MCHID);
  expect(fields.get('serial_no')).toBe(MERCHANT_SERIAL);
  expect(fields.get('timestamp')).toBe(String(NOON.getTime() / 1000));
  const message = Formatter.request(method, target, fields.get('timestamp') ?? '', fields.get('nonce_str') ?? '', body);
  return Rsa.verify(message, fields.get('signature') ?? '', merchant.publicKey);
}

test('a JSAPI prepay sends the documented body, signed over the bytes that arrived', async () => {
  wechat.will(signed({ prepay_id: 'wx01120000000000', more: true }, byPublicKey));
  const timeExpire = new Date('2026-03-01T12:30:00+08:00');
  const outcome = await payClient(wechat).prepayJsapi({ ...order, timeExpire, attach: '一', profitSharing: true });
  expect(outcome).toEqual({ outcome: 'ok', value: { prepayId: 'wx01120000000000' }, requestId: '08F1-TEST-268435456' });
  const heard = only();
  expect(isSigned(heard)).toBe(true);
  expect(heard).toMatchObject({ method: 'POST', target: '/v3/pay/transactions/jsapi' });
  expect(heard.headers).toMatchObject({ 'content-type': 'application/json', accept: 'application/json' });
  expect(heard.headers['user-agent']).toBeTruthy();
  expect(heard.headers['wechatpay-serial']).toBe(PUBLIC_KEY_ID);
  expect(JSON.parse(heard.body)).toEqual({
    appid: APPID,
    mchid: MCHID,
    description: '龙井茶 250g',
    out_trade_no: NO,
    time_expire: '2026-03-01T12:30:00+08:00',
    attach: '一',
    notify_url: 'https://shop.example/wechat/pay/notify',
    settle_info: { profit_sharing: true },
    amount: { total: 19900, currency: 'CNY' },
    payer: { openid: order.openid },
  });
});

test('the same order gives the same bytes again, so that WeChat takes a replay', async () => {
  const client = payClient(wechat);
  for (let i = 0; i < 2; i += 1) {
    wechat.will(signed({ prepay_id: 'wx1' }, byPublicKey));
    await client.prepayJsapi({ ...order, timeExpire: new Date('2026-03-01T12:30:00.999+08:00') });
  }
  expect(wechat.heard[0]?.body).toBe(wechat.heard[1]?.body);
  expect(wechat.heard[0]?.headers.authorization).not.toBe(wechat.heard[1]?.headers.authorization);
});

test('native and H5 prepay answer with a code and a page', async () => {
  const client = payClient(wechat);
  wechat.will(signed({ code_url: 'weixin://wxpay/bizpayurl/up?pr=x' }, byPublicKey));
  expect(await client.prepayNative({ outTradeNo: NO, description: '茶', totalFen: 1, appid: 'wxother' })).toMatchObject(
    {
      value: { codeUrl: 'weixin://wxpay/bizpayurl/up?pr=x' },
    },
  );
  wechat.will(signed({ h5_url: 'https://wx.tenpay.com/checkmweb?prepay_id=1' }, byPublicKey));
  const h5 = await client.prepayH5({ outTradeNo: NO, description: '茶', totalFen: 1, payerClientIp: '2001:db8::1' });
  expect(h5).toMatchObject({ value: { h5Url: 'https://wx.tenpay.com/checkmweb?prepay_id=1' } });
  const [native, page] = wechat.heard.map((heard) => JSON.parse(heard.body));
  expect(native).toMatchObject({ appid: 'wxother' });
  expect(native).not.toHaveProperty('payer');
  expect(page.scene_info).toEqual({ payer_client_ip: '2001:db8::1', h5_info: { type: 'Wap' } });
});

test('an order number with | and * is encoded once and signed as it was encoded', async () => {
  const outTradeNo = 'a|b*c-d_e';
  wechat.will(signed(paidTransaction({ out_trade_no: outTradeNo }), byPublicKey));
  const found = await payClient(wechat).queryByOutTradeNo(outTradeNo);
  expect(found).toMatchObject({ outcome: 'ok', value: { outTradeNo } });
  expect(only().target).toBe(`/v3/pay/transactions/out-trade-no/a%7Cb*c-d_e?mchid=${MCHID}`);
  expect(isSigned(only())).toBe(true);
});

test('a query tells the transaction, whatever else WeChat adds to it', async () => {
  const client = payClient(wechat);
  wechat.will(signed(paidTransaction(), byPublicKey));
  expect(await client.queryByTransactionId('4200000000202603010000000001')).toMatchObject({
    value: {
      tradeState: 'SUCCESS',
      totalFen: 19_900,
      payerTotalFen: 18_900,
      currency: 'CNY',
      attach: null,
      successTime: new Date('2026-03-01T11:59:30+08:00'),
      openid: 'oUpF8uMuAJO_M2pxb1Q9zNjWeS6o',
    },
  });
  const unpaid = {
    mchid: MCHID,
    appid: APPID,
    out_trade_no: NO,
    trade_state: 'NOTPAY',
    trade_state_desc: '订单未支付',
  };
  wechat.will(signed(unpaid, byPublicKey));
  expect(await client.queryByOutTradeNo(NO)).toMatchObject({
    value: { tradeState: 'NOTPAY', transactionId: null, totalFen: null, successTime: null, openid: null },
  });
});

test('an authentic answer to another question is no answer', async () => {
  const client = payClient(wechat);
  const unreadable = { outcome: 'unknown', why: 'unreadable' };
  wechat.will(signed(paidTransaction({ out_trade_no: '20260301000000000002' }), byPublicKey));
  expect(await client.queryByOutTradeNo(NO)).toMatchObject(unreadable);
  wechat.will(signed(paidTransaction({ mchid: '1900000110' }), byPublicKey));
  expect(await client.queryByOutTradeNo(NO)).toMatchObject(unreadable);
  wechat.will(signed(refundAnswer({ out_refund_no: 'R2' }), byPublicKey));
  expect(await client.queryRefund('R1')).toMatchObject(unreadable);
  wechat.will(signed({ echo_message: 'b' }, byPublicKey));
  expect(await client.echo({ message: 'a' })).toMatchObject(unreadable);
});

test('closing is a signed 204 without a body', async () => {
  wechat.will(signed(undefined, byPublicKey, 204));
  expect(await payClient(wechat).close(NO)).toMatchObject({ outcome: 'ok', value: null });
  expect(only()).toMatchObject({
    target: `/v3/pay/transactions/out-trade-no/${NO}/close`,
    body: `{"mchid":"${MCHID}"}`,
  });
  expect(isSigned(only())).toBe(true);
});

test('a refund carries its number, both amounts and our notify address', async () => {
  wechat.will(signed(refundAnswer(), byPublicKey));
  const outRefundNo = 'R20260301000000000001';
  const request = { outTradeNo: NO, outRefundNo, refundFen: 5000, totalFen: 19_900, reason: '七天无理由' };
  expect(await payClient(wechat).refund(request)).toMatchObject({
    outcome: 'ok',
    value: { status: 'PROCESSING', refundFen: 5000, payerRefundFen: 4749, refundId: '50300000002026030100000000001' },
  });
  expect(isSigned(only())).toBe(true);
  expect(JSON.parse(only().body)).toEqual({
    out_trade_no: NO,
    out_refund_no: outRefundNo,
    reason: '七天无理由',
    notify_url: 'https://shop.example/wechat/refund/notify',
    amount: { refund: 5000, total: 19900, currency: 'CNY' },
  });
});

test('a refund number with @ and | is encoded in the path of its query', async () => {
  wechat.will(signed(refundAnswer({ out_refund_no: 'R@1|2', status: 'SUCCESS' }), byPublicKey));
  expect(await payClient(wechat).queryRefund('R@1|2')).toMatchObject({ value: { status: 'SUCCESS' } });
  expect(only().target).toBe('/v3/refund/domestic/refunds/R%401%7C2');
  expect(isSigned(only())).toBe(true);
});

test('what breaks a published limit is refused by us and never sent', async () => {
  const client = payClient(wechat);
  const local = { outcome: 'refused', kind: 'param', status: 0, code: 'LOCAL_PARAM' };
  const wrong = [
    { outTradeNo: 'short' },
    { outTradeNo: 'has blank in it' },
    { description: '' },
    { description: '茶'.repeat(128) },
    { totalFen: 0 },
    { totalFen: 1.5 },
    { totalFen: Number.NaN },
    { attach: 'x'.repeat(129) },
    { openid: '' },
    { notifyUrl: 'https://shop.example/notify?order=1' },
    { timeExpire: new Date('never') },
  ];
  for (const part of wrong) expect(await client.prepayJsapi({ ...order, ...part })).toMatchObject(local);
  const refund = { outTradeNo: NO, outRefundNo: 'R1', refundFen: 2, totalFen: 2 };
  expect(await client.refund({ ...refund, refundFen: 3 })).toMatchObject(local);
  expect(await client.refund({ ...refund, outRefundNo: '' })).toMatchObject(local);
  expect(await client.refund({ ...refund, reason: '因'.repeat(81) })).toMatchObject(local);
  expect(await client.queryByOutTradeNo('../../certificates')).toMatchObject(local);
  expect(await client.close('a/b/c/d')).toMatchObject(local);
  expect(await client.queryRefund('')).toMatchObject(local);
  expect(await client.queryByTransactionId('4200?x=1')).toMatchObject(local);
  expect(wechat.heard).toHaveLength(0);
});

test('refusals are folded into few kinds whatever their spelling', async () => {
  const spelled = {
    order_paid: ['ORDERPAID', 'ORDER_PAID', 'orderpaid'],
    order_closed: ['ORDER_CLOSED', 'ORDERCLOSED'],
    order_not_found: ['ORDER_NOT_EXIST', 'ORDERNOTEXIST'],
    not_found: ['RESOURCE_NOT_EXISTS', 'NOT_FOUND'],
    out_trade_no_used: ['OUT_TRADE_NO_USED'],
    not_enough: ['NOT_ENOUGH', 'NOTENOUGH'],
    already_exists: ['ALREADY_EXISTS'],
    frequency: [
      'FREQUENCY_LIMITED',
      'FREQUENCY_LIMIT_EXCEED',
      'RATELIMIT_EXCEED',
      'RATELIMIT_EXCEEDED',
      'RateLimit_Exceeded',
    ],
    param: ['PARAM_ERROR'],
    invalid_request: ['INVALID_REQUEST'],
    sign: ['SIGN_ERROR'],
    forbidden: ['NO_AUTH', 'RULE_LIMIT', 'REQUEST_BLOCKED'],
    config: ['MCH_NOT_EXISTS', 'APPID_MCHID_NOT_MATCH'],
    user_account: ['USER_ACCOUNT_ABNORMAL'],
    trade_error: ['TRADE_ERROR'],
    other: ['SOMETHING_NEW', ''],
  };
  for (const [kind, codes] of Object.entries(spelled)) for (const code of codes) expect(refusalKind(code)).toBe(kind);
  wechat.will(plain(404, { code: 'ORDER_NOT_EXIST', message: '订单不存在', detail: { location: 'uri' } }));
  expect(await payClient(wechat).queryByOutTradeNo(NO)).toEqual({
    outcome: 'refused',
    kind: 'order_not_found',
    status: 404,
    code: 'ORDER_NOT_EXIST',
    message: '订单不存在',
    requestId: null,
  });
});

test('the cashier parameters are signed over appid, time, nonce and prepay id', () => {
  const client = createPayClient(payConfig());
  const mini = client.miniProgramCashier('wx011200');
  expect(Object.keys(mini).toSorted()).toEqual(['nonceStr', 'package', 'paySign', 'signType', 'timeStamp']);
  expect(mini).toMatchObject({ package: 'prepay_id=wx011200', signType: 'RSA', timeStamp: '1772337600' });
  const lines = (appid: string, of: typeof mini) => `${appid}\n${of.timeStamp}\n${of.nonceStr}\n${of.package}\n`;
  expect(Rsa.verify(lines(APPID, mini), mini.paySign, merchant.publicKey)).toBe(true);
  const page = client.jsapiCashier('wx011200', 'wxofficial');
  expect(page.appId).toBe('wxofficial');
  expect(Rsa.verify(lines('wxofficial', page), page.paySign, merchant.publicKey)).toBe(true);
});

test('the H5 cashier comes back to an address that is encoded once', () => {
  const back = 'https://shop.example/pay/done?order=1&x=二';
  const url = new URL(h5CashierUrl('https://wx.tenpay.com/checkmweb?prepay_id=1&package=2', back));
  expect(url.searchParams.get('redirect_url')).toBe(back);
  expect(url.searchParams.get('package')).toBe('2');
  expect(h5CashierUrl('https://wx.tenpay.com/x')).toBe('https://wx.tenpay.com/x');
});

test('sensitive fields are sealed for the named key and opened with ours', () => {
  const client = createPayClient(payConfig());
  const sealed = client.sealField('张三');
  if (!sealed.ok) throw new Error('not sealed');
  expect(sealed.keyId).toBe(PUBLIC_KEY_ID);
  expect(Rsa.decrypt(sealed.ciphertext, platform.privateKey)).toBe('张三');
  expect(client.openField(Rsa.encrypt('李四', merchant.publicKey))).toBe('李四');
  expect(client.sealField('x'.repeat(215))).toEqual({ ok: false, reason: 'too_long' });
  const keyless = createPayClient(payConfig({ publicKey: undefined }));
  expect(keyless.sealField('张三')).toEqual({ ok: false, reason: 'no_key' });
});

test('of several certificates the newest effective one seals, and all unexpired ones verify', () => {
  const older = certificatePem(platform, '11AA22BB33CC44DD', '2022-01-01', '2027-01-01');
  const newer = certificatePem(stranger, '0C4AEF34B89340881BB2B25226393DC2E47F094B', '2026-02-01', '2031-02-01');
  const future = certificatePem(merchant, '33AA22BB33CC44DD', '2026-04-01', '2031-04-01');
  const expired = certificatePem(platform, '44AA22BB33CC44DD', '2021-01-01', '2026-02-28');
  const platformCertificates = [expired, older, newer, future];
  const client = createPayClient(payConfig({ publicKey: undefined, platformCertificates }));
  expect(client.keyIds()).toEqual(['11AA22BB33CC44DD', '0C4AEF34B89340881BB2B25226393DC2E47F094B', '33AA22BB33CC44DD']);
  expect(client.sealField('x')).toMatchObject({ keyId: '0C4AEF34B89340881BB2B25226393DC2E47F094B' });
});

test('settings that could never work are refused at the start, all at once and without their values', () => {
  const wrong = payConfig({
    mchid: 'abc',
    appid: '',
    serialNo: 'xyz',
    privateKeyPem: '-----BEGIN PRIVATE KEY-----\nSECRETSECRET\n-----END PRIVATE KEY-----',
    apiV3Key: 'SIXTEENBYTESKEY!',
    baseUrl: 'https://api.example/path?x',
    fallbackBaseUrl: 'ftp://x',
    publicKey: { id: 'KEY_1', pem: 'SECRETPEM' },
    platformCertificates: ['SECRETCERT'],
    notifyUrls: { pay: '/notify', refund: 'https://a.example/x?y=1', transfer: 'ftp://a' },
  });
  let caught: unknown;
  try {
    createPayClient(wrong);
  } catch (error) {
    caught = error;
  }
  if (!(caught instanceof WechatConfigError)) throw new Error('it was accepted');
  const named = ['mchid', 'appid', 'serialNo', 'privateKeyPem', 'apiV3Key', 'publicKey.pem', 'publicKey.id'];
  const others = [
    'platformCertificates[0]',
    'baseUrl',
    'fallbackBaseUrl',
    'notifyUrls.pay',
    'notifyUrls.refund',
    'notifyUrls.transfer',
  ];
  expect(caught.problems.map((problem) => problem.split(' ')[0])).toEqual([...named, ...others]);
  expect(caught.message).not.toMatch(/SECRET|SIXTEEN/);
  expect(() => createPayClient(payConfig({ apiV3Key: `${API_V3_KEY} ` }))).toThrow(
    'apiV3Key must have exactly 32 bytes',
  );
});

test('the types give no value before the outcome has been asked for', () => {
  expectTypeOf<Outcome<number>>().not.toHaveProperty('value');
  expectTypeOf<Extract<Outcome<number>, { outcome: 'ok' }>>().toHaveProperty('value');
  expectTypeOf<Outcome<number>['outcome']>().toEqualTypeOf<'ok' | 'refused' | 'unknown'>();
});
