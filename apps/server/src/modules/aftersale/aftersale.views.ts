// What people see of a case. A page of cases takes a bounded number of questions however many it shows.
import {
  AFTERSALE_KIND_NAMES,
  AFTERSALE_STATE_NAMES,
  CARRIERS,
  yuan,
  type AdminAftersale,
  type adminListAftersales,
  type adminPreviewApproval,
  type Aftersale,
  type AftersaleState,
  type Id,
  type In,
  type listAftersales,
  type Out,
  type previewAftersale,
  type Refundable,
} from '@jishi/contract';
import type { z } from 'zod';
import { readCursor, scrolled } from '../../platform/cursor.ts';
import { shanghaiSpan } from '../../platform/days.ts';
import type { Reader } from '../../platform/db.ts';
import { assert, fail } from '../../platform/fail.ts';
import type { Buyer } from '../../platform/http.ts';
import { aftersaleDoor, claimable, claimFen, dueWith, lowerParts } from '../ordering/ordering.ts';
import {
  goodsOf,
  kindsOf,
  planClaims,
  RETURNABLE,
  shippingAsked,
  shippingDue,
  WITHDRAWABLE,
  withClaims,
} from './aftersale.rules.ts';
import * as store from './aftersale.store.ts';
import type { Room } from './aftersale.ts';

export type CaseView = z.input<typeof Aftersale>;
export type StaffCaseView = z.input<typeof AdminAftersale>;
export type RefundableView = z.input<typeof Refundable>;

/** A search word of the back office names at most this many orders. */
const ORDERS_NAMED_MAX = 1000;

/** Everything that the cases of one page need, asked once. */
async function gather(room: Room, reader: Reader, cases: readonly store.CaseRow[]) {
  const ids = cases.map((one) => one.id);
  const orderIds = [...new Set(cases.map((one) => one.orderId))];
  const lines = await store.linesOf(reader, ids);
  const orders = await room.ordering.orders(reader, orderIds);
  const orderLines = await room.ordering.lines(reader, orderIds);
  const evidence = cases.flatMap((one) => one.evidenceFileIds);
  const pictures = await room.files.pictures(reader, [...evidence, ...orderLines.map((line) => line.imageFileId)]);
  const events = await store.eventsOf(reader, ids);
  const refundIds = cases.flatMap((one) => (one.refundId === null ? [] : [one.refundId]));
  return {
    pictures,
    lines: Map.groupBy(lines, (line) => line.aftersaleId),
    orders: new Map(orders.map((order) => [order.id, order])),
    orderLines: new Map(orderLines.map((line) => [line.id, line])),
    linesOfOrder: Map.groupBy(orderLines, (line) => line.orderId),
    events: Map.groupBy(events, (event) => event.aftersale_id),
    refunds: await room.payment.refundView(reader, refundIds),
    linePoints: await room.ordering.linePoints(reader, orders),
  };
}

type Gathered = Awaited<ReturnType<typeof gather>>;

/** Points beside the money: as counted out when the refund was ordered, before that as they would be counted now. */
function pointsOf(one: store.CaseRow, all: Gathered): number {
  const lines = all.lines.get(one.id) ?? [];
  if (one.state === 'refunding' || one.state === 'done') return lines.reduce((sum, line) => sum + line.pointsBack, 0);
  if (isOver(one.state)) return 0;
  return pointsFor(
    all.linePoints,
    all.linesOfOrder.get(one.orderId) ?? [],
    lines.map((line) => ({ ...line, agreedFen: line.agreedFen ?? line.amountFen })),
  );
}

const isOver = (state: AftersaleState) => state === 'rejected' || state === 'withdrawn' || state === 'expired';

const pointsFor = (...due: Parameters<typeof dueWith>): number =>
  dueWith(...due).reduce((sum, back) => sum + back.points, 0);

function viewOf(one: store.CaseRow, all: Gathered): CaseView {
  const order = all.orders.get(one.orderId);
  assert(order, `the order of case ${one.id} is gone`);
  const picture = (id: string | null) => (id === null ? null : (all.pictures.get(id) ?? null));
  const refund = one.refundId === null ? undefined : all.refunds.get(one.refundId);
  return {
    id: one.id,
    aftersaleNo: one.aftersaleNo,
    orderId: one.orderId,
    orderNo: order.orderNo,
    kind: one.kind,
    kindName: AFTERSALE_KIND_NAMES[one.kind],
    state: one.state,
    stateName: AFTERSALE_STATE_NAMES[one.state],
    lines: (all.lines.get(one.id) ?? []).map((line) => {
      const sold = all.orderLines.get(line.lineId);
      assert(sold, `case ${one.id} names a line of another order`);
      return {
        lineId: line.lineId,
        title: sold.title,
        specText: sold.specText,
        image: picture(sold.imageFileId),
        quantity: line.quantity,
        unitFen: sold.unitFen,
        amountFen: line.agreedFen ?? line.amountFen,
      };
    }),
    askedFen: one.askedFen,
    agreedFen: one.agreedFen,
    shippingFen: one.shippingFen,
    points: pointsOf(one, all),
    reason: one.reason,
    description: one.description,
    evidence: one.evidenceFileIds.flatMap((id) => picture(id) ?? []),
    rejectReason: one.rejectReason,
    returnTo: one.returnTo,
    returnBefore: one.returnBefore,
    returnParcel:
      one.returnCarrier === null || one.returnTrackingNo === null
        ? null
        : {
            carrier: one.returnCarrier,
            carrierName: CARRIERS[one.returnCarrier],
            trackingNo: one.returnTrackingNo,
          },
    refundState: refund?.state ?? null,
    refundedAt: one.state === 'done' ? one.doneAt : null,
    timeline: (all.events.get(one.id) ?? []).map((event) => ({
      at: event.at,
      title: event.title,
      detail: event.detail,
      actor: { kind: event.actor_kind as 'system' | 'buyer' | 'staff', name: event.actor_name },
    })),
    version: one.version,
    createdAt: one.createdAt,
    canWithdraw: WITHDRAWABLE.includes(one.state),
    canEdit: one.state === 'requested',
    canSendBack: RETURNABLE.includes(one.state),
  };
}

async function staffViews(room: Room, reader: Reader, cases: readonly store.CaseRow[]): Promise<StaffCaseView[]> {
  const all = await gather(room, reader, cases);
  const names = await room.identity.names(reader, [...new Set(cases.map((one) => one.buyerId))]);
  const applications = await store.applicationsOf(
    reader,
    cases.map((one) => one.id),
  );
  const waiting = cases.filter((one) => one.state === 'requested');
  const open =
    waiting.length === 0
      ? []
      : await store.openOf(
          reader,
          waiting.map((one) => one.orderId),
        );
  return cases.map((one) => {
    const order = all.orders.get(one.orderId);
    assert(order, `the order of case ${one.id} is gone`);
    return {
      ...viewOf(one, all),
      buyerId: one.buyerId,
      buyerName: names.get(one.buyerId)?.nickname ?? '',
      maxFen: one.state === 'requested' ? mostOf(one, all, open) : one.askedFen,
      receiver: order.address.name,
      applications: applications.get(one.id) ?? 0,
    };
  });
}

/** What could be agreed now; the same sum that approving allows. */
function mostOf(one: store.CaseRow, all: Gathered, open: Awaited<ReturnType<typeof store.openOf>>): number {
  const order = all.orders.get(one.orderId);
  assert(order, `the order of case ${one.id} is gone`);
  const siblings = open.filter((other) => other.orderId === one.orderId && other.id !== one.id);
  const shipping = shippingDue(order, all.linesOfOrder.get(one.orderId) ?? [], siblings);
  return goodsOf(all.lines.get(one.id) ?? []) + shipping;
}

export async function buyerView(room: Room, reader: Reader, buyer: Buyer, id: Id<'aftersale'>): Promise<CaseView> {
  const one = await store.find(reader, id);
  // Another person's case is not there.
  if (one?.buyerId !== buyer.id) fail('aftersale.not_found');
  return viewOf(one, await gather(room, reader, [one]));
}

export async function list(
  room: Room,
  buyer: Buyer,
  input: In<typeof listAftersales>,
): Promise<Out<typeof listAftersales>> {
  const after = input.cursor === undefined ? undefined : readCursor(input.cursor);
  const rows = await store.ofBuyer(room.db, { buyerId: buyer.id, after, limit: input.limit + 1 });
  const { shown, nextCursor } = scrolled(rows, input.limit, (one) => one.createdAt);
  const all = await gather(room, room.db, shown);
  return { items: shown.map((one) => viewOf(one, all)), nextCursor };
}

export async function staffView(room: Room, reader: Reader, id: Id<'aftersale'>): Promise<StaffCaseView> {
  const one = (await store.find(reader, id)) ?? fail('aftersale.not_found');
  const [view] = await staffViews(room, reader, [one]);
  assert(view, `case ${id} has no view`);
  return view;
}

export async function staffList(
  room: Room,
  input: In<typeof adminListAftersales>,
): Promise<Out<typeof adminListAftersales>> {
  const orderIds = input.q ? await room.ordering.find(room.db, input.q, ORDERS_NAMED_MAX) : [];
  const { from, to, page: _, size: __, sort: ___, ...rest } = input;
  const filter = { ...rest, ...shanghaiSpan(from, to), orderIds };
  const rows = await store.staffPage(room.db, filter, input);
  return { items: await staffViews(room, room.db, rows), total: await store.staffTotal(room.db, filter) };
}

/** What of an order may be asked back now; nothing, when the window is over. */
export async function refundable(room: Room, buyer: Buyer, orderId: Id<'order'>): Promise<RefundableView> {
  const order = await room.ordering.mine(buyer, orderId);
  const lines = await room.ordering.lines(room.db, [orderId]);
  const pictures = await room.files.pictures(
    room.db,
    lines.map((line) => line.imageFileId),
  );
  const paid = await room.ordering.linePoints(room.db, [order]);
  const isOpenNow = aftersaleDoor({ ...order, isClosing: false }, room.clock.now()) === 'open';
  const everything = lines.map((line) => ({ ...line, claimedQuantity: line.quantity }));
  const kinds = isOpenNow ? kindsOf(lines) : [];
  return {
    orderId,
    kinds,
    until: order.aftersaleUntil,
    shippingFen: kinds.length > 0 ? shippingAsked(order, everything) : 0,
    lines: lines.map((line) => {
      const most = isOpenNow ? claimable(line) : 0;
      const maxFen = most === 0 ? 0 : claimFen(line, most);
      return {
        lineId: line.id,
        title: line.title,
        specText: line.specText,
        image: line.imageFileId === null ? null : (pictures.get(line.imageFileId) ?? null),
        unitFen: line.unitFen,
        quantity: line.quantity,
        maxQuantity: most,
        maxFen,
        maxPoints: most === 0 ? 0 : pointsFor(paid, lines, [{ lineId: line.id, quantity: most, agreedFen: maxFen }]),
      };
    }),
  };
}

export async function preview(
  room: Room,
  buyer: Buyer,
  input: In<typeof previewAftersale>,
): Promise<Out<typeof previewAftersale>> {
  const order = await room.ordering.mine(buyer, input.orderId);
  const lines = await room.ordering.lines(room.db, [order.id]);
  const claims = planClaims(lines, input.lines, 'refund_only');
  const goodsFen = goodsOf(claims);
  const shippingFen = shippingAsked(order, withClaims(lines, claims));
  const asked = claims.map((claim) => ({ ...claim, agreedFen: claim.amountFen }));
  const points = pointsFor(await room.ordering.linePoints(room.db, [order]), lines, asked);
  return { goodsFen, shippingFen, totalFen: goodsFen + shippingFen, points };
}

/** How a sum would fall on the lines and the shipping fee if it were agreed now: the same split that approving makes. */
export async function approvalOf(
  room: Room,
  input: In<typeof adminPreviewApproval>,
): Promise<Out<typeof adminPreviewApproval>> {
  const one = (await store.find(room.db, input.aftersaleId)) ?? fail('aftersale.not_found');
  if (one.state !== 'requested') fail('aftersale.not_open', { state: one.state });
  const [order] = await room.ordering.orders(room.db, [one.orderId]);
  assert(order, `the order of case ${one.id} is gone`);
  const lines = await store.linesOf(room.db, [one.id]);
  const siblings = (await store.openOf(room.db, [order.id])).filter((other) => other.id !== one.id);
  const sold = await room.ordering.lines(room.db, [order.id]);
  const shippingAskedFen = shippingDue(order, sold, siblings);
  const maxFen = goodsOf(lines) + shippingAskedFen;
  if (input.amountFen > maxFen) fail('aftersale.amount', { max: yuan(maxFen), maxFen }, 'amountFen');
  const parts = lowerParts(input.amountFen, [...lines.map((line) => line.amountFen), shippingAskedFen]);
  return {
    lines: lines.map(({ lineId, amountFen }, at) => ({ lineId, askedFen: amountFen, amountFen: parts[at] ?? 0 })),
    shippingAskedFen,
    shippingFen: parts.at(-1) ?? 0,
    totalFen: input.amountFen,
    points: pointsFor(
      await room.ordering.linePoints(room.db, [order]),
      sold,
      lines.map((line, at) => ({ ...line, agreedFen: parts[at] ?? 0 })),
    ),
  };
}
