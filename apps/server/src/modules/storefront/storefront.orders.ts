// Pages of orders, composed: the order, its parcels, its cases, its payment and its money, each known by another room.
import {
  CARRIERS,
  type adminChangeOrderAddress,
  type adminCheckShipments,
  type adminCloseOrder,
  type adminCountOrders,
  type adminGetBuyerFigures,
  type adminGetOrderMoney,
  type adminGetPayment,
  type AdminOrder,
  type adminListOrderNotices,
  type adminListOrders,
  type adminListPayments,
  type adminNoteOrder,
  type cancelOrder,
  type CarrierCode,
  type getPaymentStatus,
  type Id,
  type In,
  type Order,
  type Out,
  type payCheckout,
} from '@jishi/contract';
import type { z } from 'zod';
import type { Db } from '../../platform/db.ts';
import { assert, fail } from '../../platform/fail.ts';
import type { Buyer, Ctx, StaffSession } from '../../platform/http.ts';
import type { Aftersale } from '../aftersale/aftersale.ts';
import type { Fulfilment } from '../fulfilment/fulfilment.ts';
import type { Identity } from '../identity/identity.ts';
import type { Ledger } from '../ledger/ledger.ts';
import type { Messaging } from '../messaging/messaging.ts';
import { shanghaiSpan } from '../../platform/days.ts';
import { isPhone, isTradeNo, type Ordering, type OrderRow } from '../ordering/ordering.ts';
import type { Payment, PaymentListRow } from '../payment/payment.ts';
import type { Points } from '../points/points.ts';
import type { Asking } from '../staff/staff.ts';

type OrderView = z.input<typeof Order>;
type StaffOrderView = z.input<typeof AdminOrder>;

export type OrderPages = {
  order(buyer: Buyer, orderId: Id<'order'>): Promise<OrderView>;
  cancel(buyer: Buyer, input: In<typeof cancelOrder>): Promise<OrderView>;
  receive(buyer: Buyer, orderId: Id<'order'>): Promise<OrderView>;
  pay(buyer: Buyer, input: In<typeof payCheckout>, from: Ctx['request']): Promise<Out<typeof payCheckout>>;
  status(buyer: Buyer, checkoutId: Id<'checkout'>, from: Visitor): Promise<Out<typeof getPaymentStatus>>;

  staffOrders(input: In<typeof adminListOrders>): Promise<Out<typeof adminListOrders>>;
  staffOrder(orderId: Id<'order'>): Promise<StaffOrderView>;
  note(staff: StaffSession, input: In<typeof adminNoteOrder>, asking?: Asking): Promise<StaffOrderView>;
  close(staff: StaffSession, input: In<typeof adminCloseOrder>, asking?: Asking): Promise<StaffOrderView>;
  orderCounts(): Promise<Out<typeof adminCountOrders>>;
  checkShipments(input: In<typeof adminCheckShipments>): Promise<Out<typeof adminCheckShipments>>;
  readdress(staff: StaffSession, input: In<typeof adminChangeOrderAddress>, asking?: Asking): Promise<StaffOrderView>;
  notices(orderId: Id<'order'>): Promise<Out<typeof adminListOrderNotices>>;
  buyerFigures(buyerId: Id<'buyer'>): Promise<Out<typeof adminGetBuyerFigures>>;
  money(orderId: Id<'order'>): Promise<Out<typeof adminGetOrderMoney>>;
  paymentPage(paymentId: Id<'payment'>): Promise<Out<typeof adminGetPayment>>;
  payments(input: In<typeof adminListPayments>): Promise<Out<typeof adminListPayments>>;
};

export type OrderPagesDeps = {
  db: Db;
  identity: Pick<Identity, 'names' | 'ownPage' | 'byPhone'>;
  ledger: Pick<Ledger, 'postingsOf'>;
  payment: Pick<
    Payment,
    'prepay' | 'view' | 'spendable' | 'barred' | 'refresh' | 'moneyOf' | 'list' | 'payablesByNumber'
  >;
  messaging: Pick<Messaging, 'ofOrder'>;
  points: { recharging: Pick<Points['recharging'], 'rechargesBy' | 'byNumber'> };
  ordering: Pick<
    Ordering,
    | 'mine'
    | 'cancel'
    | 'receive'
    | 'payable'
    | 'markPaid'
    | 'markClosed'
    | 'orders'
    | 'siblings'
    | 'find'
    | 'view'
    | 'staffPart'
    | 'staffList'
    | 'staffCounts'
    | 'checkShipments'
    | 'readdress'
    | 'idsOfBuyers'
    | 'figures'
    | 'noteByStaff'
    | 'closeByStaff'
  >;
  fulfilment: Pick<Fulfilment, 'parcelsOf' | 'ordersByTracking' | 'receiptsAtWechat'>;
  aftersale: Pick<Aftersale, 'caseIdsOf'>;
};

/** A word that reaches further than this many orders is too short to be of use. */
const NAMED_MAX = 1000;

export function createOrderPages(deps: OrderPagesDeps): OrderPages {
  const { ordering } = deps;
  const pageOf = async (buyer: Buyer, orderId: Id<'order'>) => compose(deps, await ordering.mine(buyer, orderId));
  return {
    order: pageOf,
    cancel: async (buyer, input) => {
      await ordering.cancel(buyer, input);
      return pageOf(buyer, input.orderId);
    },
    receive: async (buyer, orderId) => {
      await ordering.receive(buyer, orderId);
      return pageOf(buyer, orderId);
    },
    pay: (buyer, input, from) => pay(deps, buyer, input, from),
    status: (buyer, checkoutId, from) => status(deps, buyer, checkoutId, from),

    staffOrders: (input) => staffOrders(deps, input),
    staffOrder: (orderId) => staffOrder(deps, orderId),
    note: async (staff, input, asking) => {
      await ordering.noteByStaff(staff, input, asking);
      return staffOrder(deps, input.orderId);
    },
    close: async (staff, input, asking) => {
      await ordering.closeByStaff(staff, input, asking);
      return staffOrder(deps, input.orderId);
    },
    orderCounts: () => ordering.staffCounts(),
    checkShipments: (input) => ordering.checkShipments(input),
    readdress: async (staff, input, asking) => {
      await ordering.readdress(staff, input, asking);
      return staffOrder(deps, input.orderId);
    },
    notices: async (orderId) => ({ items: await deps.messaging.ofOrder(deps.db, await orderOf(deps, orderId)) }),
    buyerFigures: async (buyerId) => {
      if (!(await deps.identity.names(deps.db, [buyerId])).has(buyerId)) fail('buyer.not_found');
      return ordering.figures(deps.db, buyerId);
    },
    money: (orderId) => money(deps, orderId),
    paymentPage: (paymentId) => paymentPage(deps, paymentId),
    payments: (input) => payments(deps, input),
  };
}

async function compose(deps: OrderPagesDeps, order: OrderRow): Promise<OrderView> {
  const { db, ordering, fulfilment, aftersale } = deps;
  const part = await ordering.view(db, order);
  const parcels = await fulfilment.parcelsOf(db, [order.id]);
  const cases = await aftersale.caseIdsOf(db, [order.id]);
  const receipts = await fulfilment.receiptsAtWechat(db, [order]);
  return {
    ...part,
    parcels: parcels.get(order.id) ?? [],
    receiptAtWechat: receipts.get(order.id) ?? null,
    aftersaleIds: cases.get(order.id) ?? [],
  };
}

async function orderOf(deps: OrderPagesDeps, orderId: Id<'order'>): Promise<OrderRow> {
  const [order] = await deps.ordering.orders(deps.db, [orderId]);
  return order ?? fail('order.not_found');
}

const carriers = Object.entries(CARRIERS).map(([code, name]) => ({ code: code as CarrierCode, name }));

async function staffOrder(deps: OrderPagesDeps, orderId: Id<'order'>): Promise<StaffOrderView> {
  const order = await orderOf(deps, orderId);
  return { ...(await compose(deps, order)), ...(await deps.ordering.staffPart(deps.db, order)), carriers };
}

/** Orders that a word names by what ordering does not know: a parcel, a payment, the buyer's own phone. */
async function foundElsewhere(deps: OrderPagesDeps, q: string): Promise<Id<'order'>[]> {
  const { db, ordering } = deps;
  const found = /^[0-9A-Za-z-]{3,40}$/.test(q) ? await deps.fulfilment.ordersByTracking(db, q, NAMED_MAX) : [];
  if (isPhone(q)) {
    const buyerId = await deps.identity.byPhone(db, q);
    if (buyerId) found.push(...(await ordering.idsOfBuyers(db, [buyerId], NAMED_MAX)));
  }
  if (isTradeNo(q)) {
    const checkouts = await deps.payment.payablesByNumber(db, q);
    found.push(...(await ordering.siblings(db, checkouts)).map((order) => order.id));
  }
  return found;
}

/** One box finds what ordering knows by itself and what other rooms know of orders. */
async function staffOrders(deps: OrderPagesDeps, input: In<typeof adminListOrders>) {
  const { q, from, to, paidFrom, paidTo, ...rest } = input;
  const paid = shanghaiSpan(paidFrom, paidTo);
  return deps.ordering.staffList({
    ...rest,
    // An empty box is no filter.
    q: q === '' ? undefined : q,
    ...shanghaiSpan(from, to),
    paidFrom: paid.from,
    paidBefore: paid.before,
    foundElsewhere: q ? await foundElsewhere(deps, q) : [],
  });
}

/** The till: a checkout leads to its payment, and payment knows whether it may still be paid. */
async function pay(deps: OrderPagesDeps, buyer: Buyer, input: In<typeof payCheckout>, from: Ctx['request']) {
  // Whoever has paid must not be led to a page of somebody else that asks to pay again.
  const returnTo = input.returnTo === undefined ? undefined : deps.identity.ownPage(input.returnTo);
  const { paymentId } = await deps.ordering.payable(buyer, input.checkoutId);
  return deps.payment.prepay(buyer, {
    paymentId,
    channel: input.channel,
    balanceFen: input.balanceFen,
    platform: from.platform === 'weapp' ? 'weapp' : 'h5',
    clientIp: from.ip,
    userAgent: from.userAgent,
    returnTo,
  });
}

type Visitor = Pick<Ctx['request'], 'platform' | 'userAgent'>;

/** What WeChat says, not what the phone believes; orders that lag behind their payment are brought along at once. */
async function status(deps: OrderPagesDeps, buyer: Buyer, checkoutId: Id<'checkout'>, from: Visitor) {
  const { db, ordering, payment } = deps;
  const { paymentId, orders, expiresAt, totalFen } = await ordering.payable(buyer, checkoutId);
  let seen = (await payment.view(db, [paymentId])).get(paymentId);
  if (seen?.state === 'open' || seen?.state === 'closing') {
    await payment.refresh(paymentId);
    seen = (await payment.view(db, [paymentId])).get(paymentId);
  }
  assert(seen, `payment ${paymentId} is gone`);
  const isBehind = orders.some((order) => order.state === 'unpaid');
  if (isBehind && seen.state === 'paid') await ordering.markPaid(paymentId);
  if (isBehind && seen.state === 'closed') await ordering.markClosed(paymentId);
  const orderIds = orders.map((order) => order.id);
  const isPayable = seen.state === 'open';
  const spendableFen = isPayable ? await payment.spendable(db, paymentId) : 0;
  const { state, balanceFen, paidAt } = seen;
  const visit = {
    platform: from.platform === 'weapp' ? ('weapp' as const) : ('h5' as const),
    userAgent: from.userAgent,
  };
  const barred = isPayable ? await payment.barred(db, seen.payableKind, visit) : null;
  return { state, totalFen, balanceFen, spendableFen, barred, paidAt, orderIds, expiresAt };
}

const rechargesOf = (deps: OrderPagesDeps, rows: readonly PaymentListRow[]) =>
  deps.points.recharging.rechargesBy(
    deps.db,
    rows.filter((row) => row.payableKind === 'recharge').map((row) => row.payableId),
  );

/** Rows of payments with the names that payment does not know. */
async function named<R extends PaymentListRow>(deps: OrderPagesDeps, rows: readonly R[]) {
  const orders = await deps.ordering.siblings(deps.db, [...new Set(rows.map((row) => row.payableId))]);
  const names = await deps.identity.names(deps.db, [...new Set(rows.map((row) => row.buyerId))]);
  const recharges = await rechargesOf(deps, rows);
  const byPayable = Map.groupBy([...orders, ...recharges], (one) => ('checkoutId' in one ? one.checkoutId : one.id));
  return rows.map(({ buyerId, ...row }) => ({
    ...row,
    orderNos: (byPayable.get(row.payableId as Id<'checkout'>) ?? []).map((order) => order.orderNo),
    buyerName: names.get(buyerId)?.nickname ?? '',
  }));
}

async function money(deps: OrderPagesDeps, orderId: Id<'order'>): Promise<Out<typeof adminGetOrderMoney>> {
  const order = await orderOf(deps, orderId);
  const { payments: paid, notices } = await deps.payment.moneyOf(deps.db, [order.paymentId]);
  const postings = await deps.ledger.postingsOf(deps.db, [order.paymentId, orderId]);
  return { payments: await named(deps, paid), notices, postings };
}

async function paymentPage(deps: OrderPagesDeps, paymentId: Id<'payment'>): Promise<Out<typeof adminGetPayment>> {
  const { payments: paid, notices } = await deps.payment.moneyOf(deps.db, [paymentId]);
  const [payment] = paid;
  if (!payment) fail('payment.not_found');
  const orders = await deps.ordering.siblings(deps.db, [payment.payableId]);
  const refs = [paymentId, ...orders.map((order) => order.id)];
  return {
    payments: await named(deps, paid),
    notices,
    postings: await deps.ledger.postingsOf(deps.db, refs),
    orders: orders.map(({ id, orderNo, totalFen }) => ({ id, orderNo, totalFen })),
    recharges: (await rechargesOf(deps, [payment])).map(({ id, orderNo, priceFen }) => ({ id, orderNo, priceFen })),
  };
}

/** Found by order number, receiver or goods, or by WeChat's own numbers. */
async function payments(deps: OrderPagesDeps, input: In<typeof adminListPayments>) {
  const q = input.q === '' ? undefined : input.q;
  const orderIds = q ? await deps.ordering.find(deps.db, q, NAMED_MAX) : [];
  const orders = await deps.ordering.orders(deps.db, orderIds);
  const recharge = q ? await deps.points.recharging.byNumber(deps.db, q) : undefined;
  const payableIds = q ? [...orders.map((order) => order.checkoutId), ...(recharge ? [recharge.id] : [])] : undefined;
  const { page, size, state } = input;
  const span = shanghaiSpan(input.from, input.to);
  const found = await deps.payment.list(deps.db, { q, payableIds, state, ...span, page, size });
  return { items: await named(deps, found.items), total: found.total };
}
