// All SQL of days, runs, bills and cases.
import { sql, type Selectable, type Updateable } from 'kysely';
import type { ReconcileFiguresView } from '@jishi/contract';
import type { DB, Reader, Tx } from '../../platform/db.ts';
import type { CaseKind, CaseState, Repair } from './reconcile.rules.ts';

export type DayRow = Omit<Selectable<DB['reconcile_days']>, 'figures'> & { figures: ReconcileFiguresView | null };
export type RunRow = Selectable<DB['reconcile_runs']>;
export type BillRow = Selectable<DB['reconcile_bills']>;
export type CaseRow = Omit<Selectable<DB['reconcile_cases']>, 'kind' | 'state' | 'repair'> & {
  kind: CaseKind;
  state: CaseState;
  repair: Repair;
};

const asDay = (row: Selectable<DB['reconcile_days']> | undefined) => row as unknown as DayRow | undefined;

/** When the first payment was opened: before it there is nothing to compare. */
export async function firstAskedAt(reader: Reader): Promise<Date | null> {
  const { rows } = await sql<{ at: Date | null }>`select at from payment_beginning`.execute(reader.q);
  return rows[0]?.at ?? null;
}

/** Opens the days of a span that are not there yet; they are due at once. */
export async function openDays(reader: Reader, from: string, to: string, now: Date): Promise<void> {
  await sql`
    insert into reconcile_days (day, next_try_at, created_at)
    select d::date, ${now}, ${now} from generate_series(${from}::date, ${to}::date, interval '1 day') d
    on conflict do nothing`.execute(reader.q);
}

export async function dueDays(reader: Reader, now: Date, limit: number): Promise<string[]> {
  const rows = await reader.q
    .selectFrom('reconcile_days')
    .select('day')
    .where('next_try_at', '<=', now)
    .orderBy('day')
    .limit(limit)
    .execute();
  return rows.map((row) => row.day);
}

export async function findDay(reader: Reader, day: string): Promise<DayRow | undefined> {
  return asDay(await reader.q.selectFrom('reconcile_days').selectAll().where('day', '=', day).executeTakeFirst());
}

export async function lockDay(tx: Tx, day: string): Promise<DayRow | undefined> {
  return asDay(
    await tx.q.selectFrom('reconcile_days').selectAll().where('day', '=', day).forUpdate().executeTakeFirst(),
  );
}

export async function touchDay(
  tx: Tx,
  day: string,
  set: Omit<Updateable<DB['reconcile_days']>, 'figures'> & { figures?: ReconcileFiguresView },
): Promise<void> {
  const { figures, ...rest } = set;
  await tx.q
    .updateTable('reconcile_days')
    .set({ ...rest, ...(figures === undefined ? {} : { figures: JSON.stringify(figures) }) })
    .where('day', '=', day)
    .execute();
}

export async function listDays(
  reader: Reader,
  filter: { state?: string | undefined; page: number; size: number },
): Promise<{ items: DayRow[]; total: number }> {
  let query = reader.q.selectFrom('reconcile_days');
  if (filter.state) query = query.where('state', '=', filter.state);
  const items = await query
    .selectAll()
    .orderBy('day', 'desc')
    .limit(filter.size)
    .offset((filter.page - 1) * filter.size)
    .execute();
  const counted = await query.select((eb) => eb.fn.countAll<number>().as('total')).executeTakeFirst();
  return { items: items as unknown as DayRow[], total: Number(counted?.total ?? 0) };
}

export async function insertRun(tx: Tx, run: Pick<RunRow, 'id' | 'day' | 'by_name' | 'started_at'>): Promise<void> {
  await tx.q.insertInto('reconcile_runs').values(run).execute();
}

export async function endRun(tx: Tx, runId: string, set: Updateable<DB['reconcile_runs']>): Promise<void> {
  await tx.q.updateTable('reconcile_runs').set(set).where('id', '=', runId).execute();
}

/** A run that a crash cut off says so when the next one begins. */
export async function endLostRuns(tx: Tx, now: Date): Promise<void> {
  await tx.q
    .updateTable('reconcile_runs')
    .set({ state: 'failed', why: '核对被中断', finished_at: now })
    .where('state', '=', 'running')
    .execute();
}

export async function runsOf(reader: Reader, day: string, limit: number): Promise<RunRow[]> {
  return reader.q
    .selectFrom('reconcile_runs')
    .selectAll()
    .where('day', '=', day)
    .orderBy('started_at', 'desc')
    .orderBy('id', 'desc')
    .limit(limit)
    .execute();
}

/** Keeps a bill's row once per content and answers its id. */
export async function keepBill(tx: Tx, bill: BillRow): Promise<string> {
  const row = await tx.q
    .insertInto('reconcile_bills')
    .values(bill)
    .onConflict((conflict) => conflict.columns(['day', 'kind', 'sha1']).doUpdateSet({ bytes: bill.bytes }))
    .returning('id')
    .executeTakeFirstOrThrow();
  return row.id;
}

/** The bills of the last run that had them, else the newest. */
export async function billsOf(reader: Reader, day: string): Promise<BillRow[]> {
  const { rows } = await sql<BillRow>`
    select distinct on (kind) * from reconcile_bills where day = ${day} order by kind desc, downloaded_at desc, id desc
  `.execute(reader.q);
  return rows;
}

export type NewCase = Pick<
  CaseRow,
  | 'id'
  | 'day'
  | 'kind'
  | 'key'
  | 'number'
  | 'transaction_id'
  | 'payment_id'
  | 'wechat_fen'
  | 'ours_fen'
  | 'ledger_fen'
  | 'repair'
  | 'book_fen'
  | 'detail'
  | 'created_at'
>;

/** A difference that is a case already stays what it is; one that had vanished and is back is open again. */
export async function openCases(tx: Tx, cases: readonly NewCase[]): Promise<number> {
  if (cases.length === 0) return 0;
  const { rows } = await sql<{ id: string }>`
    insert into reconcile_cases (id, day, kind, key, number, transaction_id, payment_id, wechat_fen, ours_fen, ledger_fen,
      repair, book_fen, detail, created_at)
    select id, day, kind, key, number, transaction_id, payment_id, wechat_fen, ours_fen, ledger_fen, repair, book_fen, detail,
      created_at
    from jsonb_populate_recordset(null::reconcile_cases, ${JSON.stringify(cases)}::jsonb)
    on conflict (day, key) do update
      set state = 'open', resolution = null, done_by = null, done_at = null, detail = excluded.detail,
        repair = excluded.repair, book_fen = excluded.book_fen
      where reconcile_cases.state = 'settled'
    returning id`.execute(tx.q);
  return rows.length;
}

/** Open differences that are no longer found end by themselves. */
export async function settleVanished(tx: Tx, day: string, now: Date): Promise<number> {
  const { rows } = await sql<{ id: string }>`
    update reconcile_cases set state = 'settled', resolution = '再次核对时已一致', done_at = ${now}, done_by = '系统'
    where day = ${day} and state = 'open' and not exists (select 1 from reconcile_found f where f.key = reconcile_cases.key)
    returning id`.execute(tx.q);
  return rows.length;
}

export async function countCases(tx: Tx, day: string): Promise<{ open: number; all: number }> {
  const { rows } = await sql<{ open: number; all: number }>`
    select count(*) filter (where state = 'open')::int as open, count(*)::int as all from reconcile_cases where day = ${day}
  `.execute(tx.q);
  return rows[0] ?? { open: 0, all: 0 };
}

export async function findCase(reader: Reader, caseId: string): Promise<CaseRow | undefined> {
  const row = await reader.q.selectFrom('reconcile_cases').selectAll().where('id', '=', caseId).executeTakeFirst();
  return row as unknown as CaseRow | undefined;
}

/** Second lock: the day of the case is locked before. */
export async function lockCase(tx: Tx, caseId: string): Promise<CaseRow> {
  const row = await tx.q
    .selectFrom('reconcile_cases')
    .selectAll()
    .where('id', '=', caseId)
    .forUpdate()
    .executeTakeFirstOrThrow();
  return row as unknown as CaseRow;
}

export async function endCase(
  tx: Tx,
  caseId: string,
  set: { state: CaseState; resolution: string; done_by: string; done_at: Date },
): Promise<CaseRow> {
  const row = await tx.q
    .updateTable('reconcile_cases')
    .set(set)
    .where('id', '=', caseId)
    .returningAll()
    .executeTakeFirstOrThrow();
  return row as unknown as CaseRow;
}

export type CaseFilter = {
  day?: string | undefined;
  state?: string | undefined;
  kind?: string | undefined;
  q?: string | undefined;
  page: number;
  size: number;
};

export async function listCases(reader: Reader, filter: CaseFilter): Promise<{ items: CaseRow[]; total: number }> {
  let query = reader.q.selectFrom('reconcile_cases');
  if (filter.day) query = query.where('day', '=', filter.day);
  if (filter.state) query = query.where('state', '=', filter.state);
  if (filter.kind) query = query.where('kind', '=', filter.kind);
  if (filter.q) {
    const { q } = filter;
    query = query.where(sql<boolean>`(number = ${q} or transaction_id = ${q} or strpos(detail, ${q}) > 0)`);
  }
  const items = await query
    .selectAll()
    .orderBy(sql`state <> 'open'`)
    .orderBy('created_at', 'desc')
    .orderBy('id', 'desc')
    .limit(filter.size)
    .offset((filter.page - 1) * filter.size)
    .execute();
  const counted = await query.select((eb) => eb.fn.countAll<number>().as('total')).executeTakeFirst();
  return { items: items as unknown as CaseRow[], total: Number(counted?.total ?? 0) };
}

export async function openCaseCount(reader: Reader): Promise<number> {
  const row = await reader.q
    .selectFrom('reconcile_cases')
    .select((eb) => eb.fn.countAll<number>().as('total'))
    .where('state', '=', 'open')
    .executeTakeFirst();
  return Number(row?.total ?? 0);
}

/** Days that nobody has managed to compare, and how many. */
export async function stuckDays(reader: Reader): Promise<string[]> {
  const rows = await reader.q
    .selectFrom('reconcile_days')
    .select('day')
    .where('state', '=', 'failed')
    .orderBy('day')
    .limit(100)
    .execute();
  return rows.map((row) => row.day);
}

/** What has been booked of a kind from the bills of a day so far. */
export async function booked(tx: Tx, day: string, kind: 'fee' | 'payout'): Promise<{ fen: number; times: number }> {
  const { rows } = await sql<{ fen: number; times: number }>`
    select coalesce(sum(amount_fen), 0)::bigint as fen, count(*)::int as times
    from reconcile_bookings where day = ${day} and kind = ${kind}`.execute(tx.q);
  return rows[0] ?? { fen: 0, times: 0 };
}

export async function noteBooking(
  tx: Tx,
  row: Pick<Selectable<DB['reconcile_bookings']>, 'key' | 'day' | 'kind' | 'amount_fen' | 'booked_at'>,
): Promise<void> {
  await tx.q.insertInto('reconcile_bookings').values(row).execute();
}

/** The money of a transaction that was kept for going home, if it is still there. */
export async function orphanOf(reader: Reader, transactionId: string): Promise<string | null> {
  const { rows } = await sql<{ case_id: string }>`
    select case_id from payment_orphans where transaction_id = ${transactionId}`.execute(reader.q);
  return rows[0]?.case_id ?? null;
}
