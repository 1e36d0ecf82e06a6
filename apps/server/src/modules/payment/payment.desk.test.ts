// What staff see and do about letters, attempts and refunds.
import { sql } from 'kysely';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { sellingHouse, type Selling, type Shopper } from '../../../test/selling.ts';
import { newId } from '../../platform/ids.ts';

let house: Selling;
let shopper: Shopper;
beforeAll(async () => {
  house = await sellingHouse();
});
afterAll(() => house.close());
beforeEach(async () => {
  shopper = await house.given.shopper();
});

const page = { page: 1, size: 50 };

async function owe(amountFen = 10_000) {
  const orderId = newId<'order'>();
  const account = { type: 'order_deferred', ownerKind: 'order', ownerId: orderId } as const;
  const paymentId = await house.db.tx((tx) =>
    house.payment.open(tx, {
      payableKind: 'checkout',
      payableId: newId<'checkout'>(),
      buyerId: shopper.id,
      amountFen,
      parts: [{ account, amountFen }],
      description: '青瓷茶杯',
      expiresAt: new Date(house.clock.now().getTime() + 30 * 60_000),
    }),
  );
  await house.payment.prepay(shopper, { paymentId, channel: 'jsapi', platform: 'weapp', clientIp: '127.0.0.1' });
  const { items } = await house.payment.desk.attempts(house.db, page);
  const outTradeNo = items.find((attempt) => attempt.paymentId === paymentId)?.outTradeNo ?? '';
  return { paymentId, account, outTradeNo };
}
const letterOf = async (outTradeNo: string) =>
  (await house.payment.desk.notices(house.db, { q: outTradeNo, ...page })).items[0];

describe('letters', () => {
  /** While it lasts nothing can be settled, as if the house had a fault. */
  const broken = async (work: () => Promise<void>) => {
    await sql`alter table payment_attempts add constraint broken check (state <> 'succeeded') not valid`.execute(
      house.db.q,
    );
    try {
      await work();
    } finally {
      await sql`alter table payment_attempts drop constraint broken`.execute(house.db.q);
    }
  };

  test('one that cannot be worked on is tried after 1, 3 and 5 minutes, then lies dead until staff try it', async () => {
    const owed = await owe();
    const before = await house.payment.desk.noticeStats(house.db, {});
    await broken(async () => {
      const slip = await house.sim.control.pay(owed.outTradeNo, { notice: 'held' });
      await house.sim.control.deliver(slip.noticeId);
      house.sim.control.drop(slip.noticeId);
      expect(await letterOf(owed.outTradeNo)).toMatchObject({ state: 'failed', tries: 1 });
      // A second before each pause is over nothing happens; then it does.
      for (const [minutes, tries, state] of [
        [1, 2, 'failed'],
        [3, 3, 'failed'],
        [5, 4, 'dead'],
      ] as const) {
        await house.sim.control.clock.advance({ seconds: minutes * 60 - 1 });
        await house.payment.retryNotices();
        expect((await letterOf(owed.outTradeNo))?.tries).toBe(tries - 1);
        await house.sim.control.clock.advance({ seconds: 1 });
        await house.payment.retryNotices();
        expect(await letterOf(owed.outTradeNo)).toMatchObject({ state, tries });
      }
      await house.sim.control.clock.advance({ hours: 1 });
      await house.payment.retryNotices();
      expect((await letterOf(owed.outTradeNo))?.tries).toBe(4);
    });
    const letter = await letterOf(owed.outTradeNo);
    expect(letter?.nextTryAt).toBeNull();
    const stats = await house.payment.desk.noticeStats(house.db, {});
    expect({ total: stats.total - before.total, dead: stats.dead, waiting: stats.waiting }).toEqual({
      total: 1,
      dead: 1,
      waiting: 0,
    });

    await house.payment.retryNotice(house.boss, letter?.id ?? '');
    await house.jobs.drain();
    expect(await letterOf(owed.outTradeNo)).toMatchObject({ state: 'done', tries: 5 });
    expect((await house.payment.view(house.db, [owed.paymentId])).get(owed.paymentId)?.state).toBe('paid');
    await expect(house.payment.retryNotice(house.boss, letter?.id ?? '')).rejects.toMatchObject({
      code: 'payment.notice_settled',
    });
    const { rows } = await sql<{ total: number }>`
      select count(*)::int as total from audit_log where action = 'payment.notice.retry'`.execute(house.db.q);
    expect(rows[0]?.total).toBe(1);
  });

  test('WeChat’s own resends do not use up the plan, and end it when one works', async () => {
    const owed = await owe();
    let noticeId = '';
    await broken(async () => {
      noticeId = (await house.sim.control.pay(owed.outTradeNo, { notice: 'held' })).noticeId;
      await house.sim.control.deliver(noticeId, { times: 6 });
    });
    expect(await letterOf(owed.outTradeNo)).toMatchObject({ state: 'failed', deliveries: 6 });
    await house.sim.control.deliver(noticeId);
    expect(await letterOf(owed.outTradeNo)).toMatchObject({ state: 'done', why: '已入账', nextTryAt: null });
  });

  test('is kept as it came, with headers, body and address; what was decrypted has no openid', async () => {
    const owed = await owe();
    await house.sim.control.pay(owed.outTradeNo);
    await house.sim.control.settle();
    const seen = await house.payment.desk.notice(house.db, (await letterOf(owed.outTradeNo))?.id ?? '');
    expect(seen).toMatchObject({ isVerified: true, ip: '127.0.0.1', paymentId: owed.paymentId, state: 'done' });
    expect(Object.keys(seen.headers)).toContain('wechatpay-signature');
    expect(JSON.parse(seen.body)).toMatchObject({ event_type: 'TRANSACTION.SUCCESS' });
    expect(seen.facts).toMatchObject({ outTradeNo: owed.outTradeNo, totalFen: 10_000, openid: null });
  });

  test('a forged one is kept, counted, and cannot be worked on', async () => {
    const before = await house.payment.desk.noticeStats(house.db, {});
    await house.payment.hear('pay', { headers: {}, body: Buffer.from('{}') }, '203.0.113.9');
    const { items } = await house.payment.desk.notices(house.db, { state: 'rejected', ...page });
    expect(items[0]).toMatchObject({ eventType: 'unverified', ip: '203.0.113.9', why: '缺少签名信息' });
    const after = await house.payment.desk.noticeStats(house.db, {});
    expect(after.failed - before.failed).toBe(1);
    await expect(house.payment.retryNotice(house.boss, items[0]?.id ?? '')).rejects.toMatchObject({
      code: 'payment.notice_settled',
    });
  });
});

test('attempts and refunds are found by any number of theirs, with what happens next', async () => {
  const owed = await owe();
  await house.sim.control.pay(owed.outTradeNo);
  await house.sim.control.settle();
  const refundId = await house.db.tx((tx) =>
    house.payment.refund(tx, {
      paymentId: owed.paymentId,
      amountFen: 4_000,
      cause: 'aftersale',
      refKind: 'test',
      refId: newId<'aftersale'>(),
      reason: '不想要了',
      sources: [{ ...owed.account, amountFen: 4_000 }],
    }),
  );
  await house.shop.moneyArrives();
  const refund = await house.payment.desk.refund(house.db, refundId);
  expect(refund).toMatchObject({
    state: 'succeeded',
    way: 'wechat',
    outTradeNo: owed.outTradeNo,
    sources: [{ account: '订单预收款', amountFen: 4_000, subsidyFen: 0 }],
    notices: [{ eventType: 'REFUND.SUCCESS', state: 'done' }],
    cases: [],
  });
  for (const q of [owed.outTradeNo, refund.outRefundNo, refund.transactionId ?? '']) {
    const attempts = await house.payment.desk.attempts(house.db, { q, ...page });
    expect(attempts).toMatchObject({ total: 1, items: [{ outTradeNo: owed.outTradeNo, refundedFen: 4_000 }] });
    const refunds = await house.payment.desk.refunds(house.db, { q, ...page });
    expect(refunds).toMatchObject({ total: 1, items: [{ id: refundId, payableKind: 'checkout' }] });
  }
  expect((await house.payment.desk.refunds(house.db, { state: 'manual', ...page })).total).toBe(0);
  await expect(house.payment.desk.refund(house.db, newId<'refund'>())).rejects.toMatchObject({
    code: 'refund.not_found',
  });
});
