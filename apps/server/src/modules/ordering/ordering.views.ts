// What people see of an order. Lists need a bounded number of questions however long they are.
import {
  ORDER_STATE_NAMES,
  ORDER_TABS,
  type AdminOrderRow,
  type Id,
  type In,
  type listOrders,
  type Order,
  type OrderBrief,
  type Out,
  type placeCheckout,
} from '@jishi/contract';
import type { z } from 'zod';
import { readCursor, scrolled } from '../../platform/cursor.ts';
import type { Reader } from '../../platform/db.ts';
import { assert, fail } from '../../platform/fail.ts';
import type { Buyer } from '../../platform/http.ts';
import { maskPhone } from '../identity/identity.ts';
import * as lists from './ordering.lists.ts';
import { actionsOf, leftToShip } from './ordering.rules.ts';
import { viewOf as pointsOf } from './ordering.points.ts';
import * as store from './ordering.store.ts';
import type { Room } from './ordering.ts';

export type Brief = z.input<typeof OrderBrief>;
/** An order as far as ordering knows it; parcels and cases live upstairs and are added there. */
export type OrderPart = Omit<z.input<typeof Order>, 'parcels' | 'receiptAtWechat' | 'aftersaleIds'>;
export type Shippable = { lineId: Id<'orderLine'>; title: string; specText: string; quantity: number };
export type StaffPart = {
  buyerId: Id<'buyer'>;
  buyerName: string;
  staffNote: string;
  version: number;
  shippable: Shippable[];
};

/** Three questions for any number of orders. */
export async function briefs(room: Room, reader: Reader, orders: readonly store.OrderRow[]): Promise<Brief[]> {
  const lines = await store.linesOf(
    reader,
    orders.map((order) => order.id),
  );
  const pictures = await room.files.pictures(
    reader,
    lines.map((line) => line.imageFileId),
  );
  const byOrder = Map.groupBy(lines, (line) => line.orderId);
  return orders.map((order) => briefOf(order, byOrder.get(order.id) ?? [], pictures));
}

type Pictures = Awaited<ReturnType<Room['files']['pictures']>>;

export function briefOf(order: store.OrderRow, lines: readonly store.OrderLineRow[], pictures: Pictures): Brief {
  return {
    id: order.id,
    orderNo: order.orderNo,
    checkoutId: order.checkoutId,
    sellerId: order.sellerId,
    sellerName: order.sellerName,
    state: order.state,
    stateName: ORDER_STATE_NAMES[order.state],
    isClosing: isClosing(order),
    totalFen: order.totalFen,
    itemCount: lines.reduce((sum, line) => sum + line.quantity, 0),
    lines: lines.map((line) => ({
      id: line.id,
      productId: line.productId,
      skuId: line.skuId,
      title: line.title,
      specText: line.specText,
      image: line.imageFileId === null ? null : (pictures.get(line.imageFileId) ?? null),
      quantity: line.quantity,
      unitFen: line.unitFen,
      discountFen: line.discountFen,
      payableFen: line.payableFen,
      shippedQuantity: line.shippedQuantity,
      refundedQuantity: line.refundedQuantity,
      refundedFen: line.refundedFen,
    })),
    createdAt: order.createdAt,
    payBefore: order.state === 'unpaid' ? order.payBefore : null,
    hasOpenAftersale: order.openCases > 0,
  };
}

export const isClosing = (order: store.OrderRow) => order.state === 'unpaid' && order.closingBy !== null;

/** The whole order as far as this room knows it. */
export async function viewOf(room: Room, reader: Reader, order: store.OrderRow): Promise<OrderPart> {
  const lines = await store.linesOf(reader, [order.id]);
  const pictures = await room.files.pictures(
    reader,
    lines.map((line) => line.imageFileId),
  );
  const happened = await lists.eventsOf(reader, order.id);
  return {
    ...briefOf(order, lines, pictures),
    goodsFen: order.goodsFen,
    discountFen: order.discountFen,
    shippingFen: order.shippingFen,
    refundedFen: order.refundedFen,
    steps: order.steps,
    points: await pointsOf(reader, order),
    address: order.address,
    remark: order.remark,
    timeline: happened.map((one) => ({
      at: one.at,
      title: one.title,
      detail: one.detail,
      actor: { kind: one.actorKind, name: one.actorName },
    })),
    actions: actionsOf({ ...order, isClosing: isClosing(order) }, lines, room.clock.now()),
    paidAt: order.paidAt,
    shippedAt: order.shippedAt,
    receivedAt: order.receivedAt,
    autoReceiveAt: order.autoReceiveAt,
    aftersaleUntil: order.aftersaleUntil,
    cancelReason: order.cancelReason,
  };
}

/** What only staff see. */
export async function staffPartOf(room: Room, reader: Reader, order: store.OrderRow): Promise<StaffPart> {
  const lines = await store.linesOf(reader, [order.id]);
  const names = await room.identity.names(reader, [order.buyerId]);
  const isShipping = order.state === 'paid' || order.state === 'partly_shipped';
  const waiting = isShipping ? lines.filter((line) => leftToShip(line) > 0) : [];
  return {
    buyerId: order.buyerId,
    buyerName: names.get(order.buyerId)?.nickname ?? '',
    staffNote: order.staffNote,
    version: order.version,
    shippable: waiting.map((line) => ({
      lineId: line.id,
      title: line.title,
      specText: line.specText,
      quantity: leftToShip(line),
    })),
  };
}

/** The buyer's own order; somebody else's does not exist for them. */
export async function mine(room: Room, buyer: Buyer, orderId: Id<'order'>): Promise<store.OrderRow> {
  const order = await store.order(room.db, orderId);
  if (order?.buyerId !== buyer.id) fail('order.not_found');
  return order;
}

export async function list(room: Room, buyer: Buyer, input: In<typeof listOrders>): Promise<Out<typeof listOrders>> {
  const after = input.cursor === undefined ? undefined : readCursor(input.cursor);
  const page = { buyerId: buyer.id, states: ORDER_TABS[input.tab], q: input.q, after, limit: input.limit + 1 };
  const { shown, nextCursor } = scrolled(await lists.ofBuyer(room.db, page), input.limit, (order) => order.createdAt);
  return { items: await briefs(room, room.db, shown), nextCursor };
}

export type StaffPage = lists.StaffFilter & { page: number; size: number };

/** Six questions for a page of any size; pages and totals are bounded by `ROWS_MAX`. */
export async function staffList(
  room: Room,
  input: StaffPage,
): Promise<{ items: z.input<typeof AdminOrderRow>[]; total: number }> {
  const rows = await lists.staffPage(room.db, input, input);
  const total = await lists.staffTotal(room.db, input);
  const shown = await briefs(room, room.db, rows);
  const names = await room.identity.names(room.db, [...new Set(rows.map((row) => row.buyerId))]);
  const items = rows.map((row, index) => {
    const brief = shown[index];
    assert(brief, `order ${row.id} has no view`);
    return {
      ...brief,
      buyerId: row.buyerId,
      buyerName: names.get(row.buyerId)?.nickname ?? '',
      receiver: row.address.name,
      receiverPhone: maskPhone(row.address.phone),
      paidAt: row.paidAt,
      staffNote: row.staffNote,
    };
  });
  return { items, total };
}

/** A checkout with its orders; the state is the one of its payment. */
export async function checkoutOf(
  room: Room,
  reader: Reader,
  buyer: Buyer,
  id: Id<'checkout'>,
): Promise<Out<typeof placeCheckout>> {
  const checkout = await store.checkout(reader, id);
  if (checkout?.buyerId !== buyer.id) fail('checkout.not_found');
  assert(checkout.paymentId, `checkout ${id} has no payment`);
  const payment = (await room.payment.view(reader, [checkout.paymentId])).get(checkout.paymentId);
  assert(payment, `payment ${checkout.paymentId} is gone`);
  return {
    id: checkout.id,
    state: payment.state,
    totalFen: checkout.totalFen,
    expiresAt: checkout.expiresAt,
    paymentId: checkout.paymentId,
    orders: await briefs(room, reader, await store.ordersOfCheckouts(reader, [id])),
  };
}
