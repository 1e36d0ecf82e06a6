// Placing a checkout: everything that is promised to the buyer is promised in one transaction.
import { createHash } from 'node:crypto';
import type { Id, In, placeCheckout, QuoteView } from '@jishi/contract';
import type { Insertable } from 'kysely';
import { spanMs } from '../../platform/clock.ts';
import { violates, type Tx } from '../../platform/db.ts';
import type { OrderLines, Orders } from '../../platform/db.types.ts';
import { crashPoint } from '../../platform/crash.ts';
import { assert, fail } from '../../platform/fail.ts';
import type { Buyer } from '../../platform/http.ts';
import { newId, newOrderNo } from '../../platform/ids.ts';
import { mergeLines } from './ordering.rules.ts';
import * as store from './ordering.store.ts';
import type { Room } from './ordering.ts';

type Wish = In<typeof placeCheckout>;
type Seller = QuoteView['sellers'][number];
type Policy = { payWindowMinutes: number; autoReceiveDays: number; aftersaleDays: number };

const BUYER: store.Actor = { kind: 'buyer', name: '买家' };
/** WeChat shows at most 127 characters; a title takes the larger part of them. */
const TITLE_MAX = 60;
const NUMBER_TRIES_MAX = 3;

/**
 * Lays the order down and holds its stock, or refuses. The same key from the same buyer finds the first checkout,
 * whatever became of it; the same key for another basket is refused.
 */
export async function place(room: Room, buyer: Buyer, wish: Wish, key: string): Promise<Id<'checkout'>> {
  const basket = { ...wish, lines: mergeLines(wish.lines) };
  const hash = hashOf(basket);
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await room.db.tx((tx) => placeOnce(room, tx, buyer, basket, { key, hash }));
    } catch (error) {
      // Two orders of one second drew the same random digits.
      if (!violates(error, 'orders_order_no') || attempt === NUMBER_TRIES_MAX) throw error;
    }
  }
}

type Basket = Omit<Wish, 'lines'> & { lines: { skuId: Id<'sku'>; quantity: number }[] };

async function placeOnce(room: Room, tx: Tx, buyer: Buyer, wish: Basket, once: { key: string; hash: string }) {
  const policy = await policyOf(room, tx);
  const now = room.clock.now();
  const expiresAt = new Date(now.getTime() + spanMs({ minutes: policy.payWindowMinutes }));
  const checkoutId = newId<'checkout'>();
  const isFirst = await store.insertCheckout(tx, {
    id: checkoutId,
    buyer_id: buyer.id,
    idempotency_key: once.key,
    request_hash: once.hash,
    total_fen: wish.expectedTotalFen,
    expires_at: expiresAt,
    created_at: now,
  });
  if (!isFirst) {
    const first = await store.checkoutByKey(tx, buyer.id, once.key);
    if (first.requestHash !== once.hash) fail('checkout.key_reused');
    return first.id;
  }
  const quote = await room.pricing.mustQuote(tx, { lines: wish.lines });
  if (quote.totalFen !== wish.expectedTotalFen) fail('checkout.price_changed', { totalFen: quote.totalFen });
  const address = await room.identity.address(tx, buyer.id, wish.addressId);

  const drafts = await writeOrders(room, tx, quote, { checkoutId, buyer, wish, address, policy, expiresAt, now });
  const skuIds = wish.lines.map((line) => line.skuId);
  if (wish.fromCart) await room.cart.take(tx, buyer.id, skuIds);
  const paymentId = await room.payment.open(tx, {
    payableKind: 'checkout',
    payableId: checkoutId,
    buyerId: buyer.id,
    amountFen: quote.totalFen,
    parts: drafts.map((draft) => ({ ownerKind: 'order', ownerId: draft.id, amountFen: draft.row.total_fen })),
    description: describe(quote),
    expiresAt,
  });
  await store.setPayment(tx, checkoutId, paymentId);
  // Last, because everybody who wants the same goods waits while these rows are locked.
  for (const draft of drafts) {
    const lines = draft.lines.map((line) => ({ lineId: line.id, skuId: line.sku_id, quantity: line.quantity }));
    await room.inventory.hold(tx, { orderId: draft.id, lines, expiresAt });
  }
  await tx.emit('checkout.placed', { checkoutId });
  crashPoint('ordering.place.before-commit');
  return checkoutId;
}

/** One order per seller with its lines and the first entry of its timeline. */
async function writeOrders(room: Room, tx: Tx, quote: QuoteView, common: Omit<Draft, 'id'>) {
  // In the order of seller ids, so that two checkouts of several sellers lock their stock in the same order.
  const sellers = quote.sellers.toSorted((a, b) => (a.sellerId < b.sellerId ? -1 : 1));
  const drafts = sellers.map((seller) => {
    const id = newId<'order'>();
    return { id, row: orderRow(room, seller, { id, ...common }), lines: lineRows(seller, id) };
  });
  const rows = drafts.map((draft) => draft.row);
  const lines = drafts.flatMap((draft) => draft.lines);
  const ids = drafts.map((draft) => draft.id);
  await store.insertOrders(tx, rows);
  await store.insertLines(tx, lines);
  const detail = `请在 ${common.policy.payWindowMinutes} 分钟内付款`;
  await store.note(tx, ids, common.now, { kind: 'placed', title: '提交订单', detail, actor: BUYER });
  return drafts;
}

/** Settings are read once and written on the rows: a later change does not reach back to this order. */
async function policyOf(room: Room, tx: Tx): Promise<Policy> {
  return {
    payWindowMinutes: await room.settings.read(tx, room.keys.payWindowMinutes),
    autoReceiveDays: await room.settings.read(tx, room.keys.autoReceiveDays),
    aftersaleDays: await room.settings.read(tx, room.keys.aftersaleDays),
  };
}

type Draft = {
  id: Id<'order'>;
  checkoutId: Id<'checkout'>;
  buyer: Buyer;
  wish: Basket;
  address: store.Address;
  policy: Policy;
  expiresAt: Date;
  now: Date;
};

function orderRow(room: Room, seller: Seller, draft: Draft) {
  const { policy } = draft;
  return {
    id: draft.id,
    order_no: newOrderNo(room.clock),
    checkout_id: draft.checkoutId,
    buyer_id: draft.buyer.id,
    seller_id: seller.sellerId,
    seller_name: seller.sellerName,
    goods_fen: seller.goodsFen,
    discount_fen: seller.discountFen,
    shipping_fen: seller.shippingFen,
    total_fen: seller.totalFen,
    // As text, since the driver writes a JavaScript array as an array of PostgreSQL.
    steps: JSON.stringify(seller.steps),
    address: JSON.stringify(draft.address),
    remark: draft.wish.remark,
    pay_before: draft.expiresAt,
    auto_receive_days: policy.autoReceiveDays,
    aftersale_days: policy.aftersaleDays,
    created_at: draft.now,
  } satisfies Insertable<Orders>;
}

function lineRows(seller: Seller, orderId: Id<'order'>) {
  const rows = seller.lines.map((line, position) => ({
    id: newId<'orderLine'>(),
    order_id: orderId,
    position,
    product_id: line.productId,
    sku_id: line.skuId,
    title: line.title,
    spec_text: line.specText,
    image_file_id: line.image?.fileId ?? null,
    quantity: line.quantity,
    list_fen: line.listFen,
    unit_fen: line.unitFen,
    discount_fen: line.discountFen,
    payable_fen: line.payableFen,
  }));
  const payable = rows.reduce((sum, row) => sum + row.payable_fen, 0);
  assert(payable + seller.shippingFen === seller.totalFen, `the quote of seller ${seller.sellerId} does not add up`);
  return rows satisfies Insertable<OrderLines>[];
}

/** What the buyer reads on WeChat's cashier. */
function describe(quote: QuoteView): string {
  const lines = quote.sellers.flatMap((seller) => seller.lines);
  const title = [...(lines[0]?.title ?? '商品')].slice(0, TITLE_MAX).join('');
  const pieces = lines.reduce((sum, line) => sum + line.quantity, 0);
  return pieces > 1 ? `${title} 等 ${pieces} 件` : title;
}

function hashOf(wish: Basket): string {
  const lines = wish.lines.toSorted((a, b) => (a.skuId < b.skuId ? -1 : 1)).map((line) => [line.skuId, line.quantity]);
  const said = [lines, wish.addressId, wish.expectedTotalFen, wish.remark, wish.fromCart];
  return createHash('sha256').update(JSON.stringify(said)).digest('hex');
}
