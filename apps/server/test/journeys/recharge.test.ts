// Journey: a package of points is bought, paid in all weather, and paid back; the books are checked after every step.
import {
  adminCreatePackage,
  adminDeletePackage,
  adminGetPackage,
  adminGetRecharge,
  adminGetRechargeMoney,
  adminGiveUpRechargeRefund,
  adminListPackages,
  adminGetPayment,
  adminListPaymentCases,
  adminListPayments,
  adminListRecharges,
  adminRefundRecharge,
  adminResolvePaymentCase,
  adminUpdatePackage,
  cancelRecharge,
  getPackage,
  getPoints,
  getRecharge,
  listAudit,
  listNotices,
  listPackages,
  listPointMoves,
  listRecharges,
  payRecharge,
  placeRecharge,
  type Got,
  type Id,
  type PointKind,
  type RechargeOrderView,
} from '@jishi/contract';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { createDesk, refused, type Desk } from '../desk.ts';
import { key } from '../given.ts';
import { house, type BuyerSession, type House } from '../house.ts';

let h: House;
let desk: Desk;
let buyer: BuyerSession;
beforeAll(async () => {
  h = await house();
  desk = await createDesk(h);
});
beforeEach(async () => {
  buyer = await h.signIn();
});
afterEach(() => h.books.balance());
afterAll(async () => {
  await h?.books.balance({ atRest: true });
  await h?.close();
});

const points = async (who = buyer) => {
  const { paid, bonus, earned, held } = await who.call(getPoints, {});
  return { paid, bonus, earned, held };
};
const nothing = { paid: 0, bonus: 0, earned: 0, held: 0 };
const walletFen = (who = buyer) => h.wechat.person(who.person.id).walletFen;
const orderNow = (order: RechargeOrderView, who = buyer) => who.call(getRecharge, { orderNo: order.orderNo });
const cancel = (order: RechargeOrderView) => buyer.call(cancelRecharge, { orderNo: order.orderNo }, { key: key() });
const detail = (order: RechargeOrderView) => desk.staff(adminGetRecharge, { rechargeId: order.id });
const refund = (order: RechargeOrderView, expectedFen: number, used: string = key()) =>
  desk.staff(adminRefundRecharge, { rechargeId: order.id, reason: '买错了', expectedFen }, { key: used });
/** Somebody's service takes points, as spending does. */
const spend = (amount: number, kinds: PointKind[]) =>
  h.app.db.tx(async (tx) => {
    const about = { key: key(), label: '对话', refKind: 'test', refId: buyer.id };
    const id = await h.app.points.reserve(tx, { ...about, buyerId: buyer.id, points: amount, kinds, expiresAt: null });
    await h.app.points.commit(tx, id);
  });

describe('packages', () => {
  const fields = { name: '超值包', priceFen: 9_900, points: 1000, bonusPoints: 250 };

  test('shoppers see what is on sale at this moment, in order, and nothing else', async () => {
    const now = h.clock.now().getTime();
    const at = (days: number) => new Date(now + days * 86_400_000).toISOString();
    const make = (name: string, more: object) => h.given.package({ ...fields, name, ...more });
    const later = await make('明天开售', { sortOrder: 1, saleFrom: at(1) });
    await make('昨天结束', { sortOrder: 2, saleUntil: at(-1) });
    await make('停用', { sortOrder: 3, isActive: false });
    await make('第二', { sortOrder: 5, label: 'hot_sale', isRecommended: true });
    await make('第一', { sortOrder: 4, saleUntil: at(2) });
    const shown = async () => (await h.visitor(listPackages, {})).items.map((one) => one.name);
    expect(await shown()).toEqual(['第一', '第二']);
    await refused(h.visitor(getPackage, { packageId: later }), 'package.not_found');
    await refused(h.given.recharge(buyer, later), 'package.not_found');
    await h.forward({ days: 1 });
    expect(await shown()).toEqual(['明天开售', '第一', '第二']);
    expect(await h.visitor(getPackage, { packageId: later })).toMatchObject({ name: '明天开售', bonusPoints: 250 });
    const staff = await desk.staff(adminListPackages, {});
    expect(staff.total).toBe(5);
    for (const { id } of staff.items) await desk.staff(adminDeletePackage, { packageId: id });
    expect((await desk.staff(adminListPackages, {})).total).toBe(0);
  });

  test.each([
    [{ priceFen: 1, points: 1000 }, 'priceFen'],
    [{ priceFen: 100_001 }, 'priceFen'],
    [{ points: 9 }, 'points'],
    [{ points: 10_001 }, 'points'],
    [{ labelColor: 'red' }, 'labelColor'],
    [{ perBuyerMax: 0 }, 'perBuyerMax'],
  ])('%j is refused: nobody sells a thousand points for a cent', async (bad, field) => {
    await expect(desk.staff(adminCreatePackage, { ...fields, ...bad })).rejects.toMatchObject({
      code: 'request.invalid',
      field,
    });
    const row = { ...fields, ...bad };
    if (!('priceFen' in bad)) return;
    const byHand = h.app.db.q.insertInto('point_packages').values({
      id: key(),
      name: row.name,
      price_fen: row.priceFen,
      points: 1000,
      bonus_points: 0,
      icon: 'coin',
      created_at: h.clock.now(),
      updated_at: h.clock.now(),
    });
    await expect(byHand.execute()).rejects.toThrow(/price_fen/);
  });

  test('an end before the beginning is refused, a stale form does not overwrite, changes are on the trail', async () => {
    const id = await h.given.package(fields);
    const from = new Date(h.clock.now().getTime() + 1000).toISOString();
    const change = (version: number, more: object) =>
      desk.staff(adminUpdatePackage, { ...fields, packageId: id, version, ...more });
    await refused(change(1, { saleFrom: from, saleUntil: h.clock.now().toISOString() }), 'package.window');
    expect(await change(1, { priceFen: 8_800 })).toMatchObject({ priceFen: 8_800, version: 2 });
    await refused(change(1, { priceFen: 7_700 }), 'package.stale');
    const { items } = await desk.staff(listAudit, { size: 5 });
    expect(items[0]).toMatchObject({ action: 'package.edit', subjectName: '超值包' });
    await desk.staff(adminDeletePackage, { packageId: id });
    await refused(desk.staff(adminGetPackage, { packageId: id }), 'package.not_found');
  });

  test('what was bought once is retired, and its orders keep what they were', async () => {
    const id = await h.given.package(fields);
    const order = await h.given.paidRecharge(buyer, id);
    await desk.staff(adminUpdatePackage, { ...fields, packageId: id, version: 1, priceFen: 100, bonusPoints: 0 });
    expect(await desk.staff(adminDeletePackage, { packageId: id })).toMatchObject({ outcome: 'retired' });
    expect(await desk.staff(adminDeletePackage, { packageId: id })).toMatchObject({ outcome: 'retired' });
    expect(await desk.staff(adminGetPackage, { packageId: id })).toMatchObject({ shelf: 'retired', isSold: true });
    await refused(desk.staff(adminUpdatePackage, { ...fields, packageId: id, version: 3 }), 'package.retired');
    await refused(h.given.recharge(buyer, id), 'package.not_found');
    expect(await orderNow(order)).toMatchObject({ packageName: '超值包', priceFen: 9_900, bonusPoints: 250 });
  });

  test('a limit for each buyer holds, also side by side', async () => {
    const id = await h.given.package({ ...fields, perBuyerMax: 2 });
    await h.given.paidRecharge(buyer, id);
    const orders = await Promise.all(Array.from({ length: 5 }, () => h.given.recharge(buyer, id)));
    expect(new Set(orders.map((one) => one.orderNo)).size).toBe(1);
    const [open] = orders as [RechargeOrderView];
    await h.wechat.pay(await h.given.prepaidRecharge(buyer, open));
    await h.settle();
    await refused(h.given.recharge(buyer, id), 'package.limit');
    expect(await buyer.call(getPackage, { packageId: id })).toMatchObject({ isLimitReached: true });
    expect(await h.visitor(getPackage, { packageId: id })).toMatchObject({ isLimitReached: false });
    await h.given.recharge(await h.signIn(), id);
  });
});

describe('buying', () => {
  let packageId: Id<'package'>;
  beforeAll(async () => {
    packageId = await h.given.package();
  });

  test('a code on a desktop is scanned with a phone, and the page that asks politely sees the points', async () => {
    const order = await h.given.recharge(buyer, packageId);
    expect(order).toMatchObject({ state: 'pending', canPay: true, priceFen: 9_900, points: 1000, bonusPoints: 250 });
    const params = await buyer.call(payRecharge, { orderNo: order.orderNo, channel: 'native' }, { key: key() });
    expect(params).toMatchObject({ channel: 'native' });
    await h.wechat.pay(await h.given.prepaidRecharge(buyer, order, 'native'), { by: buyer.person.id });
    expect(await orderNow(order)).toMatchObject({ state: 'paid', canPay: false, canCancel: false });
    expect(await points()).toEqual({ ...nothing, paid: 1000, bonus: 250 });
    await h.settle();
    const { items } = await buyer.call(listPointMoves, {});
    expect(items.map((one) => [one.kind, one.delta]).toSorted()).toEqual([
      ['bonus', 250],
      ['paid', 1000],
    ]);
    expect((await buyer.call(listNotices, {})).items.map((one) => one.title)).toContain('充值成功');
    expect((await buyer.call(listRecharges, {})).items.map((one) => one.state)).toEqual(['paid']);
    const money = await desk.staff(adminGetRechargeMoney, { rechargeId: order.id });
    expect(money.postings.map((one) => one.label)).toEqual(['收到充值款']);
    const { items: payments } = await desk.staff(adminListPayments, { q: order.orderNo });
    expect(payments).toMatchObject([{ payableKind: 'recharge', orderNos: [order.orderNo], amountFen: 9_900 }]);
    const page = await desk.staff(adminGetPayment, { paymentId: payments[0]?.id ?? '' });
    expect(page.recharges).toEqual([{ id: order.id, orderNo: order.orderNo, priceFen: 9_900 }]);
  });

  test('a notice that comes three times and a page that asks meanwhile credit once', async () => {
    const order = await h.given.recharge(buyer, packageId);
    const number = await h.given.prepaidRecharge(buyer, order);
    await h.wechat.pay(number, { notice: 'double' });
    await Promise.all([orderNow(order), orderNow(order), h.settle(), cancel(order).catch(() => undefined)]);
    await h.settle();
    await h.app.points.recharging.catchUp();
    expect(await points()).toEqual({ ...nothing, paid: 1000, bonus: 250 });
  });

  test('a lost notice is found before the order would expire', async () => {
    const order = await h.given.recharge(buyer, packageId);
    await h.wechat.pay(await h.given.prepaidRecharge(buyer, order), { notice: 'dropped' });
    await h.forward({ minutes: 16 });
    expect((await desk.staff(adminGetRecharge, { rechargeId: order.id })).state).toBe('paid');
    expect((await points()).paid).toBe(1000);
  });

  test('an order whose event was lost is credited by the schedule', async () => {
    const order = await h.given.recharge(buyer, packageId);
    await h.wechat.pay(await h.given.prepaidRecharge(buyer, order));
    await h.wechat.settle();
    await h.app.db.q.deleteFrom('outbox').execute();
    await h.app.jobs.drain();
    expect(await points()).toEqual(nothing);
    await h.forward({ minutes: 6 });
    expect((await points()).paid).toBe(1000);
  });

  test.each([
    ['expired', () => h.forward({ minutes: 16 })],
    ['cancelled', (order: RechargeOrderView) => cancel(order)],
  ])('money for an order that is %s goes home by itself, and no points are credited', async (state, end) => {
    const before = walletFen();
    const order = await h.given.recharge(buyer, packageId);
    const number = await h.given.prepaidRecharge(buyer, order);
    await end(order);
    expect(await orderNow(order)).toMatchObject({ state, canPay: false });
    await h.wechat.pay(number, { force: true });
    await h.refundsArrive();
    expect(walletFen()).toBe(before);
    expect(await points()).toEqual(nothing);
    expect(await orderNow(order)).toMatchObject({ state });
    const again = { orderNo: order.orderNo, channel: 'jsapi' as const };
    await refused(buyer.call(payRecharge, again, { key: key() }), 'checkout.not_payable');
  });

  test('paid twice, by phone and by code: credited once, the second payment goes home', async () => {
    const before = walletFen();
    const order = await h.given.recharge(buyer, packageId);
    const phone = await h.given.prepaidRecharge(buyer, order);
    await h.wechat.pay(await h.given.prepaidRecharge(buyer, order, 'native'), { by: buyer.person.id });
    await h.wechat.pay(phone, { force: true });
    await h.settle();
    await h.refundsArrive();
    expect(walletFen()).toBe(before - 9_900);
    expect(await points()).toEqual({ ...nothing, paid: 1000, bonus: 250 });
  });

  test('cancelled before paying: over for good, and another may be placed', async () => {
    const order = await h.given.recharge(buyer, packageId);
    await h.given.prepaidRecharge(buyer, order);
    expect(await cancel(order)).toMatchObject({ state: 'cancelled', canPay: false });
    await refused(cancel(order), 'recharge.not_cancellable');
    expect((await h.given.recharge(buyer, packageId)).orderNo).not.toBe(order.orderNo);
  });

  test('cancel against pay: the money decides', async () => {
    const order = await h.given.recharge(buyer, packageId);
    await h.wechat.pay(await h.given.prepaidRecharge(buyer, order), { notice: 'held' });
    await refused(cancel(order), 'recharge.already_paid');
    expect(await orderNow(order)).toMatchObject({ state: 'paid' });
    expect((await points()).paid).toBe(1000);
  });

  test('an order of somebody else does not exist: not to be seen, paid or cancelled', async () => {
    const order = await h.given.recharge(buyer, packageId);
    const stranger = await h.signIn();
    const asked = { orderNo: order.orderNo };
    await refused(stranger.call(getRecharge, asked), 'recharge.not_found');
    await refused(stranger.call(payRecharge, { ...asked, channel: 'native' }, { key: key() }), 'recharge.not_found');
    await refused(stranger.call(cancelRecharge, asked, { key: key() }), 'recharge.not_found');
    expect((await stranger.call(listRecharges, {})).items).toEqual([]);
  });

  test('one unpaid order for a package: the same again, another at a new price is refused until that is over', async () => {
    const id = await h.given.package({ priceFen: 5_000, points: 500, bonusPoints: 0 });
    const used = key();
    const first = await buyer.call(placeRecharge, { packageId: id }, { key: used });
    expect((await buyer.call(placeRecharge, { packageId: id }, { key: used })).orderNo).toBe(first.orderNo);
    expect((await h.given.recharge(buyer, id)).orderNo).toBe(first.orderNo);
    const changed = { name: '涨价了', priceFen: 6_000, points: 500, packageId: id, version: 1 };
    await desk.staff(adminUpdatePackage, changed);
    await refused(h.given.recharge(buyer, id), 'recharge.unpaid');
    await cancel(first);
    expect(await h.given.recharge(buyer, id)).toMatchObject({ priceFen: 6_000 });
  });

  test('an overdue order that the clock has not seen yet does not stand in the way', async () => {
    const first = await h.given.recharge(buyer, packageId);
    await h.wechat.clock.advance({ minutes: 15 });
    const second = await h.given.recharge(buyer, packageId);
    expect(second.orderNo).not.toBe(first.orderNo);
    expect(await orderNow(first)).toMatchObject({ state: 'expired' });
  });

  test('points live as long as the settings said when the order was placed', async () => {
    await desk.setting('points.bonusDays', 10);
    const order = await h.given.paidRecharge(buyer, packageId);
    await desk.setting('points.bonusDays', 365);
    await h.forward({ days: 11 });
    expect(await points()).toEqual({ ...nothing, paid: 1000 });
    // What has expired counts as gone when it is paid back.
    expect((await detail(order)).plan).toMatchObject({ amountFen: 9_900 - 2_500, missingBonus: 250 });
  });
});

describe('paying back', () => {
  let packageId: Id<'package'>;
  let order: RechargeOrderView;
  let before: number;
  beforeAll(async () => {
    packageId = await h.given.package();
  });
  beforeEach(async () => {
    before = walletFen();
    order = await h.given.paidRecharge(buyer, packageId);
  });

  test('untouched points: all of it goes back, the points are taken first, the order follows WeChat', async () => {
    expect((await detail(order)).plan).toEqual({
      amountFen: 9_900,
      paidPoints: 1000,
      bonusPoints: 250,
      missingBonus: 0,
      missingFen: 0,
    });
    const used = key();
    const asked = await refund(order, 9_900, used);
    expect(asked).toMatchObject({ state: 'paid', plan: null, refunds: [{ state: 'refunding', amountFen: 9_900 }] });
    expect(await points()).toEqual({ ...nothing, held: 1250 });
    expect((await refund(order, 9_900, used)).refunds).toHaveLength(1);
    await refused(refund(order, 9_900), 'recharge.not_refundable');
    await h.refundsArrive();
    expect(await orderNow(order)).toMatchObject({ state: 'refunded', refund: { state: 'succeeded', points: 1250 } });
    expect(await points()).toEqual(nothing);
    expect(walletFen()).toBe(before);
    const { items } = await desk.staff(listAudit, { size: 5 });
    expect(items[0]).toMatchObject({ action: 'recharge.refund', subjectName: order.orderNo });
    expect((await buyer.call(listNotices, {})).items[0]?.title).toBe('充值已退款');
  });

  test('given points that are gone are paid for at nominal value', async () => {
    await spend(101, ['bonus']);
    await refused(refund(order, 9_900), 'recharge.refund_changed');
    await refund(order, 9_900 - 1_010);
    await h.refundsArrive();
    expect(walletFen()).toBe(before - 1_010);
    expect(await points()).toEqual(nothing);
  });

  test('a single bought point that was spent, and nothing is paid back', async () => {
    await spend(251, ['bonus', 'paid']);
    await refused(refund(order, 9_900), 'recharge.points_used');
    expect(await detail(order)).toMatchObject({ plan: null, refusal: '这笔充值的积分已使用，不能退款' });
    expect(await points()).toEqual({ ...nothing, paid: 999 });
  });

  test('given points that somebody holds are waited for; gifts worth more than the price leave nothing to pay', async () => {
    const about = { key: key(), label: '对话', refKind: 'test', refId: buyer.id };
    const wish = { ...about, buyerId: buyer.id, points: 10, kinds: ['bonus' as const], expiresAt: null };
    const held = await h.app.db.tx((tx) => h.app.points.reserve(tx, wish));
    await refused(refund(order, 9_900), 'recharge.bonus_busy');
    await h.app.db.tx((tx) => h.app.points.cancel(tx, held));
    const generous = await h.given.package({ priceFen: 1_000, points: 100, bonusPoints: 100 });
    const gift = await h.given.paidRecharge(buyer, generous);
    await spend(350, ['bonus']);
    await refused(refund(gift, 1_000), 'recharge.refund_nothing');
  });

  test('spending and paying back at once: one of them wins, whole', async () => {
    const [paidBack, spent] = await Promise.allSettled([refund(order, 9_900), spend(1250, ['bonus', 'paid'])]);
    expect([paidBack.status, spent.status].toSorted()).toEqual(['fulfilled', 'rejected']);
    await h.refundsArrive();
    expect(await points()).toEqual(nothing);
    expect(walletFen()).toBe(paidBack.status === 'fulfilled' ? before : before - 9_900);
  });

  test('two members of staff at once pay back once', async () => {
    const both = await Promise.allSettled([refund(order, 9_900), refund(order, 9_900)]);
    expect(both.map((one) => one.status).toSorted()).toEqual(['fulfilled', 'rejected']);
    await h.refundsArrive();
    expect(walletFen()).toBe(before);
  });

  async function closedAtWechat() {
    h.wechat.refundDelay(null);
    await refund(order, 9_900);
    await h.settle();
    const sent = h.wechat.refunds().at(-1);
    await h.wechat.finishRefund(sent?.outRefundNo ?? '', 'CLOSED');
    await h.settle();
    h.wechat.refundDelay(1000);
    const { items } = await desk.staff(adminListPaymentCases, { state: 'open' });
    return items[0] as Got<typeof adminListPaymentCases>['items'][number];
  }
  const giveUp = () =>
    desk.staff(adminGiveUpRechargeRefund, { rechargeId: order.id, note: '用户改变主意' }, { key: key() });

  test('a refund that WeChat closes may be given up: the points go back, the case is over, and it may be tried anew', async () => {
    await refund(order, 9_900);
    await refused(giveUp(), 'recharge.refund_alive');
    await h.refundsArrive();
    await refused(giveUp(), 'recharge.not_refundable');

    buyer = await h.signIn();
    before = walletFen();
    order = await h.given.paidRecharge(buyer, packageId);
    const open = await closedAtWechat();
    expect((await detail(order)).refunds[0]).toMatchObject({ state: 'refunding', canGiveUp: true });
    expect(await points()).toEqual({ ...nothing, held: 1250 });
    expect(await giveUp()).toMatchObject({
      state: 'paid',
      refunds: [{ state: 'given_up' }],
      plan: { amountFen: 9_900 },
    });
    expect(await points()).toEqual({ ...nothing, paid: 1000, bonus: 250 });
    const again = { caseId: open.id, action: 'retry' as const, note: '再试' };
    expect((await desk.staff(adminResolvePaymentCase, again, { key: key() })).state).toBe('done');
    await h.refundsArrive();
    expect(walletFen()).toBe(before - 9_900);
    await refund(order, 9_900);
    await h.refundsArrive();
    expect(await orderNow(order)).toMatchObject({ state: 'refunded' });
    expect(walletFen()).toBe(before);
  });

  test('a refund that WeChat closes and staff send again arrives under its new number', async () => {
    const open = await closedAtWechat();
    await desk.staff(adminResolvePaymentCase, { caseId: open.id, action: 'retry', note: '再试' }, { key: key() });
    await h.refundsArrive();
    expect(await orderNow(order)).toMatchObject({ state: 'refunded' });
    expect(await points()).toEqual(nothing);
    expect(walletFen()).toBe(before);
  });
});

test('staff find an order by its number, its payment, its buyer, its package and its day', async () => {
  const packageId = await h.given.package({ name: '寻找' });
  const paid = await h.given.paidRecharge(buyer, packageId);
  const open = await h.given.recharge(await h.signIn(), packageId);
  const find = async (filter: object) => {
    const { items } = await desk.staff(adminListRecharges, { packageId, ...filter });
    return items.map((one) => one.orderNo).toSorted();
  };
  expect(await find({})).toEqual([open.orderNo, paid.orderNo].toSorted());
  expect(await find({ q: paid.orderNo })).toEqual([paid.orderNo]);
  expect(await find({ state: 'pending' })).toEqual([open.orderNo]);
  expect(await find({ buyerId: buyer.id })).toEqual([paid.orderNo]);
  const [row] = await h.app.db.q
    .selectFrom('payment_attempts')
    .select('transaction_id')
    .where('transaction_id', 'is not', null)
    .orderBy('created_at', 'desc')
    .limit(1)
    .execute();
  expect(await find({ q: row?.transaction_id ?? '' })).toEqual([paid.orderNo]);
  expect(await find({ from: '2020-01-01', to: '2020-01-02' })).toEqual([]);
});
