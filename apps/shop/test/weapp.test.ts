// The mini-program as it would be uploaded: it starts, shows goods, leads on, and keeps WeChat's limits.
import fs from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { byClass, startHost, tap, textOf, until, type Answer } from '../../server/test/browser/weapp-host.ts';

const root = fileURLToPath(new URL('../dist/weapp', import.meta.url));
const isBuilt = fs.existsSync(path.join(root, 'app.json'));
const MAIN_MAX_BYTES = 1.5 * 1024 * 1024;
const PACKAGE_MAX_BYTES = 2 * 1024 * 1024;

type AppJson = { pages: string[]; subPackages: { root: string; pages: string[] }[]; lazyCodeLoading?: string };
const appJson = () => JSON.parse(fs.readFileSync(path.join(root, 'app.json'), 'utf8')) as AppJson;

function filesUnder(folder: string): string[] {
  return fs
    .readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.relative(root, path.join(entry.parentPath, entry.name)));
}
const sizeOf = (files: string[]) => files.reduce((sum, file) => sum + fs.statSync(path.join(root, file)).size, 0);

const goods = {
  id: '019aa000-0000-7000-8000-000000000001',
  title: '高原红富士苹果',
  subtitle: '',
  image: null,
  priceFen: 3990,
  maxPriceFen: 4990,
  marketPriceFen: null,
  salesCount: 12,
  isSoldOut: false,
  brandName: null,
};
const sku = (number: number, value: string, available: number) => ({
  id: `019aa000-0000-7000-8000-0000000000${number}`,
  specValues: [value],
  code: null,
  priceFen: 3990,
  marketPriceFen: null,
  image: null,
  available,
});
const product = {
  ...goods,
  images: [],
  description: '脆甜多汁',
  specs: [{ name: '规格', values: ['5 斤装', '10 斤装', '20 斤装'] }],
  skus: [sku(11, '5 斤装', 5), sku(12, '10 斤装', 2), sku(13, '20 斤装', 0)],
  categoryPath: [],
  shippingNote: '满 99 元包邮',
  aftersaleNote: '',
};
const shop = {
  shopName: '山野集市',
  servicePhone: '',
  shippingFeeFen: 800,
  freeShippingFromFen: 9900,
  payWindowMinutes: 30,
  aftersaleDays: 7,
  agreement: '',
  privacy: '',
  isDemo: true,
};

const answer: Answer = (method, where) => {
  if (where.endsWith('/config/public')) return shop;
  if (where.endsWith('/zones/homepage')) return { categories: [], hot: [goods], fresh: [], discount: [] };
  if (where.includes('/products/')) return product;
  if (where.includes('/products?')) return { items: [goods], nextCursor: null };
  if (method === 'POST' && where.endsWith('/auth/login'))
    return {
      accessToken: 'a',
      accessExpiresAt: '2030-01-01T00:00:00Z',
      refreshToken: 'r'.repeat(20),
      me: { nickname: '小禾' },
    };
  return { status: 401, body: { error: { code: 'auth.required', message: '请先登录' } } };
};

describe.skipIf(!isBuilt)('the mini-program (skipped when dist/weapp is missing: run the build first)', () => {
  test('starts, shows goods, and leads to a product in a subpackage where a SKU can be chosen', async () => {
    const host = startHost(root, answer);
    host.launch('pages/home/index');
    const home = host.open('pages/home/index');
    await until('the goods on the home page', () => textOf(home.data.root).includes(goods.title));
    expect(textOf(home.data.root)).toContain('大家都在买');
    expect(host.calls).toContainEqual(['request', 'GET /api/v1/zones/homepage']);

    tap(home, (await until('a card', () => byClass(home.data.root, 'goods')))!);
    const went = await until('navigation', () => host.calls.find(([name]) => name === 'navigateTo'));
    expect(went[1]).toBe(`/trips/goods/product/index?id=${goods.id}`);

    const detail = host.open('trips/goods/product/index', { id: goods.id });
    await until('the product', () => textOf(detail.data.root).includes('脆甜多汁'));
    tap(detail, (await until('the buy button', () => byClass(detail.data.root, 'button-main')))!);
    const value = await until('the specs', () => byClass(detail.data.root, 'spec-open'));
    expect(textOf(detail.data.root)).toContain('缺货');
    tap(detail, value);
    await until('what is chosen', () => textOf(detail.data.root).includes('已选 5 斤装'));
  });

  test('a guest is asked to sign in, and the code of WeChat opens the door', async () => {
    const host = startHost(root, answer);
    host.launch('pages/me/index');
    const me = host.open('pages/me/index');
    tap(me, (await until('the head', () => byClass(me.data.root, 'me-head')))!);
    await until('the sheet', () => textOf(me.data.root).includes('微信一键登录'));
    tap(me, (await until('the terms', () => byClass(me.data.root, 'login-terms')))!);
    await until('agreement', () => byClass(byClass(me.data.root, 'login-terms')!, 'tick-on'));
    tap(me, byClass(byClass(me.data.root, 'login')!, 'button-main')!);
    await until('the session', () => host.stored.get('tokens'));
    await until('the name', () => textOf(me.data.root).includes('小禾'));
    expect(host.calls).toContainEqual(['request', 'POST /api/v1/auth/login']);
  });

  test('every page of the map has its four files', () => {
    const map = appJson();
    const pages = [...map.pages, ...map.subPackages.flatMap((one) => one.pages.map((page) => `${one.root}/${page}`))];
    expect(pages.length).toBeGreaterThan(15);
    for (const page of pages) {
      for (const ending of ['js', 'json', 'wxml', 'wxss'])
        expect(fs.existsSync(path.join(root, `${page}.${ending}`)), `${page}.${ending}`).toBe(true);
    }
    expect(map.lazyCodeLoading).toBe('requiredComponents');
  });

  test('every component that a page names is there', () => {
    for (const file of filesUnder(root).filter((name) => name.endsWith('.json') && !name.startsWith('project.'))) {
      const { usingComponents = {} } = JSON.parse(fs.readFileSync(path.join(root, file), 'utf8')) as {
        usingComponents?: Record<string, string>;
      };
      for (const [name, where] of Object.entries(usingComponents)) {
        const base = where.startsWith('/') ? path.join(root, where) : path.join(root, path.dirname(file), where);
        for (const ending of ['js', 'json', 'wxml'])
          expect(fs.existsSync(`${base}.${ending}`), `${file}: ${name}.${ending}`).toBe(true);
      }
    }
  });

  test('packages stay small', () => {
    const all = filesUnder(root);
    const roots = appJson().subPackages.map((one) => `${one.root}/`);
    expect(sizeOf(all.filter((file) => !roots.some((folder) => file.startsWith(folder))))).toBeLessThan(MAIN_MAX_BYTES);
    for (const folder of roots)
      expect(sizeOf(all.filter((file) => file.startsWith(folder))), folder).toBeLessThan(PACKAGE_MAX_BYTES);
  });

  test('nothing that WeChat forbids: no code from text, no browser, no schemas', () => {
    for (const file of filesUnder(root).filter((name) => name.endsWith('.js'))) {
      // webpack's and Taro's own last resort where globalThis is missing: never reached, and caught.
      const source = fs.readFileSync(path.join(root, file), 'utf8').replaceAll('new Function("return this")()', '');
      expect(source, file).not.toMatch(/\beval\(|new Function\b/);
      expect(source, file).not.toMatch(/ZodError|_zod\b/);
      // Taro itself plays the browser for React in these two.
      if (!['taro.js', 'vendors.js', 'runtime.js'].includes(file))
        expect(source, file).not.toMatch(/(?<![\w.$])(?:document|window|localStorage)\./);
    }
  });
});
