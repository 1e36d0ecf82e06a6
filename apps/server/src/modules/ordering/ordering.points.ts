// Points as part payment: reserved at placing, used at payment, back at closing, and home with refunds in the same ratio.
import { addFen, fen, wholeUnits, type Id, type QuoteView } from '@jishi/contract';
import type { Reader, Tx } from '../../platform/db.ts';
import { assert } from '../../platform/fail.ts';
import { platformAccount } from '../ledger/ledger.ts';
import { deferredOf, pointsDue } from './ordering.rules.ts';
import * as points from './ordering.points.store.ts';
import * as store from './ordering.store.ts';
import type { Room } from './ordering.ts';

export type { LinePoints } from './ordering.points.store.ts';

/** Only earned points pay for goods: packages would otherwise buy more than they cost. */
const KINDS = ['earned'] as const;

type Placed = { buyerId: string; checkoutId: string; quote: QuoteView; lines: readonly points.NewLinePoints[] };

/**
 * Part: promises the buyer's points to a checkout that was just placed; nothing happens when it wants none. It is
 * decided by payment, so it has no time of its own.
 */
export async function reserve(room: Room, tx: Tx, { buyerId, checkoutId, quote, lines }: Placed): Promise<void> {
  const used = quote.points?.used ?? 0;
  if (used === 0) return;
  const reservationId = await room.points.reserve(tx, {
    buyerId,
    points: used,
    kinds: KINDS,
    key: `checkout:${checkoutId}`,
    label: '购物抵扣',
    refKind: 'checkout',
    refId: checkoutId,
    expiresAt: null,
  });
  const paid = lines.filter((line) => line.points > 0 || line.pointsFen > 0);
  await points.insert(tx, checkoutId, reservationId, paid);
}

/** Part: the checkout is paid, so its points are used. */
export async function use(room: Room, tx: Tx, orders: readonly store.OrderRow[]): Promise<void> {
  for (const id of reservationsOf(orders)) {
    const became = await room.points.commit(tx, id);
    assert(became !== 'cancelled', `the points ${id} of a paid checkout were given back`);
  }
}

/** Part: nobody will pay any more, so the points go back into their lots. */
export async function release(room: Room, tx: Tx, orders: readonly store.OrderRow[]): Promise<void> {
  for (const id of reservationsOf(orders)) {
    const became = await room.points.cancel(tx, id, '订单取消，积分退回');
    assert(became !== 'committed', `the points ${id} of a closed checkout were used`);
  }
}

const reservationsOf = (orders: readonly store.OrderRow[]) =>
  new Set(orders.flatMap((order) => order.pointsReservationId ?? []));

/** What points have paid of these orders; no question is asked for orders without any. */
export async function linePoints(reader: Reader, orders: readonly store.OrderRow[]): Promise<points.LinePoints[]> {
  const ids = orders.filter((order) => order.pointsReservationId !== null).map((order) => order.id);
  return ids.length === 0 ? [] : points.ofOrders(reader, ids);
}

export type Agreed = { lineId: Id<'orderLine'>; quantity: number; agreedFen: number };
export type PointsBack = { lineId: Id<'orderLine'>; points: number; pointsFen: number };

/** What of the points goes home with these refunds, if they were ordered now. */
export function dueWith(
  known: readonly points.LinePoints[],
  lines: readonly store.OrderLineRow[],
  agreed: readonly Agreed[],
): (PointsBack & Agreed)[] {
  return agreed.flatMap((one) => {
    const line = lines.find(({ id }) => id === one.lineId);
    const paid = known.find(({ lineId }) => lineId === one.lineId);
    if (!line || !paid) return [];
    return [{ ...one, ...pointsDue(paid, line, one) }];
  });
}

/** Part: a refund is ordered; its points are counted out and cannot be counted again. The order is locked. */
export async function orderBack(
  tx: Tx,
  order: store.OrderRow,
  lines: readonly store.OrderLineRow[],
  agreed: readonly Agreed[],
): Promise<PointsBack[]> {
  const backs = dueWith(await linePoints(tx, [order]), lines, agreed);
  if (backs.length > 0) await points.addBack(tx, backs);
  return backs;
}

/** Part: the refund has arrived, so the points arrive too, and the shop has given so much less of the price. */
export async function settleBack(
  room: Room,
  tx: Tx,
  order: store.OrderRow,
  back: { key: string; points: number; pointsFen: number; label: string },
): Promise<void> {
  const { key, label } = back;
  if (back.points > 0) {
    assert(order.pointsReservationId, `order ${order.id} gives back points that it never used`);
    await room.points.giveBack(tx, { reservationId: order.pointsReservationId, points: back.points, key, label });
  }
  if (back.pointsFen === 0) return;
  const source = order.state === 'completed' ? platformAccount('platform_sales') : deferredOf(order.id);
  await room.ledger.post(tx, {
    key: `points-back:${key}`,
    label: '退回积分，冲回优惠成本',
    refKind: 'order',
    refId: order.id,
    lines: [
      { account: source, debitFen: back.pointsFen },
      { account: platformAccount('discount_cost'), creditFen: back.pointsFen },
    ],
  });
}

/** What an order's page says about its points. */
export async function viewOf(reader: Reader, order: store.OrderRow) {
  const lines = await linePoints(reader, [order]);
  if (lines.length === 0) return null;
  const sum = (key: 'points' | 'backPoints') => lines.reduce((total, line) => total + line[key], 0);
  return { used: sum('points'), usedFen: addFen(...lines.map((line) => line.pointsFen)), back: sum('backPoints') };
}

/** What the shop has kept of an order, in whole yuan: points and refunds do not count. */
const keptYuan = (order: Pick<store.OrderRow, 'totalFen' | 'refundedFen'>) =>
  wholeUnits(fen(order.totalFen - order.refundedFen), 100);
const earnKey = (orderId: string) => `order:${orderId}`;

/** Part: points for what a completed order has really cost, once. */
export async function earn(room: Room, tx: Tx, orderId: Id<'order'>): Promise<void> {
  const order = await store.lockOrder(tx, orderId);
  assert(order, `order ${orderId} is gone`);
  const yuan = order.state === 'completed' ? keptYuan(order) : 0;
  if (yuan === 0) return;
  await room.points.earning.earn(tx, {
    rule: 'order',
    buyerId: order.buyerId,
    key: earnKey(orderId),
    units: yuan,
    label: `购物奖励 订单 ${order.orderNo}`,
    refKind: 'order',
    refId: orderId,
  });
}

/** Part: a refund after completion; what was earned for that money goes back. The order is as before the refund. */
export async function unearn(room: Room, tx: Tx, order: store.OrderRow, refundedFen: number): Promise<void> {
  if (order.state !== 'completed') return;
  const unitsLeft = keptYuan({ totalFen: order.totalFen, refundedFen: order.refundedFen + refundedFen });
  await room.points.earning.unearn(tx, {
    key: earnKey(order.id),
    unitsLeft,
    label: `退款收回奖励 订单 ${order.orderNo}`,
  });
}
