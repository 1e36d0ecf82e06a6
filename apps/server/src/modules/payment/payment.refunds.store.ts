// All SQL of refunds, notices and cases.
import { sql, type Selectable, type Updateable } from 'kysely';
import type { REFUND_WAYS } from '@jishi/contract';
import type { DB, Reader, Tx } from '../../platform/db.ts';
import { assert } from '../../platform/fail.ts';
import type { AccountRef } from '../ledger/ledger.ts';
import { REFUND_MOVES, type RefundState } from './payment.rules.ts';
import { numbered } from './payment.store.ts';

/** An account that gives money back: to the buyer, and to the shop what it had added to the price. */
export type RefundSource = AccountRef & { amountFen: number; subsidyFen?: number };
export type RefundRow = Omit<Selectable<DB['refunds']>, 'state' | 'sources' | 'way' | 'cash_fen'> & {
  state: RefundState;
  way: (typeof REFUND_WAYS)[number];
  cash_fen: number;
  sources: RefundSource[];
};
export type NoticeRow = Selectable<DB['provider_notices']>;
export type CaseRow = Selectable<DB['payment_cases']>;

const asRefund = (row: Selectable<DB['refunds']> | undefined) => row as unknown as RefundRow | undefined;

export async function insertRefund(
  tx: Tx,
  row: Pick<
    RefundRow,
    | 'id'
    | 'payment_id'
    | 'attempt_id'
    | 'out_refund_no'
    | 'amount_fen'
    | 'balance_fen'
    | 'way'
    | 'cause'
    | 'ref_kind'
    | 'ref_id'
    | 'reason'
    | 'sources'
    | 'created_at'
    | 'next_check_at'
  >,
): Promise<void> {
  await tx.q
    .insertInto('refunds')
    .values({ ...row, sources: JSON.stringify(row.sources) })
    .execute();
}

export async function find(reader: Reader, refundId: string): Promise<RefundRow | undefined> {
  return asRefund(await reader.q.selectFrom('refunds').selectAll().where('id', '=', refundId).executeTakeFirst());
}

export async function byNumber(reader: Reader, outRefundNo: string): Promise<RefundRow | undefined> {
  return asRefund(
    await reader.q.selectFrom('refunds').selectAll().where('out_refund_no', '=', outRefundNo).executeTakeFirst(),
  );
}

/** The refund for a business reason that is not given up, if there is one. */
export async function liveFor(reader: Reader, refKind: string, refId: string): Promise<RefundRow | undefined> {
  const row = await reader.q
    .selectFrom('refunds')
    .selectAll()
    .where('ref_kind', '=', refKind)
    .where('ref_id', '=', refId)
    .where('state', '<>', 'closed')
    .executeTakeFirst();
  return asRefund(row);
}

/** The last refund that was written for a reference: the live one, if there is one. */
export async function newestFor(reader: Reader, refKind: string, refId: string): Promise<string | undefined> {
  const row = await reader.q
    .selectFrom('refunds')
    .select('id')
    .where('ref_kind', '=', refKind)
    .where('ref_id', '=', refId)
    .orderBy(sql`state = 'closed'`)
    .orderBy('created_at', 'desc')
    .orderBy('id', 'desc')
    .limit(1)
    .executeTakeFirst();
  return row?.id;
}

export async function lock(tx: Tx, refundId: string): Promise<RefundRow> {
  const row = asRefund(
    await tx.q.selectFrom('refunds').selectAll().where('id', '=', refundId).forUpdate().executeTakeFirst(),
  );
  assert(row, `refund ${refundId} is gone`);
  return row;
}

export async function move(
  tx: Tx,
  refund: RefundRow,
  to: RefundState,
  set: Updateable<DB['refunds']> = {},
): Promise<void> {
  assert(REFUND_MOVES[refund.state].includes(to), `refund ${refund.id} cannot go from ${refund.state} to ${to}`);
  await tx.q
    .updateTable('refunds')
    .set({ ...set, state: to })
    .where('id', '=', refund.id)
    .execute();
}

export async function touch(tx: Tx, refundId: string, set: Updateable<DB['refunds']>): Promise<void> {
  await tx.q.updateTable('refunds').set(set).where('id', '=', refundId).execute();
}

export async function many(reader: Reader, refundIds: readonly string[]): Promise<RefundRow[]> {
  const rows = await reader.q
    .selectFrom('refunds')
    .selectAll()
    .where('id', '=', sql<string>`any(${refundIds}::uuid[])`)
    .execute();
  return rows as unknown as RefundRow[];
}

export async function ofPayments(reader: Reader, paymentIds: readonly string[]): Promise<RefundRow[]> {
  const rows = await reader.q
    .selectFrom('refunds')
    .selectAll()
    .where('payment_id', '=', sql<string>`any(${paymentIds}::uuid[])`)
    .orderBy('created_at')
    .orderBy('id')
    .execute();
  return rows as unknown as RefundRow[];
}

/** When another refund of the same attempt was last sent. */
export async function lastSentBeside(tx: Tx, refund: RefundRow): Promise<Date | null> {
  const row = await tx.q
    .selectFrom('refunds')
    .select((eb) => eb.fn.max('sent_at').as('at'))
    .where('attempt_id', '=', refund.attempt_id)
    .where('id', '<>', refund.id)
    .executeTakeFirst();
  return row?.at ?? null;
}

/** How many refunds of an attempt WeChat has taken: it takes fifty. */
export async function takenBeside(tx: Tx, refund: RefundRow): Promise<number> {
  const row = await tx.q
    .selectFrom('refunds')
    .select((eb) => eb.fn.countAll<number>().as('taken'))
    .where('attempt_id', '=', refund.attempt_id)
    .where('provider_id', 'is not', null)
    .executeTakeFirst();
  return Number(row?.taken ?? 0);
}

/** What is due: of those of one attempt that wait to be sent only the first, because WeChat takes one a minute. */
export async function dueIds(reader: Reader, now: Date, limit: number): Promise<string[]> {
  const { rows } = await sql<{ id: string }>`
    select id from (
      select id, next_check_at, row_number() over (
        partition by case state when 'created' then attempt_id else id end order by next_check_at, created_at, id) as turn
      from refunds where state in ('created', 'submitted') and next_check_at <= ${now}
    ) due
    where turn = 1 order by next_check_at limit ${limit}`.execute(reader.q);
  return rows.map((row) => row.id);
}

export type NewNotice = Pick<
  NoticeRow,
  | 'id'
  | 'event_id'
  | 'event_type'
  | 'route'
  | 'body'
  | 'ip'
  | 'is_verified'
  | 'state'
  | 'why'
  | 'out_trade_no'
  | 'received_at'
  | 'next_try_at'
> & { headers: Record<string, string>; facts: Record<string, unknown> | null };

/**
 * Stores a letter from WeChat. A verified one that is there already is counted, and the first row comes back.
 * The condition is written out: as a parameter it would not match the partial index once the plan is generic.
 */
export async function storeNotice(tx: Tx, notice: NewNotice): Promise<NoticeRow> {
  return tx.q
    .insertInto('provider_notices')
    .values({
      ...notice,
      headers: JSON.stringify(notice.headers),
      facts: notice.facts === null ? null : JSON.stringify(notice.facts),
    })
    .onConflict((conflict) =>
      conflict
        .column('event_id')
        .where(sql<boolean>`is_verified`)
        .doUpdateSet({ deliveries: sql`provider_notices.deliveries + 1` }),
    )
    .returningAll()
    .executeTakeFirstOrThrow();
}

/** Of twins that came at the same moment, the one that did something is written down, not the one that found it done. */
export async function settleNotice(tx: Tx, noticeId: string, set: Updateable<DB['provider_notices']>): Promise<void> {
  await tx.q
    .updateTable('provider_notices')
    .set(set)
    .where('id', '=', noticeId)
    .where((is) => is.or([is('state', '<>', 'done'), is('why', '=', 'repeated')]))
    .execute();
}

export async function dueNotices(reader: Reader, now: Date, limit: number): Promise<NoticeRow[]> {
  return reader.q
    .selectFrom('provider_notices')
    .selectAll()
    .where('state', 'in', ['stored', 'failed'])
    .where('next_try_at', '<=', now)
    .orderBy('next_try_at')
    .limit(limit)
    .execute();
}

export async function findNotice(reader: Reader, noticeId: string): Promise<NoticeRow | undefined> {
  return reader.q.selectFrom('provider_notices').selectAll().where('id', '=', noticeId).executeTakeFirst();
}

export async function noticesOf(reader: Reader, tradeNos: readonly string[]): Promise<NoticeRow[]> {
  return reader.q
    .selectFrom('provider_notices')
    .selectAll()
    .where('out_trade_no', '=', sql<string>`any(${tradeNos}::text[])`)
    .orderBy('received_at')
    .limit(200)
    .execute();
}

/** Opens a case for people; the same case is opened once. */
export async function openCase(
  tx: Tx,
  row: Pick<CaseRow, 'id' | 'key' | 'kind' | 'detail' | 'created_at'> &
    Partial<Pick<CaseRow, 'payment_id' | 'attempt_id' | 'refund_id'>>,
): Promise<boolean> {
  const result = await tx.q
    .insertInto('payment_cases')
    .values(row)
    .onConflict((conflict) => conflict.column('key').doNothing())
    .executeTakeFirst();
  return result.numInsertedOrUpdatedRows === 1n;
}

export async function findCase(tx: Tx, caseId: string): Promise<CaseRow | undefined> {
  return tx.q.selectFrom('payment_cases').selectAll().where('id', '=', caseId).executeTakeFirst();
}

/** Second lock: the payment of the case is locked before. */
export async function lockCase(tx: Tx, caseId: string): Promise<CaseRow> {
  return tx.q.selectFrom('payment_cases').selectAll().where('id', '=', caseId).forUpdate().executeTakeFirstOrThrow();
}

export async function closeCase(tx: Tx, caseId: string, resolution: string, at: Date): Promise<CaseRow> {
  return tx.q
    .updateTable('payment_cases')
    .set({ state: 'done', resolution, done_at: at })
    .where('id', '=', caseId)
    .returningAll()
    .executeTakeFirstOrThrow();
}

/** Cases about a refund end by themselves when the money has arrived after all. */
export async function closeCasesOfRefund(tx: Tx, refundId: string, resolution: string, at: Date): Promise<void> {
  await tx.q
    .updateTable('payment_cases')
    .set({ state: 'done', resolution, done_at: at })
    .where('refund_id', '=', refundId)
    .where('state', '=', 'open')
    .execute();
}

export type CaseFilter = {
  state?: string | undefined;
  kind?: string | undefined;
  q?: string | undefined;
  page: number;
  size: number;
};

/** Found by any number of the payment, or by what the case says. There are few cases: people have to end each. */
export async function listCases(reader: Reader, filter: CaseFilter): Promise<{ items: CaseRow[]; total: number }> {
  let query = reader.q.selectFrom('payment_cases');
  if (filter.state) query = query.where('state', '=', filter.state);
  if (filter.kind) query = query.where('kind', '=', filter.kind);
  if (filter.q) {
    const { q } = filter;
    query = query.where(sql<boolean>`(payment_id in ${numbered(q)} or strpos(detail, ${q}) > 0)`);
  }
  const [items, counted] = [
    await query
      .selectAll()
      .orderBy(sql`state = 'done'`)
      .orderBy('created_at', 'desc')
      .limit(filter.size)
      .offset((filter.page - 1) * filter.size)
      .execute(),
    await query.select((eb) => eb.fn.countAll<number>().as('total')).executeTakeFirst(),
  ];
  return { items, total: Number(counted?.total ?? 0) };
}

export async function countOpenCases(reader: Reader): Promise<number> {
  const row = await reader.q
    .selectFrom('payment_cases')
    .select((eb) => eb.fn.countAll<number>().as('total'))
    .where('state', '=', 'open')
    .executeTakeFirst();
  return Number(row?.total ?? 0);
}
