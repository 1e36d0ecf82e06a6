// SQL of what staff see of attempts, refunds and letters. Totals are counted so far; a narrower filter goes further.
import { sql, type RawBuilder } from 'kysely';
import type { Reader } from '../../platform/db.ts';
import type { PayableKind } from './payment.rules.ts';
import type { CaseRow, NoticeRow, RefundRow } from './payment.refunds.store.ts';
import { numbered, type AttemptRow } from './payment.store.ts';

const COUNT_MAX = 100_000;

type Span = { from?: Date | undefined; before?: Date | undefined };
type Page = { page: number; size: number };
type Found = Span & Page & { q?: string | undefined; state?: string | undefined };
export type AttemptListRow = AttemptRow & { payable_kind: PayableKind };
export type RefundListRow = RefundRow & { payable_kind: PayableKind };

/** A page of rows, newest first, with their number. */
async function paged<Row>(
  reader: Reader,
  of: { select: RawBuilder<unknown>; from: RawBuilder<unknown>; at: RawBuilder<unknown>; id: RawBuilder<unknown> },
  wanted: RawBuilder<unknown>[],
  { page, size }: Page,
): Promise<{ items: Row[]; total: number }> {
  const where = sql.join([sql`true`, ...wanted], sql` and `);
  const { rows } = await sql<Row>`
    select ${of.select} from ${of.from} where ${where} order by ${of.at} desc, ${of.id} desc
    limit ${size} offset ${(page - 1) * size}`.execute(reader.q);
  const counted = await sql<{ total: number }>`
    select count(*)::int as total from (select from ${of.from} where ${where} limit ${COUNT_MAX}) found
  `.execute(reader.q);
  return { items: rows, total: counted.rows[0]?.total ?? 0 };
}

function within(at: RawBuilder<unknown>, { from, before }: Span): RawBuilder<unknown>[] {
  return [...(from ? [sql`${at} >= ${from}`] : []), ...(before ? [sql`${at} < ${before}`] : [])];
}

export function notices(reader: Reader, wish: Found): Promise<{ items: NoticeRow[]; total: number }> {
  const at = sql`n.received_at`;
  const wanted = within(at, wish);
  if (wish.state) wanted.push(sql`n.state = ${wish.state}`);
  // Any number of a payment leads to its letters, and WeChat's own id to the one letter.
  if (wish.q)
    wanted.push(sql`(n.event_id = ${wish.q} or n.out_trade_no in (
      select out_trade_no from payment_attempts where payment_id in ${numbered(wish.q)} union select ${wish.q}))`);
  return paged(reader, { select: sql`n.*`, from: sql`provider_notices n`, at, id: sql`n.id` }, wanted, wish);
}

export async function countNotices(
  reader: Reader,
  { from, before, today }: Span & { today: Date },
): Promise<{ total: number; succeeded: number; failed: number; today: number; waiting: number; dead: number }> {
  const where = sql.join([sql`true`, ...within(sql`received_at`, { from, before })], sql` and `);
  const { rows } = await sql<Record<'total' | 'succeeded' | 'failed' | 'today' | 'waiting' | 'dead', number>>`
    select count(*)::int as total,
      count(*) filter (where state in ('done', 'ignored'))::int as succeeded,
      count(*) filter (where state in ('failed', 'dead', 'rejected'))::int as failed,
      (select count(*) from provider_notices where received_at >= ${today})::int as today,
      count(*) filter (where state in ('stored', 'failed'))::int as waiting,
      count(*) filter (where state = 'dead')::int as dead
    from provider_notices where ${where}`.execute(reader.q);
  return rows[0] ?? { total: 0, succeeded: 0, failed: 0, today: 0, waiting: 0, dead: 0 };
}

export function attempts(
  reader: Reader,
  wish: Found & { channel?: string | undefined },
): Promise<{ items: AttemptListRow[]; total: number }> {
  const at = sql`a.created_at`;
  const wanted = within(at, wish);
  if (wish.state) wanted.push(sql`a.state = ${wish.state}`);
  if (wish.channel) wanted.push(sql`a.channel = ${wish.channel}`);
  if (wish.q) wanted.push(sql`a.payment_id in ${numbered(wish.q)}`);
  const from = sql`payment_attempts a join payments p on p.id = a.payment_id`;
  return paged(reader, { select: sql`a.*, p.payable_kind`, from, at, id: sql`a.id` }, wanted, wish);
}

const REFUNDS = sql`refunds r join payments p on p.id = r.payment_id`;

export function refunds(
  reader: Reader,
  wish: Found & { cause?: string | undefined },
): Promise<{ items: RefundListRow[]; total: number }> {
  const at = sql`r.created_at`;
  const wanted = within(at, wish);
  if (wish.state) wanted.push(sql`r.state = ${wish.state}`);
  if (wish.cause) wanted.push(sql`r.cause = ${wish.cause}`);
  if (wish.q) wanted.push(sql`(r.out_refund_no = ${wish.q} or r.payment_id in ${numbered(wish.q)})`);
  return paged(reader, { select: sql`r.*, p.payable_kind`, from: REFUNDS, at, id: sql`r.id` }, wanted, wish);
}

export async function refund(reader: Reader, refundId: string): Promise<RefundListRow | undefined> {
  const { rows } = await sql<RefundListRow>`
    select r.*, p.payable_kind from ${REFUNDS} where r.id = ${refundId}`.execute(reader.q);
  return rows[0];
}

export async function noticesOfRefund(reader: Reader, outTradeNo: string, outRefundNo: string): Promise<NoticeRow[]> {
  return reader.q
    .selectFrom('provider_notices')
    .selectAll()
    .where('out_trade_no', '=', outTradeNo)
    .where(sql<boolean>`facts ->> 'outRefundNo' = ${outRefundNo}`)
    .orderBy('received_at')
    .limit(100)
    .execute();
}

export async function casesOfRefund(reader: Reader, refundId: string): Promise<CaseRow[]> {
  return reader.q
    .selectFrom('payment_cases')
    .selectAll()
    .where('refund_id', '=', refundId)
    .orderBy('created_at')
    .limit(100)
    .execute();
}
