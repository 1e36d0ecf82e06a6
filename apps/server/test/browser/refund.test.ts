// A return in real browsers: the buyer asks with a picture, the shopkeeper agrees, the parcel comes back, the money goes home.
import { setDefaultAddress } from '@jishi/contract';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { house, type House } from '../house.ts';
import { noBrowser, openBrowser, openScreen, type Screen } from './chromium.ts';
import { drawing, openStall, type Stall } from './stall.ts';
import { agree, signInAsStaff, signInAtWechat, told } from './steps.ts';

let home: House;
let stall: Stall;
let browser: Browser;
let buyer: Screen;
let desk: Screen;
const PERSON = '周予安';

describe('a return on a phone and at a desk', () => {
  beforeAll(async () => {
    if (noBrowser !== null) return;
    home = await house({ clock: 'real' });
    stall = await openStall(home);
    const session = await home.signIn(home.wechat.addPerson({ name: PERSON, walletFen: 1_000_000 }));
    const address = await home.given.address(session);
    await session.call(setDefaultAddress, { addressId: address.id });
    await home.given.shippedOrder(session, [{ skuId: stall.cup.skuId }, { skuId: stall.rice.skuId }]);
    browser = await openBrowser();
    buyer = await openScreen(browser, 'phone', {
      folder: 'refund',
      origin: home.url,
      may: /^401 GET .*\/refundable/,
    });
    desk = await openScreen(browser, 'desk', { folder: 'refund', origin: home.url, may: /^401 GET .*\/admin\// });
  });
  beforeEach((context) => context.skip(noBrowser !== null, noBrowser ?? ''));
  afterAll(async () => {
    await browser?.close();
    await home?.close();
  });

  /** The session ends in the middle of a form: the way back goes through WeChat, and nothing is typed twice. */
  async function signInAnew() {
    await buyer.page.evaluate("localStorage.removeItem('jishi.tokens')");
    await buyer.page.reload();
    await buyer.part('.button', '去登录').click();
    await signInAtWechat(buyer, PERSON);
    await buyer.part('.apply-bar').waitFor();
  }

  test('the buyer signs in at 我的, confirms the parcel and asks to return one of two things', async () => {
    await buyer.page.goto(`${home.url}/pages/me/index`);
    await buyer.part('.me-head', '点击登录').click();
    await signInAtWechat(buyer, PERSON);
    await buyer.part('.me-name', '微信用户').waitFor();
    await buyer.look('me');
    await buyer.part('.me-entry', '待收货').click();
    await buyer.part('.order-card').click();
    await buyer.part('.order-bar .button', '确认收货').click();
    await agree(buyer, '确认收货');
    await buyer.part('.detail-state', '已收货').waitFor();
    await buyer.part('.order-bar .button', '申请售后').click();
    await buyer.part('.apply-line', stall.cup.title).locator('.apply-tick').click();
    await buyer.part('.choice', '退货退款').click();
    await buyer.part('.field', '原因').click();
    await buyer.part('.sheet .choice').first().waitFor();
    await buyer.look('apply-reason');
    await buyer.part('.sheet .choice').first().click();
    await buyer.part('textarea').fill('杯口有一道细小的裂纹，希望退掉这一只。');
    const chooser = buyer.page.waitForEvent('filechooser');
    await buyer.part('.evidence-add').click();
    await (await chooser).setFiles({ name: '裂纹.png', mimeType: 'image/png', buffer: await drawing(5) });
    await buyer.part('.evidence-picture').waitFor();
    await buyer.look('apply');
    await signInAnew();
    expect(await buyer.part('textarea').inputValue()).toContain('细小的裂纹');
    await buyer.part('.evidence-picture').waitFor();
    await expect.poll(() => buyer.part('.apply-sum').innerText()).toContain('68');
    await buyer.part('.apply-bar .button', '提交申请').click();
    await buyer.part('.case-state').waitFor();
    await buyer.look('case-requested');
    buyer.clean();
  });

  test('the shopkeeper looks at the picture and agrees; the buyer sends the thing back', async () => {
    await signInAsStaff(desk, home);
    await desk.part('a', '待审核售后').click();
    await desk.part('tr', stall.cup.title).waitFor();
    await desk.look('admin-aftersales');
    await desk.part('tr', stall.cup.title).getByRole('link').first().click();
    await desk.part('.evidence img').waitFor();
    await desk.look('admin-case');
    await desk.page.getByRole('button', { name: '同意', exact: true }).click();
    await desk.look('admin-case-approve');
    await desk.page.getByRole('button', { name: '同意退货' }).click();
    await desk.part('.status-tag', '待寄回商品').waitFor();
    desk.clean();

    await buyer.page.reload();
    await buyer.part('.case-bar .button', '填写寄回单号').click();
    await buyer.part('.field', '快递公司').click();
    await buyer.part('.choice', '中通').click();
    await buyer.part('.field', '运单号').locator('input').fill('ZT20261121001');
    await buyer.look('send-back');
    await buyer.part('.back-bar .button', '提交').click();
    await told(buyer, '已提交');
    await buyer.part('.case-parcel', 'ZT20261121001').waitFor();
    await buyer.look('case-returning');
    buyer.clean();
  });

  test('the return is received, the money arrives and the books balance', async () => {
    await desk.page.reload();
    await desk.page.getByRole('button', { name: '确认收到退货' }).click();
    await desk.look('admin-case-receive');
    await desk.page.getByRole('button', { name: '确认收货并退款' }).click();
    await desk.part('.status-tag', /退款中|已完成/).waitFor();

    await expect
      .poll(
        async () => {
          await buyer.page.reload();
          return buyer.part('.case-state').innerText();
        },
        { timeout: 30_000, interval: 1_000 },
      )
      .toBe('已完成');
    await buyer.look('case-done');
    await buyer.part('.case-order').click();
    await buyer.part('.detail-total', '已退款').waitFor();
    await buyer.look('order-part-refunded');
    await desk.page.reload();
    await desk.part('.status-tag', '已完成').waitFor();
    await desk.look('admin-case-done');
    await desk.part('aside a.code').click();
    await desk.part('.el-tabs__item', '资金').click();
    await desk.look('admin-order-money');
    buyer.clean();
    desk.clean();
    await home.books.balance({ atRest: true });
    expect(home.wechat.refunds()).toMatchObject([{ state: 'SUCCESS', amountFen: 6_800 }]);
  });
});
