// The first screen of the web shop on a slow phone: when the first goods with their price can be seen, when the largest
// thing stands, and what jumps. The limit is an empty page with the same pictures, under the same throttle, in turn.
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { chromium, type Browser, type Page } from 'playwright-core';
import { ROOT } from '../scripts/ensure.mjs';

const CHROMIUM = process.env['CHROMIUM_PATH'] ?? '/usr/bin/chromium';
/** A cheap phone on a poor line, as issue 3 names it. */
const THROTTLE = { cpu: 4, downBytesPerSecond: 1.6e6 / 8, upBytesPerSecond: 0.75e6 / 8, roundTripMs: 150 };
const PHONE = { viewport: { width: 375, height: 812 }, deviceScaleFactor: 2, isMobile: true, hasTouch: true };
const ROUNDS = 5;
/** Late enough for everything that could still jump. */
const SETTLE_MS = 1_500;

export type Screenful = {
  cardMs: number;
  largestMs: number;
  firstPaintMs: number;
  /** When the page itself stands, ready for every finger. */
  readyMs: number;
  shift: number;
  requests: number;
  kilobytes: number;
  pictures: string[];
};

export type ScreenRow = { what: string; ours: Screenful; limit: Screenful };

// Runs inside the page, hence as text.
const EYES = `(() => {
  const seen = (window.jishiSeen = { cardMs: 0, largestMs: 0, shift: 0, readyMs: 0 });
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) seen.largestMs = entry.startTime;
  }).observe({ type: 'largest-contentful-paint', buffered: true });
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) if (!entry.hadRecentInput) seen.shift += entry.value;
  }).observe({ type: 'layout-shift', buffered: true });
  const isSeen = (selector) => [...document.querySelectorAll(selector)].some((one) => {
    const box = one.getBoundingClientRect();
    return box.height > 0 && box.top < innerHeight && /¥/.test(one.textContent);
  });
  const look = () => {
    if (seen.cardMs === 0 && isSeen('#early .e-price, .page .price, .limit-price')) seen.cardMs = performance.now();
    if (seen.readyMs === 0 && isSeen('.page .price, .limit-price')) seen.readyMs = performance.now();
    if (seen.cardMs === 0 || seen.readyMs === 0) requestAnimationFrame(look);
  };
  look();
})()`;

const REPORT = `(() => {
  const all = performance.getEntriesByType('resource');
  const before = all.filter((one) => one.startTime < window.jishiSeen.cardMs);
  const pictures = [...document.images]
    .filter((one) => one.currentSrc.startsWith('http') && one.getBoundingClientRect().top < innerHeight && one.complete)
    .map((one) => one.currentSrc);
  return {
    ...window.jishiSeen,
    firstPaintMs: performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? 0,
    requests: before.length + 1,
    kilobytes: all.filter((one) => one.responseEnd <= window.jishiSeen.cardMs).reduce((sum, one) => sum + one.encodedBodySize, 0) / 1024,
    pictures: [...new Set(pictures)],
  };
})()`;

/** One visit by somebody who has never been here. */
async function visit(browser: Browser, url: string): Promise<Screenful> {
  const context = await browser.newContext(PHONE);
  try {
    const page = await context.newPage();
    await slowDown(page);
    await page.addInitScript({ content: EYES });
    await page.goto(url, { waitUntil: 'load', timeout: 30_000 });
    const until = performance.now() + 20_000;
    while (!(await page.evaluate<boolean>('window.jishiSeen.readyMs > 0'))) {
      if (performance.now() > until) throw new Error(`${url} shows no price`);
      await page.waitForTimeout(50);
    }
    await page.waitForTimeout(SETTLE_MS);
    return await page.evaluate<Screenful>(REPORT);
  } finally {
    await context.close();
  }
}

async function slowDown(page: Page): Promise<void> {
  const session = await page.context().newCDPSession(page);
  await session.send('Network.enable');
  await session.send('Network.emulateNetworkConditions', {
    offline: false,
    latency: THROTTLE.roundTripMs,
    downloadThroughput: THROTTLE.downBytesPerSecond,
    uploadThroughput: THROTTLE.upBytesPerSecond,
  });
  await session.send('Emulation.setCPUThrottlingRate', { rate: THROTTLE.cpu });
}

/** A page that has nothing to do but show these pictures and a price. */
async function startEmptyPage(origin: string, pictures: () => readonly string[]) {
  const server = createServer((_request, response) => {
    const images = pictures().map((url) => `<img src="${url}" width="108" height="108" alt="">`);
    response.setHeader('content-type', 'text/html; charset=utf-8');
    response.end(
      `<!doctype html><meta name="viewport" content="width=device-width"><p class="limit-price">¥1</p>${images.join('')}`,
    );
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}/?${encodeURIComponent(origin)}`, stop: () => server.close() };
}

function middle(visits: readonly Screenful[]): Screenful {
  const by = (key: 'cardMs' | 'largestMs' | 'firstPaintMs' | 'readyMs' | 'shift' | 'requests' | 'kilobytes') => {
    const sorted = visits.map((one) => one[key]).toSorted((a, b) => a - b);
    return sorted[Math.floor(sorted.length / 2)] ?? 0;
  };
  return {
    cardMs: by('cardMs'),
    largestMs: by('largestMs'),
    firstPaintMs: by('firstPaintMs'),
    readyMs: by('readyMs'),
    shift: by('shift'),
    requests: by('requests'),
    kilobytes: by('kilobytes'),
    pictures: visits[0]?.pictures ?? [],
  };
}

/** Home, a list and a product of the shop at `origin`, each in turn with an empty page that shows the same pictures. */
export async function measureScreens(origin: string, productId: string, rounds = ROUNDS): Promise<ScreenRow[]> {
  const browser = await chromium.launch({ executablePath: CHROMIUM, args: ['--no-sandbox', '--disable-gpu'] });
  let shown: readonly string[] = [];
  const empty = await startEmptyPage(origin, () => shown);
  const rows: ScreenRow[] = [];
  try {
    for (const [what, address] of [
      ['首页', '/'],
      ['商品列表', '/trips/goods/list/index?sort=sales'],
      ['商品详情', `/trips/goods/product/index?id=${productId}`],
    ] as const) {
      // Once for nothing: the server packs its files at first use.
      shown = (await visit(browser, origin + address)).pictures;
      const ours: Screenful[] = [];
      const limits: Screenful[] = [];
      for (let round = 0; round < rounds; round++) {
        ours.push(await visit(browser, origin + address));
        limits.push(await visit(browser, empty.url));
      }
      rows.push({ what, ours: middle(ours), limit: middle(limits) });
    }
  } finally {
    empty.stop();
    await browser.close();
  }
  return rows;
}

export function tableOfScreens(rows: readonly ScreenRow[]): string {
  const ms = (value: number) => `${Math.round(value)} ms`;
  const lines = rows.map(
    ({ what, ours, limit }) =>
      `| ${what} | ${ms(ours.firstPaintMs)} | ${ms(ours.cardMs)} | ${ms(ours.largestMs)} | ${ms(limit.largestMs)} | ${ms(ours.readyMs)} | ${ours.shift.toFixed(3)} | ${ours.requests} | ${Math.round(ours.kilobytes)} KB |`,
  );
  return [
    '| 页面 | 首次绘制 | 首个商品与价格 | 最大内容 | 空页面的最大内容 | 可操作 | 跳动 CLS | 请求数 | 字节 |',
    '| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |',
    ...lines,
  ].join('\n');
}

if (import.meta.main) {
  const origin = process.argv[2] ?? 'http://127.0.0.1:8080';
  await readFile(path.join(ROOT, 'apps/shop/dist/h5/index.html')).catch(() => {
    throw new Error('还没有构建商城：请先运行 npm start 或 npm test');
  });
  const answer = await fetch(`${origin}/api/v1/products?limit=1`);
  const { items } = (await answer.json()) as { items: { id: string }[] };
  if (!items[0]) throw new Error(`${origin} 还没有商品`);
  process.stdout.write(`${tableOfScreens(await measureScreens(origin, items[0].id))}\n`);
}
