// A real browser for tests: phones and desks, and an eye on everything that must never be seen on a screen.
import { existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { chromium, type Browser, type BrowserContext, type Locator, type Page } from 'playwright-core';
import { expect } from 'vitest';
import { barriersOf, smallTargetsOf } from './inspect.ts';

const CHROMIUM = process.env['CHROMIUM_PATH'] ?? '/usr/bin/chromium';
const ROOT = resolve(import.meta.dirname, '../../../..');
const KEPT_IN = join(ROOT, '.data/screenshots');

/** Why there can be no browser test on this machine; null when there can. */
export const noBrowser: string | null = existsSync(CHROMIUM)
  ? null
  : `没有找到 Chromium（${CHROMIUM}），浏览器测试跳过；可用 CHROMIUM_PATH 指定`;

/** The pages are made by `npm test` before this; without them there is nothing to look at. */
function mustBeBuilt(): void {
  for (const page of ['apps/shop/dist/h5/index.html', 'apps/admin/dist/index.html'])
    if (!existsSync(join(ROOT, page))) throw new Error(`还没有构建网页：缺少 ${page}，请先运行 npm start 或 npm test`);
}

const ARGS = ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking'];

export function openBrowser(): Promise<Browser> {
  mustBeBuilt();
  return chromium.launch({
    executablePath: CHROMIUM,
    args: [...ARGS, '--disable-component-update', '--disable-sync'],
  });
}

const PHONE_AGENT =
  'Mozilla/5.0 (Linux; Android 15; Pixel 9) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Mobile Safari/537.36';

export type Device = keyof typeof DEVICES;
const phone = (width: number, height: number) => ({
  viewport: { width, height },
  deviceScaleFactor: 2,
  userAgent: PHONE_AGENT,
  isMobile: true,
  hasTouch: true,
});
const desk = (width: number, height: number) => ({ viewport: { width, height }, deviceScaleFactor: 1 });
const DEVICES = {
  phone: phone(375, 812),
  'big-phone': phone(430, 932),
  desk: desk(1440, 900),
  'small-desk': desk(1024, 768),
};

type DeviceSettings = (typeof DEVICES)[Device];

/** A page under watch. */
export type Screen = {
  page: Page;
  context: BrowserContext;
  /** A visible element that holds this text. */
  text(text: string | RegExp): Locator;
  /** A visible element by selector, perhaps one that holds a text. */
  part(selector: string, text?: string | RegExp): Locator;
  /** Waits until nothing is loading, holds the screen to what every screen owes to people, and keeps a picture. */
  look(name: string): Promise<void>;
  /** Throws with everything that went wrong since the screen was opened. */
  clean(): void;
};

export type Watch = {
  /** Where the pictures are kept. */
  folder: string;
  origin: string;
  /** Refusals that belong to the story, as `401 GET /path`. */
  may?: RegExp;
  /** Words in Latin letters that belong to the story. */
  english?: RegExp;
  /** Another size of the same kind, at which every screen is looked at as well. */
  also?: Device;
  /** Looked at in the dark as well. */
  dark?: boolean;
  /** Held to what people owe to each other: contrast, names, and targets for fingers. The pages' own tests ask for it. */
  fair?: boolean;
};

export async function openScreen(browser: Browser, device: Device, watch: Watch): Promise<Screen> {
  const context = await browser.newContext({ ...DEVICES[device], locale: 'zh-CN', timezoneId: 'Asia/Shanghai' });
  context.setDefaultTimeout(10_000);
  const page = await context.newPage();
  const wrongs = listen(page, watch);
  const traffic = countTraffic(page);
  const part = (selector: string, text?: string | RegExp) =>
    page.locator(selector).filter({ visible: true, ...(text === undefined ? {} : { hasText: text }) });
  return {
    page,
    context,
    part,
    text: (text) => page.getByText(text).filter({ visible: true }).first(),
    look: async (name) => {
      for (const light of watch.dark ? LIGHTS : LIGHTS.slice(0, 1)) {
        if (watch.dark) await page.emulateMedia({ colorScheme: light });
        // In the dark one size is enough: it changes no widths.
        for (const size of watch.also && light === 'light' ? [watch.also, device] : [device]) {
          const place = light === 'dark' ? `${size}-dark` : size;
          await page.setViewportSize(DEVICES[size].viewport);
          for (const fault of await examine(page, traffic, DEVICES[size], watch))
            wrongs.push(`${name} (${place}): ${fault}`);
          const path = join(KEPT_IN, watch.folder, place, `${name}.png`);
          await mkdir(dirname(path), { recursive: true });
          await page.screenshot({ path, scale: 'css' });
        }
      }
      await page.setViewportSize(DEVICES[device].viewport);
    },
    clean: () => expect(wrongs, 'what the browser saw').toEqual([]),
  };
}

const LIGHTS = ['light', 'dark'] as const;

/** What is wrong with the screen, at first sight and further down. Leaves it at its whole length. */
async function examine(page: Page, traffic: Traffic, device: DeviceSettings, watch: Watch): Promise<Set<string>> {
  const { width, height } = device.viewport;
  await still(page, traffic);
  const faults = new Set(await faultsOf(page, watch.english));
  const length = Math.min(LENGTH_MAX, await page.evaluate<number>(LENGTH));
  if (length > height) {
    await page.setViewportSize({ width, height: length });
    await still(page, traffic);
    for (const fault of await faultsOf(page, watch.english)) faults.add(fault);
  }
  if (!watch.fair) return faults;
  for (const fault of await barriersOf(page)) faults.add(fault);
  if ('hasTouch' in device) for (const fault of await smallTargetsOf(page)) faults.add(fault);
  return faults;
}

/** Everything that a developer would see in red. */
function listen(page: Page, { origin, may }: Watch): string[] {
  const wrongs: string[] = [];
  const expected = (text: string) => may?.test(text) ?? false;
  page.on('pageerror', (error) => wrongs.push(`error: ${error.message}`));
  page.on('console', (message) => {
    // A refused request is reported below, with its address.
    if (message.type() !== 'error' || message.text().startsWith('Failed to load resource')) return;
    wrongs.push(`console: ${message.text()}`);
  });
  page.on('requestfailed', (request) => {
    // A page that is left lets go of what it was still loading.
    if (request.failure()?.errorText !== 'net::ERR_ABORTED') wrongs.push(`failed: ${request.url()}`);
  });
  page.on('response', (response) => {
    const line = `${response.status()} ${response.request().method()} ${response.url().replace(origin, '')}`;
    if (response.status() >= 400 && !expected(line)) wrongs.push(`answer: ${line}`);
  });
  return wrongs;
}

const LENGTH_MAX = 4000;

// Code that runs inside the page is written as text: there is no DOM among the types of the server.

/** How long the page would be without scrolling; whatever scrolls, the window or something that fills it. */
const LENGTH = `(() => {
  const spans = [...document.querySelectorAll('html, .taro_page, .taro-tabbar__panel, main, .el-main')]
    .filter((one) => one.checkVisibility() && one.clientHeight > window.innerHeight / 2)
    .map((one) => one.scrollHeight - one.clientHeight);
  return window.innerHeight + Math.max(0, ...spans);
})()`;

/** No skeleton, no spinner, every picture there. */
const LOADED = `(() => {
  const isShown = (one) => one.checkVisibility({ opacityProperty: true, visibilityProperty: true });
  const waits = [...document.querySelectorAll('.bone, .el-skeleton, .el-loading-mask, .button-spinner')];
  return !waits.some(isShown) && [...document.images].every((image) => image.complete);
})()`;

type Seen = { text: string; over: number; title: string; broken: string[]; hints: string };

const SEEN = `(() => {
  const shown = (selector) => [...document.querySelectorAll(selector)].filter((one) => one.checkVisibility());
  const overs = shown('.taro_page, .taro-tabbar__panel, .page, main, .phone').map((one) => one.scrollWidth - one.clientWidth);
  return {
    // A code drawn by chance may spell anything.
    text: shown('.invite-code').reduce((text, one) => text.replaceAll(one.innerText, ''), document.body.innerText),
    title: document.title,
    over: Math.max(document.documentElement.scrollWidth - window.innerWidth, ...overs),
    broken: shown('img').filter((image) => image.getAttribute('src') && image.naturalWidth === 0).map((image) => image.src),
    hints: shown('input, textarea').map((one) => one.getAttribute('placeholder') ?? '').join('\\n'),
  };
})()`;

type Traffic = { open: number; lastAt: number };

function countTraffic(page: Page): Traffic {
  const traffic: Traffic = { open: 0, lastAt: performance.now() };
  const move = (by: number) => () => {
    traffic.open = Math.max(0, traffic.open + by);
    traffic.lastAt = performance.now();
  };
  page.on('request', move(1)).on('requestfinished', move(-1)).on('requestfailed', move(-1));
  return traffic;
}

const STILL_MS = 120;
const STILL_MAX_MS = 8_000;

/** No request under way, no skeleton, no spinner, every picture there. */
async function still(page: Page, traffic: Traffic): Promise<void> {
  const until = performance.now() + STILL_MAX_MS;
  await page.waitForLoadState('load');
  const isBusy = async () =>
    traffic.open > 0 ||
    performance.now() - traffic.lastAt < STILL_MS ||
    // Asked again and again from out here: the content policy forbids the page to evaluate text by itself.
    !(await page.evaluate<boolean>(LOADED));
  while (await isBusy()) {
    if (performance.now() > until) throw new Error(`${page.url()} does not stop loading`);
    await page.waitForTimeout(30);
  }
  // Whatever slides or fades has arrived.
  await page.waitForTimeout(SLIDE_MS);
}

const SLIDE_MS = 320;

/** What may be written in Latin letters: addresses, codes, units, and the names that people here use as they are. */
const LATIN = [
  /https?:\/\/\S+/g,
  /[\w.+-]+@[\w-]+(?:\.[\w-]+)+/g,
  /\b[A-Za-z]*-?\d[\w-]*/g,
  /\b(?:H5|JSAPI|Native|SKU|ID|IP|OK|cm|mm|kg|ml|XS|XL|XXL|PNG|JPG|JPEG|WebP|MB|Ctrl|CSV|Excel|Chrome|Edge|Safari|Windows|Linux|Android|macOS|iPhone)\b/g,
];

async function faultsOf(page: Page, english?: RegExp): Promise<string[]> {
  const seen = await page.evaluate<Seen>(SEEN);
  const faults: string[] = [];
  if (seen.over > 0) faults.push(`横向超出 ${seen.over} 像素`);
  if (seen.broken.length > 0) faults.push(`图片打不开 ${seen.broken.join(' ')}`);
  const bad = /\[object|undefined|\bNaN\b|\bnull\b|Invalid Date/.exec(seen.text);
  if (bad) faults.push(`出现 ${bad[0]}`);
  let rest = `${seen.title}\n${seen.hints}\n${seen.text}`;
  for (const allowed of english ? [...LATIN, new RegExp(english.source, 'g')] : LATIN)
    rest = rest.replaceAll(allowed, ' ');
  const words = [...new Set(rest.match(/[A-Za-z]{2,}/g) ?? [])];
  if (words.length > 0) faults.push(`英文 ${words.slice(0, 12).join(' ')}`);
  return faults;
}
