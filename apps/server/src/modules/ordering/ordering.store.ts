// All SQL that writes and locks checkouts, orders, their lines and their events. Lists are in ordering.lists.ts.
import type { AddressSnapshot, CheckoutId, Id, OrderState, QuoteStep } from '@jishi/contract';
import { sql, type Selectable, type Updateable } from 'kysely';
import type { z } from 'zod';
import type { Checkouts, OrderLines, Orders } from '../../platform/db.types.ts';
import type { Reader, Tx } from '../../platform/db.ts';
import { assert } from '../../platform/fail.ts';
import { statement } from '../../platform/statement.ts';
import { checkMove, type LineFacts } from './ordering.rules.ts';

export type Actor = { kind: 'system' | 'buyer' | 'staff'; name: string };
export type Address = z.output<typeof AddressSnapshot>;
type CheckoutIdOf = z.output<typeof CheckoutId>;

export type CheckoutRow = {
  id: CheckoutIdOf;
  buyerId: Id<'buyer'>;
  requestHash: string;
  /** Null only inside the transaction that places it. */
  paymentId: Id<'payment'> | null;
  totalFen: number;
  expiresAt: Date;
};

export type OrderRow = {
  id: Id<'order'>;
  orderNo: string;
  checkoutId: CheckoutIdOf;
  paymentId: Id<'payment'>;
  /** The points of the checkout; null when it uses none. */
  pointsReservationId: string | null;
  buyerId: Id<'buyer'>;
  sellerId: Id<'seller'>;
  sellerName: string;
  state: OrderState;
  goodsFen: number;
  discountFen: number;
  shippingFen: number;
  totalFen: number;
  refundedFen: number;
  refundedShippingFen: number;
  openCases: number;
  steps: z.output<typeof QuoteStep>[];
  address: Address;
  remark: string;
  staffNote: string;
  payBefore: Date;
  autoReceiveDays: number;
  aftersaleDays: number;
  cancelReason: string | null;
  closingBy: string | null;
  closingReason: string | null;
  autoReceiveAt: Date | null;
  aftersaleUntil: Date | null;
  paidAt: Date | null;
  shippedAt: Date | null;
  receivedAt: Date | null;
  completedAt: Date | null;
  version: number;
  createdAt: Date;
};

export type OrderLineRow = LineFacts & {
  id: Id<'orderLine'>;
  orderId: Id<'order'>;
  productId: Id<'product'>;
  skuId: Id<'sku'>;
  title: string;
  specText: string;
  imageFileId: string | null;
  unitFen: number;
  discountFen: number;
};

type StoredOrder = Selectable<Orders> & { payment_id: string | null; points_reservation_id: string | null };

export function toOrder(row: StoredOrder): OrderRow {
  return {
    id: row.id as Id<'order'>,
    orderNo: row.order_no,
    checkoutId: row.checkout_id as CheckoutIdOf,
    paymentId: row.payment_id as Id<'payment'>,
    pointsReservationId: row.points_reservation_id,
    buyerId: row.buyer_id as Id<'buyer'>,
    sellerId: row.seller_id as Id<'seller'>,
    sellerName: row.seller_name,
    state: row.state as OrderState,
    goodsFen: row.goods_fen,
    discountFen: row.discount_fen,
    shippingFen: row.shipping_fen,
    totalFen: row.total_fen,
    refundedFen: row.refunded_fen,
    refundedShippingFen: row.refunded_shipping_fen,
    openCases: row.open_cases,
    steps: row.steps as unknown as OrderRow['steps'],
    address: row.address as unknown as Address,
    remark: row.remark,
    staffNote: row.staff_note,
    payBefore: row.pay_before,
    autoReceiveDays: row.auto_receive_days,
    aftersaleDays: row.aftersale_days,
    cancelReason: row.cancel_reason,
    closingBy: row.closing_by,
    closingReason: row.closing_reason,
    autoReceiveAt: row.auto_receive_at,
    aftersaleUntil: row.aftersale_until,
    paidAt: row.paid_at,
    shippedAt: row.shipped_at,
    receivedAt: row.received_at,
    completedAt: row.completed_at,
    version: row.version,
    createdAt: row.created_at,
  };
}

function toLine(row: Selectable<OrderLines>): OrderLineRow {
  return {
    id: row.id as Id<'orderLine'>,
    orderId: row.order_id as Id<'order'>,
    productId: row.product_id as Id<'product'>,
    skuId: row.sku_id as Id<'sku'>,
    title: row.title,
    specText: row.spec_text,
    imageFileId: row.image_file_id,
    quantity: row.quantity,
    unitFen: row.unit_fen,
    discountFen: row.discount_fen,
    payableFen: row.payable_fen,
    shippedQuantity: row.shipped_quantity,
    refundedUnshipped: row.refunded_unshipped,
    refundedQuantity: row.refunded_quantity,
    refundedFen: row.refunded_fen,
    claimedQuantity: row.claimed_quantity,
    claimedUnshipped: row.claimed_unshipped,
    claimedFen: row.claimed_fen,
  };
}

function toCheckout(row: Selectable<Checkouts>): CheckoutRow {
  return {
    id: row.id as CheckoutIdOf,
    buyerId: row.buyer_id as Id<'buyer'>,
    requestHash: row.request_hash,
    paymentId: row.payment_id as Id<'payment'> | null,
    totalFen: row.total_fen,
    expiresAt: row.expires_at,
  };
}

export async function checkoutByKey(reader: Reader, buyerId: string, key: string): Promise<CheckoutRow> {
  const row = await reader.q
    .selectFrom('checkouts')
    .selectAll()
    .where('buyer_id', '=', buyerId)
    .where('idempotency_key', '=', key)
    .executeTakeFirstOrThrow();
  return toCheckout(row);
}

export async function checkout(reader: Reader, id: string): Promise<CheckoutRow | undefined> {
  const row = await reader.q.selectFrom('checkouts').selectAll().where('id', '=', id).executeTakeFirst();
  return row && toCheckout(row);
}

export type NewOrder = Pick<
  OrderRow,
  | 'id'
  | 'orderNo'
  | 'sellerId'
  | 'sellerName'
  | 'goodsFen'
  | 'discountFen'
  | 'shippingFen'
  | 'totalFen'
  | 'steps'
  | 'address'
  | 'remark'
  | 'autoReceiveDays'
  | 'aftersaleDays'
>;
export type NewLine = Pick<
  OrderLineRow,
  | 'id'
  | 'orderId'
  | 'productId'
  | 'skuId'
  | 'title'
  | 'specText'
  | 'imageFileId'
  | 'quantity'
  | 'unitFen'
  | 'discountFen'
  | 'payableFen'
> & { position: number; listFen: number };
export type NewCheckout = {
  id: CheckoutIdOf;
  buyerId: Id<'buyer'>;
  key: string;
  requestHash: string;
  paymentId: Id<'payment'>;
  totalFen: number;
  expiresAt: Date;
  at: Date;
};

/** A checkout with its orders, their lines and the first entry of each timeline, in one statement. */
export function insertPlaced(
  tx: Tx,
  checkout: NewCheckout,
  orders: readonly NewOrder[],
  lines: readonly NewLine[],
  what: Happening,
): void {
  const { id, at, expiresAt } = checkout;
  const all = <T, K extends keyof T>(rows: readonly T[], key: K) => rows.map((row) => row[key]);
  const json = <T>(rows: readonly T[], key: keyof T) => rows.map((row) => JSON.stringify(row[key]));
  tx.write(
    statement`
    with checkout as (
      insert into checkouts (id, buyer_id, idempotency_key, request_hash, payment_id, total_fen, expires_at, created_at)
      values (${id}, ${checkout.buyerId}, ${checkout.key}, ${checkout.requestHash}, ${checkout.paymentId},
        ${checkout.totalFen}, ${expiresAt}, ${at})
    ), placed as (
      insert into orders (checkout_id, buyer_id, pay_before, created_at, id, order_no, seller_id, seller_name, goods_fen,
        discount_fen, shipping_fen, total_fen, steps, address, remark, auto_receive_days, aftersale_days)
      select ${id}, ${checkout.buyerId}, ${expiresAt}, ${at}, o.* from unnest(
        ${all(orders, 'id')}::uuid[], ${all(orders, 'orderNo')}::text[], ${all(orders, 'sellerId')}::uuid[],
        ${all(orders, 'sellerName')}::text[], ${all(orders, 'goodsFen')}::bigint[], ${all(orders, 'discountFen')}::bigint[],
        ${all(orders, 'shippingFen')}::bigint[], ${all(orders, 'totalFen')}::bigint[], ${json(orders, 'steps')}::jsonb[],
        ${json(orders, 'address')}::jsonb[], ${all(orders, 'remark')}::text[], ${all(orders, 'autoReceiveDays')}::int[],
        ${all(orders, 'aftersaleDays')}::int[]) o
    ), lines as (
      insert into order_lines (id, order_id, position, product_id, sku_id, title, spec_text, image_file_id, quantity,
        list_fen, unit_fen, discount_fen, payable_fen)
      select l.* from unnest(
        ${all(lines, 'id')}::uuid[], ${all(lines, 'orderId')}::uuid[], ${all(lines, 'position')}::int[],
        ${all(lines, 'productId')}::uuid[], ${all(lines, 'skuId')}::uuid[], ${all(lines, 'title')}::text[],
        ${all(lines, 'specText')}::text[], ${all(lines, 'imageFileId')}::uuid[], ${all(lines, 'quantity')}::int[],
        ${all(lines, 'listFen')}::bigint[], ${all(lines, 'unitFen')}::bigint[], ${all(lines, 'discountFen')}::bigint[],
        ${all(lines, 'payableFen')}::bigint[]) l
    )
    insert into order_events (order_id, at, kind, title, detail, actor_kind, actor_name)
    select id, ${at}, ${what.kind}, ${what.title}, ${what.detail ?? ''}, ${what.actor.kind}, ${what.actor.name}
    from unnest(${all(orders, 'id')}::uuid[]) as o (id)
  `,
  );
}

/** An order as it stands right after `insertPlaced`: what the table fills in by itself is filled in here. */
export function justPlaced(order: NewOrder, checkout: NewCheckout): OrderRow {
  return {
    ...order,
    checkoutId: checkout.id,
    paymentId: checkout.paymentId,
    pointsReservationId: null,
    buyerId: checkout.buyerId,
    state: 'unpaid',
    refundedFen: 0,
    refundedShippingFen: 0,
    openCases: 0,
    staffNote: '',
    payBefore: checkout.expiresAt,
    cancelReason: null,
    closingBy: null,
    closingReason: null,
    autoReceiveAt: null,
    aftersaleUntil: null,
    paidAt: null,
    shippedAt: null,
    receivedAt: null,
    completedAt: null,
    version: 1,
    createdAt: checkout.at,
  };
}

/** A line as it stands right after `insertPlaced`. */
export function justPlacedLine(line: NewLine): OrderLineRow {
  const nothing = { refundedUnshipped: 0, refundedQuantity: 0, refundedFen: 0 };
  const unclaimed = { claimedQuantity: 0, claimedUnshipped: 0, claimedFen: 0 };
  return { ...line, shippedQuantity: 0, ...nothing, ...unclaimed };
}

export type Happening = { kind: string; title: string; detail?: string; actor: Actor };

/** One entry of the timeline for each of the orders. */
export async function note(tx: Tx, orderIds: readonly string[], at: Date, what: Happening): Promise<void> {
  if (orderIds.length === 0) return;
  const { kind, title, detail = '', actor } = what;
  const rows = orderIds.map((order_id) => ({
    order_id,
    at,
    kind,
    title,
    detail,
    actor_kind: actor.kind,
    actor_name: actor.name,
  }));
  await tx.q.insertInto('order_events').values(rows).execute();
}

const orders = (reader: Reader) =>
  reader.q
    .selectFrom('orders as o')
    .innerJoin('checkouts as c', 'c.id', 'o.checkout_id')
    .selectAll('o')
    .select(['c.payment_id', 'c.points_reservation_id']);

export async function order(reader: Reader, id: string): Promise<OrderRow | undefined> {
  const row = await orders(reader).where('o.id', '=', id).executeTakeFirst();
  return row && toOrder(row);
}

export async function ordersOfCheckouts(reader: Reader, checkoutIds: readonly string[]): Promise<OrderRow[]> {
  const ids = sql<string>`any(${checkoutIds}::uuid[])`;
  const rows = await orders(reader).where('o.checkout_id', '=', ids).orderBy('o.id').execute();
  return rows.map(toOrder);
}

export async function ordersOf(reader: Reader, ids: readonly string[]): Promise<OrderRow[]> {
  if (ids.length === 0) return [];
  const rows = await orders(reader)
    .where('o.id', '=', sql<string>`any(${ids}::uuid[])`)
    .execute();
  return rows.map(toOrder);
}

/** The one order of a tx, before payment and stock. With `skipLocked` an order that somebody works on is left alone. */
export async function lockOrder(
  tx: Tx,
  id: string,
  options: { skipLocked?: boolean } = {},
): Promise<OrderRow | undefined> {
  const query = orders(tx).where('o.id', '=', id).forUpdate('o');
  const row = await (options.skipLocked ? query.skipLocked() : query).executeTakeFirst();
  return row && toOrder(row);
}

export async function lockCheckout(tx: Tx, checkoutId: string): Promise<OrderRow[]> {
  const rows = await orders(tx).where('o.checkout_id', '=', checkoutId).orderBy('o.id').forUpdate('o').execute();
  return rows.map(toOrder);
}

export async function lockByPayment(tx: Tx, paymentId: string): Promise<OrderRow[]> {
  const rows = await orders(tx).where('c.payment_id', '=', paymentId).orderBy('o.id').forUpdate('o').execute();
  return rows.map(toOrder);
}

/** The state changes here and nowhere else. The row is locked, so a state other than the expected one is a bug. */
export async function move(tx: Tx, order: OrderRow, to: OrderState, more: Updateable<Orders> = {}): Promise<OrderRow> {
  checkMove(order.state, to);
  const row = await tx.q
    .updateTable('orders')
    .set({ ...more, state: to, version: sql`version + 1` })
    .where('id', '=', order.id)
    .where('state', '=', order.state)
    .returningAll()
    .executeTakeFirst();
  assert(row, `order ${order.id} was moved without its lock`);
  return toOrder({ ...row, payment_id: order.paymentId, points_reservation_id: order.pointsReservationId });
}

export async function change(tx: Tx, orderIds: readonly string[], more: Updateable<Orders>): Promise<void> {
  await tx.q
    .updateTable('orders')
    .set({ ...more, version: sql`version + 1` })
    .where('id', '=', sql<string>`any(${orderIds}::uuid[])`)
    .execute();
}

export async function addOpenCases(tx: Tx, orderId: string, by: 1 | -1): Promise<void> {
  await tx.q
    .updateTable('orders')
    .set({ open_cases: sql`open_cases + ${by}`, version: sql`version + 1` })
    .where('id', '=', orderId)
    .execute();
}

export async function linesOf(reader: Reader, orderIds: readonly string[]): Promise<OrderLineRow[]> {
  if (orderIds.length === 0) return [];
  const rows = await reader.q
    .selectFrom('order_lines')
    .selectAll()
    .where('order_id', '=', sql<string>`any(${orderIds}::uuid[])`)
    .orderBy('order_id')
    .orderBy('position')
    .execute();
  return rows.map(toLine);
}

export async function addShipped(tx: Tx, lines: readonly { lineId: string; quantity: number }[]): Promise<void> {
  await sql`
    update order_lines l set shipped_quantity = l.shipped_quantity + w.quantity
    from unnest(${lines.map((one) => one.lineId)}::uuid[], ${lines.map((one) => one.quantity)}::int[]) as w (id, quantity)
    where l.id = w.id
  `.execute(tx.q);
}

export type Claim = { lineId: Id<'orderLine'>; quantity: number; unshippedQuantity: number; amountFen: number };

/** Lays a hand on pieces for a case, or with -1 gives them back. Laws of the table refuse what is not there. */
export async function addClaims(tx: Tx, claims: readonly Claim[], sign: 1 | -1): Promise<void> {
  await sql`
    update order_lines l
    set claimed_quantity = l.claimed_quantity + ${sign}::int * w.quantity,
        claimed_unshipped = l.claimed_unshipped + ${sign}::int * w.unshipped,
        claimed_fen = l.claimed_fen + ${sign}::int * w.amount
    from unnest(
      ${claims.map((one) => one.lineId)}::uuid[], ${claims.map((one) => one.quantity)}::int[],
      ${claims.map((one) => one.unshippedQuantity)}::int[], ${claims.map((one) => one.amountFen)}::bigint[]
    ) as w (id, quantity, unshipped, amount)
    where l.id = w.id
  `.execute(tx.q);
}

export async function addRefunded(tx: Tx, parts: readonly Claim[]): Promise<void> {
  await sql`
    update order_lines l
    set refunded_quantity = l.refunded_quantity + w.quantity,
        refunded_unshipped = l.refunded_unshipped + w.unshipped,
        refunded_fen = l.refunded_fen + w.amount
    from unnest(
      ${parts.map((one) => one.lineId)}::uuid[], ${parts.map((one) => one.quantity)}::int[],
      ${parts.map((one) => one.unshippedQuantity)}::int[], ${parts.map((one) => one.amountFen)}::bigint[]
    ) as w (id, quantity, unshipped, amount)
    where l.id = w.id
  `.execute(tx.q);
}

export async function addRefundedFen(tx: Tx, orderId: string, totalFen: number, shippingFen: number): Promise<void> {
  await tx.q
    .updateTable('orders')
    .set({
      refunded_fen: sql`refunded_fen + ${totalFen}`,
      refunded_shipping_fen: sql`refunded_shipping_fen + ${shippingFen}`,
      version: sql`version + 1`,
    })
    .where('id', '=', orderId)
    .execute();
}
