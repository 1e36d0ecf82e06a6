// All SQL of notices.
import { sql } from 'kysely';
import { newId } from '../../platform/ids.ts';
import type { Reader, Tx } from '../../platform/db.ts';
import type { NewNotice } from './messaging.ts';

const NOTICE = [
  'id',
  'kind',
  'title',
  'body',
  'order_id',
  'aftersale_id',
  'withdrawal_id',
  'read_at',
  'created_at',
] as const;

export async function insert(tx: Tx, notice: NewNotice, at: Date): Promise<void> {
  await tx.q
    .insertInto('notices')
    .values({
      id: newId<'notice'>(),
      key: notice.key,
      buyer_id: notice.buyerId,
      kind: notice.kind,
      title: notice.title,
      body: notice.body,
      order_id: notice.orderId ?? null,
      aftersale_id: notice.aftersaleId ?? null,
      withdrawal_id: notice.withdrawalId ?? null,
      created_at: at,
    })
    .onConflict((conflict) => conflict.column('key').doNothing())
    .execute();
}

/** Newest first: our ids grow with time. */
export async function page(reader: Reader, buyerId: string, before: string | null, limit: number) {
  return reader.q
    .selectFrom('notices')
    .select(NOTICE)
    .where('buyer_id', '=', buyerId)
    .$if(before !== null, (query) => query.where('id', '<', before))
    .orderBy('id', 'desc')
    .limit(limit)
    .execute();
}

/** Counts up to `max`: nobody reads a larger number. */
export async function countUnread(reader: Reader, buyerId: string, max: number): Promise<number> {
  const { rows } = await sql<{ count: number }>`
    select count(*)::int as count
    from (select 1 from notices where buyer_id = ${buyerId} and read_at is null limit ${max}) as unread
  `.execute(reader.q);
  return rows[0]?.count ?? 0;
}

/** False when the buyer has no such notice. Read twice, the first time counts. */
export async function markRead(reader: Reader, buyerId: string, noticeId: string, at: Date): Promise<boolean> {
  const { numUpdatedRows } = await reader.q
    .updateTable('notices')
    .set({ read_at: sql`coalesce(read_at, ${at})` })
    .where('id', '=', noticeId)
    .where('buyer_id', '=', buyerId)
    .executeTakeFirst();
  return numUpdatedRows > 0n;
}

export async function markAllRead(reader: Reader, buyerId: string, at: Date): Promise<void> {
  await reader.q
    .updateTable('notices')
    .set({ read_at: at })
    .where('buyer_id', '=', buyerId)
    .where('read_at', 'is', null)
    .execute();
}

/** What a buyer was told about one order, newest first, along the buyer's own index. */
export async function ofOrder(reader: Reader, buyerId: string, orderId: string, limit: number) {
  return reader.q
    .selectFrom('notices')
    .select(NOTICE)
    .where('buyer_id', '=', buyerId)
    .where('order_id', '=', orderId)
    .orderBy('id', 'desc')
    .limit(limit)
    .execute();
}
