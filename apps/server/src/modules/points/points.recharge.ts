// Buying points: an order for a package, its payment, and points that are credited exactly once.
import type { Id, In, placeRecharge } from '@jishi/contract';
import { eachOf } from '../../platform/batch.ts';
import { spanMs } from '../../platform/clock.ts';
import { crashPoint } from '../../platform/crash.ts';
import { readCursor, scrolled } from '../../platform/cursor.ts';
import { violates, type Once, type Tx } from '../../platform/db.ts';
import { assert, fail, Failure } from '../../platform/fail.ts';
import type { Buyer } from '../../platform/http.ts';
import { newId, newOrderNo } from '../../platform/ids.ts';
import { lock } from '../../platform/lock.ts';
import { platformAccount } from '../ledger/ledger.ts';
import type { Lots } from './points.lots.ts';
import { packageOnSale } from './points.packages.ts';
import type { PackageRow } from './points.packages.store.ts';
import { grantKeys } from './points.recharge.rules.ts';
import * as store from './points.recharge.store.ts';
import type { RechargeRow } from './points.recharge.store.ts';
import { shopView, shopViews } from './points.recharge.views.ts';
import type { PointsRoom, Recharging } from './points.ts';

const NUMBER_TRIES_MAX = 3;
/** Events are told within seconds and tried again for some minutes; after that nobody tells any more. */
const UNTOLD_MS = 5 * 60_000;
const CATCH_UP_MAX = 1000;
const BY_BUYER = '买家取消';

export function createRecharging(room: PointsRoom, lots: Lots): Recharging {
  const { db, payment } = room;
  const markPaid = (paymentId: Id<'payment'>) => credited(room, lots, paymentId);
  const markClosed = (paymentId: Id<'payment'>) => closed(room, paymentId);
  const tell = async (paymentId: Id<'payment'>) => {
    const state = (await payment.view(db, [paymentId])).get(paymentId)?.state;
    if (state === 'paid') await markPaid(paymentId);
    if (state === 'closed') await markClosed(paymentId);
  };
  const close = async (order: RechargeRow, reason: string) => {
    const begun = await db.tx(async (tx) => {
      const locked = await store.lock(tx, order.id);
      assert(locked, `recharge ${order.id} is gone`);
      if (locked.state !== 'pending') refuse(locked);
      await store.markClosing(tx, order.id, reason);
      return payment.beginClose(tx, order.paymentId);
    });
    crashPoint('recharge.close.after-begin');
    const outcome = begun === 'closing' ? await payment.finishClose(order.paymentId) : begun;
    if (outcome !== 'unknown') await tell(order.paymentId);
    return outcome;
  };
  return {
    place: (buyer, input, once) => place(room, buyer, input, { once, close }),
    pay: async (buyer, { orderNo, channel, returnTo }, from) => {
      const order = await mine(room, buyer, orderNo);
      if (order.state === 'paid') fail('recharge.already_paid');
      if (order.state !== 'pending' || order.closingReason !== null) fail('checkout.not_payable');
      return payment.prepay(buyer, {
        paymentId: order.paymentId,
        channel,
        platform: from.platform === 'weapp' ? 'weapp' : 'h5',
        clientIp: from.ip,
        userAgent: from.userAgent,
        returnTo: returnTo === undefined ? undefined : room.identity.ownPage(returnTo),
      });
    },
    recharge: async (buyer, orderNo) => {
      // Whose it is comes first: nobody makes us ask WeChat about somebody else's order.
      const order = await mine(room, buyer, orderNo);
      if (order.state === 'pending') {
        await payment.refresh(order.paymentId);
        await tell(order.paymentId);
      }
      return shopView(room, await mine(room, buyer, orderNo));
    },
    cancel: async (buyer, orderNo) => {
      const order = await mine(room, buyer, orderNo);
      if (order.state !== 'pending') refuse(order);
      if ((await close(order, BY_BUYER)) === 'paid') fail('recharge.already_paid');
      return shopView(room, await mine(room, buyer, orderNo));
    },
    recharges: async (buyer, { state, cursor, limit }) => {
      const after = cursor === undefined ? undefined : readCursor(cursor);
      const rows = await store.ofBuyer(db, { buyerId: buyer.id, state, after, limit: limit + 1 });
      const { shown, nextCursor } = scrolled(rows, limit, (row) => row.createdAt);
      return { items: await shopViews(room, shown), nextCursor };
    },
    markPaid,
    markClosed,
    catchUp: async () => {
      const late = await store.late(db, new Date(room.clock.now().getTime() - UNTOLD_MS), CATCH_UP_MAX);
      await eachOf(late, 1, tell, (error, paymentId) =>
        room.log.error({ err: error, paymentId }, 'a recharge could not be told what became of its payment'),
      );
    },
    rechargesBy: store.many,
    byNumber: store.byNo,
  };
}

/** The buyer's own order; somebody else's does not exist for them. */
async function mine(room: PointsRoom, buyer: Buyer, orderNo: string): Promise<RechargeRow> {
  const order = await store.byNo(room.db, orderNo);
  if (order?.buyerId !== buyer.id) fail('recharge.not_found');
  return order;
}

function refuse(order: RechargeRow): never {
  if (order.state === 'paid') fail('recharge.already_paid');
  fail('recharge.not_cancellable', { state: order.state });
}

type Placing = {
  once: Once | undefined;
  close(order: RechargeRow, reason: string): Promise<unknown>;
};

/** An unpaid order whose time is over stands in the way of a new one. */
class Overdue extends Error {
  readonly order: RechargeRow;
  constructor(order: RechargeRow) {
    super('an overdue order was found');
    this.order = order;
  }
}

async function place(room: PointsRoom, buyer: Buyer, input: In<typeof placeRecharge>, { once, close }: Placing) {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await room.db.tx(async (tx) => shopView(room, await placeOnce(room, tx, buyer, input.packageId), tx), {
        once,
      });
    } catch (error) {
      const isLast = attempt === NUMBER_TRIES_MAX;
      if (error instanceof Overdue && isLast) fail('recharge.unpaid', { orderNo: error.order.orderNo });
      if (error instanceof Overdue) await close(error.order, BY_BUYER).catch(ignoreRefusal);
      // Two orders of one second drew the same random digits.
      else if (!violates(error, 'recharge_orders_order_no') || isLast) throw error;
    }
  }
}

/** It was decided while we looked: the next round sees how. */
function ignoreRefusal(error: unknown): void {
  if (!(error instanceof Failure)) throw error;
}

async function placeOnce(room: PointsRoom, tx: Tx, buyer: Buyer, packageId: Id<'package'>): Promise<RechargeRow> {
  // One order of a buyer after the other: so limits and the one unpaid order hold.
  await lock(tx, `recharge:${buyer.id}`);
  const now = room.clock.now();
  const pack = await packageOnSale(room, tx, packageId);
  const open = await store.unpaidOf(tx, buyer.id, packageId);
  if (open) {
    if (open.expiresAt <= now) throw new Overdue(open);
    if (open.closingReason !== null || !isSame(open, pack)) fail('recharge.unpaid', { orderNo: open.orderNo });
    return open;
  }
  if (pack.perBuyerMax !== null) {
    const bought = (await store.countsOfBuyer(tx, buyer.id, [packageId])).get(packageId) ?? 0;
    if (bought >= pack.perBuyerMax) fail('package.limit', { max: pack.perBuyerMax });
  }
  return write(room, tx, buyer, pack, now);
}

const isSame = (order: RechargeRow, pack: PackageRow) =>
  order.priceFen === pack.priceFen && order.points === pack.points && order.bonusPoints === pack.bonusPoints;

async function write(room: PointsRoom, tx: Tx, buyer: Buyer, pack: PackageRow, now: Date): Promise<RechargeRow> {
  const id = newId<'recharge'>();
  const minutes = await room.settings.read(tx, room.keys.payWindowMinutes);
  const expiresAt = new Date(now.getTime() + spanMs({ minutes }));
  const paymentId = await room.payment.open(tx, {
    payableKind: 'recharge',
    payableId: id,
    buyerId: buyer.id,
    amountFen: pack.priceFen,
    parts: [{ account: platformAccount('recharge_sales'), amountFen: pack.priceFen }],
    description: `积分充值：${pack.name}`,
    expiresAt,
  });
  const order = await store.insert(tx, {
    id,
    order_no: newOrderNo(room.clock),
    buyer_id: buyer.id,
    package_id: pack.id,
    payment_id: paymentId,
    package_name: pack.name,
    icon: pack.icon,
    price_fen: pack.priceFen,
    points: pack.points,
    bonus_points: pack.bonusPoints,
    paid_days: (await room.settings.read(tx, room.keys.paidDays)) || null,
    bonus_days: (await room.settings.read(tx, room.keys.bonusDays)) || null,
    created_at: now,
    expires_at: expiresAt,
  });
  crashPoint('recharge.place.before-commit');
  return order;
}

/** The money is here: told by the event, by the buyer who looks, or by a cancel that came too late. Once is enough. */
async function credited(room: PointsRoom, lots: Lots, paymentId: Id<'payment'>): Promise<void> {
  await room.db.tx(async (tx) => {
    const order = await store.lockByPayment(tx, paymentId);
    if (order?.state !== 'pending') {
      // Payment decides between closed and paid: money for a closed order goes home over there and never comes here.
      assert(
        order?.state !== 'cancelled' && order?.state !== 'expired',
        `payment ${paymentId} paid for a closed order`,
      );
      return;
    }
    const paid = (await room.payment.view(tx, [paymentId])).get(paymentId);
    assert(paid?.state === 'paid' && paid.paidAt, `payment ${paymentId} is not paid`);
    const { paidAt } = paid;
    await store.move(tx, order, 'paid', { paid_at: paidAt });
    const keys = grantKeys(order.id);
    const about = { buyerId: order.buyerId, refKind: 'recharge', refId: order.id };
    const livesFor = (days: number | null) => (days === null ? null : new Date(paidAt.getTime() + spanMs({ days })));
    await lots.grant(tx, {
      ...about,
      key: keys.paid,
      kind: 'paid',
      points: order.points,
      label: `充值「${order.packageName}」`,
      expiresAt: livesFor(order.paidDays),
    });
    if (order.bonusPoints > 0) {
      await lots.grant(tx, {
        ...about,
        key: keys.bonus,
        kind: 'bonus',
        points: order.bonusPoints,
        label: `充值「${order.packageName}」赠送`,
        expiresAt: livesFor(order.bonusDays),
      });
    }
    const bonus = order.bonusPoints > 0 ? `和赠送的 ${order.bonusPoints} 积分` : '';
    await room.messaging.notify(tx, {
      key: `recharge.paid:${order.id}`,
      buyerId: order.buyerId,
      kind: 'system',
      title: '充值成功',
      body: `「${order.packageName}」的 ${order.points} 积分${bonus}已到账`,
    });
    await tx.emit('recharge.paid', { rechargeId: order.id });
    crashPoint('recharge.paid.before-commit');
  });
  crashPoint('recharge.paid.after-commit');
}

/** WeChat has confirmed that nobody can pay any more. */
async function closed(room: PointsRoom, paymentId: Id<'payment'>): Promise<void> {
  await room.db.tx(async (tx) => {
    const order = await store.lockByPayment(tx, paymentId);
    if (!order) return;
    if (order.state !== 'pending') {
      assert(
        order.state === 'cancelled' || order.state === 'expired',
        `payment ${paymentId} closed on a paid recharge`,
      );
      return;
    }
    const seen = (await room.payment.view(tx, [paymentId])).get(paymentId);
    assert(seen?.state === 'closed', `payment ${paymentId} is not closed`);
    const to = order.closingReason === null || order.expiresAt <= room.clock.now() ? 'expired' : 'cancelled';
    const reason = to === 'expired' ? '超时未付款' : order.closingReason;
    await store.move(tx, order, to, { ended_at: room.clock.now(), cancel_reason: reason });
  });
}
