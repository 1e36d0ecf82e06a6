// All SQL of cases, their lines and their events.
import {
  OPEN_AFTERSALE_STATES as OPEN,
  type AftersaleSort,
  type AftersaleState,
  type CarrierCode,
  type Id,
} from '@jishi/contract';
import { sql, type Insertable, type RawBuilder, type Selectable, type Updateable } from 'kysely';
import type { Aftersales } from '../../platform/db.types.ts';
import type { ListPosition } from '../../platform/cursor.ts';
import type { Reader, Tx } from '../../platform/db.ts';
import { assert } from '../../platform/fail.ts';
import type { Actor, Claim } from '../ordering/ordering.ts';
import { checkMove, type Kind, type Sibling } from './aftersale.rules.ts';

/** Lists and totals of the back office go this deep; a narrower filter goes further. */
export const DEPTH_MAX = 100_000;

export type ReturnTo = { name: string; phone: string; address: string };

export type CaseRow = {
  id: Id<'aftersale'>;
  aftersaleNo: string;
  orderId: Id<'order'>;
  buyerId: Id<'buyer'>;
  kind: Kind;
  state: AftersaleState;
  askedFen: number;
  agreedFen: number | null;
  shippingFen: number;
  reason: string;
  description: string;
  evidenceFileIds: string[];
  rejectReason: string | null;
  returnTo: ReturnTo | null;
  returnBefore: Date | null;
  returnCarrier: CarrierCode | null;
  returnTrackingNo: string | null;
  refundId: Id<'refund'> | null;
  doneAt: Date | null;
  version: number;
  createdAt: Date;
};

export type CaseLine = Claim & {
  aftersaleId: Id<'aftersale'>;
  agreedFen: number | null;
  /** Points that go home beside the money, and their worth; 0 until the refund is ordered. */
  pointsBack: number;
  pointsBackFen: number;
};

function toCase(row: Selectable<Aftersales>): CaseRow {
  return {
    id: row.id as Id<'aftersale'>,
    aftersaleNo: row.aftersale_no,
    orderId: row.order_id as Id<'order'>,
    buyerId: row.buyer_id as Id<'buyer'>,
    kind: row.kind as Kind,
    state: row.state as AftersaleState,
    askedFen: row.asked_fen,
    agreedFen: row.agreed_fen,
    shippingFen: row.shipping_fen,
    reason: row.reason,
    description: row.description,
    evidenceFileIds: row.evidence_file_ids,
    rejectReason: row.reject_reason,
    returnTo: row.return_to as unknown as ReturnTo | null,
    returnBefore: row.return_before,
    returnCarrier: row.return_carrier as CarrierCode | null,
    returnTrackingNo: row.return_tracking_no,
    refundId: row.refund_id as Id<'refund'> | null,
    doneAt: row.done_at,
    version: row.version,
    createdAt: row.created_at,
  };
}

export async function insertCase(tx: Tx, row: Insertable<Aftersales>, claims: readonly Claim[]): Promise<CaseRow> {
  const inserted = await tx.q.insertInto('aftersales').values(row).returningAll().executeTakeFirstOrThrow();
  const lines = claims.map((claim) => ({
    aftersale_id: inserted.id,
    line_id: claim.lineId,
    quantity: claim.quantity,
    unshipped_quantity: claim.unshippedQuantity,
    amount_fen: claim.amountFen,
  }));
  await tx.q.insertInto('aftersale_lines').values(lines).execute();
  return toCase(inserted);
}

export async function find(reader: Reader, id: string): Promise<CaseRow | undefined> {
  const row = await reader.q.selectFrom('aftersales').selectAll().where('id', '=', id).executeTakeFirst();
  return row && toCase(row);
}

/** The case that this intent has made before. The order of the intent is locked. */
export async function madeBy(tx: Tx, intent: string | null): Promise<Id<'aftersale'> | undefined> {
  if (intent === null) return undefined;
  const row = await tx.q.selectFrom('aftersales').select('id').where('made_by', '=', intent).executeTakeFirst();
  return row?.id as Id<'aftersale'> | undefined;
}

/** Second lock: the order of the case is locked before. */
export async function lock(tx: Tx, id: string): Promise<CaseRow> {
  const row = await tx.q.selectFrom('aftersales').selectAll().where('id', '=', id).forUpdate().executeTakeFirst();
  assert(row, `case ${id} is gone`);
  return toCase(row);
}

/** The state changes here and nowhere else. */
export async function move(
  tx: Tx,
  one: CaseRow,
  to: AftersaleState,
  more: Updateable<Aftersales> = {},
): Promise<CaseRow> {
  checkMove(one.state, to);
  const row = await tx.q
    .updateTable('aftersales')
    .set({ ...more, state: to, version: sql`version + 1` })
    .where('id', '=', one.id)
    .where('state', '=', one.state)
    .returningAll()
    .executeTakeFirst();
  assert(row, `case ${one.id} was moved without its lock`);
  return toCase(row);
}

export async function change(tx: Tx, one: CaseRow, more: Updateable<Aftersales>): Promise<CaseRow> {
  const row = await tx.q
    .updateTable('aftersales')
    .set({ ...more, version: sql`version + 1` })
    .where('id', '=', one.id)
    .returningAll()
    .executeTakeFirstOrThrow();
  return toCase(row);
}

export async function setAgreed(tx: Tx, id: string, parts: readonly { lineId: string; agreedFen: number }[]) {
  await sql`
    update aftersale_lines l set agreed_fen = w.agreed
    from unnest(${parts.map((one) => one.lineId)}::uuid[], ${parts.map((one) => one.agreedFen)}::bigint[]) as w (id, agreed)
    where l.aftersale_id = ${id} and l.line_id = w.id
  `.execute(tx.q);
}

export async function setPointsBack(
  tx: Tx,
  id: string,
  parts: readonly { lineId: string; points: number; pointsFen: number }[],
): Promise<void> {
  if (parts.length === 0) return;
  await sql`
    update aftersale_lines l set points_back = w.points, points_back_fen = w.fen
    from unnest(${parts.map((one) => one.lineId)}::uuid[], ${parts.map((one) => one.points)}::bigint[],
      ${parts.map((one) => one.pointsFen)}::bigint[]) as w (id, points, fen)
    where l.aftersale_id = ${id} and l.line_id = w.id
  `.execute(tx.q);
}

export async function setDamaged(tx: Tx, id: string, parts: readonly { lineId: string; quantity: number }[]) {
  await sql`
    update aftersale_lines l set damaged_quantity = w.quantity
    from unnest(${parts.map((one) => one.lineId)}::uuid[], ${parts.map((one) => one.quantity)}::int[]) as w (id, quantity)
    where l.aftersale_id = ${id} and l.line_id = w.id
  `.execute(tx.q);
}

export async function linesOf(reader: Reader, ids: readonly string[]): Promise<CaseLine[]> {
  const rows = await reader.q
    .selectFrom('aftersale_lines')
    .selectAll()
    .where('aftersale_id', '=', sql<string>`any(${ids}::uuid[])`)
    .orderBy('aftersale_id')
    .orderBy('line_id')
    .execute();
  return rows.map((row) => ({
    aftersaleId: row.aftersale_id as Id<'aftersale'>,
    lineId: row.line_id as Id<'orderLine'>,
    quantity: row.quantity,
    unshippedQuantity: row.unshipped_quantity,
    amountFen: row.amount_fen,
    agreedFen: row.agreed_fen,
    pointsBack: row.points_back,
    pointsBackFen: row.points_back_fen,
  }));
}

export async function note(tx: Tx, id: string, at: Date, what: { title: string; detail?: string; actor: Actor }) {
  const { title, detail = '', actor } = what;
  const row = { aftersale_id: id, at, title, detail, actor_kind: actor.kind, actor_name: actor.name };
  await tx.q.insertInto('aftersale_events').values(row).execute();
}

export async function eventsOf(reader: Reader, ids: readonly string[]) {
  return reader.q
    .selectFrom('aftersale_events')
    .select(['aftersale_id', 'at', 'title', 'detail', 'actor_kind', 'actor_name'])
    .where('aftersale_id', '=', sql<string>`any(${ids}::uuid[])`)
    .orderBy('id', 'desc')
    .execute();
}

/** The other open cases of these orders. */
export async function openOf(
  reader: Reader,
  orderIds: readonly string[],
): Promise<(Sibling & { id: Id<'aftersale'>; orderId: Id<'order'> })[]> {
  const { rows } = await sql<Sibling & { id: Id<'aftersale'>; orderId: Id<'order'> }>`
    select id, order_id as "orderId", state, shipping_fen as "shippingFen" from aftersales
    where order_id = any(${orderIds}::uuid[]) and state not in ('done', 'rejected', 'withdrawn', 'expired')
  `.execute(reader.q);
  return rows;
}

/** How often the buyer has asked for one of these lines in vain, at most: by the line asked for most often. */
export async function vainApplications(reader: Reader, lineIds: readonly string[]): Promise<number> {
  const { rows } = await sql<{ most: number }>`
    select coalesce(max(n), 0)::int as most from (
      select count(*) as n from aftersale_lines l join aftersales a on a.id = l.aftersale_id
      where l.line_id = any(${lineIds}::uuid[]) and a.kind <> 'system' and a.state in ('rejected', 'withdrawn', 'expired')
      group by l.line_id) counted
  `.execute(reader.q);
  return rows[0]?.most ?? 0;
}

/** How many cases the buyer has opened on the lines of each case, itself included. */
export async function applicationsOf(reader: Reader, ids: readonly string[]): Promise<Map<string, number>> {
  const { rows } = await sql<{ id: string; n: number }>`
    select l.aftersale_id as id, count(distinct a.id)::int as n
    from aftersale_lines l
    join aftersale_lines other on other.line_id = l.line_id
    join aftersales a on a.id = other.aftersale_id and a.kind <> 'system'
    where l.aftersale_id = any(${ids}::uuid[]) group by l.aftersale_id
  `.execute(reader.q);
  return new Map(rows.map((row) => [row.id, row.n]));
}

export async function idsOf(reader: Reader, orderIds: readonly string[]) {
  const rows = await reader.q
    .selectFrom('aftersales')
    .select(['id', 'order_id'])
    .where('order_id', '=', sql<string>`any(${orderIds}::uuid[])`)
    .orderBy('created_at', 'desc')
    .orderBy('id', 'desc')
    .execute();
  return rows.map((row) => ({ id: row.id as Id<'aftersale'>, orderId: row.order_id as Id<'order'> }));
}

export async function ofBuyer(
  reader: Reader,
  page: { buyerId: string; after: ListPosition | undefined; limit: number },
): Promise<CaseRow[]> {
  let query = reader.q
    .selectFrom('aftersales')
    .selectAll()
    .where('buyer_id', '=', page.buyerId)
    .orderBy('created_at', 'desc')
    .orderBy('id', 'desc')
    .limit(page.limit);
  if (page.after) {
    query = query.where(sql<boolean>`(created_at, id) < (${page.after.at}::timestamptz, ${page.after.id}::uuid)`);
  }
  return (await query.execute()).map(toCase);
}

export type StaffFilter = {
  q?: string | undefined;
  state?: AftersaleState | undefined;
  kind?: Kind | undefined;
  from?: Date | undefined;
  before?: Date | undefined;
  openOnly: boolean;
  /** Orders that `q` names. */
  orderIds: readonly string[];
};

const matching = (filter: StaffFilter) => {
  const parts = [sql`true`];
  if (filter.state) parts.push(sql`state = ${filter.state}`);
  if (filter.kind) parts.push(sql`kind = ${filter.kind}`);
  if (filter.from) parts.push(sql`created_at >= ${filter.from}`);
  if (filter.before) parts.push(sql`created_at < ${filter.before}`);
  if (filter.openOnly) parts.push(sql`state not in ('done', 'rejected', 'withdrawn', 'expired')`);
  if (filter.q) {
    const q = filter.q.toUpperCase();
    // The tilde closes the span of everything that begins like this.
    parts.push(sql`(aftersale_no >= ${q} and aftersale_no < ${`${q}~`}
      or return_tracking_no >= ${q} and return_tracking_no < ${`${q}~`} or order_id = any(${filter.orderIds}::uuid[]))`);
  }
  return sql<boolean>`${sql.join(parts, sql` and `)}`;
};

const SORTS: Readonly<Record<AftersaleSort, RawBuilder<unknown>>> = {
  waited: sql`created_at desc, id desc`,
  '-waited': sql`created_at, id`,
  asked: sql`asked_fen, id`,
  '-asked': sql`asked_fen desc, id desc`,
};
/** What is to be decided, then the newest. */
const WORK = sql`(state = 'requested') desc, created_at desc, id desc`;

/** A queue of open cases begins with the one that waits longest; any other list with what is to be decided, then the newest. */
export async function staffPage(
  reader: Reader,
  filter: StaffFilter,
  page: { page: number; size: number; sort?: AftersaleSort | undefined },
) {
  const offset = (page.page - 1) * page.size;
  if (offset >= DEPTH_MAX) return [];
  const isQueue = filter.openOnly || OPEN.some((state) => state === filter.state);
  const order = page.sort ? SORTS[page.sort] : isQueue ? SORTS['-waited'] : WORK;
  const rows = await reader.q
    .selectFrom('aftersales')
    .selectAll()
    .where(matching(filter))
    .orderBy(order)
    .limit(Math.min(page.size, DEPTH_MAX - offset))
    .offset(offset)
    .execute();
  return rows.map(toCase);
}

export async function staffTotal(reader: Reader, filter: StaffFilter): Promise<number> {
  const { rows } = await sql<{ total: number }>`
    select count(*)::int as total from (select 1 from aftersales where ${matching(filter)} limit ${DEPTH_MAX}) found
  `.execute(reader.q);
  return rows[0]?.total ?? 0;
}

/** How many cases stand in each open state. */
export async function openCounts(reader: Reader): Promise<Partial<Record<(typeof OPEN)[number], number>>> {
  const { rows } = await sql<{ state: (typeof OPEN)[number]; n: number }>`
    select state, count(*)::int as n from aftersales
    where state not in ('done', 'rejected', 'withdrawn', 'expired') group by state
  `.execute(reader.q);
  return Object.fromEntries(rows.map((row) => [row.state, row.n]));
}

/** One batch of returns that were never sent, after `last`. */
export async function overdue(reader: Reader, now: Date, last: ListPosition | undefined, max: number) {
  const { rows } = await sql<{ id: Id<'aftersale'>; at: Date }>`
    select id, return_before as at from aftersales
    where state = 'await_return' and return_before <= ${now}
      ${last ? sql`and (return_before, id) > (${last.at}::timestamptz, ${last.id}::uuid)` : sql``}
    order by return_before, id limit ${max}
  `.execute(reader.q);
  return rows;
}
