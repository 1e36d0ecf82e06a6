// The desk where staff look after orders: the house's own note, where a parcel goes, and checking a list before shipping.
import {
  ORDER_COUNT_MAX,
  ORDER_STATE_NAMES,
  type adminChangeOrderAddress,
  type adminCheckShipments,
  type adminNoteOrder,
  type In,
  type Out,
} from '@jishi/contract';
import { fail } from '../../platform/fail.ts';
import type { StaffSession } from '../../platform/http.ts';
import type { Asking } from '../staff/staff.ts';
import * as lists from './ordering.lists.ts';
import { disputedUnshipped, leftToShip } from './ordering.rules.ts';
import * as store from './ordering.store.ts';
import type { Room } from './ordering.ts';

export const counts = (room: Room) => lists.staffCounts(room.db, ORDER_COUNT_MAX);

export async function note(
  room: Room,
  staff: StaffSession,
  input: In<typeof adminNoteOrder>,
  asking?: Asking,
): Promise<void> {
  await room.db.tx(async (tx) => {
    const order = (await store.lockOrder(tx, input.orderId)) ?? fail('order.not_found');
    await store.change(tx, [order.id], { staff_note: input.note });
    const subject = { action: 'order.note', subjectKind: 'order', subjectId: order.id, name: order.orderNo };
    const trail = { before: { note: order.staffNote }, after: { note: input.note } };
    await room.staff.audit(tx, staff, { ...subject, ...trail }, asking);
  });
}

/** Until the first parcel leaves, the receiver may move. The buyer reads of it in the timeline. */
export async function readdress(
  room: Room,
  staff: StaffSession,
  input: In<typeof adminChangeOrderAddress>,
  asking?: Asking,
): Promise<void> {
  const { orderId, version, ...address } = input;
  await room.db.tx(async (tx) => {
    const order = (await store.lockOrder(tx, orderId)) ?? fail('order.not_found');
    if (order.version !== version) fail('order.stale', { version: order.version });
    if (order.state !== 'unpaid' && order.state !== 'paid') fail('order.address_fixed', { state: order.state });
    await store.change(tx, [order.id], { address: JSON.stringify(address) });
    const to = `${address.name} ${address.phone} ${address.province}${address.city}${address.district}${address.detail}`;
    const actor = { kind: 'staff', name: staff.name } as const;
    const what = { kind: 'readdressed', title: '收货信息已修改', detail: `改为 ${to}`, actor };
    await store.note(tx, [order.id], room.clock.now(), what);
    const subject = { action: 'order.readdress', subjectKind: 'order', subjectId: order.id, name: order.orderNo };
    await room.staff.audit(tx, staff, { ...subject, before: order.address, after: address }, asking);
  });
}

type Check = Out<typeof adminCheckShipments>['items'][number];

/** Reads only: shipping checks everything again, under the lock of each order. */
export async function checkShipments(
  room: Room,
  input: In<typeof adminCheckShipments>,
): Promise<Out<typeof adminCheckShipments>> {
  const orders = await lists.byNumbers(room.db, [...new Set(input.lines.map((line) => line.orderNo))]);
  const lines = await store.linesOf(
    room.db,
    orders.map((order) => order.id),
  );
  const byNo = new Map(orders.map((order) => [order.orderNo, order]));
  const goods = Map.groupBy(lines, (line) => line.orderId);
  const times = Map.groupBy(input.lines, (line) => line.orderNo);
  const parcels = Map.groupBy(input.lines, (line) => line.trackingNo.toUpperCase());
  const items = input.lines.map(({ orderNo, trackingNo }): Check => {
    const order = byNo.get(orderNo);
    if (!order) return { orderNo, orderId: null, receiver: '', goods: '', pieces: 0, problem: '没有这个订单号' };
    const own = goods.get(order.id) ?? [];
    const pieces = own.reduce((sum, line) => sum + leftToShip(line), 0);
    const isRepeated = (times.get(orderNo)?.length ?? 0) > 1;
    const isShared = (parcels.get(trackingNo.toUpperCase())?.length ?? 0) > 1;
    const problem = isRepeated
      ? '这个订单号出现了多次'
      : isShared
        ? '这个运单号出现了多次'
        : shippingProblem(order, own);
    const title = own.length > 1 ? `${own[0]?.title ?? ''} 等 ${own.length} 种` : (own[0]?.title ?? '');
    return { orderNo, orderId: order.id, receiver: order.address.name, goods: title, pieces, problem };
  });
  return { items };
}

function shippingProblem(order: store.OrderRow, lines: readonly store.OrderLineRow[]): string | null {
  if (order.state !== 'paid' && order.state !== 'partly_shipped')
    return `订单${ORDER_STATE_NAMES[order.state]}，不能发货`;
  if (lines.some((line) => disputedUnshipped(line) > 0)) return '有处理中的售后，请先处理售后';
  return null;
}
