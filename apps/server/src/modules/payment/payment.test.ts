// Paying and paying back, against the simulator over real HTTP and a real PostgreSQL, in all the weather there is.
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createPayClient } from '@jishi/wechat';
import { createSim, type PersonView, type Sim } from '@jishi/wechat-sim';
import { sql } from 'kysely';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { testDatabase, type TestDatabase } from '../../../test/database.ts';
import { testClock, type TestClock } from '../../platform/clock.ts';
import { inTransaction } from '../../platform/db.ts';
import { assert } from '../../platform/fail.ts';
import { newId } from '../../platform/ids.ts';
import { createJobs, type Jobs } from '../../platform/jobs.ts';
import { silentLog } from '../../platform/log.ts';
import { createMetrics } from '../../platform/metrics.ts';
import { events } from '../../events.ts';
import { createLedger, platformAccount, type Ledger } from '../ledger/ledger.ts';
import { createSettings } from '../settings/settings.ts';
import { schedulePayment } from './payment.jobs.ts';
import { createPayment, type Payment } from './payment.ts';

let database: TestDatabase;
let sim: Sim;
let clock: TestClock;
let payment: Payment;
let ledger: Ledger;
let jobs: Jobs;
let ear: Server;
let told: string[];

beforeAll(async () => {
  database = await testDatabase();
  clock = testClock();
  sim = await createSim({
    clock: 'steppable',
    startAt: clock.now(),
    onTick: (now) => clock.set(now),
    seed: 1,
    merchant: { openingAvailableFen: 1_000_000, refundDelayMs: null },
  });
  ear = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const route = request.url?.endsWith('refund') ? 'refund' : 'pay';
      const raw = { body: Buffer.concat(chunks), headers: request.headers as Record<string, string> };
      void payment.hear(route, raw, '127.0.0.1').then((answer) => {
        response.writeHead(answer.status, { 'content-type': 'application/json' });
        response.end(answer.body === undefined ? undefined : JSON.stringify(answer.body));
      });
    });
  });
  await new Promise<void>((resolve) => ear.listen(0, '127.0.0.1', resolve));
  const notify = `http://127.0.0.1:${(ear.address() as AddressInfo).port}`;
  const { credentials: c } = sim;
  const pay = createPayClient({
    mchid: c.mchid,
    appid: c.appid,
    serialNo: c.merchantSerialNo,
    privateKeyPem: c.merchantPrivateKey,
    apiV3Key: c.apiV3Key,
    baseUrl: sim.url,
    publicKey: { id: c.platformPublicKeyId, pem: c.platformPublicKey },
    notifyUrls: { pay: `${notify}/pay`, refund: `${notify}/refund`, transfer: `${notify}/transfer` },
    now: clock.now,
    timeoutMs: 400,
    retryPauseMs: 1,
    guard: () => assert(!inTransaction(), 'WeChat was called inside a transaction'),
  });
  ledger = createLedger({ clock });
  jobs = createJobs({ db: database.db, url: database.url, log: silentLog, events });
  payment = createPayment({
    db: database.db,
    clock,
    log: silentLog,
    metrics: createMetrics(),
    ledger,
    pay,
    merchant: { mchid: c.mchid, appids: { weapp: c.appid, h5: c.oaAppid } },
    openidOf: async (reader, buyerId) => {
      const row = await reader.q
        .selectFrom('buyers')
        .select('openid_weapp')
        .where('id', '=', buyerId)
        .executeTakeFirst();
      return row?.openid_weapp ?? null;
    },
    staff: { audit: async () => {} },
    settings: createSettings({
      db: database.db,
      clock,
      log: silentLog,
      staff: { audit: async () => {} },
      isDemo: true,
    }),
  });
  schedulePayment(jobs, payment);
  jobs.on('payment.succeeded', 'test', async ({ paymentId }) => void told.push(`paid ${paymentId}`));
  jobs.on('payment.closed', 'test', async ({ paymentId }) => void told.push(`closed ${paymentId}`));
  jobs.on('refund.succeeded', 'test', async ({ refundId }) => void told.push(`refunded ${refundId}`));
  jobs.on('refund.failed', 'test', async ({ refundId }) => void told.push(`failed ${refundId}`));
});
afterAll(async () => {
  await jobs.stop();
  await sim.close();
  ear.close();
  await database.close();
});
beforeEach(async () => {
  sim.control.clearFaults();
  await sim.control.settle();
  await jobs.drain();
  told = [];
});

type Owed = { paymentId: string; orderId: string; buyer: { id: never }; person: PersonView };

async function owe(amountFen = 19_900, subsidyFen = 0): Promise<Owed> {
  const person = sim.control.addPerson({ walletFen: 1_000_000 });
  const buyerId = newId<'buyer'>();
  await database.db.q
    .insertInto('buyers')
    .values({ id: buyerId, openid_weapp: person.openid, nickname: person.name, created_at: clock.now() })
    .execute();
  const orderId = newId<'order'>();
  const paymentId = await database.db.tx((tx) =>
    payment.open(tx, {
      payableKind: 'checkout',
      payableId: newId<'checkout'>(),
      buyerId,
      amountFen,
      parts: [{ account: { type: 'order_deferred', ownerKind: 'order', ownerId: orderId }, amountFen, subsidyFen }],
      description: '青瓷茶杯等 2 件',
      expiresAt: new Date(clock.now().getTime() + 30 * 60_000),
    }),
  );
  return { paymentId, orderId, buyer: { id: buyerId as never }, person };
}

const askToPay = (owed: Owed, channel: 'jsapi' | 'native' | 'h5' = 'jsapi') =>
  payment.prepay(owed.buyer, { paymentId: owed.paymentId, channel, platform: 'weapp', clientIp: '127.0.0.1' });
const attemptsOf = async (owed: Owed) =>
  (await payment.moneyOf(database.db, [owed.paymentId])).payments[0]?.attempts ?? [];
const numberOf = async (owed: Owed) => (await attemptsOf(owed)).at(-1)?.outTradeNo ?? '';
const stateOf = async (owed: Owed) => (await payment.view(database.db, [owed.paymentId])).get(owed.paymentId)?.state;
const owedTo = (owed: Owed) =>
  ledger.standing(database.db, { type: 'order_deferred', ownerKind: 'order', ownerId: owed.orderId });
const inSuspense = (owed: Owed) =>
  ledger.standing(database.db, { type: 'payment_suspense', ownerKind: 'payment', ownerId: owed.paymentId });
const atWechat = () => ledger.standing(database.db, platformAccount('provider_clearing'));
const close = (owed: Owed) =>
  database.db
    .tx((tx) => payment.beginClose(tx, owed.paymentId))
    .then((how) => (how === 'closing' ? payment.finishClose(owed.paymentId) : how));
async function forward(by: { hours?: number; minutes?: number; seconds?: number }): Promise<void> {
  await sim.control.clock.advance(by);
  await jobs.tick();
  await jobs.drain();
}
/** Lets WeChat finish every refund that it has accepted. */
async function moneyArrives(owed: Owed): Promise<void> {
  await jobs.drain();
  for (const attempt of await attemptsOf(owed)) {
    for (const refund of attempt.refunds) {
      if (refund.state === 'submitted') await sim.control.finishRefund(refund.outRefundNo, 'SUCCESS');
    }
  }
  await sim.control.settle();
  await jobs.drain();
}

describe('paying', () => {
  test('a signed prepay, a payment and its notice make the payable paid, once, and the money is owed to the order', async () => {
    const owed = await owe();
    const params = await askToPay(owed);
    expect(params).toMatchObject({ channel: 'jsapi', appId: sim.credentials.appid, signType: 'RSA' });
    const before = await atWechat();
    await sim.control.pay(await numberOf(owed));
    await sim.control.settle();
    await jobs.drain();
    expect(await stateOf(owed)).toBe('paid');
    expect(told).toEqual([`paid ${owed.paymentId}`]);
    expect(await owedTo(owed)).toBe(19_900);
    expect((await atWechat()) - before).toBe(19_900);
  });

  test('asking twice hands out the same attempt; another channel closes it first', async () => {
    const owed = await owe();
    const first = await askToPay(owed);
    const again = await askToPay(owed);
    expect(again).toMatchObject({ package: (first as { package: string }).package });
    const native = await askToPay(owed, 'native');
    expect(native).toMatchObject({ channel: 'native', codeSvg: expect.stringContaining('<svg') });
    expect((await attemptsOf(owed)).map((attempt) => attempt.state)).toEqual(['closed', 'prepaid']);
    expect(sim.control.order((await attemptsOf(owed))[0]?.outTradeNo ?? '').state).toBe('CLOSED');
  });

  test('ten taps at once make one attempt', async () => {
    const owed = await owe();
    await Promise.allSettled(Array.from({ length: 10 }, () => askToPay(owed)));
    expect((await attemptsOf(owed)).length).toBe(1);
  });

  test('a stranger cannot pay for it, and nobody after the time is over', async () => {
    const owed = await owe();
    await expect(
      payment.prepay(
        { id: newId<'buyer'>() },
        { paymentId: owed.paymentId, channel: 'native', platform: 'h5', clientIp: '127.0.0.1' },
      ),
    ).rejects.toMatchObject({ code: 'checkout.not_found' });
    await sim.control.clock.advance({ minutes: 30 });
    await expect(askToPay(owed)).rejects.toMatchObject({ code: 'checkout.expired' });
  });

  test.each(['timeout-after', 'reset-after', '500-after', 'truncated-json', 'wrong-signature'] as const)(
    'an answer lost by %s is no failure: the same request is sent again and leads to one order at WeChat',
    async (kind) => {
      const owed = await owe();
      sim.control.fault({ endpoint: 'prepay.jsapi', kind, count: 5, delayMs: 900 });
      await askToPay(owed).catch((error: { code: string }) => expect(error.code).toBe('payment.pending'));
      sim.control.clearFaults();
      await askToPay(owed);
      const attempts = await attemptsOf(owed);
      expect(attempts.length).toBe(1);
      await sim.control.pay(attempts[0]?.outTradeNo ?? '');
      await sim.control.settle();
      expect(await stateOf(owed)).toBe('paid');
    },
  );
});

describe('notices', () => {
  test('doubled ten times at once: booked once', async () => {
    const owed = await owe();
    await askToPay(owed);
    const slip = await sim.control.pay(await numberOf(owed), { notice: 'held' });
    await Promise.all([
      sim.control.deliver(slip.noticeId, { times: 5 }),
      sim.control.deliver(slip.noticeId, { times: 5 }),
    ]);
    await jobs.drain();
    expect(told).toEqual([`paid ${owed.paymentId}`]);
    expect(await owedTo(owed)).toBe(19_900);
  });

  test('lost: found by asking', async () => {
    const owed = await owe();
    await askToPay(owed);
    await sim.control.pay(await numberOf(owed), { notice: 'dropped' });
    expect(await stateOf(owed)).toBe('open');
    await forward({ seconds: 31 });
    expect(await stateOf(owed)).toBe('paid');
  });

  test('lost until the order would expire: found instead of closed', async () => {
    const owed = await owe();
    await askToPay(owed);
    await sim.control.pay(await numberOf(owed), { notice: 'dropped' });
    await forward({ minutes: 31 });
    expect(await stateOf(owed)).toBe('paid');
    expect(told).toEqual([`paid ${owed.paymentId}`]);
  });

  test('notice and query at the same time: booked once', async () => {
    const owed = await owe();
    await askToPay(owed);
    const slip = await sim.control.pay(await numberOf(owed), { notice: 'held' });
    await Promise.all([
      sim.control.deliver(slip.noticeId),
      payment.refresh(owed.paymentId),
      payment.refresh(owed.paymentId),
      close(owed),
    ]);
    await jobs.drain();
    expect(await stateOf(owed)).toBe('paid');
    expect(told).toEqual([`paid ${owed.paymentId}`]);
    expect(await owedTo(owed)).toBe(19_900);
  });

  test('before the prepay answer arrives: paid, and the buyer is told so', async () => {
    const owed = await owe();
    sim.control.fault({ endpoint: 'prepay.jsapi', kind: 'timeout-after', count: 3, delayMs: 900 });
    const asking = askToPay(owed).catch((error: { code: string }) => error.code);
    await expect
      .poll(() => numberOf(owed).then((number) => sim.control.orders().some((order) => order.outTradeNo === number)))
      .toBe(true);
    await sim.control.pay(await numberOf(owed));
    await sim.control.settle();
    expect(await asking).toBe('payment.pending');
    sim.control.clearFaults();
    expect(await stateOf(owed)).toBe('paid');
    await expect(askToPay(owed)).rejects.toMatchObject({ code: 'order.already_paid' });
  });

  test.each([
    'wrong_signature',
    'unknown_serial',
    'signtest',
    'stale_timestamp',
    'tampered_ciphertext',
    'missing_signature',
  ] as const)('forged by %s: refused, kept for the record, and nothing moves', async (kind) => {
    const owed = await owe();
    await askToPay(owed);
    const before = await atWechat();
    const delivery = await sim.control.forge(kind, await numberOf(owed));
    expect(delivery.status).toBe(401);
    expect(await stateOf(owed)).toBe('open');
    expect(await atWechat()).toBe(before);
  });

  test('an unknown order: asked for again once, then a case for staff with the money booked', async () => {
    const owed = await owe();
    await askToPay(owed);
    const before = await atWechat();
    expect((await sim.control.forge('unknown_order', await numberOf(owed))).status).toBe(500);
    await forward({ minutes: 6 });
    const { items } = await payment.cases(database.db, { state: 'open', page: 1, size: 50 });
    expect(items.filter((one) => one.kind === 'orphan_payment').length).toBe(1);
    expect((await atWechat()) - before).toBeGreaterThan(0);
    expect(await ledger.check(database.db)).toEqual({ unbalancedUnits: 0, crookedPostings: 0, driftedAccounts: 0 });
  });

  test('a wrong amount: not paid, disputed, a case, and staff send it home', async () => {
    const owed = await owe();
    await askToPay(owed);
    await sim.control.pay(await numberOf(owed), { claimTotalFen: 19_800 });
    await sim.control.settle();
    expect(await stateOf(owed)).toBe('open');
    expect((await attemptsOf(owed))[0]?.state).toBe('disputed');
    expect(await inSuspense(owed)).toBe(19_800);
    const { items } = await payment.cases(database.db, { state: 'open', page: 1, size: 50 });
    const mine = items.find((one) => one.paymentId === owed.paymentId);
    expect(mine?.kind).toBe('amount_mismatch');
  });
});

describe('closing', () => {
  test('nothing was tried: closed at once, without asking anybody', async () => {
    const owed = await owe();
    expect(await close(owed)).toBe('closed');
    await jobs.drain();
    expect(told).toEqual([`closed ${owed.paymentId}`]);
  });

  test('WeChat is asked and closed first', async () => {
    const owed = await owe();
    await askToPay(owed);
    expect(await close(owed)).toBe('closed');
    expect(sim.control.order(await numberOf(owed)).state).toBe('CLOSED');
    await expect(askToPay(owed)).rejects.toMatchObject({ code: 'checkout.not_payable' });
  });

  test('the buyer pays while we close: paid', async () => {
    const owed = await owe();
    await askToPay(owed);
    sim.control.fault({ endpoint: 'order.close', kind: 'user-paid-during-close' });
    expect(await close(owed)).toBe('paid');
    expect(await stateOf(owed)).toBe('paid');
  });

  test('WeChat does not answer: still closing, and the schedule ends it', async () => {
    const owed = await owe();
    await askToPay(owed);
    sim.control.fault({ endpoint: 'order.query', kind: '500', count: 9 });
    expect(await close(owed)).toBe('unknown');
    expect(await stateOf(owed)).toBe('closing');
    sim.control.clearFaults();
    await forward({ seconds: 20 });
    expect(await stateOf(owed)).toBe('closed');
  });

  test('money that arrives after all goes home by itself, to the last fen', async () => {
    const owed = await owe();
    await askToPay(owed);
    const number = await numberOf(owed);
    expect(await close(owed)).toBe('closed');
    const before = await atWechat();
    await sim.control.pay(number, { force: true });
    await sim.control.settle();
    expect(await stateOf(owed)).toBe('closed');
    expect(await inSuspense(owed)).toBe(19_900);
    await moneyArrives(owed);
    expect(await inSuspense(owed)).toBe(0);
    expect(await atWechat()).toBe(before);
    expect((await attemptsOf(owed))[0]?.refunds).toMatchObject([
      { cause: 'late', state: 'succeeded', amountFen: 19_900 },
    ]);
  });

  test('a second attempt that is paid too goes home, the first one stays', async () => {
    const owed = await owe();
    await askToPay(owed);
    const first = await numberOf(owed);
    await askToPay(owed, 'native');
    await sim.control.pay(await numberOf(owed));
    await sim.control.settle();
    await sim.control.pay(first, { force: true });
    await sim.control.settle();
    await moneyArrives(owed);
    expect(await owedTo(owed)).toBe(19_900);
    expect(await inSuspense(owed)).toBe(0);
    const attempts = await attemptsOf(owed);
    expect(attempts.map((attempt) => [attempt.state, attempt.isAccepted])).toEqual([
      ['succeeded', false],
      ['succeeded', true],
    ]);
    expect(attempts[0]?.refunds).toMatchObject([{ cause: 'duplicate', state: 'succeeded' }]);
  });

  test('paying against expiry, twenty times: each payment has one fate and the books balance', async () => {
    const all = await Promise.all(Array.from({ length: 20 }, () => owe(1000)));
    for (const owed of all) await askToPay(owed);
    await sim.control.clock.advance({ minutes: 30 });
    await Promise.all(
      all.map(async (owed, index) => {
        const number = await numberOf(owed);
        const paying = () => sim.control.pay(number, { force: true }).catch(() => undefined);
        await (index % 2 === 0
          ? Promise.all([paying(), payment.sweepExpired()])
          : Promise.all([payment.sweepExpired(), paying()]));
      }),
    );
    await sim.control.settle();
    await forward({ minutes: 5 });
    for (const owed of all) {
      await moneyArrives(owed);
      const state = await stateOf(owed);
      expect(['paid', 'closed']).toContain(state);
      expect(await owedTo(owed)).toBe(state === 'paid' ? 1000 : 0);
      expect(await inSuspense(owed)).toBe(0);
    }
    expect(await ledger.check(database.db)).toEqual({ unbalancedUnits: 0, crookedPostings: 0, driftedAccounts: 0 });
  });
});

describe('paying back', () => {
  async function paid(amountFen = 10_000, subsidyFen = 0): Promise<Owed> {
    const owed = await owe(amountFen, subsidyFen);
    await askToPay(owed);
    await sim.control.pay(await numberOf(owed));
    await sim.control.settle();
    await jobs.drain();
    told = [];
    return owed;
  }
  const giveBack = (owed: Owed, amountFen: number, refId: string = newId<'aftersale'>(), subsidyFen = 0) =>
    database.db.tx((tx) =>
      payment.refund(tx, {
        paymentId: owed.paymentId,
        amountFen,
        cause: 'aftersale',
        refKind: 'aftersale',
        refId,
        reason: '不想要了',
        sources: [{ type: 'order_deferred', ownerKind: 'order', ownerId: owed.orderId, amountFen, subsidyFen }],
      }),
    );
  const refundsOf = async (owed: Owed) => (await attemptsOf(owed)).flatMap((attempt) => attempt.refunds);

  test('sent, notified, booked: the order is owed less', async () => {
    const owed = await paid();
    const refundId = await giveBack(owed, 4_000);
    await moneyArrives(owed);
    expect(told).toEqual([`refunded ${refundId}`]);
    expect(await owedTo(owed)).toBe(6_000);
    expect(sim.control.person(owed.person.id).walletFen).toBe(1_000_000 - 6_000);
  });

  test('what the shop adds to a price is its cost, and a refund gives back its share of it', async () => {
    const cost = () => ledger.standing(database.db, platformAccount('discount_cost'));
    const before = await cost();
    const owed = await paid(10_000, 2_000);
    expect([await owedTo(owed), (await cost()) - before]).toEqual([12_000, 2_000]);
    await giveBack(owed, 2_500, undefined, 500);
    await moneyArrives(owed);
    expect([await owedTo(owed), (await cost()) - before]).toEqual([9_000, 1_500]);
    expect(sim.control.person(owed.person.id).walletFen).toBe(1_000_000 - 7_500);
  });

  test('a price that the shop bears alone is paid at once, and owed to the order', async () => {
    const owed = await owe(0, 3_000);
    await jobs.drain();
    expect([await stateOf(owed), await owedTo(owed)]).toEqual(['paid', 3_000]);
    expect(told).toEqual([`paid ${owed.paymentId}`]);
  });

  test('the same case asks twice: one refund', async () => {
    const owed = await paid();
    const refId = newId<'aftersale'>();
    const ids = await Promise.all([giveBack(owed, 4_000, refId), giveBack(owed, 4_000, refId)]);
    expect(new Set(ids).size).toBe(1);
  });

  test('twelve refunds of a tenth at once: ten are taken, none beyond what was paid', async () => {
    const owed = await paid();
    const results = await Promise.allSettled(Array.from({ length: 12 }, () => giveBack(owed, 1_000)));
    expect(results.filter((result) => result.status === 'fulfilled').length).toBe(10);
    for (let turn = 0; turn < 12; turn += 1) {
      await moneyArrives(owed);
      await forward({ minutes: 2 });
    }
    expect((await refundsOf(owed)).filter((refund) => refund.state === 'succeeded').length).toBe(10);
    expect(await owedTo(owed)).toBe(0);
  });

  test.each(['timeout-after', '500-after', 'reset-after', '429-accepted', 'timeout-before', '500'] as const)(
    'an answer lost by %s pays back once, under one number',
    async (kind) => {
      const owed = await paid();
      await giveBack(owed, 10_000);
      sim.control.fault({ endpoint: 'refund.create', kind, count: 3, delayMs: 900 });
      await jobs.drain();
      sim.control.clearFaults();
      await forward({ minutes: 2 });
      await moneyArrives(owed);
      await forward({ minutes: 2 });
      expect(await refundsOf(owed)).toMatchObject([{ state: 'succeeded' }]);
      expect(sim.control.person(owed.person.id).walletFen).toBe(1_000_000);
      expect(await owedTo(owed)).toBe(0);
    },
  );

  test('a lost refund notice is found by asking', async () => {
    const owed = await paid();
    await giveBack(owed, 10_000);
    await jobs.drain();
    const [refund] = await refundsOf(owed);
    await sim.control.finishRefund(refund?.outRefundNo ?? '', 'SUCCESS', { notice: 'dropped' });
    await forward({ minutes: 2 });
    expect(await refundsOf(owed)).toMatchObject([{ state: 'succeeded' }]);
  });

  test('ABNORMAL is a case for a person and keeps the amount promised; it ends by itself when the money arrives', async () => {
    const owed = await paid();
    const refundId = await giveBack(owed, 10_000);
    await jobs.drain();
    const [refund] = await refundsOf(owed);
    await sim.control.finishRefund(refund?.outRefundNo ?? '', 'ABNORMAL');
    await sim.control.settle();
    await jobs.drain();
    expect(told).toEqual([`failed ${refundId}`]);
    const open = await payment.cases(database.db, { state: 'open', page: 1, size: 50 });
    expect(open.items.find((one) => one.refundId === refundId)?.kind).toBe('refund_abnormal');
    await expect(giveBack(owed, 1)).rejects.toMatchObject({ code: 'refund.too_much' });
  });

  test('CLOSED frees the amount, and only then a new number may be used', async () => {
    const owed = await paid();
    const refId = newId<'aftersale'>();
    await giveBack(owed, 10_000, refId);
    await jobs.drain();
    const [refund] = await refundsOf(owed);
    await sim.control.finishRefund(refund?.outRefundNo ?? '', 'CLOSED');
    await sim.control.settle();
    await giveBack(owed, 10_000, refId);
    await moneyArrives(owed);
    await forward({ minutes: 3 });
    await moneyArrives(owed);
    expect((await refundsOf(owed)).map((one) => one.state)).toEqual(['closed', 'succeeded']);
    expect(await owedTo(owed)).toBe(0);
  });
});

test('at the end of all weather the books agree with WeChat’s own, fen by fen', async () => {
  expect(await ledger.check(database.db)).toEqual({ unbalancedUnits: 0, crookedPostings: 0, driftedAccounts: 0 });
  const { rows } = await sql<{ promised: number; waiting: number }>`
    select coalesce(sum(refunding_fen), 0)::bigint as promised,
           (select coalesce(sum(amount_fen), 0)::bigint from refunds where state in ('created', 'submitted', 'abnormal', 'manual')) as waiting
    from payment_attempts`.execute(database.db.q);
  expect(rows[0]?.promised).toBe(rows[0]?.waiting);
  expect(sim.control.ledger().sumFen).toBe(0);
});
