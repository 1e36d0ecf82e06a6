// Money leaves a wallet in real browsers: asked for on the phone, approved at the desk, taken on WeChat's own page.
import type { PersonView } from '@jishi/wechat-sim';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { house, type House } from '../house.ts';
import { noBrowser, openBrowser, openScreen, type Screen } from './chromium.ts';
import { agree, signInAsStaff, signInAtWechat, told } from './steps.ts';

let home: House;
let browser: Browser;
let buyer: Screen;
let desk: Screen;
let person: PersonView;
const PERSON = '沈知夏';

describe('a withdrawal', () => {
  beforeAll(async () => {
    if (noBrowser !== null) return;
    home = await house({ clock: 'real' });
    person = home.wechat.addPerson({ name: PERSON, walletFen: 0 });
    await home.given.wallet(await home.signIn(person), 300_000);
    browser = await openBrowser();
    const watched = { folder: 'wallet', origin: home.url, dark: true, fair: true };
    buyer = await openScreen(browser, 'phone', { ...watched, also: 'big-phone' });
    desk = await openScreen(browser, 'desk', {
      ...watched,
      also: 'small-desk',
      may: /^401 GET .*\/admin\//,
      english: /\b(admin|node|test)\b/,
    });
    const bridge = await fetch(`${home.sim.url}/__sim/wechat-bridge.js`);
    await buyer.page.addInitScript({ content: await bridge.text() });
  });
  beforeEach((context) => context.skip(noBrowser !== null, noBrowser ?? ''));
  afterAll(async () => {
    await browser?.close();
    await home?.close();
  });

  test('asked for, approved, taken: the phone says at each step what comes next', { timeout: 180_000 }, async () => {
    await buyer.page.goto(`${home.url}/pages/me/index`);
    await buyer.part('.me-head', '点击登录').click();
    await signInAtWechat(buyer, PERSON);
    await buyer.part('.me-name', '微信用户').waitFor();
    await buyer.part('.me-item', '钱包').click();
    await buyer.part('.wallet-sum', '3,000.00').waitFor();
    await buyer.look('wallet');
    await buyer.part('.wallet-acts .button', '提现').first().click();
    const amount = buyer.part('.ask-input');
    await amount.fill('5');
    await buyer.part('.ask-wrong', '最少提现 ¥10.00').waitFor();
    await amount.fill('2500');
    await buyer.part('.ask-hint', '到账 ¥2,500.00').waitFor();
    await buyer.part('.button', '申请提现').click();
    const field = (name: string) => buyer.part('.field', name).locator('input');
    await field('真实姓名').fill(PERSON);
    await buyer.look('withdraw-payee');
    await buyer.part('.sheet .button', '保存').click();
    await buyer.part('.ask-payee', '收款人 沈**').waitFor();
    await buyer.look('withdraw');
    await buyer.part('.button', '申请提现').click();
    await agree(buyer, '确认提现');
    await buyer.part('.out-state', '待审核').waitFor();

    await signInAsStaff(desk, home);
    await desk.page.goto(`${home.url}/admin/money/withdrawal`);
    await desk.part('tr', '沈**').locator('.el-checkbox').click();
    await desk.look('withdrawals');
    await desk.page.getByRole('button', { name: '批量通过' }).click();
    await desk.page.getByRole('button', { name: '通过', exact: true }).click();
    await desk.text('已通过 1 笔').waitFor();
    await home.settle();

    await buyer.page.reload();
    await buyer.part('.out-state', '待确认收款').waitFor();
    await buyer.look('withdrawal-confirm');
    await buyer.part('.button', '去确认收款').click();
    const page = buyer.page.frameLocator('iframe');
    await page.getByText('2500.00').waitFor();
    await page.getByRole('button', { name: '确认收款' }).click();
    await buyer.part('.out-state', '已到账').waitFor({ timeout: 60_000 });
    await buyer.look('withdrawal-paid');
    expect(home.wechat.person(person.id).walletFen).toBe(250_000);

    await desk.page.goto(`${home.url}/admin/money/withdrawal?state=paid`);
    await desk.part('tr', '沈**').getByRole('link', { name: '详情' }).click();
    await desk.page.getByRole('button', { name: '查看完整信息' }).click();
    await desk.text(PERSON).first().waitFor();
    await desk.look('withdrawal-detail');
    buyer.clean();
    desk.clean();
    await home.books.balance({ atRest: true });
  });

  test('a change of mind before it is sent: the money is back at once', { timeout: 120_000 }, async () => {
    await buyer.page.goto(`${home.url}/trips/wallet/withdraw/index`);
    await buyer.part('.ask-all', '全部').click();
    await buyer.part('.button', '申请提现').click();
    await agree(buyer, '确认提现');
    await buyer.part('.button', '撤销提现').click();
    await agree(buyer, '撤销');
    await told(buyer, '已撤销');
    await buyer.part('.out-state', '已撤销').waitFor();
    await buyer.page.goto(`${home.url}/trips/wallet/home/index`);
    await buyer.part('.wallet-sum', '500.00').waitFor();
    buyer.clean();
    await home.books.balance({ atRest: true });
  });
});
