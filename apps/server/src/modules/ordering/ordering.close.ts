// Between unpaid and paid: cancelling, closing, and what payment has decided about the money.
import type { adminCloseOrder, cancelOrder, Id, In } from '@jishi/contract';
import { eachOf } from '../../platform/batch.ts';
import type { Tx } from '../../platform/db.ts';
import { crashPoint } from '../../platform/crash.ts';
import { assert, fail } from '../../platform/fail.ts';
import type { Buyer, StaffSession } from '../../platform/http.ts';
import type { Asking } from '../staff/staff.ts';
import * as lists from './ordering.lists.ts';
import * as points from './ordering.points.ts';
import * as store from './ordering.store.ts';
import type { Room } from './ordering.ts';

const SYSTEM: store.Actor = { kind: 'system', name: '系统' };
/** Events are told within seconds and tried again for some minutes; after that nobody tells any more. */
const UNTOLD_MS = 5 * 60_000;
const CATCH_UP_MAX = 1000;

/** The buyer walks away before paying. All orders of the checkout go together, because they are paid together. */
export async function cancel(room: Room, buyer: Buyer, input: In<typeof cancelOrder>): Promise<void> {
  await close(room, input.orderId, {
    reason: input.reason === '' ? '买家取消' : input.reason,
    actor: { kind: 'buyer', name: '买家' },
    title: '买家申请取消订单',
    mayClose: (order) => order.buyerId === buyer.id,
    audit: async () => {},
  });
}

export async function closeByStaff(
  room: Room,
  staff: StaffSession,
  input: In<typeof adminCloseOrder>,
  asking?: Asking,
): Promise<void> {
  await close(room, input.orderId, {
    reason: input.reason,
    actor: { kind: 'staff', name: staff.name },
    title: '商家申请关闭订单',
    mayClose: () => true,
    audit: (tx, order) =>
      room.staff.audit(
        tx,
        staff,
        {
          action: 'order.close',
          subjectKind: 'order',
          subjectId: order.id,
          name: order.orderNo,
          before: { state: order.state },
          after: { reason: input.reason },
        },
        asking,
      ),
  });
}

type Closing = {
  reason: string;
  actor: store.Actor;
  title: string;
  mayClose(order: store.OrderRow): boolean;
  audit(tx: Tx, order: store.OrderRow): Promise<void>;
};

/**
 * ```
 *  tx: mark closing, payment.beginClose ──closed──▶ cancelled
 *            │ closing                  ──paid────▶ paid, and the wish is refused
 *            ▼
 *  payment.finishClose asks WeChat ──────closed──▶ cancelled
 *            │ unknown               ──────paid────▶ paid, and the wish is refused
 *            ▼
 *  the order stays closing; payment goes on asking and tells us by payment.closed or payment.succeeded
 * ```
 */
async function close(room: Room, orderId: Id<'order'>, closing: Closing): Promise<void> {
  const begun = await room.db.tx(async (tx) => {
    const known = await store.order(tx, orderId);
    // A stranger gets the same answer as for an order that does not exist.
    if (!known || !closing.mayClose(known)) fail('order.not_found');
    const orders = await store.lockCheckout(tx, known.checkoutId);
    const order = orders.find((one) => one.id === orderId);
    assert(order, `order ${orderId} has left its checkout`);
    if (order.state !== 'unpaid') refuse(order);
    if (order.closingBy === null) {
      const ids = orders.map((one) => one.id);
      await store.change(tx, ids, { closing_by: closing.actor.kind, closing_reason: closing.reason });
      const what = { kind: 'closing', title: closing.title, detail: closing.reason, actor: closing.actor };
      await store.note(tx, ids, room.clock.now(), what);
    }
    await closing.audit(tx, order);
    return { paymentId: order.paymentId, outcome: await room.payment.beginClose(tx, order.paymentId) };
  });
  crashPoint('ordering.close.after-begin');
  const outcome = begun.outcome === 'closing' ? await room.payment.finishClose(begun.paymentId) : begun.outcome;
  crashPoint('ordering.close.after-answer');
  if (outcome === 'closed') await markClosed(room, begun.paymentId);
  if (outcome === 'paid') {
    await markPaid(room, begun.paymentId);
    fail('order.already_paid');
  }
}

function refuse(order: store.OrderRow): never {
  const isPaid = order.state === 'paid' || order.state === 'partly_shipped' || order.state === 'shipped';
  if (isPaid) fail('order.already_paid');
  fail('order.not_cancellable', { state: order.state });
}

/** The money is here. Told by the event, by the buyer who looks, or by a cancel that came too late: once is enough. */
export async function markPaid(room: Room, paymentId: Id<'payment'>): Promise<void> {
  await room.db.tx(async (tx) => {
    const orders = await store.lockByPayment(tx, paymentId);
    const waiting = orders.filter((order) => order.state === 'unpaid');
    // Payment decides between closed and paid, so money for a cancelled order goes home over there and never comes here.
    assert(!orders.some((order) => order.state === 'cancelled'), `payment ${paymentId} paid for a cancelled order`);
    if (waiting.length === 0) return;
    const payment = (await room.payment.view(tx, [paymentId])).get(paymentId);
    assert(payment?.state === 'paid' && payment.paidAt, `payment ${paymentId} is not paid`);
    for (const order of waiting) {
      await store.move(tx, order, 'paid', { paid_at: payment.paidAt, closing_by: null, closing_reason: null });
      await room.inventory.confirm(tx, order.id);
      await tx.emit('order.paid', { orderId: order.id });
    }
    await points.use(room, tx, waiting);
    const ids = waiting.map((order) => order.id);
    await store.note(tx, ids, room.clock.now(), { kind: 'paid', title: '付款成功', actor: SYSTEM });
    const lines = await store.linesOf(tx, ids);
    await room.catalog.countSales(
      tx,
      lines.map(({ productId, quantity }) => ({ productId, quantity })),
    );
    crashPoint('ordering.paid.before-commit');
  });
  crashPoint('ordering.paid.after-commit');
}

/** WeChat has confirmed that nobody can pay any more: the orders are cancelled and their stock goes back. */
export async function markClosed(room: Room, paymentId: Id<'payment'>): Promise<void> {
  await room.db.tx(async (tx) => {
    const orders = await store.lockByPayment(tx, paymentId);
    const open = orders.filter((order) => order.state === 'unpaid');
    if (open.length === 0) {
      const isOver = orders.every((order) => order.state === 'cancelled');
      assert(isOver, `payment ${paymentId} closed on a paid order`);
      return;
    }
    const payment = (await room.payment.view(tx, [paymentId])).get(paymentId);
    assert(payment?.state === 'closed', `payment ${paymentId} is not closed`);
    const now = room.clock.now();
    for (const order of open) {
      const reason = order.closingReason ?? '超时未付款';
      await store.move(tx, order, 'cancelled', { cancel_reason: reason, cancelled_at: now });
      await store.note(tx, [order.id], now, { kind: 'cancelled', title: '订单已取消', detail: reason, actor: SYSTEM });
      await room.inventory.releaseOrder(tx, order.id);
      await tx.emit('order.cancelled', { orderId: order.id });
    }
    await points.release(room, tx, open);
    crashPoint('ordering.closed.before-commit');
  });
  crashPoint('ordering.closed.after-commit');
}

/**
 * Schedule: orders whose payment has long been decided and that were never told, because the job that should have told
 * them has died. Money is not kept for an order that nobody ships, and stock is not held for one that nobody pays.
 */
export async function catchUp(room: Room): Promise<void> {
  const before = new Date(room.clock.now().getTime() - UNTOLD_MS);
  const late = await lists.latePayments(room.db, before, CATCH_UP_MAX);
  const payments = await room.payment.view(room.db, late);
  const tell = async (id: Id<'payment'>) => {
    const state = payments.get(id)?.state;
    if (state === 'paid') await markPaid(room, id);
    if (state === 'closed') await markClosed(room, id);
  };
  await eachOf(late, 1, tell, (error, id) =>
    room.log.error({ err: error, paymentId: id }, 'an order could not be told what became of its payment'),
  );
}
