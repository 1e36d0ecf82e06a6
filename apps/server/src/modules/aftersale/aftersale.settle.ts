// The end of a case: the refund is ordered, arrives, and everything that hangs on it happens once.
import type { Id } from '@jishi/contract';
import { eachOf } from '../../platform/batch.ts';
import type { Reader, Tx } from '../../platform/db.ts';
import { crashPoint } from '../../platform/crash.ts';
import { assert } from '../../platform/fail.ts';
import { platformAccount } from '../ledger/ledger.ts';
import type { Actor, OrderRow } from '../ordering/ordering.ts';
import type { Kind } from './aftersale.rules.ts';
import * as store from './aftersale.store.ts';
import type { Room } from './aftersale.ts';

const SYSTEM: Actor = { kind: 'system', name: '系统' };
const BATCH = 200;
const BATCHES_MAX = 50;
const SIDE_BY_SIDE = 2;

type Along = {
  /** The kind as agreed, when it was changed. */
  kind?: Kind;
  /** Stock that moves in the same breath; between the payment's locks and the ledger's, as everywhere. */
  stock?: () => Promise<unknown>;
};

/** Part: the agreed sum goes home. Nothing to pay: the case is done at once, without asking WeChat. */
export async function payBack(room: Room, tx: Tx, order: OrderRow, one: store.CaseRow, along: Along): Promise<void> {
  const { agreedFen } = one;
  assert(agreedFen !== null, `case ${one.id} is paid back before it was agreed`);
  const lines = await agreedLines(tx, one);
  await store.setPointsBack(tx, one.id, await room.ordering.orderPointsBack(tx, order, lines));
  const refundId = agreedFen === 0 ? null : await orderRefund(room, tx, order, one, agreedFen);
  await along.stock?.();
  const patch = { refund_id: refundId, ...(along.kind ? { kind: along.kind } : {}) };
  // A case of kind system starts its life at refunding.
  const refunding =
    one.state === 'refunding' ? await store.change(tx, one, patch) : await store.move(tx, one, 'refunding', patch);
  await store.note(tx, one.id, room.clock.now(), { title: '开始退款', detail: '退款将原路退回', actor: SYSTEM });
  if (refundId === null) await finish(room, tx, order, refunding);
  crashPoint('aftersale.pay-back.before-commit');
}

async function agreedLines(reader: Reader, one: store.CaseRow) {
  return (await store.linesOf(reader, [one.id])).map((line) => {
    const { agreedFen } = line;
    assert(agreedFen !== null, `a line of case ${one.id} was never agreed`);
    return { ...line, agreedFen };
  });
}

async function orderRefund(room: Room, tx: Tx, order: OrderRow, one: store.CaseRow, amountFen: number) {
  // Before completion the money waits on the order; afterwards it is income and has to be taken back from there.
  const source =
    order.state === 'completed'
      ? platformAccount('platform_sales')
      : ({ type: 'order_deferred', ownerKind: 'order', ownerId: order.id } as const);
  return room.payment.refund(tx, {
    paymentId: order.paymentId,
    amountFen,
    cause: 'aftersale',
    refKind: 'aftersale',
    refId: one.id,
    reason: one.reason,
    sources: [{ ...source, amountFen }],
  });
}

/** The money is back with the buyer. Refunds of other causes are not ours. */
export async function markRefunded(room: Room, refundId: Id<'refund'>): Promise<void> {
  await room.db.tx(async (tx) => {
    const refund = await room.payment.refundOf(tx, refundId);
    assert(refund?.state === 'succeeded', `refund ${refundId} has not succeeded`);
    if (refund.refKind !== 'aftersale') return;
    const known = await store.find(tx, refund.refId);
    assert(known, `refund ${refundId} pays for a case that is not there`);
    const order = await room.ordering.lock(tx, known.orderId);
    const one = await store.lock(tx, known.id);
    if (one.state === 'done') return;
    assert(one.state === 'refunding', `refund ${refundId} has paid for a case in state ${one.state}`);
    assert(one.agreedFen === refund.amountFen, `refund ${refundId} has paid another sum than was agreed`);
    // A refund that WeChat had closed may have been sent again under another number.
    await finish(
      room,
      tx,
      order,
      one.refundId === refundId ? one : await store.change(tx, one, { refund_id: refundId }),
    );
    crashPoint('aftersale.refunded.before-commit');
  });
  crashPoint('aftersale.refunded.after-commit');
}

/** Part: the effects of a refund, under both locks: stock, then the order with sales and ledger, then the case. */
async function finish(room: Room, tx: Tx, order: OrderRow, one: store.CaseRow): Promise<void> {
  const now = room.clock.now();
  const lines = await agreedLines(tx, one);
  const unshipped = lines.filter((line) => line.unshippedQuantity > 0);
  if (unshipped.length > 0) {
    const back = unshipped.map((line) => ({ lineId: line.lineId, quantity: line.unshippedQuantity }));
    await room.inventory.release(tx, back);
  }
  await room.ordering.closeCase(tx, order, []);
  await room.ordering.applyRefund(tx, order, {
    lines: lines.map(({ lineId, quantity, unshippedQuantity, agreedFen: amountFen }) => ({
      lineId,
      quantity,
      unshippedQuantity,
      amountFen,
    })),
    shippingFen: one.shippingFen,
    points: {
      key: `aftersale:${one.id}`,
      points: lines.reduce((sum, line) => sum + line.pointsBack, 0),
      pointsFen: lines.reduce((sum, line) => sum + line.pointsBackFen, 0),
    },
    detail: `售后单 ${one.aftersaleNo}`,
  });
  await store.move(tx, one, 'done', { done_at: now });
  await store.note(tx, one.id, now, { title: '退款成功', detail: '款项已原路退回', actor: SYSTEM });
  await tx.emit('aftersale.done', { aftersaleId: one.id });
}

/** Schedule: each case in its own transaction, and one that fails does not hold up the rest. */
export async function expireReturns(room: Room): Promise<void> {
  const now = room.clock.now();
  const failures: unknown[] = [];
  let last: { at: Date; id: string } | undefined;
  for (let batch = 0; batch < BATCHES_MAX; batch += 1) {
    const due = await store.overdue(room.db, now, last, BATCH);
    const one = ({ id }: { id: Id<'aftersale'> }) => room.db.tx((tx) => expire(room, tx, id, now));
    await eachOf(due, SIDE_BY_SIDE, one, (error, { id }) => {
      room.log.error({ err: error, aftersaleId: id }, 'an overdue return could not be closed');
      failures.push(error);
    });
    last = due.at(-1);
    if (due.length < BATCH) break;
  }
  if (failures.length > 0) throw new AggregateError(failures, `${failures.length} overdue returns could not be closed`);
}

async function expire(room: Room, tx: Tx, id: Id<'aftersale'>, now: Date): Promise<void> {
  const known = await store.find(tx, id);
  assert(known, `case ${id} is gone`);
  const order = await room.ordering.lock(tx, known.orderId);
  const one = await store.lock(tx, id);
  // The buyer may have sent the goods while we were looking.
  if (one.state !== 'await_return' || one.returnBefore === null || one.returnBefore > now) return;
  await store.move(tx, one, 'expired');
  await room.ordering.closeCase(tx, order, await store.linesOf(tx, [one.id]));
  await store.note(tx, one.id, now, { title: '逾期未寄回，售后关闭', actor: SYSTEM });
  const told = {
    kind: 'aftersale',
    title: '售后已关闭',
    detail: `售后单 ${one.aftersaleNo} 逾期未寄回`,
    actor: SYSTEM,
  };
  await room.ordering.note(tx, order.id, told);
  await room.messaging.notify(tx, {
    key: `aftersale.expired:${id}`,
    buyerId: one.buyerId,
    kind: 'aftersale',
    title: '售后已关闭',
    body: `售后单 ${one.aftersaleNo} 逾期未寄回商品，已自动关闭`,
    orderId: one.orderId,
    aftersaleId: id,
  });
}
