// The wallet as a second means: held, spent, given back, and never twice; refunds that split over both means.
import fc from 'fast-check';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { sellingHouse, type Selling, type Shopper } from '../../../test/selling.ts';
import { newId } from '../../platform/ids.ts';
import { platformAccount } from '../ledger/ledger.ts';
import { splitRefund } from './payment.rules.ts';

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

const wallet = () => ({ type: 'wallet_available', ownerKind: 'buyer', ownerId: shopper.id }) as const;
const inWallet = () => house.ledger.standing(house.db, wallet());
/** Money in the wallet, however it came there: here it is the shop's goodwill. */
const endow = (amountFen: number) =>
  house.db.tx((tx) =>
    house.ledger.post(tx, {
      key: `endow:${newId<'posting'>()}`,
      label: '补偿',
      refKind: 'test',
      refId: shopper.id,
      lines: [
        { account: platformAccount('loss'), debitFen: amountFen },
        { account: wallet(), creditFen: amountFen },
      ],
    }),
  );

type Till = { paymentId: string; orderId: string };
async function owe(amountFen = 10_000): Promise<Till> {
  const orderId = newId<'order'>();
  const paymentId = await house.db.tx((tx) =>
    house.payment.open(tx, {
      payableKind: 'checkout',
      payableId: newId<'checkout'>(),
      buyerId: shopper.id,
      amountFen,
      parts: [{ account: { type: 'order_deferred', ownerKind: 'order', ownerId: orderId }, amountFen }],
      description: '青瓷茶杯',
      expiresAt: new Date(house.clock.now().getTime() + 30 * 60_000),
    }),
  );
  return { paymentId, orderId };
}
const ask = (owed: Till, balanceFen: number, channel: 'jsapi' | 'native' = 'jsapi') =>
  house.payment.prepay(shopper, {
    paymentId: owed.paymentId,
    channel,
    platform: 'weapp',
    balanceFen,
    clientIp: '127.0.0.1',
  });
const moneyOf = async (owed: Till) => {
  const [money] = (await house.payment.moneyOf(house.db, [owed.paymentId])).payments;
  if (!money) throw new Error('the payment is gone');
  return money;
};
const stateOf = async (owed: Till) => (await moneyOf(owed)).state;
const attemptsOf = async (owed: Till) => (await moneyOf(owed)).attempts;
const owedTo = (owed: Till) =>
  house.ledger.standing(house.db, { type: 'order_deferred', ownerKind: 'order', ownerId: owed.orderId });
const payLast = async (owed: Till) => {
  await house.sim.control.pay((await attemptsOf(owed)).at(-1)?.outTradeNo ?? '');
  await house.sim.control.settle();
};
const close = (owed: Till) =>
  house.db
    .tx((tx) => house.payment.beginClose(tx, owed.paymentId))
    .then((how) => (how === 'closing' ? house.payment.finishClose(owed.paymentId) : how));
const giveBack = (owed: Till, amountFen: number) =>
  house.db.tx((tx) =>
    house.payment.refund(tx, {
      paymentId: owed.paymentId,
      amountFen,
      cause: 'aftersale',
      refKind: 'test',
      refId: newId<'aftersale'>(),
      reason: '不想要了',
      sources: [{ type: 'order_deferred', ownerKind: 'order', ownerId: owed.orderId, amountFen }],
    }),
  );

describe('paying with the wallet', () => {
  test('a part from the wallet: WeChat is asked for the rest, and both become the order’s', async () => {
    await endow(5_000);
    const owed = await owe();
    await ask(owed, 3_000);
    expect(await inWallet()).toBe(2_000);
    expect(await attemptsOf(owed)).toMatchObject([{ amountFen: 7_000 }]);
    await payLast(owed);
    expect([await stateOf(owed), await owedTo(owed), await inWallet()]).toEqual(['paid', 10_000, 2_000]);
  });

  test('all of it from the wallet: paid at once, and WeChat never hears of it', async () => {
    await endow(12_000);
    const owed = await owe();
    expect(await ask(owed, 10_000)).toEqual({ channel: 'balance' });
    expect([await stateOf(owed), await owedTo(owed), await inWallet()]).toEqual(['paid', 10_000, 2_000]);
    expect(await attemptsOf(owed)).toEqual([]);
    await expect(ask(owed, 10_000)).rejects.toMatchObject({ code: 'order.already_paid' });
  });

  test('another share closes the live attempt first, and the wallet has what it gave before', async () => {
    await endow(5_000);
    const owed = await owe();
    await ask(owed, 5_000);
    await ask(owed, 1_000);
    expect(await inWallet()).toBe(4_000);
    await ask(owed, 0);
    expect(await inWallet()).toBe(5_000);
    expect(await attemptsOf(owed)).toMatchObject([
      { amountFen: 5_000, state: 'closed' },
      { amountFen: 9_000, state: 'closed' },
      { amountFen: 10_000, state: 'prepaid' },
    ]);
    const numbers = (await attemptsOf(owed)).map((attempt) => house.sim.control.order(attempt.outTradeNo).state);
    expect(numbers).toEqual(['CLOSED', 'CLOSED', 'NOTPAY']);
  });

  test('what the wallet promised is free again when nobody pays', async () => {
    await endow(5_000);
    const owed = await owe();
    await ask(owed, 5_000);
    expect(await close(owed)).toBe('closed');
    expect(await inWallet()).toBe(5_000);
    const other = await owe();
    await ask(other, 5_000);
    await house.forward({ minutes: 32 });
    expect([await stateOf(other), await inWallet()]).toEqual(['closed', 5_000]);
  });

  test('more than there is: refused, nothing held', async () => {
    await endow(2_000);
    const owed = await owe();
    await expect(ask(owed, 3_000)).rejects.toMatchObject({ code: 'payment.balance_short' });
    expect([await inWallet(), await stateOf(owed)]).toEqual([2_000, 'open']);
  });

  test('the same balance spent on two payments at once: one of them has it', async () => {
    for (let round = 0; round < 5; round += 1) {
      const before = await inWallet();
      await endow(10_000 - before);
      const both = [await owe(), await owe()];
      const results = await Promise.allSettled(both.map((owed) => ask(owed, 10_000)));
      const refused = results.filter((result) => result.status === 'rejected');
      expect(refused).toMatchObject([{ reason: { code: 'payment.balance_short' } }]);
      expect(await inWallet()).toBe(0);
    }
  });

  test('paid by the wallet against its own expiry: one fate, and no fen lost', async () => {
    for (let round = 0; round < 6; round += 1) {
      const before = await inWallet();
      if (before < 10_000) await endow(10_000 - before);
      const owed = await owe();
      const racing = [() => ask(owed, 10_000).catch(() => undefined), () => close(owed)];
      await Promise.all((round % 2 === 0 ? racing : racing.toReversed()).map((run) => run()));
      const state = await stateOf(owed);
      expect(await inWallet()).toBe(state === 'paid' ? 0 : 10_000);
      expect(await owedTo(owed)).toBe(state === 'paid' ? 10_000 : 0);
    }
  });

  test('money for an attempt that was priced before the wallet gave its share goes home', async () => {
    await endow(4_000);
    const owed = await owe();
    await ask(owed, 0);
    const first = (await attemptsOf(owed))[0]?.outTradeNo ?? '';
    await ask(owed, 4_000);
    await house.sim.control.pay(first, { force: true });
    await house.sim.control.settle();
    expect(await stateOf(owed)).toBe('open');
    await house.shop.moneyArrives();
    expect((await attemptsOf(owed))[0]).toMatchObject({
      state: 'succeeded',
      isAccepted: false,
      refunds: [{ cause: 'late', amountFen: 10_000, state: 'succeeded' }],
    });
    await payLast(owed);
    expect([await stateOf(owed), await owedTo(owed)]).toEqual(['paid', 10_000]);
  });
});

describe('paying back over both means', () => {
  test('cash first up to the cash paid, the rest to the wallet', async () => {
    await endow(3_000);
    const owed = await owe();
    await ask(owed, 3_000);
    await payLast(owed);
    await giveBack(owed, 6_000);
    await giveBack(owed, 2_500);
    await giveBack(owed, 1_500);
    await expect(giveBack(owed, 1)).rejects.toMatchObject({ code: 'refund.too_much' });
    // The last one needs no WeChat: it has arrived.
    expect(await inWallet()).toBe(1_500);
    await house.shop.moneyArrives();
    expect([await inWallet(), await owedTo(owed)]).toEqual([3_000, 0]);
    const money = await moneyOf(owed);
    expect(money.refundedFen).toBe(10_000);
    expect(money.attempts[0]?.refunds).toMatchObject([
      { amountFen: 6_000, balanceFen: 0 },
      { amountFen: 2_500, balanceFen: 1_500 },
    ]);
    expect(money.walletRefunds).toMatchObject([{ amountFen: 1_500, balanceFen: 1_500, state: 'succeeded' }]);
  });

  test('whatever the parts, each means gets back exactly what it gave', () => {
    fc.assert(
      fc.property(
        fc.nat({ max: 100_000 }),
        fc.nat({ max: 100_000 }),
        fc.array(fc.integer({ min: 1, max: 20_000 }), { maxLength: 60 }),
        (cash, balance, wishes) => {
          let [cashLeft, balanceLeft] = [cash, balance];
          for (const wish of [...wishes, cash + balance]) {
            const amount = Math.min(wish, cashLeft + balanceLeft);
            const { cashFen, balanceFen } = splitRefund(amount, cashLeft);
            expect(cashFen + balanceFen).toBe(amount);
            expect(Math.min(cashFen, balanceFen)).toBeGreaterThanOrEqual(0);
            if (balanceFen > 0) expect(cashLeft - cashFen).toBe(0);
            cashLeft -= cashFen;
            balanceLeft -= balanceFen;
            expect(Math.min(cashLeft, balanceLeft)).toBeGreaterThanOrEqual(0);
          }
          expect([cashLeft, balanceLeft]).toEqual([0, 0]);
        },
      ),
    );
  });

  test('a refund that WeChat has closed leaves both parts free, and the next takes them again', async () => {
    await endow(3_000);
    const owed = await owe();
    await ask(owed, 3_000);
    await payLast(owed);
    await giveBack(owed, 9_000);
    await house.jobs.drain();
    const refund = (await attemptsOf(owed))[0]?.refunds[0];
    await house.sim.control.finishRefund(refund?.outRefundNo ?? '', 'CLOSED');
    await house.sim.control.settle();
    expect(await inWallet()).toBe(0);
    const one = (await house.payment.cases(house.db, { state: 'open', page: 1, size: 100 })).items.find(
      (item) => item.refundId === refund?.id,
    );
    await house.payment.resolveCase(house.boss, { caseId: one?.id ?? '', action: 'retry', note: '再退一次' });
    await house.shop.moneyArrives();
    expect([await inWallet(), await owedTo(owed)]).toEqual([2_000, 1_000]);
  });

  test('beyond a year WeChat takes no refund: staff are told at once and may put it into the wallet', async () => {
    const owed = await owe();
    await ask(owed, 0);
    await payLast(owed);
    await house.sim.control.clock.advance({ days: 366 });
    const id = await giveBack(owed, 10_000);
    await house.jobs.drain();
    const one = (await house.payment.cases(house.db, { state: 'open', page: 1, size: 100 })).items.find(
      (item) => item.refundId === id,
    );
    expect(one?.detail).toContain('365 天');
    await house.payment.resolveCase(house.boss, { caseId: one?.id ?? '', action: 'to_wallet', note: '已与买家沟通' });
    expect([await inWallet(), await owedTo(owed)]).toEqual([10_000, 0]);
    expect((await attemptsOf(owed))[0]?.refunds).toMatchObject([{ state: 'succeeded', way: 'wallet' }]);
    expect((await house.payment.refundOf(house.db, id))?.walletFen).toBe(10_000);
  });

  test('fifty refunds of one order queue a minute apart and none fails; the fifty-first is a person’s', async () => {
    const owed = await owe(10_200);
    await ask(owed, 0);
    await payLast(owed);
    for (let turn = 0; turn < 51; turn += 1) await giveBack(owed, 200);
    for (let turn = 0; turn < 51; turn += 1) {
      await house.payment.pollRefunds();
      const sent = house.sim.control.refunds().filter((refund) => refund.state === 'PROCESSING');
      for (const { outRefundNo } of sent) await house.sim.control.finishRefund(outRefundNo, 'SUCCESS');
      await house.sim.control.clock.advance({ seconds: 63 });
      await house.sim.control.settle();
    }
    const refunds = (await attemptsOf(owed)).flatMap((attempt) => attempt.refunds);
    const by = Map.groupBy(refunds, (refund) => refund.state);
    expect([by.get('succeeded')?.length, by.get('manual')?.length]).toEqual([50, 1]);
    expect(by.get('manual')?.[0]?.lastError).toContain('50 次');
  }, 120_000);
});
