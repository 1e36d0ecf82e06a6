// Prices and stock that people see: at most a second old, and at once for whoever changed them, whichever process answers.
import { once } from 'node:events';
import { request, type IncomingMessage } from 'node:http';
import { json } from 'node:stream/consumers';
import {
  adminGetProduct,
  adminUpdateProduct,
  createClient,
  endpoints,
  type getHome,
  getProduct,
  type listProducts,
  type Got,
  type Id,
} from '@jishi/contract';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openApp, type App } from '../src/app.ts';
import { silentLog } from '../src/platform/log.ts';
import { statementsOf } from '../src/platform/pool.ts';
import { freePort } from './env.ts';
import { fetchTransport, house as buildHouse, type House, type StaffClient } from './house.ts';

let house: House;
let admin: StaffClient;
/** A second server on the same database, with the same clock. */
let second: { app: App; api: string };

beforeAll(async () => {
  house = await buildHouse();
  admin = await house.admin();
  const port = await freePort();
  const app = await openApp({ ...house.app.config, PORT: port }, silentLog, { clock: house.clock });
  await app.fastify.listen({ host: '127.0.0.1', port });
  second = { app, api: `http://127.0.0.1:${port}/api/v1` };
});
afterAll(async () => {
  await second.app.close();
  await house.close();
});

/** Plain HTTP that remembers nothing and says nothing of itself. */
async function plain<T>(api: string, path: string): Promise<T> {
  const answer = await fetch(api + path);
  expect(answer.status).toBe(200);
  return (await answer.json()) as T;
}

type Page = Got<typeof getProduct>;
type Cards = Got<typeof listProducts>;

async function reprice(call: StaffClient['call'], productId: Id<'product'>, priceFen: number): Promise<void> {
  const { skus, images, version, categoryId, title } = await call(adminGetProduct, { productId });
  const edited = skus.map(({ id, specValues }) => ({ id, specValues, priceFen }));
  const imageFileIds = images.map((image) => image.fileId);
  await call(adminUpdateProduct, { productId, version, categoryId, title, imageFileIds, skus: edited });
}

test('a price that was changed here shows at once to everybody who asks here', async () => {
  const { productId } = await house.given.sku({ priceFen: 1000, stock: 5 });
  const page = () => plain<Page>(house.api, `/products/${productId}`);
  const list = () => plain<Cards>(house.api, '/products?sort=new');
  const home = () => plain<Got<typeof getHome>>(house.api, '/zones/homepage');
  for (let i = 0; i < 2; i += 1) {
    expect((await page()).priceFen).toBe(1000);
    await list();
    await home();
  }
  await reprice(admin.call, productId, 2000);
  expect((await page()).priceFen).toBe(2000);
  expect((await list()).items.find((card) => card.id === productId)?.priceFen).toBe(2000);
  expect((await home()).fresh.find((card) => card.id === productId)?.priceFen).toBe(2000);
});

test('stock that was counted or ordered here shows at once', async () => {
  const sku = await house.given.sku({ stock: 5 });
  const { productId, skuId } = sku;
  const left = async () => (await plain<Page>(house.api, `/products/${productId}`)).skus[0]?.available;
  expect([await left(), await left()]).toEqual([5, 5]);
  await house.given.adjust(sku, 3);
  expect(await left()).toBe(8);
  const buyer = await house.given.buyer();
  await house.given.checkout(buyer, [{ skuId, quantity: 2 }]);
  expect(await left()).toBe(6);
  // The order is not paid: the clock gives its goods back, by a job and without any request.
  await house.forward({ minutes: 40 });
  expect(await left()).toBe(8);
});

/** Plain HTTP from another machine: the shop sees another address. */
async function from<T>(localAddress: string, path: string, headers: Record<string, string> = {}): Promise<T> {
  const sent = request(house.api + path, { localAddress, headers });
  sent.end();
  const [answer] = (await once(sent, 'response')) as [IncomingMessage];
  expect(answer.statusCode).toBe(200);
  return (await json(answer)) as T;
}

test('an order shows at once to its buyer, by token or by place, and within the second to strangers', async () => {
  const { productId, skuId } = await house.given.sku({ stock: 9 });
  const path = `/products/${productId}`;
  const left = async (place: string, headers?: Record<string, string>) =>
    (await from<Page>(place, path, headers)).skus[0]?.available;
  const buyer = await house.given.buyer();
  const order = (quantity: number) => house.given.checkout(buyer, [{ skuId, quantity }]);
  const [home, stranger] = ['127.0.0.1', '127.0.0.77'];

  expect([await left(stranger), await left(home)]).toEqual([9, 9]);
  await order(2);
  expect(await left(stranger)).toBe(9);
  expect(await left(home)).toBe(7);
  await order(1);
  expect(await left(stranger)).toBe(7);
  expect(await left(stranger, { authorization: `Bearer ${buyer.token}` })).toBe(6);
  await order(1);
  expect(await left(stranger)).toBe(6);
  house.clock.forward({ ms: 1000 });
  expect(await left(stranger)).toBe(5);
});

test('strangers are served from memory while others place orders', async () => {
  const { skuId } = await house.given.sku({ stock: 9 });
  const buyer = await house.given.buyer();
  const stranger = '127.0.0.78';
  await from(stranger, '/products');
  const { pool } = house.app.db;
  let asked = 0;
  for (let i = 0; i < 3; i += 1) {
    await house.given.checkout(buyer, [{ skuId, quantity: 1 }]);
    const before = statementsOf(pool);
    await from(stranger, '/products');
    asked += statementsOf(pool) - before;
  }
  expect(asked).toBe(0);
});

test('another process is at most a second behind', async () => {
  const { productId } = await house.given.sku({ priceFen: 1000 });
  const there = async () => (await plain<Page>(second.api, `/products/${productId}`)).priceFen;
  expect([await there(), await there()]).toEqual([1000, 1000]);
  await reprice(admin.call, productId, 3000);
  house.clock.forward({ ms: 1000 });
  expect(await there()).toBe(3000);
});

test('and not behind at all for a client of ours that has just written, whichever process it then asks', async () => {
  const { productId, skuId } = await house.given.sku({ stock: 5 });
  // One client in front of two servers, as behind a balancer: it writes at the first and reads at the second.
  const buyer = await house.given.buyer();
  const token = { authorization: `Bearer ${buyer.token}`, 'x-client': 'h5' };
  const send = fetchTransport();
  const both = createClient(
    house.api,
    (asked) => send(asked.method === 'GET' ? { ...asked, url: asked.url.replace(house.api, second.api) } : asked),
    () => token,
  );
  const left = async () => (await both(getProduct, { productId })).skus[0]?.available;
  await left();
  expect(await left()).toBe(5);
  await house.given.checkout({ ...buyer, call: both }, [{ skuId, quantity: 2 }]);
  expect(await left()).toBe(3);
  expect((await plain<Page>(second.api, `/products/${productId}`)).skus[0]?.available).toBe(3);
});

test('what belongs to one person is never remembered for another', async () => {
  const remembered = endpoints.filter((endpoint) => endpoint.freshSeconds !== undefined);
  expect(remembered.map((endpoint) => endpoint.id).toSorted()).toEqual([
    'getHome',
    'getProduct',
    'listBrands',
    'listCategories',
    'listCategoryChildren',
    'listProducts',
  ]);
  expect(remembered.every(({ audience, freshSeconds }) => audience === 'public' && freshSeconds === 1)).toBe(true);
});
