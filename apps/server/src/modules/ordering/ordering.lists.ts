// Reading many orders: the buyer's tabs, the back office's one search box, what the clock has to look at.
import { ORDER_STATES, type Id, type OrderSort, type OrderState } from '@jishi/contract';
import { sql, type RawBuilder } from 'kysely';
import type { ListPosition } from '../../platform/cursor.ts';
import type { Reader } from '../../platform/db.ts';
import { assert } from '../../platform/fail.ts';
import { isOrderNo, isPhone } from './ordering.rules.ts';
import { toOrder, type OrderRow } from './ordering.store.ts';

/** A word that is looked for brings at most so many orders; a longer one finds the rest. */
export const DEPTH_MAX = 10_000;
/** How far the pages and the total of a staff list reach; an export walks through all of them. */
const ROWS_MAX = 100_000;
/** A single character cannot use an index: it is looked for among the newest orders only. */
const UNINDEXED_DEPTH = 5_000;

const columns = (reader: Reader) =>
  reader.q
    .selectFrom('orders as o')
    .innerJoin('checkouts as c', 'c.id', 'o.checkout_id')
    .selectAll('o')
    .select(['c.payment_id', 'c.points_reservation_id']);

export type BuyerPage = {
  buyerId: Id<'buyer'>;
  states: readonly OrderState[];
  /** A word of a title or a whole order number. One buyer has few orders: no index is needed beyond theirs. */
  q?: string | undefined;
  after: ListPosition | undefined;
  limit: number;
};

export async function ofBuyer(reader: Reader, page: BuyerPage): Promise<OrderRow[]> {
  let query = columns(reader)
    .where('o.buyer_id', '=', page.buyerId)
    .where('o.state', '=', sql<string>`any(${page.states}::text[])`)
    .orderBy('o.created_at', 'desc')
    .orderBy('o.id', 'desc')
    .limit(page.limit);
  if (page.q) {
    const like = `%${page.q.replaceAll(/[\\%_]/g, (char) => `\\${char}`)}%`;
    query = query.where(
      sql<boolean>`(o.order_no = ${page.q}
        or exists (select 1 from order_lines l where l.order_id = o.id and l.title ilike ${like}))`,
    );
  }
  if (page.after) {
    query = query.where(sql<boolean>`(o.created_at, o.id) < (${page.after.at}::timestamptz, ${page.after.id}::uuid)`);
  }
  return (await query.execute()).map(toOrder);
}

export type Counts = { unpaid: number; toShip: number; toReceive: number; aftersale: number };

export async function countsOf(reader: Reader, buyerId: string): Promise<Counts> {
  const { rows } = await sql<Counts>`
    select count(*) filter (where state = 'unpaid')::int as unpaid,
           count(*) filter (where state in ('paid', 'partly_shipped'))::int as "toShip",
           count(*) filter (where state = 'shipped')::int as "toReceive",
           coalesce(sum(open_cases), 0)::int as aftersale
    from orders where buyer_id = ${buyerId}
  `.execute(reader.q);
  return rows[0] ?? { unpaid: 0, toShip: 0, toReceive: 0, aftersale: 0 };
}

export type StaffFilter = {
  q?: string | undefined;
  state?: OrderState | undefined;
  from?: Date | undefined;
  before?: Date | undefined;
  paidFrom?: Date | undefined;
  paidBefore?: Date | undefined;
  minFen?: number | undefined;
  maxFen?: number | undefined;
  aftersaleOnly?: boolean | undefined;
  notedOnly?: boolean | undefined;
  productId?: string | undefined;
  buyerId?: string | undefined;
  /** Orders that `q` finds by something that ordering does not know: a tracking number, a payment, the buyer's phone. */
  foundElsewhere: readonly string[];
};

/** Ids of orders that a search word names. What the word is, its shape says; each arm has its own index and bound. */
export function named(q: string): RawBuilder<unknown> {
  if (isOrderNo(q)) return sql`select id from orders where order_no = ${q}`;
  if (isPhone(q)) return sql`(select id from orders where (address ->> 'phone') collate "C" = ${q} limit ${DEPTH_MAX})`;
  // The sign after 9 closes the span of everything that starts with these digits.
  const end = `${q}:`;
  if (/^\d+$/.test(q)) {
    const phone = sql`(address ->> 'phone') collate "C"`;
    return sql`
      (select id from orders where order_no >= ${q} and order_no < ${end} order by order_no desc limit ${DEPTH_MAX})
      union (select id from orders where ${phone} >= ${q} and ${phone} < ${end} limit ${DEPTH_MAX})
      union (${byWords(q)})`;
  }
  return byWords(q);
}

function byWords(q: string): RawBuilder<unknown> {
  const like = `%${q.replaceAll(/[\\%_]/g, String.raw`\$&`)}%`;
  if ([...q].length === 1) {
    // `offset 0` keeps PostgreSQL from reading the lines of all orders at once for the newest few.
    return sql`
      select newest.id from (select id, address from orders order by created_at desc, id desc limit ${UNINDEXED_DEPTH}) newest
      where newest.address ->> 'name' ilike ${like}
        or exists (select 1 from order_lines l where l.order_id = newest.id and l.title ilike ${like} offset 0)`;
  }
  return sql`
    (select id from orders where bigrams(address ->> 'name') @> bigrams(${q}) and address ->> 'name' ilike ${like}
     limit ${DEPTH_MAX})
    union
    (select order_id from order_lines where bigrams(title) @> bigrams(${q}) and title ilike ${like} limit ${DEPTH_MAX})`;
}

function filtered(filter: StaffFilter): RawBuilder<unknown> {
  const parts: RawBuilder<unknown>[] = [sql`true`];
  if (filter.state) parts.push(sql`o.state = ${filter.state}`);
  if (filter.from) parts.push(sql`o.created_at >= ${filter.from}`);
  if (filter.before) parts.push(sql`o.created_at < ${filter.before}`);
  if (filter.paidFrom) parts.push(sql`o.paid_at >= ${filter.paidFrom}`);
  if (filter.paidBefore) parts.push(sql`o.paid_at < ${filter.paidBefore}`);
  if (filter.minFen !== undefined) parts.push(sql`o.total_fen >= ${filter.minFen}`);
  if (filter.maxFen !== undefined) parts.push(sql`o.total_fen <= ${filter.maxFen}`);
  // Written out as the partial indexes have it.
  if (filter.aftersaleOnly) parts.push(sql`o.open_cases > 0`);
  if (filter.notedOnly) parts.push(sql`o.staff_note <> ''`);
  if (filter.productId) {
    parts.push(sql`o.id in (select order_id from order_lines where product_id = ${filter.productId})`);
  }
  if (filter.buyerId) parts.push(sql`o.buyer_id = ${filter.buyerId}`);
  if (filter.q) {
    // One set of ids, so that the planner may start from the few that were found instead of from all orders.
    parts.push(sql`o.id in (${named(filter.q)} union select unnest(${filter.foundElsewhere}::uuid[]))`);
  }
  return sql.join(parts, sql` and `);
}

const SORTS: Readonly<Record<OrderSort, RawBuilder<unknown>>> = {
  createdAt: sql`o.created_at, o.id`,
  '-createdAt': sql`o.created_at desc, o.id desc`,
  paidAt: sql`o.paid_at nulls last, o.id`,
  '-paidAt': sql`o.paid_at desc nulls last, o.id desc`,
  totalFen: sql`o.total_fen, o.id`,
  '-totalFen': sql`o.total_fen desc, o.id desc`,
};

/** The order is found on ids alone: whole orders are wide, and a far page would carry all that it skips. */
export async function staffPage(
  reader: Reader,
  filter: StaffFilter,
  page: { page: number; size: number; sort?: OrderSort | undefined },
): Promise<OrderRow[]> {
  const offset = (page.page - 1) * page.size;
  if (offset >= ROWS_MAX) return [];
  const order = SORTS[page.sort ?? '-createdAt'];
  const limit = Math.min(page.size, ROWS_MAX - offset);
  const ids = sql<string>`any(array(
    select o.id from orders o where ${filtered(filter)} order by ${order} limit ${limit} offset ${offset}))`;
  const found = await columns(reader).where('o.id', '=', ids).orderBy(order).execute();
  return found.map(toOrder);
}

export async function staffTotal(reader: Reader, filter: StaffFilter): Promise<number> {
  const { rows } = await sql<{ total: number }>`
    select count(*)::int as total from (select 1 from orders o where ${filtered(filter)} limit ${ROWS_MAX}) found
  `.execute(reader.q);
  return rows[0]?.total ?? 0;
}

/** Every state is counted by itself along its own index, so that a hundred thousand finished orders cost no more. */
export async function staffCounts(
  reader: Reader,
  max: number,
): Promise<{ states: Record<OrderState, number>; aftersale: number }> {
  const { rows } = await sql<{ state: OrderState; n: number; aftersale: number }>`
    select s.state, (select count(*) from (select from orders o where o.state = s.state limit ${max}) found)::int as n,
      (select count(*) from (select from orders o where o.open_cases > 0 limit ${max}) found)::int as aftersale
    from unnest(${ORDER_STATES}::text[]) s (state)
  `.execute(reader.q);
  const states = Object.fromEntries(rows.map((row) => [row.state, row.n])) as Record<OrderState, number>;
  return { states, aftersale: rows[0]?.aftersale ?? 0 };
}

export async function byNumbers(reader: Reader, orderNos: readonly string[]): Promise<OrderRow[]> {
  const rows = await columns(reader)
    .where('o.order_no', '=', sql<string>`any(${orderNos}::text[])`)
    .execute();
  return rows.map(toOrder);
}

/** The newest orders of these buyers. */
export async function idsOfBuyers(reader: Reader, buyerIds: readonly string[], max: number): Promise<Id<'order'>[]> {
  if (buyerIds.length === 0) return [];
  const { rows } = await sql<{ id: Id<'order'> }>`
    select id from orders where buyer_id = any(${buyerIds}::uuid[]) order by created_at desc, id desc limit ${max}
  `.execute(reader.q);
  return rows.map((row) => row.id);
}

export type BuyerFigures = {
  orders: number;
  paidOrders: number;
  paidFen: number;
  refundedFen: number;
  openAftersales: number;
  lastPaidAt: Date | null;
};

export async function figuresOf(reader: Reader, buyerId: string): Promise<BuyerFigures> {
  const { rows } = await sql<BuyerFigures>`
    select count(*)::int as orders, count(paid_at)::int as "paidOrders",
      coalesce(sum(total_fen) filter (where paid_at is not null), 0)::bigint as "paidFen",
      coalesce(sum(refunded_fen), 0)::bigint as "refundedFen",
      coalesce(sum(open_cases), 0)::int as "openAftersales", max(paid_at) as "lastPaidAt"
    from orders where buyer_id = ${buyerId}
  `.execute(reader.q);
  const [figures] = rows;
  assert(figures, 'a count without group answers one row');
  return figures;
}

/** Orders that a word names, newest first, for lists of other rooms. */
export async function find(reader: Reader, q: string, max: number): Promise<Id<'order'>[]> {
  const { rows } = await sql<{ id: Id<'order'> }>`
    select o.id from orders o where o.id in (${named(q)}) order by o.created_at desc, o.id desc limit ${max}
  `.execute(reader.q);
  return rows.map((row) => row.id);
}

export type EventRow = {
  at: Date;
  title: string;
  detail: string;
  actorKind: 'system' | 'buyer' | 'staff';
  actorName: string;
};

export async function eventsOf(reader: Reader, orderId: string): Promise<EventRow[]> {
  const { rows } = await sql<EventRow>`
    select at, title, detail, actor_kind as "actorKind", actor_name as "actorName"
    from order_events where order_id = ${orderId} order by id desc limit 200
  `.execute(reader.q);
  return rows;
}

/** Payments of orders that are still unpaid although their time to pay was over at `before`, the oldest first. */
export async function latePayments(reader: Reader, before: Date, max: number): Promise<Id<'payment'>[]> {
  const { rows } = await sql<{ id: Id<'payment'> }>`
    select c.payment_id as id from orders o join checkouts c on c.id = o.checkout_id
    where o.state = 'unpaid' and o.pay_before <= ${before}
    group by c.payment_id order by min(o.pay_before) limit ${max}
  `.execute(reader.q);
  return rows.map((row) => row.id);
}

/** One batch of orders whose moment has come, after `last`; an order that cannot be moved does not hold up the rest. */
export async function due(
  reader: Reader,
  what: 'receive' | 'complete',
  now: Date,
  last: ListPosition | undefined,
  max: number,
): Promise<{ id: Id<'order'>; at: Date }[]> {
  const column = what === 'receive' ? 'auto_receive_at' : 'aftersale_until';
  const position = sql`(${sql.ref(column)}, id)`;
  const { rows } = await sql<{ id: Id<'order'>; at: Date }>`
    select id, ${sql.ref(column)} as at from orders
    where state = ${sql.lit(what === 'receive' ? 'shipped' : 'received')} and open_cases = 0 and ${sql.ref(column)} <= ${now}
      ${last ? sql`and ${position} > (${last.at}::timestamptz, ${last.id}::uuid)` : sql``}
    order by ${sql.ref(column)}, id
    limit ${max}
  `.execute(reader.q);
  return rows;
}

/** Whether a buyer has ever paid for an order, whatever became of it. */
export async function hasPaid(reader: Reader, buyerId: string): Promise<boolean> {
  const { rows } = await sql<{ paid: boolean }>`
    select exists (select from orders where buyer_id = ${buyerId} and paid_at is not null) as paid
  `.execute(reader.q);
  return rows[0]?.paid ?? false;
}
