// Parcels: who carries what of an order, under which number. Several per order, never more than was bought.
import { CARRIERS, type correctParcel, type Id, type In, type Out, type Parcel, type shipOrder } from '@jishi/contract';
import type { z } from 'zod';
import type { Clock } from '../../platform/clock.ts';
import type { Db, Once, Reader, Tx } from '../../platform/db.ts';
import { assert, fail } from '../../platform/fail.ts';
import type { RawAnswer, RawCall, StaffSession } from '../../platform/http.ts';
import { newId } from '../../platform/ids.ts';
import type { Log } from '../../platform/log.ts';
import type { Metrics } from '../../platform/metrics.ts';
import type { PushReader, ShippingClient } from '@jishi/wechat';
import type { Inventory } from '../inventory/inventory.ts';
import type { Messaging } from '../messaging/messaging.ts';
import { disputedUnshipped, type Ordering, type OrderRow } from '../ordering/ordering.ts';
import type { Payment } from '../payment/payment.ts';
import type { Asking, Staff } from '../staff/staff.ts';
import { contentsOf } from './fulfilment.rules.ts';
import { createUploadDesk, type UploadDesk } from './fulfilment.desk.ts';
import { createPushes } from './fulfilment.pushes.ts';
import * as store from './fulfilment.store.ts';
import * as uploadStore from './fulfilment.uploads.store.ts';
import { createUploads, type Uploads } from './fulfilment.uploads.ts';

export type ParcelView = z.input<typeof Parcel>;

export type Fulfilment = UploadDesk & {
  /** Command: one parcel leaves; without lines, everything that is left. */
  ship(staff: StaffSession, input: In<typeof shipOrder>, asking?: Asking, once?: Once): Promise<Out<typeof shipOrder>>;
  /** Command: the number was typed wrong. */
  correct(staff: StaffSession, input: In<typeof correctParcel>, asking?: Asking): Promise<ParcelView>;
  /** Every asked order is in the answer. Three questions, however many orders. */
  parcelsOf(reader: Reader, orderIds: readonly Id<'order'>[]): Promise<Map<Id<'order'>, ParcelView[]>>;
  /** Orders with a parcel whose number begins like this. */
  ordersByTracking(reader: Reader, beginning: string, max: number): Promise<Id<'order'>[]>;
  notifyShipped(orderId: Id<'order'>, parcelId: Id<'parcel'>): Promise<void>;
  /** What buyers of these orders can confirm in WeChat's own component: the number of the transaction. */
  receiptsAtWechat(reader: Reader, orders: readonly OrderRow[]): Promise<Map<Id<'order'>, string>>;
  /** Jobs and schedules about WeChat's shipping management (wechat.md 11). */
  wechat: Uploads & { noteOrder(orderId: Id<'order'>): Promise<void>; actOnPush(pushId: string): Promise<void> };
  checkPush(raw: RawCall): Promise<RawAnswer>;
  hearPush(raw: RawCall): Promise<RawAnswer>;
};

export type FulfilmentDeps = {
  db: Db;
  clock: Clock;
  log: Log;
  metrics: Metrics;
  shipping: ShippingClient;
  push: PushReader | null;
  /** The mini-program's. */
  appid: string;
  staff: Pick<Staff, 'audit'>;
  messaging: Pick<Messaging, 'notify'>;
  inventory: Pick<Inventory, 'consume'>;
  ordering: Pick<
    Ordering,
    'lock' | 'lines' | 'orders' | 'siblings' | 'find' | 'note' | 'markShipped' | 'receiveAtWechat'
  >;
  payment: Pick<Payment, 'proofs' | 'proofByTradeNo' | 'askPayer'>;
};

export function createFulfilment(deps: FulfilmentDeps): Fulfilment {
  const uploads = createUploads(deps);
  const { checkPush, hearPush, actOnPush } = createPushes({ ...deps, uploads });
  return {
    ...createUploadDesk({ ...deps, uploads }),
    checkPush,
    hearPush,
    wechat: {
      ...uploads,
      actOnPush,
      noteOrder: async (orderId) => {
        const [order] = await deps.ordering.orders(deps.db, [orderId]);
        if (order) await uploads.noteChanged(order.paymentId);
      },
    },
    receiptsAtWechat,
    ship: (staff, input, asking, once) => ship(deps, staff, input, asking, once),
    correct: (staff, input, asking) => correct(deps, staff, input, asking),
    parcelsOf: (reader, orderIds) => parcelsOf(deps, reader, orderIds),
    ordersByTracking: store.ordersByTracking,
    notifyShipped: (orderId, parcelId) => notifyShipped(deps, orderId, parcelId),
  };
}

const labelOf = (parcel: { carrier: store.ParcelRow['carrier']; trackingNo: string }) =>
  `${CARRIERS[parcel.carrier]} ${parcel.trackingNo}`;

async function ship(
  deps: FulfilmentDeps,
  staff: StaffSession,
  input: In<typeof shipOrder>,
  asking?: Asking,
  once?: Once,
): Promise<Out<typeof shipOrder>> {
  const { db, ordering, inventory } = deps;
  const parcelId = newId<'parcel'>();
  const trackingNo = input.trackingNo.toUpperCase();
  const work = async (tx: Tx) => {
    const order = await ordering.lock(tx, input.orderId);
    if (order.state !== 'paid' && order.state !== 'partly_shipped') {
      fail('order.not_shippable', { state: order.state });
    }
    const lines = await ordering.lines(tx, [order.id]);
    // Somebody has asked for goods back that are still here: they must not leave before that is decided.
    if (lines.some((line) => disputedUnshipped(line) > 0)) fail('order.aftersale_open');
    const contents = contentsOf(lines, input.lines);
    assert(contents.length > 0, `order ${order.id} is ${order.state} and has nothing left to ship`);
    const row = {
      id: parcelId,
      order_id: order.id,
      carrier: input.carrier,
      tracking_no: trackingNo,
      note: input.note ?? '',
      shipped_by: staff.name,
      shipped_at: deps.clock.now(),
    };
    if (!(await store.insertParcel(tx, row, contents))) fail('parcel.duplicate', { trackingNo }, 'trackingNo');
    const effect = { key: `ship:${parcelId}`, lines: contents, ref: order.orderNo, actorName: staff.name };
    await inventory.consume(tx, effect);
    const detail = labelOf({ carrier: input.carrier, trackingNo });
    const actor = { kind: 'staff', name: staff.name } as const;
    const state = await ordering.markShipped(tx, order, { lines: contents, detail, actor });
    const subject = { action: 'order.ship', subjectKind: 'order', subjectId: order.id, name: order.orderNo };
    const after = { state, parcelId, carrier: input.carrier, trackingNo, lines: contents };
    await deps.staff.audit(tx, staff, { ...subject, before: { state: order.state }, after }, asking);
    await tx.emit('order.shipped', { orderId: order.id, parcelId });
    return { parcel: await viewOf(deps, tx, order.id, parcelId), orderState: state };
  };
  return db.tx(work, { once });
}

async function correct(
  deps: FulfilmentDeps,
  staff: StaffSession,
  input: In<typeof correctParcel>,
  asking?: Asking,
): Promise<ParcelView> {
  const to = { carrier: input.carrier, trackingNo: input.trackingNo.toUpperCase() };
  const orderId = await deps.db.tx(async (tx) => {
    const found = (await store.parcel(tx, input.parcelId)) ?? fail('order.not_found');
    const order = await deps.ordering.lock(tx, found.orderId);
    // Read again under the lock: two corrections at once must not both believe the old number.
    const before = (await store.parcel(tx, input.parcelId)) ?? fail('order.not_found');
    if (before.carrier === to.carrier && before.trackingNo === to.trackingNo) return order.id;
    await store.correct(tx, before.id, to);
    const detail = `${labelOf(before)} 改为 ${labelOf(to)}`;
    const actor = { kind: 'staff', name: staff.name } as const;
    await deps.ordering.note(tx, order.id, { kind: 'parcel_corrected', title: '更正物流单号', detail, actor });
    const subject = { action: 'parcel.correct', subjectKind: 'order', subjectId: order.id, name: order.orderNo };
    const was = { parcelId: before.id, carrier: before.carrier, trackingNo: before.trackingNo };
    await deps.staff.audit(tx, staff, { ...subject, before: was, after: { parcelId: before.id, ...to } }, asking);
    await tx.emit('parcel.corrected', { orderId: order.id, parcelId: before.id });
    return order.id;
  });
  return viewOf(deps, deps.db, orderId, input.parcelId);
}

async function viewOf(
  deps: FulfilmentDeps,
  reader: Reader,
  orderId: Id<'order'>,
  parcelId: string,
): Promise<ParcelView> {
  const parcels = (await parcelsOf(deps, reader, [orderId])).get(orderId);
  const parcel = parcels?.find((one) => one.id === parcelId);
  assert(parcel, `parcel ${parcelId} is gone`);
  return parcel;
}

async function parcelsOf(deps: FulfilmentDeps, reader: Reader, orderIds: readonly Id<'order'>[]) {
  const found = new Map<Id<'order'>, ParcelView[]>(orderIds.map((id) => [id, []]));
  const parcels = await store.parcelsOf(reader, orderIds);
  if (parcels.length === 0) return found;
  const contents = await store.contentsOf(
    reader,
    parcels.map((parcel) => parcel.id),
  );
  const lines = await deps.ordering.lines(reader, [...new Set(parcels.map((parcel) => parcel.orderId))]);
  const lineById = new Map<string, (typeof lines)[number]>(lines.map((line) => [line.id, line]));
  const byParcel = Map.groupBy(contents, (one) => one.parcel_id);
  for (const parcel of parcels) {
    const inside = (byParcel.get(parcel.id) ?? []).map((one) => {
      const line = lineById.get(one.line_id);
      assert(line, `parcel ${parcel.id} holds line ${one.line_id} of another order`);
      return { lineId: line.id, title: line.title, specText: line.specText, quantity: one.quantity };
    });
    found.get(parcel.orderId)?.push({
      id: parcel.id,
      carrier: parcel.carrier,
      carrierName: CARRIERS[parcel.carrier],
      trackingNo: parcel.trackingNo,
      shippedAt: parcel.shippedAt,
      lines: inside,
    });
  }
  return found;
}

async function receiptsAtWechat(reader: Reader, orders: readonly OrderRow[]): Promise<Map<Id<'order'>, string>> {
  const shipped = orders.filter((order) => order.state === 'shipped');
  if (shipped.length === 0) return new Map();
  const rows = await uploadStore.byPayments(
    reader,
    shipped.map((order) => order.paymentId),
  );
  const open = new Map(
    rows
      .filter((row) => row.state === 'complete' && row.confirmed_at === null)
      .map((row) => [row.payment_id, row.transaction_id]),
  );
  return new Map(
    shipped.flatMap((order): [Id<'order'>, string][] => {
      const transactionId = open.get(order.paymentId);
      return transactionId === undefined ? [] : [[order.id, transactionId]];
    }),
  );
}

async function notifyShipped(deps: FulfilmentDeps, orderId: Id<'order'>, parcelId: Id<'parcel'>): Promise<void> {
  await deps.db.tx(async (tx) => {
    const [order] = await deps.ordering.orders(tx, [orderId]);
    const parcel = await store.parcel(tx, parcelId);
    assert(order && parcel, `parcel ${parcelId} was told about and is not there`);
    await deps.messaging.notify(tx, {
      key: `order.shipped:${parcelId}`,
      buyerId: order.buyerId,
      kind: 'order',
      title: '商品已发货',
      body: `订单 ${order.orderNo} 已发货，${labelOf(parcel)}`,
      orderId,
    });
  });
}
