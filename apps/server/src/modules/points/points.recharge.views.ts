// What people see of recharge orders. A page of them takes the same few questions however many it shows.
import { RECHARGE_STATE_NAMES, type AdminRecharge, type RechargeOrder } from '@jishi/contract';
import type { z } from 'zod';
import type { Reader } from '../../platform/db.ts';
import { assert } from '../../platform/fail.ts';
import * as store from './points.recharge.store.ts';
import type { RechargeRow, RefundRow } from './points.recharge.store.ts';
import type { PointsRoom } from './points.ts';

export type ShopView = z.input<typeof RechargeOrder>;
export type DeskView = z.input<typeof AdminRecharge>;

export async function shopViews(
  room: PointsRoom,
  rows: readonly RechargeRow[],
  reader: Reader = room.db,
): Promise<ShopView[]> {
  const now = room.clock.now();
  const ids = rows.filter((row) => row.paidAt !== null).map((row) => row.id);
  const refunds = ids.length === 0 ? [] : await store.refundsOf(reader, ids);
  // The last one tells: those before it were given up.
  const lastOf = new Map(refunds.map((refund) => [refund.rechargeId, refund]));
  return rows.map((row) => viewOf(row, lastOf.get(row.id), now));
}

export async function shopView(room: PointsRoom, row: RechargeRow, reader: Reader = room.db): Promise<ShopView> {
  const [view] = await shopViews(room, [row], reader);
  assert(view, `recharge ${row.id} has no view`);
  return view;
}

function viewOf(row: RechargeRow, refund: RefundRow | undefined, now: Date): ShopView {
  const isOpen = row.state === 'pending' && row.closingReason === null;
  return {
    id: row.id,
    orderNo: row.orderNo,
    packageId: row.packageId,
    packageName: row.packageName,
    icon: row.icon,
    priceFen: row.priceFen,
    points: row.points,
    bonusPoints: row.bonusPoints,
    state: row.state,
    stateName: RECHARGE_STATE_NAMES[row.state],
    isClosing: row.state === 'pending' && !isOpen,
    canPay: isOpen && row.expiresAt > now,
    canCancel: isOpen,
    createdAt: row.createdAt,
    expiresAt: row.expiresAt,
    paidAt: row.paidAt,
    endedAt: row.endedAt,
    refund: refund
      ? {
          state: refund.state,
          amountFen: refund.amountFen,
          points: refund.paidPoints + refund.bonusPoints,
          createdAt: refund.createdAt,
        }
      : null,
  };
}

export async function deskViews(
  room: PointsRoom,
  rows: readonly RechargeRow[],
  reader: Reader = room.db,
): Promise<DeskView[]> {
  const views = await shopViews(room, rows, reader);
  const names = await room.identity.names(reader, [...new Set(rows.map((row) => row.buyerId))]);
  return rows.map((row, index) => ({
    ...(views[index] as ShopView),
    buyerId: row.buyerId,
    buyerName: names.get(row.buyerId)?.nickname ?? '',
    cancelReason: row.cancelReason,
  }));
}
