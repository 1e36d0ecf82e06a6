// Points bought in real browsers: by a code at a desk, by WeChat's own cashier on a phone, and paid back by the shop.
import { listRecharges } from '@jishi/contract';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { house, type BuyerSession, type House } from '../house.ts';
import { noBrowser, openBrowser, openScreen, type Screen } from './chromium.ts';
import { readable, signInAsStaff, signInAtWechat } from './steps.ts';

let home: House;
let browser: Browser;
let buyer: BuyerSession;
let screen: Screen;
const PERSON = '林小满';

describe('points at a desk', () => {
  beforeAll(async () => {
    if (noBrowser !== null) return;
    home = await house({ clock: 'real' });
    const person = home.wechat.addPerson({ name: PERSON, walletFen: 1_000_000 });
    buyer = await home.signIn(person);
    await home.given.package({ name: '体验包', priceFen: 990, points: 100, bonusPoints: 10, sortOrder: 1 });
    await home.given.package({ name: '超值包', label: 'best_value', isRecommended: true, sortOrder: 2 });
    browser = await openBrowser();
    screen = await openScreen(browser, 'desk', { folder: 'recharge', origin: home.url });
  });
  beforeEach((context) => context.skip(noBrowser !== null, noBrowser ?? ''));
  afterAll(async () => {
    await browser?.close();
    await home?.close();
  });

  test('the recommended package is chosen, a code appears with a countdown, and the page turns by itself', async () => {
    await screen.page.goto(`${home.url}/trips/points/recharge/index`);
    await screen.part('.pack-on', '超值').waitFor();
    await screen.look('packages');
    await screen.part('.packs-dock .button', '立即充值').click();
    await screen.part('.login').waitFor();
    await signInAtWechat(screen, PERSON);
    await screen.part('.packs-dock .button', '立即充值').click();
    await screen.part('.desk-qr').waitFor();
    expect(await readable(screen, '.desk-clock')).toMatch(/^1[45]:\d\d$/);
    await screen.look('code');
    const [number] = home.wechat.orders().map((one) => one.outTradeNo);
    await home.wechat.pay(number ?? '', { by: buyer.person.id });
    await screen.part('.verdict-title', '充值成功').waitFor();
    await expect.poll(() => readable(screen, '.result-total')).toBe('1250');
    await screen.look('success');
    screen.clean();
  });

  test('staff find it, pay it back, and the buyer sees that the points are gone', async () => {
    const staff = await openScreen(browser, 'desk', {
      folder: 'recharge',
      origin: home.url,
      may: /^401 GET .*\/admin\//,
      english: /\b(admin|node|test)\b/,
    });
    await signInAsStaff(staff, home);
    const [order] = (await buyer.call(listRecharges, {})).items;
    await staff.page.goto(`${home.url}/admin/points/recharge`);
    await staff.page.getByRole('link', { name: order?.orderNo ?? '' }).click();
    await staff.page.getByRole('button', { name: '退款', exact: true }).click();
    await staff.page.getByLabel('原因').fill('用户买错套餐');
    await staff.look('refund');
    await staff.page.getByRole('button', { name: '退款 ¥99.00' }).click();
    await staff.text('已提交退款').waitFor();
    // WeChat takes a moment over a refund, and nobody can move a real clock.
    await expect
      .poll(async () => (await buyer.call(listRecharges, {})).items[0]?.state, { timeout: 30_000 })
      .toBe('refunded');
    await staff.page.reload();
    await staff.part('main', '已退款').waitFor();
    await staff.look('refunded');
    staff.clean();
  });
});
