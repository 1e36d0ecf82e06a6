// Random days of sales whose bills lie in random places: exactly those lies are found, and none is left when they are taken back.
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { orderOf, type GivenSku } from '../../../test/given.ts';
import { house, type BuyerSession, type House } from '../../../test/house.ts';
import { platformAccount } from '../ledger/ledger.ts';
import { dayOf } from '../../platform/days.ts';

let h: House;
let buyer: BuyerSession;
let sku: GivenSku;
beforeAll(async () => {
  h = await house({ seed: 11, feeBps: 60 });
  buyer = await h.given.buyer();
  sku = await h.given.sku({ stock: 5_000, priceFen: 9_900 });
});
afterAll(() => h.close());

const PAYMENT_LIES = ['none', 'drop', 'amount', 'fee', 'twice', 'no-flow'] as const;
const REFUND_LIES = ['none', 'drop', 'amount', 'status', 'no-flow'] as const;
const Sale = fc.record({
  lie: fc.constantFrom(...PAYMENT_LIES),
  refund: fc.option(fc.record({ fen: fc.integer({ min: 1, max: 9_900 }), lie: fc.constantFrom(...REFUND_LIES) })),
});
const Plan = fc.record({
  sales: fc.array(Sale, { minLength: 1, maxLength: 3 }),
  stranger: fc.boolean(),
  console: fc.boolean(),
  flow: fc.option(fc.integer({ min: -5_000, max: 5_000 }).filter((fen) => fen !== 0)),
});
type Plan = typeof Plan extends fc.Arbitrary<infer T> ? T : never;

test('property: what the bills lie about is found, all of it and nothing else', async () => {
  await fc.assert(fc.asyncProperty(Plan, playDay), { numRuns: 6, seed: 4, endOnFailure: true });
}, 240_000);

async function playDay(plan: Plan): Promise<void> {
  const day = dayOf(h.clock.now());
  const expected: string[] = [];
  const change = (more: Omit<Parameters<House['wechat']['changeBill']>[0], 'day'>) =>
    h.wechat.changeBill({ day, ...more });
  for (const sale of plan.sales) await play(sale, change, expected);
  const { rows } = await h.app.db.pool.query('select max(transaction_id) as of from payment_attempts');
  if (plan.stranger) {
    change({ bill: 'trade', change: 'add', number: `STRANGER${day}`, amountFen: 777 });
    expected.push(`missing_here STRANGER${day}`, `fund_differs STRANGER${day}`);
  }
  if (plan.console) {
    change({ bill: 'trade', change: 'add-refund', number: `CONSOLE${day}`, amountFen: 5, of: String(rows[0].of) });
    expected.push(`refund_unknown CONSOLE${day}`, `fund_differs CONSOLE${day}`);
  }
  if (plan.flow !== null) {
    change({ bill: 'fund', change: 'add', number: `FLOW${day}`, amountFen: plan.flow });
    expected.push(`fund_unknown 9FLOW${day}`);
  }
  await h.forward({ days: 1 });
  expect(await open(day)).toEqual(expected.toSorted());
  // The same day again finds the same; told the truth, every difference ends by itself.
  expect(await h.app.reconcile.run(day, '试')).toBe('done');
  expect(await open(day)).toEqual(expected.toSorted());
  h.wechat.honestBills();
  expect(await h.app.reconcile.run(day, '试')).toBe('done');
  expect(await open(day)).toEqual([]);
  const { balances } = h.wechat.ledger();
  const held = (balances['merchant:available'] ?? 0) + (balances['merchant:unsettled'] ?? 0) - 100_000_000;
  expect(await h.app.ledger.standing(h.app.db, platformAccount('provider_clearing'))).toBe(held);
  await h.books.balance({ atRest: true });
}

async function open(day: string): Promise<string[]> {
  const { items } = await h.app.reconcile.cases({ day, state: 'open', page: 1, size: 100 });
  return items.map((one) => `${one.kind} ${one.number}`).toSorted();
}

async function play(
  sale: Plan['sales'][number],
  change: (more: Omit<Parameters<House['wechat']['changeBill']>[0], 'day'>) => void,
  expected: string[],
): Promise<void> {
  const checkout = await h.given.checkout(buyer, [{ skuId: sku.skuId }]);
  const number = await h.given.prepaid(buyer, checkout);
  const { transactionId } = await h.wechat.pay(number);
  await h.settle();
  lieOfPayment(sale.lie, number, transactionId, change, expected);
  if (sale.refund === null) return;
  const orderId = orderOf(checkout).id;
  const { fen } = sale.refund;
  await h.app.db.tx((tx) =>
    h.app.payment.refund(tx, {
      paymentId: checkout.paymentId ?? '',
      amountFen: fen,
      cause: 'aftersale',
      refKind: 'test',
      refId: orderId,
      reason: '退',
      sources: [{ type: 'order_deferred', ownerKind: 'order', ownerId: orderId, amountFen: fen }],
    }),
  );
  await h.refundsArrive();
  const refund = h.wechat.refunds().find((one) => one.outTradeNo === number);
  if (!refund) throw new Error('nothing was refunded');
  lieOfRefund(sale.refund.lie, refund.outRefundNo, fen, change, expected);
}

function lieOfPayment(
  lie: (typeof PAYMENT_LIES)[number],
  number: string,
  transactionId: string,
  change: (more: Omit<Parameters<House['wechat']['changeBill']>[0], 'day'>) => void,
  expected: string[],
): void {
  if (lie === 'none') return;
  if (lie === 'no-flow') {
    change({ bill: 'fund', change: 'drop', number: transactionId });
    expected.push(`fund_differs ${number}`);
    return;
  }
  change({ bill: 'trade', change: lie, number, amountFen: 9_999, feeFen: 71 });
  if (lie === 'drop') expected.push(`missing_there ${number}`);
  if (lie === 'amount') expected.push(`amount_differs ${number}`, `fund_differs ${number}`);
  if (lie === 'fee') expected.push(`fee_differs ${number}`);
  if (lie === 'twice') expected.push(`listed_twice ${number}`);
}

function lieOfRefund(
  lie: (typeof REFUND_LIES)[number],
  number: string,
  fen: number,
  change: (more: Omit<Parameters<House['wechat']['changeBill']>[0], 'day'>) => void,
  expected: string[],
): void {
  if (lie === 'none') return;
  if (lie === 'no-flow') {
    change({ bill: 'fund', change: 'drop', number });
    expected.push(`fund_differs ${number}`);
    return;
  }
  change({ bill: 'trade', change: lie, number, amountFen: fen + 1, status: 'FAIL' });
  if (lie === 'drop') expected.push(`refund_missing ${number}`);
  if (lie === 'amount') expected.push(`refund_differs ${number}`, `fund_differs ${number}`);
  if (lie === 'status') expected.push(`refund_state ${number}`);
}
