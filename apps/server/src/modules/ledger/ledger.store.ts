// All SQL of the ledger's tables. Rows are only ever added; balances follow by the trigger in the migration.
import { sql } from 'kysely';
import { newId } from '../../platform/ids.ts';
import type { Reader, Tx } from '../../platform/db.ts';
import { ask, statement } from '../../platform/statement.ts';
import { ACCOUNTS, nameOf, type AccountRef, type SignedLine } from './ledger.rules.ts';

export type NewPosting = { key: string; label: string; refKind: string; refId: string; lines: readonly SignedLine[] };

/**
 * Writes postings with their entries, opens the accounts they need and moves the balances, all in one statement. Answers
 * for each whether it was written: false for a key that was there.
 */
export async function insertPostings(tx: Tx, asked: readonly NewPosting[], at: Date): Promise<boolean[]> {
  // Always in the same order, whoever asks: two that write the same things never wait for each other in a circle.
  const inOrder = asked.map((posting, place) => ({ posting, place }));
  if (asked.length > 1) inOrder.sort((a, b) => compare(a.posting.key, b.posting.key) || a.place - b.place);
  const lines = inOrder.flatMap(({ posting }, place) =>
    posting.lines.map((line) => ({
      ...line,
      ...lawOf(line),
      id: newId<'account'>(),
      posting: place,
      name: nameOf(line),
    })),
  );
  lines.sort((a, b) => compare(a.name, b.name));
  const postings = inOrder.map(({ posting: { key, label, refKind, refId } }) => ({
    id: newId<'posting'>(),
    key,
    label,
    refKind,
    refId,
  }));
  const [row] = await ask(
    tx,
    statement<{ written: boolean[] }>`
      select ledger_post(${JSON.stringify(postings)}::jsonb, ${JSON.stringify(lines)}::jsonb, ${at}::timestamptz) as written`,
  );
  const written: boolean[] = [];
  for (const [index, { place }] of inOrder.entries()) written[place] = row?.written[index] ?? false;
  return written;
}

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/** What an account that is opened now is to be like. */
function lawOf({ type }: SignedLine): { side: string; mayOverdraw: boolean } {
  const { side, mayOverdraw } = ACCOUNTS[type];
  return { side, mayOverdraw };
}

/** The signed balance of an account: positive is debit. Zero when nothing was ever posted. */
export async function balanceOf(reader: Reader, account: AccountRef): Promise<number> {
  const [row] = await ask(
    reader,
    statement<{ balance: number }>`
      select balance from ledger_balances
      where type = ${account.type} and owner_kind = ${account.ownerKind} and owner_id = ${account.ownerId}
        and unit = ${ACCOUNTS[account.type].unit}`,
  );
  return row?.balance ?? 0;
}

export type EntryRow = { id: string; at: Date; label: string; type: string; unit: string; amount: number };

/** Entries of every posting that names one of `refIds`, oldest first. */
export async function entriesOf(reader: Reader, refIds: readonly string[]): Promise<EntryRow[]> {
  return reader.q
    .selectFrom('ledger_postings as p')
    .innerJoin('ledger_entries as e', 'e.posting_id', 'p.id')
    .innerJoin('ledger_accounts as a', 'a.id', 'e.account_id')
    .select(['p.id', 'p.at', 'p.label', 'a.type', 'a.unit', 'e.amount'])
    .where('p.ref_id', '=', sql<string>`any(${refIds}::uuid[])`)
    .orderBy('p.at')
    .orderBy('p.id')
    .orderBy('a.unit')
    .orderBy('e.amount', 'desc')
    .limit(2000)
    .execute();
}

export type MovesPage = { before: { at: Date; id: string } | null; limit: number };

/** Along the account's own index of its statement. */
export async function movesOf(reader: Reader, account: AccountRef, { before, limit }: MovesPage) {
  return reader.q
    .selectFrom('ledger_accounts as a')
    .innerJoin('ledger_entries as e', 'e.account_id', 'a.id')
    .innerJoin('ledger_postings as p', 'p.id', 'e.posting_id')
    .select(['p.id', 'p.at', 'p.label', 'p.ref_kind as refKind', 'p.ref_id as refId', 'e.amount'])
    .where('a.type', '=', account.type)
    .where('a.owner_kind', '=', account.ownerKind)
    .where('a.owner_id', '=', account.ownerId)
    .where('a.unit', '=', ACCOUNTS[account.type].unit)
    .$if(before !== null, (query) =>
      query.where(
        sql<boolean>`(e.at, e.posting_id) < (${before?.at ?? null}::timestamptz, ${before?.id ?? null}::uuid)`,
      ),
    )
    .orderBy('e.at', 'desc')
    .orderBy('e.posting_id', 'desc')
    .limit(limit)
    .execute();
}

export type Faults = { unbalancedUnits: number; crookedPostings: number; driftedAccounts: number };

/** Reads the whole ledger: for the doctor and the nightly check, never for a request. */
export async function faults(reader: Reader): Promise<Faults> {
  const { rows } = await sql<Faults>`
    select
      (select count(*) from (select unit from ledger_balances group by unit having sum(balance) <> 0) x) as "unbalancedUnits",
      (select count(*) from (
        select posting_id from ledger_entries group by posting_id, unit having sum(amount) <> 0) x) as "crookedPostings",
      (select count(*) from ledger_balances a
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

export async function foldStripes(reader: Reader): Promise<number> {
  const [row] = await ask(reader, statement<{ folded: number }>`select ledger_fold_stripes() as folded`);
  return row?.folded ?? 0;
}
