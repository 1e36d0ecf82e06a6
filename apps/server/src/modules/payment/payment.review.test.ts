// Ways into a state that nothing led out of: each was found by reading, and each has its way out here.
import { createPayClient } from '@jishi/wechat';
import { sql } from 'kysely';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { sellingHouse, type Selling, type Shopper } from '../../../test/selling.ts';
import { newId } from '../../platform/ids.ts';
import { silentLog } from '../../platform/log.ts';
import { createMetrics } from '../../platform/metrics.ts';
import { createSettings } from '../settings/settings.ts';
import { createPayment, type Payment } from './payment.ts';

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

type Till = { paymentId: string };
const HOUR = 60 * 60_000;

async function owe(amountFen = 10_000, payableMs = 30 * 60_000): Promise<Till> {
  const orderId = newId<'order'>();
  const paymentId = await house.db.tx((tx) =>
    house.payment.open(tx, {
      payableKind: 'checkout',
      payableId: newId<'checkout'>(),
      buyerId: shopper.id,
      amountFen,
      parts: [{ account: { type: 'order_deferred', ownerKind: 'order', ownerId: orderId }, amountFen }],
      description: '青瓷茶杯',
      expiresAt: new Date(house.clock.now().getTime() + payableMs),
    }),
  );
  return { paymentId };
}
const ask = (owed: Till, by: Payment = house.payment, channel: 'jsapi' | 'native' = 'jsapi') =>
  by.prepay(shopper, { paymentId: owed.paymentId, channel, platform: 'weapp', clientIp: '127.0.0.1' });
const attemptsOf = async (owed: Till) =>
  (await house.payment.moneyOf(house.db, [owed.paymentId])).payments[0]?.attempts ?? [];
const numberOf = async (owed: Till) => (await attemptsOf(owed)).at(-1)?.outTradeNo ?? '';
const stateOf = async (owed: Till) => (await house.payment.view(house.db, [owed.paymentId])).get(owed.paymentId)?.state;
const close = (owed: Till, by: Payment = house.payment) =>
  house.db
    .tx((tx) => by.beginClose(tx, owed.paymentId))
    .then((how) => (how === 'closing' ? by.finishClose(owed.paymentId) : how));

type Other = { fetch?: typeof fetch; notify?: string; appid?: string };

/** The same till after somebody has changed the settings, or with another line to WeChat. */
function tillWith({ fetch, notify = 'http://127.0.0.1:9', appid }: Other): Payment {
  const { credentials: c } = house.sim;
  const { db, clock, ledger, staff, identity } = house;
  const pay = createPayClient({
    mchid: c.mchid,
    appid: c.appid,
    serialNo: c.merchantSerialNo,
    privateKeyPem: c.merchantPrivateKey,
    apiV3Key: c.apiV3Key,
    baseUrl: house.sim.url,
    publicKey: { id: c.platformPublicKeyId, pem: c.platformPublicKey },
    notifyUrls: { pay: `${notify}/pay`, refund: `${notify}/refund`, transfer: `${notify}/transfer` },
    now: clock.now,
    retryPauseMs: 1,
    ...(fetch ? { fetch: (url: string, init: RequestInit) => fetch(url, init) } : {}),
  });
  const merchant = { mchid: c.mchid, appids: { weapp: appid ?? c.appid, h5: appid ?? c.oaAppid } };
  const openidOf = identity.openidOf;
  const settings = createSettings({ db, clock, log: silentLog, staff, isDemo: true });
  const watched = { log: silentLog, metrics: createMetrics() };
  return createPayment({ db, clock, ...watched, ledger, pay, merchant, staff, openidOf, settings });
}

describe('cashiers that somebody may hold', () => {
  test('a close that overtakes a cashier on its way does not believe that nobody has one', async () => {
    const owed = await owe();
    const asked = Promise.withResolvers<void>();
    let asking: Promise<unknown> = Promise.resolve();
    const till = tillWith({
      fetch: async (url, init) => {
        const isPrepay = String(url).endsWith('/jsapi');
        if (isPrepay) await asked.promise;
        const answer = await fetch(url, init);
        if (!isPrepay && init?.method === 'GET' && answer.status === 404) {
          asked.resolve();
          await asking;
        }
        return answer;
      },
    });
    asking = ask(owed, till);
    await expect.poll(() => numberOf(owed)).not.toBe('');
    const outcome = await close(owed, till);
    expect(await asking).toMatchObject({ channel: 'jsapi' });
    expect(outcome).toBe('unknown');
    await house.forward({ seconds: 20 });
    expect(await stateOf(owed)).toBe('closed');
    expect(house.sim.control.order(await numberOf(owed)).state).toBe('CLOSED');
  });

  test('a second question that WeChat refuses ends the first cashier at WeChat before the next one is made', async () => {
    const owed = await owe(10_000, 3 * HOUR);
    await ask(owed);
    const first = await numberOf(owed);
    // The prepay id is stale after two hours, and the address for notices has been changed since.
    await house.sim.control.clock.advance({ minutes: 111 });
    expect(await ask(owed, tillWith({}))).toMatchObject({ channel: 'jsapi' });
    expect(house.sim.control.order(first).state).toBe('CLOSED');
    expect((await attemptsOf(owed)).map((attempt) => attempt.state)).toEqual(['closed', 'prepaid']);
  });

  test('a refusal for good closes the cashier that is out, and a payment made with it is not lost', async () => {
    const [unpaid, paid] = [await owe(10_000, 3 * HOUR), await owe(10_000, 3 * HOUR)];
    for (const owed of [unpaid, paid]) await ask(owed);
    await house.sim.control.pay(await numberOf(paid), { notice: 'dropped' });
    await house.sim.control.clock.advance({ minutes: 111 });
    const till = tillWith({ notify: 'http://notices.example' });
    await expect(ask(unpaid, till)).rejects.toMatchObject({ code: 'payment.refused' });
    expect(house.sim.control.order(await numberOf(unpaid)).state).toBe('CLOSED');
    await expect(ask(paid, till)).rejects.toMatchObject({ code: 'order.already_paid' });
    expect(await stateOf(paid)).toBe('paid');
  });

  test('WeChat knows nothing of a cashier it gave: once its time is over the payment closes all the same', async () => {
    const owed = await owe();
    await ask(owed);
    await sql`update payment_attempts set out_trade_no = ${`PGONE${Date.now()}`} where payment_id = ${owed.paymentId}`.execute(
      house.db.q,
    );
    expect(await close(owed)).toBe('unknown');
    await house.forward({ minutes: 31 });
    expect(await stateOf(owed)).toBe('closing');
    await house.forward({ minutes: 15 });
    expect(await stateOf(owed)).toBe('closed');
  });

  test('money asked for under the old appid is ours after the appid has been changed', async () => {
    const owed = await owe();
    await ask(owed);
    await house.sim.control.pay(await numberOf(owed), { notice: 'dropped' });
    await tillWith({ appid: 'wx0000000000000000' }).refresh(owed.paymentId);
    expect(await stateOf(owed)).toBe('paid');
  });
});

describe('cases for people', () => {
  async function givenBack(): Promise<Till & { refundId: string; refundNo: string }> {
    const owed = await owe();
    await ask(owed);
    await house.sim.control.pay(await numberOf(owed));
    await house.sim.control.settle();
    const { rows } = await sql<{ id: string }>`
      select (parts -> 0 -> 'account' ->> 'ownerId') as id from payments where id = ${owed.paymentId}`.execute(
      house.db.q,
    );
    const refundId = await house.db.tx((tx) =>
      house.payment.refund(tx, {
        paymentId: owed.paymentId,
        amountFen: 10_000,
        cause: 'aftersale',
        refKind: 'test',
        refId: newId<'aftersale'>(),
        reason: '不想要了',
        sources: [{ type: 'order_deferred', ownerKind: 'order', ownerId: rows[0]?.id ?? '', amountFen: 10_000 }],
      }),
    );
    const refundNo = (await attemptsOf(owed))[0]?.refunds[0]?.outRefundNo ?? '';
    return { ...owed, refundId, refundNo };
  }
  const casesOf = async (owed: Till) => {
    const { items } = await house.payment.cases(house.db, { state: 'open', page: 1, size: 100 });
    return items.filter((one) => one.paymentId === owed.paymentId);
  };
  const retry = (one: { id: string }) =>
    house.payment.resolveCase(house.boss, { caseId: one.id, action: 'retry', note: '已处理' });
  const refundStates = async (owed: Till) => (await attemptsOf(owed)).flatMap((a) => a.refunds.map((r) => r.state));

  test('a refund that is abnormal again after a retry is a case again', async () => {
    const owed = await givenBack();
    await house.jobs.drain();
    await house.sim.control.finishRefund(owed.refundNo, 'ABNORMAL');
    await house.sim.control.settle();
    for (let round = 0; round < 2; round += 1) {
      const [one, ...more] = await casesOf(owed);
      expect([one?.kind, more.length]).toEqual(['refund_abnormal', 0]);
      await retry(one ?? { id: '' });
      await house.forward({ minutes: 1 });
      expect(await refundStates(owed)).toEqual(['abnormal']);
    }
    expect((await casesOf(owed)).length).toBe(1);
  });

  test('a refund that is refused five more times after a retry is a case again', async () => {
    const owed = await givenBack();
    // WeChat does not know this transaction: refused, whoever asks.
    await sql`update payment_attempts set transaction_id = ${`42${Date.now()}`} where payment_id = ${owed.paymentId}`.execute(
      house.db.q,
    );
    for (let round = 0; round < 2; round += 1) {
      for (let turn = 0; turn < 5; turn += 1) await house.forward({ hours: 12 });
      expect(await refundStates(owed)).toEqual(['manual']);
      const [one, ...more] = await casesOf(owed);
      expect([one?.kind, more.length]).toEqual(['refund_manual', 0]);
      if (round === 0) await retry(one ?? { id: '' });
    }
  });

  test('hours without WeChat do not hold a refund back for hours more', async () => {
    const owed = await givenBack();
    house.sim.control.fault({ endpoint: 'refund.*', kind: '500', count: 1000 });
    for (let turn = 0; turn < 20; turn += 1) await house.forward({ minutes: 31 });
    expect(await refundStates(owed)).toEqual(['created']);
    house.sim.control.clearFaults();
    await house.forward({ minutes: 31 });
    expect(await refundStates(owed)).toEqual(['submitted']);
  });

  test('a refund first abnormal and then closed asks one question, and its answer ends it', async () => {
    const owed = await givenBack();
    await house.jobs.drain();
    await sql`insert into payment_cases (id, key, kind, payment_id, refund_id, detail, created_at)
      values (${newId<'case'>()}, ${owed.refundId}, 'refund_abnormal', ${owed.paymentId}, ${owed.refundId}, '退款异常', now())`.execute(
      house.db.q,
    );
    await house.sim.control.finishRefund(owed.refundNo, 'CLOSED');
    await house.sim.control.settle();
    const [one, ...more] = await casesOf(owed);
    expect([one?.kind, more.length]).toEqual(['refund_manual', 0]);
    await retry(one ?? { id: '' });
    await house.shop.moneyArrives();
    expect(await refundStates(owed)).toEqual(['closed', 'succeeded']);
    expect(await casesOf(owed)).toEqual([]);
  });

  test('a wrong amount that staff sent home through WeChat’s console does not stay on the books as owed', async () => {
    const owed = await owe();
    await ask(owed);
    await house.sim.control.pay(await numberOf(owed), { claimTotalFen: 9_000 });
    await house.sim.control.settle();
    const account = { type: 'payment_suspense', ownerKind: 'payment', ownerId: owed.paymentId } as const;
    expect(await house.ledger.standing(house.db, account)).toBe(9_000);
    const [one] = await casesOf(owed);
    await house.payment.resolveCase(house.boss, {
      caseId: one?.id ?? '',
      action: 'mark_done',
      note: '已在商户平台退款',
    });
    expect(await house.ledger.standing(house.db, account)).toBe(0);
  });
});

test('forged letters are refused however many come, and only the first of a minute are kept', async () => {
  const kept = async () => {
    const { rows } = await sql<{ n: number }>`
      select count(*)::int as n from provider_notices where state = 'rejected'`.execute(house.db.q);
    return rows[0]?.n ?? 0;
  };
  const forged = { body: Buffer.from('{}'), headers: {} };
  for (let turn = 0; turn < 70; turn += 1) {
    expect(await house.payment.hear('pay', forged, '203.0.113.9')).toMatchObject({ status: 401 });
  }
  expect(await kept()).toBe(60);
  await house.sim.control.clock.advance({ minutes: 1 });
  await house.payment.hear('pay', forged, '203.0.113.9');
  expect(await kept()).toBe(61);
});
