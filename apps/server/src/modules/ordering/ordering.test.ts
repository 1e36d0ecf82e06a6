// Orders through their verbs: placing, paying, closing, receiving, completing, and every race over them.
import type { Id } from '@jishi/contract';
import { sql } from 'kysely';
import { afterAll, beforeAll, beforeEach, afterEach, describe, expect, test } from 'vitest';
import { sellingHouse, type Selling, type Shopper } from '../../../test/selling.ts';

let house: Selling;
let shopper: Shopper;
beforeAll(async () => {
  house = await sellingHouse();
});
afterAll(() => house.close());
beforeEach(async () => {
  house.sim.control.clearFaults();
  shopper = await house.given.shopper();
});
afterEach(() => house.books.balance());

const one = (skuId: Id<'sku'>, quantity = 1) => [{ skuId, quantity }];
const availableOf = async (skuId: Id<'sku'>) => (await house.inventory.available(house.db, [skuId])).get(skuId);
const refused = (code: string) => expect.objectContaining({ code });
const orderIdOf = (checkout: { orders: { id: string }[] }) => checkout.orders[0]?.id as Id<'order'>;
const idOf = (checkout: { id: string }) => checkout.id as Id<'checkout'>;
const salesOf = async (skuId: string) => {
  const { rows } = await sql<{ n: number }>`
    select p.sales_count as n from products p join skus s on s.product_id = p.id where s.id = ${skuId}`.execute(
    house.db.q,
  );
  return rows[0]?.n;
};

describe('placing', () => {
  test('the order remembers title, price and address, and holds its stock', async () => {
    const skuId = await house.given.sku({ title: '青瓷茶杯', priceFen: 4500, stock: 5 });
    const checkout = await house.shop.place(shopper, one(skuId, 2));
    expect(checkout).toMatchObject({ state: 'open', totalFen: 10_000 });
    expect(checkout.orders[0]).toMatchObject({ state: 'unpaid', stateName: '待付款', itemCount: 2 });
    expect(await availableOf(skuId)).toBe(3);
    const order = await house.shop.order(shopper, orderIdOf(checkout));
    expect(order).toMatchObject({ goodsFen: 9000, shippingFen: 1000, address: { name: '林小雨', city: '杭州市' } });
    expect(order.lines[0]).toMatchObject({ title: '青瓷茶杯', quantity: 2, unitFen: 4500, payableFen: 9000 });
    expect(order.actions).toMatchObject({ canPay: true, canCancel: true, canReceive: false, canBuyAgain: false });
  });

  test('one SKU named twice becomes one line', async () => {
    const skuId = await house.given.sku({ stock: 5 });
    const checkout = await house.shop.place(shopper, [...one(skuId), ...one(skuId, 2)]);
    expect(checkout.orders[0]?.lines).toHaveLength(1);
    expect(await availableOf(skuId)).toBe(2);
  });

  test('another price than the one on the screen is refused with the new one, and nothing is held', async () => {
    const skuId = await house.given.sku({ priceFen: 1000, stock: 5 });
    const placed = house.shop.place(shopper, one(skuId), { expectedTotalFen: 1 as never });
    await expect(placed).rejects.toMatchObject({ code: 'checkout.price_changed', details: { totalFen: 2000 } });
    expect(await availableOf(skuId)).toBe(5);
  });

  test('the same key finds the first checkout, also ten times at once; another basket with it is refused', async () => {
    const skuId = await house.given.sku({ stock: 20 });
    const wish = await house.shop.wish(shopper, one(skuId));
    const key = 'tap-tap-tap-1';
    const all = await Promise.all(Array.from({ length: 10 }, () => house.ordering.place(shopper, wish, key)));
    expect(new Set(all.map((checkout) => checkout.id)).size).toBe(1);
    expect(await availableOf(skuId)).toBe(19);
    const other = { ...wish, lines: one(skuId, 2), expectedTotalFen: 3000 as never };
    await expect(house.ordering.place(shopper, other, key)).rejects.toEqual(refused('checkout.key_reused'));
  });

  test('a foreign address is not found, and a foreign checkout neither', async () => {
    const skuId = await house.given.sku();
    const stranger = await house.given.shopper();
    const placed = house.shop.place(shopper, one(skuId), { addressId: stranger.addressId });
    await expect(placed).rejects.toEqual(refused('address.not_found'));
    const checkout = await house.shop.place(shopper, one(skuId));
    await expect(house.ordering.checkout(stranger, idOf(checkout))).rejects.toEqual(refused('checkout.not_found'));
    await expect(house.shop.order(stranger, orderIdOf(checkout))).rejects.toEqual(refused('order.not_found'));
  });

  test('twenty people want the last five: five get one', async () => {
    const skuId = await house.given.sku({ stock: 5 });
    const people = await Promise.all(Array.from({ length: 20 }, () => house.given.shopper()));
    const results = await Promise.allSettled(people.map((person) => house.shop.place(person, one(skuId))));
    expect(results.filter((result) => result.status === 'fulfilled')).toHaveLength(5);
    expect(await availableOf(skuId)).toBe(0);
  });

  test('baskets of the same goods in opposite order never stand in each other’s way', async () => {
    const skus = await Promise.all(Array.from({ length: 4 }, () => house.given.sku({ stock: 100 })));
    const lines = skus.map((skuId) => ({ skuId, quantity: 1 }));
    const people = await Promise.all(Array.from({ length: 12 }, () => house.given.shopper()));
    const before = house.retries.length;
    await Promise.all(people.map((person, index) => house.shop.place(person, index % 2 ? lines : lines.toReversed())));
    expect(house.retries.length).toBe(before);
  });

  test('goods of two sellers become two orders of one checkout, each with its own fee, paid and cancelled together', async () => {
    const own = await house.given.sku({ stock: 5 });
    const foreign = await house.given.sku({ stock: 5 });
    await sql`insert into sellers (id, kind, name, created_at) values (gen_random_uuid(), 'creator', '陶艺工作室', now())`.execute(
      house.db.q,
    );
    await sql`update products set seller_id = (select id from sellers where name = '陶艺工作室')
      where id = (select product_id from skus where id = ${foreign})`.execute(house.db.q);
    const lines = [...one(own), ...one(foreign, 2)];
    const checkout = await house.shop.place(shopper, lines);
    expect(checkout.totalFen).toBe(5000);
    expect(checkout.orders.map((order) => order.totalFen).toSorted()).toEqual([2000, 3000]);
    expect(checkout.orders.map((order) => order.sellerName)).toContain('陶艺工作室');
    await house.pages.cancel(shopper, { orderId: orderIdOf(checkout), reason: '' });
    for (const order of checkout.orders) expect(await house.shop.stateOf(order.id)).toBe('cancelled');
    const paid = await house.shop.place(shopper, lines);
    await house.shop.pay(shopper, idOf(paid));
    for (const order of paid.orders) {
      expect(await house.shop.stateOf(order.id)).toBe('paid');
      expect(await house.books.deferred(order.id)).toBe(order.totalFen);
    }
    const people = await Promise.all(Array.from({ length: 8 }, () => house.given.shopper()));
    await house.given.stock(own, 20);
    await house.given.stock(foreign, 20);
    const before = house.retries.length;
    await Promise.all(people.map((person, n) => house.shop.place(person, n % 2 ? lines : lines.toReversed())));
    expect(house.retries.length).toBe(before);
  });

  test('what was ordered from the cart leaves it', async () => {
    const skuId = await house.given.sku();
    await house.cart.add(shopper, { skuId, quantity: 1 });
    await house.shop.place(shopper, one(skuId), { fromCart: true });
    expect(await house.cart.count(shopper)).toBe(0);
  });
});

describe('paying and closing', () => {
  test('a payment makes the order paid, once however often it is told', async () => {
    const skuId = await house.given.sku({ stock: 5 });
    const checkout = await house.shop.place(shopper, one(skuId, 2));
    await house.shop.pay(shopper, idOf(checkout));
    const order = await house.shop.order(shopper, orderIdOf(checkout));
    expect(order).toMatchObject({ state: 'paid', payBefore: null });
    expect(order.paidAt).not.toBeNull();
    expect(order.timeline.map((entry) => entry.title)).toEqual(['付款成功', '提交订单']);
    await house.ordering.markPaid(checkout.paymentId as Id<'payment'>);
    expect(await salesOf(skuId)).toBe(2);
    expect(await house.books.deferred(order.id)).toBe(order.totalFen);
    expect((await house.messaging.unread(shopper)).count).toBe(1);
  });

  test('nobody may say paid before payment does', async () => {
    const checkout = await house.shop.place(shopper, one(await house.given.sku()));
    await expect(house.ordering.markPaid(checkout.paymentId as Id<'payment'>)).rejects.toThrow(/is not paid/);
    await expect(house.ordering.markClosed(checkout.paymentId as Id<'payment'>)).rejects.toThrow(/is not closed/);
  });

  test('a buyer cancels before asking for a cashier: the stock is back at once', async () => {
    const skuId = await house.given.sku({ stock: 5 });
    const checkout = await house.shop.place(shopper, one(skuId));
    const order = await house.pages.cancel(shopper, { orderId: orderIdOf(checkout), reason: '买错了' });
    expect(order).toMatchObject({ state: 'cancelled', cancelReason: '买错了', isClosing: false });
    expect(await availableOf(skuId)).toBe(5);
    await house.jobs.drain();
    const again = house.pages.cancel(shopper, { orderId: orderIdOf(checkout), reason: '' });
    await expect(again).rejects.toEqual(refused('order.not_cancellable'));
  });

  test('a cancel that meets the money: the order is paid and the wish refused', async () => {
    const checkout = await house.shop.place(shopper, one(await house.given.sku()));
    const no = await house.shop.till(shopper, idOf(checkout));
    await house.sim.control.pay(no, { notice: 'dropped' });
    const cancelled = house.pages.cancel(shopper, { orderId: orderIdOf(checkout), reason: '' });
    await expect(cancelled).rejects.toEqual(refused('order.already_paid'));
    expect(await house.shop.order(shopper, orderIdOf(checkout))).toMatchObject({ state: 'paid', isClosing: false });
    await house.jobs.drain();
  });

  test('while WeChat is silent the order is closing; it closes when WeChat answers', async () => {
    const skuId = await house.given.sku({ stock: 5 });
    const checkout = await house.shop.place(shopper, one(skuId));
    await house.shop.till(shopper, idOf(checkout));
    house.sim.control.fault({ endpoint: 'order.*', kind: '500', count: 50 });
    const order = await house.pages.cancel(shopper, { orderId: orderIdOf(checkout), reason: '' });
    expect(order).toMatchObject({ state: 'unpaid', isClosing: true, actions: { canPay: false, canCancel: false } });
    expect(await availableOf(skuId)).toBe(4);
    house.sim.control.clearFaults();
    await house.forward({ minutes: 5 });
    expect(await house.shop.stateOf(order.id)).toBe('cancelled');
    expect(await availableOf(skuId)).toBe(5);
  });

  test('an unpaid order closes after its window, one whose notice was lost is found paid', async () => {
    const skuId = await house.given.sku({ stock: 5 });
    const idle = await house.shop.place(shopper, one(skuId));
    const lost = await house.shop.place(shopper, one(skuId));
    await house.sim.control.pay(await house.shop.till(shopper, idOf(lost)), { notice: 'dropped' });
    await house.forward({ minutes: 31 });
    await house.forward({ minutes: 1 });
    expect(await house.shop.stateOf(orderIdOf(idle))).toBe('cancelled');
    expect(await house.shop.stateOf(orderIdOf(lost))).toBe('paid');
    expect(await availableOf(skuId)).toBe(4);
  });

  test('paying against cancelling, ten times: the order is paid or cancelled, and the stock agrees', async () => {
    const skuId = await house.given.sku({ stock: 50 });
    let taken = 0;
    for (let round = 0; round < 10; round += 1) {
      const checkout = await house.shop.place(shopper, one(skuId));
      const no = await house.shop.till(shopper, idOf(checkout));
      await Promise.allSettled([
        house.sim.control.pay(no),
        house.pages.cancel(shopper, { orderId: orderIdOf(checkout), reason: '' }),
      ]);
      await house.sim.control.settle();
      await house.forward({ minutes: 40 });
      const state = await house.shop.stateOf(orderIdOf(checkout));
      expect(['paid', 'cancelled']).toContain(state);
      if (state === 'paid') taken += 1;
    }
    expect(await availableOf(skuId)).toBe(50 - taken);
  });

  test('the status page brings the order along when the event is late', async () => {
    const checkout = await house.shop.place(shopper, one(await house.given.sku()));
    await house.sim.control.pay(await house.shop.till(shopper, idOf(checkout)), { notice: 'dropped' });
    await house.sim.control.clock.advance({ seconds: 30 });
    const status = await house.pages.status(shopper, idOf(checkout), { platform: 'weapp', userAgent: '' });
    expect(status).toMatchObject({ state: 'paid', orderIds: [orderIdOf(checkout)] });
    expect(await house.shop.stateOf(orderIdOf(checkout))).toBe('paid');
    await house.jobs.drain();
  });

  test('orders that were never told what became of their payment are found', async () => {
    const skuId = await house.given.sku({ stock: 5 });
    const [paid, closed] = [await house.shop.place(shopper, one(skuId)), await house.shop.place(shopper, one(skuId))];
    await house.sim.control.pay(await house.shop.till(shopper, idOf(paid)));
    await house.sim.control.settle();
    await house.sim.control.clock.advance({ minutes: 31 });
    await house.jobs.tick('payment.expire');
    // The jobs that should have told them are lost.
    await sql`delete from outbox where event in ('payment.succeeded', 'payment.closed')`.execute(house.db.q);
    await house.forward({ minutes: 5 });
    expect(await house.shop.stateOf(orderIdOf(paid))).toBe('paid');
    expect(await house.shop.stateOf(orderIdOf(closed))).toBe('cancelled');
    expect(await availableOf(skuId)).toBe(4);
  });

  test('staff close an unpaid order with a reason that the trail keeps', async () => {
    const checkout = await house.shop.place(shopper, one(await house.given.sku()));
    const order = await house.pages.close(house.boss, { orderId: orderIdOf(checkout), reason: '疑似刷单' });
    expect(order).toMatchObject({ state: 'cancelled', cancelReason: '疑似刷单' });
    const trail = await house.db.q.selectFrom('audit_log').selectAll().where('subject_id', '=', order.id).execute();
    expect(trail.map((entry) => entry.action)).toEqual(['order.close']);
    await house.jobs.drain();
  });
});

describe('receiving and completing', () => {
  async function shipped(quantity = 1) {
    const skuId = await house.given.sku({ priceFen: 10_000, stock: 20 });
    const order = await house.shop.paidOrder(shopper, one(skuId, quantity));
    await house.shop.ship(order.id);
    await house.jobs.drain();
    return order;
  }

  test('received by the buyer, completed after the window, and the money is earned once', async () => {
    const order = await shipped();
    const before = await house.books.sales();
    expect(await house.pages.receive(shopper, order.id as Id<'order'>)).toMatchObject({ state: 'received' });
    await expect(house.pages.receive(shopper, order.id as Id<'order'>)).rejects.toEqual(
      refused('order.not_receivable'),
    );
    await house.forward({ days: 14, hours: 23 });
    expect(await house.shop.stateOf(order.id)).toBe('received');
    await house.forward({ hours: 2 });
    expect(await house.shop.stateOf(order.id)).toBe('completed');
    expect(await house.books.deferred(order.id)).toBe(0);
    expect((await house.books.sales()) - before).toBe(order.totalFen);
    await house.ordering.completeDue();
    expect((await house.books.sales()) - before).toBe(order.totalFen);
  });

  test('received by the clock fifteen days after the last parcel', async () => {
    const order = await shipped();
    await house.forward({ days: 14 });
    expect(await house.shop.stateOf(order.id)).toBe('shipped');
    await house.forward({ days: 1, minutes: 1 });
    expect(await house.shop.order(shopper, order.id)).toMatchObject({ state: 'received', autoReceiveAt: null });
  });

  test('an unshipped order cannot be received', async () => {
    const order = await house.shop.paidOrder(shopper, one(await house.given.sku()));
    const received = house.pages.receive(shopper, order.id as Id<'order'>);
    await expect(received).rejects.toEqual(refused('order.not_receivable'));
  });

  test('an order that somebody works on is left alone, and the others go on', async () => {
    const [busy, other] = [await shipped(), await shipped()];
    await house.sim.control.clock.advance({ days: 15, minutes: 1 });
    const held = Promise.withResolvers<void>();
    const enough = Promise.withResolvers<void>();
    const holder = house.db.tx(async (tx) => {
      await house.ordering.lock(tx, busy.id as Id<'order'>);
      held.resolve();
      await enough.promise;
    });
    await held.promise;
    await house.ordering.autoReceive();
    expect([await house.shop.stateOf(busy.id), await house.shop.stateOf(other.id)]).toEqual(['shipped', 'received']);
    enough.resolve();
    await holder;
    await house.ordering.autoReceive();
    expect(await house.shop.stateOf(busy.id)).toBe('received');
    await house.jobs.drain();
  });

  test('an order that cannot be moved is reported and does not hold up the others', async () => {
    const [broken, other] = [await shipped(), await shipped()];
    const law = (text: string) => sql.raw(`alter table orders ${text}`).execute(house.db.q);
    await law(`add constraint broken check (id <> '${broken.id}' or state <> 'received')`);
    await house.sim.control.clock.advance({ days: 15, minutes: 1 });
    await expect(house.ordering.autoReceive()).rejects.toThrow(/1 orders could not receive/);
    expect([await house.shop.stateOf(broken.id), await house.shop.stateOf(other.id)]).toEqual(['shipped', 'received']);
    await law('drop constraint broken');
    await house.ordering.autoReceive();
    await house.jobs.drain();
  });
});

describe('lists', () => {
  test('my orders scroll without a gap or a repeat, and tabs show what they say', async () => {
    const skuId = await house.given.sku({ stock: 50 });
    const placed: string[] = [];
    for (let n = 0; n < 5; n += 1) placed.push(orderIdOf(await house.shop.place(shopper, one(skuId))));
    const seen: string[] = [];
    let cursor: string | undefined;
    do {
      const page = await house.ordering.list(shopper, { tab: 'all', limit: 2, cursor });
      seen.push(...page.items.map((item) => item.id));
      cursor = page.nextCursor ?? undefined;
    } while (cursor);
    expect(seen).toEqual(placed.toReversed());
    expect((await house.ordering.list(shopper, { tab: 'to_ship', limit: 20 })).items).toEqual([]);
    expect(await house.ordering.counts(shopper)).toEqual({ unpaid: 5, toShip: 0, toReceive: 0, aftersale: 0 });
    await expect(house.ordering.list(shopper, { tab: 'all', limit: 2, cursor: 'bad' })).rejects.toEqual(
      refused('cursor.invalid'),
    );
  });

  test('one box finds an order by number, phone, receiver, goods and parcel', async () => {
    const skuId = await house.given.sku({ title: '雪山白茶礼盒', stock: 5 });
    const order = await house.shop.paidOrder(shopper, one(skuId));
    await house.db.q
      .updateTable('orders')
      .set({ address: JSON.stringify({ ...order.address, name: '欧阳若兮', phone: '13600001111' }) })
      .where('id', '=', order.id)
      .execute();
    await house.shop.ship(order.id, 'YT99887766');
    for (const q of [
      order.orderNo,
      order.orderNo.slice(0, 14),
      '13600001111',
      '1360000',
      '欧阳',
      '白茶',
      '礼',
      'yt9988',
    ]) {
      const { items, total } = await house.pages.staffOrders({ q, page: 1, size: 50 });
      expect(
        items.map((item) => item.id),
        q,
      ).toContain(order.id);
      expect(total).toBeGreaterThan(0);
    }
    const { items } = await house.pages.staffOrders({ q: '不存在的商品', page: 1, size: 20 });
    expect(items).toEqual([]);
  });

  test('days of the back office are days in Shanghai', async () => {
    house.clock.set(new Date('2027-05-04T15:59:59.000Z'));
    const late = await house.shop.place(shopper, one(await house.given.sku()));
    house.clock.set(new Date('2027-05-04T16:00:00.000Z'));
    const early = await house.shop.place(shopper, one(await house.given.sku()));
    const on = async (day: string) =>
      (await house.pages.staffOrders({ from: day, to: day, page: 1, size: 50 })).items.map((item) => item.id);
    expect(await on('2027-05-04')).toEqual([orderIdOf(late)]);
    expect(await on('2027-05-05')).toEqual([orderIdOf(early)]);
  });
});
