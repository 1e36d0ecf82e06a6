// All SQL of the chain over postings and of the looks at it.
import { sql } from 'kysely';
import type { Reader, Tx } from '../../platform/db.ts';
import { assert } from '../../platform/fail.ts';
import type { Break } from './ledger.chain.rules.ts';

export type Chain = {
  position: number;
  hash: Buffer;
  sealedAt: Date | null;
  verifiedPosition: number;
  verifiedHash: Buffer;
  verifiedAt: Date | null;
  askedAt: Date | null;
};

export async function chain(reader: Reader): Promise<Chain> {
  const { rows } = await sql<Chain>`
    select position, hash, sealed_at as "sealedAt", verified_position as "verifiedPosition",
      verified_hash as "verifiedHash", verified_at as "verifiedAt", asked_at as "askedAt" from ledger_chain
  `.execute(reader.q);
  const [row] = rows;
  assert(row, 'the chain has lost its head');
  return row;
}

export async function seal(reader: Reader, most: number, at: Date): Promise<number> {
  const { rows } = await sql<{ sealed: number }>`select ledger_seal(${most}::int, ${at}) as sealed`.execute(reader.q);
  return rows[0]?.sealed ?? 0;
}

export type Sound = { sound: number; soundHash: Buffer; broken: number | null; why: Break['why'] | null };

export async function verify(reader: Reader, behind: number, hash: Buffer, most: number): Promise<Sound> {
  const { rows } = await sql<Sound>`
    select sound, sound_hash as "soundHash", broken, why from ledger_verify(${behind}::bigint, ${hash}::bytea, ${most}::int)
  `.execute(reader.q);
  const [row] = rows;
  assert(row, 'the chain was asked and did not answer');
  return row;
}

/** The hash of the seal at a position; undefined when there is none. */
export async function hashAt(reader: Reader, position: number): Promise<Buffer | undefined> {
  const row = await reader.q
    .selectFrom('ledger_seals')
    .select('hash')
    .where('position', '=', position)
    .executeTakeFirst();
  return row?.hash;
}

/** A seal behind the head of the chain, which no sealing of ours can have written. */
export async function beyond(reader: Reader): Promise<number | undefined> {
  const { rows } = await sql<{ position: number }>`
    select s.position from ledger_seals s where s.position > (select c.position from ledger_chain c) order by 1 limit 1
  `.execute(reader.q);
  return rows[0]?.position;
}

/** A look at everything may take its time; it holds no lock that anybody waits for. */
export async function takeTime(tx: Tx): Promise<void> {
  await sql`set local statement_timeout = '15min'`.execute(tx.q);
}

export type Whole = { unsealed: number; crookedDays: number };

/** What only a look at everything can find: postings that no sealing will find any more, and days that do not add up. */
export async function wholeFaults(reader: Reader): Promise<Whole> {
  const { rows } = await sql<Whole>`
    select
      (select count(*) from ledger_postings p where p.xact < (select low_xact from ledger_chain)
        and not exists (select 1 from ledger_seals s where s.posting_id = p.id)) as unsealed,
      (select count(*) from (
        select a.type, p.label, (p.at at time zone 'Asia/Shanghai')::date as day, sum(greatest(e.amount, 0)) as debit,
          sum(greatest(-e.amount, 0)) as credit, count(*) as entries
        from ledger_seals s join ledger_postings p on p.id = s.posting_id
          join ledger_entries e on e.posting_id = p.id join ledger_accounts a on a.id = e.account_id
        group by 1, 2, 3) now
       full join ledger_days d using (day, type, label)
       where (now.debit, now.credit, now.entries) is distinct from (d.debit::numeric, d.credit::numeric, d.entries)) as "crookedDays"
  `.execute(reader.q);
  const [row] = rows;
  return { unsealed: Number(row?.unsealed ?? 0), crookedDays: Number(row?.crookedDays ?? 0) };
}

export type Check = {
  id: string;
  at: Date;
  kind: 'whole' | 'new';
  askedBy: string;
  positions: number;
  headPosition: number;
  headHash: string;
  brokenPosition: number | null;
  fault: string | null;
};

export async function addCheck(tx: Tx, check: Check, sound: { position: number; hash: Buffer } | null): Promise<void> {
  await tx.q
    .insertInto('ledger_checks')
    .values({
      id: check.id,
      at: check.at,
      kind: check.kind,
      asked_by: check.askedBy,
      positions: check.positions,
      head_position: check.headPosition,
      head_hash: check.headHash,
      broken_position: check.brokenPosition,
      fault: check.fault,
    })
    .execute();
  if (check.kind === 'whole') await tx.q.updateTable('ledger_chain').set({ asked_at: null }).execute();
  if (sound === null) return;
  await tx.q
    .updateTable('ledger_chain')
    .set({ verified_position: sound.position, verified_hash: sound.hash, verified_at: check.at })
    .execute();
}

export async function ask(tx: Tx, at: Date): Promise<void> {
  await tx.q.updateTable('ledger_chain').set({ asked_at: at }).execute();
}

/** The newest looks, newest first. */
export async function checks(reader: Reader, max: number): Promise<Check[]> {
  return reader.q
    .selectFrom('ledger_checks')
    .select(['id', 'at', 'kind', 'asked_by as askedBy', 'positions', 'head_position as headPosition'])
    .select(['head_hash as headHash', 'broken_position as brokenPosition', 'fault'])
    .orderBy('at', 'desc')
    .orderBy('id', 'desc')
    .limit(max)
    .$castTo<Check>()
    .execute();
}
