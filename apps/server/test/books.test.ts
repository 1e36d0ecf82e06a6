// The books can be wrong: each law, broken by hand behind the back of the house, is named; mended, they balance again.
import { sql } from 'kysely';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createDesk, pieces } from './desk.ts';
import { house, type House } from './house.ts';

let h: House;
beforeAll(async () => {
  h = await house();
  const desk = await createDesk(h);
  const buyer = await h.given.buyer();
  const sku = await h.given.sku({ priceFen: 4_000 });
  await h.given.checkout(buyer, [sku]);
  const order = await desk.order(buyer, await h.given.shippedOrder(buyer, [{ ...sku, quantity: 3 }]));
  await desk.approve(await desk.ask(buyer, order, pieces(order, 1)));
  await h.refundsArrive();
  await desk.ask(buyer, order, pieces(order, 1), 'return_refund');
  await h.books.balance({ atRest: true });
});
afterAll(() => h?.close());

/** What is broken, how, and how it is mended. */
const BREAKS: readonly [law: string, broken: string, mended: string][] = [
  [
    'stock: on hand is the sum of its movements',
    `update stock_balances set on_hand = on_hand + 1`,
    `update stock_balances set on_hand = on_hand - 1`,
  ],
  [
    'stock: reserved is the sum of what is held',
    `update stock_balances set reserved = reserved + 1`,
    `update stock_balances set reserved = reserved - 1`,
  ],
  [
    'stock: no hold outlives its order',
    `update orders set state = 'cancelled' where state = 'unpaid'`,
    `update orders set state = 'unpaid' where state = 'cancelled'`,
  ],
  [
    'stock: what was shipped was consumed',
    `update order_lines set shipped_quantity = shipped_quantity - 1 where shipped_quantity > 0`,
    `update order_lines set shipped_quantity = shipped_quantity + 1 where shipped_quantity > 0`,
  ],
  [
    'stock: what came back was received in a return',
    `update stock_holds set returned = 1 where consumed > 0`,
    `update stock_holds set returned = 0`,
  ],
  [
    'money: orders make the checkout',
    `update checkouts set total_fen = total_fen + 1`,
    `update checkouts set total_fen = total_fen - 1`,
  ],
  [
    'money: the accepted attempt paid exactly what is owed',
    `update payment_attempts set paid_fen = paid_fen - 1 where is_accepted`,
    `update payment_attempts set paid_fen = paid_fen + 1 where is_accepted`,
  ],
  [
    'money: refunds never exceed what was paid',
    `update payment_attempts set refunded_fen = refunded_fen - 1 where is_accepted`,
    `update payment_attempts set refunded_fen = refunded_fen + 1 where is_accepted`,
  ],
  [
    'money: what lines say was refunded is what orders say',
    `update orders set refunded_fen = refunded_fen + 1 where state = 'shipped'`,
    `update orders set refunded_fen = refunded_fen - 1 where state = 'shipped'`,
  ],
  [
    'money: the pieces refunded are those of cases that are done',
    `update order_lines set refunded_quantity = 0 where refunded_quantity = 1`,
    `update order_lines set refunded_quantity = 1 where refunded_fen > 0`,
  ],
  [
    'money: what is claimed is what live and done cases ask for',
    `update order_lines set claimed_quantity = claimed_quantity + 1 where claimed_fen > 0`,
    `update order_lines set claimed_quantity = claimed_quantity - 1 where claimed_fen > 0`,
  ],
  [
    'money: a case pays back what was agreed, once',
    `update aftersales set agreed_fen = agreed_fen - 1 where state = 'done'`,
    `update aftersales set agreed_fen = agreed_fen + 1 where state = 'done'`,
  ],
  [
    'goods: sales are what was paid less what was refunded',
    `update products set sales_count = sales_count + 1`,
    `update products set sales_count = sales_count - 1`,
  ],
  [
    'orders: open cases are counted',
    `update orders set open_cases = 0 where open_cases = 1`,
    `update orders set open_cases = 1 where state = 'shipped'`,
  ],
];

test.each(BREAKS)('%s', async (law, broken, mended) => {
  await sql.raw(broken).execute(h.app.db.q);
  await expect(h.books.balance()).rejects.toThrow(law);
  await sql.raw(mended).execute(h.app.db.q);
  await h.books.balance({ atRest: true });
});

test('what WeChat took and gave back is what our clearing account says', async () => {
  const buyer = await h.given.buyer();
  const checkout = await h.given.checkout(buyer, [await h.given.sku()]);
  const slip = await h.wechat.pay(await h.given.prepaid(buyer, checkout), { notice: 'held' });
  await expect(h.books.balance({ atRest: true })).rejects.toThrow('clearing: we say 8000, WeChat says 27900');
  await h.wechat.deliver(slip.noticeId);
  await h.books.balance({ atRest: true });
});
