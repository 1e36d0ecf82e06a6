// All SQL of what WeChat was told about shipping, of the comparisons with its list, and of what it pushes.
import type { UPLOAD_STATES } from '@jishi/contract';
import { sql, type Selectable, type Updateable } from 'kysely';
import type { DB, Reader, Tx } from '../../platform/db.ts';
import { assert } from '../../platform/fail.ts';
import type { Entry } from './fulfilment.uploads.rules.ts';

export type UploadState = (typeof UPLOAD_STATES)[number];
export type UploadRow = Omit<Selectable<DB['shipping_uploads']>, 'state' | 'sent' | 'logistics'> & {
  state: UploadState;
  logistics: 'express' | 'pickup' | 'virtual';
  sent: Entry[];
};
const asRow = (row: Selectable<DB['shipping_uploads']> | undefined) => row as unknown as UploadRow | undefined;

export type NewUpload = Pick<
  UploadRow,
  'payment_id' | 'transaction_id' | 'out_trade_no' | 'openid' | 'logistics' | 'state' | 'next_try_at' | 'paid_at'
>;

/** A row that is there already stays as it is. */
export async function insert(tx: Tx, row: NewUpload, at: Date): Promise<void> {
  await tx.q
    .insertInto('shipping_uploads')
    .values({ ...row, created_at: at })
    .onConflict((clash) => clash.column('payment_id').doNothing())
    .execute();
}

export async function find(reader: Reader, paymentId: string): Promise<UploadRow | undefined> {
  const row = await reader.q.selectFrom('shipping_uploads').selectAll().where('payment_id', '=', paymentId);
  return asRow(await row.executeTakeFirst());
}

export async function lock(tx: Tx, paymentId: string): Promise<UploadRow> {
  const row = await tx.q
    .selectFrom('shipping_uploads')
    .selectAll()
    .where('payment_id', '=', paymentId)
    .forUpdate()
    .executeTakeFirst();
  assert(row, `nothing is told of payment ${paymentId}`);
  return asRow(row) as UploadRow;
}

type Change = Omit<Updateable<DB['shipping_uploads']>, 'sent'> & { sent?: readonly Entry[] };

export async function change(tx: Tx, paymentId: string, { sent, ...set }: Change): Promise<void> {
  await tx.q
    .updateTable('shipping_uploads')
    .set({ ...set, ...(sent ? { sent: JSON.stringify(sent) } : {}) })
    .where('payment_id', '=', paymentId)
    .execute();
}

/** Something has left, came to nothing or was corrected: WeChat has to hear of it. */
export async function markDue(tx: Tx, paymentId: string, at: Date): Promise<void> {
  await tx.q
    .updateTable('shipping_uploads')
    .set({ state: 'due', next_try_at: at, tries: 0, revision: sql`revision + 1` })
    .where('payment_id', '=', paymentId)
    .where('state', '<>', 'over')
    .execute();
}

export async function dueIds(reader: Reader, now: Date, max: number): Promise<string[]> {
  const rows = await reader.q
    .selectFrom('shipping_uploads')
    .select('payment_id')
    .where('state', '=', 'due')
    .where('next_try_at', '<=', now)
    .orderBy('next_try_at')
    .limit(max)
    .execute();
  return rows.map((row) => row.payment_id);
}

export async function byTransactions(reader: Reader, transactionIds: readonly string[]): Promise<UploadRow[]> {
  const rows = await reader.q
    .selectFrom('shipping_uploads')
    .selectAll()
    .where('transaction_id', '=', sql<string>`any(${transactionIds}::text[])`)
    .execute();
  return rows as unknown as UploadRow[];
}

export async function byPayments(reader: Reader, paymentIds: readonly string[]): Promise<UploadRow[]> {
  const rows = await reader.q
    .selectFrom('shipping_uploads')
    .selectAll()
    .where('payment_id', '=', sql<string>`any(${paymentIds}::uuid[])`)
    .execute();
  return rows as unknown as UploadRow[];
}

/** What was paid in a span, in steps by payment id: WeChat's list should name each of them. */
export async function paidBetween(reader: Reader, from: Date, to: Date, after: string | null, max: number) {
  const rows = await reader.q
    .selectFrom('shipping_uploads')
    .select(['payment_id', 'transaction_id', 'state'])
    .where('paid_at', '>=', from)
    .where('paid_at', '<=', to)
    .where(sql<boolean>`(${after}::uuid is null or payment_id > ${after}::uuid)`)
    .orderBy('payment_id')
    .limit(max)
    .execute();
  return rows;
}

export type UploadFilter = {
  state?: UploadState | undefined;
  /** Payments of the orders that the search word names, or a number of WeChat's or ours. */
  paymentIds?: readonly string[] | undefined;
  no?: string | undefined;
  page: number;
  size: number;
};

export async function list(reader: Reader, filter: UploadFilter): Promise<{ items: UploadRow[]; total: number }> {
  const { state, no, page, size } = filter;
  let found = reader.q.selectFrom('shipping_uploads');
  if (state) found = found.where('state', '=', state);
  if (no !== undefined)
    found = found.where((is) =>
      is.or([
        is('payment_id', '=', sql<string>`any(${filter.paymentIds ?? []}::uuid[])`),
        is('out_trade_no', '=', no),
        is('transaction_id', '=', no),
      ]),
    );
  const rows = await found
    .selectAll()
    .orderBy('paid_at', 'desc')
    .orderBy('payment_id', 'desc')
    .offset((page - 1) * size)
    .limit(size)
    .execute();
  const { total } = await found.select((e) => e.fn.countAll<number>().as('total')).executeTakeFirstOrThrow();
  return { items: rows as unknown as UploadRow[], total: Number(total) };
}

export async function counts(reader: Reader): Promise<{ due: number; stuck: number; reminded: number }> {
  const { rows } = await sql<{ due: number; stuck: number; reminded: number }>`
    select count(*) filter (where state = 'due')::int as due, count(*) filter (where state = 'stuck')::int as stuck,
      count(*) filter (where reminded_at is not null and state in ('waiting', 'due', 'told', 'stuck'))::int as reminded
    from shipping_uploads where state in ('waiting', 'due', 'told', 'stuck')
  `.execute(reader.q);
  return rows[0] ?? { due: 0, stuck: 0, reminded: 0 };
}

export async function insertComparison(tx: Tx, row: Selectable<DB['shipping_comparisons']>): Promise<void> {
  await tx.q.insertInto('shipping_comparisons').values(row).execute();
}

export async function lastComparison(reader: Reader) {
  return reader.q.selectFrom('shipping_comparisons').selectAll().orderBy('at', 'desc').limit(1).executeTakeFirst();
}

export type PushRow = Selectable<DB['wechat_pushes']>;
export type NewPush = Pick<PushRow, 'id' | 'key' | 'event' | 'state' | 'received_at'> & { body: object | null };

/** False when it has been here before. */
export async function insertPush(tx: Tx, push: NewPush): Promise<boolean> {
  const { rows } = await sql<{ fresh: boolean }>`
    insert into wechat_pushes (id, key, event, body, state, received_at)
    values (${push.id}, ${push.key}, ${push.event}, ${push.body === null ? null : JSON.stringify(push.body)}::jsonb,
      ${push.state}, ${push.received_at})
    on conflict (key) do update set deliveries = wechat_pushes.deliveries + 1
    returning (id = ${push.id}) as fresh
  `.execute(tx.q);
  return rows[0]?.fresh ?? false;
}

export async function lockPush(tx: Tx, pushId: string): Promise<PushRow | undefined> {
  return tx.q.selectFrom('wechat_pushes').selectAll().where('id', '=', pushId).forUpdate().executeTakeFirst();
}

export async function finishPush(tx: Tx, pushId: string, why: string, at: Date): Promise<void> {
  await tx.q.updateTable('wechat_pushes').set({ state: 'done', why, done_at: at }).where('id', '=', pushId).execute();
}
