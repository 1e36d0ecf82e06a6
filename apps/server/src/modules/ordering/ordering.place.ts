// Placing a checkout: everything that is promised to the buyer is promised in one transaction.
import { createHash } from 'node:crypto';
import type { Id, In, Out, placeCheckout, QuoteView } from '@jishi/contract';
import { spanMs } from '../../platform/clock.ts';
import { violates, type Once, type Reader, type Tx } from '../../platform/db.ts';
import { crashPoint } from '../../platform/crash.ts';
import { assert, fail } from '../../platform/fail.ts';
import type { Buyer } from '../../platform/http.ts';
import { newId, newOrderNo } from '../../platform/ids.ts';
import { deferredOf, mergeLines } from './ordering.rules.ts';
import { reserve } from './ordering.points.ts';
import * as store from './ordering.store.ts';
import type { Room } from './ordering.ts';
import { briefOf, checkoutOf } from './ordering.views.ts';

type Wish = In<typeof placeCheckout>;
type Placed = Out<typeof placeCheckout>;
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
export async function place(room: Room, buyer: Buyer, wish: Wish, key: string, once?: Once): Promise<Placed> {
  const basket = { ...wish, lines: mergeLines(wish.lines) };
  const hash = hashOf(basket);
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await room.db.tx((tx) => placeOnce(room, tx, buyer, basket, { key, hash }), { once });
    } catch (error) {
      if (violates(error, 'checkouts_idempotency')) return findFirst(room, buyer, { key, hash }, once);
      // Two orders of one second drew the same random digits.
      if (!violates(error, 'orders_order_no') || attempt === NUMBER_TRIES_MAX) throw error;
    }
  }
}

/** What has become of the checkout that this key was used for. */
async function findFirst(room: Room, buyer: Buyer, used: Used, once?: Once): Promise<Placed> {
  const find = async (reader: Reader) => {
    const first = await store.checkoutByKey(reader, buyer.id, used.key);
    if (first.requestHash !== used.hash) fail('checkout.key_reused');
    return checkoutOf(room, reader, buyer, first.id);
  };
  return room.db.tx(find, { once });
}

type Used = { key: string; hash: string };
type Basket = Omit<Wish, 'lines'> & { lines: { skuId: Id<'sku'>; quantity: number }[] };

async function placeOnce(room: Room, tx: Tx, buyer: Buyer, wish: Basket, used: Used): Promise<Placed> {
  // Asked together; what is refused first is still said first.
  const addressing = room.identity.address(tx, buyer.id, wish.addressId);
  addressing.catch(() => {});
  const policy = await policyOf(room, tx);
  // How many points the buyer has is seen when they are reserved.
  const points = wish.usePoints > 0 ? { wanted: wish.usePoints, available: wish.usePoints } : undefined;
  const quote = await room.pricing.mustQuote(tx, { lines: wish.lines, isHeldNext: true, points });
  if (quote.totalFen !== wish.expectedTotalFen) {
    // What is sold out is said before what it would cost.
    await room.pricing.mustQuote(tx, { lines: wish.lines });
    fail('checkout.price_changed', { totalFen: quote.totalFen });
  }
  const address = await addressing;

  const now = room.clock.now();
  const paymentId = newId<'payment'>();
  const checkout: store.NewCheckout = {
    id: newId<'checkout'>(),
    buyerId: buyer.id,
    key: used.key,
    requestHash: used.hash,
    paymentId,
    totalFen: quote.totalFen,
    expiresAt: new Date(now.getTime() + spanMs({ minutes: policy.payWindowMinutes })),
    at: now,
  };
  const drafts = draftsOf(room, quote, { wish, address, policy });
  await write(room, tx, { buyer, wish, quote, checkout, drafts, policy });
  await tx.emit('checkout.placed', { checkoutId: checkout.id });
  crashPoint('ordering.place.before-commit');
  return placedView(checkout, drafts, quote);
}

/** `pointsFen`: what points pay of it, on top of its total. */
type Draft = { order: store.NewOrder; lines: (store.NewLine & LinePaid)[]; pointsFen: number };
type LinePaid = { points: number; pointsFen: number };
type Laid = {
  buyer: Buyer;
  wish: Basket;
  quote: QuoteView;
  checkout: store.NewCheckout;
  drafts: readonly Draft[];
  policy: Policy;
};

/** Everything that a placed checkout leaves behind: written in one go, which the commit joins. */
async function write(room: Room, tx: Tx, { buyer, wish, quote, checkout, drafts, policy }: Laid): Promise<void> {
  const orders = drafts.map((draft) => draft.order);
  const lines = drafts.flatMap((draft) => draft.lines);
  const detail = `请在 ${policy.payWindowMinutes} 分钟内付款`;
  const payment = {
    id: checkout.paymentId,
    payableKind: 'checkout' as const,
    payableId: checkout.id,
    buyerId: buyer.id,
    amountFen: quote.totalFen,
    parts: drafts.map(({ order, pointsFen }) => ({
      account: deferredOf(order.id),
      amountFen: order.totalFen,
      ...(pointsFen > 0 ? { subsidyFen: pointsFen } : {}),
    })),
    description: describe(quote),
    expiresAt: checkout.expiresAt,
  };
  const placed = { kind: 'placed', title: '提交订单', detail, actor: BUYER };
  const skuIds = wish.lines.map((line) => line.skuId);
  await room.payment.open(tx, payment);
  store.insertPlaced(tx, checkout, orders, lines, placed);
  if (wish.fromCart) room.cart.take(tx, buyer.id, skuIds);
  // Last, because everybody who wants the same goods waits while these rows are locked.
  for (const { order, lines: own } of drafts) {
    const held = own.map(({ id: lineId, skuId, quantity, title }) => {
      const field = `lines.${skuIds.indexOf(skuId)}.quantity`;
      return { lineId, skuId, quantity, title, field };
    });
    await room.inventory.hold(tx, { orderId: order.id, lines: held, expiresAt: checkout.expiresAt });
  }
  const paid = lines.map(({ id: lineId, orderId, points, pointsFen }) => ({ lineId, orderId, points, pointsFen }));
  await reserve(room, tx, { buyerId: buyer.id, checkoutId: checkout.id, quote, lines: paid });
}

/** Settings are read once and written on the rows: a later change does not reach back to this order. */
async function policyOf(room: Room, tx: Tx): Promise<Policy> {
  return {
    payWindowMinutes: await room.settings.read(tx, room.keys.payWindowMinutes),
    autoReceiveDays: await room.settings.read(tx, room.keys.autoReceiveDays),
    aftersaleDays: await room.settings.read(tx, room.keys.aftersaleDays),
  };
}

/** One order per seller, in the order of seller ids, so that all checkouts lock their stock in the same order. */
function draftsOf(room: Room, quote: QuoteView, common: { wish: Basket; address: store.Address; policy: Policy }) {
  const { wish, address, policy } = common;
  const sellers = quote.sellers.toSorted((a, b) => (a.sellerId < b.sellerId ? -1 : 1));
  return sellers.map((seller): Draft => {
    const { sellerId, sellerName, goodsFen, discountFen, shippingFen, totalFen, steps } = seller;
    const id = newId<'order'>();
    const sums = { goodsFen, discountFen, shippingFen, totalFen, steps };
    const days = { autoReceiveDays: policy.autoReceiveDays, aftersaleDays: policy.aftersaleDays };
    const own = { id, orderNo: newOrderNo(room.clock), sellerId, sellerName };
    const order = { ...own, ...sums, ...days, address, remark: wish.remark };
    return { order, lines: linesOf(seller, id), pointsFen: seller.pointsFen };
  });
}

function linesOf(seller: Seller, orderId: Id<'order'>): Draft['lines'] {
  const lines = seller.lines.map((line, position) => ({
    id: newId<'orderLine'>(),
    orderId,
    position,
    productId: line.productId,
    skuId: line.skuId,
    title: line.title,
    specText: line.specText,
    imageFileId: (line.image?.fileId ?? null) as string | null,
    quantity: line.quantity,
    listFen: line.listFen,
    unitFen: line.unitFen,
    discountFen: line.discountFen,
    payableFen: line.payableFen,
    points: line.points,
    pointsFen: line.pointsFen,
  }));
  const payable = lines.reduce((sum, line) => sum + line.payableFen, 0);
  assert(payable + seller.shippingFen === seller.totalFen, `the quote of seller ${seller.sellerId} does not add up`);
  return lines;
}

/** The checkout as `checkoutOf` would read it now, without asking for what we have just written. */
function placedView(checkout: store.NewCheckout, drafts: readonly Draft[], quote: QuoteView): Placed {
  const shown = quote.sellers.flatMap((seller) => seller.lines.flatMap((line) => line.image ?? []));
  const pictures = new Map(shown.map((picture) => [picture.fileId as string, picture]));
  return {
    id: checkout.id,
    state: checkout.totalFen === 0 ? 'paid' : 'open',
    totalFen: checkout.totalFen,
    expiresAt: checkout.expiresAt,
    paymentId: checkout.paymentId,
    orders: drafts.map(({ order, lines }) =>
      briefOf(store.justPlaced(order, checkout), lines.map(store.justPlacedLine), pictures),
    ),
  };
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
  const { usePoints } = wish;
  const said: unknown[] = [lines, wish.addressId, wish.expectedTotalFen, wish.remark, wish.fromCart];
  if (usePoints > 0) said.push(usePoints);
  return createHash('sha256').update(JSON.stringify(said)).digest('hex');
}
