// The pictures of the README: a demo shop of its own, bought in by a real browser. Run it with `node scripts/screenshots.mjs`.
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { chromium } from 'playwright-core';
import sharp from 'sharp';
import { createSim } from '../apps/wechat-sim/src/index.ts';
import { openApp } from '../apps/server/src/app.ts';
import { loadConfig } from '../apps/server/src/platform/config.ts';
import { createLog } from '../apps/server/src/platform/log.ts';
import { migrate } from '../apps/server/src/platform/migrate.ts';
import { seed } from '../apps/server/src/seed.ts';
import { builds, ensureBuilt } from './builds.mjs';
import { ROOT } from './ensure.mjs';
import { startPostgres } from './postgres.mjs';

const OUT = path.join(ROOT, 'docs/images');
const PORT = 18_080;
const HOME = `http://127.0.0.1:${PORT}`;
const CAPTCHA = 'ABCD';
const BUYER = '张小雨';
/** What people look at first must not keep them waiting. */
const BYTES_MAX = 300 * 1024;
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

/** A shop that has lived for weeks, in a folder that is gone afterwards. @param {string} dir */
async function openShop(dir) {
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
    PORT: String(PORT),
    HOST: '127.0.0.1',
    PUBLIC_URL: HOME,
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
  await app.fastify.listen({ host: '127.0.0.1', port: PORT });
  const accounts = await seed(app, { once: true });
  await app.jobs.start();
  const close = async () => {
    await app.close();
    await sim.close();
    await database.stop();
  };
  return { password: /admin \/ (\w+)/.exec(accounts)?.[1] ?? '', close };
}

/** @param {import('playwright-core').Page} page @param {string} name */
async function shoot(page, name) {
  await page.waitForLoadState('networkidle');
  await page.waitForTimeout(600);
  const raw = await page.screenshot();
  const { width: full = 0 } = await sharp(raw).metadata();
  /** @param {number} share @param {boolean} palette */
  const made = (share, palette) =>
    sharp(raw)
      .resize({ width: Math.round(full * share) })
      .png({ compressionLevel: 9, effort: 10, palette, quality: palette ? 90 : 100 })
      .toBuffer();
  // All colours if they fit; else a smaller picture, which still is twice what the README shows; else a palette.
  for (const picture of [() => made(1, false), () => made(0.66, false), () => made(1, true), () => made(0.66, true)]) {
    const bytes = await picture();
    if (bytes.length > BYTES_MAX) continue;
    fs.writeFileSync(path.join(OUT, `${name}.png`), bytes);
    process.stdout.write(`docs/images/${name}.png  ${Math.round(bytes.length / 1024)} KB\n`);
    return;
  }
  throw new Error(`${name} does not fit into ${BYTES_MAX / 1024} KB`);
}

/** @param {import('playwright-core').Browser} browser */
async function shopPictures(browser) {
  const context = await browser.newContext({ ...PHONE, ...HERE });
  const page = await context.newPage();
  /** @param {string} selector @param {string} [text] */
  const part = (selector, text) =>
    page
      .locator(selector)
      .filter({ visible: true, ...(text ? { hasText: text } : {}) })
      .first();
  await page.goto(HOME);
  await part('.tile').waitFor();
  await shoot(page, 'shop-home');
  await part('.shelf-hot .tile').click();
  await part('.buy-bar').waitFor();
  await shoot(page, 'shop-product');
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
  await part('.submit .button', '提交订单').click();
  await part('.desk-foot .button', '立即支付').click();
  await part('button', '确认支付').waitFor();
  await shoot(page, 'cashier');
  await context.close();
}

/** @param {import('playwright-core').Browser} browser @param {string} password */
async function adminPicture(browser, password) {
  const context = await browser.newContext({ ...DESK, ...HERE });
  const page = await context.newPage();
  await page.goto(`${HOME}/admin/`);
  await page.getByLabel('账号').fill('admin');
  await page.getByLabel('密码', { exact: true }).fill(password);
  await page.getByLabel('验证码', { exact: true }).fill(CAPTCHA);
  await page.getByRole('button', { name: '登录' }).click();
  await page.waitForURL(/\/admin\/home/);
  await page.goto(`${HOME}/admin/trade/order?state=shipped`);
  await page.getByRole('link', { name: '详情' }).first().click();
  await page.locator('.el-steps').waitFor();
  await shoot(page, 'admin-order');
  await context.close();
}

async function main() {
  for (const build of [builds.shopH5, builds.admin])
    await ensureBuilt(build, (line) => process.stdout.write(`${line}\n`));
  const dir = fs.mkdtempSync(path.join(os.tmpdir(), 'jishi-pictures-'));
  const shop = await openShop(dir);
  const browser = await chromium.launch({ executablePath: CHROMIUM, args: ['--no-sandbox', '--disable-gpu'] });
  try {
    fs.mkdirSync(OUT, { recursive: true });
    await shopPictures(browser);
    await adminPicture(browser, shop.password);
  } finally {
    await browser.close();
    await shop.close();
    fs.rmSync(dir, { recursive: true, force: true });
  }
}

await main();
