// All SQL of adjustments: asked for by one, decided by another, kept for ever.
import { sql } from 'kysely';
import type { Reader, Tx } from '../../platform/db.ts';

export type Line = {
  type: string;
  ownerKind: string;
  ownerId: string;
  ownerName: string;
  side: 'debit' | 'credit';
  amountFen: number;
};
export type State = 'proposed' | 'approved' | 'rejected' | 'withdrawn' | 'expired';
export type Row = {
  id: string;
  state: State;
  reason: string;
  lines: Line[];
  amountFen: number;
  proposedBy: string;
  proposerName: string;
  proposedAt: Date;
  expiresAt: Date;
  deciderName: string | null;
  decidedAt: Date | null;
  note: string | null;
  postingId: string | null;
};

const ROW = sql`
  id, state, reason, lines, amount_fen as "amountFen", proposed_by as "proposedBy", proposer_name as "proposerName",
  proposed_at as "proposedAt", expires_at as "expiresAt", decider_name as "deciderName", decided_at as "decidedAt", note,
  posting_id as "postingId"`;

export async function add(
  tx: Tx,
  row: Omit<Row, 'state' | 'deciderName' | 'decidedAt' | 'note' | 'postingId'>,
): Promise<void> {
  await tx.q
    .insertInto('ledger_adjustments')
    .values({
      id: row.id,
      reason: row.reason,
      lines: JSON.stringify(row.lines),
      amount_fen: row.amountFen,
      proposed_by: row.proposedBy,
      proposer_name: row.proposerName,
      proposed_at: row.proposedAt,
      expires_at: row.expiresAt,
    })
    .execute();
}

export async function lock(tx: Tx, id: string): Promise<Row | undefined> {
  const { rows } = await sql<Row>`select ${ROW} from ledger_adjustments where id = ${id} for no key update`.execute(
    tx.q,
  );
  return rows[0];
}

export type Decision = {
  state: State;
  by: string;
  name: string;
  at: Date;
  note: string | null;
  postingId: string | null;
};

export async function decide(tx: Tx, id: string, { state, by, name, at, note, postingId }: Decision): Promise<void> {
  await tx.q
    .updateTable('ledger_adjustments')
    .set({ state, decided_by: by, decider_name: name, decided_at: at, note, posting_id: postingId })
    .where('id', '=', id)
    .execute();
}

/** What was put into the books since a moment. */
export async function approvedSince(reader: Reader, from: Date): Promise<number> {
  const { rows } = await sql<{ total: number }>`
    select coalesce(sum(amount_fen), 0)::bigint as total from ledger_adjustments where state = 'approved' and decided_at >= ${from}
  `.execute(reader.q);
  return rows[0]?.total ?? 0;
}

export async function page(
  reader: Reader,
  { state, offset, limit }: { state?: State | undefined; offset: number; limit: number },
): Promise<{ rows: Row[]; total: number }> {
  const fits = sql`(${state ?? null}::text is null or state = ${state ?? null})`;
  const { rows } = await sql<Row>`
    select ${ROW} from ledger_adjustments where ${fits} order by proposed_at desc, id desc offset ${offset} limit ${limit}
  `.execute(reader.q);
  const counted = await sql<{ n: number }>`select count(*) as n from ledger_adjustments where ${fits}`.execute(
    reader.q,
  );
  return { rows, total: counted.rows[0]?.n ?? 0 };
}

export async function expire(reader: Reader, now: Date): Promise<number> {
  const result = await reader.q
    .updateTable('ledger_adjustments')
    .set({ state: 'expired', decided_at: now })
    .where('state', '=', 'proposed')
    .where('expires_at', '<', now)
    .executeTakeFirst();
  return Number(result.numUpdatedRows);
}

export async function postingOf(reader: Reader, key: string): Promise<string | undefined> {
  const row = await reader.q.selectFrom('ledger_postings').select('id').where('key', '=', key).executeTakeFirst();
  return row?.id;
}
