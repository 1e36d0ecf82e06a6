// The pictures of README and docs: a demo shop of its own, bought in by a real browser. Run it with `node scripts/screenshots.mjs`.
import fs from 'node:fs';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { chromium } from 'playwright-core';
import { createSim } from '../apps/wechat-sim/src/index.ts';
import { openApp } from '../apps/server/src/app.ts';
import { loadConfig } from '../apps/server/src/platform/config.ts';
import { createLog } from '../apps/server/src/platform/log.ts';
import { migrate } from '../apps/server/src/platform/migrate.ts';
import { seed } from '../apps/server/src/seed.ts';
import { builds, ensureBuilt } from './builds.mjs';
import { phonesInARow, save } from './pictures.mjs';
import { startPostgres } from './postgres.mjs';

const CAPTCHA = 'ABCD';
const BUYER = '张小雨';
const CHROMIUM = process.env.CHROMIUM_PATH ?? '/usr/bin/chromium';
const PHONE = {
  viewport: { width: 375, height: 812 },
  deviceScaleFactor: 2,
  isMobile: true,
  hasTouch: true,
  userAgent: 'Mozilla/5.0 (Linux; Android 15; Pixel 9) AppleWebKit/537.36 Chrome/140.0.0.0 Mobile Safari/537.36',
};
const DESK = { viewport: { width: 1440, height: 900 }, deviceScaleFactor: 1.5 };
const HERE = { locale: 'zh-CN', timezoneId: 'Asia/Shanghai' };
const PATIENCE_MS = 20_000;

/** @typedef {{ home: string, simulator: string, password: string, close: () => Promise<void> }} Shop */
/** @typedef {import('playwright-core').Page} Page */
/** @typedef {import('playwright-core').Browser} Browser */

/** @returns {Promise<number>} a port that nobody listens to */
function freePort() {
  return new Promise((resolve, reject) => {
    const server = net.createServer().once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address ? address.port : 0));
    });
  });
}

/** A shop that has lived for weeks, in a folder that is gone afterwards. @param {string} dir @returns {Promise<Shop>} */
async function openShop(dir) {
  const port = await freePort();
  const home = `http://127.0.0.1:${port}`;
  const database = await startPostgres({ dir: path.join(dir, 'pg'), fsync: false });
  await migrate(database.url);
  const sim = await createSim({ merchant: { openingAvailableFen: 100_000_000 } });
  const { credentials: keys } = sim;
  /** @param {string} name @param {string} text */
  const keep = (name, text) => {
    fs.writeFileSync(path.join(dir, name), text);
    return path.join(dir, name);
  };
  const config = loadConfig({
    NODE_ENV: 'development',
    PORT: String(port),
    HOST: '127.0.0.1',
    PUBLIC_URL: home,
    DATABASE_URL: database.url,
    DATA_DIR: path.join(dir, 'uploads'),
    LOG_LEVEL: 'silent',
    ACCESS_TOKEN_SECRET: 'pictures-only-access-secret-0123456789abcdef',
    STAFF_SESSION_SECRET: 'pictures-only-session-secret-0123456789abcdef',
    WECHAT_APPID: keys.appid,
    WECHAT_APP_SECRET: keys.secret,
    WECHAT_OA_APPID: keys.oaAppid,
    WECHAT_OA_APP_SECRET: keys.oaSecret,
    WECHAT_API_BASE_URL: sim.url,
    WECHAT_OAUTH_BASE_URL: sim.url,
    WECHAT_PAY_BASE_URL: sim.url,
    WECHAT_PAY_MCHID: keys.mchid,
    WECHAT_PAY_SERIAL_NO: keys.merchantSerialNo,
    WECHAT_PAY_PRIVATE_KEY_PATH: keep('merchant.pem', keys.merchantPrivateKey),
    WECHAT_PAY_API_V3_KEY: keys.apiV3Key,
    WECHAT_PAY_PUBLIC_KEY_ID: keys.platformPublicKeyId,
    WECHAT_PAY_PUBLIC_KEY_PATH: keep('platform.pem', keys.platformPublicKey),
  });
  const app = await openApp(config, createLog({ level: 'silent', role: 'both' }), { captchaText: () => CAPTCHA });
  await app.fastify.listen({ host: '127.0.0.1', port });
  const accounts = await seed(app, { once: true });
  await app.jobs.start();
  const close = async () => {
    await app.close();
    await sim.close();
    await database.stop();
  };
  return { home, simulator: sim.url, password: /admin \/ (\w+)/.exec(accounts)?.[1] ?? '', close };
}

/** Runs in the page, so it is text: no skeleton, no spinner, and every picture on the screen is there. */
const STILL = `(() => {
  const isSeen = (one) => {
    const { top, bottom, left, right } = one.getBoundingClientRect();
    return bottom > 0 && right > 0 && top < innerHeight && left < innerWidth && one.checkVisibility();
  };
  const waits = [...document.querySelectorAll('.bone, .el-skeleton, .el-loading-mask, .button-spinner')];
  return !waits.some(isSeen) && [...document.images].filter(isSeen).every((image) => image.complete);
})()`;

/** The screen when nothing moves any more. @param {Page} page @param {'light' | 'dark'} [colours] */
async function shot(page, colours = 'light') {
  await page.emulateMedia({ colorScheme: colours });
  await page.waitForLoadState('networkidle');
  const until = performance.now() + PATIENCE_MS;
  // Asked again and again from out here: the content policy forbids the page to evaluate text by itself.
  while (!(await page.evaluate(STILL))) {
    if (performance.now() > until) throw new Error(`${page.url()} 一直在加载`);
    await page.waitForTimeout(100);
  }
  // What slides, fades or is said for a moment has arrived or gone.
  await page.waitForTimeout(900);
  return page.screenshot();
}

/** @param {Page} page */
const partsOf =
  (page) =>
  (/** @type {string} */ selector, /** @type {string} */ text = '') =>
    page
      .locator(selector)
      .filter({ visible: true, ...(text ? { hasText: text } : {}) })
      .first();

/** A guest looks around, signs in on the way to the till and pays. @param {Browser} browser @param {Shop} shop */
async function shopPictures(browser, { home }) {
  const context = await browser.newContext({ ...PHONE, ...HERE });
  const page = await context.newPage();
  const part = partsOf(page);
  /** @type {Record<'light' | 'dark', Buffer[]>} */
  const rows = { light: [], dark: [] };
  const both = async () => {
    rows.dark.push(await shot(page, 'dark'));
    rows.light.push(await shot(page, 'light'));
  };
  await page.goto(home);
  await part('.tile').waitFor();
  await both();
  await page.goto(`${home}/trips/goods/list/index?sort=sales&name=${encodeURIComponent('大家都在买')}`);
  await part('.goods').waitFor();
  await both();
  await page.goto(home);
  await part('.shelf-hot .tile').click();
  await part('.buy-bar').waitFor();
  await both();
  await part('.buy-bar .button', '立即购买').click();
  await part('.sku-take').waitFor();
  // One value of every spec, from those that are in stock.
  for (const spec of await page.locator('.spec').filter({ visible: true }).all())
    if ((await spec.locator('.spec-chosen').count()) === 0)
      await spec.locator('.spec-value:not(.spec-sold_out):not(.spec-impossible)').first().click();
  await part('.sku-take .button', '立即购买').click();
  await part('.login-terms .tick').click();
  await part('.button', '微信一键登录').click();
  // The sign-in leads on to where the guest was going.
  await part('button.person', BUYER).click();
  await part('.checkout-detail').waitFor();
  await both();
  await part('.submit .button', '提交订单').click();
  await part('.desk-foot .button', '立即支付').click();
  await part('button', '确认支付').waitFor();
  const cashier = await shot(page);
  await part('button', '确认支付').click();
  await part('.button', '查看订单').click();
  await part('.detail-state', '待发货').waitFor();
  await both();
  await context.close();
  await save('shop', await phonesInARow(rows.light));
  await save('shop-dark', await phonesInARow(rows.dark));
  return cashier;
}

/** The pretend WeChat: its own page, and its cashier as a buyer sees it. @param {Browser} browser @param {Shop} shop @param {Buffer} cashier */
async function simulatorPicture(browser, { simulator }, cashier) {
  const context = await browser.newContext({ ...PHONE, ...HERE });
  const page = await context.newPage();
  await page.goto(simulator);
  await save('simulator', await phonesInARow([cashier, await shot(page)]));
  await context.close();
}

/** @param {Browser} browser @param {Shop} shop */
async function adminPictures(browser, { home, password }) {
  const context = await browser.newContext({ ...DESK, ...HERE });
  const page = await context.newPage();
  await page.goto(`${home}/admin/`);
  await page.getByLabel('账号').fill('admin');
  await page.getByLabel('密码', { exact: true }).fill(password);
  await page.getByLabel('验证码', { exact: true }).fill(CAPTCHA);
  await page.getByRole('button', { name: '登录' }).click();
  await page.waitForURL(/\/admin\/home/);
  /** @param {string} name @param {string} address @param {(part: ReturnType<typeof partsOf>) => Promise<void>} [then] */
  const look = async (name, address, then = async () => undefined) => {
    await page.goto(`${home}/admin${address}`);
    await partsOf(page)('main').waitFor();
    await then(partsOf(page));
    await save(name, await shot(page));
  };
  await look('admin-home', '/home');
  await save('admin-home-dark', await shot(page, 'dark'));
  await look('admin-orders', '/trade/order', (part) => part('.el-table__row').waitFor());
  // The order that was just bought, with its letter from WeChat and its posting.
  await look('admin-order', '/trade/order?state=paid', async (part) => {
    await part('.el-table__row a', '详情').click();
    await part('.el-tabs__item', '资金').click();
    await part('h3', '记账').waitFor();
    await page.mouse.move(800, 600);
    await page.mouse.wheel(0, 320);
  });
  await look('admin-aftersale', '/trade/aftersale?state=requested', async (part) => {
    await part('.el-table__row a').click();
    await part('.event-timeline, .timeline, ol').waitFor();
  });
  await look('admin-product', '/catalog/product', async (part) => {
    await part('.el-table__row a', '编辑').click();
    await part('h2', '规格与价格').waitFor();
    await page.mouse.move(800, 600);
    await page.mouse.wheel(0, 430);
  });
  await context.close();
}

async function main() {
  const started = performance.now();
  for (const build of [builds.shopH5, builds.admin])
    await ensureBuilt(build, (line) => process.stdout.write(`${line}\n`));
  const dir = fs.mkdtempSync(path.join(os.tmpdir(), 'jishi-pictures-'));
  const shop = await openShop(dir);
  const browser = await chromium.launch({ executablePath: CHROMIUM, args: ['--no-sandbox', '--disable-gpu'] });
  try {
    await simulatorPicture(browser, shop, await shopPictures(browser, shop));
    await adminPictures(browser, shop);
  } finally {
    await browser.close();
    await shop.close();
    fs.rmSync(dir, { recursive: true, force: true });
  }
  process.stdout.write(`${Math.round((performance.now() - started) / 1000)} 秒\n`);
}

await main();
