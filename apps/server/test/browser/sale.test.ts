// One real sale in real browsers: the phone that buys, WeChat that takes the money, the desk that ships.
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { house, type House } from '../house.ts';
import { noBrowser, openBrowser, openScreen, type Screen } from './chromium.ts';
import { openStall, type Stall } from './stall.ts';
import { agree, enterAddress, readable, signInAsStaff, signInAtWechat, told } from './steps.ts';

let home: House;
let stall: Stall;
let browser: Browser;
let buyer: Screen;
const PERSON = '林小满';

describe('a sale on a phone and at a desk', () => {
  beforeAll(async () => {
    if (noBrowser !== null) return;
    home = await house({ clock: 'real' });
    home.wechat.addPerson({ name: PERSON, walletFen: 1_000_000 });
    stall = await openStall(home);
    browser = await openBrowser();
    buyer = await openScreen(browser, 'phone', { folder: 'sale', origin: home.url });
  });
  beforeEach((context) => context.skip(noBrowser !== null, noBrowser ?? ''));
  afterAll(async () => {
    await browser?.close();
    await home?.close();
  });

  test('a guest finds things by category and by a word of two characters', async () => {
    await buyer.page.goto(home.url);
    await buyer.part('.shelf-title, .home-heading').first().waitFor();
    await buyer.look('home');
    await buyer.part('.entry', '居家生活').click();
    await buyer.part('.leaf', '茶杯茶壶').waitFor();
    await buyer.look('category');
    await buyer.part('.leaf', '茶杯茶壶').click();
    await buyer.part('.goods', stall.cup.title).waitFor();
    await buyer.look('list-of-category');
    await buyer.page.goto(home.url);
    await buyer.part('.home-search').click();
    await buyer.part('.search-input').fill('浴巾');
    await buyer.look('search');
    await buyer.page.keyboard.press('Enter');
    await buyer.page.waitForURL(/goods\/list/);
    await buyer.part('.goods', stall.towel.title).waitFor();
    await expect.poll(() => buyer.part('.goods').count()).toBe(1);
    await buyer.look('list-of-search');
    buyer.clean();
  });

  test('choosing a colour and a size asks for a sign-in, and comes back to a cart that has it', async () => {
    await buyer.part('.goods', stall.towel.title).click();
    await buyer.part('.buy-bar').waitFor();
    await buyer.look('product');
    await buyer.part('.buy-bar .button', '加入购物车').click();
    await buyer.part('.spec-value', '雾蓝').click();
    await buyer.part('.spec-value', '加大款').click();
    await buyer.look('product-sku');
    await buyer.part('.sku-take .button', '加入购物车').click();
    await buyer.part('.login').waitFor();
    await signInAtWechat(buyer, PERSON, 'login');
    // Nothing is chosen again: what was begun as a guest is finished on the way back, and only once.
    await told(buyer, '已加入购物车');
    await expect.poll(() => readable(buyer, '.buy-dot')).toBe('1');
    await buyer.page.reload();
    await buyer.part('.buy-bar').waitFor();
    await expect.poll(() => readable(buyer, '.buy-dot')).toBe('1');
    buyer.clean();
  });

  test('two things in the cart are ordered to a new address', async () => {
    await buyer.part('.buy-side', '首页').click();
    await buyer.part('.goods', stall.cup.title).first().click();
    await buyer.part('.buy-bar .button', '加入购物车').click();
    await buyer.part('.sku-take .button', '加入购物车').click();
    await told(buyer, '已加入购物车');
    await buyer.part('.buy-side', '购物车').click();
    await expect.poll(() => buyer.part('.cart-line').count()).toBe(2);
    await buyer.look('cart');
    await buyer.part('.cart-bar .button', '去结算').click();
    await buyer.part('.checkout-address', '请添加收货地址').click();
    await buyer.part('.button', '新增收货地址').click();
    await enterAddress(buyer);
    await buyer.part('.address-where', '文三路 138 号').click();
    await buyer.part('.checkout-detail', '文三路 138 号').waitFor();
    await buyer.look('checkout');
    // 68 for the cup, 65 for the fourth towel of the grid, and past 99 nothing for shipping.
    expect(await readable(buyer, '.submit-sum')).toBe('应付¥133');
    await buyer.part('.submit .button', '提交订单').click();
    await buyer.part('.desk').waitFor();
    await buyer.look('pay');
    buyer.clean();
  });

  test('paying in the cashier of WeChat succeeds only when the server has been told', async () => {
    // Nothing gets through: the notice is held, and whoever asks WeChat is not answered.
    home.wechat.noticeMode('held');
    home.wechat.fault({ endpoint: 'order.query', kind: '500', count: 1000 });
    await buyer.part('.desk-foot .button', '立即支付').click();
    await buyer.part('button', '确认支付').waitFor();
    await buyer.look('cashier');
    await buyer.part('button', '确认支付').click();
    // WeChat says that it is paid and brings the buyer back; the shop has heard nothing yet.
    await buyer.part('.verdict-title', '正在确认支付结果').waitFor();
    await buyer.look('result-waiting');
    expect(await home.app.db.q.selectFrom('payments').select('state').executeTakeFirst()).toEqual({ state: 'open' });
    home.wechat.clearFaults();
    home.wechat.noticeMode('now');
    await home.wechat.release();
    await buyer.part('.verdict-title', '支付成功').waitFor();
    await buyer.look('result');
    await buyer.part('.button', '查看订单').click();
    await buyer.part('.detail-state', '待发货').waitFor();
    await buyer.look('order-paid');
    buyer.clean();
  });

  test('the shopkeeper ships it, the buyer sees the parcel and confirms it', async () => {
    const desk = await openScreen(browser, 'desk', { folder: 'sale', origin: home.url, may: /^401 GET .*\/admin\// });
    await signInAsStaff(desk, home, 'admin-login');
    await desk.look('admin-home');
    await desk.part('.el-sub-menu__title', '交易').click();
    await desk.part('.el-menu-item', '订单').click();
    await desk.part('tr', PERSON).waitFor();
    await desk.look('admin-orders');
    await desk.part('tr', PERSON).getByRole('link', { name: '详情' }).click();
    await desk.part('.page-head', '订单详情').getByRole('button', { name: '发货', exact: true }).click();
    await desk.part('.el-dialog .el-select').click();
    await desk.part('.el-select-dropdown__item', '顺丰').first().click();
    await desk.page.getByRole('textbox', { name: '运单号' }).fill('SF1357924680123');
    await desk.look('admin-ship');
    await desk.page.getByRole('button', { name: '确认发货' }).click();
    await desk.text('已发货').waitFor();
    await desk.look('admin-order-shipped');
    desk.clean();
    await desk.context.close();

    await buyer.page.reload();
    await buyer.part('.parcel', 'SF1357924680123').waitFor();
    await buyer.look('order-shipped');
    await buyer.part('.order-bar .button', '确认收货').click();
    await buyer.look('order-confirm');
    await agree(buyer, '确认收货');
    await buyer.part('.detail-state', '已收货').waitFor();
    await buyer.look('order-received');
    buyer.clean();
    await home.books.balance({ atRest: true });
  });
});
