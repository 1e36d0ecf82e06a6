// Paying inside WeChat: the page asks WeChat's own bridge for the cashier, with the parameters that our server has signed.
import type { PersonView } from '@jishi/wechat-sim';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { house, type House } from '../house.ts';
import { noBrowser, openBrowser, openScreen, type Screen } from './chromium.ts';
import { openStall, type Stall } from './stall.ts';
import { signInAtWechat } from './steps.ts';

let home: House;
let stall: Stall;
let browser: Browser;
let buyer: Screen;
let person: PersonView;
const PERSON = '沈知夏';

describe('a purchase inside WeChat', () => {
  beforeAll(async () => {
    if (noBrowser !== null) return;
    home = await house({ clock: 'real' });
    stall = await openStall(home);
    person = home.wechat.addPerson({ name: PERSON, walletFen: 100_000 });
    await home.given.address(await home.signIn(person));
    browser = await openBrowser();
    buyer = await openScreen(browser, 'phone', { folder: 'wechat', origin: home.url });
    // What WeChat puts into every page that it shows.
    const bridge = await fetch(`${home.sim.url}/__sim/wechat-bridge.js`);
    await buyer.page.addInitScript({ content: await bridge.text() });
  });
  beforeEach((context) => context.skip(noBrowser !== null, noBrowser ?? ''));
  afterAll(async () => {
    await browser?.close();
    await home?.close();
  });

  test('the cashier opens over the page, the first answer is no, the second one pays', async () => {
    const { page } = buyer;
    await page.goto(`${home.url}/trips/goods/product/index?id=${stall.cup.productId}`);
    await buyer.part('.buy-bar .button', '立即购买').click();
    await buyer.part('.sku-take .button', '立即购买').click();
    await signInAtWechat(buyer, PERSON);
    await buyer.part('.checkout-detail').waitFor();
    await buyer.part('.submit .button', '提交订单').click();
    const cashier = page.frameLocator('iframe');
    await buyer.part('.button', '立即支付').click();
    await cashier.getByText('取消', { exact: true }).click();
    await buyer.part('.button', '立即支付').click();
    await cashier.getByText('确认支付', { exact: true }).last().waitFor();
    const [order] = home.wechat.orders();
    expect(order).toMatchObject({ kind: 'jsapi', totalFen: 7_800, openid: person.oaOpenid, paidAt: null });
    await cashier.getByRole('button', { name: '确认支付' }).click();
    await buyer.part('.verdict-title', '支付成功').waitFor();
    buyer.clean();
    await home.books.balance({ atRest: true });
  });
});
