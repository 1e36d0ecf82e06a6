// What the hot routes cost in questions to the database. No times, which differ from machine to machine: a number that
// grows here has grown for every shop.
import {
  adminListOrders,
  adminListProducts,
  getCart,
  getHome,
  getOrder,
  getProduct,
  listCategories,
  listOrders,
  listProducts,
  makeQuote,
  placeCheckout,
} from '@jishi/contract';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { statementsOf } from '../src/platform/pool.ts';
import type { BuyerSession, House, StaffClient } from './house.ts';
import { house as buildHouse } from './house.ts';
import { key, type GivenSku } from './given.ts';

let house: House;
let admin: StaffClient;
let buyer: BuyerSession;
let skus: GivenSku[];
let orderId: Awaited<ReturnType<House['given']['paidOrder']>>['id'];

beforeAll(async () => {
  house = await buildHouse();
  admin = await house.admin();
  buyer = await house.given.buyer();
  skus = [];
  for (let i = 0; i < 4; i += 1) skus.push(await house.given.sku({ stock: 50 }));
  orderId = (await house.given.paidOrder(buyer, lines(3))).id;
  for (const sku of skus.slice(0, 3)) await house.given.cartLine(buyer, sku);
});
afterAll(() => house.close());

const lines = (count: number) => skus.slice(0, count).map(({ skuId }) => ({ skuId, quantity: 1 }));

/** Statements of one call, `begin` and `commit` among them. The first call may fill small memories; the second counts. */
async function cost(call: () => Promise<unknown>): Promise<number> {
  await call();
  // Nobody may profit from an answer that is remembered: what is counted is what reading it costs.
  house.clock.forward({ seconds: 2 });
  await house.app.db.tx(async () => {});
  const before = statementsOf(house.app.db.pool);
  await call();
  return statementsOf(house.app.db.pool) - before;
}

const first = () => skus[0] as GivenSku;

/** Red when one grows: then either it is worth its price and the number is raised here, or it is not. */
const COSTS: Record<string, { most: number; call: () => Promise<unknown> }> = {
  首页: { most: 2, call: () => house.visitor(getHome, {}) },
  列表: { most: 1, call: () => house.visitor(listProducts, {}) },
  搜索: { most: 1, call: () => house.visitor(listProducts, { q: '商品' }) },
  // The page itself is one; the settings in its notes are read once a second, for all pages.
  详情: { most: 2, call: () => house.visitor(getProduct, { productId: first().productId }) },
  分类树: { most: 1, call: () => house.visitor(listCategories, {}) },
  购物车: { most: 5, call: () => buyer.call(getCart, {}) },
  试算: { most: 4, call: () => buyer.call(makeQuote, { lines: lines(3) }) },
  下单: { most: 12, call: () => order() },
  我的订单: { most: 3, call: () => buyer.call(listOrders, {}) },
  订单详情: { most: 6, call: () => buyer.call(getOrder, { orderId }) },
  后台订单: { most: 5, call: () => admin.call(adminListOrders, {}) },
  后台商品: { most: 4, call: () => admin.call(adminListProducts, {}) },
};

async function order(): Promise<unknown> {
  const address = await house.given.address(buyer);
  const ask = { lines: lines(2), addressId: address.id, remark: '' };
  return buyer.call(placeCheckout, { ...ask, expectedTotalFen: totalFen }, { key: key() });
}
let totalFen = 0;

for (const [what, { most, call }] of Object.entries(COSTS)) {
  test(`${what}: at most ${most} questions`, async () => {
    if (what === '下单') totalFen = (await buyer.call(makeQuote, { lines: lines(2) })).totalFen;
    expect(await cost(call)).toBeLessThanOrEqual(most);
  });
}

test('an answer that is remembered costs nothing at all', async () => {
  await house.visitor(getProduct, { productId: first().productId });
  const before = statementsOf(house.app.db.pool);
  for (let i = 0; i < 10; i += 1) await fetch(`${house.api}/products/${first().productId}`);
  expect(statementsOf(house.app.db.pool) - before).toBe(0);
});
