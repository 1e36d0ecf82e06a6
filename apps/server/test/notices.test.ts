// Letters of WeChat in all weather, through the whole house: the right end state, and the money accounted for in each.
import { randomBytes, sign } from 'node:crypto';
import {
  adminListPaymentCases,
  adminResolvePaymentCase,
  cancelOrder,
  getPaymentStatus,
  payCheckout,
  type Got,
} from '@jishi/contract';
import type { ForgeryKind } from '@jishi/wechat-sim';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { createDesk, orderId, pieces, refused, type Desk } from './desk.ts';
import { key, orderOf, type GivenSku } from './given.ts';
import { house, type BuyerSession, type House } from './house.ts';

let h: House;
let desk: Desk;
let tea: GivenSku;

beforeAll(async () => {
  h = await house();
  desk = await createDesk(h);
  tea = await h.given.sku({ stock: 100, priceFen: 12_300 });
});
beforeEach(() => {
  h.wechat.clearFaults();
  h.wechat.refundDelay(1000);
});
afterAll(async () => {
  await h?.books.balance({ atRest: true });
  await h?.close();
});

const WALLET_FEN = 10_000_000;
const spent = (buyer: BuyerSession) => WALLET_FEN - h.wechat.person(buyer.person.id).walletFen;

/** An order whose cashier is open on the buyer's phone. */
async function atTheTill() {
  const buyer = await h.given.buyer();
  const checkout = await h.given.checkout(buyer, [tea]);
  const order = orderOf(checkout);
  const number = await h.given.prepaid(buyer, checkout);
  const state = async () => (await desk.order(buyer, order)).state;
  const status = async () => (await buyer.call(getPaymentStatus, { checkoutId: checkout.id })).state;
  const attempts = async () => (await desk.money(order)).payments[0]?.attempts ?? [];
  return { buyer, checkout, order, number, state, status, attempts };
}
type Till = Awaited<ReturnType<typeof atTheTill>>;

/** Paid exactly once: one posting, one accepted attempt, and that is what the buyer has spent. */
async function paidOnce({ buyer, order, state, attempts }: Till) {
  await h.settle();
  expect(await state()).toBe('paid');
  expect(await desk.postings(order)).toEqual([
    {
      label: '收到货款',
      entries: [
        ['微信支付待结算', 12_300],
        ['订单预收款', -12_300],
      ],
    },
  ]);
  expect((await attempts()).filter((one) => one.isAccepted)).toHaveLength(1);
  expect(spent(buyer)).toBe(12_300);
  await h.books.balance({ atRest: true });
}

/** The buyer has nothing and has paid nothing; every piece is back. */
async function asIfNeverPaid({ buyer, state, attempts }: Till, cause: string) {
  await h.settle();
  await h.refundsArrive();
  expect(await state()).toBe('cancelled');
  expect(spent(buyer)).toBe(0);
  expect((await attempts()).flatMap((one) => one.refunds)).toMatchObject([{ cause, state: 'succeeded' }]);
  await h.books.balance({ atRest: true });
}

type Case = Got<typeof adminListPaymentCases>['items'][number];
const openCases = async () => (await desk.staff(adminListPaymentCases, { state: 'open' })).items;
const resolve = (one: Case | undefined, action: 'send_home' | 'retry' | 'mark_done') =>
  desk.staff(adminResolvePaymentCase, { caseId: one?.id ?? '', action, note: '已核对' }, { key: key() });

describe('a payment', () => {
  test('told ten times at once and twice again later: every letter is thanked for, paid once', async () => {
    const till = await atTheTill();
    const { noticeId } = await h.wechat.pay(till.number, { notice: 'held' });
    const calls = Array.from({ length: 10 }, () => h.wechat.deliver(noticeId));
    const answers = [...(await Promise.all(calls)).flat(), ...(await h.wechat.deliver(noticeId, { times: 2 }))];
    expect(answers.map((one) => one.status)).toEqual(Array.from({ length: 12 }, () => 204));
    await paidOnce(till);
    const { notices } = await desk.money(till.order);
    expect(notices).toMatchObject([{ state: 'done', why: '已入账' }]);
  });

  test('told after the buyer has cancelled: the money goes home', async () => {
    const till = await atTheTill();
    await till.buyer.call(cancelOrder, orderId(till.order), { key: key() });
    await h.wechat.pay(till.number, { force: true });
    await asIfNeverPaid(till, 'late');
    expect(await till.status()).toBe('closed');
  });

  test('made and told after the order has expired: the money goes home, and the piece may be sold to another', async () => {
    const till = await atTheTill();
    const before = await h.given.available(tea);
    await h.forward({ minutes: 31 });
    expect(await till.state()).toBe('cancelled');
    expect(await h.given.available(tea)).toBe(before + 1);
    const slip = await h.wechat.pay(till.number, { force: true, notice: 'held' });
    await h.forward({ hours: 3 });
    await h.wechat.deliver(slip.noticeId, { times: 3 });
    await asIfNeverPaid(till, 'late');
    expect(await h.given.available(tea)).toBe(before + 1);
  });

  test('told before the answer to our own request arrives: paid, and the phone is told so', async () => {
    const buyer = await h.given.buyer();
    const checkout = await h.given.checkout(buyer, [tea]);
    const order = orderOf(checkout);
    h.wechat.fault({ endpoint: 'prepay.jsapi', kind: 'slow-body', delayMs: 1200 });
    const known = new Set(h.wechat.orders().map((one) => one.outTradeNo));
    const asking = refused(
      buyer.call(payCheckout, { checkoutId: checkout.id, channel: 'jsapi' }, { key: key() }),
      'order.already_paid',
    );
    const born = () => h.wechat.orders().find((one) => !known.has(one.outTradeNo));
    await expect.poll(born).toBeDefined();
    await h.wechat.pay(born()?.outTradeNo ?? '');
    await h.settle();
    expect((await desk.order(buyer, order)).state).toBe('paid');
    await asking;
    expect(spent(buyer)).toBe(12_300);
    await h.books.balance({ atRest: true });
  });

  test('never told: found by asking half a minute later', async () => {
    const till = await atTheTill();
    await h.wechat.pay(till.number, { notice: 'dropped' });
    await h.settle();
    expect(await till.state()).toBe('unpaid');
    await h.forward({ seconds: 31 });
    await paidOnce(till);
  });

  test('never told: found when the buyer looks', async () => {
    const till = await atTheTill();
    await h.wechat.pay(till.number, { notice: 'dropped' });
    await h.wechat.clock.advance({ seconds: 4 });
    expect(await till.status()).toBe('paid');
    expect(await till.state()).toBe('paid');
    await paidOnce(till);
  });

  test('never told, and WeChat is silent until the order should expire: asked before it would be cancelled', async () => {
    const till = await atTheTill();
    await h.wechat.pay(till.number, { notice: 'dropped' });
    h.wechat.fault({ endpoint: 'order.query', kind: '500', count: 1000 });
    await h.forward({ minutes: 31 });
    expect(await till.state()).toBe('unpaid');
    await refused(
      till.buyer.call(payCheckout, { checkoutId: till.checkout.id, channel: 'native' }, { key: key() }),
      'checkout.not_payable',
    );
    h.wechat.clearFaults();
    await h.forward({ minutes: 1 });
    await paidOnce(till);
  });

  test('our server is away when WeChat tells: told again and heard', async () => {
    const till = await atTheTill();
    const slip = await h.wechat.pay(till.number, { notice: 'late', delayMs: 3_600_000 });
    // Nobody asks in between: only the letter brings it.
    await h.wechat.clock.advance({ minutes: 61 });
    expect(h.wechat.noticesOf(till.number).find((one) => one.id === slip.noticeId)?.state).toBe('delivered');
    await paidOnce(till);
  });

  test('signed by a certificate, and by the next one after WeChat has changed it: both are believed', async () => {
    h.wechat.signing('certificate');
    await h.forward({ hours: 13 });
    const first = await atTheTill();
    await h.wechat.pay(first.number);
    await paidOnce(first);
    h.wechat.rotate('announce');
    h.wechat.rotate('switch');
    await h.forward({ hours: 13 });
    const second = await atTheTill();
    await h.wechat.pay(second.number);
    await paidOnce(second);
    h.wechat.rotate('reset');
    h.wechat.signing('public_key');
  });
});

describe('a forgery', () => {
  const forgeries: ForgeryKind[] = [
    'wrong_signature',
    'unknown_serial',
    'signtest',
    'stale_timestamp',
    'tampered_ciphertext',
    'missing_signature',
  ];
  test.each(forgeries)('%s: refused with 401 in the shape of WeChat, and nothing moves', async (kind) => {
    const till = await atTheTill();
    const delivery = await h.wechat.forge(kind, till.number);
    expect(delivery).toMatchObject({ flavour: kind, status: 401, ok: false });
    expect(JSON.parse(delivery.answer)).toMatchObject({ code: 'FAIL' });
    await h.settle();
    expect(await till.state()).toBe('unpaid');
    expect(await desk.postings(till.order)).toEqual([]);
    // The real one is believed all the same.
    await h.wechat.pay(till.number);
    await paidOnce(till);
  });

  test('an old letter played again an hour later: refused, whatever it once was', async () => {
    const till = await atTheTill();
    await h.wechat.pay(till.number);
    await paidOnce(till);
    await h.forward({ hours: 1 });
    expect((await h.wechat.forge('stale_timestamp', till.number)).status).toBe(401);
    await paidOnce(till);
  });

  test.each(['unpaid_state', 'unknown_event'] as const)('%s: heard, and nothing moves', async (kind) => {
    const till = await atTheTill();
    expect((await h.wechat.forge(kind, till.number)).status).toBe(204);
    await h.settle();
    expect(await till.state()).toBe('unpaid');
    expect(await desk.postings(till.order)).toEqual([]);
    await h.books.balance();
    await h.forward({ minutes: 31 });
  });

  test.each(['other_appid', 'other_mchid'] as const)('%s: a case for staff, and nothing is booked', async (kind) => {
    const till = await atTheTill();
    await h.wechat.forge(kind, till.number);
    await h.settle();
    expect(await till.state()).toBe('unpaid');
    const found = (await openCases()).filter((one) => one.kind === 'orphan_payment');
    expect(found).toHaveLength(1);
    expect(await resolve(found[0], 'mark_done')).toMatchObject({ state: 'done' });
    await h.forward({ minutes: 31 });
    expect(await till.state()).toBe('cancelled');
    await h.books.balance({ atRest: true });
  });
});

describe('money that nobody expects', () => {
  test('another amount than asked: not paid, a case, and staff send it home', async () => {
    const till = await atTheTill();
    await h.wechat.pay(till.number, { claimTotalFen: 12_200 });
    await h.settle();
    expect(await till.state()).toBe('unpaid');
    expect(await till.attempts()).toMatchObject([{ state: 'disputed', isAccepted: false, paidFen: 12_200 }]);
    const found = await openCases();
    expect(found).toMatchObject([{ kind: 'amount_mismatch', paymentId: till.checkout.paymentId }]);
    await h.books.balance({ atRest: true });
    await refused(resolve(found[0], 'retry'), 'refund.not_retryable');
    await resolve(found[0], 'send_home');
    await resolve(found[0], 'send_home');
    await h.refundsArrive();
    expect(await till.attempts()).toMatchObject([
      { refunds: [{ cause: 'dispute', state: 'succeeded', amountFen: 12_200 }] },
    ]);
    expect(await openCases()).toEqual([]);
    // What is owed is still owed: the buyer may pay it rightly.
    await h.wechat.pay(await h.given.prepaid(till.buyer, till.checkout));
    await h.settle();
    expect(await till.state()).toBe('paid');
    await h.books.balance({ atRest: true });
  });

  test('an order that we never made: asked for again once, then booked and shown to staff until they have sorted it out', async () => {
    const till = await atTheTill();
    expect((await h.wechat.forge('unknown_order', till.number)).status).toBe(500);
    await h.forward({ minutes: 6 });
    const found = await openCases();
    expect(found).toMatchObject([{ kind: 'orphan_payment', paymentId: null }]);
    expect(await till.state()).toBe('unpaid');
    await h.books.balance();
    await resolve(found[0], 'mark_done');
    await h.wechat.pay(till.number);
    await paidOnce(till);
  });

  test('two cashiers are paid, told in the opposite order: the first told is the sale, the other goes home', async () => {
    const till = await atTheTill();
    const second = await h.given.prepaid(till.buyer, till.checkout, 'native');
    expect(h.wechat.order(till.number).state).toBe('CLOSED');
    await h.wechat.pay(till.number, { force: true, notice: 'held', by: till.buyer.person.id });
    await h.wechat.pay(second, { notice: 'held', by: till.buyer.person.id });
    const told = await h.wechat.release('lifo');
    expect(told.map((one) => one.subject)).toEqual([second, till.number]);
    await h.settle();
    await h.refundsArrive();
    await h.books.balance({ atRest: true });
    expect(await till.state()).toBe('paid');
    const attempts = (await till.attempts()).map((one) => [one.outTradeNo, one.isAccepted, one.refunds[0]?.cause]);
    expect(attempts.toSorted()).toEqual(
      [
        [till.number, false, 'duplicate'],
        [second, true, undefined],
      ].toSorted(),
    );
    expect(spent(till.buyer)).toBe(12_300);
  });
});

describe('a refund', () => {
  /** A paid order of which one of two pieces is on its way home; WeChat waits for us to say how it ends. */
  async function refunding() {
    const buyer = await h.given.buyer();
    const order = await desk.order(buyer, await h.given.paidOrder(buyer, [{ ...tea, quantity: 2 }]));
    const asked = await desk.ask(buyer, order, pieces(order, 1));
    h.wechat.refundDelay(null);
    await desk.approve(asked);
    await h.settle();
    const refunds = async () => (await desk.money(order)).payments[0]?.attempts[0]?.refunds ?? [];
    const number = async () => (await refunds())[0]?.outRefundNo ?? '';
    const state = async () => (await desk.caseOf(buyer, asked)).state;
    return { buyer, order, asked, refunds, number: await number(), state };
  }
  type Home = Awaited<ReturnType<typeof refunding>>;

  async function homeOnce({ buyer, order, state }: Home) {
    await h.settle();
    expect(await state()).toBe('done');
    expect(await desk.order(buyer, order)).toMatchObject({ state: 'paid', refundedFen: 12_300 });
    expect(spent(buyer)).toBe(12_300);
    expect((await desk.postings(order)).map((one) => one.label)).toEqual(['收到货款', '退款']);
    await h.books.balance({ atRest: true });
  }

  test('told ten times at once: done once, the piece is back once', async () => {
    const home = await refunding();
    const before = await h.given.available(tea);
    await h.wechat.finishRefund(home.number, 'SUCCESS', { notice: 'held' });
    const [letter] = h.wechat.noticesOf(home.number);
    const told = await Promise.all(Array.from({ length: 10 }, () => h.wechat.deliver(letter?.id ?? '')));
    expect(told.flat().map((one) => one.status)).toEqual(Array.from({ length: 10 }, () => 204));
    await homeOnce(home);
    expect(await h.given.available(tea)).toBe(before + 1);
  });

  test('never told: found by asking', async () => {
    const home = await refunding();
    await h.wechat.finishRefund(home.number, 'SUCCESS', { notice: 'dropped' });
    await h.forward({ minutes: 2 });
    await homeOnce(home);
  });

  test.each(['wrong_signature', 'stale_timestamp', 'tampered_ciphertext'] as const)(
    'forged by %s: refused, and the case waits',
    async (kind) => {
      const home = await refunding();
      expect((await h.wechat.forge(kind, home.number)).status).toBe(401);
      await h.settle();
      expect(await home.state()).toBe('refunding');
      await h.wechat.finishRefund(home.number, 'SUCCESS');
      await homeOnce(home);
    },
  );

  test('of a number that we never gave: no case is done by it', async () => {
    const home = await refunding();
    expect((await h.wechat.forge('unknown_order', home.number)).status).toBe(500);
    await h.forward({ minutes: 6 });
    expect(await home.state()).toBe('refunding');
    await h.wechat.finishRefund(home.number, 'SUCCESS');
    await homeOnce(home);
  });

  test('told before the payment it belongs to: both count once', async () => {
    const till = await atTheTill();
    await h.wechat.pay(till.number, { notice: 'held' });
    const [payLetter] = h.wechat.noticesOf(till.number);
    await h.forward({ seconds: 31 });
    expect(await till.state()).toBe('paid');
    const order = await desk.order(till.buyer, till.order);
    await desk.approve(await desk.ask(till.buyer, order, pieces(order)));
    await h.refundsArrive();
    expect(await till.state()).toBe('refunded');
    expect((await h.wechat.deliver(payLetter?.id ?? '', { times: 2 })).map((one) => one.status)).toEqual([204, 204]);
    await h.settle();
    expect(await till.state()).toBe('refunded');
    expect(spent(till.buyer)).toBe(0);
    expect(await desk.postings(order)).toHaveLength(2);
    await h.books.balance({ atRest: true });
  });

  test('two of one order, told in the opposite order: each ends its own case', async () => {
    const home = await refunding();
    const second = await desk.approve(await desk.ask(home.buyer, home.order, pieces(home.order, 1)));
    await h.forward({ seconds: 65 });
    const numbers = (await home.refunds()).map((one) => one.outRefundNo);
    for (const number of numbers) await h.wechat.finishRefund(number, 'SUCCESS', { notice: 'held' });
    await h.wechat.release('lifo');
    await h.settle();
    expect(await home.state()).toBe('done');
    expect((await desk.staffCase(second)).state).toBe('done');
    expect(await desk.order(home.buyer, home.order)).toMatchObject({ state: 'refunded', refundedFen: 24_600 });
    expect(spent(home.buyer)).toBe(0);
    await h.books.balance({ atRest: true });
  });

  test('that WeChat closes: a case; staff try again under a new number, and the money ends the after-sale case', async () => {
    const home = await refunding();
    await h.wechat.finishRefund(home.number, 'CLOSED');
    await h.settle();
    expect(await home.state()).toBe('refunding');
    const found = await openCases();
    expect(found.map((one) => one.kind)).toEqual(['refund_manual']);
    await h.books.balance();
    h.wechat.refundDelay(1000);
    await resolve(found[0], 'retry');
    await h.refundsArrive();
    expect((await home.refunds()).map((one) => one.state).toSorted()).toEqual(['closed', 'succeeded']);
    expect(await openCases()).toEqual([]);
    await homeOnce(home);
  });

  test('that the account cannot take: a case that ends by itself once it is sorted out at WeChat and staff ask again', async () => {
    const home = await refunding();
    await h.wechat.finishRefund(home.number, 'ABNORMAL');
    await h.settle();
    expect(await home.state()).toBe('refunding');
    const found = await openCases();
    expect(found.map((one) => one.kind)).toEqual(['refund_abnormal']);
    await h.books.balance();
    await sortOut(home.number);
    await resolve(found[0], 'retry');
    await h.wechat.finishRefund(home.number, 'SUCCESS', { notice: 'dropped' });
    await h.forward({ minutes: 2 });
    expect(await home.refunds()).toMatchObject([{ state: 'succeeded', receivedBy: '商户结算银行账户' }]);
    expect(await home.state()).toBe('done');
    expect(await openCases()).toEqual([]);
    // To the bank, so that the wallet has nothing of it.
    expect(spent(home.buyer)).toBe(24_600);
    await h.books.balance({ atRest: true });
  });
});

/** What a person does in WeChat's console: the money goes to the account of the merchant, who hands it over. */
async function sortOut(outRefundNo: string): Promise<void> {
  const { mchid, merchantSerialNo, merchantPrivateKey } = h.sim.credentials;
  const path = `/v3/refund/domestic/refunds/${h.wechat.refund(outRefundNo).refundId}/apply-abnormal-refund`;
  const body = JSON.stringify({ out_refund_no: outRefundNo, type: 'MERCHANT_BANK_CARD' });
  const timestamp = String(Math.floor(h.clock.now().getTime() / 1000));
  const nonce = randomBytes(16).toString('hex');
  const message = ['POST', path, timestamp, nonce, body, ''].join('\n');
  const signature = sign('sha256', Buffer.from(message), merchantPrivateKey).toString('base64');
  const facts = { mchid, nonce_str: nonce, timestamp, serial_no: merchantSerialNo, signature };
  const words = Object.entries(facts).map(([name, value]) => `${name}="${value}"`);
  const answer = await fetch(`${h.sim.url}${path}`, {
    method: 'POST',
    headers: {
      authorization: `WECHATPAY2-SHA256-RSA2048 ${words.join(',')}`,
      accept: 'application/json',
      'content-type': 'application/json',
      'user-agent': 'console',
    },
    body,
  });
  expect(answer.status, await answer.text()).toBe(200);
}
