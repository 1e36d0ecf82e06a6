// Every page there is, opened once with nothing in the shop and once with a life in it, on small and large screens.
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { dayLater, dayOf } from '../../src/platform/days.ts';
import { house, type House } from '../house.ts';
import { noBrowser, openBrowser, openScreen, type Screen } from './chromium.ts';
import { liveAWhile, type Life } from './life.ts';
import { openStall, type Stall } from './stall.ts';
import { signInAsStaff, signInAtWechat } from './steps.ts';

const ROOT = resolve(import.meta.dirname, '../../../..');
const OLD = '赵明月';
const NEW = '黄雅婷';

let home: House;
let browser: Browser;
let stall: Stall;
let life: Life;

/** From the map of the shop itself: a new page cannot be forgotten here. */
function shopPages(): string[] {
  const text = readFileSync(join(ROOT, 'apps/shop/src/app.config.ts'), 'utf8');
  const list = (inner: string) => [...inner.matchAll(/'([\w/-]+)'/g)].map((match) => match[1] ?? '');
  const tabs = list(/pages: \[([^\]]*)\]/.exec(text)?.[1] ?? '');
  const trips = [...text.matchAll(/root: '([\w/]+)',\s*pages: \[([^\]]*)\]/g)].flatMap(([, root, inner]) =>
    list(inner ?? '').map((page) => `${root}/${page}`),
  );
  return [...tabs, ...trips];
}

function adminPages(): string[] {
  const text = readFileSync(join(ROOT, 'apps/admin/src/shell/pages.ts'), 'utf8');
  return [...text.matchAll(/path: '([^']+)'/g)].map((match) => match[1] ?? '');
}

/** What a page must be told to have something to show; several pictures where it looks different. */
const queries = (): Record<string, Record<string, string>> => ({
  'trips/goods/list/index': { 'goods-list': '', 'goods-list-search': 'q=长绒' },
  'trips/goods/product/index': { product: `id=${stall.cup.productId}` },
  'trips/order/pay/index': { pay: `id=${life.checkout}` },
  'trips/order/result/index': { result: `id=${life.paidCheckout}` },
  'trips/order/orders/index': { orders: 'tab=all', 'orders-unpaid': 'tab=unpaid' },
  'trips/order/detail/index': {
    'order-paid': `id=${life.order}`,
    'order-shipped': `id=${life.shipped}`,
    'order-received': `id=${life.received}`,
  },
  'trips/aftersale/apply/index': { apply: `orderId=${life.shipped}`, 'apply-edit': `id=${life.case}` },
  'trips/aftersale/detail/index': { case: `id=${life.case}`, 'case-awaiting': `id=${life.awaiting}` },
  'trips/aftersale/send-back/index': { 'send-back': `id=${life.awaiting}` },
  'trips/points/pay/index': { 'recharge-pay': `no=${life.unpaidRecharge}` },
  'trips/points/result/index': { 'recharge-result': `no=${life.paidRecharge}` },
  'trips/points/order/index': {
    'recharge-unpaid': `no=${life.unpaidRecharge}`,
    'recharge-refunded': `no=${life.refundedRecharge.orderNo}`,
  },
  'trips/wallet/withdrawal/index': {
    'withdrawal-paid': `id=${life.withdrawals.paid}`,
    'withdrawal-waiting': `id=${life.withdrawals.waiting}`,
    'withdrawal-pending': `id=${life.withdrawals.pending}`,
  },
  'trips/account/address-edit/index': { 'address-edit': `id=${life.address}` },
  'trips/account/terms/index': { agreement: 'which=agreement', privacy: 'which=privacy' },
});

const OF_ONE_THING =
  /product|pay|result|order\/detail|points\/order\/|aftersale\/(apply|detail)|send-back|withdrawal\//;
/** The shop's own account at WeChat, which every sale has moved. */
async function someAccount(): Promise<string> {
  const asked = { type: 'provider_clearing', page: 1, size: 1, nonZeroOnly: false };
  const { items } = await home.app.ledgerDesk.accounts(asked);
  return items[0]?.id ?? '';
}

/** Some letter of WeChat, some refund: whichever the life has left. */
async function oneOf(table: 'provider_notices' | 'refunds'): Promise<string> {
  const row = await home.app.db.q.selectFrom(table).select('id').limit(1).executeTakeFirst();
  return row?.id ?? NOBODY;
}

const NOBODY = '00000000-0000-7000-8000-000000000000';
const nameOf = (page: string) =>
  page
    .replace(/^(pages|trips)\//, '')
    .replace(/\/index$/, '')
    .replaceAll('/', '-');

async function tourShop(screen: Screen, asked: Record<string, Record<string, string>>): Promise<void> {
  for (const page of shopPages()) {
    for (const [picture, query] of Object.entries(asked[page] ?? { [nameOf(page)]: '' })) {
      await screen.page.goto(`${home.url}/${page}${query && `?${query}`}`);
      await screen.part('.page').first().waitFor();
      await screen.look(picture);
    }
  }
}

describe('every page', () => {
  beforeAll(async () => {
    if (noBrowser !== null) return;
    home = await house({ clock: 'real' });
    browser = await openBrowser();
    await home.admin();
  });
  beforeEach((context) => context.skip(noBrowser !== null, noBrowser ?? ''));
  afterAll(async () => {
    await browser?.close();
    await home?.close();
  });

  test('the back office of a shop that opens today', { timeout: 180_000 }, async () => {
    const desk = await openScreen(browser, 'desk', {
      folder: 'pages-empty',
      origin: home.url,
      also: 'small-desk',
      fair: true,
      may: /^401 GET .*\/admin\//,
      // Who signs in, what is no browser, and who filled in the address for returns.
      english: /\b(admin|node|test)\b/,
    });
    await signInAsStaff(desk, home);
    for (const path of adminPages().filter((one) => !one.includes(':'))) {
      await desk.page.goto(`${home.url}/admin${path}`);
      await desk.part('main').first().waitFor();
      await desk.look(path.slice(1).replaceAll('/', '-'));
    }
    await desk.page.goto(`${home.url}/admin/no-such-page`);
    await desk.part('main').first().waitFor();
    await desk.look('no-such-page');
    desk.clean();
    await desk.context.close();
  });

  test('the shop with nothing on its shelves, for somebody who has just come', { timeout: 180_000 }, async () => {
    const phone = await openScreen(browser, 'phone', {
      folder: 'pages-empty',
      origin: home.url,
      also: 'big-phone',
      fair: true,
      may: /^404 GET /,
      english: /\b(openid|unionid)\b/,
    });
    await phone.page.goto(`${home.url}/pages/me/index`);
    await phone.look('me-guest');
    await phone.part('.me-head', '点击登录').click();
    await signInAtWechat(phone, NEW);
    await phone.part('.me-name', '微信用户').waitFor();
    // Pages of one thing say kindly that there is no such thing.
    const nowhere = Object.fromEntries(
      shopPages()
        .filter((page) => OF_ONE_THING.test(page))
        .map((page) => [page, { [nameOf(page)]: `id=${NOBODY}&orderId=${NOBODY}&no=${'0'.repeat(20)}` }]),
    );
    await tourShop(phone, nowhere);
    phone.clean();
    await phone.context.close();
  });

  test('the shop for a buyer who has been around, on phones of two sizes', { timeout: 240_000 }, async () => {
    stall = await openStall(home);
    const person = home.wechat.people().find((one) => one.name === OLD);
    life = await liveAWhile(home, stall, await home.signIn(person));
    const phone = await openScreen(browser, 'phone', {
      folder: 'pages',
      origin: home.url,
      also: 'big-phone',
      dark: true,
      fair: true,
      // What WeChat calls its numbers, in the privacy terms.
      english: /\b(openid|unionid)\b/,
    });
    await phone.page.goto(`${home.url}/pages/me/index`);
    await phone.part('.me-head', '点击登录').click();
    await signInAtWechat(phone, OLD);
    await phone.part('.me-name', '微信用户').waitFor();
    await tourShop(phone, queries());
    phone.clean();
    await phone.context.close();
  });

  test('the back office of a shop with a past, on a wide and on a narrow desk', { timeout: 240_000 }, async () => {
    const yesterday = dayLater(dayOf(home.clock.now()), -1);
    const ids: Record<string, string> = {
      productId: stall.towel.productId,
      orderId: life.received,
      aftersaleId: life.case,
      buyerId: life.buyer.id,
      paymentId: life.payment,
      noticeId: await oneOf('provider_notices'),
      refundId: await oneOf('refunds'),
      day: yesterday,
      rechargeId: life.refundedRecharge.id,
      withdrawalId: life.withdrawals.waiting,
      accountId: await someAccount(),
    };
    const desk = await openScreen(browser, 'desk', {
      folder: 'pages',
      origin: home.url,
      also: 'small-desk',
      dark: true,
      fair: true,
      may: /^401 GET .*\/admin\//,
      // Who signs in, what is no browser, and who filled in the address for returns.
      english: /\b(admin|node|test)\b/,
    });
    await home.app.reconcile.run(yesterday, '店长');
    await signInAsStaff(desk, home);
    for (const path of adminPages()) {
      const address = path.replaceAll(
        /:(\w+)/g,
        (_all, name: string) => ids[name] ?? expect.fail(`no ${name} for ${path}`),
      );
      await desk.page.goto(`${home.url}/admin${address}`);
      await desk.part('main').first().waitFor();
      await desk.look(path.slice(1).replaceAll('/:', '-').replaceAll('/', '-'));
    }
    desk.clean();
    await home.books.balance({ atRest: true });
    expect(adminPages().length).toBeGreaterThan(15);
    expect(shopPages().length).toBeGreaterThan(15);
  });
});
