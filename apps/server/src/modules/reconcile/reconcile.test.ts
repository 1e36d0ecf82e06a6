// Days compared with WeChat's bills: agreed, different in every way, late, broken, twice; over HTTP where staff decide.
import {
  adminCloseReconcileCase,
  adminDownloadBill,
  adminGetReconcileDay,
  adminListReconcileCases,
  adminListReconcileDays,
  adminRepairReconcileCase,
  adminRunReconcile,
  type ReconcileCaseView,
} from '@jishi/contract';
import { createPayClient } from '@jishi/wechat';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { key, orderOf, type GivenSku } from '../../../test/given.ts';
import { ADMIN, house, type BuyerSession, type House } from '../../../test/house.ts';
import { platformAccount } from '../ledger/ledger.ts';

let h: House;
let buyer: BuyerSession;
let sku: GivenSku;
beforeEach(async () => {
  h = await house({ feeBps: 60 });
  buyer = await h.given.buyer();
  sku = await h.given.sku({ stock: 50, priceFen: 9_900 });
});
afterEach(() => h.close());

/** The test clock begins on 2 March, ten in the morning in Shanghai. */
const DAY = '2026-03-02';
const tomorrow = () => h.forward({ days: 1 });
const one = (day = DAY) => admin((call) => call(adminGetReconcileDay, { day }));
const standing = (type: Parameters<typeof platformAccount>[0]) =>
  h.app.ledger.standing(h.app.db, platformAccount(type));

async function admin<T>(work: (call: Awaited<ReturnType<House['admin']>>['call']) => Promise<T>): Promise<T> {
  return work((await h.admin()).call);
}
const cases = async (state?: 'open'): Promise<ReconcileCaseView[]> =>
  (await admin((call) => call(adminListReconcileCases, { ...(state ? { state } : {}), size: 100 }))).items;
const onlyCase = async (): Promise<ReconcileCaseView> => {
  const open = await cases('open');
  expect(open).toHaveLength(1);
  return open[0] as ReconcileCaseView;
};
const repair = (one: { id: ReconcileCaseView['id'] }) =>
  admin((call) => call(adminRepairReconcileCase, { caseId: one.id, note: '' }, { key: key() }));
async function again(day = DAY) {
  await admin((call) => call(adminRunReconcile, { day }, { key: key() }));
  await h.settle();
  return one(day);
}

/** A paid order and its number at WeChat. */
async function sold(): Promise<{ number: string; transactionId: string }> {
  const checkout = await h.given.checkout(buyer, [{ skuId: sku.skuId }]);
  const number = await h.given.prepaid(buyer, checkout);
  const { transactionId } = await h.wechat.pay(number);
  await h.settle();
  return { number, transactionId };
}

/** Sends `amountFen` of a fresh paid order home, and waits for it where `arrives`. */
async function refunded(amountFen = 1_000, arrives = true) {
  await sendBack(orderOf(await paidCheckout()).id, amountFen);
  if (arrives) await h.refundsArrive();
  const refund = h.wechat.refunds().at(-1);
  if (!refund) throw new Error('nothing was refunded');
  return refund;
}
async function sendBack(orderId: string, amountFen: number): Promise<void> {
  const { rows } = await h.app.db.pool.query(
    'select c.payment_id from checkouts c join orders o on o.checkout_id = c.id where o.id = $1',
    [orderId],
  );
  await h.app.db.tx((tx) =>
    h.app.payment.refund(tx, {
      paymentId: String(rows[0].payment_id),
      amountFen,
      cause: 'aftersale',
      refKind: 'test',
      refId: orderId,
      reason: '退',
      sources: [{ type: 'order_deferred', ownerKind: 'order', ownerId: orderId, amountFen }],
    }),
  );
  await h.settle();
}
async function paidCheckout() {
  const checkout = await h.given.checkout(buyer, [{ skuId: sku.skuId }]);
  await h.wechat.pay(await h.given.prepaid(buyer, checkout));
  await h.settle();
  return checkout;
}

test('a day on which everything agrees: fees and payouts are booked once, and our clearing account is what WeChat holds', async () => {
  await sold();
  await refunded(5_000);
  h.wechat.fund({ account: 'unsettled', amountFen: -3_000 });
  const before = await standing('provider_clearing');
  expect(before).toBe(9_900 * 2 - 5_000);
  await tomorrow();
  const day = await one();
  // 0.6 % of 99.00 is 0.59 for each; of the second 5,000 of 9,900 come back: 29.
  expect(day).toMatchObject({
    state: 'agreed',
    openCases: 0,
    cases: 0,
    figures: {
      wechat: { payments: 2, paidFen: 19_800, refunds: 1, refundedFen: 5_000 },
      ours: { payments: 2, paidFen: 19_800, refunds: 1, refundedFen: 5_000 },
      ledger: { payments: 2, paidFen: 19_800, refunds: 1, refundedFen: 5_000 },
      feeFen: 59 + 59 - 29,
      payoutFen: 3_000,
      found: {},
    },
    runs: [{ by: '系统', state: 'done' }],
  });
  expect(await standing('provider_fee')).toBe(89);
  expect(await standing('bank')).toBe(3_000);
  const { balances } = h.wechat.ledger();
  const held = (balances['merchant:available'] ?? 0) + (balances['merchant:unsettled'] ?? 0) - 100_000_000;
  expect(await standing('provider_clearing')).toBe(held);
  // Twice changes nothing, however often.
  await again();
  expect(await again()).toMatchObject({ state: 'agreed', runs: [{}, {}, {}] });
  expect(await standing('provider_fee')).toBe(89);
  expect(await standing('provider_clearing')).toBe(held);
  await h.books.balance();
});

test('the bills lie there as they came, for staff and for nobody else', async () => {
  const { number } = await sold();
  await tomorrow();
  const day = await one();
  expect(day.bills).toMatchObject([
    { kind: 'trade', lines: 1 },
    { kind: 'fund', lines: 2 },
  ]);
  const { cookie } = await h.staff(ADMIN.username, ADMIN.password);
  const url = `${h.api}/admin/reconcile/days/${DAY}/bills/trade`;
  const answer = await fetch(url, { headers: { cookie, 'x-client': 'admin' } });
  const text = await answer.text();
  expect(answer.headers.get('content-type')).toContain('text/csv');
  expect(text).toContain(`\`${number},`);
  expect((await fetch(url)).status).toBe(401);
  expect((await fetch(`${h.url}/files/${DAY}/trade-${day.bills[0]?.sha1}.csv`)).status).toBe(404);
  await expect(admin((call) => call(adminDownloadBill, { day: '2026-03-01', kind: 'trade' }))).rejects.toMatchObject({
    code: 'reconcile.bill_gone',
  });
});

describe('each kind of difference is found, proposed, mended and gone', () => {
  const change = (more: Omit<Parameters<House['wechat']['changeBill']>[0], 'day'>) =>
    h.wechat.changeBill({ day: DAY, ...more });

  test('a payment that nobody told us of goes the one path to its order', async () => {
    const checkout = await h.given.checkout(buyer, [{ skuId: sku.skuId }]);
    const number = await h.given.prepaid(buyer, checkout);
    await h.wechat.pay(number, { notice: 'dropped' });
    // As if the house had been down: nobody asks by itself.
    await h.wechat.clock.advance({ days: 1 });
    await h.app.db.pool.query("update payment_attempts set next_check_at = '2027-01-01'");
    await h.app.db.pool.query("update payments set expires_at = '2027-01-01'");
    await h.app.jobs.tick('reconcile.daily');
    const found = await onlyCase();
    expect(found).toMatchObject({ kind: 'missing_here', number, wechatFen: 9_900, oursFen: null, repair: 'recover' });
    const done = await repair(found);
    expect(done).toMatchObject({ state: 'repaired', doneBy: '店长', resolution: expect.stringContaining('已入账') });
    expect(await repair(found)).toMatchObject({ state: 'repaired', resolution: done.resolution });
    await h.settle();
    const { rows } = await h.app.db.pool.query('select state from orders');
    expect(rows).toEqual([{ state: 'paid' }]);
    expect(await again()).toMatchObject({ state: 'agreed', openCases: 0, cases: 1 });
    await h.books.balance({ atRest: true });
  });

  test('money that belongs to nothing here is kept for its owner, and going home by hand is understood', async () => {
    await sold();
    const number = 'OTHERSYSTEM0001';
    const stranger = await createStranger(number);
    await tomorrow();
    const found = await onlyCase();
    expect(found).toMatchObject({ kind: 'missing_here', number, wechatFen: 7_700 });
    expect(await repair(found)).toMatchObject({ state: 'repaired', resolution: expect.stringContaining('待退回') });
    expect(await again()).toMatchObject({ state: 'agreed' });
    await h.books.balance({ atRest: true });
    // Staff give it back in WeChat's console: the next bill has a refund that we never sent.
    await stranger.giveBack();
    await tomorrow();
    const unknown = await onlyCase();
    expect(unknown).toMatchObject({ kind: 'refund_unknown', wechatFen: 7_700, repair: 'book' });
    expect(await repair(unknown)).toMatchObject({ resolution: expect.stringContaining('扣减') });
    expect(await standing('loss')).toBe(0);
    expect(await again('2026-03-03')).toMatchObject({ state: 'agreed' });
    await h.books.balance({ atRest: true });
  });

  test('a payment that the bill lacks although WeChat knows it: the bill is fetched again', async () => {
    const { number } = await sold();
    change({ bill: 'trade', change: 'drop', number });
    await tomorrow();
    const found = await onlyCase();
    expect(found).toMatchObject({ kind: 'missing_there', number, oursFen: 9_900, wechatFen: null, repair: 'recheck' });
    expect(found.detail).toContain('确实存在');
    h.wechat.honestBills();
    expect(await repair(found)).toMatchObject({ state: 'open' });
    await h.settle();
    expect((await cases())[0]).toMatchObject({ state: 'settled', resolution: '再次核对时已一致' });
    expect(await one()).toMatchObject({ state: 'agreed', openCases: 0 });
  });

  test('another amount is booked to the difference, with what is too much kept for its owner', async () => {
    const { number } = await sold();
    const second = await sold();
    change({ bill: 'trade', change: 'amount', number, amountFen: 9_950 });
    change({ bill: 'trade', change: 'amount', number: second.number, amountFen: 9_800 });
    change({ bill: 'fund', change: 'drop', number });
    change({ bill: 'fund', change: 'drop', number: second.number });
    await tomorrow();
    const open = await cases('open');
    const amounts = open.filter((one) => one.kind === 'amount_differs');
    expect(amounts.map((one) => [one.number, one.wechatFen, one.oursFen]).toSorted()).toEqual(
      [
        [number, 9_950, 9_900],
        [second.number, 9_800, 9_900],
      ].toSorted(),
    );
    expect(open.filter((one) => one.kind === 'fund_differs')).toHaveLength(2);
    const before = await standing('provider_clearing');
    for (const found of amounts) await repair(found);
    expect(await standing('provider_clearing')).toBe(before - 50);
    expect(await standing('loss')).toBe(100);
    await again();
    expect((await cases('open')).filter((one) => one.kind === 'amount_differs')).toEqual([]);
    expect(await standing('provider_clearing')).toBe(before - 50);
  });

  test('a refund in a state that we do not know of is asked for', async () => {
    h.wechat.refundDelay(null);
    const refund = await refunded(1_000, false);
    await h.wechat.finishRefund(refund.outRefundNo, 'SUCCESS', { notice: 'dropped' });
    await h.app.db.pool.query("update refunds set next_check_at = '2027-01-01'");
    await h.wechat.clock.advance({ days: 1 });
    await h.app.jobs.tick('reconcile.daily');
    const found = await onlyCase();
    expect(found).toMatchObject({ kind: 'refund_state', number: refund.outRefundNo, repair: 'recover' });
    expect(await repair(found)).toMatchObject({ resolution: '退款状态已更新' });
    expect(await again()).toMatchObject({ state: 'agreed' });
    await h.books.balance({ atRest: true });
  });

  test('a refund that the bill lacks, one of another amount and one that nobody here began', async () => {
    const gone = await refunded(1_000);
    const other = await refunded(1_000);
    const { transactionId } = await sold();
    change({ bill: 'trade', change: 'drop', number: gone.outRefundNo });
    change({ bill: 'trade', change: 'amount', number: other.outRefundNo, amountFen: 1_200 });
    change({ bill: 'trade', change: 'add-refund', number: 'CONSOLE1', amountFen: 500, of: transactionId });
    await tomorrow();
    const open = await cases('open');
    const by = (kind: string) => open.find((one) => one.kind === kind);
    expect(by('refund_missing')).toMatchObject({ number: gone.outRefundNo, oursFen: 1_000, repair: 'recheck' });
    expect(by('refund_differs')).toMatchObject({ number: other.outRefundNo, wechatFen: 1_200, oursFen: 1_000 });
    const unknown = by('refund_unknown');
    expect(unknown).toMatchObject({ number: 'CONSOLE1', wechatFen: 500, repair: 'book' });
    const before = await standing('provider_clearing');
    await repair(unknown ?? { id: '' as never });
    expect(await standing('provider_clearing')).toBe(before - 500);
    expect(await standing('loss')).toBe(500);
    await h.books.balance();
  });

  test('fees that the two bills tell differently follow the account; a flow that nobody knows is kept or lost by decision', async () => {
    const { number } = await sold();
    change({ bill: 'trade', change: 'fee', number, feeFen: 70 });
    change({ bill: 'fund', change: 'add', number: 'MYSTERY', amountFen: -250 });
    await tomorrow();
    const open = await cases('open');
    expect(open.map((one) => one.kind).toSorted()).toEqual(['fee_differs', 'fund_unknown']);
    expect(await standing('provider_fee')).toBe(59);
    for (const found of open) await repair(found);
    expect(await standing('loss')).toBe(250);
    expect(await one()).toMatchObject({ state: 'agreed', cases: 2 });
    // The bill is corrected later: only the difference is booked.
    h.wechat.honestBills();
    change({ bill: 'fund', change: 'fee', number, feeFen: 60 });
    change({ bill: 'trade', change: 'fee', number, feeFen: 60 });
    await again();
    expect(await standing('provider_fee')).toBe(60);
    await h.books.balance();
  });

  test('a line that stands there twice, and a posting that does not match', async () => {
    const { number } = await sold();
    const second = await sold();
    change({ bill: 'trade', change: 'twice', number });
    await h.app.db.tx(async (tx) => {
      const { rows } = await h.app.db.pool.query('select id from payment_attempts where out_trade_no = $1', [
        second.number,
      ]);
      await tx.q.updateTable('payment_attempts').set({ paid_fen: 9_000 }).where('id', '=', rows[0].id).execute();
    });
    change({ bill: 'trade', change: 'amount', number: second.number, amountFen: 9_000 });
    change({ bill: 'fund', change: 'drop', number: second.number });
    await tomorrow();
    const kinds = (await cases('open')).map((one) => [one.kind, one.number]);
    expect(kinds).toContainEqual(['listed_twice', number]);
    expect(kinds).toContainEqual(['ledger_differs', second.number]);
  });

  test('a case is closed with a reason and stays closed, and only staff who may', async () => {
    const { number } = await sold();
    change({ bill: 'trade', change: 'drop', number });
    await tomorrow();
    const found = await onlyCase();
    const closing = { caseId: found.id, reason: '与微信客服确认，账单漏列' };
    const done = await admin((call) => call(adminCloseReconcileCase, closing, { key: key() }));
    expect(done).toMatchObject({ state: 'closed', resolution: closing.reason, doneBy: '店长' });
    expect(await one()).toMatchObject({ state: 'agreed', openCases: 0, cases: 1 });
    expect(await again()).toMatchObject({ state: 'agreed', openCases: 0, cases: 1 });
    await h.books.balance();
  });
});

describe('when the bill cannot be had', () => {
  test('before ten nothing is asked; a bill being made is waited for; then the day is compared', async () => {
    await sold();
    await h.forward({ hours: 23, minutes: 50 });
    expect((await admin((call) => call(adminListReconcileDays, {}))).total).toBe(0);
    h.wechat.billMode('creating');
    await h.forward({ minutes: 20 });
    expect(await one()).toMatchObject({ state: 'waiting', tries: 1, why: expect.stringContaining('生成中') });
    await h.forward({ minutes: 5 });
    expect(await one()).toMatchObject({ tries: 1 });
    h.wechat.honestBills();
    await h.forward({ minutes: 30 });
    expect(await one()).toMatchObject({ state: 'agreed', why: null, runs: [{ state: 'done' }, { state: 'waiting' }] });
  });

  test('a file that hashes to something else is thrown away and nothing is booked', async () => {
    await sold();
    h.wechat.billMode('wrong_hash');
    await tomorrow();
    expect(await one()).toMatchObject({ state: 'failed', why: expect.stringContaining('校验和'), bills: [] });
    expect(await standing('provider_fee')).toBe(0);
    expect(h.app.checks.map((check) => check.name)).toContain('每日对账');
    expect(await h.app.checks.find((check) => check.name === '每日对账')?.run()).toContain('1 天对账失败');
    h.wechat.honestBills();
    await h.forward({ minutes: 31 });
    expect(await one()).toMatchObject({ state: 'agreed' });
  });

  test('a WeChat that does not answer is asked again; missed days are caught up in order', async () => {
    await sold();
    h.wechat.fault({ endpoint: 'bill.apply', kind: '500', count: 3 });
    await tomorrow();
    expect(await one()).toMatchObject({ state: 'failed', why: expect.stringContaining('没有得到微信的答复') });
    await sold();
    await h.wechat.clock.advance({ days: 4 });
    await h.app.jobs.tick('reconcile.daily');
    const { items } = await admin((call) => call(adminListReconcileDays, {}));
    expect(items.map((item) => [item.day, item.state])).toEqual([
      ['2026-03-06', 'agreed'],
      ['2026-03-05', 'agreed'],
      ['2026-03-04', 'agreed'],
      ['2026-03-03', 'agreed'],
      ['2026-03-02', 'agreed'],
    ]);
  });

  test('today and last winter are refused by hand', async () => {
    const run = (day: string) => admin((call) => call(adminRunReconcile, { day }, { key: key() }));
    await expect(run(DAY)).rejects.toMatchObject({ code: 'reconcile.too_early' });
    await expect(run('2025-11-01')).rejects.toMatchObject({ code: 'reconcile.too_late' });
  });
});

test('the edge of a day in Shanghai: paid in its last tenth of a second, given back in the first of the next', async () => {
  const checkout = await h.given.checkout(buyer, [{ skuId: sku.skuId }]);
  await h.wechat.clock.set(new Date('2026-03-02T23:59:59.900+08:00'));
  await h.app.db.pool.query("update payments set expires_at = '2027-01-01'");
  const number = await h.given.prepaid(buyer, checkout);
  await h.wechat.pay(number);
  await h.settle();
  await h.forward({ seconds: 1 });
  await sendBack(orderOf(checkout).id, 100);
  await h.refundsArrive();
  await h.forward({ days: 1, hours: 11 });
  expect(await one('2026-03-02')).toMatchObject({
    state: 'agreed',
    figures: { wechat: { payments: 1, refunds: 0 }, ours: { payments: 1, refunds: 0 } },
  });
  expect(await one('2026-03-03')).toMatchObject({
    state: 'agreed',
    figures: { wechat: { payments: 0, refunds: 1 }, ours: { payments: 0, refunds: 1 } },
  });
  await h.books.balance({ atRest: true });
});

test('payments that arrive while a day is compared disturb nobody, and two comparisons at once are one', async () => {
  for (let sale = 0; sale < 3; sale += 1) await sold();
  await h.wechat.clock.advance({ days: 1 });
  await h.app.jobs.tick('reconcile.daily');
  const results = await Promise.all([
    h.app.rooms.reconcile.run(DAY, '甲'),
    h.app.rooms.reconcile.run(DAY, '乙'),
    sold(),
    sold(),
  ]);
  expect(results.slice(0, 2)).toContain('done');
  expect(await again()).toMatchObject({ state: 'agreed', cases: 0 });
  expect(await standing('provider_fee')).toBe(3 * 59);
  await h.books.balance({ atRest: true });
});

/** Another system of the same merchant takes money under a number that we have never given out. */
async function createStranger(number: string) {
  const { openid } = h.wechat.addPerson({ walletFen: 100_000 });
  const { credentials: c, url } = h.sim;
  const pay = createPayClient({
    mchid: c.mchid,
    appid: c.appid,
    serialNo: c.merchantSerialNo,
    privateKeyPem: c.merchantPrivateKey,
    apiV3Key: c.apiV3Key,
    baseUrl: url,
    publicKey: { id: c.platformPublicKeyId, pem: c.platformPublicKey },
    notifyUrls: {
      pay: `${h.api}/payment/notify/wechat`,
      refund: `${h.api}/payment/notify/wechat/refund`,
      transfer: `${h.api}/t`,
    },
    now: h.clock.now,
  });
  const asked = await pay.prepayJsapi({ outTradeNo: number, description: '别家', totalFen: 7_700, openid });
  expect(asked.outcome).toBe('ok');
  await h.wechat.pay(number, { notice: 'dropped' });
  return {
    giveBack: async () => {
      const given = await pay.refund({
        outTradeNo: number,
        outRefundNo: 'CONSOLE0001',
        refundFen: 7_700,
        totalFen: 7_700,
      });
      expect(given.outcome).toBe('ok');
      await h.settle();
    },
  };
}
