// All SQL of what staff see of the books: accounts, statements, daily sums.
import { sql, type RawBuilder } from 'kysely';
import type { Reader } from '../../platform/db.ts';
import type { DaySum } from './ledger.desk.rules.ts';

export type AccountRow = {
  id: string;
  type: string;
  unit: 'CNY' | 'PTS';
  side: 'debit' | 'credit';
  ownerKind: string;
  ownerId: string;
  balance: number;
  createdAt: Date;
};

const ACCOUNT = sql`
  a.id, a.type, a.unit, a.side, a.owner_kind as "ownerKind", a.owner_id as "ownerId", a.balance, a.created_at as "createdAt"`;

export type AccountFilter = {
  type?: string | undefined;
  ownerKind?: string | undefined;
  /** Owners or the account itself, when somebody looked for them. */
  ids?: readonly string[] | undefined;
  nonZeroOnly: boolean;
};

/** Nobody turns that many pages; counting further would read everything. */
const COUNTED_MAX = 10_000;

const matching = (filter: AccountFilter): RawBuilder<unknown> => sql`
  (${filter.type ?? null}::text is null or a.type collate "C" = ${filter.type ?? null})
  and (${filter.ownerKind ?? null}::text is null or a.owner_kind = ${filter.ownerKind ?? null})
  and (${filter.ids ?? null}::uuid[] is null or a.owner_id = any(${filter.ids ?? null}::uuid[]) or a.id = any(${filter.ids ?? null}::uuid[]))
  and (not ${filter.nonZeroOnly}::boolean or a.balance <> 0)`;

export async function accounts(
  reader: Reader,
  filter: AccountFilter,
  page: { offset: number; limit: number },
): Promise<AccountRow[]> {
  const { rows } = await sql<AccountRow>`
    select ${ACCOUNT} from ledger_balances a where ${matching(filter)}
    order by a.id desc offset ${page.offset} limit ${page.limit}
  `.execute(reader.q);
  return rows;
}

/** For files: what comes after the last account that was read. */
export async function accountsAfter(
  reader: Reader,
  filter: AccountFilter,
  last: string | undefined,
  limit: number,
): Promise<AccountRow[]> {
  const { rows } = await sql<AccountRow>`
    select ${ACCOUNT} from ledger_balances a
    where ${matching(filter)} and (${last ?? null}::uuid is null or a.id < ${last ?? null}::uuid)
    order by a.id desc limit ${limit}
  `.execute(reader.q);
  return rows;
}

export async function countAccounts(reader: Reader, filter: AccountFilter): Promise<number> {
  const { rows } = await sql<{ n: number }>`
    select count(*) as n from (select 1 from ledger_balances a where ${matching(filter)} limit ${COUNTED_MAX}) counted
  `.execute(reader.q);
  return rows[0]?.n ?? 0;
}

export async function account(reader: Reader, id: string): Promise<AccountRow | undefined> {
  const { rows } = await sql<AccountRow>`select ${ACCOUNT} from ledger_balances a where a.id = ${id}`.execute(reader.q);
  return rows[0];
}

export type Span = { from?: Date | undefined; before?: Date | undefined };
export type Sums = { debit: number; credit: number; count: number; later: number };

const within = ({ from, before }: Span): RawBuilder<unknown> => sql`
  (${from ?? null}::timestamptz is null or e.at >= ${from ?? null}) and (${before ?? null}::timestamptz is null or e.at < ${before ?? null})`;

/** What a span has seen, and what came after it. Reads the index alone. */
export async function sumsOf(reader: Reader, accountId: string, span: Span): Promise<Sums> {
  const { rows } = await sql<Sums>`
    select coalesce(sum(amount) filter (where ${within(span)} and amount > 0), 0)::bigint as debit,
      coalesce(-sum(amount) filter (where ${within(span)} and amount < 0), 0)::bigint as credit,
      count(*) filter (where ${within(span)}) as count,
      coalesce(sum(amount) filter (where not (${span.before ?? null}::timestamptz is null or e.at < ${span.before ?? null})), 0)::bigint as later
    from ledger_entries e
    where e.account_id = ${accountId} and (${span.from ?? null}::timestamptz is null or e.at >= ${span.from ?? null})
  `.execute(reader.q);
  return rows[0] ?? { debit: 0, credit: 0, count: 0, later: 0 };
}

export type StatementRow = {
  id: string;
  at: Date;
  label: string;
  refKind: string;
  refId: string;
  amount: number;
  /** Types of the accounts on the other sides. */
  against: string[];
};

const LINE = sql`
  p.id, s.at, p.label, p.ref_kind as "refKind", p.ref_id as "refId", s.amount,
  array(select a.type from ledger_entries o join ledger_accounts a on a.id = o.account_id
    where o.posting_id = p.id and o.account_id <> s.account_id order by abs(o.amount) desc, a.type limit 5) as against`;

/** A page, newest first, and the sum of what is newer than it within the span. */
export async function statement(
  reader: Reader,
  accountId: string,
  span: Span,
  page: { offset: number; limit: number },
): Promise<{ rows: StatementRow[]; newer: number }> {
  const skipped = sql<{ newer: number }>`
    select coalesce(sum(amount), 0)::bigint as newer from (
      select e.amount from ledger_entries e where e.account_id = ${accountId} and ${within(span)}
      order by e.at desc, e.posting_id desc limit ${page.offset}) before
  `.execute(reader.q);
  const shown = sql<StatementRow>`
    select ${LINE} from (
      select e.account_id, e.posting_id, e.at, e.amount from ledger_entries e
      where e.account_id = ${accountId} and ${within(span)}
      order by e.at desc, e.posting_id desc offset ${page.offset} limit ${page.limit}) s
    join ledger_postings p on p.id = s.posting_id order by s.at desc, s.posting_id desc
  `.execute(reader.q);
  const [{ rows }, before] = [await shown, await skipped];
  return { rows, newer: before.rows[0]?.newer ?? 0 };
}

/** For files: oldest first, what comes after the last entry that was read. */
export async function statementAfter(
  reader: Reader,
  accountId: string,
  span: Span,
  last: { at: Date; id: string } | undefined,
  limit: number,
): Promise<StatementRow[]> {
  // Compared as the database keeps them: a posting is made at a whole millisecond of our clock.
  const { rows } = await sql<StatementRow>`
    select ${LINE} from (
      select e.account_id, e.posting_id, e.at, e.amount from ledger_entries e
      where e.account_id = ${accountId} and ${within(span)}
        and (${last?.id ?? null}::uuid is null or (e.at, e.posting_id) > (${last?.at ?? null}::timestamptz, ${last?.id ?? null}::uuid))
      order by e.at, e.posting_id limit ${limit}) s
    join ledger_postings p on p.id = s.posting_id order by s.at, s.posting_id
  `.execute(reader.q);
  return rows;
}

export type PostingRow = {
  id: string;
  key: string;
  label: string;
  at: Date;
  refKind: string;
  refId: string;
  position: number | null;
  seal: string | null;
};

export async function posting(reader: Reader, id: string): Promise<PostingRow | undefined> {
  const { rows } = await sql<PostingRow>`
    select p.id, p.key, p.label, p.at, p.ref_kind as "refKind", p.ref_id as "refId", s.position, encode(s.hash, 'hex') as seal
    from ledger_postings p left join ledger_seals s on s.posting_id = p.id where p.id = ${id}
  `.execute(reader.q);
  return rows[0];
}

export async function entriesOfPosting(reader: Reader, id: string): Promise<(AccountRow & { amount: number })[]> {
  const { rows } = await sql<AccountRow & { amount: number }>`
    select ${ACCOUNT}, e.amount from ledger_entries e join ledger_balances a on a.id = e.account_id
    where e.posting_id = ${id} order by e.amount desc, a.id
  `.execute(reader.q);
  return rows;
}

/** Sums by day, kind of account and what happened: those that were sealed, and those that wait for their seal. */
const ALL_DAYS = sql`
  select day, type, label, debit, credit, entries from ledger_days
  union all
  select (p.at at time zone 'Asia/Shanghai')::date, a.type, p.label, greatest(e.amount, 0), greatest(-e.amount, 0), 1
  from ledger_postings p join ledger_entries e on e.posting_id = p.id join ledger_accounts a on a.id = e.account_id
  where p.xact >= (select low_xact from ledger_chain) and not exists (select 1 from ledger_seals s where s.posting_id = p.id)`;

export async function days(reader: Reader, from: string, to: string): Promise<DaySum[]> {
  const { rows } = await sql<DaySum>`
    select day::text, type, label, sum(debit)::bigint as debit, sum(credit)::bigint as credit, sum(entries)::bigint as entries
    from (${ALL_DAYS}) every where day between ${from}::date and ${to}::date
    group by every.day, type, label order by every.day, type, label
  `.execute(reader.q);
  return rows;
}

/** What all accounts of a kind hold together now: debit above zero. */
export async function totals(reader: Reader): Promise<{ type: string; balance: number }[]> {
  const { rows } = await sql<{ type: string; balance: number }>`
    select type, (sum(debit) - sum(credit))::bigint as balance from (${ALL_DAYS}) every group by type order by type
  `.execute(reader.q);
  return rows;
}
