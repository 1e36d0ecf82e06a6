// Paying a recharge back: the points are taken first, the money goes home, and the order follows what WeChat says.
//
//   refunding ──refund.succeeded──▶ succeeded   the points are gone, the order is refunded
//       └──given up by staff──────▶ given_up    only when WeChat has closed the refund: the points go back
import {
  fen,
  messageOf,
  yuan,
  type AdminRechargeDetail,
  type adminListRecharges,
  type adminRefundRecharge,
  type Id,
  type In,
} from '@jishi/contract';
import type { z } from 'zod';
import { crashPoint } from '../../platform/crash.ts';
import { shanghaiSpan } from '../../platform/days.ts';
import type { Reader, Tx } from '../../platform/db.ts';
import { assert, fail } from '../../platform/fail.ts';
import type { StaffSession } from '../../platform/http.ts';
import { newId } from '../../platform/ids.ts';
import { platformAccount } from '../ledger/ledger.ts';
import type { Asking } from '../staff/staff.ts';
import type { Lots } from './points.lots.ts';
import { grantKeys, planRefund, type PlanAnswer } from './points.recharge.rules.ts';
import * as store from './points.recharge.store.ts';
import type { RechargeRow, RefundRow } from './points.recharge.store.ts';
import { deskViews } from './points.recharge.views.ts';
import type { PointsRoom, RechargeDesk } from './points.ts';

type Detail = z.input<typeof AdminRechargeDetail>;

export function createRechargeDesk(room: PointsRoom, lots: Lots): RechargeDesk {
  const { db } = room;
  const detail = (reader: Reader, rechargeId: string) => detailOf(room, lots, reader, rechargeId);
  return {
    staffRecharges: (input) => staffRecharges(room, input),
    staffRecharge: (rechargeId) => detail(db, rechargeId),
    rechargeMoney: async (rechargeId) => {
      const order = (await store.find(db, rechargeId)) ?? fail('recharge.not_found');
      const { payments, notices } = await room.payment.moneyOf(db, [order.paymentId]);
      const names = await room.identity.names(db, [order.buyerId]);
      const buyerName = names.get(order.buyerId)?.nickname ?? '';
      return {
        payments: payments.map(({ buyerId: _, ...row }) => ({ ...row, orderNos: [order.orderNo], buyerName })),
        notices,
        postings: await room.ledger.postingsOf(db, [order.paymentId]),
      };
    },
    refundRecharge: (staff, input, asking, once) =>
      db.tx(
        async (tx) => {
          await refund(room, lots, tx, staff, input, asking);
          return detail(tx, input.rechargeId);
        },
        { once },
      ),
    giveUpRefund: (staff, { rechargeId, note }, asking, once) =>
      db.tx(
        async (tx) => {
          await giveUp(room, lots, tx, staff, { rechargeId, note }, asking);
          return detail(tx, rechargeId);
        },
        { once },
      ),
    markRefunded: (refundId) => markRefunded(room, lots, refundId),
  };
}

async function staffRecharges(room: PointsRoom, input: In<typeof adminListRecharges>) {
  const { q, from, to, page, size, ...filter } = input;
  const named = q ? await namedBy(room, q) : undefined;
  const found = await store.deskPage(room.db, { ...filter, ...shanghaiSpan(from, to), named }, { page, size });
  return { items: await deskViews(room, found.items), total: found.total };
}

/** One box: our number, a number of WeChat's or of a refund, the buyer's phone. */
async function namedBy(room: PointsRoom, q: string): Promise<NonNullable<store.DeskFilter['named']>> {
  const isPhone = /^1[3-9]\d{9}$/.test(q);
  const isNumber = /^[0-9A-Za-z_*-]{16,64}$/.test(q);
  return {
    orderNo: q,
    ids: isNumber ? await room.payment.payablesByNumber(room.db, q) : [],
    buyerId: isPhone ? await room.identity.byPhone(room.db, q) : null,
  };
}

async function planOf(lots: Lots, reader: Reader, order: RechargeRow): Promise<PlanAnswer> {
  if (order.state !== 'paid') return { plan: null, refusal: 'recharge.not_refundable' };
  const keys = grantKeys(order.id);
  const facts = await lots.factsOf(reader, [keys.paid, keys.bonus]);
  const paid = facts.get(keys.paid);
  assert(paid, `the points of recharge ${order.id} were never granted`);
  return planRefund(fen(order.priceFen), paid, facts.get(keys.bonus));
}

async function detailOf(room: PointsRoom, lots: Lots, reader: Reader, rechargeId: string): Promise<Detail> {
  const order = (await store.find(reader, rechargeId)) ?? fail('recharge.not_found');
  const refunds = await store.refundsOf(reader, [rechargeId]);
  const isUnderWay = refunds.some((one) => one.state === 'refunding');
  const answer: PlanAnswer = isUnderWay
    ? { plan: null, refusal: 'recharge.not_refundable' }
    : await planOf(lots, reader, order);
  const [view] = await deskViews(room, [order], reader);
  assert(view, `recharge ${rechargeId} has no view`);
  return {
    ...view,
    plan: answer.plan,
    refusal: answer.refusal === null || order.state !== 'paid' || isUnderWay ? null : messageOf(answer.refusal),
    refunds: await Promise.all(refunds.map((one) => refundView(room, reader, one))),
  };
}

async function refundView(room: PointsRoom, reader: Reader, row: RefundRow): Promise<Detail['refunds'][number]> {
  const atWechat = row.state === 'refunding' ? await room.payment.refundFor(reader, 'recharge', row.id) : null;
  const { rechargeId: _, reservationId: __, ...shown } = row;
  return { ...shown, canGiveUp: atWechat?.state === 'closed' };
}

async function refund(
  room: PointsRoom,
  lots: Lots,
  tx: Tx,
  staff: StaffSession,
  input: In<typeof adminRefundRecharge>,
  asking?: Asking,
): Promise<void> {
  const order = (await store.lock(tx, input.rechargeId)) ?? fail('recharge.not_found');
  const before = await store.refundsOf(tx, [order.id]);
  if (order.state !== 'paid' || before.some((one) => one.state !== 'given_up')) fail('recharge.not_refundable');
  const id = newId<'rechargeRefund'>();
  const keys = grantKeys(order.id);
  // From here on nobody else changes this buyer's points.
  await lots.lockBuyer(tx, order.buyerId);
  const { plan, refusal } = await planOf(lots, tx, order);
  if (plan === null) fail(refusal);
  if (plan.amountFen !== input.expectedFen) fail('recharge.refund_changed', { amount: yuan(plan.amountFen), ...plan });
  const held = await lots.holdGrants(tx, {
    buyerId: order.buyerId,
    grantKeys: [keys.paid, keys.bonus],
    key: `recharge-refund:${id}`,
    label: `充值退款，收回「${order.packageName}」的积分`,
    refKind: 'recharge',
    refId: order.id,
    expiresAt: null,
  });
  assert(held?.points.get(keys.paid) === order.points, `recharge ${order.id} was planned with other points`);
  await store.insertRefund(tx, {
    id,
    recharge_id: order.id,
    reason: input.reason,
    staff_name: staff.name,
    reservation_id: held.reservationId,
    paid_points: plan.paidPoints,
    bonus_points: plan.bonusPoints,
    missing_bonus: plan.missingBonus,
    missing_fen: plan.missingFen,
    amount_fen: plan.amountFen,
    created_at: room.clock.now(),
  });
  await room.payment.refund(tx, {
    paymentId: order.paymentId,
    amountFen: plan.amountFen,
    cause: 'recharge',
    refKind: 'recharge',
    refId: id,
    reason: input.reason,
    sources: [{ ...platformAccount('recharge_sales'), amountFen: plan.amountFen }],
  });
  const note = { action: 'recharge.refund', subjectKind: 'recharge', subjectId: order.id, name: order.orderNo };
  await room.staff.audit(tx, staff, { ...note, before: {}, after: { reason: input.reason, ...plan } }, asking);
  crashPoint('recharge.refund.before-commit');
}

/** The money is back with the buyer. Refunds of other causes are not ours. */
async function markRefunded(room: PointsRoom, lots: Lots, refundId: Id<'refund'>): Promise<void> {
  await room.db.tx(async (tx) => {
    const paidBack = await room.payment.refundOf(tx, refundId);
    assert(paidBack?.state === 'succeeded', `refund ${refundId} has not succeeded`);
    if (paidBack.refKind !== 'recharge') return;
    const seen = await store.findRefund(tx, paidBack.refId);
    assert(seen, `refund ${refundId} pays for a recharge refund that is not there`);
    const order = await store.lock(tx, seen.rechargeId);
    const row = await store.findRefund(tx, seen.id);
    assert(order && row, `recharge ${seen.rechargeId} is gone`);
    if (row.state === 'succeeded') return;
    assert(row.state === 'refunding', `refund ${refundId} has paid for what was given up`);
    assert(row.amountFen === paidBack.amountFen, `refund ${refundId} has paid another sum than was planned`);
    const now = room.clock.now();
    assert((await lots.commit(tx, row.reservationId)) === 'committed', `the points of refund ${row.id} were let go`);
    await store.endRefund(tx, row.id, { state: 'succeeded', refundId, at: now });
    await store.move(tx, order, 'refunded', { ended_at: now });
    await room.messaging.notify(tx, {
      key: `recharge.refunded:${row.id}`,
      buyerId: order.buyerId,
      kind: 'system',
      title: '充值已退款',
      body: `「${order.packageName}」已退款 ${yuan(row.amountFen)}，款项原路退回`,
    });
    await tx.emit('recharge.refunded', { rechargeId: order.id });
    crashPoint('recharge.refunded.before-commit');
  });
}

async function giveUp(
  room: PointsRoom,
  lots: Lots,
  tx: Tx,
  staff: StaffSession,
  input: { rechargeId: string; note: string },
  asking?: Asking,
): Promise<void> {
  const order = (await store.lock(tx, input.rechargeId)) ?? fail('recharge.not_found');
  const row = (await store.refundsOf(tx, [order.id])).find((one) => one.state === 'refunding');
  if (!row) fail('recharge.not_refundable');
  const note = `已放弃退款，积分还给用户。${input.note}（${staff.name}）`;
  const isDead = await room.payment.giveUpRefund(tx, {
    paymentId: order.paymentId,
    refKind: 'recharge',
    refId: row.id,
    note,
  });
  if (!isDead) fail('recharge.refund_alive');
  await lots.cancel(tx, row.reservationId, '充值退款未成功，积分退回');
  await store.endRefund(tx, row.id, { state: 'given_up', refundId: null, at: room.clock.now() });
  const subject = { subjectKind: 'recharge', subjectId: order.id, name: order.orderNo };
  const trail = { action: 'recharge.give_up_refund', ...subject, before: { amountFen: row.amountFen } };
  await room.staff.audit(tx, staff, { ...trail, after: { note: input.note } }, asking);
}
