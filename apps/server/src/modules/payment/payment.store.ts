// All SQL of payments and attempts.
import { sql, type Selectable, type Updateable } from 'kysely';
import type { DB, Reader, Tx } from '../../platform/db.ts';
import { assert } from '../../platform/fail.ts';
import { statement } from '../../platform/statement.ts';
import type { AccountRef } from '../ledger/ledger.ts';
import {
  LIVE_ATTEMPTS,
  PAYMENT_MOVES,
  type AttemptState,
  type PayableKind,
  type PaymentState,
  type PrepayAnswer,
  type PrepayRequest,
} from './payment.rules.ts';

/** A share of a payment: the account it goes to, and what the shop itself adds to it (platform-funded points, coupons). */
export type Part = { account: AccountRef; amountFen: number; subsidyFen?: number };
export type PaymentRow = Omit<Selectable<DB['payments']>, 'state' | 'parts' | 'payable_kind'> & {
  state: PaymentState;
  payable_kind: PayableKind;
  parts: Part[];
};
export type AttemptRow = Omit<Selectable<DB['payment_attempts']>, 'state' | 'request' | 'answer' | 'channel'> & {
  state: AttemptState;
  channel: PrepayRequest['channel'];
  request: PrepayRequest;
  answer: PrepayAnswer | null;
};

const asPayment = (row: Selectable<DB['payments']> | undefined) => row as unknown as PaymentRow | undefined;
const asAttempt = (row: Selectable<DB['payment_attempts']> | undefined) => row as unknown as AttemptRow | undefined;

export type NewPayment = Pick<
  PaymentRow,
  | 'id'
  | 'payable_kind'
  | 'payable_id'
  | 'buyer_id'
  | 'amount_fen'
  | 'parts'
  | 'description'
  | 'state'
  | 'expires_at'
  | 'created_at'
  | 'paid_at'
>;

export function insertPayment(tx: Tx, payment: NewPayment): void {
  const { state, expires_at: expiresAt, created_at: createdAt, paid_at: paidAt } = payment;
  tx.write(
    statement`
      insert into payments (id, payable_kind, payable_id, buyer_id, amount_fen, parts, description, state, expires_at,
        created_at, paid_at)
      values (${payment.id}, ${payment.payable_kind}, ${payment.payable_id}, ${payment.buyer_id}, ${payment.amount_fen},
        ${JSON.stringify(payment.parts)}, ${payment.description}, ${state}, ${expiresAt}, ${createdAt}, ${paidAt})
    `,
  );
}

export async function find(reader: Reader, paymentId: string): Promise<PaymentRow | undefined> {
  return asPayment(await reader.q.selectFrom('payments').selectAll().where('id', '=', paymentId).executeTakeFirst());
}

export async function findMany(reader: Reader, paymentIds: readonly string[]): Promise<PaymentRow[]> {
  const rows = await reader.q
    .selectFrom('payments')
    .selectAll()
    .where('id', '=', sql<string>`any(${paymentIds}::uuid[])`)
    .execute();
  return rows as unknown as PaymentRow[];
}

/** Locks the payment: every change of it or of its attempts and refunds begins here. */
export async function lock(tx: Tx, paymentId: string): Promise<PaymentRow | undefined> {
  return asPayment(
    await tx.q.selectFrom('payments').selectAll().where('id', '=', paymentId).forUpdate().executeTakeFirst(),
  );
}

export async function move(
  tx: Tx,
  payment: PaymentRow,
  to: PaymentState,
  set: Updateable<DB['payments']> = {},
): Promise<void> {
  assert(PAYMENT_MOVES[payment.state].includes(to), `payment ${payment.id} cannot go from ${payment.state} to ${to}`);
  await tx.q
    .updateTable('payments')
    .set({ ...set, state: to })
    .where('id', '=', payment.id)
    .execute();
}

export async function touch(tx: Tx, paymentId: string, set: Updateable<DB['payments']>): Promise<void> {
  await tx.q.updateTable('payments').set(set).where('id', '=', paymentId).execute();
}

export async function attemptsOf(reader: Reader, paymentIds: readonly string[]): Promise<AttemptRow[]> {
  const rows = await reader.q
    .selectFrom('payment_attempts')
    .selectAll()
    .where('payment_id', '=', sql<string>`any(${paymentIds}::uuid[])`)
    .orderBy('created_at')
    .orderBy('id')
    .execute();
  return rows as unknown as AttemptRow[];
}

export async function liveAttempt(reader: Reader, paymentId: string): Promise<AttemptRow | undefined> {
  const row = await reader.q
    .selectFrom('payment_attempts')
    .selectAll()
    .where('payment_id', '=', paymentId)
    .where('state', 'in', [...LIVE_ATTEMPTS])
    .executeTakeFirst();
  return asAttempt(row);
}

export async function attemptByTradeNo(reader: Reader, outTradeNo: string): Promise<AttemptRow | undefined> {
  return asAttempt(
    await reader.q.selectFrom('payment_attempts').selectAll().where('out_trade_no', '=', outTradeNo).executeTakeFirst(),
  );
}

export async function attempt(reader: Reader, attemptId: string): Promise<AttemptRow | undefined> {
  return asAttempt(
    await reader.q.selectFrom('payment_attempts').selectAll().where('id', '=', attemptId).executeTakeFirst(),
  );
}

export async function acceptedAttempt(tx: Tx, paymentId: string): Promise<AttemptRow | undefined> {
  const row = await tx.q
    .selectFrom('payment_attempts')
    .selectAll()
    .where('payment_id', '=', paymentId)
    .where('is_accepted', '=', true)
    .executeTakeFirst();
  return asAttempt(row);
}

export type AcceptedRow = Pick<AttemptRow, 'payment_id' | 'out_trade_no' | 'request'> & {
  transaction_id: string;
  payable_kind: string;
  payable_id: string;
  description: string;
  paid_at: Date;
};

/** The attempts that paid for these payments, or the one with this number. */
export async function acceptedOf(
  reader: Reader,
  by: { paymentIds: readonly string[] } | { outTradeNo: string },
): Promise<AcceptedRow[]> {
  const accepted = reader.q
    .selectFrom('payment_attempts as a')
    .innerJoin('payments as p', 'p.id', 'a.payment_id')
    .select(['a.payment_id', 'a.transaction_id', 'a.out_trade_no', 'a.request'])
    .select(['p.payable_kind', 'p.payable_id', 'p.description', 'p.paid_at'])
    .where('a.is_accepted', '=', true);
  const rows =
    'outTradeNo' in by
      ? await accepted.where('a.out_trade_no', '=', by.outTradeNo).execute()
      : await accepted.where('a.payment_id', '=', sql<string>`any(${by.paymentIds}::uuid[])`).execute();
  return rows as unknown as AcceptedRow[];
}

export async function insertAttempt(
  tx: Tx,
  row: Pick<
    AttemptRow,
    'id' | 'payment_id' | 'channel' | 'out_trade_no' | 'amount_fen' | 'request' | 'created_at' | 'next_check_at'
  >,
): Promise<void> {
  await tx.q
    .insertInto('payment_attempts')
    .values({ ...row, request: JSON.stringify(row.request) })
    .execute();
}

/** Changes an attempt when it is still in one of `from`; answers whether it was. */
export async function moveAttempt(
  tx: Tx,
  attemptId: string,
  from: readonly AttemptState[],
  set: Updateable<DB['payment_attempts']>,
): Promise<boolean> {
  const result = await tx.q
    .updateTable('payment_attempts')
    .set(set)
    .where('id', '=', attemptId)
    .where('state', 'in', [...from])
    .executeTakeFirst();
  return result.numUpdatedRows === 1n;
}

export async function touchAttempt(tx: Tx, attemptId: string, set: Updateable<DB['payment_attempts']>): Promise<void> {
  await tx.q.updateTable('payment_attempts').set(set).where('id', '=', attemptId).execute();
}

type Moving = { payment_id: string; attempt_id: string | null; cash_fen: number; balance_fen: number };

/** Counts a refund among those under way, or not any more: by the cash of its attempt and the balance of its payment. */
export async function addRefunding(tx: Tx, refund: Moving, sign: 1 | -1): Promise<void> {
  if (refund.cash_fen > 0) {
    await tx.q
      .updateTable('payment_attempts')
      .set((eb) => ({ refunding_fen: eb('refunding_fen', '+', sign * refund.cash_fen) }))
      .where('id', '=', refund.attempt_id)
      .execute();
  }
  if (refund.balance_fen === 0) return;
  await tx.q
    .updateTable('payments')
    .set((eb) => ({ refunding_balance_fen: eb('refunding_balance_fen', '+', sign * refund.balance_fen) }))
    .where('id', '=', refund.payment_id)
    .execute();
}

export async function addRefunded(tx: Tx, refund: Moving): Promise<void> {
  if (refund.cash_fen > 0) {
    await tx.q
      .updateTable('payment_attempts')
      .set((eb) => ({ refunded_fen: eb('refunded_fen', '+', refund.cash_fen) }))
      .where('id', '=', refund.attempt_id)
      .execute();
  }
  if (refund.balance_fen === 0) return;
  await tx.q
    .updateTable('payments')
    .set((eb) => ({ refunded_balance_fen: eb('refunded_balance_fen', '+', refund.balance_fen) }))
    .where('id', '=', refund.payment_id)
    .execute();
}

/** Takes the right to ask WeChat about an attempt: false when somebody asked less than `everyMs` ago. */
export async function takeCheck(tx: Tx, attemptId: string, now: Date, everyMs: number): Promise<boolean> {
  const result = await tx.q
    .updateTable('payment_attempts')
    .set({ last_check_at: now })
    .where('id', '=', attemptId)
    .where((eb) =>
      eb.or([eb('last_check_at', 'is', null), eb('last_check_at', '<=', new Date(now.getTime() - everyMs))]),
    )
    .executeTakeFirst();
  return result.numUpdatedRows === 1n;
}

export async function expiredIds(reader: Reader, now: Date, limit: number): Promise<string[]> {
  const rows = await reader.q
    .selectFrom('payments')
    .select('id')
    .where('state', '=', 'open')
    .where('expires_at', '<=', now)
    .orderBy('expires_at')
    .limit(limit)
    .execute();
  return rows.map((row) => row.id);
}

export async function closingIds(reader: Reader, now: Date, limit: number): Promise<string[]> {
  const rows = await reader.q
    .selectFrom('payments')
    .select('id')
    .where('state', '=', 'closing')
    .where('next_check_at', '<=', now)
    .orderBy('next_check_at')
    .limit(limit)
    .execute();
  return rows.map((row) => row.id);
}

export async function dueAttempts(reader: Reader, now: Date, limit: number): Promise<AttemptRow[]> {
  const rows = await reader.q
    .selectFrom('payment_attempts')
    .selectAll()
    .where('state', 'in', [...LIVE_ATTEMPTS])
    .where('next_check_at', '<=', now)
    .orderBy('next_check_at')
    .limit(limit)
    .execute();
  return rows as unknown as AttemptRow[];
}

/** Payments that a number of WeChat's or ours names: transaction, attempt or refund. Each arm has its unique index. */
export const numbered = (no: string) => sql<string>`(
  select payment_id from payment_attempts where out_trade_no = ${no}
  union select payment_id from payment_attempts where transaction_id = ${no}
  union select payment_id from refunds where out_refund_no = ${no})`;

export async function payablesByNumber(reader: Reader, no: string): Promise<string[]> {
  const rows = await reader.q.selectFrom('payments').select('payable_id').where('id', 'in', numbered(no)).execute();
  return rows.map((row) => row.payable_id);
}

/** Totals of the back office are counted this far; a narrower filter goes further. */
const COUNT_MAX = 100_000;

export type PaymentFilter = {
  state?: PaymentState | undefined;
  from?: Date | undefined;
  before?: Date | undefined;
  /** What the word names: checkouts, recharges. */
  ids?: readonly string[] | undefined;
  tradeNo?: string | undefined;
  page: number;
  size: number;
};

export async function list(
  reader: Reader,
  filter: PaymentFilter,
): Promise<{ items: (PaymentRow & { refunded_cash_fen: number })[]; total: number }> {
  const { ids, tradeNo, state, from, before } = filter;
  const parts = [sql`true`];
  if (state) parts.push(sql`p.state = ${state}`);
  if (from) parts.push(sql`p.created_at >= ${from}`);
  if (before) parts.push(sql`p.created_at < ${before}`);
  if (ids || tradeNo) {
    parts.push(sql`p.id in (
      select id from payments where payable_kind in ('checkout', 'recharge') and payable_id = any(${ids ?? []}::uuid[])
      union select payment_id from ${numbered(tradeNo ?? '')} found)`);
  }
  const where = sql<boolean>`${sql.join(parts, sql` and `)}`;
  const rows = await reader.q
    .selectFrom('payments as p')
    .where(where)
    .selectAll('p')
    .select((eb) => [
      eb
        .selectFrom('payment_attempts as a')
        .select((sum) => sum.fn.coalesce(sum.fn.sum<number>('a.refunded_fen'), sql<number>`0`).as('refunded'))
        .whereRef('a.payment_id', '=', 'p.id')
        .as('refunded_cash_fen'),
    ])
    .orderBy('p.created_at', 'desc')
    .orderBy('p.id', 'desc')
    .limit(filter.size)
    .offset((filter.page - 1) * filter.size)
    .execute();
  const counted = await sql<{ total: number }>`
    select count(*)::int as total from (select from payments p where ${where} limit ${COUNT_MAX}) found
  `.execute(reader.q);
  const items = rows.map((row) => ({
    ...row,
    refunded_cash_fen: Number(row.refunded_cash_fen ?? 0),
  })) as unknown as (PaymentRow & { refunded_cash_fen: number })[];
  return { items, total: counted.rows[0]?.total ?? 0 };
}
