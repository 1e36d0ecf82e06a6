// All SQL of lots, reservations and moves of points. Whoever changes lots holds the lock of their buyer.
import type { POINT_CAUSES, PointKind } from '@jishi/contract';
import { sql } from 'kysely';
import type { ListPosition } from '../../platform/cursor.ts';
import type { Reader, Tx } from '../../platform/db.ts';
import { newId } from '../../platform/ids.ts';
import { ORDER_OF_USE, type Allocation, type Change } from './points.rules.ts';

/** What something was about: people read the label, statements are found by the reference. */
export type About = { label: string; refKind: string; refId: string };

export type NewLot = About & {
  key: string;
  buyerId: string;
  kind: PointKind;
  points: number;
  expiresAt: Date | null;
  at: Date;
};

/** False when the key was used before. */
export async function insertLot(tx: Tx, lot: NewLot): Promise<boolean> {
  const { numInsertedOrUpdatedRows } = await tx.q
    .insertInto('point_lots')
    .values({
      id: newId<'pointLot'>(),
      key: lot.key,
      buyer_id: lot.buyerId,
      kind: lot.kind,
      label: lot.label,
      ref_kind: lot.refKind,
      ref_id: lot.refId,
      granted: lot.points,
      points_left: lot.points,
      expires_at: lot.expiresAt,
      created_at: lot.at,
    })
    .onConflict((conflict) => conflict.column('key').doNothing())
    .executeTakeFirst();
  return (numInsertedOrUpdatedRows ?? 0n) > 0n;
}

const LOT = ['id', 'key', 'buyer_id', 'kind', 'points_left', 'ref_kind', 'ref_id'] as const;

export const lotByKey = (reader: Reader, key: string) =>
  reader.q.selectFrom('point_lots').select(LOT).where('key', '=', key).executeTakeFirst();

export const lotsByKeys = (reader: Reader, keys: readonly string[]) =>
  reader.q
    .selectFrom('point_lots')
    .select(LOT)
    .where('key', '=', sql<string>`any(${keys}::text[])`)
    .orderBy('id')
    .execute();

/** What has become of these grants, by their keys. */
export async function factsOf(
  reader: Reader,
  keys: readonly string[],
): Promise<Map<string, { granted: number; left: number; held: number }>> {
  const rows = await reader.q
    .selectFrom('point_lots')
    .select(['key', 'granted', 'points_left as left', 'held'])
    .where('key', '=', sql<string>`any(${keys}::text[])`)
    .execute();
  return new Map(rows.map(({ key, ...facts }) => [key, facts]));
}

export type Taken = { lotId: string; kind: PointKind; points: number; place: number };

/** Which lots a spending takes from, in the order of use: fewer points than wanted when there are no more. */
export async function plan(
  tx: Tx,
  wanted: { buyerId: string; kinds: readonly PointKind[]; points: number; now: Date },
): Promise<Taken[]> {
  const { rows } = await sql<Taken>`
    with lots as (
      select id, kind, points_left, row_number() over used_first as place,
        sum(points_left) over used_first - points_left as before
      from point_lots
      where buyer_id = ${wanted.buyerId} and kind = any(${[...wanted.kinds]}::text[]) and points_left > 0
        and (expires_at is null or expires_at > ${wanted.now})
      window used_first as (
        order by array_position(${[...ORDER_OF_USE]}::text[], kind), expires_at nulls last, created_at, id
        rows unbounded preceding)
    )
    select id as "lotId", kind, least(points_left, ${wanted.points} - before)::bigint as points, place::int as place
    from lots where before < ${wanted.points} order by place
  `.execute(tx.q);
  return rows;
}

export type NewReservation = About & {
  id: string;
  key: string;
  buyerId: string;
  purpose: 'spend' | 'take_back';
  points: number;
  expiresAt: Date | null;
  at: Date;
};

export async function insertReservation(tx: Tx, reservation: NewReservation, taken: readonly Taken[]): Promise<void> {
  await tx.q
    .insertInto('point_reservations')
    .values({
      id: reservation.id,
      key: reservation.key,
      buyer_id: reservation.buyerId,
      purpose: reservation.purpose,
      points: reservation.points,
      label: reservation.label,
      ref_kind: reservation.refKind,
      ref_id: reservation.refId,
      expires_at: reservation.expiresAt,
      created_at: reservation.at,
    })
    .execute();
  await tx.q
    .insertInto('point_allocations')
    .values(taken.map(({ lotId, place, points }) => ({ reservation_id: reservation.id, lot_id: lotId, place, points })))
    .execute();
  await moveInLots(tx, taken, 'points_left', 'held');
}

type Bin = 'points_left' | 'held' | 'used' | 'expired' | 'taken';

/** Points of lots go from one bin to another; the law of the table keeps the sum. */
export async function moveInLots(
  tx: Tx,
  lots: readonly { lotId: string; points: number }[],
  from: Bin,
  to: Bin,
): Promise<void> {
  await sql`
    update point_lots l set ${sql.ref(from)} = ${sql.ref(from)} - w.points, ${sql.ref(to)} = ${sql.ref(to)} + w.points
    from unnest(${lots.map((one) => one.lotId)}::uuid[], ${lots.map((one) => one.points)}::bigint[]) as w (id, points)
    where l.id = w.id
  `.execute(tx.q);
}

const RESERVATION = [
  'id',
  'key',
  'buyer_id',
  'purpose',
  'state',
  'points',
  'given_back',
  'label',
  'ref_kind',
  'ref_id',
  'expires_at',
] as const;

export const reservation = (reader: Reader, id: string) =>
  reader.q.selectFrom('point_reservations').select(RESERVATION).where('id', '=', id).executeTakeFirst();

export const reservationByKey = (reader: Reader, key: string) =>
  reader.q.selectFrom('point_reservations').select(RESERVATION).where('key', '=', key).executeTakeFirst();

export type ReservationRow = NonNullable<Awaited<ReturnType<typeof reservation>>>;

export async function decide(tx: Tx, id: string, state: 'committed' | 'cancelled', at: Date): Promise<void> {
  await tx.q.updateTable('point_reservations').set({ state, decided_at: at }).where('id', '=', id).execute();
}

export async function allocations(reader: Reader, reservationId: string): Promise<Allocation[]> {
  const rows = await reader.q
    .selectFrom('point_allocations as a')
    .innerJoin('point_lots as l', 'l.id', 'a.lot_id')
    .select(['a.lot_id as lotId', 'l.kind', 'a.points', 'a.given_back as givenBack', 'a.place'])
    .where('a.reservation_id', '=', reservationId)
    .orderBy('a.place')
    .execute();
  return rows.map((row) => ({ ...row, kind: row.kind as PointKind }));
}

/** By the key of the grant, what a reservation has taken of it. */
export async function heldOfGrants(reader: Reader, reservationId: string): Promise<Map<string, number>> {
  const rows = await reader.q
    .selectFrom('point_allocations as a')
    .innerJoin('point_lots as l', 'l.id', 'a.lot_id')
    .select(['l.key', 'a.points'])
    .where('a.reservation_id', '=', reservationId)
    .execute();
  return new Map(rows.map((row) => [row.key, row.points]));
}

/** How much was taken back under this key; null when it was never asked. */
export async function takenBy(reader: Reader, key: string): Promise<number | null> {
  const row = await reader.q.selectFrom('point_takings').select('taken').where('key', '=', key).executeTakeFirst();
  return row?.taken ?? null;
}

export async function insertTaking(
  tx: Tx,
  taking: { key: string; lotId: string; asked: number; taken: number; at: Date },
): Promise<void> {
  const { lotId, ...rest } = taking;
  await tx.q
    .insertInto('point_takings')
    .values({ ...rest, lot_id: lotId })
    .execute();
}

/** Used points come back into their lots. A lot whose time is over lives on until `until`, or nothing would come back. */
export async function giveBack(
  tx: Tx,
  reservationId: string,
  lots: readonly { lotId: string; points: number }[],
  times: { now: Date; until: Date },
): Promise<void> {
  const ids = lots.map((one) => one.lotId);
  const points = lots.map((one) => one.points);
  await sql`
    with back as (select * from unnest(${ids}::uuid[], ${points}::bigint[]) as w (lot_id, points)), marked as (
      update point_allocations a set given_back = a.given_back + back.points from back
      where a.reservation_id = ${reservationId} and a.lot_id = back.lot_id
    ), counted as (
      update point_reservations set given_back = given_back + (select sum(points) from back) where id = ${reservationId}
    )
    update point_lots l set used = l.used - back.points, points_left = l.points_left + back.points,
      expires_at = case when l.expires_at <= ${times.now} then ${times.until} else l.expires_at end
    from back where l.id = back.lot_id
  `.execute(tx.q);
}

/** Writes what people read of a change; answers how many lines were written, 0 for a known key. */
export async function insertMoves(
  tx: Tx,
  move: About & { key: string; buyerId: string; cause: (typeof POINT_CAUSES)[number]; at: Date },
  changes: readonly Change[],
): Promise<number> {
  const { numInsertedOrUpdatedRows } = await tx.q
    .insertInto('point_moves')
    .values(
      changes.map(({ kind, delta }) => ({
        id: newId<'pointMove'>(),
        key: move.key,
        buyer_id: move.buyerId,
        kind,
        cause: move.cause,
        delta,
        label: move.label,
        ref_kind: move.refKind,
        ref_id: move.refId,
        at: move.at,
      })),
    )
    .onConflict((conflict) => conflict.columns(['key', 'kind']).doNothing())
    .executeTakeFirst();
  return Number(numInsertedOrUpdatedRows ?? 0n);
}

/** True when an effect with this key was written down before. */
export async function isKnown(reader: Reader, key: string): Promise<boolean> {
  const row = await reader.q.selectFrom('point_moves').select('id').where('key', '=', key).limit(1).executeTakeFirst();
  return row !== undefined;
}

export type Balance = {
  paid: number;
  bonus: number;
  earned: number;
  held: number;
  expiring: { points: number; at: Date } | null;
};

/** Lots whose time is over count for nothing, whether or not the schedule has been there. */
export async function balance(reader: Reader, buyerId: string, now: Date): Promise<Balance> {
  const { rows } = await sql<Omit<Balance, 'expiring'> & { at: Date | null; soon: number }>`
    with lots as (select *, expires_at is null or expires_at > ${now} as lives from point_lots where buyer_id = ${buyerId}),
    live as (select * from lots where lives and points_left > 0),
    next as (select min(expires_at) as at from live)
    select
      coalesce((select sum(points_left) from live where kind = 'paid'), 0)::bigint as paid,
      coalesce((select sum(points_left) from live where kind = 'bonus'), 0)::bigint as bonus,
      coalesce((select sum(points_left) from live where kind = 'earned'), 0)::bigint as earned,
      coalesce((select sum(held) from lots), 0)::bigint as held,
      next.at, coalesce((select sum(points_left) from live where expires_at = next.at), 0)::bigint as soon
    from next
  `.execute(reader.q);
  const [row] = rows;
  if (!row) return { paid: 0, bonus: 0, earned: 0, held: 0, expiring: null };
  const { at, soon, paid, bonus, earned, held } = row;
  return { paid, bonus, earned, held, expiring: at === null ? null : { points: soon, at } };
}

export async function moves(
  reader: Reader,
  page: { buyerId: string; kind: PointKind | undefined; after: ListPosition | undefined; limit: number },
) {
  const { kind, after } = page;
  const rows = await reader.q
    .selectFrom('point_moves')
    .select(['id', 'kind', 'cause', 'delta', 'label', 'at'])
    .where('buyer_id', '=', page.buyerId)
    .$if(kind !== undefined, (query) => query.where('kind', '=', kind as string))
    .$if(after !== undefined, (query) =>
      query.where(sql<boolean>`(at, id) < (${after?.at ?? null}::timestamptz, ${after?.id ?? null}::uuid)`),
    )
    .orderBy('at', 'desc')
    .orderBy('id', 'desc')
    .limit(page.limit)
    .execute();
  return rows.map((row) => ({
    ...row,
    kind: row.kind as PointKind,
    cause: row.cause as (typeof POINT_CAUSES)[number],
  }));
}

/** Buyers who hold something whose time is over. */
export async function buyersWithExpired(reader: Reader, now: Date, max: number): Promise<string[]> {
  const rows = await reader.q
    .selectFrom('point_lots')
    .select('buyer_id')
    .distinct()
    .where('points_left', '>', 0)
    .where('expires_at', '<=', now)
    .limit(max)
    .execute();
  return rows.map((row) => row.buyer_id);
}

export async function expiredLots(tx: Tx, buyerId: string, now: Date, max: number) {
  return tx.q
    .selectFrom('point_lots')
    .select(['id as lotId', 'kind', 'points_left as points', 'expired', 'ref_kind', 'ref_id'])
    .where('buyer_id', '=', buyerId)
    .where('points_left', '>', 0)
    .where('expires_at', '<=', now)
    .orderBy('id')
    .limit(max)
    .execute();
}

export async function overdueReservations(reader: Reader, now: Date, max: number): Promise<string[]> {
  const rows = await reader.q
    .selectFrom('point_reservations')
    .select('id')
    .where('state', '=', 'held')
    .where('expires_at', '<=', now)
    .orderBy('expires_at')
    .limit(max)
    .execute();
  return rows.map((row) => row.id);
}

export type Drift = { buyerId: string; kind: PointKind; lots: number; moves: number; ledger: number };

/** Reads everything: people whose lots, journal and accounts do not agree. For the doctor, never for a request. */
export async function drifts(reader: Reader): Promise<Drift[]> {
  const { rows } = await sql<Drift>`
    with lots as (select buyer_id, kind, sum(points_left) as n from point_lots group by 1, 2),
    moves as (select buyer_id, kind, sum(delta) as n from point_moves group by 1, 2),
    accounts as (
      select owner_id as buyer_id, substr(type, 5) as kind, -balance as n from ledger_balances
      where type in ('pts_paid', 'pts_bonus', 'pts_earned') and owner_kind = 'buyer')
    select buyer_id as "buyerId", kind, coalesce(l.n, 0)::bigint as lots, coalesce(m.n, 0)::bigint as moves,
      coalesce(a.n, 0)::bigint as ledger
    from lots l full join moves m using (buyer_id, kind) full join accounts a using (buyer_id, kind)
    where coalesce(l.n, 0) <> coalesce(m.n, 0) or coalesce(l.n, 0) <> coalesce(a.n, 0)
    limit 100
  `.execute(reader.q);
  return rows;
}
