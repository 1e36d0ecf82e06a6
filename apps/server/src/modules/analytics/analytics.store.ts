// Questions to the views that other rooms publish. Nothing here writes, and every question is bounded by a span of days.
import { sql } from 'kysely';
import type { Reader } from '../../platform/db.ts';
import { assert } from '../../platform/fail.ts';

export type DayRow = { day: string; orders: number; paidOrders: number; gmvFen: number };

/** Every day of the span that saw an order placed or paid, by the day in Shanghai. */
export async function days(reader: Reader, from: Date, before: Date): Promise<DayRow[]> {
  const { rows } = await sql<DayRow>`
    select day::text, sum(placed)::int as orders, sum(paid)::int as "paidOrders", sum(fen)::bigint as "gmvFen" from (
      select (created_at at time zone 'Asia/Shanghai')::date as day, 1 as placed, 0 as paid, 0 as fen
      from order_figures where created_at >= ${from} and created_at < ${before}
      union all
      select (paid_at at time zone 'Asia/Shanghai')::date, 0, 1, total_fen
      from order_figures where paid_at >= ${from} and paid_at < ${before}
    ) counted group by day order by day
  `.execute(reader.q);
  return rows;
}

export type Span = { from: Date; before: Date };
export type SpanRow = {
  orders: number;
  paidOrders: number;
  gmvFen: number;
  refundedFen: number;
  newBuyers: number;
  succeeded: number;
  ended: number;
};

/** Each span counted along the indexes of its moments, all in one question; in the order they were asked. */
export async function spans(reader: Reader, asked: readonly Span[]): Promise<SpanRow[]> {
  const { rows } = await sql<SpanRow>`
    select placed.orders, paid."paidOrders", paid."gmvFen", refunded."refundedFen", fresh."newBuyers",
      tries.succeeded, tries.ended
    from unnest(${asked.map((span) => span.from)}::timestamptz[], ${asked.map((span) => span.before)}::timestamptz[])
      with ordinality as span (starts, ends, position)
    cross join lateral (
      select count(*)::int as orders from order_figures where created_at >= starts and created_at < ends
    ) placed
    cross join lateral (
      select count(*)::int as "paidOrders", coalesce(sum(total_fen), 0)::bigint as "gmvFen"
      from order_figures where paid_at >= starts and paid_at < ends
    ) paid
    cross join lateral (
      select coalesce(sum(agreed_fen), 0)::bigint as "refundedFen"
      from aftersale_figures where done_at >= starts and done_at < ends
    ) refunded
    cross join lateral (
      select count(*)::int as "newBuyers" from buyer_figures where created_at >= starts and created_at < ends
    ) fresh
    cross join lateral (
      select count(*) filter (where state = 'succeeded')::int as succeeded,
             count(*) filter (where state in ('succeeded', 'closed', 'failed', 'disputed'))::int as ended
      from attempt_figures where created_at >= starts and created_at < ends
    ) tries
    order by position
  `.execute(reader.q);
  return rows;
}

export type WaitingRow = {
  toShip: number;
  partlyShipped: number;
  aftersales: number;
  returnsToReceive: number;
  paymentCases: number;
  withdrawals: number;
  reconcileCases: number;
  lowStock: number;
};

/** What waits for a person now. */
export async function waiting(reader: Reader, lowLevel: number): Promise<WaitingRow> {
  const { rows } = await sql<WaitingRow>`
    select
      (select count(*)::int from order_figures where state = 'paid') as "toShip",
      (select count(*)::int from order_figures where state = 'partly_shipped') as "partlyShipped",
      (select count(*)::int from aftersale_figures where state = 'requested') as aftersales,
      (select count(*)::int from aftersale_figures where state = 'returning') as "returnsToReceive",
      (select count(*)::int from payment_case_figures where state = 'open') as "paymentCases",
      (select count(*)::int from withdrawal_figures where state = 'pending' or problem is not null) as withdrawals,
      (select count(*)::int from reconcile_case_figures where state = 'open') as "reconcileCases",
      (select count(distinct product_id)::int from shelf_stock_figures where available <= ${lowLevel}) as "lowStock"
  `.execute(reader.q);
  const [row] = rows;
  assert(row, 'a select without from answers one row');
  return row;
}

export type ProductRow = { productId: string; title: string; quantity: number; amountFen: number };

/** Best sellers by pieces paid for; the title is the newest one under which it was sold. */
export async function topProducts(reader: Reader, from: Date, before: Date, max: number): Promise<ProductRow[]> {
  const { rows } = await sql<ProductRow>`
    select product_id as "productId", (array_agg(title order by paid_at desc))[1] as title,
           sum(quantity)::int as quantity, sum(payable_fen)::bigint as "amountFen"
    from sold_line_figures where paid_at >= ${from} and paid_at < ${before}
    group by product_id order by quantity desc, "amountFen" desc, product_id limit ${max}
  `.execute(reader.q);
  return rows;
}
