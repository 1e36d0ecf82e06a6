// All SQL of the ledger's tables. Rows are only ever added; balances follow by the trigger in the migration.
import { sql } from 'kysely';
import { newId } from '../../platform/ids.ts';
import type { Reader, Tx } from '../../platform/db.ts';
import { ACCOUNTS, type AccountRef, type SignedLine } from './ledger.rules.ts';

/** Makes the accounts that a posting needs and that are not there yet. */
export async function openAccounts(tx: Tx, lines: readonly SignedLine[], at: Date): Promise<void> {
  await sql`
    insert into ledger_accounts (id, type, owner_kind, owner_id, unit, side, may_overdraw, created_at)
    select w.id, w.type, w.owner_kind, w.owner_id, w.unit, w.side, w.may_overdraw, ${at}
    from unnest(
      ${lines.map(() => newId<'account'>())}::uuid[], ${lines.map((line) => line.type)}::text[],
      ${lines.map((line) => line.ownerKind)}::text[], ${lines.map((line) => line.ownerId)}::uuid[],
      ${lines.map((line) => line.unit)}::text[], ${lines.map((line) => ACCOUNTS[line.type].side)}::text[],
      ${lines.map((line) => ACCOUNTS[line.type].mayOverdraw)}::boolean[]
    ) as w (id, type, owner_kind, owner_id, unit, side, may_overdraw)
    where not exists (
      select 1 from ledger_accounts a
      where a.type = w.type and a.owner_kind = w.owner_kind and a.owner_id = w.owner_id and a.unit = w.unit
    )
    order by w.type, w.owner_id
    on conflict do nothing
  `.execute(tx.q);
}

export type NewPosting = { key: string; label: string; refKind: string; refId: string; at: Date };

/** Writes a posting with all its entries in one statement; answers how many entries were written, 0 for a known key. */
export async function insertPosting(tx: Tx, posting: NewPosting, lines: readonly SignedLine[]): Promise<number> {
  const result = await sql`
    with posting as (
      insert into ledger_postings (id, key, label, ref_kind, ref_id, at)
      values (${newId<'posting'>()}, ${posting.key}, ${posting.label}, ${posting.refKind}, ${posting.refId}, ${posting.at})
      on conflict (key) do nothing
      returning id
    )
    insert into ledger_entries (posting_id, account_id, unit, amount)
    select posting.id, a.id, w.unit, w.amount
    from posting
    cross join unnest(
      ${lines.map((line) => line.type)}::text[], ${lines.map((line) => line.ownerKind)}::text[],
      ${lines.map((line) => line.ownerId)}::uuid[], ${lines.map((line) => line.unit)}::text[],
      ${lines.map((line) => line.amount)}::bigint[]
    ) as w (type, owner_kind, owner_id, unit, amount)
    join ledger_accounts a
      on a.type = w.type and a.owner_kind = w.owner_kind and a.owner_id = w.owner_id and a.unit = w.unit
  `.execute(tx.q);
  return Number(result.numAffectedRows ?? 0n);
}

/** The signed balance of an account: positive is debit. Zero when nothing was ever posted. */
export async function balanceOf(reader: Reader, account: AccountRef): Promise<number> {
  const row = await reader.q
    .selectFrom('ledger_accounts')
    .select('balance')
    .where('type', '=', account.type)
    .where('owner_kind', '=', account.ownerKind)
    .where('owner_id', '=', account.ownerId)
    .where('unit', '=', ACCOUNTS[account.type].unit)
    .executeTakeFirst();
  return row?.balance ?? 0;
}

export type EntryRow = { id: string; at: Date; label: string; type: string; amount: number };

/** Entries of every posting that names one of `refIds`, oldest first. */
export async function entriesOf(reader: Reader, refIds: readonly string[]): Promise<EntryRow[]> {
  return reader.q
    .selectFrom('ledger_postings as p')
    .innerJoin('ledger_entries as e', 'e.posting_id', 'p.id')
    .innerJoin('ledger_accounts as a', 'a.id', 'e.account_id')
    .select(['p.id', 'p.at', 'p.label', 'a.type', 'e.amount'])
    .where('p.ref_id', '=', sql<string>`any(${refIds}::uuid[])`)
    .orderBy('p.at')
    .orderBy('p.id')
    .orderBy('e.amount', 'desc')
    .limit(2000)
    .execute();
}

export type Faults = { unbalancedUnits: number; crookedPostings: number; driftedAccounts: number };

/** Reads the whole ledger: for the doctor and the nightly check, never for a request. */
export async function faults(reader: Reader): Promise<Faults> {
  const { rows } = await sql<Faults>`
    select
      (select count(*) from (select unit from ledger_accounts group by unit having sum(balance) <> 0) x) as "unbalancedUnits",
      (select count(*) from (
        select posting_id from ledger_entries group by posting_id, unit having sum(amount) <> 0) x) as "crookedPostings",
      (select count(*) from ledger_accounts a
        left join (select account_id, sum(amount) as total from ledger_entries group by account_id) e on e.account_id = a.id
        where a.balance <> coalesce(e.total, 0)) as "driftedAccounts"
  `.execute(reader.q);
  const row = rows[0];
  return {
    unbalancedUnits: Number(row?.unbalancedUnits ?? 0),
    crookedPostings: Number(row?.crookedPostings ?? 0),
    driftedAccounts: Number(row?.driftedAccounts ?? 0),
  };
}
