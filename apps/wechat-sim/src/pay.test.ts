// Orders over the wire, by an independent client: signatures both ways, schemas, the re-use matrix, query, close.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { authorize, clientOf, oracle, town, type Town } from '../test/town.ts';

let the: Town;
beforeAll(async () => {
  the = await town({ clock: 'steppable' });
});
afterAll(() => the.close());

const send = (target: string, init: RequestInit = {}) => fetch(`${the.sim.url}${target}`, init);

describe('signatures', () => {
  test('a request signed by the oracle is accepted and our answer passes its verification', async () => {
    const answer = await the.prepay(the.jsapi());
    expect(answer.status).toBe(200);
    expect(String(answer.data.prepay_id)).toMatch(/^wx\d{12}/);
    expect(answer.headers['wechatpay-serial']).toBe(the.sim.credentials.platformPublicKeyId);
    expect(answer.headers['request-id']).toMatch(/-\d+$/);
  });

  test('every kind of order gives its own way to the cashier', async () => {
    expect((await the.prepay(the.orderBody(), 'native')).data.code_url).toMatch(
      /^weixin:\/\/wxpay\/bizpayurl\/up\?pr=\w+&groupid=00$/,
    );
    const scene = { payer_client_ip: '127.0.0.1', h5_info: { type: 'Wap' } };
    const h5 = await the.prepay(the.orderBody({ scene_info: scene }), 'h5');
    expect(String(h5.data.h5_url)).toContain(`${the.sim.url}/cgi-bin/mmpayweb-bin/checkmweb?prepay_id=`);
    expect((await the.prepay(the.orderBody(), 'app')).data.prepay_id).toBeTypeOf('string');
  });

  test('a body changed on its way is refused, and the refusal tells what was verified', async () => {
    const target = '/v3/pay/transactions/jsapi';
    const body = JSON.stringify(the.jsapi());
    const headers = {
      Authorization: authorize(the.sim, { method: 'POST', target, body }),
      'Content-Type': 'application/json',
    };
    const tampered = await send(target, { method: 'POST', headers, body: body.replace('9900', '1') });
    const told = (await tampered.json()) as {
      code: string;
      detail: { field: string; sign_information: { sign_message_length: number } };
    };
    expect(tampered.status).toBe(401);
    expect(tampered.headers.get('wechatpay-signature')).toBeNull();
    expect(tampered.headers.get('request-id')).toBeNull();
    expect(told.code).toBe('SIGN_ERROR');
    expect(told.detail.field).toBe('signature');
    expect(told.detail.sign_information.sign_message_length).toBeGreaterThan(body.length);
  });
});

describe('the gate', () => {
  test.each([
    ['no header at all', undefined],
    ['another scheme', 'Bearer abc'],
    [
      'a blank after the comma',
      'WECHATPAY2-SHA256-RSA2048 mchid="1", nonce_str="a",signature="b",timestamp="1700000000",serial_no="c"',
    ],
    ['a missing field', 'WECHATPAY2-SHA256-RSA2048 mchid="1",nonce_str="a",signature="b",timestamp="1700000000"'],
    [
      'a field twice',
      'WECHATPAY2-SHA256-RSA2048 mchid="1",mchid="1",nonce_str="a",signature="b",timestamp="1700000000",serial_no="c"',
    ],
    [
      'a long nonce',
      `WECHATPAY2-SHA256-RSA2048 mchid="1",nonce_str="${'a'.repeat(33)}",signature="b",timestamp="1700000000",serial_no="c"`,
    ],
  ])('the authorization grammar refuses %s', async (_name, header) => {
    const target = `/v3/pay/transactions/out-trade-no/T1?mchid=${the.sim.credentials.mchid}`;
    const answer = await send(target, { headers: header === undefined ? {} : { Authorization: header } });
    expect(answer.status).toBe(401);
    expect(await answer.json()).toMatchObject({ code: 'SIGN_ERROR' });
  });

  test('unknown serial, old timestamp, foreign merchant and a repeated nonce are refused, each by its own name', async () => {
    const target = `/v3/pay/transactions/out-trade-no/T1?mchid=${the.sim.credentials.mchid}`;
    const ask = async (bend: Record<string, string>) => {
      const answer = await send(target, {
        headers: { Authorization: authorize(the.sim, { method: 'GET', target }, bend) },
      });
      return { status: answer.status, ...((await answer.json()) as { code: string; message: string }) };
    };
    expect(await ask({ serial: 'A'.repeat(40) })).toMatchObject({ status: 401, code: 'SIGN_ERROR' });
    const now = Math.floor(the.control.clock.now().getTime() / 1000);
    // The age is judged before the signature: even a nonsense signature is told about its age.
    expect(await ask({ timestamp: String(now - 301), signature: 'AAAA' })).toMatchObject({
      status: 401,
      message: expect.stringContaining('5分钟'),
    });
    expect(await ask({ timestamp: String(now + 301) })).toMatchObject({
      status: 401,
      message: expect.stringContaining('5分钟'),
    });
    expect(await ask({ mchid: '1888888888' })).toMatchObject({ status: 400, code: 'MCH_NOT_EXISTS' });
    expect(await ask({ nonce: 'ONCE' })).toMatchObject({ status: 404, code: 'ORDER_NOT_EXIST' });
    expect(await ask({ nonce: 'ONCE' })).toMatchObject({ status: 401, code: 'SIGN_ERROR' });
  });

  test('a signature with a foreign character in it is refused, though a lax decoder would skip it', async () => {
    const target = `/v3/pay/transactions/out-trade-no/T1?mchid=${the.sim.credentials.mchid}`;
    const honest = authorize(the.sim, { method: 'GET', target });
    const answer = await send(target, { headers: { Authorization: honest.replace('signature="', 'signature="!') } });
    expect(answer.status).toBe(401);
  });
});

describe('what is signed, and where', () => {
  test('the signature covers the target exactly as it was sent', async () => {
    const { mchid } = the.sim.credentials;
    const ask = (signed: string, sent: string) =>
      send(sent, { headers: { Authorization: authorize(the.sim, { method: 'GET', target: signed }) } });
    const encoded = `/v3/pay/transactions/out-trade-no/A%7CB*CDEF?mchid=${mchid}`;
    expect((await ask(encoded, encoded)).status).toBe(404);
    expect((await ask(encoded.replace('%7C', '|'), encoded)).status).toBe(401);
  });

  test('an unknown path is 404 and a wrong method 405, both without a body', async () => {
    for (const [target, method, status] of [
      ['/v3/nowhere', 'GET', 404],
      ['/v3/pay/transactions/jsapi', 'GET', 405],
    ] as const) {
      const answer = await send(target, { method });
      expect(answer.status).toBe(status);
      expect(await answer.text()).toBe('');
    }
  });

  test('certificates and refunds want a user agent and an accept header before they look at the signature', async () => {
    const answer = await send('/v3/certificates', { headers: { 'User-Agent': '' } });
    expect(await answer.json()).toMatchObject({ code: 'INVALID_REQUEST', message: 'Http头缺少Accept或User-Agent' });
  });
});

describe('schemas', () => {
  test.each([
    ['zero amount', { amount: { total: 0 } }, '/body/amount/total'],
    ['amount as text', { amount: { total: '9900' } }, '/body/amount/total'],
    ['missing description', { description: undefined }, '/body/description'],
    ['128 characters of description', { description: '字'.repeat(128) }, '/body/description'],
    ['short order number', { out_trade_no: 'T1' }, '/body/out_trade_no'],
    ['order number with a blank', { out_trade_no: 'T 00000001' }, '/body/out_trade_no'],
    ['time without zone', { time_expire: '2026-01-02T03:04:05' }, '/body/time_expire'],
    ['unknown currency', { amount: { total: 1, currency: 'USD' } }, '/body/amount/currency'],
    ['unknown field', { notifyUrl: 'x' }, '/body/notifyUrl'],
    ['notice over plain http to a stranger', { notify_url: 'http://shop.example/pay' }, '/body/notify_url'],
    ['notice with a query', { notify_url: 'https://shop.example/pay?a=1' }, '/body/notify_url'],
    ['notice with a leading blank', { notify_url: ' https://shop.example/pay' }, '/body/notify_url'],
    ['somebody else', { mchid: '1888888888' }, '/body/mchid'],
    ['unknown openid', { payer: { openid: 'oNobody' } }, '/body/payer/openid'],
  ])('%s points at its field', async (_name, more, field) => {
    const answer = await the.prepay(the.jsapi(more));
    expect(answer.status).toBe(400);
    expect(answer.data).toMatchObject({ code: 'PARAM_ERROR', detail: { field, location: 'body' } });
  });

  test('127 Chinese characters are 127 characters', async () => {
    expect((await the.prepay(the.jsapi({ description: '字'.repeat(127) }))).status).toBe(200);
  });

  test('the openid must be of the app that asks', async () => {
    const { oaAppid } = the.sim.credentials;
    expect((await the.prepay(the.jsapi({ appid: oaAppid }))).status).toBe(400);
    expect((await the.prepay(the.jsapi({ appid: oaAppid, payer: { openid: the.payer().oaOpenid } }))).status).toBe(200);
    expect((await the.prepay(the.jsapi({ appid: 'wxstranger' }))).data.code).toBe('APPID_MCHID_NOT_MATCH');
  });

  test('query wants the merchant number in its query string', async () => {
    const answer = await the.call('GET', '/v3/pay/transactions/out-trade-no/T0000001');
    expect(answer.data).toMatchObject({ code: 'PARAM_ERROR', detail: { location: 'query' } });
  });
});

describe('the same number again', () => {
  test('unpaid and identical: a fresh cashier', async () => {
    const body = the.jsapi();
    const first = await the.prepay(body);
    const again = await the.prepay(Object.fromEntries(Object.entries(body).reverse()));
    expect(again.status).toBe(200);
    expect(again.data.prepay_id).not.toBe(first.data.prepay_id);
  });

  test.each([
    ['amount', { amount: { total: 1 } }],
    ['description', { description: '另一件' }],
    ['attach', { attach: 'x' }],
    ['an added deadline', { time_expire: '2030-01-01T00:00:00+08:00' }],
  ])('unpaid with another %s: OUT_TRADE_NO_USED', async (_name, change) => {
    const body = the.jsapi();
    await the.prepay(body);
    const answer = await the.prepay({ ...body, ...change });
    expect([answer.status, answer.data.code]).toEqual([403, 'OUT_TRADE_NO_USED']);
  });

  test('unpaid by another way of paying: OUT_TRADE_NO_USED', async () => {
    const body = the.orderBody();
    await the.prepay(body, 'native');
    expect((await the.prepay(body, 'app')).data.code).toBe('OUT_TRADE_NO_USED');
  });

  test('paid: ORDERPAID. closed: ORDER_CLOSED. Past its deadline: a new number is needed', async () => {
    const paid = the.jsapi();
    await the.prepay(paid);
    await the.control.pay(String(paid.out_trade_no));
    expect((await the.prepay(paid)).data.code).toBe('ORDERPAID');
    const closed = the.jsapi();
    await the.prepay(closed);
    await the.closing(String(closed.out_trade_no));
    expect((await the.prepay(closed)).data.code).toBe('ORDER_CLOSED');
    const soon = new Date(the.control.clock.now().getTime() + 60_000).toISOString();
    const late = the.jsapi({ time_expire: soon });
    await the.prepay(late);
    await the.control.clock.advance({ seconds: 60 });
    expect((await the.prepay(late)).data.code).toBe('INVALID_REQUEST');
    expect((await the.query(String(late.out_trade_no))).data.trade_state).toBe('NOTPAY');
  });
});

describe('query and close', () => {
  test('an unpaid order tells neither payer nor transaction; a paid one tells both', async () => {
    const number = await the.placed({ attach: 'hello' });
    const before = (await the.query(number)).data;
    expect(before).toMatchObject({ trade_state: 'NOTPAY', out_trade_no: number });
    for (const hidden of ['transaction_id', 'payer', 'success_time', 'bank_type', 'attach'])
      expect(before).not.toHaveProperty(hidden);
    const { transactionId } = await the.control.pay(number);
    const after = (await the.query(number)).data;
    expect(after).toMatchObject({
      trade_state: 'SUCCESS',
      trade_type: 'JSAPI',
      transaction_id: transactionId,
      payer: { openid: the.payer().openid },
      amount: { total: 9_900, payer_total: 9_900, currency: 'CNY' },
      attach: 'hello',
    });
    const byId = await the.call('GET', `/v3/pay/transactions/id/${transactionId}?mchid=${the.sim.credentials.mchid}`);
    expect(byId.data.out_trade_no).toBe(number);
  });

  test('answers carry fields that nobody documented', async () => {
    expect((await the.query(await the.placed())).data).toHaveProperty('undocumented_field');
  });

  test('close is a signed 204, may be repeated, and never undoes a payment', async () => {
    const number = await the.placed();
    expect((await the.closing(number)).status).toBe(204);
    expect((await the.closing(number)).status).toBe(204);
    expect((await the.query(number)).data.trade_state).toBe('CLOSED');
    await expect(the.control.pay(number)).rejects.toThrow('已关闭');
    const paid = await the.paid();
    expect((await the.closing(paid)).data.code).toBe('ORDERPAID');
    expect((await the.closing('T-UNKNOWN')).data.code).toBe('ORDER_NOT_EXIST');
  });

  test('time closes: a cashier lives two hours, an unpaid order seven days, a deadline forbids paying but does not close', async () => {
    const clocked = await town({ clock: 'steppable' });
    const number = await clocked.placed();
    await clocked.control.clock.advance({ days: 7, ms: -1 });
    expect(clocked.control.order(number).state).toBe('NOTPAY');
    await clocked.control.clock.advance({ ms: 1 });
    expect(clocked.control.order(number).state).toBe('CLOSED');
    const soon = new Date(clocked.control.clock.now().getTime() + 30_000).toISOString();
    const short = await clocked.placed({ time_expire: soon.replace('Z', '+00:00') });
    // Less than a minute is a minute.
    await clocked.control.clock.advance({ seconds: 59 });
    expect(clocked.control.order(short).state).toBe('NOTPAY');
    await clocked.control.clock.advance({ seconds: 1 });
    await expect(clocked.control.pay(short)).rejects.toThrow('失效');
    expect(clocked.control.order(short).state).toBe('NOTPAY');
    await clocked.close();
  });
});

describe('keys', () => {
  test('a merchant in public-key mode has no certificates', async () => {
    expect((await the.call('GET', '/v3/certificates')).data.code).toBe('RESOURCE_NOT_EXISTS');
  });

  test('rotation lists both certificates, then the new one signs, then the old one is gone', async () => {
    const keyed = await town({ merchant: { signing: 'certificate' } });
    const { platformSerialNo, nextPlatformSerialNo } = keyed.sim.credentials;
    const serials = async () => {
      const { data, headers } = await keyed.call('GET', '/v3/certificates');
      const listed = data.data as {
        serial_no: string;
        encrypt_certificate: { nonce: string; associated_data: string; ciphertext: string };
      }[];
      for (const { encrypt_certificate: sealed } of listed) {
        const pem = oracle.Aes.AesGcm.decrypt(
          sealed.ciphertext,
          keyed.sim.credentials.apiV3Key,
          sealed.nonce,
          sealed.associated_data,
        );
        expect(pem).toContain('BEGIN CERTIFICATE');
      }
      return [headers['wechatpay-serial'], ...listed.map((certificate) => certificate.serial_no)];
    };
    expect(await serials()).toEqual([platformSerialNo, platformSerialNo]);
    keyed.control.rotate('announce');
    expect(await serials()).toEqual([platformSerialNo, platformSerialNo, nextPlatformSerialNo]);
    keyed.control.rotate('switch');
    expect(await serials()).toEqual([nextPlatformSerialNo, platformSerialNo, nextPlatformSerialNo]);
    keyed.control.rotate('retire');
    expect(await serials()).toEqual([nextPlatformSerialNo, nextPlatformSerialNo]);
    await keyed.close();
  });

  test('while the key mode switches, answers carry either id unless the client names its key', async () => {
    const mixed = await town({ merchant: { signing: 'mixed' } });
    const { platformPublicKeyId, platformSerialNo } = mixed.sim.credentials;
    const ask = async (headers: object) =>
      (await mixed.call('GET', '/v3/certificates', undefined, { headers })).headers['wechatpay-serial'];
    expect(new Set([await ask({}), await ask({})])).toEqual(new Set([platformPublicKeyId, platformSerialNo]));
    const named = { 'Wechatpay-Serial': platformPublicKeyId };
    expect([await ask(named), await ask(named)]).toEqual([platformPublicKeyId, platformPublicKeyId]);
    await mixed.close();
  });

  test('echo opens what was encrypted for us and answers encrypted for the merchant', async () => {
    const { platformPublicKey, platformPublicKeyId, merchantPrivateKey } = the.sim.credentials;
    const body = {
      echo_message: 'hello',
      encrypted_echo_message: oracle.Rsa.encrypt('秘密', platformPublicKey),
      notify_url: `${the.shop.url}/echo`,
    };
    const named = { headers: { 'Wechatpay-Serial': platformPublicKeyId } };
    const answer = await the.call('POST', '/v3/security/echo', body, named);
    expect(oracle.Rsa.decrypt(String(answer.data.encrypted_echo_message), merchantPrivateKey)).toBe('秘密');
    await the.control.settle();
    expect(the.shop.heard.at(-1)?.envelope).toMatchObject({ event_type: 'SECURITY_ECHO.SUCCESS' });
    const unnamed = await the.call('POST', '/v3/security/echo', body);
    expect(unnamed.data.code).toBe('PARAM_ERROR');
  });

  test('a client that does not know our key rejects our answer', async () => {
    const stranger = clientOf(the.sim, {
      [the.sim.credentials.platformSerialNo]: the.sim.credentials.platformCertificate,
    });
    const asked = stranger.request({ method: 'POST', url: 'v3/pay/transactions/jsapi', data: the.jsapi() });
    await expect(asked).rejects.toMatchObject({ code: 'EV3_RES_HEADER_PLATFORM_SERIAL' });
  });
});
