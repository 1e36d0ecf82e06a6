// The pages by fetch, as a browser would ask: cashiers, QR code, login, bridge, home, and the control door.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createSim } from './index.ts';
import { oracle, town, type Town } from '../test/town.ts';

let the: Town;
beforeAll(async () => {
  the = await town({ clock: 'steppable' });
});
afterAll(() => the.close());

const open = async (target: string, headers: Record<string, string> = {}) => {
  const answer = await fetch(target.startsWith('http') ? target : `${the.sim.url}${target}`, {
    headers,
    redirect: 'manual',
  });
  return { status: answer.status, html: await answer.text(), headers: answer.headers };
};

const press = async (form: Record<string, string>) => {
  const answer = await fetch(`${the.sim.url}/cashier/decide`, {
    method: 'POST',
    body: new URLSearchParams(form),
    redirect: 'manual',
  });
  return { status: answer.status, html: await answer.text(), location: answer.headers.get('location') };
};

function signedParams(prepayId: string, bend: Record<string, string> = {}): Record<string, string> {
  const { appid, merchantPrivateKey } = the.sim.credentials;
  const params = {
    appId: appid,
    timeStamp: '1700000000',
    nonceStr: 'abc',
    package: `prepay_id=${prepayId}`,
    signType: 'RSA',
  };
  const message = oracle.Formatter.joinedByLineFeed(params.appId, params.timeStamp, params.nonceStr, params.package);
  return { ...params, paySign: oracle.Rsa.sign(message, merchantPrivateKey), ...bend };
}

const jsapiPage = (params: Record<string, string>) => open(`/cashier/jsapi?${new URLSearchParams(params)}`);

describe('the JSAPI cashier', () => {
  test('opens for what the merchant signed, and pays', async () => {
    const number = await the.placed();
    const { prepayId } = the.control.order(number);
    const back = `${the.shop.url}/done?order=1`;
    const { html, headers } = await jsapiPage({ ...signedParams(prepayId), redirect_url: back });
    for (const seen of ['99.00', '手工陶瓷杯', '集市演示商户', '确认支付', '取消', '李建国', '零钱'])
      expect(html).toContain(seen);
    expect(headers.get('content-security-policy')).toContain('frame-ancestors');
    const done = await press({ prepay_id: prepayId, result: 'ok', person: 'p2', redirect_url: back });
    expect(done.html).toContain('支付成功');
    expect(done.html).toContain(`data-back="${the.shop.url}/done?order=1&amp;result=ok"`);
    expect(the.control.order(number).state).toBe('SUCCESS');
    expect((await jsapiPage(signedParams(prepayId))).html).toContain('已支付');
  });

  test('the mini-program passes no appId', async () => {
    const params = Object.entries(signedParams(the.control.order(await the.placed()).prepayId)).filter(
      ([name]) => name !== 'appId',
    );
    expect((await jsapiPage(Object.fromEntries(params))).html).toContain('确认支付');
  });

  test.each([
    ['a changed nonce', { nonceStr: 'abd' }],
    ['a changed time', { timeStamp: '1700000001' }],
    ['another app', { appId: 'wxother' }],
    ['MD5', { signType: 'MD5' }],
    ['a signature that is not base64', { paySign: '***' }],
  ])('stays shut for %s', async (_name, bend) => {
    const { html } = await jsapiPage(signedParams(the.control.order(await the.placed()).prepayId, bend));
    expect(html).toContain('支付验证签名失败');
    expect(html).not.toContain('确认支付');
  });
});

describe('leaving the JSAPI cashier', () => {
  test('cancel and failure go back at once and leave the order unpaid', async () => {
    const number = await the.placed();
    const { prepayId } = the.control.order(number);
    for (const result of ['cancel', 'fail']) {
      const left = await press({ prepay_id: prepayId, result, person: 'p2', redirect_url: `${the.shop.url}/done` });
      expect([left.status, left.location]).toEqual([303, `${the.shop.url}/done?result=${result}`]);
    }
    expect(the.control.order(number).state).toBe('NOTPAY');
  });

  test('nobody else can pay an order that names its payer, and nobody is led to a foreign site', async () => {
    const number = await the.placed();
    await press({
      prepay_id: the.control.order(number).prepayId,
      result: 'ok',
      person: 'p5',
      redirect_url: 'https://evil.example/',
    });
    expect(the.control.order(number).openid).toBe(the.payer().openid);
    const other = await press({
      prepay_id: the.control.order(number).prepayId,
      result: 'cancel',
      redirect_url: 'https://evil.example/',
    });
    expect(other.location).toBeNull();
  });

  test('a prepay id lives two hours', async () => {
    const own = await town({ clock: 'steppable' });
    const number = await own.placed();
    await own.control.clock.advance({ hours: 2 });
    const page = await open(
      `${own.sim.url}/cashier/jsapi?${new URLSearchParams(signedParams(own.control.order(number).prepayId))}`,
    );
    expect(page.html).toContain('已失效');
    await own.close();
  });
});

describe('the H5 cashier', () => {
  const h5 = async (ip = '127.0.0.1') => {
    const body = the.orderBody({ scene_info: { payer_client_ip: ip, h5_info: { type: 'Wap' } } });
    return { number: String(body.out_trade_no), url: String((await the.prepay(body, 'h5')).data.h5_url) };
  };
  const referer = () => ({ Referer: `${the.shop.url}/order` });

  test('opens from the registered domain, lets one choose who pays, and returns without a result', async () => {
    const { number, url } = await h5();
    const back = `${the.shop.url}/after`;
    const { html } = await open(`${url}&redirect_url=${encodeURIComponent(back)}`, referer());
    expect(html).toContain('由谁付款');
    const done = await press({
      prepay_id: the.control.order(number).prepayId,
      result: 'ok',
      person: 'p6',
      redirect_url: back,
    });
    expect(done.html).toContain(`data-back="${back}"`);
    expect(the.control.order(number)).toMatchObject({ state: 'SUCCESS', openid: the.control.person('p6').openid });
  });

  test.each([
    ['no referer', {}, '', '商家参数格式有误'],
    ['a foreign referer', { Referer: 'https://evil.example/' }, '', '商家存在未配置的参数'],
    [
      'a foreign way back',
      { Referer: 'http://127.0.0.1/' },
      '&redirect_url=https%3A%2F%2Fevil.example',
      '商家存在未配置的参数',
    ],
    ['inside WeChat', { Referer: 'http://127.0.0.1/', 'User-Agent': 'MicroMessenger/8.0' }, '', '请在微信外打开订单'],
    ['a wrong package', { Referer: 'http://127.0.0.1/' }, '1', '商家参数格式有误'],
  ])('%s is refused', async (_name, headers, tail, sentence) => {
    const { url } = await h5();
    expect((await open(url + tail, headers)).html).toContain(sentence);
  });

  test('another network address and five minutes are refused', async () => {
    const far = await h5('203.0.113.5');
    expect((await open(far.url, referer())).html).toContain('网络环境未能通过安全验证');
    const { url } = await h5();
    await the.control.clock.advance({ minutes: 5 });
    expect((await open(url, referer())).html).toContain('已失效');
  });
});

test('a QR code is drawn, scanned by the pretend WeChat and paid by anybody', async () => {
  const body = the.orderBody({ amount: { total: 123_456 } });
  const codeUrl = String((await the.prepay(body, 'native')).data.code_url);
  const qr = await open(`/qr?code_url=${encodeURIComponent(codeUrl)}`);
  expect(qr.html).toContain('<svg');
  expect(qr.html).toContain('1234.56');
  expect(qr.html).toContain('用模拟微信扫码');
  expect((await open(`/cashier/native?code_url=${encodeURIComponent(codeUrl)}`)).html).toContain('周海涛');
  expect((await open('/qr?code_url=weixin%3A%2F%2Fwxpay%2Fbizpayurl%2Fup%3Fpr%3Dnone')).html).toContain('订单不存在');
});

describe('the login page', () => {
  const authorize = (more: Record<string, string>) =>
    open(
      `/connect/oauth2/authorize?${new URLSearchParams({ appid: the.sim.credentials.oaAppid, response_type: 'code', scope: 'snsapi_userinfo', ...more })}`,
    );

  test('shows the eight people and leads back with a code that works, and the state untouched', async () => {
    const redirect = `${the.shop.url}/login?next=%2Fcart`;
    const { html } = await authorize({ redirect_uri: redirect, state: 'x y&z' });
    for (const name of ['张小雨', '李建国', '王秀英', '陈思远', '赵明月', '刘子墨', '黄雅婷', '周海涛'])
      expect(html).toContain(name);
    const query = new URLSearchParams({
      appid: the.sim.credentials.oaAppid,
      redirect_uri: redirect,
      state: 'x y&z',
      person: 'p7',
    });
    const chosen = await open(`/connect/oauth2/confirm?${query}`);
    const target = new URL(chosen.headers.get('location') ?? '');
    expect(target.searchParams.get('next')).toBe('/cart');
    expect(target.searchParams.get('state')).toBe('x y&z');
    const { oaAppid, oaSecret } = the.sim.credentials;
    const exchange = {
      appid: oaAppid,
      secret: oaSecret,
      code: target.searchParams.get('code') ?? '',
      grant_type: 'authorization_code',
    };
    const told = await open(`/sns/oauth2/access_token?${new URLSearchParams(exchange)}`);
    expect(JSON.parse(told.html)).toMatchObject({ openid: the.control.person('p7').oaOpenid });
  });

  test('refuses a foreign redirect and a foreign app', async () => {
    expect((await authorize({ redirect_uri: 'https://evil.example/' })).html).toContain('10003');
    expect((await authorize({ redirect_uri: the.shop.url, appid: 'wxother' })).status).toBe(400);
  });
});

test('the bridge plays WeixinJSBridge and the home page shows orders, notices and buttons', async () => {
  const number = await the.paid();
  expect((await open('/__sim/wechat-bridge.js')).html).toContain('getBrandWCPayRequest');
  const { html } = await open('/');
  for (const seen of ['模拟微信', number, 'TRANSACTION.SUCCESS', '已送达', 'data-verb="deliver"'])
    expect(html).toContain(seen);
});

describe('the control door', () => {
  const verb = (name: string, body: object, base = the.sim.url) =>
    fetch(`${base}/__sim/${name}`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify(body),
    });

  test('offers the verbs over HTTP', async () => {
    const number = await the.placed();
    const slip = (await (await verb('pay', { outTradeNo: number, notice: 'held' })).json()) as { noticeId: string };
    expect((await verb('deliver', { noticeId: slip.noticeId, times: 2 })).status).toBe(200);
    expect((await open(`/__sim/orders/${number}`)).html).toContain('SUCCESS');
    expect(JSON.parse((await open('/__sim/ledger')).html)).toMatchObject({ sumFen: 0 });
    expect((await verb('fault', { endpoint: 'prepay.*', kind: '500' })).status).toBe(200);
    the.control.clearFaults();
    const { code } = (await (await verb('login-code', { person: 'p1' })).json()) as { code: string };
    expect(code).toHaveLength(32);
  });

  test('refuses nonsense with a reason, and forms of foreign pages', async () => {
    expect((await verb('pay', { outTradeNo: 'T-NONE' })).status).toBe(404);
    expect((await verb('pay', {})).status).toBe(400);
    expect((await verb('explode', {})).status).toBe(404);
    const form = await fetch(`${the.sim.url}/__sim/reset`, { method: 'POST', body: new URLSearchParams({ a: '1' }) });
    expect(form.status).toBe(415);
  });

  test('can be shut', async () => {
    const shut = await createSim({ controlAccess: 'off' });
    expect((await verb('reset', {}, shut.url)).status).toBe(403);
    expect((await open(`${shut.url}/__sim/orders`)).status).toBe(403);
    expect((await open(`${shut.url}/`)).html).not.toContain('data-verb');
    await shut.close();
  });
});
