// The mini-program as it is uploaded, in a pretend host, against a real server: every page opens and shows what there is.
import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { byClass, startHost, tap, textOf, until, type Answer, type Host } from './weapp-host.ts';
import { house, type House } from '../house.ts';
import { liveAWhile, type Life } from './life.ts';
import { openStall, type Stall } from './stall.ts';

const ROOT = resolve(import.meta.dirname, '../../../../apps/shop/dist/weapp');
const isBuilt = existsSync(join(ROOT, 'app.json'));
/** WeChat warns from 256 KB in one go; a slow phone feels it long before. */
const SET_DATA_MAX_BYTES = 128 * 1024;

const JSON_BODY = { 'content-type': 'application/json' };

let home: House;
let stall: Stall;
let life: Life;
let host: Host;
const refused: string[] = [];
/** Pages that are left open ask on: about a payment, say. Nobody answers any more once the server goes. */
let isOver = false;

/** A server that goes while it still answers waits for that connection to grow idle, which takes a minute. */
const underWay = new Set<Promise<unknown>>();

/** Carries what the mini-program asks to the server of this test. */
const toServer: Answer = (method, where, body, headers) => {
  if (isOver) return new Promise(() => undefined);
  const exchange = ask(method, where, body, headers).finally(() => underWay.delete(exchange));
  underWay.add(exchange);
  return exchange;
};

async function ask(method: string, where: string, body: unknown, headers: Record<string, string>) {
  const answer = await fetch(home.url + where, {
    method,
    headers: Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, String(value)])),
    ...(method === 'GET' || body === null ? {} : { body: JSON.stringify(body) }),
  });
  const text = await answer.text();
  if (answer.status >= 400) refused.push(`${answer.status} ${method} ${where}`);
  return { status: answer.status, body: text === '' ? null : (JSON.parse(text) as unknown) };
}

type AppJson = { pages: string[]; subPackages: { root: string; pages: string[] }[] };

/** What each page is asked for, and a word that it then must show. */
function wishes(): Record<string, { query?: Record<string, string>; shows: string }> {
  return {
    'pages/home/index': { shows: stall.cup.title },
    'pages/category/index': { shows: '全部' },
    'pages/cart/index': { shows: stall.rice.title },
    'pages/me/index': { shows: '全部订单' },
    'trips/goods/list/index': { query: { sort: 'sales' }, shows: stall.cup.title },
    'trips/goods/search/index': { shows: '搜索' },
    'trips/goods/product/index': { query: { id: stall.cup.productId }, shows: stall.cup.title },
    'trips/order/checkout/index': { shows: '' },
    'trips/wallet/home/index': { shows: '提现' },
    'trips/wallet/withdraw/index': { shows: '提现金额' },
    'trips/wallet/withdrawals/index': { shows: '' },
    'trips/wallet/withdrawal/index': { query: { id: life.withdrawals.paid }, shows: '提现' },
    'trips/points/home/index': { shows: '积分' },
    'trips/points/recharge/index': { shows: '积分' },
    'trips/points/pay/index': { query: { no: life.unpaidRecharge }, shows: '' },
    'trips/points/result/index': { query: { no: life.paidRecharge }, shows: '充值成功' },
    'trips/points/orders/index': { shows: '' },
    'trips/points/order/index': { query: { no: life.paidRecharge }, shows: '' },
    'trips/order/pay/index': { query: { id: life.checkout }, shows: '支付' },
    'trips/order/result/index': { query: { id: life.paidCheckout }, shows: '支付成功' },
    'trips/order/orders/index': { query: { tab: 'all' }, shows: '待付款' },
    'trips/order/detail/index': { query: { id: life.shipped }, shows: '订单编号' },
    'trips/aftersale/apply/index': { query: { orderId: life.shipped }, shows: '退款' },
    'trips/aftersale/list/index': { shows: '退' },
    'trips/aftersale/detail/index': { query: { id: life.case }, shows: '退' },
    'trips/aftersale/send-back/index': { query: { id: life.awaiting }, shows: '单号' },
    'trips/account/addresses/index': { shows: '默认' },
    'trips/account/address-edit/index': { query: { id: life.address }, shows: '详细地址' },
    'trips/account/notices/index': { shows: '' },
    'trips/account/profile/index': { shows: '昵称' },
    'trips/account/terms/index': { query: { which: 'privacy' }, shows: '隐私' },
  };
}

describe('the mini-program in front of a real server', () => {
  beforeAll(async () => {
    if (!isBuilt) return;
    home = await house({ clock: 'real' });
    await home.admin();
    stall = await openStall(home);
    const person = home.wechat.addPerson({ name: '何书意', walletFen: 1_000_000 });
    life = await liveAWhile(home, stall, await home.signIn(person));
    host = startHost(ROOT, toServer);
    const code = home.wechat.loginCode(person.id);
    const entered = (await toServer('POST', '/api/v1/auth/login', { code, platform: 'weapp' }, JSON_BODY)) as {
      body: unknown;
    };
    host.stored.set('tokens', entered.body);
    host.launch('pages/home/index');
  });
  beforeEach((context) => context.skip(!isBuilt, '还没有构建小程序：缺少 apps/shop/dist/weapp'));
  afterAll(async () => {
    isOver = true;
    await Promise.allSettled(underWay);
    await home?.close();
  });

  test('every page of the map opens, asks the server and shows what it is for', async () => {
    const map = JSON.parse(readFileSync(join(ROOT, 'app.json'), 'utf8')) as AppJson;
    const pages = [...map.pages, ...map.subPackages.flatMap((one) => one.pages.map((page) => `${one.root}/${page}`))];
    const known = wishes();
    for (const page of pages) {
      const wish = known[page];
      expect(wish, `${page} has no wish in this test`).toBeDefined();
      const opened = host.open(page, wish?.query);
      await until(`${page} shows “${wish?.shows}”`, () => {
        const text = textOf(opened.data.root);
        return text.length > 2 && text.includes(wish?.shows ?? '');
      });
      expect(textOf(opened.data.root), page).not.toMatch(/\[object|undefined|\bNaN\b|Invalid Date/);
    }
    expect(host.errors).toEqual([]);
    expect(refused).toEqual([]);
    expect(host.largestBytes()).toBeLessThan(SET_DATA_MAX_BYTES);
  });

  test('a thing goes from its page into the cart of the server', async () => {
    const page = host.open('trips/goods/product/index', { id: stall.cup.productId });
    await until('the product', () => textOf(page.data.root).includes(stall.cup.title));
    tap(page, (await until('into the cart', () => byClass(page.data.root, 'button-second')))!);
    tap(page, (await until('the sheet', () => byClass(byClass(page.data.root, 'sku-take') ?? undefined, 'button')))!);
    await until('the answer', () =>
      host.calls.find(([name, what]) => name === 'request' && /^POST .*\/cart/.test(String(what))),
    );
  });
});
