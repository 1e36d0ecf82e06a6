// The comparison itself, as operations on whole sets: the staged lines of one day against what payment and ledger publish.
import { sql } from 'kysely';
import type { ReconcileFiguresView } from '@jishi/contract';
import type { Reader, Tx } from '../../platform/db.ts';
import type { Found, Verdict } from './reconcile.rules.ts';

export type Span = { from: Date; before: Date };
export type Asked = { number: string; verdict: Verdict };

/** A day of a million lines takes longer than a request may. */
const MATCH_SECONDS_MAX = 600;

export async function mayTakeLong(tx: Tx): Promise<void> {
  // Sets of this size are joined in memory, or each of them goes over the disk.
  await sql`
    select set_config('statement_timeout', ${String(MATCH_SECONDS_MAX * 1000)}, true), set_config('work_mem', '64MB', true)
  `.execute(tx.q);
}

const unlisted = (span: Span) => sql`
  select m.out_trade_no as number, m.transaction_id, m.payment_id, m.paid_fen as fen, b.amount as booked
  from payment_money_in m left join ledger_clearing b on b.posting_key = m.posting_key
  where m.transaction_id is not null and m.paid_at >= ${span.from} and m.paid_at < ${span.before}
    and not exists (select 1 from reconcile_trade_lines t where t.kind = 'payment' and t.out_trade_no = m.out_trade_no)`;

const unlistedRefunds = (span: Span) => sql`
  select r.out_refund_no as number, r.transaction_id, r.payment_id, r.amount_fen as fen, r.state, b.amount as booked
  from payment_money_out r left join ledger_clearing b on b.posting_key = r.posting_key
  where r.state in ('submitted', 'succeeded', 'abnormal') and r.sent_at >= ${span.from} and r.sent_at < ${span.before}
    and not exists (select 1 from reconcile_trade_lines t where t.kind = 'refund' and t.out_refund_no = r.out_refund_no)`;

/** Numbers of ours that the bill does not have; WeChat is asked about them before anybody is troubled. */
export async function numbersToAsk(
  reader: Reader,
  span: Span,
  limit: number,
): Promise<{ payments: string[]; refunds: string[] }> {
  const payments = await sql<{ number: string }>`
    select number from (${unlisted(span)}) ours order by number limit ${limit}`.execute(reader.q);
  const refunds = await sql<{ number: string }>`
    select number from (${unlistedRefunds(span)}) ours order by number limit ${limit}`.execute(reader.q);
  return {
    payments: payments.rows.map((row) => row.number),
    refunds: refunds.rows.map((row) => row.number),
  };
}

const COLUMNS = sql`
  insert into reconcile_found (key, kind, number, transaction_id, payment_id, wechat_fen, ours_fen, ledger_fen, book_fen, note)
  select kind || ':' || number || ':' || coalesce(wechat::text, '-') || ':' || coalesce(ours::text, '-'),
    kind, number, transaction_id, payment_id, wechat, ours, ledger, book, note from`;

/** Finds every difference of the day and answers how many there are of each kind. */
export async function compare(tx: Tx, span: Span, asked: readonly Asked[]): Promise<Record<string, number>> {
  await sql`delete from reconcile_found`.execute(tx.q);
  await payments(tx);
  await refunds(tx);
  await missingThere(tx, span, asked);
  await fundAgainstTrade(tx);
  await unknownFunds(tx);
  const { rows } = await sql<{ kind: string; count: number }>`
    select kind, count(*)::int as count from reconcile_found group by kind order by kind`.execute(tx.q);
  return Object.fromEntries(rows.map((row) => [row.kind, row.count]));
}

async function payments(tx: Tx): Promise<void> {
  await sql`
    ${COLUMNS} (
      select k.kind, d.number, d.transaction_id, d.payment_id, d.fen as wechat, d.paid_fen as ours, d.booked as ledger, k.book,
        d.times::text as note
      from (
        select l.number, l.transaction_id, l.fen, l.times, m.payment_id, m.transaction_id as our_transaction, m.paid_fen,
          o.case_id, b.amount as booked
        from (
          select out_trade_no as number, transaction_id, max(order_fen) as fen, count(*) as times
          from reconcile_trade_lines where kind = 'payment' group by 1, 2
        ) l
        left join payment_money_in m on m.out_trade_no = l.number
        left join payment_orphans o on o.transaction_id = l.transaction_id
        left join ledger_clearing b
          on b.posting_key = coalesce(case when m.transaction_id = l.transaction_id then m.posting_key end, o.posting_key)
        where l.times > 1 or b.amount is null or b.amount <> l.fen or (o.case_id is null and m.paid_fen is distinct from l.fen)
          or (o.case_id is null and m.transaction_id is distinct from l.transaction_id)
      ) d
      cross join lateral (values
        ('listed_twice', d.times > 1, 0),
        ('missing_here', d.our_transaction is distinct from d.transaction_id and d.case_id is null, 0),
        ('amount_differs', d.our_transaction = d.transaction_id and d.paid_fen <> d.fen, d.fen - d.paid_fen),
        ('ledger_differs', coalesce(d.our_transaction = d.transaction_id and d.paid_fen = d.fen, false) or d.case_id is not null,
          d.fen - coalesce(d.booked, 0))
      ) as k (kind, is_so, book)
      where k.is_so and (k.kind <> 'ledger_differs' or k.book <> 0)
    ) found`.execute(tx.q);
}

async function refunds(tx: Tx): Promise<void> {
  await sql`
    ${COLUMNS} (
      select k.kind, d.number, d.transaction_id, d.payment_id, d.fen as wechat, d.amount_fen as ours, d.booked as ledger, k.book,
        case when k.kind = 'refund_state' then '微信 ' || d.status || '，本店 ' || d.state else d.times::text end as note
      from (
        select l.*, r.refund_id as ours, r.payment_id, r.amount_fen, r.state, b.amount as booked
        from (
          select out_refund_no as number, transaction_id, max(refund_fen) as fen, max(refund_status) as status, count(*) as times
          from reconcile_trade_lines where kind = 'refund' and out_refund_no is not null group by 1, 2
        ) l
        left join payment_money_out r on r.out_refund_no = l.number
        left join ledger_clearing b on b.posting_key = r.posting_key
      ) d
      cross join lateral (values
        ('listed_twice', d.times > 1, 0),
        ('refund_unknown', d.ours is null and d.status <> 'FAIL' and not exists (
          select 1 from payment_sent_home h join ledger_clearing c on c.posting_key = h.posting_key
          where h.transaction_id = d.transaction_id and c.amount = 0 - d.fen), 0 - d.fen),
        ('refund_differs', d.amount_fen <> d.fen, d.amount_fen - d.fen),
        ('refund_state', d.amount_fen = d.fen and not (
          (d.status = 'SUCCESS' and d.state = 'succeeded')
          or (d.status = 'PROCESSING' and d.state in ('submitted', 'succeeded', 'abnormal', 'closed'))
          or (d.status = 'FAIL' and d.state = 'closed')
          or (d.status = 'CHANGE' and d.state in ('abnormal', 'succeeded', 'closed'))), 0),
        ('ledger_differs', d.amount_fen = d.fen and d.status = 'SUCCESS' and d.state = 'succeeded'
          and coalesce(d.booked, 0) <> 0 - d.fen, 0 - d.fen - coalesce(d.booked, 0))
      ) as k (kind, is_so, book)
      where k.is_so
    ) found`.execute(tx.q);
}

/** Ours only. What belongs to the day before or after by WeChat's own time is no difference. */
async function missingThere(tx: Tx, span: Span, asked: readonly Asked[]): Promise<void> {
  const said = sql`unnest(
    ${asked.map((one) => one.number)}::text[], ${asked.map((one) => one.verdict)}::text[]) as said (number, verdict)`;
  await sql`
    ${COLUMNS} (
      select 'missing_there' as kind, o.number, o.transaction_id, o.payment_id, null::bigint as wechat, o.fen as ours,
        o.booked as ledger, case when said.verdict in ('unpaid', 'absent') then 0 - coalesce(o.booked, 0) else 0 end as book,
        said.verdict as note
      from (${unlisted(span)}) o left join ${said} on said.number = o.number
      where said.verdict is distinct from 'other_day'
      union all
      select 'refund_missing', o.number, o.transaction_id, o.payment_id, null, o.fen, o.booked,
        case when said.verdict = 'absent' and o.state = 'succeeded' then 0 - coalesce(o.booked, 0) else 0 end, said.verdict
      from (${unlistedRefunds(span)}) o left join ${said} on said.number = o.number
      where said.verdict is distinct from 'other_day'
    ) found`.execute(tx.q);
}

/** What left and entered the account for each trade, and what was kept: the two bills must tell one story. */
async function fundAgainstTrade(tx: Tx): Promise<void> {
  await sql`
    ${COLUMNS} (
      select case when f.business_no is null or f.net + f.fee <> t.gross then 'fund_differs' else 'fee_differs' end as kind,
        t.number, t.transaction_id, p.payment_id,
        case when f.net + f.fee = t.gross then f.fee else coalesce(f.net + f.fee, 0) end as wechat,
        case when f.net + f.fee = t.gross then t.fee_fen else t.gross end as ours, null::bigint as ledger,
        case when f.net + f.fee <> t.gross then f.net + f.fee - t.gross else 0 end as book, null::text as note
      from (
        select kind, case kind when 'payment' then transaction_id else refund_id end as business_no, transaction_id,
          case kind when 'payment' then out_trade_no else out_refund_no end as number, out_trade_no,
          max(order_fen) - max(refund_fen) as gross, max(fee_fen) as fee_fen
        from reconcile_trade_lines where kind in ('payment', 'refund') group by 1, 2, 3, 4, 5
      ) t
      left join (
        select f.business_no, sum(f.amount_fen)::bigint as net, sum(coalesce(f.fee_fen, 0 - r.refund_fen - f.amount_fen, 0))::bigint as fee
        from reconcile_fund_lines f
        left join (select distinct refund_id, refund_fen from reconcile_trade_lines where kind = 'refund') r
          on f.fee_fen is null and r.refund_id = f.business_no
        where f.class in ('payment', 'fee', 'refund') group by 1
      ) f on f.business_no = t.business_no
      left join payment_money_in p on p.out_trade_no = t.out_trade_no
      where f.business_no is null or f.net <> t.gross - t.fee_fen or f.net + f.fee <> t.gross
    ) found`.execute(tx.q);
}

/** Each class by itself, so that every question is one join of whole sets and none is asked line by line. */
async function unknownFunds(tx: Tx): Promise<void> {
  await sql`
    ${COLUMNS} (
      select 'fund_unknown' as kind, f.flow_no as number, null::text as transaction_id, null::uuid as payment_id,
        f.amount_fen as wechat, null::bigint as ours, null::bigint as ledger, f.amount_fen as book, f.type as note
      from (
        select f.flow_no, f.amount_fen, f.type from reconcile_fund_lines f
        where f.class in ('payment', 'fee')
          and not exists (select 1 from reconcile_trade_lines t where t.transaction_id = f.business_no)
          and not exists (select 1 from payment_money_in m where m.transaction_id = f.business_no)
          and not exists (select 1 from payment_orphans o where o.transaction_id = f.business_no)
        union all
        select f.flow_no, f.amount_fen, f.type from reconcile_fund_lines f
        where f.class in ('refund', 'refund_back')
          and not exists (select 1 from reconcile_trade_lines t where t.refund_id = f.business_no)
          and not exists (select 1 from payment_money_out r where r.out_refund_no = f.voucher_no)
        union all
        select f.flow_no, f.amount_fen, f.type from reconcile_fund_lines f
        where f.class = 'transfer' and not exists (
          select 1 from payout_money_out w where w.out_bill_no = f.voucher_no and w.amount_fen = abs(f.amount_fen))
        union all
        select f.flow_no, f.amount_fen, f.type from reconcile_fund_lines f where f.class = 'other'
      ) f
    ) found`.execute(tx.q);
}

/** The differences in the order in which people should look at them, as many as become cases. */
export async function foundOnes(tx: Tx, limit: number): Promise<Found[]> {
  const { rows } = await sql<Found>`
    select key, kind, number, transaction_id as "transactionId", payment_id as "paymentId", wechat_fen as "wechatFen",
      ours_fen as "oursFen", ledger_fen as "ledgerFen", book_fen as "bookFen", note
    from reconcile_found order by kind, number limit ${limit}`.execute(tx.q);
  return rows;
}

export type Sums = Pick<ReconcileFiguresView, 'wechat' | 'ours' | 'ledger' | 'feeFen' | 'payoutFen'>;

/** What each side says of the day. */
export async function sums(tx: Tx, span: Span): Promise<Sums> {
  const { rows } = await sql<Record<string, number>>`
    select * from (
      select count(*) filter (where kind = 'payment')::int as wechat_payments, coalesce(sum(order_fen), 0)::bigint as wechat_paid,
        count(*) filter (where kind = 'refund')::int as wechat_refunds, coalesce(sum(refund_fen), 0)::bigint as wechat_refunded
      from reconcile_trade_lines
    ) wechat cross join (
      select count(*)::int as our_payments, coalesce(sum(m.paid_fen), 0)::bigint as our_paid,
        count(b.amount)::int as booked_payments, coalesce(sum(b.amount), 0)::bigint as booked_paid
      from payment_money_in m left join ledger_clearing b on b.posting_key = m.posting_key
      where m.transaction_id is not null and m.paid_at >= ${span.from} and m.paid_at < ${span.before}
    ) paid cross join (
      select count(*)::int as our_refunds, coalesce(sum(r.amount_fen), 0)::bigint as our_refunded,
        count(b.amount)::int as booked_refunds, (0 - coalesce(sum(b.amount), 0))::bigint as booked_refunded
      from payment_money_out r left join ledger_clearing b on b.posting_key = r.posting_key
      where r.state in ('submitted', 'succeeded', 'abnormal') and r.sent_at >= ${span.from} and r.sent_at < ${span.before}
    ) refunded cross join (
      select coalesce(sum(coalesce(f.fee_fen, 0 - r.refund_fen - f.amount_fen, 0)), 0)::bigint as fee,
        (0 - coalesce(sum(f.amount_fen) filter (where f.class in ('payout', 'topup')), 0))::bigint as payout
      from reconcile_fund_lines f
      left join (select distinct refund_id, refund_fen from reconcile_trade_lines where kind = 'refund') r
        on f.fee_fen is null and r.refund_id = f.business_no
    ) kept`.execute(tx.q);
  const of = (name: string) => Number(rows[0]?.[name] ?? 0);
  const side = (counts: string, fen: string) => ({
    payments: of(`${counts}_payments`),
    paidFen: of(`${fen}_paid`),
    refunds: of(`${counts}_refunds`),
    refundedFen: of(`${fen}_refunded`),
  });
  return {
    wechat: side('wechat', 'wechat'),
    ours: side('our', 'our'),
    ledger: side('booked', 'booked'),
    feeFen: of('fee'),
    payoutFen: of('payout'),
  };
}
