// All SQL of payout accounts, withdrawals and their events.
import {
  OPEN_WITHDRAWAL_STATES as OPEN,
  type Actor,
  type Id,
  type WITHDRAWAL_PROBLEMS,
  type WithdrawalState,
} from '@jishi/contract';
import { sql, type Insertable, type Selectable, type Updateable } from 'kysely';
import type { z } from 'zod';
import type { PayoutAccounts, Withdrawals } from '../../platform/db.types.ts';
import type { Reader, Tx } from '../../platform/db.ts';
import { assert } from '../../platform/fail.ts';
import { checkMove } from './wallet.rules.ts';

export type Problem = (typeof WITHDRAWAL_PROBLEMS)[number];
/** What the first call said besides amount, person and number; repeated word for word. */
export type KeptRequest = { sceneId: string; remark: string; reports: { type: string; content: string }[] };

export type WithdrawalRow = Omit<
  Selectable<Withdrawals>,
  'id' | 'buyer_id' | 'state' | 'problem' | 'request' | 'platform'
> & {
  id: Id<'withdrawal'>;
  buyer_id: Id<'buyer'>;
  state: WithdrawalState;
  problem: Problem | null;
  request: KeptRequest | null;
  platform: 'weapp' | 'h5';
};
export type PayoutRow = Selectable<PayoutAccounts>;

const typed = (row: Selectable<Withdrawals>): WithdrawalRow => row as WithdrawalRow;

export async function payout(reader: Reader, buyerId: string): Promise<PayoutRow | undefined> {
  return reader.q.selectFrom('payout_accounts').selectAll().where('buyer_id', '=', buyerId).executeTakeFirst();
}

export async function savePayout(tx: Tx, row: Insertable<PayoutAccounts>): Promise<void> {
  const { buyer_id: _, ...set } = row;
  await tx.q
    .insertInto('payout_accounts')
    .values(row)
    .onConflict((conflict) => conflict.column('buyer_id').doUpdateSet(set))
    .execute();
}

export async function deletePayout(reader: Reader, buyerId: string): Promise<void> {
  await reader.q.deleteFrom('payout_accounts').where('buyer_id', '=', buyerId).execute();
}

export async function insert(tx: Tx, row: Insertable<Withdrawals>): Promise<WithdrawalRow> {
  return typed(await tx.q.insertInto('withdrawals').values(row).returningAll().executeTakeFirstOrThrow());
}

export async function find(reader: Reader, id: string): Promise<WithdrawalRow | undefined> {
  const row = await reader.q.selectFrom('withdrawals').selectAll().where('id', '=', id).executeTakeFirst();
  return row && typed(row);
}

export async function idByBill(reader: Reader, outBillNo: string): Promise<string | undefined> {
  const row = await reader.q
    .selectFrom('withdrawals')
    .select('id')
    .where('out_bill_no', '=', outBillNo)
    .executeTakeFirst();
  return row?.id;
}

export async function lock(tx: Tx, id: string): Promise<WithdrawalRow | undefined> {
  const [row] = await lockAll(tx, [id]);
  return row;
}

/** By id, so that two who lock the same ones never wait for each other in a circle. */
export async function lockAll(tx: Tx, ids: readonly string[]): Promise<WithdrawalRow[]> {
  const rows = await tx.q
    .selectFrom('withdrawals')
    .selectAll()
    .where('id', '=', sql<string>`any(${[...ids]}::uuid[])`)
    .orderBy('id')
    .forNoKeyUpdate()
    .execute();
  return rows.map(typed);
}

export async function move(
  tx: Tx,
  row: Pick<WithdrawalRow, 'id' | 'state'>,
  to: WithdrawalState,
  set: Updateable<Withdrawals> = {},
): Promise<WithdrawalRow> {
  checkMove(row.state, to);
  const moved = await tx.q
    .updateTable('withdrawals')
    .set({ ...set, state: to })
    .where('id', '=', row.id)
    .where('state', '=', row.state)
    .returningAll()
    .executeTakeFirst();
  assert(moved, `withdrawal ${row.id} was moved by somebody else`);
  return typed(moved);
}

export async function touch(tx: Tx, id: string, set: Updateable<Withdrawals>): Promise<WithdrawalRow> {
  return typed(
    await tx.q.updateTable('withdrawals').set(set).where('id', '=', id).returningAll().executeTakeFirstOrThrow(),
  );
}

export type NewEvent = { title: string; detail?: string; actor: z.output<typeof Actor> };
export async function note(tx: Tx, id: string, at: Date, event: NewEvent): Promise<void> {
  const { title, detail = '', actor } = event;
  await tx.q
    .insertInto('withdrawal_events')
    .values({ withdrawal_id: id, at, title, detail, actor_kind: actor.kind, actor_name: actor.name })
    .execute();
}

export async function events(reader: Reader, id: string) {
  return reader.q
    .selectFrom('withdrawal_events')
    .select(['at', 'title', 'detail', 'actor_kind', 'actor_name'])
    .where('withdrawal_id', '=', id)
    .orderBy('id')
    .limit(200)
    .execute();
}

/** Requests of a day that count: what ended before WeChat was asked counts for nobody's limit. */
export async function usedOn(reader: Reader, buyerId: string, day: string): Promise<number> {
  const { rows } = await sql<{ count: number }>`
    select count(*)::int as count from withdrawals
    where buyer_id = ${buyerId} and day = ${day} and not (state in ('rejected', 'cancelled') and out_bill_no is null)
  `.execute(reader.q);
  return rows[0]?.count ?? 0;
}

export async function ofBuyer(
  reader: Reader,
  buyerId: string,
  before: { at: Date; id: string } | null,
  limit: number,
): Promise<WithdrawalRow[]> {
  const rows = await reader.q
    .selectFrom('withdrawals')
    .selectAll()
    .where('buyer_id', '=', buyerId)
    .$if(before !== null, (query) =>
      query.where(sql<boolean>`(created_at, id) < (${before?.at ?? null}::timestamptz, ${before?.id ?? null}::uuid)`),
    )
    .orderBy('created_at', 'desc')
    .orderBy('id', 'desc')
    .limit(limit)
    .execute();
  return rows.map(typed);
}

export type StaffFilter = {
  q: { no: string; buyerId: string | null } | null;
  state?: WithdrawalState | undefined;
  problemOnly: boolean;
  buyerId?: string | undefined;
  from?: Date | undefined;
  before?: Date | undefined;
  minFen?: number | undefined;
  maxFen?: number | undefined;
};

function filtered(reader: Reader, filter: StaffFilter) {
  let query = reader.q.selectFrom('withdrawals');
  const { q, state, buyerId, from, before, minFen, maxFen } = filter;
  if (q !== null)
    query = query.where((where) =>
      where.or([
        where('withdrawal_no', '=', q.no),
        where('out_bill_no', '=', q.no),
        where('transfer_bill_no', '=', q.no),
        ...(q.buyerId === null ? [] : [where('buyer_id', '=', q.buyerId)]),
      ]),
    );
  if (state) query = query.where('state', '=', state);
  if (filter.problemOnly) query = query.where('problem', 'is not', null);
  if (buyerId) query = query.where('buyer_id', '=', buyerId);
  if (from) query = query.where('created_at', '>=', from);
  if (before) query = query.where('created_at', '<', before);
  if (minFen !== undefined) query = query.where('amount_fen', '>=', minFen);
  if (maxFen !== undefined) query = query.where('amount_fen', '<=', maxFen);
  return query;
}

/** Who waits for a decision stands first, the longest waiting on top; of the rest the newest. */
export async function staffPage(reader: Reader, filter: StaffFilter, page: number, size: number) {
  const [rows, sums] = await Promise.all([
    filtered(reader, filter)
      .selectAll()
      .orderBy(sql`state = 'pending'`, 'desc')
      .orderBy(sql`case when state = 'pending' then created_at end`)
      .orderBy('created_at', 'desc')
      .orderBy('id', 'desc')
      .offset((page - 1) * size)
      .limit(size)
      .execute(),
    filtered(reader, filter)
      .select([
        sql<number>`count(*)`.as('total'),
        sql<number>`coalesce(sum(amount_fen), 0)`.as('sumFen'),
        sql<number>`coalesce(sum(fee_fen), 0)`.as('sumFeeFen'),
      ])
      .executeTakeFirstOrThrow(),
  ]);
  return {
    rows: rows.map(typed),
    total: Number(sums.total),
    sumFen: Number(sums.sumFen),
    sumFeeFen: Number(sums.sumFeeFen),
  };
}

export async function openCounts(reader: Reader) {
  const rows = await reader.q
    .selectFrom('withdrawals')
    .select(['state', sql<number>`count(*)::int`.as('count'), sql<number>`count(problem)::int`.as('problems')])
    .where('state', 'in', [...OPEN])
    .groupBy('state')
    .execute();
  return {
    states: Object.fromEntries(rows.map((row) => [row.state, row.count])),
    problems: rows.reduce((sum, row) => sum + row.problems, 0),
  };
}

export async function dueIds(reader: Reader, now: Date, limit: number): Promise<string[]> {
  const rows = await reader.q
    .selectFrom('withdrawals')
    .select('id')
    .where('next_check_at', '<=', now)
    .where('state', 'in', ['approved', 'sending', 'await_confirm'])
    .orderBy('next_check_at')
    .limit(limit)
    .execute();
  return rows.map((row) => row.id);
}

/** True for the one caller who may ask WeChat now: people press "refresh" more often than it makes sense. */
export async function takeAsk(reader: Reader, id: string, now: Date, apartMs: number): Promise<boolean> {
  const { numUpdatedRows } = await reader.q
    .updateTable('withdrawals')
    .set({ asked_at: now })
    .where('id', '=', id)
    .where((where) =>
      where.or([where('asked_at', 'is', null), where('asked_at', '<=', new Date(now.getTime() - apartMs))]),
    )
    .executeTakeFirst();
  return numUpdatedRows > 0n;
}

/** Rows sealed with another key than `keyId`, locked, so that two who reseal never meet. */
export async function payoutsSealedBefore(tx: Tx, keyId: string, limit: number): Promise<PayoutRow[]> {
  return tx.q
    .selectFrom('payout_accounts')
    .selectAll()
    .where('key_id', '<>', keyId)
    .limit(limit)
    .forUpdate()
    .skipLocked()
    .execute();
}

export async function payeesSealedBefore(tx: Tx, keyId: string, limit: number) {
  return tx.q
    .selectFrom('withdrawals')
    .select(['id', 'payee_name'])
    .where('key_id', '<>', keyId)
    .limit(limit)
    .forNoKeyUpdate()
    .skipLocked()
    .execute();
}

/** How many rows each key has sealed. */
export async function keysInUse(reader: Reader): Promise<Map<string, number>> {
  const { rows } = await sql<{ keyId: string; count: number }>`
    select key_id as "keyId", count(*)::int as count from (
      select key_id from payout_accounts union all select key_id from withdrawals where key_id is not null) x group by 1
  `.execute(reader.q);
  return new Map(rows.map((row) => [row.keyId, row.count]));
}
