// Many at once over HTTP on a real PostgreSQL: exact results each time, and no deadlock ever reaches a client.
import { setTimeout as sleep } from 'node:timers/promises';
import {
  ApiError,
  adminGetProduct,
  approveAftersale,
  cancelOrder,
  createStaff,
  getPaymentStatus,
  listNotices,
  listOrders,
  listRoles,
  login,
  makeQuote,
  payCheckout,
  placeCheckout,
  requestAftersale,
  shipOrder,
  withdrawAftersale,
} from '@jishi/contract';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createDesk, newTrackingNo, orderId, pieces, type Desk } from './desk.ts';
import { key, orderOf, type GivenSku } from './given.ts';
import { house, type BuyerSession, type House } from './house.ts';

let h: House;
let desk: Desk;
let crowd: BuyerSession[];

beforeAll(async () => {
  h = await house({ env: { DATABASE_POOL_MAX: '20' } });
  desk = await createDesk(h);
  crowd = await inTurns(200, 20, () => h.given.buyer());
});
afterAll(async () => {
  await h?.books.balance({ atRest: true });
  await h?.close();
});

/** Makes `count` of something, `wide` at a time: the races are below, not here. */
async function inTurns<T>(count: number, wide: number, make: (index: number) => Promise<T>): Promise<T[]> {
  const made: T[] = [];
  for (let from = 0; from < count; from += wide) {
    const some = Array.from({ length: Math.min(wide, count - from) }, (_, index) => make(from + index));
    made.push(...(await Promise.all(some)));
  }
  return made;
}

/** What became of calls made at once: 'ok' or the code of the refusal, sorted and counted. */
async function outcomes(calls: readonly Promise<unknown>[]): Promise<Record<string, number>> {
  const counted: Record<string, number> = {};
  for (const one of await Promise.allSettled(calls)) {
    const said = one.status === 'fulfilled' ? 'ok' : one.reason instanceof ApiError ? one.reason.code : 'broken';
    counted[said] = (counted[said] ?? 0) + 1;
  }
  return counted;
}

async function stock(sku: GivenSku) {
  const product = await desk.staff(adminGetProduct, { productId: sku.productId });
  const { onHand, reserved, available } = product.skus[0] as (typeof product.skus)[number];
  return { onHand, reserved, available };
}

async function basket(buyer: BuyerSession, skus: readonly GivenSku[]) {
  const lines = skus.map(({ skuId }) => ({ skuId, quantity: 1 }));
  const { id } = await h.given.address(buyer);
  return { lines, addressId: id, expectedTotalFen: (await buyer.call(makeQuote, { lines })).totalFen };
}

/** The same fields for a basket of known price, without asking for a quote. */
async function wish(buyer: BuyerSession, skus: readonly GivenSku[]) {
  const goodsFen = skus.reduce((sum, one) => sum + one.priceFen, 0);
  const { id } = await h.given.address(buyer);
  return {
    lines: skus.map(({ skuId }) => ({ skuId, quantity: 1 })),
    addressId: id,
    expectedTotalFen: goodsFen + (goodsFen < 9_900 ? 1_000 : 0),
  };
}

const someone = (index: number) => crowd[index % crowd.length] as BuyerSession;
const countRows = async (query: ReturnType<typeof sql<{ n: number }>>) =>
  Number((await query.execute(h.app.db.q)).rows[0]?.n ?? -1);

describe('stock', () => {
  test('200 buyers at once for 50 pieces: exactly 50 get one, 150 are told that it is short', async () => {
    const sku = await h.given.sku({ stock: 50 });
    const wishes = await Promise.all(crowd.map((buyer) => wish(buyer, [sku])));
    const calls = crowd.map((buyer, index) => buyer.call(placeCheckout, wishes[index] as never, { key: key() }));
    expect(await outcomes(calls)).toEqual({ ok: 50, 'inventory.short': 150 });
    expect(await stock(sku)).toEqual({ onHand: 50, reserved: 50, available: 0 });
    expect(await countRows(sql`select count(*) as n from order_lines where sku_id = ${sku.skuId}`)).toBe(50);
    await h.books.balance();
    // Nobody pays: every piece is back, once.
    await h.forward({ minutes: 31 });
    expect(await stock(sku)).toEqual({ onHand: 50, reserved: 0, available: 50 });
    await h.books.balance({ atRest: true });
  });

  test('baskets of the same two goods in opposite order, 100 at once: all are placed, no deadlock is seen', async () => {
    const tea = await h.given.sku({ stock: 100 });
    const cup = await h.given.sku({ stock: 80 });
    const deadlocks = sql<{
      n: number;
    }>`select deadlocks as n from pg_stat_database where datname = current_database()`;
    const before = await countRows(deadlocks);
    const buyers = Array.from({ length: 100 }, (_, index) => someone(index));
    const wishes = await Promise.all(buyers.map((buyer, i) => wish(buyer, i % 2 === 0 ? [tea, cup] : [cup, tea])));
    const calls = buyers.map((buyer, index) => buyer.call(placeCheckout, wishes[index] as never, { key: key() }));
    expect(await outcomes(calls)).toEqual({ ok: 80, 'inventory.short': 20 });
    // A basket is held whole or not at all.
    expect(await stock(tea)).toEqual({ onHand: 100, reserved: 80, available: 20 });
    expect(await stock(cup)).toEqual({ onHand: 80, reserved: 80, available: 0 });
    expect(await countRows(deadlocks)).toBe(before);
    await h.books.balance();
  });

  test('staff take stock away while buyers take it: never below what is held', async () => {
    const sku = await h.given.sku({ stock: 20 });
    const buyers = Array.from({ length: 20 }, (_, index) => someone(index + 100));
    const wishes = await Promise.all(buyers.map((buyer) => wish(buyer, [sku])));
    const placed = outcomes(buyers.map((b, index) => b.call(placeCheckout, wishes[index] as never, { key: key() })));
    const taken = outcomes(Array.from({ length: 20 }, () => h.given.adjust(sku, -1)));
    const [sold, lost] = await Promise.all([placed, taken]);
    expect((sold['ok'] ?? 0) + (lost['ok'] ?? 0)).toBe(20);
    const { onHand, reserved, available } = await stock(sku);
    expect({ onHand, reserved, available }).toEqual({
      onHand: sold['ok'] ?? 0,
      reserved: sold['ok'] ?? 0,
      available: 0,
    });
    await h.books.balance();
  });
});

describe('paying', () => {
  test('two tabs, one after the other on the phone: the same cashier, paid once', async () => {
    const buyer = someone(0);
    const checkout = await h.given.checkout(buyer, [await h.given.sku()]);
    const pay = { checkoutId: checkout.id, channel: 'jsapi' } as const;
    const tabs = Array.from({ length: 8 }, () => buyer.call(payCheckout, pay, { key: key() }));
    const said = await outcomes(tabs);
    // A tab that comes while the first one asks WeChat sends the same request again; none may make a second order.
    expect(said).toEqual({ ok: 8 });
    expect(
      await countRows(sql`select count(*) as n from payment_attempts a join payments p on p.id = a.payment_id
      where p.payable_id = ${checkout.id}`),
    ).toBe(1);
    const number = await h.given.prepaid(buyer, checkout);
    await h.wechat.pay(number);
    await h.settle();
    expect((await desk.order(buyer, orderOf(checkout))).state).toBe('paid');
    await h.books.balance({ atRest: true });
  });

  test('two channels at once: at most one stays open at WeChat; both are paid all the same, one goes home', async () => {
    const buyer = someone(1);
    const checkout = await h.given.checkout(buyer, [await h.given.sku({ priceFen: 11_100 })]);
    const channels = ['jsapi', 'native', 'jsapi', 'native'] as const;
    const calls = channels.map((channel) =>
      buyer.call(payCheckout, { checkoutId: checkout.id, channel }, { key: key() }),
    );
    const said = await outcomes(calls);
    expect(Object.keys(said).filter((code) => code !== 'ok' && code !== 'payment.pending')).toEqual([]);
    expect(said['ok'] ?? 0).toBeGreaterThanOrEqual(1);
    const mine = h.wechat.orders().filter((one) => one.totalFen === 11_100);
    expect(mine.filter((one) => one.state === 'NOTPAY').length).toBeLessThanOrEqual(1);
    // A finger was faster than our closing: every one of them is paid.
    await Promise.all(mine.map((one) => h.wechat.pay(one.outTradeNo, { force: true, by: buyer.person.id })));
    await h.settle();
    await h.refundsArrive();
    const order = orderOf(checkout);
    expect((await desk.order(buyer, order)).state).toBe('paid');
    const { attempts } = (await desk.money(order)).payments[0] ?? { attempts: [] };
    expect(attempts.filter((one) => one.isAccepted).length).toBe(1);
    for (const one of attempts.filter((attempt) => attempt.state === 'succeeded' && !attempt.isAccepted)) {
      expect(one.refunds).toMatchObject([{ cause: 'duplicate', state: 'succeeded', amountFen: 11_100 }]);
    }
    await h.books.balance({ atRest: true });
  });

  test('a tab waits for its cashier while another opens another channel: the newer one stays, the older may ask again', async () => {
    const buyer = someone(6);
    const checkout = await h.given.checkout(buyer, [await h.given.sku({ priceFen: 11_200 })]);
    h.wechat.fault({ endpoint: 'prepay.jsapi', kind: 'slow-body', delayMs: 700 });
    const mine = () => h.wechat.orders().filter((one) => one.totalFen === 11_200);
    const older = outcomes([buyer.call(payCheckout, { checkoutId: checkout.id, channel: 'jsapi' }, { key: key() })]);
    await expect.poll(mine).toHaveLength(1);
    const newer = await h.given.prepaid(buyer, checkout, 'native');
    expect(await older).toEqual({ 'payment.pending': 1 });
    expect(mine().map((one) => [one.kind, one.state])).toEqual([
      ['jsapi', 'CLOSED'],
      ['native', 'NOTPAY'],
    ]);
    await h.wechat.pay(newer, { by: buyer.person.id });
    await h.settle();
    expect((await desk.order(buyer, orderOf(checkout))).state).toBe('paid');
    await h.books.balance({ atRest: true });
  });

  test('notice, query, status page and cancel at once, each twice: paid, booked once, told once', async () => {
    const buyer = await h.given.buyer();
    const checkout = await h.given.checkout(buyer, [await h.given.sku()]);
    const slip = await h.wechat.pay(await h.given.prepaid(buyer, checkout), { notice: 'held' });
    const order = orderOf(checkout);
    const look = () => buyer.call(getPaymentStatus, { checkoutId: checkout.id });
    const cancel = () => buyer.call(cancelOrder, orderId(order), { key: key() });
    const said = await outcomes([h.wechat.deliver(slip.noticeId, { times: 2 }), look(), cancel(), look(), cancel()]);
    expect(said).toEqual({ ok: 3, 'order.already_paid': 2 });
    await h.settle();
    expect((await desk.order(buyer, order)).state).toBe('paid');
    expect(await desk.postings(order)).toHaveLength(1);
    expect((await buyer.call(listNotices, {})).items.map((one) => one.title)).toEqual(['付款成功']);
    await h.books.balance({ atRest: true });
  });

  test('a payment against the expiry of its order, twelve times: each is paid or cancelled, and the money follows', async () => {
    const sku = await h.given.sku({ priceFen: 1_200, stock: 12 });
    const buyers = Array.from({ length: 12 }, (_, index) => someone(index + 10));
    const rivals = await Promise.all(
      buyers.map(async (buyer) => {
        const checkout = await h.given.checkout(buyer, [sku]);
        return { buyer, order: orderOf(checkout), number: await h.given.prepaid(buyer, checkout) };
      }),
    );
    await h.wechat.clock.advance({ minutes: 30 });
    const paying = rivals.map(({ number }) => h.wechat.pay(number, { force: true }).catch(() => undefined));
    await Promise.all([h.app.jobs.tick('payment.expire'), ...paying, h.app.jobs.tick('payment.poll')]);
    await h.settle();
    await h.forward({ minutes: 2 });
    await h.refundsArrive();
    let paid = 0;
    for (const { buyer, order, number } of rivals) {
      const { state } = await desk.order(buyer, order);
      expect(['paid', 'cancelled']).toContain(state);
      if (state === 'paid') paid += 1;
      // Whoever paid for nothing has the money back.
      const isHome = h.wechat.order(number).refundedFen === 2_200;
      expect(h.wechat.order(number).state === 'CLOSED' || isHome).toBe(state === 'cancelled');
    }
    expect(await stock(sku)).toEqual({ onHand: 12, reserved: paid, available: 12 - paid });
    await h.books.balance({ atRest: true });
  });

  test('cancelling twice at once: cancelled once, the stock is back once', async () => {
    const sku = await h.given.sku({ stock: 3 });
    const buyer = someone(2);
    for (const opened of [false, true]) {
      const checkout = await h.given.checkout(buyer, [{ ...sku, quantity: 3 }]);
      if (opened) await h.given.prepaid(buyer, checkout);
      const order = orderOf(checkout);
      const cancel = () => buyer.call(cancelOrder, orderId(order), { key: key() });
      const said = await outcomes([cancel(), cancel(), cancel()]);
      expect((said['ok'] ?? 0) + (said['order.not_cancellable'] ?? 0)).toBe(3);
      expect(said['ok'] ?? 0).toBeGreaterThanOrEqual(1);
      await h.settle();
      const seen = await desk.order(buyer, order);
      expect(seen.state).toBe('cancelled');
      expect(seen.timeline.filter((one) => one.title === '订单已取消')).toHaveLength(1);
      expect(await stock(sku)).toEqual({ onHand: 3, reserved: 0, available: 3 });
    }
    await h.books.balance({ atRest: true });
  });
});

describe('after-sale', () => {
  test('five requests for the same two pieces at once: two are taken', async () => {
    const buyer = someone(3);
    const order = await paid(buyer, 2);
    const calls = Array.from({ length: 5 }, () => desk.ask(buyer, order, pieces(order, 1)));
    expect(await outcomes(calls)).toEqual({ ok: 2, 'aftersale.quantity': 3 });
    await h.books.balance();
  });

  test('the buyer withdraws while staff agree, ten times: one of them is told, and money moves only if staff won', async () => {
    const before = h.wechat.refunds().length;
    let home = 0;
    for (let turn = 0; turn < 10; turn += 1) {
      const buyer = someone(20 + turn);
      const order = await paid(buyer, 1);
      const asked = await desk.ask(buyer, order, pieces(order));
      const one = { aftersaleId: asked.id };
      const approve = () => desk.staff(approveAftersale, { ...one, version: asked.version }, { key: key() });
      const withdraw = () => buyer.call(withdrawAftersale, one, { key: key() });
      // The door of staff is a little quicker; a head start of some milliseconds lets either side win.
      const said = await outcomes([withdraw(), sleep(turn * 2).then(approve)]);
      expect(said).toEqual({ ok: 1, 'aftersale.not_open': 1 });
      const { state } = await desk.caseOf(buyer, asked);
      expect(['withdrawn', 'refunding']).toContain(state);
      if (state === 'refunding') home += 1;
    }
    await h.refundsArrive();
    expect(h.wechat.refunds().length - before).toBe(home);
    await h.books.balance({ atRest: true });
  });

  test('two members of staff agree at once: agreed once, paid back once', async () => {
    const buyer = someone(40);
    const order = await paid(buyer, 1);
    const asked = await desk.ask(buyer, order, pieces(order));
    const approve = () =>
      desk.staff(approveAftersale, { aftersaleId: asked.id, version: asked.version }, { key: key() });
    expect(await outcomes([approve(), approve(), approve()])).toEqual({ ok: 1, 'aftersale.not_open': 2 });
    await h.refundsArrive();
    expect(await desk.order(buyer, order)).toMatchObject({ state: 'refunded', refundedFen: order.totalFen });
    await h.books.balance({ atRest: true });
  });

  test('a parcel leaves while its goods are asked back, ten times: shipped or disputed, never both', async () => {
    for (let turn = 0; turn < 10; turn += 1) {
      const buyer = someone(50 + turn);
      const order = await paid(buyer, 1);
      const ship = () => desk.ship(order);
      const ask = () => desk.ask(buyer, order, pieces(order));
      const said = await outcomes([ask(), sleep(turn * 2).then(ship)]);
      const { state, hasOpenAftersale } = await desk.order(buyer, order);
      // Asked for after it left is an ordinary case of a shipped order.
      if (state === 'shipped') expect(said).toEqual({ ok: 2 });
      else expect({ state, said }).toEqual({ state: 'paid', said: { ok: 1, 'order.aftersale_open': 1 } });
      expect(hasOpenAftersale).toBe(true);
      await h.books.balance();
    }
  });

  async function paid(buyer: BuyerSession, quantity: number) {
    return desk.order(buyer, await h.given.paidOrder(buyer, [{ ...(await h.given.sku()), quantity }]));
  }
});

describe('staff', () => {
  test('two members ship the same order at once: one parcel, the other is told', async () => {
    const sku = await h.given.sku({ stock: 5 });
    const buyer = someone(4);
    const order = await h.given.paidOrder(buyer, [{ ...sku, quantity: 2 }]);
    const colleague = await hire('小李');
    const parcel = () => ({ ...orderId(order), carrier: 'SF', trackingNo: newTrackingNo() }) as const;
    const ships = [desk.staff, colleague.call, desk.staff, colleague.call].map((by) =>
      by(shipOrder, parcel(), { key: key() }),
    );
    expect(await outcomes(ships)).toEqual({ ok: 1, 'order.not_shippable': 3 });
    await h.settle();
    expect((await desk.order(buyer, order)).parcels).toHaveLength(1);
    expect(await stock(sku)).toEqual({ onHand: 3, reserved: 0, available: 3 });
    await h.books.balance({ atRest: true });
  });

  async function hire(name: string) {
    const { items } = await desk.staff(listRoles, {});
    const role = items.find((one) => one.permissions.includes('order.ship'));
    const password = 'Jishi2026xiaoli';
    await desk.staff(createStaff, { username: 'xiaoli', name, password, roleIds: [role?.id as never] });
    return h.staff('xiaoli', password);
  }
});

describe('the same request twice', () => {
  test('one key, ten at once: one order is placed, all get the same answer', async () => {
    const sku = await h.given.sku({ stock: 10 });
    const buyer = await h.given.buyer();
    const wished = await basket(buyer, [sku]);
    const once = key();
    const answers = await Promise.all(
      Array.from({ length: 10 }, () => buyer.call(placeCheckout, wished, { key: once })),
    );
    for (const one of answers) expect(one).toEqual(answers[0]);
    expect((await buyer.call(listOrders, {})).items).toHaveLength(1);
    expect(await stock(sku)).toEqual({ onHand: 10, reserved: 1, available: 9 });
    // The same key for another basket is another matter.
    const other = { ...wished, remark: '换一个' };
    expect(await outcomes([buyer.call(placeCheckout, other, { key: once })])).toEqual({ 'idempotency.key_reused': 1 });
  });

  test('one key with two different bodies at once: one is done, the other refused', async () => {
    const sku = await h.given.sku({ stock: 10 });
    const buyer = await h.given.buyer();
    const wished = await basket(buyer, [sku]);
    const once = key();
    const bodies = [wished, { ...wished, remark: '请包好' }];
    const said = await outcomes(bodies.map((body) => buyer.call(placeCheckout, body, { key: once })));
    expect(said).toEqual({ ok: 1, 'idempotency.key_reused': 1 });
    expect(await stock(sku)).toEqual({ onHand: 10, reserved: 1, available: 9 });
  });

  test('a refund asked for twice with one key is one case; adjusting stock twice with one key moves it once', async () => {
    const sku = await h.given.sku({ stock: 10 });
    const buyer = someone(5);
    const order = await desk.order(buyer, await h.given.paidOrder(buyer, [{ ...sku, quantity: 2 }]));
    const body = {
      ...orderId(order),
      kind: 'refund_only',
      lines: pieces(order, 1) as never,
      reason: '不想要了',
    } as const;
    const once = key();
    const cases = await Promise.all(Array.from({ length: 4 }, () => buyer.call(requestAftersale, body, { key: once })));
    expect(new Set(cases.map((one) => one.id)).size).toBe(1);
    const again = key();
    await Promise.all(Array.from({ length: 4 }, () => h.given.adjust(sku, 5, again)));
    expect((await stock(sku)).onHand).toBe(15);
  });
});

test('one person signs in twenty times at once: one buyer', async () => {
  const person = h.wechat.addPerson();
  const codes = Array.from({ length: 20 }, () => h.wechat.loginCode(person.id));
  const sessions = await Promise.all(codes.map((code) => h.visitor(login, { code, platform: 'weapp' })));
  expect(new Set(sessions.map((one) => one.me.id)).size).toBe(1);
  expect(new Set(sessions.map((one) => one.refreshToken)).size).toBe(20);
  const rows = sql<{ n: number }>`select count(*) as n from buyers where openid_weapp = ${person.openid}`;
  expect(await countRows(rows)).toBe(1);
  // A code is good once, however many try it together.
  const code = h.wechat.loginCode(person.id);
  const tries = Array.from({ length: 5 }, () => h.visitor(login, { code, platform: 'weapp' }));
  expect(await outcomes(tries)).toEqual({ ok: 1, 'auth.code_invalid': 4 });
});
