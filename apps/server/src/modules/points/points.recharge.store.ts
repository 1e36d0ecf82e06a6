// All SQL of recharge orders and of paying them back.
import type { Id, PACKAGE_ICONS, RECHARGE_REFUND_STATES, RechargeState } from '@jishi/contract';
import { sql, type Insertable, type Selectable, type Updateable } from 'kysely';
import type { ListPosition } from '../../platform/cursor.ts';
import type { RechargeOrders, RechargeRefunds } from '../../platform/db.types.ts';
import type { Reader, Tx } from '../../platform/db.ts';
import { checkRechargeMove } from './points.recharge.rules.ts';

export type RechargeRow = {
  id: Id<'recharge'>;
  orderNo: string;
  buyerId: Id<'buyer'>;
  packageId: Id<'package'>;
  paymentId: Id<'payment'>;
  state: RechargeState;
  packageName: string;
  icon: (typeof PACKAGE_ICONS)[number];
  priceFen: number;
  points: number;
  bonusPoints: number;
  paidDays: number | null;
  bonusDays: number | null;
  closingReason: string | null;
  cancelReason: string | null;
  createdAt: Date;
  expiresAt: Date;
  paidAt: Date | null;
  endedAt: Date | null;
};

const toRecharge = (row: Selectable<RechargeOrders>): RechargeRow => ({
  id: row.id as Id<'recharge'>,
  orderNo: row.order_no,
  buyerId: row.buyer_id as Id<'buyer'>,
  packageId: row.package_id as Id<'package'>,
  paymentId: row.payment_id as Id<'payment'>,
  state: row.state as RechargeState,
  packageName: row.package_name,
  icon: row.icon as RechargeRow['icon'],
  priceFen: row.price_fen,
  points: row.points,
  bonusPoints: row.bonus_points,
  paidDays: row.paid_days,
  bonusDays: row.bonus_days,
  closingReason: row.closing_reason,
  cancelReason: row.cancel_reason,
  createdAt: row.created_at,
  expiresAt: row.expires_at,
  paidAt: row.paid_at,
  endedAt: row.ended_at,
});

export async function insert(
  tx: Tx,
  order: Omit<Insertable<RechargeOrders>, 'state' | 'closing_reason' | 'cancel_reason' | 'paid_at' | 'ended_at'>,
): Promise<RechargeRow> {
  const row = await tx.q.insertInto('recharge_orders').values(order).returningAll().executeTakeFirstOrThrow();
  return toRecharge(row);
}

const all = (reader: Reader) => reader.q.selectFrom('recharge_orders').selectAll();

export async function find(reader: Reader, id: string): Promise<RechargeRow | undefined> {
  const row = await all(reader).where('id', '=', id).executeTakeFirst();
  return row && toRecharge(row);
}

export async function byNo(reader: Reader, orderNo: string): Promise<RechargeRow | undefined> {
  const row = await all(reader).where('order_no', '=', orderNo).executeTakeFirst();
  return row && toRecharge(row);
}

export async function many(reader: Reader, ids: readonly string[]): Promise<RechargeRow[]> {
  const rows = await all(reader)
    .where('id', '=', sql<string>`any(${ids}::uuid[])`)
    .execute();
  return rows.map(toRecharge);
}

export async function lock(tx: Tx, id: string): Promise<RechargeRow | undefined> {
  const row = await all(tx).where('id', '=', id).forUpdate().executeTakeFirst();
  return row && toRecharge(row);
}

export async function lockByPayment(tx: Tx, paymentId: string): Promise<RechargeRow | undefined> {
  const row = await all(tx).where('payment_id', '=', paymentId).forUpdate().executeTakeFirst();
  return row && toRecharge(row);
}

export async function unpaidOf(tx: Tx, buyerId: string, packageId: string): Promise<RechargeRow | undefined> {
  const row = await all(tx)
    .where('buyer_id', '=', buyerId)
    .where('package_id', '=', packageId)
    .where('state', '=', 'pending')
    .executeTakeFirst();
  return row && toRecharge(row);
}

export async function move(
  tx: Tx,
  order: RechargeRow,
  to: RechargeState,
  patch: Updateable<RechargeOrders>,
): Promise<RechargeRow> {
  checkRechargeMove(order.state, to);
  const row = await tx.q
    .updateTable('recharge_orders')
    .set({ ...patch, state: to, closing_reason: null })
    .where('id', '=', order.id)
    .where('state', '=', order.state)
    .returningAll()
    .executeTakeFirstOrThrow();
  return toRecharge(row);
}

export async function markClosing(tx: Tx, id: string, reason: string): Promise<void> {
  await tx.q
    .updateTable('recharge_orders')
    .set({ closing_reason: sql`coalesce(closing_reason, ${reason})` })
    .where('id', '=', id)
    .execute();
}

export async function hasOrders(reader: Reader, packageId: string): Promise<boolean> {
  const row = await reader.q
    .selectFrom('recharge_orders')
    .select('id')
    .where('package_id', '=', packageId)
    .limit(1)
    .executeTakeFirst();
  return row !== undefined;
}

/** How often a buyer has bought each package or is about to. */
export async function countsOfBuyer(
  reader: Reader,
  buyerId: string,
  packageIds: readonly string[],
): Promise<Map<string, number>> {
  const rows = await reader.q
    .selectFrom('recharge_orders')
    .select((eb) => ['package_id', eb.fn.countAll<number>().as('n')])
    .where('buyer_id', '=', buyerId)
    .where('package_id', '=', sql<string>`any(${packageIds}::uuid[])`)
    .where('state', 'in', ['pending', 'paid'])
    .groupBy('package_id')
    .execute();
  return new Map(rows.map((row) => [row.package_id, Number(row.n)]));
}

/** Of each package: how many orders there are, and how many of them were paid. */
export async function salesOf(reader: Reader, packageIds: readonly string[]) {
  const { rows } = await sql<{ id: string; orders: number; paid: number }>`
    select package_id as id, count(*)::int as orders,
      (count(*) filter (where state in ('paid', 'refunded')))::int as paid
    from recharge_orders where package_id = any(${packageIds}::uuid[]) group by package_id
  `.execute(reader.q);
  return new Map(rows.map(({ id, ...counts }) => [id, counts]));
}

export async function ofBuyer(
  reader: Reader,
  page: { buyerId: string; state: RechargeState | undefined; after: ListPosition | undefined; limit: number },
): Promise<RechargeRow[]> {
  const { state, after } = page;
  const rows = await all(reader)
    .where('buyer_id', '=', page.buyerId)
    .$if(state !== undefined, (query) => query.where('state', '=', state as string))
    .$if(after !== undefined, (query) =>
      query.where(sql<boolean>`(created_at, id) < (${after?.at ?? null}::timestamptz, ${after?.id ?? null}::uuid)`),
    )
    .orderBy('created_at', 'desc')
    .orderBy('id', 'desc')
    .limit(page.limit)
    .execute();
  return rows.map(toRecharge);
}

/** Totals of the back office are counted this far; a narrower filter goes further. */
const COUNT_MAX = 100_000;

export type DeskFilter = {
  state?: RechargeState | undefined;
  packageId?: string | undefined;
  buyerId?: string | undefined;
  from?: Date | undefined;
  before?: Date | undefined;
  /** What the word of the search box names; undefined: there is none. */
  named?: { orderNo: string; ids: readonly string[]; buyerId: string | null } | undefined;
};

const matching = (filter: DeskFilter) => {
  const parts = [sql`true`];
  if (filter.state) parts.push(sql`state = ${filter.state}`);
  if (filter.packageId) parts.push(sql`package_id = ${filter.packageId}`);
  if (filter.buyerId) parts.push(sql`buyer_id = ${filter.buyerId}`);
  if (filter.from) parts.push(sql`created_at >= ${filter.from}`);
  if (filter.before) parts.push(sql`created_at < ${filter.before}`);
  if (filter.named) {
    const { orderNo, ids, buyerId } = filter.named;
    // The tilde closes the span of everything that begins like this.
    parts.push(sql`((order_no >= ${orderNo} and order_no < ${`${orderNo}~`}) or id = any(${ids}::uuid[])
      or buyer_id = ${buyerId})`);
  }
  return sql<boolean>`${sql.join(parts, sql` and `)}`;
};

export async function deskPage(reader: Reader, filter: DeskFilter, page: { page: number; size: number }) {
  const rows = await all(reader)
    .where(matching(filter))
    .orderBy('created_at', 'desc')
    .orderBy('id', 'desc')
    .limit(page.size)
    .offset((page.page - 1) * page.size)
    .execute();
  const { rows: counted } = await sql<{ total: number }>`
    select count(*)::int as total from (select 1 from recharge_orders where ${matching(filter)} limit ${COUNT_MAX}) found
  `.execute(reader.q);
  return { items: rows.map(toRecharge), total: counted[0]?.total ?? 0 };
}

/** Orders that should long have been told what became of their payment. */
export async function late(reader: Reader, before: Date, max: number): Promise<Id<'payment'>[]> {
  const rows = await reader.q
    .selectFrom('recharge_orders')
    .select('payment_id')
    .where('state', '=', 'pending')
    .where('created_at', '<=', before)
    .orderBy('created_at')
    .limit(max)
    .execute();
  return rows.map((row) => row.payment_id as Id<'payment'>);
}

export type RefundRow = {
  id: string;
  rechargeId: Id<'recharge'>;
  state: (typeof RECHARGE_REFUND_STATES)[number];
  reason: string;
  staffName: string;
  reservationId: string;
  paidPoints: number;
  bonusPoints: number;
  missingBonus: number;
  missingFen: number;
  amountFen: number;
  createdAt: Date;
  endedAt: Date | null;
};

const toRefund = (row: Selectable<RechargeRefunds>): RefundRow => ({
  id: row.id,
  rechargeId: row.recharge_id as Id<'recharge'>,
  state: row.state as RefundRow['state'],
  reason: row.reason,
  staffName: row.staff_name,
  reservationId: row.reservation_id,
  paidPoints: row.paid_points,
  bonusPoints: row.bonus_points,
  missingBonus: row.missing_bonus,
  missingFen: row.missing_fen,
  amountFen: row.amount_fen,
  createdAt: row.created_at,
  endedAt: row.ended_at,
});

export async function insertRefund(
  tx: Tx,
  refund: Omit<Insertable<RechargeRefunds>, 'state' | 'ended_at' | 'refund_id'>,
): Promise<void> {
  await tx.q.insertInto('recharge_refunds').values(refund).execute();
}

export async function findRefund(reader: Reader, id: string): Promise<RefundRow | undefined> {
  const row = await reader.q.selectFrom('recharge_refunds').selectAll().where('id', '=', id).executeTakeFirst();
  return row && toRefund(row);
}

/** What was tried to pay these orders back, oldest first. */
export async function refundsOf(reader: Reader, rechargeIds: readonly string[]): Promise<RefundRow[]> {
  const rows = await reader.q
    .selectFrom('recharge_refunds')
    .selectAll()
    .where('recharge_id', '=', sql<string>`any(${rechargeIds}::uuid[])`)
    .orderBy('created_at')
    .orderBy('id')
    .execute();
  return rows.map(toRefund);
}

export async function endRefund(
  tx: Tx,
  id: string,
  end: { state: 'succeeded' | 'given_up'; refundId: string | null; at: Date },
): Promise<void> {
  await tx.q
    .updateTable('recharge_refunds')
    .set({ state: end.state, refund_id: end.refundId, ended_at: end.at })
    .where('id', '=', id)
    .where('state', '=', 'refunding')
    .executeTakeFirstOrThrow();
}
