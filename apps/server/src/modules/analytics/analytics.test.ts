// Figures by Shanghai days, counted from orders that were really sold.
import type { Id } from '@jishi/contract';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { sellingHouse, type Selling } from '../../../test/selling.ts';
import { shareBps } from './analytics.rules.ts';
import { createAnalytics, type Analytics } from './analytics.ts';

let house: Selling;
let analytics: Analytics;
beforeAll(async () => {
  house = await sellingHouse();
  analytics = createAnalytics(house);
});
afterAll(() => house.close());

test('an empty shop has two weeks of zeros', async () => {
  const { days, today, yesterday, periodBefore, waiting, topProducts } = await analytics.dashboard();
  expect(days).toHaveLength(14);
  expect(days.at(-1)?.day).toBe('2026-03-02');
  expect(today).toEqual({
    orders: 0,
    paidOrders: 0,
    gmvFen: 0,
    refundedFen: 0,
    newBuyers: 0,
    paymentSuccessBps: null,
    averageFen: null,
  });
  expect([yesterday, periodBefore]).toEqual([today, today]);
  expect(waiting).toMatchObject({ toShip: 0, aftersales: 0, deadJobs: 0 });
  expect(topProducts).toEqual([]);
});

test('what is sold, asked back and refunded shows on its day; midnight in Shanghai parts the days', async () => {
  // 15:59 UTC is one minute before midnight in Shanghai.
  await house.sim.control.clock.advance({ hours: 13, minutes: 59 });
  const shopper = await house.given.shopper();
  const skuId = await house.given.sku({ title: '竹编提篮', priceFen: 5000, stock: 11 });
  const order = await house.shop.paidOrder(shopper, [{ skuId, quantity: 2 }]);
  expect((await analytics.dashboard()).today).toMatchObject({ orders: 1, paidOrders: 1, gmvFen: 10_000, newBuyers: 1 });
  await house.sim.control.clock.advance({ minutes: 1 });
  await house.shop.place(shopper, [{ skuId, quantity: 1 }]);
  const line = { lineId: order.lines[0]?.id ?? '', quantity: 1 };
  const asked = await house.shop.ask(shopper, order.id, [line]);
  expect((await analytics.dashboard()).waiting).toMatchObject({
    toShip: 1,
    partlyShipped: 0,
    aftersales: 1,
    lowStock: 1,
  });
  await house.aftersale.approve(house.boss, {
    aftersaleId: asked.id as Id<'aftersale'>,
    version: asked.version,
    note: '',
  });
  await house.shop.moneyArrives();
  const seen = await analytics.dashboard();
  expect(seen.yesterday).toMatchObject({ orders: 1, paidOrders: 1, gmvFen: 10_000, averageFen: 10_000 });
  // One minute into today is compared with one minute of yesterday, which saw nothing yet.
  expect(seen.yesterdaySoFar).toMatchObject({ orders: 0, paidOrders: 0, gmvFen: 0 });
  expect(seen.period).toMatchObject({ orders: 2, paidOrders: 1, gmvFen: 10_000, refundedFen: 5000 });
  expect(seen.today).toMatchObject({ orders: 1, paidOrders: 0, gmvFen: 0, refundedFen: 5000, newBuyers: 0 });
  expect(seen.days.slice(-2)).toEqual([
    { day: '2026-03-02', orders: 1, gmvFen: 10_000 },
    { day: '2026-03-03', orders: 1, gmvFen: 0 },
  ]);
  expect(seen.topProducts).toEqual([expect.objectContaining({ title: '竹编提篮', quantity: 2, amountFen: 10_000 })]);
});

test('a product that runs low in two specs waits once, as the list it leads to counts it', async () => {
  const before = (await analytics.dashboard()).waiting.lowStock;
  const specs = [{ name: '颜色', values: ['月白', '黛青'] }];
  const sku = { priceFen: 1000, marketPriceFen: null };
  const skus = [
    { ...sku, specValues: ['月白'] },
    { ...sku, specValues: ['黛青'] },
  ];
  await house.given.product({ specs, skus, stock: 1 });
  expect((await analytics.dashboard()).waiting.lowStock).toBe(before + 1);
});

test('a share is told in basis points, and of nothing there is none', () => {
  expect([shareBps(1, 3), shareBps(0, 0), shareBps(2, 2)]).toEqual([3333, null, 10_000]);
});

test('two weeks are compared with the two weeks before them', async () => {
  const before = await analytics.dashboard();
  await house.sim.control.clock.advance({ days: 14 });
  const after = await analytics.dashboard();
  expect(after.periodBefore).toEqual(before.period);
  expect(after.period).toMatchObject({ orders: 0, gmvFen: 0 });
});
