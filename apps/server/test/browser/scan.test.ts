// Paying from a desk: the shop shows a code, somebody scans it with a phone, and the page learns of it by itself.
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
const PERSON = '顾清和';

describe('a purchase at a desk', () => {
  beforeAll(async () => {
    if (noBrowser !== null) return;
    home = await house({ clock: 'real' });
    stall = await openStall(home);
    person = home.wechat.addPerson({ name: PERSON, walletFen: 100_000 });
    await home.given.address(await home.signIn(person));
    browser = await openBrowser();
    buyer = await openScreen(browser, 'desk', { folder: 'scan', origin: home.url });
  });
  beforeEach((context) => context.skip(noBrowser !== null, noBrowser ?? ''));
  afterAll(async () => {
    await browser?.close();
    await home?.close();
  });

  test('the code is scanned and the page turns to success', async () => {
    await buyer.page.goto(`${home.url}/trips/goods/product/index?id=${stall.cup.productId}`);
    await buyer.look('product');
    await buyer.part('.buy-bar .button', '立即购买').click();
    await buyer.part('.sku-take .button', '立即购买').click();
    // The sign-in leads on to where the guest was going.
    await signInAtWechat(buyer, PERSON);
    await buyer.part('.checkout-detail').waitFor();
    await buyer.part('.submit .button', '提交订单').click();
    await buyer.part('.desk-foot .button', '显示付款码').click();
    await buyer.part('.desk-qr').waitFor();
    await buyer.look('code');
    const [order] = home.wechat.orders();
    expect(order).toMatchObject({ kind: 'native', totalFen: 7_800, paidAt: null });
    await home.wechat.pay(order?.outTradeNo ?? '', { by: person.id });
    await buyer.part('.verdict-title', '支付成功').waitFor();
    await buyer.look('result');
    buyer.clean();
    await home.books.balance({ atRest: true });
  });
});
