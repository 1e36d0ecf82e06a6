// After payment: parcels, receipt, cases, refunds and the end of an order. Mostly parts, called under the order's lock.
import type { Id, OrderState } from '@jishi/contract';
import { eachOf } from '../../platform/batch.ts';
import { spanMs } from '../../platform/clock.ts';
import type { Tx } from '../../platform/db.ts';
import { assert, fail } from '../../platform/fail.ts';
import type { Buyer } from '../../platform/http.ts';
import { platformAccount } from '../ledger/ledger.ts';
import * as lists from './ordering.lists.ts';
import { deferredOf, stateByLines } from './ordering.rules.ts';
import { settleBack, unearn } from './ordering.points.ts';
import * as store from './ordering.store.ts';
import type { Refunded, Room, Shipped } from './ordering.ts';

const SYSTEM: store.Actor = { kind: 'system', name: '系统' };
const BATCH = 200;
/** One run of a schedule looks at this many batches; the next run goes on. */
const BATCHES_MAX = 50;
const SIDE_BY_SIDE = 2;

const daysLater = (from: Date, days: number) => new Date(from.getTime() + spanMs({ days }));

/** A parcel has left: counts its pieces and follows with the state. Answers the state afterwards. */
export async function markShipped(room: Room, tx: Tx, order: store.OrderRow, shipped: Shipped): Promise<OrderState> {
  const now = room.clock.now();
  await store.addShipped(tx, shipped.lines);
  const state = stateByLines(await store.linesOf(tx, [order.id]), order.state);
  assert(state === 'shipped' || state === 'partly_shipped', `a parcel left order ${order.id} in state ${state}`);
  if (state !== order.state) await store.move(tx, order, state, onArrivalAt(state, order, now));
  const title = state === 'shipped' ? '商家已发货' : '商家已发出部分商品';
  await store.note(tx, [order.id], now, { kind: 'shipped', title, detail: shipped.detail, actor: shipped.actor });
  return state;
}

/** What else changes when an order arrives at a state by its lines. */
function onArrivalAt(state: OrderState, order: store.OrderRow, now: Date) {
  if (state === 'shipped') return { shipped_at: now, auto_receive_at: daysLater(now, order.autoReceiveDays) };
  if (state === 'refunded') return { auto_receive_at: null };
  return {};
}

/** A case is opened: its pieces and fen are claimed, and the order cannot be completed while it is open. */
export async function openCase(tx: Tx, order: store.OrderRow, claims: readonly store.Claim[]): Promise<void> {
  await store.addClaims(tx, claims, 1);
  await store.addOpenCases(tx, order.id, 1);
}

/** A case is over. One that came to nothing gives back what it had claimed. */
export async function closeCase(tx: Tx, order: store.OrderRow, giveBack: readonly store.Claim[]): Promise<void> {
  if (giveBack.length > 0) await store.addClaims(tx, giveBack, -1);
  await store.addOpenCases(tx, order.id, -1);
}

/**
 * Money of these pieces is back with the buyer. Unshipped pieces do not have to be shipped any more, so the order may
 * arrive at shipped by this; when every piece is refunded it is over, and what is left of its money is earned.
 */
export async function applyRefund(room: Room, tx: Tx, order: store.OrderRow, refund: Refunded): Promise<void> {
  const now = room.clock.now();
  const goodsFen = refund.lines.reduce((sum, line) => sum + line.amountFen, 0);
  await store.addRefunded(tx, refund.lines);
  await store.addRefundedFen(tx, order.id, goodsFen + refund.shippingFen, refund.shippingFen);
  const lines = await store.linesOf(tx, [order.id]);
  await store.note(tx, [order.id], now, { kind: 'refund', title: '退款成功', detail: refund.detail, actor: SYSTEM });
  await settleBack(room, tx, order, { ...refund.points, label: `${refund.detail} 退回积分` });
  await unearn(room, tx, order, goodsFen + refund.shippingFen);
  const state = stateByLines(lines, order.state);
  if (state !== order.state) {
    await store.move(tx, order, state, onArrivalAt(state, order, now));
    if (state === 'refunded') {
      await store.note(tx, [order.id], now, { kind: 'refunded', title: '订单已全部退款', actor: SYSTEM });
    }
  }
  const productOf = new Map(lines.map((line) => [line.id, line.productId]));
  const back = refund.lines.map((line) => {
    const productId = productOf.get(line.lineId);
    assert(productId, `line ${line.lineId} is not of order ${order.id}`);
    return { productId, quantity: -line.quantity };
  });
  await room.catalog.countSales(tx, back);
  await tx.emit('order.refunded', { orderId: order.id });
  if (state === 'refunded') await earnRest(room, tx, order.id);
}

/** Posting 4 of the model: what was deferred for the order and not refunded becomes income, once. */
async function earnRest(room: Room, tx: Tx, orderId: Id<'order'>): Promise<void> {
  const deferred = deferredOf(orderId);
  const leftFen = await room.ledger.standing(tx, deferred);
  if (leftFen === 0) return;
  await room.ledger.post(tx, {
    key: `complete:${orderId}`,
    label: '交易完成，确认收入',
    refKind: 'order',
    refId: orderId,
    lines: [
      { account: deferred, debitFen: leftFen },
      { account: platformAccount('platform_sales'), creditFen: leftFen },
    ],
  });
}

/** The buyer says that everything has arrived. From now on the after-sale window runs. */
export async function receive(room: Room, buyer: Buyer, orderId: Id<'order'>): Promise<void> {
  await room.db.tx(async (tx) => {
    const order = await store.lockOrder(tx, orderId);
    if (order?.buyerId !== buyer.id) fail('order.not_found');
    if (order.state !== 'shipped') fail('order.not_receivable', { state: order.state });
    if (order.openCases > 0) fail('order.aftersale_open');
    await receiveLocked(room, tx, order, { title: '买家确认收货', actor: { kind: 'buyer', name: '买家' } });
  });
}

/** Told by WeChat, where the buyer may confirm as well. An order with an open case goes on waiting for its end. */
export async function receiveAtWechat(room: Room, paymentId: Id<'payment'>): Promise<void> {
  await room.db.tx(async (tx) => {
    for (const order of await store.lockByPayment(tx, paymentId)) {
      if (order.state !== 'shipped' || order.openCases > 0) continue;
      await receiveLocked(room, tx, order, { title: '已在微信确认收货', actor: SYSTEM });
    }
  });
}

async function receiveLocked(
  room: Room,
  tx: Tx,
  order: store.OrderRow,
  how: { title: string; actor: store.Actor },
): Promise<void> {
  const now = room.clock.now();
  const aftersaleUntil = daysLater(now, order.aftersaleDays);
  await store.move(tx, order, 'received', { received_at: now, aftersale_until: aftersaleUntil, auto_receive_at: null });
  await store.note(tx, [order.id], now, { kind: 'received', ...how });
  await tx.emit('order.received', { orderId: order.id });
}

/** Schedule: orders whose parcels left long ago count as received. */
export async function autoReceive(room: Room): Promise<void> {
  await sweep(room, 'receive', async (tx, order, now) => {
    if (order.state !== 'shipped' || order.openCases > 0 || !isDue(order.autoReceiveAt, now)) return;
    await receiveLocked(room, tx, order, { title: '系统自动确认收货', actor: SYSTEM });
  });
}

/** Schedule: the after-sale window is over and nothing is open, so the money is earned. */
export async function completeDue(room: Room): Promise<void> {
  await sweep(room, 'complete', async (tx, order, now) => {
    if (order.state !== 'received' || order.openCases > 0 || !isDue(order.aftersaleUntil, now)) return;
    await store.move(tx, order, 'completed', { completed_at: now });
    await store.note(tx, [order.id], now, {
      kind: 'completed',
      title: '交易完成',
      detail: '已过售后期',
      actor: SYSTEM,
    });
    await tx.emit('order.completed', { orderId: order.id });
    await earnRest(room, tx, order.id);
  });
}

const isDue = (at: Date | null, now: Date) => at !== null && at <= now;

type Step = (tx: Tx, order: store.OrderRow, now: Date) => Promise<void>;

/** Each order in its own transaction; one that somebody works on is skipped, one that fails does not hold up the rest. */
async function sweep(room: Room, what: 'receive' | 'complete', step: Step): Promise<void> {
  const now = room.clock.now();
  const failures: unknown[] = [];
  let last: { at: Date; id: string } | undefined;
  for (let batch = 0; batch < BATCHES_MAX; batch += 1) {
    const due = await lists.due(room.db, what, now, last, BATCH);
    const one = ({ id }: { id: Id<'order'> }) =>
      room.db.tx(async (tx) => {
        const order = await store.lockOrder(tx, id, { skipLocked: true });
        if (order) await step(tx, order, now);
      });
    await eachOf(due, SIDE_BY_SIDE, one, (error, { id }) => {
      room.log.error({ err: error, orderId: id, what }, 'an order could not be moved on by the clock');
      failures.push(error);
    });
    last = due.at(-1);
    if (due.length < BATCH) break;
  }
  if (failures.length > 0) throw new AggregateError(failures, `${failures.length} orders could not ${what}`);
}
