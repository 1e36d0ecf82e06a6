// After-sale through its verbs, with WeChat on the other side: every way a case can go, and every race over it.
import type { Id } from '@jishi/contract';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { sellingHouse, type Selling, type Shopper } from '../../../test/selling.ts';

let house: Selling;
let shopper: Shopper;
beforeAll(async () => {
  house = await sellingHouse();
});
afterAll(() => house.close());
beforeEach(async () => {
  shopper = await house.given.shopper();
});
afterEach(async () => {
  await house.jobs.drain();
  await house.books.balance();
});

type Case = { id: string; version: number };
const refused = (code: string) => expect.objectContaining({ code });
const idOf = (one: { id: string }) => one.id as Id<'aftersale'>;
const orderIdOf = (one: { id: string }) => one.id as Id<'order'>;
const levelOf = async (skuId: Id<'sku'>) => (await house.inventory.levels(house.db, [skuId])).get(skuId);
const decision = (one: Case) => ({ aftersaleId: idOf(one), version: one.version, note: '' });
const approve = (one: Case, more: { amountFen?: number; kind?: 'refund_only' | 'return_refund' } = {}) =>
  house.aftersale.approve(house.boss, { ...decision(one), ...more } as never);
const reject = (one: Case) => house.aftersale.reject(house.boss, { ...decision(one), reason: '已使用' });
const received = (one: Case, damaged: { lineId: string; quantity: number }[] = []) =>
  house.aftersale.receiveReturn(house.boss, { ...decision(one), damaged } as never);
const sent = (one: Case) =>
  house.aftersale.sendBack(shopper, { aftersaleId: idOf(one), carrier: 'SF', trackingNo: 'SF55667788' });
const wallet = () => house.sim.control.ledger();

/** A paid order of one line, 1000 fen shipping unless it is worth 9900. */
async function bought(quantity: number, priceFen = 1000) {
  const skuId = await house.given.sku({ priceFen, stock: 20 });
  const order = await house.shop.paidOrder(shopper, [{ skuId, quantity }]);
  const line = order.lines[0]?.id ?? '';
  const of = (pieces: number) => [{ lineId: line, quantity: pieces }];
  return { order, skuId, line, of };
}
async function shipped(quantity: number, priceFen = 1000) {
  const goods = await bought(quantity, priceFen);
  await house.shop.ship(goods.order.id);
  await house.jobs.drain();
  return goods;
}

describe('before shipping', () => {
  test('everything is asked back: goods and shipping fee go home, the hold is released, the order is refunded', async () => {
    const { order, skuId, of } = await bought(2);
    expect(await house.aftersale.refundable(shopper, orderIdOf(order))).toMatchObject({
      kinds: ['refund_only'],
      shippingFen: 1000,
      lines: [{ maxQuantity: 2, maxFen: 2000 }],
    });
    const asked = await house.shop.ask(shopper, order.id, of(2));
    expect(asked).toMatchObject({ state: 'requested', askedFen: 3000, shippingFen: 1000, canWithdraw: true });
    expect(await approve(asked)).toMatchObject({ state: 'refunding', agreedFen: 3000, refundState: 'created' });
    expect(await levelOf(skuId)).toMatchObject({ reserved: 2 });
    await house.shop.moneyArrives();
    expect(await house.shop.caseState(asked.id)).toBe('done');
    expect(await house.shop.order(shopper, order.id)).toMatchObject({ state: 'refunded', refundedFen: 3000 });
    expect(await levelOf(skuId)).toEqual({ onHand: 20, reserved: 0, available: 20 });
    expect(await house.books.deferred(order.id)).toBe(0);
    expect((await house.messaging.list(shopper, { limit: 9 })).items.map((notice) => notice.title)).toEqual([
      '退款成功',
      '售后已通过',
      '付款成功',
    ]);
  });

  test('a part is asked back: no shipping fee, the rest is shipped and earned', async () => {
    const { order, skuId, of } = await bought(3);
    const asked = await house.shop.ask(shopper, order.id, of(1));
    expect(asked).toMatchObject({ askedFen: 1000, shippingFen: 0 });
    await approve(asked);
    await house.shop.moneyArrives();
    expect(await levelOf(skuId)).toMatchObject({ reserved: 2 });
    const { orderState, parcel } = await house.shop.ship(order.id);
    expect(orderState).toBe('shipped');
    expect(parcel.lines.map((line) => line.quantity)).toEqual([2]);
    await house.pages.receive(shopper, orderIdOf(order));
    const before = await house.books.sales();
    await house.forward({ days: 15, minutes: 1 });
    expect(await house.shop.stateOf(order.id)).toBe('completed');
    expect((await house.books.sales()) - before).toBe(3000);
  });

  test('the shipping fee goes with the case that is decided last, whichever was asked first', async () => {
    const { order, of } = await bought(2);
    const first = await house.shop.ask(shopper, order.id, of(1));
    const second = await house.shop.ask(shopper, order.id, of(1));
    expect([first.askedFen, second.askedFen]).toEqual([1000, 2000]);
    expect(await approve(second)).toMatchObject({ agreedFen: 1000, shippingFen: 0 });
    expect(await approve(first)).toMatchObject({ agreedFen: 2000, shippingFen: 1000 });
    await house.shop.moneyArrives();
    expect(await house.shop.order(shopper, order.id)).toMatchObject({ state: 'refunded', refundedFen: 3000 });
  });

  test('a request that was whole when it was made carries no fee when the other one was rejected', async () => {
    const { order, of } = await bought(2);
    const first = await house.shop.ask(shopper, order.id, of(1));
    const second = await house.shop.ask(shopper, order.id, of(1));
    await reject(first);
    expect(await approve(second)).toMatchObject({ agreedFen: 1000, shippingFen: 0 });
  });

  test('the rest refunded unshipped makes a partly shipped order shipped', async () => {
    const { order, of } = await bought(2);
    expect((await house.shop.ship(order.id, 'SF777001', of(1))).orderState).toBe('partly_shipped');
    const asked = await house.shop.ask(shopper, order.id, of(1));
    await approve(asked);
    await house.shop.moneyArrives();
    const view = await house.shop.order(shopper, order.id);
    expect(view).toMatchObject({ state: 'shipped', actions: { canReceive: true } });
    expect(view.autoReceiveAt).not.toBeNull();
  });

  test('a return is not to be had for what never left', async () => {
    const { order, of } = await bought(1);
    const asked = house.shop.ask(shopper, order.id, of(1), 'return_refund');
    await expect(asked).rejects.toEqual(refused('aftersale.kind_unavailable'));
    const refund = await house.shop.ask(shopper, order.id, of(1));
    await expect(approve(refund, { kind: 'return_refund' })).rejects.toEqual(refused('aftersale.kind_unavailable'));
  });
});

describe('after shipping', () => {
  test('return and refund: sent back, graded, restocked, paid', async () => {
    const { order, skuId, line, of } = await shipped(3);
    const asked = await house.shop.ask(shopper, order.id, of(3), 'return_refund');
    expect(asked).toMatchObject({ askedFen: 3000, shippingFen: 0 });
    const agreed = await approve(asked);
    expect(agreed).toMatchObject({ state: 'await_return', returnTo: { name: '集市小铺售后部' } });
    expect(agreed.returnBefore).toEqual(new Date(house.clock.now().getTime() + 7 * 86_400_000));
    const onItsWay = await sent(agreed);
    expect(onItsWay).toMatchObject({ state: 'returning', returnParcel: { carrierName: '顺丰速运' } });
    const tooMany = received(onItsWay, [{ lineId: line, quantity: 4 }]);
    await expect(tooMany).rejects.toEqual(refused('aftersale.quantity'));
    expect(await received(onItsWay, [{ lineId: line, quantity: 1 }])).toMatchObject({ state: 'refunding' });
    expect(await levelOf(skuId)).toEqual({ onHand: 19, reserved: 0, available: 19 });
    await house.shop.moneyArrives();
    expect(await house.shop.order(shopper, order.id)).toMatchObject({ state: 'refunded', refundedFen: 3000 });
    // The shipping fee stays with the shop, and is earned now.
    expect(await house.books.deferred(order.id)).toBe(0);
    const { rows } = await house.db.q
      .selectFrom('stock_movements')
      .select(['reason', 'delta'])
      .where('sku_id', '=', skuId)
      .orderBy('id')
      .execute()
      .then((found) => ({ rows: found.slice(1) }));
    expect(rows).toEqual([
      { reason: 'ship', delta: -3 },
      { reason: 'return', delta: 3 },
      { reason: 'damaged', delta: -1 },
    ]);
  });

  test('refund without return: the stock stays as it is', async () => {
    const { order, skuId, of } = await shipped(2);
    await approve(await house.shop.ask(shopper, order.id, of(1)));
    await house.shop.moneyArrives();
    expect(await levelOf(skuId)).toMatchObject({ onHand: 18 });
    expect(await house.shop.order(shopper, order.id)).toMatchObject({ state: 'shipped', refundedFen: 1000 });
  });

  test('staff may lower the sum and change the kind; more than was asked is refused with the most there is', async () => {
    const { order, of } = await shipped(3, 333);
    const asked = await house.shop.ask(shopper, order.id, of(3), 'return_refund');
    await expect(approve(asked, { amountFen: 1000 })).rejects.toMatchObject({
      code: 'aftersale.amount',
      details: { maxFen: 999, max: '¥9.99' },
    });
    expect(await approve(asked, { amountFen: 500, kind: 'refund_only' })).toMatchObject({
      state: 'refunding',
      kind: 'refund_only',
      agreedFen: 500,
      lines: [{ amountFen: 500 }],
    });
    await house.shop.moneyArrives();
    expect(await house.shop.order(shopper, order.id)).toMatchObject({ state: 'refunded', refundedFen: 500 });
    expect(await house.books.deferred(order.id)).toBe(0);
  });

  test('agreed to nothing: done without WeChat', async () => {
    const { order, of } = await shipped(1);
    const asked = await house.shop.ask(shopper, order.id, of(1));
    expect(await approve(asked, { amountFen: 0 })).toMatchObject({ state: 'done', agreedFen: 0, refundState: null });
    expect(await house.shop.stateOf(order.id)).toBe('refunded');
  });

  test('piece by piece, each line ends at exactly what was paid', async () => {
    const { order, of } = await shipped(3, 3334);
    const sums: number[] = [];
    for (let piece = 0; piece < 3; piece += 1) {
      const asked = await house.shop.ask(shopper, order.id, of(1));
      sums.push((await approve(asked)).agreedFen ?? 0);
      await house.shop.moneyArrives();
    }
    expect(sums.reduce((total, sum) => total + sum, 0)).toBe(10_002);
    expect(await house.shop.order(shopper, order.id)).toMatchObject({ state: 'refunded', refundedFen: 10_002 });
  });

  test('a return that is never sent expires, and the pieces can be asked for again', async () => {
    const { order, of } = await shipped(1);
    const asked = await house.shop.ask(shopper, order.id, of(1), 'return_refund');
    await approve(asked);
    await house.forward({ days: 6, hours: 23 });
    expect(await house.shop.caseState(asked.id)).toBe('await_return');
    await house.forward({ hours: 2 });
    expect(await house.shop.caseState(asked.id)).toBe('expired');
    expect((await house.shop.ask(shopper, order.id, of(1))).state).toBe('requested');
  });

  test('an open case holds back receiving and completing; a rejected one lets the order go on', async () => {
    const { order, of } = await shipped(1);
    const asked = await house.shop.ask(shopper, order.id, of(1));
    await expect(house.pages.receive(shopper, orderIdOf(order))).rejects.toEqual(refused('order.aftersale_open'));
    await house.forward({ days: 20 });
    expect(await house.shop.stateOf(order.id)).toBe('shipped');
    const said = await reject(asked);
    expect(said).toMatchObject({ state: 'rejected', rejectReason: '已使用' });
    await house.jobs.drain();
    expect((await house.messaging.list(shopper, { limit: 1 })).items[0]?.body).toContain('已使用');
    await house.forward({ minutes: 1 });
    expect(await house.shop.stateOf(order.id)).toBe('received');
    await house.forward({ days: 15, minutes: 1 });
    expect(await house.shop.stateOf(order.id)).toBe('completed');
    await expect(house.shop.ask(shopper, order.id, of(1))).rejects.toEqual(refused('aftersale.window_closed'));
  });

  test('the window ends with its last day, whether or not the clock has completed the order', async () => {
    const { order, of } = await shipped(1);
    await house.pages.receive(shopper, orderIdOf(order));
    await house.sim.control.clock.advance({ days: 15, minutes: 1 });
    await expect(house.shop.ask(shopper, order.id, of(1))).rejects.toEqual(refused('aftersale.window_closed'));
    expect(await house.aftersale.refundable(shopper, orderIdOf(order))).toMatchObject({
      kinds: [],
      lines: [{ maxQuantity: 0, maxFen: 0 }],
    });
  });
});

describe('by staff', () => {
  test('a completed order is paid back out of income', async () => {
    const { order, of } = await shipped(2);
    await house.pages.receive(shopper, orderIdOf(order));
    await house.forward({ days: 15, minutes: 1 });
    const before = await house.books.sales();
    const wish = { orderId: orderIdOf(order), lines: of(2) as never, reason: '协商退款' };
    const made = await house.aftersale.refundOrder(house.boss, wish);
    expect(made).toMatchObject({ kind: 'system', state: 'refunding', agreedFen: 2000 });
    await house.shop.moneyArrives();
    expect(await house.shop.stateOf(order.id)).toBe('refunded');
    expect(before - (await house.books.sales())).toBe(2000);
    await expect(house.aftersale.refundOrder(house.boss, wish)).rejects.toEqual(refused('aftersale.quantity'));
  });

  test('out of stock before shipping: everything with the fee; an unpaid order has nothing to pay back', async () => {
    const { order, of } = await bought(1);
    const wish = { orderId: orderIdOf(order), lines: of(1) as never, reason: '缺货' };
    expect(await house.aftersale.refundOrder(house.boss, wish)).toMatchObject({ agreedFen: 2000, shippingFen: 1000 });
    await house.shop.moneyArrives();
    const unpaid = await house.shop.place(shopper, [{ skuId: await house.given.sku(), quantity: 1 }]);
    const nothing = { ...wish, orderId: unpaid.orders[0]?.id as Id<'order'> };
    await expect(house.aftersale.refundOrder(house.boss, nothing)).rejects.toEqual(
      refused('aftersale.kind_unavailable'),
    );
  });

  test('sent again after the server was killed before it could answer, money is paid back once', async () => {
    const { order, of } = await bought(3);
    const wish = { orderId: orderIdOf(order), lines: of(1), reason: '缺货' } as never;
    const first = await house.aftersale.refundOrder(house.boss, wish, undefined, 'key-of-one-refund');
    expect(await house.aftersale.refundOrder(house.boss, wish, undefined, 'key-of-one-refund')).toMatchObject({
      id: first.id,
    });
    const next = await house.aftersale.refundOrder(house.boss, wish, undefined, 'key-of-the-next');
    expect(next.id).not.toBe(first.id);
    const hope = { orderId: orderIdOf(order), kind: 'refund_only', lines: of(1), reason: '不想要了' };
    const rest = { ...hope, description: '', evidenceFileIds: [] } as never;
    const asked = await house.aftersale.request(shopper, rest, 'key-of-one-request');
    expect(await house.aftersale.request(shopper, rest, 'key-of-one-request')).toMatchObject({ id: asked.id });
    await house.shop.moneyArrives();
    expect((await house.shop.order(shopper, order.id)).refundedFen).toBe(2000);
  });

  test('the list shows what waits first and finds a case by its numbers and its order', async () => {
    const { order, of } = await shipped(2);
    const asked = await house.shop.ask(shopper, order.id, of(1));
    const list = { openOnly: false, page: 1, size: 50 };
    for (const q of [asked.aftersaleNo, asked.aftersaleNo.slice(0, 15), order.orderNo]) {
      const { items } = await house.aftersale.staffList({ ...list, q });
      expect(
        items.map((item) => item.id),
        q,
      ).toContain(asked.id);
    }
    const { items, total } = await house.aftersale.staffList({ ...list, openOnly: true });
    expect(items[0]?.state).toBe('requested');
    expect(total).toBeGreaterThan(0);
    expect(items.find((item) => item.id === asked.id)).toMatchObject({
      maxFen: 1000,
      applications: 1,
      receiver: '林小雨',
    });
    const trail = await house.db.q.selectFrom('audit_log').select('action').execute();
    expect(trail.map((entry) => entry.action)).toEqual(
      expect.arrayContaining(['aftersale.approve', 'aftersale.reject']),
    );
  });
});

describe('limits and strangers', () => {
  test('two applications that came to nothing are enough', async () => {
    const { order, of } = await shipped(2);
    await reject(await house.shop.ask(shopper, order.id, of(1)));
    const second = await house.shop.ask(shopper, order.id, of(2));
    await house.aftersale.withdraw(shopper, idOf(second));
    await expect(house.shop.ask(shopper, order.id, of(1))).rejects.toMatchObject({
      code: 'aftersale.too_many',
      details: { max: 2 },
    });
  });

  test('another person’s order and case are not there', async () => {
    const { order, of } = await shipped(1);
    const stranger = await house.given.shopper();
    await expect(house.shop.ask(stranger, order.id, of(1))).rejects.toEqual(refused('order.not_found'));
    const asked = await house.shop.ask(shopper, order.id, of(1));
    await expect(house.aftersale.view(stranger, idOf(asked))).rejects.toEqual(refused('aftersale.not_found'));
    await expect(house.aftersale.withdraw(stranger, idOf(asked))).rejects.toEqual(refused('aftersale.not_found'));
  });

  test('the buyer corrects a request until it is decided, and staff who looked at the old one are told', async () => {
    const { order, of } = await shipped(1);
    const asked = await house.shop.ask(shopper, order.id, of(1));
    const words = { aftersaleId: idOf(asked), reason: '质量问题', description: '杯口有裂', evidenceFileIds: [] };
    const edited = await house.aftersale.edit(shopper, words);
    expect(edited).toMatchObject({ reason: '质量问题', version: asked.version + 1 });
    await expect(approve(asked)).rejects.toEqual(refused('aftersale.stale'));
    await approve(edited);
    await expect(house.aftersale.edit(shopper, words)).rejects.toEqual(refused('aftersale.not_open'));
    await expect(house.aftersale.withdraw(shopper, idOf(asked))).rejects.toEqual(refused('aftersale.not_open'));
  });

  test('my cases scroll, newest first', async () => {
    const { order, of } = await shipped(3);
    const made = [];
    for (let n = 0; n < 3; n += 1) made.push((await house.shop.ask(shopper, order.id, of(1))).id);
    const first = await house.aftersale.list(shopper, { limit: 2 });
    const rest = await house.aftersale.list(shopper, { limit: 2, cursor: first.nextCursor ?? '' });
    expect([...first.items, ...rest.items].map((item) => item.id)).toEqual(made.toReversed());
    expect(rest.nextCursor).toBeNull();
    expect((await house.shop.order(shopper, order.id)).aftersaleIds).toHaveLength(3);
  });
});

describe('races', () => {
  test('the same piece asked for ten times at once: one case', async () => {
    const { order, of } = await shipped(1);
    const results = await Promise.allSettled(
      Array.from({ length: 10 }, () => house.shop.ask(shopper, order.id, of(1))),
    );
    expect(results.filter((result) => result.status === 'fulfilled')).toHaveLength(1);
    for (const result of results) {
      if (result.status === 'rejected') expect(result.reason).toEqual(refused('aftersale.quantity'));
    }
  });

  test('agreeing against withdrawing, ten times: one of them, and the money agrees', async () => {
    for (let round = 0; round < 10; round += 1) {
      const { order, of } = await shipped(1);
      const asked = await house.shop.ask(shopper, order.id, of(1));
      const results = await Promise.allSettled([approve(asked), house.aftersale.withdraw(shopper, idOf(asked))]);
      expect(results.map((result) => result.status).toSorted()).toEqual(['fulfilled', 'rejected']);
      const loser = results.find((result) => result.status === 'rejected');
      expect(loser?.reason).toEqual(refused('aftersale.not_open'));
      await house.shop.moneyArrives();
      const isAgreed = results[0].status === 'fulfilled';
      expect(await house.shop.order(shopper, order.id)).toMatchObject({ refundedFen: isAgreed ? 1000 : 0 });
    }
  });

  test('two people agree at once: one refund', async () => {
    const { order, of } = await shipped(1);
    const asked = await house.shop.ask(shopper, order.id, of(1));
    const results = await Promise.allSettled([approve(asked), approve(asked)]);
    expect(results.map((result) => result.status).toSorted()).toEqual(['fulfilled', 'rejected']);
    await house.shop.moneyArrives();
    expect(await house.shop.order(shopper, order.id)).toMatchObject({ refundedFen: 1000 });
  });

  test('the refund told ten times at once: its effects happen once', async () => {
    const { order, skuId, of } = await bought(2);
    const asked = await house.shop.ask(shopper, order.id, of(1));
    await approve(asked);
    await house.shop.moneyArrives();
    const [refund] = await house.db.q.selectFrom('refunds').select('id').where('ref_id', '=', asked.id).execute();
    const again = Array.from({ length: 10 }, () => house.aftersale.markRefunded(refund?.id as Id<'refund'>));
    await Promise.all(again);
    expect(await house.shop.order(shopper, order.id)).toMatchObject({ refundedFen: 1000 });
    expect(await levelOf(skuId)).toMatchObject({ reserved: 1 });
  });

  test('a refund that WeChat cannot make stays visible and the case open', async () => {
    const { order, of } = await shipped(1);
    const asked = await house.shop.ask(shopper, order.id, of(1));
    await approve(asked);
    await house.jobs.drain();
    const [refund] = await house.db.q.selectFrom('refunds').selectAll().where('ref_id', '=', asked.id).execute();
    await house.sim.control.finishRefund(refund?.out_refund_no ?? '', 'ABNORMAL');
    await house.sim.control.settle();
    await house.jobs.drain();
    expect(await house.aftersale.staffView(idOf(asked))).toMatchObject({ state: 'refunding', refundState: 'abnormal' });
    expect((await house.shop.order(shopper, order.id)).hasOpenAftersale).toBe(true);
    expect(wallet().sumFen).toBe(0);
  });
});
