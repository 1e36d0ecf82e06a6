// Orders: from a checkout to a finished purchase. One payment per checkout, one order per seller, lines are snapshots.
import type {
  adminChangeOrderAddress,
  adminCheckShipments,
  adminCloseOrder,
  adminNoteOrder,
  bindInvite,
  cancelOrder,
  Id,
  In,
  listOrders,
  OrderState,
  Out,
  placeCheckout,
} from '@jishi/contract';
import { z } from 'zod';
import type { Clock } from '../../platform/clock.ts';
import type { Db, Once, Reader, Tx } from '../../platform/db.ts';
import { fail } from '../../platform/fail.ts';
import type { Buyer, StaffSession } from '../../platform/http.ts';
import type { Log } from '../../platform/log.ts';
import type { Cart } from '../cart/cart.ts';
import type { Catalog } from '../catalog/catalog.ts';
import type { Files } from '../files/files.ts';
import type { Identity } from '../identity/identity.ts';
import type { Inventory } from '../inventory/inventory.ts';
import type { Ledger } from '../ledger/ledger.ts';
import type { Messaging } from '../messaging/messaging.ts';
import type { Payment } from '../payment/payment.ts';
import type { Points } from '../points/points.ts';
import type { Pricing } from '../pricing/pricing.ts';
import type { SettingKey, Settings } from '../settings/settings.ts';
import type { Asking, Staff } from '../staff/staff.ts';
import * as closing from './ordering.close.ts';
import * as desk from './ordering.desk.ts';
import * as life from './ordering.life.ts';
import * as lists from './ordering.lists.ts';
import * as notices from './ordering.notices.ts';
import { place } from './ordering.place.ts';
import * as points from './ordering.points.ts';
import * as store from './ordering.store.ts';
import * as views from './ordering.views.ts';

export {
  aftersaleDoor,
  claimable,
  claimableShipped,
  claimableUnshipped,
  claimFen,
  disputedUnshipped,
  isPhone,
  isTradeNo,
  leftToShip,
  lowerParts,
} from './ordering.rules.ts';
export type { LineFacts } from './ordering.rules.ts';
export type { Actor, Claim, Happening, OrderLineRow, OrderRow } from './ordering.store.ts';
export { dueWith } from './ordering.points.ts';
export type { LinePoints } from './ordering.points.ts';
export type { Brief, OrderPart, Shippable, StaffPage, StaffPart } from './ordering.views.ts';

export type Shipped = {
  lines: readonly { lineId: Id<'orderLine'>; quantity: number }[];
  /** Carrier and number, for the timeline. */
  detail: string;
  actor: store.Actor;
};

export type Refunded = {
  /** Amounts are what is really paid back, which may be less than what was claimed. */
  lines: readonly store.Claim[];
  shippingFen: number;
  /** What goes home in points beside the money, and its worth. */
  points: { key: string; points: number; pointsFen: number };
  detail: string;
};

/** A checkout on its way to the till. */
export type Payable = { paymentId: Id<'payment'>; orders: store.OrderRow[]; expiresAt: Date; totalFen: number };

export type Ordering = {
  /** `once` keeps the answer by the same commit. */
  place(buyer: Buyer, input: In<typeof placeCheckout>, key: string, once?: Once): Promise<Out<typeof placeCheckout>>;
  checkout(buyer: Buyer, checkoutId: Id<'checkout'>): Promise<Out<typeof placeCheckout>>;
  /** What the till has to know of a buyer's checkout. */
  payable(buyer: Buyer, checkoutId: Id<'checkout'>): Promise<Payable>;
  list(buyer: Buyer, input: In<typeof listOrders>): Promise<Out<typeof listOrders>>;
  counts(buyer: Buyer): Promise<lists.Counts>;
  /** The buyer's own order, or `order.not_found`. */
  mine(buyer: Buyer, orderId: Id<'order'>): Promise<store.OrderRow>;
  cancel(buyer: Buyer, input: In<typeof cancelOrder>): Promise<void>;
  receive(buyer: Buyer, orderId: Id<'order'>): Promise<void>;

  staffList(input: views.StaffPage): ReturnType<typeof views.staffList>;
  staffCounts(): ReturnType<typeof desk.counts>;
  checkShipments(input: In<typeof adminCheckShipments>): Promise<Out<typeof adminCheckShipments>>;
  readdress(staff: StaffSession, input: In<typeof adminChangeOrderAddress>, asking?: Asking): Promise<void>;
  noteByStaff(staff: StaffSession, input: In<typeof adminNoteOrder>, asking?: Asking): Promise<void>;
  closeByStaff(staff: StaffSession, input: In<typeof adminCloseOrder>, asking?: Asking): Promise<void>;

  /** Command: the payment of a checkout has succeeded. Safe to repeat. */
  markPaid(paymentId: Id<'payment'>): Promise<void>;
  /** Command: the payment of a checkout can never be paid any more. Safe to repeat. */
  markClosed(paymentId: Id<'payment'>): Promise<void>;
  /** Schedule: orders that were never told what became of their payment. */
  catchUp(): Promise<void>;
  autoReceive(): Promise<void>;
  completeDue(): Promise<void>;
  /** Command: the buyer has confirmed the receipt in WeChat, or its calendar has: orders that left count as received. */
  receiveAtWechat(paymentId: Id<'payment'>): Promise<void>;
  /** Command: points for a completed order. Safe to repeat. */
  earnPoints(orderId: Id<'order'>): Promise<void>;
  /** A new buyer names who invited them. */
  bindInvite(buyer: Buyer, input: In<typeof bindInvite>): Promise<Out<typeof bindInvite>>;
  notifyPaid(orderId: Id<'order'>): Promise<void>;
  notifyCancelled(orderId: Id<'order'>): Promise<void>;

  /** Reads for upper floors. */
  orders(reader: Reader, orderIds: readonly string[]): Promise<store.OrderRow[]>;
  /** What points have paid of these orders' lines; asks nothing when none of them used any. */
  linePoints(reader: Reader, orders: readonly store.OrderRow[]): Promise<points.LinePoints[]>;
  lines(reader: Reader, orderIds: readonly string[]): Promise<store.OrderLineRow[]>;
  /** The orders of one checkout, paid and cancelled together. */
  siblings(reader: Reader, checkoutIds: readonly string[]): Promise<store.OrderRow[]>;
  view(reader: Reader, order: store.OrderRow): Promise<views.OrderPart>;
  staffPart(reader: Reader, order: store.OrderRow): Promise<views.StaffPart>;
  /** How long after receipt a new order's buyer may ask for after-sale. */
  aftersaleDays(reader: Reader): Promise<number>;
  /** Orders that a search word names, newest first, at most `max`. */
  find(reader: Reader, q: string, max: number): Promise<Id<'order'>[]>;
  /** The newest orders of these buyers. */
  idsOfBuyers(reader: Reader, buyerIds: readonly string[], max: number): Promise<Id<'order'>[]>;
  /** What a buyer has bought so far. */
  figures(reader: Reader, buyerId: string): Promise<lists.BuyerFigures>;

  /** Parts: first lock, then the rest under the lock. */
  lock(tx: Tx, orderId: Id<'order'>): Promise<store.OrderRow>;
  note(tx: Tx, orderId: Id<'order'>, what: store.Happening): Promise<void>;
  markShipped(tx: Tx, order: store.OrderRow, shipped: Shipped): Promise<OrderState>;
  openCase(tx: Tx, order: store.OrderRow, claims: readonly store.Claim[]): Promise<void>;
  closeCase(tx: Tx, order: store.OrderRow, giveBack: readonly store.Claim[]): Promise<void>;
  /** A refund is ordered: what of the points goes home with it is counted out. */
  orderPointsBack(tx: Tx, order: store.OrderRow, agreed: readonly points.Agreed[]): Promise<points.PointsBack[]>;
  applyRefund(tx: Tx, order: store.OrderRow, refund: Refunded): Promise<void>;
};

export type OrderingDeps = {
  db: Db;
  clock: Clock;
  log: Log;
  settings: Pick<Settings, 'define' | 'read'>;
  staff: Pick<Staff, 'audit'>;
  files: Pick<Files, 'pictures'>;
  identity: Pick<Identity, 'address' | 'names'>;
  messaging: Pick<Messaging, 'notify'>;
  ledger: Pick<Ledger, 'post' | 'standing'>;
  catalog: Pick<Catalog, 'countSales'>;
  inventory: Pick<Inventory, 'hold' | 'confirm' | 'releaseOrder'>;
  pricing: Pick<Pricing, 'mustQuote'>;
  points: Pick<Points, 'reserve' | 'commit' | 'cancel' | 'giveBack' | 'earning' | 'inviting'>;
  payment: Pick<Payment, 'open' | 'view' | 'beginClose' | 'finishClose'>;
  cart: Pick<Cart, 'take'>;
};

/** The module with its settings: what every verb is given first. */
export type Room = OrderingDeps & {
  keys: {
    payWindowMinutes: SettingKey<number>;
    autoReceiveDays: SettingKey<number>;
    aftersaleDays: SettingKey<number>;
  };
};

export function createOrdering(deps: OrderingDeps): Ordering {
  const room: Room = { ...deps, keys: defineKeys(deps.settings) };
  const { db } = deps;
  return {
    place: (buyer, input, key, once) => place(room, buyer, input, key, once),
    checkout: (buyer, checkoutId) => views.checkoutOf(room, room.db, buyer, checkoutId),
    payable: (buyer, checkoutId) => payable(room, buyer, checkoutId),
    list: (buyer, input) => views.list(room, buyer, input),
    counts: (buyer) => lists.countsOf(db, buyer.id),
    mine: (buyer, orderId) => views.mine(room, buyer, orderId),
    cancel: (buyer, input) => closing.cancel(room, buyer, input),
    receive: (buyer, orderId) => life.receive(room, buyer, orderId),

    staffList: (input) => views.staffList(room, input),
    staffCounts: () => desk.counts(room),
    checkShipments: (input) => desk.checkShipments(room, input),
    noteByStaff: (staff, input, asking) => desk.note(room, staff, input, asking),
    readdress: (staff, input, asking) => desk.readdress(room, staff, input, asking),
    closeByStaff: (staff, input, asking) => closing.closeByStaff(room, staff, input, asking),

    markPaid: (paymentId) => closing.markPaid(room, paymentId),
    markClosed: (paymentId) => closing.markClosed(room, paymentId),
    catchUp: () => closing.catchUp(room),
    autoReceive: () => life.autoReceive(room),
    completeDue: () => life.completeDue(room),
    receiveAtWechat: (paymentId) => life.receiveAtWechat(room, paymentId),
    earnPoints: (orderId) => db.tx((tx) => points.earn(room, tx, orderId)),
    bindInvite: (buyer, input) =>
      db.tx(async (tx) => room.points.inviting.bind(tx, buyer, input.code, await lists.hasPaid(tx, buyer.id))),
    notifyPaid: (orderId) => notices.paid(room, orderId),
    notifyCancelled: (orderId) => notices.cancelled(room, orderId),

    orders: store.ordersOf,
    linePoints: points.linePoints,
    lines: store.linesOf,
    siblings: store.ordersOfCheckouts,
    view: (reader, order) => views.viewOf(room, reader, order),
    staffPart: (reader, order) => views.staffPartOf(room, reader, order),
    aftersaleDays: (reader) => room.settings.read(reader, room.keys.aftersaleDays),
    find: lists.find,
    idsOfBuyers: lists.idsOfBuyers,
    figures: lists.figuresOf,

    lock: async (tx, orderId) => (await store.lockOrder(tx, orderId)) ?? fail('order.not_found'),
    note: (tx, orderId, what) => store.note(tx, [orderId], room.clock.now(), what),
    markShipped: (tx, order, shipped) => life.markShipped(room, tx, order, shipped),
    openCase: life.openCase,
    closeCase: life.closeCase,
    orderPointsBack: async (tx, order, agreed) =>
      points.orderBack(tx, order, await store.linesOf(tx, [order.id]), agreed),
    applyRefund: (tx, order, refund) => life.applyRefund(room, tx, order, refund),
  };
}

function defineKeys(settings: OrderingDeps['settings']): Room['keys'] {
  const define = (key: string, label: string, hint: string, kind: 'minutes' | 'days', value: number, max: number) =>
    settings.define({ key, group: '订单', label, hint, kind, schema: z.int(), default: value, min: 1, max });
  return {
    payWindowMinutes: define('order.payWindowMinutes', '付款时限', '超过后未付款的订单自动取消', 'minutes', 30, 1440),
    autoReceiveDays: define('order.autoReceiveDays', '自动确认收货', '全部发货后经过的天数', 'days', 15, 60),
    aftersaleDays: define('order.aftersaleDays', '售后期限', '确认收货后可申请售后的天数', 'days', 15, 90),
  };
}

async function payable(room: Room, buyer: Buyer, checkoutId: Id<'checkout'>): Promise<Payable> {
  const checkout = await store.checkout(room.db, checkoutId);
  if (checkout?.buyerId !== buyer.id || checkout.paymentId === null) fail('checkout.not_found');
  const orders = await store.ordersOfCheckouts(room.db, [checkoutId]);
  return { paymentId: checkout.paymentId, orders, expiresAt: checkout.expiresAt, totalFen: checkout.totalFen };
}
