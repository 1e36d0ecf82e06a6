// Pages of orders that several rooms compose: what the buyer, the till and staff see.
import type { Id, OrderSort } from '@jishi/contract';
import { AdminOrder, adminListOrders, adminListPayments, Order, OrderMoney } from '@jishi/contract';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { sellingHouse, type Selling, type Shopper } from '../../../test/selling.ts';

const VISITOR = { platform: 'weapp', userAgent: '' } as const;

let house: Selling;
let shopper: Shopper;
beforeAll(async () => {
  house = await sellingHouse();
  shopper = await house.given.shopper();
});
afterAll(async () => {
  await house.books.balance();
  await house.close();
});

const refused = (code: string) => expect.objectContaining({ code });
const from = { id: 'r1', ip: '127.0.0.1', userAgent: '', platform: 'weapp' } as const;

test('the pages keep what the contract promises', async () => {
  const order = await house.shop.paidOrder(shopper, [{ skuId: await house.given.sku(), quantity: 1 }]);
  await house.shop.ship(order.id);
  const orderId = order.id as Id<'order'>;
  expect(Order.safeParse(await house.pages.order(shopper, orderId)).error).toBeUndefined();
  expect(AdminOrder.safeParse(await house.pages.staffOrder(orderId)).error).toBeUndefined();
  const list = await house.pages.staffOrders({ page: 1, size: 20 });
  expect(adminListOrders.output.safeParse(list).error).toBeUndefined();
  expect(list.items[0]).toMatchObject({ receiver: '林小雨', receiverPhone: '138****8000' });
});

test('staff put orders in order by sum and by time, and those without a payment stand last', async () => {
  const some = await house.given.shopper();
  const place = async (quantity: number) =>
    house.shop.place(some, [{ skuId: await house.given.sku({ stock: 9 }), quantity }]);
  const [small, large, middle] = [await place(1), await place(3), await place(2)];
  await house.shop.pay(some, large.id as Id<'checkout'>);
  const found = async (sort?: OrderSort) => {
    const { items } = await house.pages.staffOrders({ buyerId: some.id as Id<'buyer'>, page: 1, size: 20, sort });
    return items.map((row) => row.checkoutId);
  };
  expect(await found('totalFen')).toEqual([small.id, middle.id, large.id]);
  expect(await found('-totalFen')).toEqual([large.id, middle.id, small.id]);
  expect(await found('createdAt')).toEqual([small.id, large.id, middle.id]);
  expect(await found()).toEqual([middle.id, large.id, small.id]);
  for (const sort of ['paidAt', '-paidAt'] as const) expect((await found(sort))[0]).toBe(large.id);
});

test('the till leads from a checkout to WeChat, and to nobody else’s', async () => {
  const checkout = await house.shop.place(shopper, [{ skuId: await house.given.sku(), quantity: 1 }]);
  const input = { checkoutId: checkout.id as Id<'checkout'>, channel: 'jsapi' } as const;
  expect(await house.pages.pay(shopper, input, from)).toMatchObject({ channel: 'jsapi', signType: 'RSA' });
  const stranger = await house.given.shopper();
  await expect(house.pages.pay(stranger, input, from)).rejects.toEqual(refused('checkout.not_found'));
  await expect(house.pages.status(stranger, input.checkoutId, VISITOR)).rejects.toEqual(refused('checkout.not_found'));
  await house.shop.pay(shopper, input.checkoutId);
  await expect(house.pages.pay(shopper, input, from)).rejects.toEqual(refused('order.already_paid'));
  expect(await house.pages.status(shopper, input.checkoutId, VISITOR)).toMatchObject({ state: 'paid', totalFen: 2000 });
});

test('the cashier of WeChat leads back to our own pages only', async () => {
  const checkout = await house.shop.place(shopper, [{ skuId: await house.given.sku(), quantity: 1 }]);
  const input = { checkoutId: checkout.id as Id<'checkout'>, channel: 'h5' } as const;
  for (const returnTo of [
    'https://evil.example/',
    '//evil.example',
    'javascript:alert(1)',
    'http://127.0.0.1@evil.example/',
  ]) {
    await expect(house.pages.pay(shopper, { ...input, returnTo }, from)).rejects.toEqual(refused('request.invalid'));
  }
  const params = await house.pages.pay(shopper, { ...input, returnTo: '/#/result' }, from);
  expect(params.channel === 'h5' && new URL(params.h5Url).searchParams.get('redirect_url')).toBe(
    'http://127.0.0.1/#/result',
  );
});

test('staff see the money of an order: payment, attempt, refund and postings', async () => {
  const order = await house.shop.paidOrder(shopper, [{ skuId: await house.given.sku(), quantity: 1 }]);
  const wish = { orderId: order.id as Id<'order'>, reason: '缺货' };
  const lines = [{ lineId: order.lines[0]?.id as Id<'orderLine'>, quantity: 1 }];
  await house.aftersale.refundOrder(house.boss, { ...wish, lines });
  await house.shop.moneyArrives();
  const money = await house.pages.money(wish.orderId);
  expect(OrderMoney.safeParse(money).error).toBeUndefined();
  expect(money.payments[0]).toMatchObject({
    orderNos: [order.orderNo],
    refundedFen: 2000,
    buyerName: expect.any(String),
  });
  expect(money.payments[0]?.attempts[0]?.refunds).toHaveLength(1);
  expect(money.postings).toHaveLength(2);
  for (const q of [order.orderNo, money.payments[0]?.attempts[0]?.outTradeNo]) {
    const { items, total } = await house.pages.payments({ q, page: 1, size: 20 });
    expect(adminListPayments.output.safeParse({ items, total }).error).toBeUndefined();
    expect(items.map((item) => item.orderNos)).toEqual([[order.orderNo]]);
  }
  await expect(house.pages.money(shopper.id as never)).rejects.toEqual(refused('order.not_found'));
});

test('a note for colleagues is kept with its trail and never shown to the buyer', async () => {
  const order = await house.shop.paidOrder(shopper, [{ skuId: await house.given.sku(), quantity: 1 }]);
  const orderId = order.id as Id<'order'>;
  const seen = await house.pages.note(house.boss, { orderId, note: '老客户，送小样' });
  expect(seen).toMatchObject({ staffNote: '老客户，送小样', shippable: [{ quantity: 1 }] });
  expect(JSON.stringify(await house.pages.order(shopper, orderId))).not.toContain('小样');
  const trail = await house.db.q.selectFrom('audit_log').selectAll().where('subject_id', '=', orderId).execute();
  expect(trail).toMatchObject([{ action: 'order.note', before: { note: '' }, after: { note: '老客户，送小样' } }]);
});

test('a page of orders takes as many questions for two orders as for twenty', async () => {
  const skuId = await house.given.sku({ stock: 60 });
  const count = async (size: number) => {
    const before = house.queries();
    await house.pages.staffOrders({ page: 1, size });
    await house.ordering.list(shopper, { tab: 'all', limit: size });
    return house.queries() - before;
  };
  // Pictures are asked for once and settings once a second: the second may begin in between, but not twice.
  const least = async (size: number) => {
    await count(size);
    return Math.min(await count(size), await count(size));
  };
  for (let n = 0; n < 20; n += 1) await house.shop.place(shopper, [{ skuId, quantity: 1 }]);
  const few = await least(2);
  expect(few).toBeGreaterThan(4);
  expect(await least(20)).toBe(few);
});
