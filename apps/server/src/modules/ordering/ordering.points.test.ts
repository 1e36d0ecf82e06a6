// Goods paid partly with points: promised at placing, used at payment, home again with whatever ends the purchase.
import type { Id } from '@jishi/contract';
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { sellingHouse, type Selling, type Shopper } from '../../../test/selling.ts';
import { platformAccount } from '../ledger/ledger.ts';

let house: Selling;
let shopper: Shopper;
beforeAll(async () => {
  house = await sellingHouse();
});
afterAll(() => house.close());
beforeEach(async () => {
  shopper = await house.given.shopper();
});

const one = (skuId: Id<'sku'>, quantity = 1) => [{ skuId, quantity }];
const balance = () => house.points.balance(house.db, shopper.id);
const subsidy = () => house.ledger.standing(house.db, platformAccount('discount_cost'));
const setting = async (key: string, value: number) => {
  const { items } = await house.settings.list();
  const version = items.find((item) => item.key === key)?.version ?? 0;
  await house.settings.change(house.boss, { key, value, version });
};

describe('a checkout with points', () => {
  test('the quote tells what points can do, and what they do when they are wanted', async () => {
    const skuId = await house.given.sku({ priceFen: 9900, stock: 5 });
    await house.given.points(shopper, 320);
    const silent = await house.pricing.make(shopper, { lines: one(skuId) });
    expect(silent.points).toBeNull();
    const asked = await house.pricing.make(shopper, { lines: one(skuId), usePoints: 0 });
    expect(asked).toMatchObject({ totalFen: 9900, points: { available: 320, usable: 320, usableFen: 3200, used: 0 } });
    const used = await house.pricing.make(shopper, { lines: one(skuId), usePoints: 1_000_000 });
    expect(used).toMatchObject({ totalFen: 6700, discountFen: 3200, points: { used: 320 } });
    expect(used.sellers[0]?.lines[0]).toMatchObject({ points: 320, pointsFen: 3200, payableFen: 6700 });
  });

  test('promises the points with the order, uses them when it is paid, and the shop bears their worth', async () => {
    const skuId = await house.given.sku({ priceFen: 5000, stock: 5 });
    await house.given.points(shopper, 300);
    const before = await subsidy();
    const checkout = await house.shop.place(shopper, one(skuId), { usePoints: 200 });
    expect(checkout.totalFen).toBe(5000 - 2000 + 1000);
    expect(await balance()).toMatchObject({ earned: 100, held: 200 });
    expect(await subsidy()).toBe(before);
    await house.shop.pay(shopper, checkout.id as Id<'checkout'>);
    expect(await balance()).toMatchObject({ earned: 100, held: 0 });
    expect((await subsidy()) - before).toBe(2000);
    const orderId = checkout.orders[0]?.id ?? '';
    // What is deferred is the whole worth of the goods, money and points.
    expect(await house.books.deferred(orderId)).toBe(6000);
    const order = await house.shop.order(shopper, orderId);
    expect(order.points).toEqual({ used: 200, usedFen: 2000, back: 0 });
    expect(order.steps).toContainEqual({ label: '积分抵扣', amountFen: -2000, why: '使用 200 积分' });
    await house.books.balance();
  });

  test('gives them back into their lots when nobody pays', async () => {
    const skuId = await house.given.sku({ priceFen: 5000, stock: 5 });
    await house.given.points(shopper, 200);
    const checkout = await house.shop.place(shopper, one(skuId), { usePoints: 200 });
    await house.ordering.cancel(shopper, { orderId: checkout.orders[0]?.id as Id<'order'>, reason: '' });
    expect(await balance()).toMatchObject({ earned: 200, held: 0 });
    const again = await house.shop.place(shopper, one(skuId), { usePoints: 200 });
    await house.forward({ minutes: 31 });
    expect(await house.shop.stateOf(again.orders[0]?.id ?? '')).toBe('cancelled');
    expect(await balance()).toMatchObject({ earned: 200, held: 0 });
    await house.books.balance();
  });

  test('is refused when the points are not there, and leaves nothing behind', async () => {
    const skuId = await house.given.sku({ priceFen: 5000, stock: 5 });
    await house.given.points(shopper, 99);
    const placed = house.shop.place(shopper, one(skuId), { usePoints: 100 });
    await expect(placed).rejects.toMatchObject({ code: 'points.short', details: { left: 99 } });
    expect(await balance()).toMatchObject({ earned: 99, held: 0 });
    expect((await house.inventory.available(house.db, [skuId])).get(skuId)).toBe(5);
  });

  test('points cannot be promised twice, however many checkouts want them at once', async () => {
    const skuId = await house.given.sku({ priceFen: 5000, stock: 20 });
    await house.given.points(shopper, 250);
    const places = Array.from({ length: 6 }, () => house.shop.place(shopper, one(skuId), { usePoints: 100 }));
    const done = await Promise.allSettled(places);
    expect(done.filter((result) => result.status === 'fulfilled')).toHaveLength(2);
    expect(await balance()).toMatchObject({ earned: 50, held: 200 });
    await house.books.balance();
  });

  test('the same key with other points is another intent', async () => {
    const skuId = await house.given.sku({ priceFen: 5000, stock: 5 });
    await house.given.points(shopper, 200);
    const wish = await house.shop.wish(shopper, one(skuId), { usePoints: 100 });
    const first = await house.ordering.place(shopper, wish, 'with-points-1');
    expect((await house.ordering.place(shopper, wish, 'with-points-1')).id).toBe(first.id);
    const other = await house.shop.wish(shopper, one(skuId), { usePoints: 200 });
    await expect(house.ordering.place(shopper, other, 'with-points-1')).rejects.toMatchObject({
      code: 'checkout.key_reused',
    });
    expect(await balance()).toMatchObject({ held: 100 });
  });
});

describe('an order that points pay in full', () => {
  test('is paid at once without WeChat, and comes back in points alone', async () => {
    await setting('points.sharePercent', 100);
    await setting('shipping.feeFen', 0);
    try {
      const skuId = await house.given.sku({ priceFen: 1000, stock: 9 });
      await house.given.points(shopper, 300);
      const order = await house.shop.paidOrder(shopper, one(skuId, 3), { usePoints: 300 });
      expect(order).toMatchObject({ state: 'paid', totalFen: 0, points: { used: 300, usedFen: 3000 } });
      expect(await balance()).toMatchObject({ earned: 0, held: 0 });
      expect(await house.books.deferred(order.id)).toBe(3000);
      const lineId = order.lines[0]?.id as Id<'orderLine'>;
      const part = { orderId: order.id as Id<'order'>, lines: [{ lineId, quantity: 1 }], reason: '缺货' };
      await house.aftersale.refundOrder(house.boss, part);
      expect(await balance()).toMatchObject({ earned: 100 });
      await house.aftersale.refundOrder(house.boss, { ...part, lines: [{ lineId, quantity: 2 }] });
      expect(await balance()).toMatchObject({ earned: 300 });
      expect(await house.shop.stateOf(order.id)).toBe('refunded');
      expect(await house.books.deferred(order.id)).toBe(0);
      await house.books.balance();
    } finally {
      await setting('points.sharePercent', 50);
      await setting('shipping.feeFen', 1000);
    }
  });
});

describe('refunds of an order with points', () => {
  test('money and points come back in one ratio, piece by piece, and end at nothing', async () => {
    const skuId = await house.given.sku({ priceFen: 3333, stock: 9 });
    await house.given.points(shopper, 100);
    const order = await house.shop.paidOrder(shopper, one(skuId, 3), { usePoints: 100 });
    const lineId = order.lines[0]?.id ?? '';
    const before = await subsidy();
    expect(order).toMatchObject({ goodsFen: 9999, totalFen: 8999 });
    for (const [piece, points] of [33, 66, 100].entries()) {
      const asked = await house.shop.ask(shopper, order.id, [{ lineId, quantity: 1 }]);
      expect(asked.points).toBe([33, 33, 34][piece]);
      const seen = await house.aftersale.staffView(asked.id as Id<'aftersale'>);
      await house.aftersale.approve(house.boss, { aftersaleId: seen.id as never, version: seen.version, note: '' });
      await house.shop.moneyArrives();
      expect((await balance()).earned).toBe(points);
      const done = await house.aftersale.staffView(asked.id as Id<'aftersale'>);
      expect(done).toMatchObject({ state: 'done', points: asked.points });
      await house.books.balance();
    }
    expect(before - (await subsidy())).toBe(1000);
    expect(await house.books.deferred(order.id)).toBe(0);
    expect((await house.shop.order(shopper, order.id)).points).toMatchObject({ used: 100, back: 100 });
  });

  test('less money by agreement is fewer points in the same ratio, and what is left is earned by the shop', async () => {
    const skuId = await house.given.sku({ priceFen: 10_000, stock: 9 });
    await house.given.points(shopper, 400);
    const order = await house.shop.paidOrder(shopper, one(skuId), { usePoints: 400 });
    const asked = await house.shop.ask(shopper, order.id, [{ lineId: order.lines[0]?.id ?? '', quantity: 1 }]);
    expect(asked).toMatchObject({ askedFen: 6000, points: 400 });
    const preview = await house.aftersale.approvalOf({ aftersaleId: asked.id as never, amountFen: 1500 as never });
    expect(preview.points).toBe(100);
    await house.aftersale.approve(house.boss, {
      aftersaleId: asked.id as never,
      version: asked.version,
      amountFen: 1500 as never,
      note: '',
    });
    await house.shop.moneyArrives();
    expect(await balance()).toMatchObject({ earned: 100 });
    const before = await house.books.sales();
    // Every piece is refunded, so the rest is income: 4500 in money and what 300 points stand for.
    expect(await house.shop.stateOf(order.id)).toBe('refunded');
    expect(await house.books.deferred(order.id)).toBe(0);
    expect(await house.books.sales()).toBe(before);
    await house.books.balance();
  });

  test('a request that comes to nothing gives nothing back, and two at once count every point once', async () => {
    const skuId = await house.given.sku({ priceFen: 5000, stock: 9 });
    await house.given.points(shopper, 200);
    const order = await house.shop.paidOrder(shopper, one(skuId, 2), { usePoints: 200 });
    const lineId = order.lines[0]?.id ?? '';
    const dropped = await house.shop.ask(shopper, order.id, [{ lineId, quantity: 2 }]);
    await house.aftersale.withdraw(shopper, dropped.id as Id<'aftersale'>);
    const cases = [
      await house.shop.ask(shopper, order.id, [{ lineId, quantity: 1 }]),
      await house.shop.ask(shopper, order.id, [{ lineId, quantity: 1 }]),
    ];
    await Promise.all(
      cases.map((one) =>
        house.aftersale.approve(house.boss, { aftersaleId: one.id as never, version: one.version, note: '' }),
      ),
    );
    await house.shop.moneyArrives();
    expect(await balance()).toMatchObject({ earned: 200 });
    expect(await house.shop.stateOf(order.id)).toBe('refunded');
    await house.books.balance();
  });
});

test('an order without points never reaches for them, in any step of its life', async () => {
  const verbs = ['reserve', 'commit', 'cancel', 'giveBack', 'balance'] as const;
  const spies = verbs.map((verb) => vi.spyOn(house.points, verb));
  const skuId = await house.given.sku({ priceFen: 5000, stock: 9 });
  const order = await house.shop.paidOrder(shopper, one(skuId));
  const lines = [{ lineId: order.lines[0]?.id as Id<'orderLine'>, quantity: 1 }];
  await house.aftersale.refundOrder(house.boss, { orderId: order.id as Id<'order'>, lines, reason: '缺货' });
  await house.shop.moneyArrives();
  for (const spy of spies) {
    expect(spy).not.toHaveBeenCalled();
    spy.mockRestore();
  }
});
