// The cart: quoted anew at every read; what cannot be bought stays with its reason.
import { Cart, CART_LINES_MAX, type Id } from '@jishi/contract';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { goodsHouse, type GoodsHouse } from '../../../test/goods.ts';
import type { Buyer } from '../../platform/http.ts';
import { newId } from '../../platform/ids.ts';

let house: GoodsHouse;
beforeAll(async () => {
  house = await goodsHouse();
});
afterAll(() => house.close());

const add = (buyer: Buyer, skuId: Id<'sku'>, quantity = 1) => house.cart.add(buyer, { skuId, quantity });
const lineId = (id: string | undefined) => id as Id<'cartLine'>;

test('the same goods add up in one line, and the newest line comes first', async () => {
  const { given, cart, clock } = house;
  const buyer = await given.buyer();
  const [first, second] = [await given.sku({ priceFen: 1000 }), await given.sku({ priceFen: 300 })];
  expect(await cart.get(buyer)).toEqual({ lines: [], quote: null, count: 0 });
  await add(buyer, first, 2);
  clock.forward({ seconds: 1 });
  await add(buyer, second);
  const view = Cart.parse(await add(buyer, first, 3));
  expect(view.lines.map((line) => [line.skuId, line.quantity, line.problem])).toEqual([
    [second, 1, null],
    [first, 5, null],
  ]);
  expect(view.quote).toMatchObject({ goodsFen: 5300, totalFen: 6300 });
  expect([view.count, await cart.count(buyer)]).toEqual([6, 6]);
});

test('two taps at once count both, and a cart belongs to one buyer', async () => {
  const { given, cart } = house;
  const [buyer, other] = [await given.buyer(), await given.buyer()];
  const sku = await given.sku({ stock: 50 });
  await Promise.all(Array.from({ length: 10 }, () => add(buyer, sku)));
  const [line] = (await cart.get(buyer)).lines;
  expect(line?.quantity).toBe(10);
  expect(await cart.count(other)).toBe(0);
  await expect(cart.remove(other, lineId(line?.id))).rejects.toMatchObject({ code: 'cart.line_not_found' });
  await expect(cart.update(other, { lineId: lineId(line?.id), quantity: 1 })).rejects.toMatchObject({
    code: 'cart.line_not_found',
  });
});

test('more than there is cannot be put in, and never more than 99 of one thing', async () => {
  const { given, cart } = house;
  const buyer = await given.buyer();
  const few = await given.sku({ stock: 3 });
  await add(buyer, few, 2);
  await expect(add(buyer, few, 2)).rejects.toMatchObject({ code: 'inventory.short', details: { left: 3 } });
  const [line] = (await cart.get(buyer)).lines;
  await expect(cart.update(buyer, { lineId: lineId(line?.id), quantity: 4 })).rejects.toMatchObject({
    code: 'inventory.short',
  });
  const plenty = await given.sku({ stock: 500 });
  await add(buyer, plenty, 60);
  expect((await add(buyer, plenty, 60)).lines.find((one) => one.skuId === plenty)?.quantity).toBe(99);
  await expect(add(buyer, newId<'sku'>())).rejects.toMatchObject({ code: 'sku.not_found' });
});

test('a cart holds fifty different goods', async () => {
  const { given } = house;
  const buyer = await given.buyer();
  const specs = Array.from({ length: 3 }, (_, at) => ({
    name: `规格${at}`,
    values: Array.from({ length: 4 }, (__, value) => `${value}`),
  }));
  const values = Array.from({ length: CART_LINES_MAX + 1 }, (_, at) => [at % 4, (at >> 2) % 4, at >> 4].map(String));
  const skus = values.map((specValues) => ({ specValues, priceFen: 100 }));
  const product = await given.product({ specs, skus, stock: 1 });
  const ids = product.skus.map((sku) => sku.id as Id<'sku'>);
  for (const id of ids.slice(0, CART_LINES_MAX)) await add(buyer, id);
  await expect(add(buyer, ids[CART_LINES_MAX] as Id<'sku'>)).rejects.toMatchObject({
    code: 'cart.full',
    details: { max: CART_LINES_MAX },
  });
});

test('a price that moved is told, and the new one is what counts', async () => {
  const { given, cart, catalog, boss } = house;
  const buyer = await given.buyer();
  const product = await given.product({ priceFen: 1000, stock: 5 });
  const [sku] = product.skus;
  await add(buyer, sku?.id as Id<'sku'>);
  const form = await given.form({ categoryId: product.categoryId as Id<'category'>, priceFen: 800 });
  const skus = form.skus.map((one) => ({ ...one, id: sku?.id as Id<'sku'> }));
  await catalog.edit(boss, { ...form, skus, productId: product.id as Id<'product'>, version: product.version });
  const view = await cart.get(buyer);
  expect(view.lines[0]).toMatchObject({ unitFen: 800, changedFen: -200 });
  expect(view.quote).toMatchObject({ goodsFen: 800 });
  expect((await add(buyer, sku?.id as Id<'sku'>)).lines[0]).toMatchObject({ changedFen: 0, quantity: 2 });
});

test('what cannot be bought stays with its reason, is not counted, and goes when asked', async () => {
  const { given, cart, catalog, boss, clock } = house;
  const buyer = await given.buyer();
  const names = ['好的', '不够的', '卖光的', '下架的'];
  const products = [];
  for (const title of names) {
    const product = await given.product({ title, stock: 5, priceFen: 1000 });
    products.push(product);
    clock.forward({ seconds: 1 });
    await add(buyer, product.skus[0]?.id as Id<'sku'>, 5);
  }
  const [, few, none, off] = products;
  await given.stock(few?.skus[0]?.id ?? '', -3);
  await given.stock(none?.skus[0]?.id ?? '', -5);
  const shelf = { productId: off?.id as Id<'product'>, state: 'off_shelf', version: off?.version ?? 0 } as const;
  await catalog.setState(boss, shelf);

  const view = await cart.get(buyer);
  expect(view.lines.map((line) => [line.title, line.problem, line.problemText])).toEqual([
    ['下架的', 'off_shelf', '已下架'],
    ['卖光的', 'short', '库存不足'],
    ['不够的', 'short', '库存不足，仅剩 2 件'],
    ['好的', null, null],
  ]);
  expect(view.quote).toMatchObject({ goodsFen: 5000 });
  const cleared = await cart.clearProblems(buyer);
  expect(cleared.lines.map((line) => line.title)).toEqual(['不够的', '好的']);
  const fixed = await cart.update(buyer, { lineId: lineId(cleared.lines[0]?.id), quantity: 2 });
  expect(fixed.quote).toMatchObject({ goodsFen: 7000 });
});

test('only what is ticked is quoted', async () => {
  const { given, cart } = house;
  const buyer = await given.buyer();
  const [a, b] = [await given.sku({ priceFen: 100 }), await given.sku({ priceFen: 200 })];
  await add(buyer, a);
  const view = await add(buyer, b);
  const lineOfB = lineId(view.lines.find((line) => line.skuId === b)?.id);
  expect((await cart.update(buyer, { lineId: lineOfB, isSelected: false })).quote).toMatchObject({ goodsFen: 100 });
  expect((await cart.select(buyer, false)).quote).toBeNull();
  expect((await cart.select(buyer, true)).quote).toMatchObject({ goodsFen: 300 });
  expect((await cart.remove(buyer, lineOfB)).lines).toHaveLength(1);
});

test('what is ordered leaves the cart with the order, and only from this cart', async () => {
  const { given, cart, db } = house;
  const [buyer, other] = [await given.buyer(), await given.buyer()];
  const [a, b] = [await given.sku(), await given.sku()];
  await add(buyer, a);
  await add(buyer, b);
  await add(other, a);
  await expect(
    db.tx(async (tx) => {
      cart.take(tx, buyer.id, [a]);
      throw new Error('the order failed');
    }),
  ).rejects.toThrow('the order failed');
  expect(await cart.count(buyer)).toBe(2);
  await db.tx(async (tx) => cart.take(tx, buyer.id, [a]));
  expect((await cart.get(buyer)).lines.map((line) => line.skuId)).toEqual([b]);
  expect(await cart.count(other)).toBe(1);
});
