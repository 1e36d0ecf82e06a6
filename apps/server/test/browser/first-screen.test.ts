// The first screen of the web shop: goods and prices stand before any bundle runs, and nothing is asked twice.
import type { Browser, Request } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { house, type House } from '../house.ts';
import { noBrowser, openBrowser, openScreen } from './chromium.ts';
import { openStall, type Stall } from './stall.ts';

/** Page, scripts, style, answers and the icons of the tab bar; the pictures of goods come on top. */
const REQUESTS_MAX = 10;

let home: House;
let browser: Browser;
let stall: Stall;

const addresses = () => [
  { what: 'home', path: '/' },
  { what: 'a list', path: '/trips/goods/list/index?sort=new' },
  { what: 'a product', path: `/trips/goods/product/index?id=${stall.cup.productId}` },
];

describe('the first screen', () => {
  beforeAll(async () => {
    if (noBrowser !== null) return;
    home = await house({ clock: 'real' });
    stall = await openStall(home);
    browser = await openBrowser();
  });
  beforeEach((context) => context.skip(noBrowser !== null, noBrowser ?? ''));
  afterAll(async () => {
    await browser?.close();
    await home?.close();
  });

  test('goods with their prices stand while the bundle is still on its way', async () => {
    for (const { what, path } of addresses()) {
      const screen = await openScreen(browser, 'phone', { folder: 'first-screen', origin: home.url });
      await screen.page.route('**/js/**', (route) => route.abort('aborted'));
      await screen.page.goto(home.url + path);
      await screen.part('#early .e-price').first().waitFor();
      expect(await screen.part('#early .e-price').first().innerText(), what).toMatch(/^¥[\d,.]+$/);
      expect(await screen.part('#early').innerText(), what).toContain(stall.cup.title);
      screen.clean();
      await screen.context.close();
    }
  });

  test('the page takes its place, asks for nothing twice, and nothing jumps', async () => {
    for (const { what, path } of addresses()) {
      const screen = await openScreen(browser, 'phone', { folder: 'first-screen', origin: home.url });
      const asked: string[] = [];
      screen.page.on('request', (request: Request) => asked.push(request.url().replace(home.url, '')));
      await screen.page.addInitScript({ content: SHIFTS });
      await screen.page.goto(home.url + path);
      await screen.part('.page .price').first().waitFor();
      const needed = asked.filter((url) => !url.startsWith('/files/'));
      expect(needed.length, `${what}: ${needed.join(' ')}`).toBeLessThanOrEqual(REQUESTS_MAX);
      await screen.look(what.replaceAll(' ', '-'));
      expect(await screen.page.locator('#early').count(), what).toBe(0);
      const answers = asked.filter((url) => url.startsWith('/api/'));
      expect(answers, what).toEqual([...new Set(answers)]);
      expect(await screen.page.evaluate<number>('window.jishiShift'), what).toBeLessThan(0.02);
      screen.clean();
      await screen.context.close();
    }
  });
});

// Runs inside the page, hence as text.
const SHIFTS = `window.jishiShift = 0;
new PerformanceObserver((list) => {
  for (const entry of list.getEntries()) if (!entry.hadRecentInput) window.jishiShift += entry.value;
}).observe({ type: 'layout-shift', buffered: true });`;
