// All SQL of stock: balances, holds and movements. Every write is one statement and locks balances in SKU order.
import { sql, type Expression, type SqlBool } from 'kysely';
import { sqlState, type Reader, type Tx } from '../../platform/db.ts';
import { statement } from '../../platform/statement.ts';

export type HoldLine = { lineId: string; skuId: string; quantity: number };
export type LineQuantity = { lineId: string; quantity: number };
export type Level = { onHand: number; reserved: number; available: number };
/** What is written beside every change of what lies on the shelf. */
export type Note = { key: string; ref: string | null; actorName: string; at: Date };

const lineIds = (lines: readonly { lineId: string }[]) => lines.map((line) => line.lineId);
const quantities = (lines: readonly { quantity: number }[]) => lines.map((line) => line.quantity);

/** The one place of the shop's own goods. */
export async function warehouseId(reader: Reader): Promise<string> {
  const row = await reader.q
    .selectFrom('locations')
    .select('id')
    .where('kind', '=', 'warehouse')
    .where('owner_id', 'is', null)
    .executeTakeFirstOrThrow();
  return row.id;
}

export async function locationName(reader: Reader, id: string): Promise<string | null> {
  const row = await reader.q.selectFrom('locations').select('name').where('id', '=', id).executeTakeFirst();
  return row?.name ?? null;
}

/** What lies in the warehouse and what of it orders hold. A SKU that never had stock is not in the answer. */
export async function levels(reader: Reader, locationId: string, skuIds: readonly string[]) {
  return reader.q
    .selectFrom('stock_balances')
    .select(['sku_id', 'on_hand', 'reserved'])
    .where('location_id', '=', locationId)
    .where('sku_id', '=', sql<string>`any(${skuIds}::uuid[])`)
    .execute();
}

/** For lists of goods: true where more than `level` (0 or above) pieces of the SKU can still be ordered. */
export function moreThan(skuId: Expression<string>, level: number): Expression<SqlBool> {
  return sql<boolean>`exists (select from stock_balances b
    where b.location_id = (select id from locations where kind = 'warehouse' and owner_id is null)
      and b.sku_id = ${skuId} and b.on_hand - b.reserved > ${level}::bigint)`;
}

/** For the page of a product: how many pieces of the SKU can still be ordered. */
export function left(skuId: Expression<string>): Expression<number> {
  return sql<number>`coalesce((select b.on_hand - b.reserved from stock_balances b
    where b.location_id = (select id from locations where kind = 'warehouse' and owner_id is null)
      and b.sku_id = ${skuId}), 0)`;
}

export type Short = { skuId: string; left: number };

/** What `refuse_short` of migration 0019 raises; the detail is a `Short`. */
const SHORT = 'JS001';

/** The short line that made PostgreSQL refuse a hold, if that is what the error says. */
export function shortIn(error: unknown): Short | null {
  return sqlState(error) === SHORT ? (JSON.parse((error as { detail: string }).detail) as Short) : null;
}

/**
 * Holds all lines or none. The balances are locked in SKU order, so two orders of the same SKUs never wait for each
 * other in a circle; the check reads the locked rows, so what it sees is what it takes. What is short is refused by the
 * database, so that the hold may travel with the commit. An array behind `select` hides its length from the planner:
 * one plan serves all orders, where each would be planned anew.
 */
export function hold(
  tx: Tx,
  place: { locationId: string; orderId: string; expiresAt: Date | null; at: Date },
  lines: readonly HoldLine[],
  refused: (error: unknown) => never,
): void {
  const skuIds = lines.map((line) => line.skuId);
  tx.write(
    statement`
    with wanted as materialized (
      select * from unnest((select ${lineIds(lines)}::uuid[]), (select ${skuIds}::uuid[]),
        (select ${quantities(lines)}::int[])) with ordinality as w (line_id, sku_id, quantity, place)
    ), need as materialized (
      select sku_id, sum(quantity) as quantity, min(place) as place from wanted group by sku_id
    ), locked as materialized (
      select b.sku_id, b.on_hand - b.reserved as free from stock_balances b
      where b.location_id = ${place.locationId} and b.sku_id in (select sku_id from need)
      order by b.sku_id for no key update of b
    ), short as materialized (
      select n.sku_id, coalesce(l.free, 0) as free from need n left join locked l using (sku_id)
      where coalesce(l.free, 0) < n.quantity order by n.place limit 1
    ), taken as (
      update stock_balances b set reserved = b.reserved + n.quantity from need n
      where b.location_id = ${place.locationId} and b.sku_id = n.sku_id and not exists (select from short)
    ), written as (
      insert into stock_holds (line_id, location_id, sku_id, order_id, quantity, held, expires_at, created_at)
      select w.line_id, ${place.locationId}::uuid, w.sku_id, ${place.orderId}::uuid, w.quantity, w.quantity,
        ${place.expiresAt}::timestamptz, ${place.at}::timestamptz
      from wanted w where not exists (select from short)
    )
    select refuse_short(sku_id, free) from short`,
    refused,
  );
}

/** A paid hold does not expire. */
export async function confirm(tx: Tx, orderId: string): Promise<void> {
  await tx.q.updateTable('stock_holds').set({ expires_at: null }).where('order_id', '=', orderId).execute();
}

/** What every order still holds of itself. */
export async function heldLines(tx: Tx, orderId: string): Promise<LineQuantity[]> {
  return tx.q
    .selectFrom('stock_holds')
    .select(['line_id as lineId', 'held as quantity'])
    .where('order_id', '=', orderId)
    .where('held', '>', 0)
    .execute();
}

/** The holds of the wanted lines and then their balances, each locked in SKU order. */
const lockedHolds = (lines: readonly LineQuantity[]) => sql`
  wanted as materialized (
    select line_id, sum(quantity)::int as wanted
    from unnest(${lineIds(lines)}::uuid[], ${quantities(lines)}::int[]) as w (line_id, quantity) group by line_id
  ), holds as materialized (
    select h.line_id, h.location_id, h.sku_id, w.wanted from stock_holds h join wanted w on w.line_id = h.line_id
    order by h.sku_id, h.line_id for update of h
  ), balances as materialized (
    select b.location_id, b.sku_id, b.on_hand from stock_balances b
    where (b.location_id, b.sku_id) in (select location_id, sku_id from holds)
    order by b.sku_id, b.location_id for update of b
  ), sums as materialized (
    select b.location_id, b.sku_id, b.on_hand, sum(h.wanted) as wanted
    from balances b join holds h on h.location_id = b.location_id and h.sku_id = b.sku_id
    group by b.location_id, b.sku_id, b.on_hand
  )`;

/** Gives back what lines held; answers how many lines were found. */
export async function release(tx: Tx, lines: readonly LineQuantity[]): Promise<number> {
  const { rows } = await sql<{ lines: number }>`
    with ${lockedHolds(lines)}, freed as (
      update stock_holds h set held = h.held - x.wanted, released = h.released + x.wanted from holds x
      where h.line_id = x.line_id and h.location_id = x.location_id returning 1
    ), back as (
      update stock_balances b set reserved = b.reserved - s.wanted from sums s
      where b.location_id = s.location_id and b.sku_id = s.sku_id
    )
    select count(*) as lines from freed
  `.execute(tx.q);
  return rows[0]?.lines ?? 0;
}

/** What lines held leaves the house: off the shelf and out of the reservation, with a movement per SKU. */
export async function consume(tx: Tx, lines: readonly LineQuantity[], note: Note): Promise<number> {
  const { rows } = await sql<{ lines: number }>`
    with ${lockedHolds(lines)}, used as (
      update stock_holds h set held = h.held - x.wanted, consumed = h.consumed + x.wanted from holds x
      where h.line_id = x.line_id and h.location_id = x.location_id returning 1
    ), gone as (
      update stock_balances b set reserved = b.reserved - s.wanted, on_hand = b.on_hand - s.wanted from sums s
      where b.location_id = s.location_id and b.sku_id = s.sku_id
    ), journal as (
      insert into stock_movements (key, location_id, sku_id, delta, on_hand_after, reason, ref, actor_name, at)
      select ${note.key}::text || ':ship:' || s.sku_id || ':' || s.location_id, s.location_id, s.sku_id, -s.wanted,
        s.on_hand - s.wanted, 'ship', ${note.ref}, ${note.actorName}, ${note.at}::timestamptz
      from sums s order by s.sku_id
    )
    select count(*) as lines from used
  `.execute(tx.q);
  return rows[0]?.lines ?? 0;
}

export type BackLine = LineQuantity & { damaged: number };

/** Goods come back to where they came from; the damaged ones come in and go out again, so the journal tells both. */
export async function restock(tx: Tx, lines: readonly BackLine[], note: Note): Promise<number> {
  const { rows } = await sql<{ lines: number }>`
    with ${lockedHolds(lines)}, spoilt as materialized (
      select h.location_id, h.sku_id, sum(w.damaged) as damaged
      from unnest(${lineIds(lines)}::uuid[], ${lines.map((line) => line.damaged)}::int[]) as w (line_id, damaged)
      join holds h on h.line_id = w.line_id group by h.location_id, h.sku_id
    ), back as (
      update stock_holds h set returned = h.returned + x.wanted from holds x
      where h.line_id = x.line_id and h.location_id = x.location_id returning 1
    ), shelved as (
      update stock_balances b set on_hand = b.on_hand + s.wanted - d.damaged
      from sums s join spoilt d on d.location_id = s.location_id and d.sku_id = s.sku_id
      where b.location_id = s.location_id and b.sku_id = s.sku_id
    ), moves as (
      select s.location_id, s.sku_id, 1 as step, s.wanted as delta, s.on_hand + s.wanted as after, 'return' as reason
      from sums s
      union all
      select s.location_id, s.sku_id, 2, -d.damaged, s.on_hand + s.wanted - d.damaged, 'damaged'
      from sums s join spoilt d on d.location_id = s.location_id and d.sku_id = s.sku_id where d.damaged > 0
    ), journal as (
      insert into stock_movements (key, location_id, sku_id, delta, on_hand_after, reason, ref, actor_name, at)
      select ${note.key}::text || ':' || m.reason || ':' || m.sku_id || ':' || m.location_id, m.location_id, m.sku_id, m.delta,
        m.after, m.reason, ${note.ref}, ${note.actorName}, ${note.at}::timestamptz
      from moves m order by m.sku_id, m.step
    )
    select count(*) as lines from back
  `.execute(tx.q);
  return rows[0]?.lines ?? 0;
}

/** True when the effect named by `key` has already moved stock of these lines. */
export async function isMoved(tx: Tx, key: string, step: 'ship' | 'return', lines: readonly LineQuantity[]) {
  const { rows } = await sql<{ moved: boolean }>`
    select exists (
      select from stock_holds h join stock_movements m on m.key = ${`${key}:${step}:`}::text || h.sku_id || ':' || h.location_id
      where h.line_id = any(${lineIds(lines)}::uuid[])
    ) as moved
  `.execute(tx.q);
  return rows[0]?.moved ?? false;
}

/** True when the journal has a movement of this very key. */
export async function isWritten(tx: Tx, key: string): Promise<boolean> {
  const row = await tx.q.selectFrom('stock_movements').select('id').where('key', '=', key).executeTakeFirst();
  return row !== undefined;
}

/** The balance of a SKU at a place, made when it is not there yet, locked. */
export async function lockBalance(tx: Tx, locationId: string, skuId: string) {
  await tx.q
    .insertInto('stock_balances')
    .values({ location_id: locationId, sku_id: skuId })
    .onConflict((conflict) => conflict.doNothing())
    .execute();
  return tx.q
    .selectFrom('stock_balances')
    .select(['on_hand as onHand', 'reserved'])
    .where('location_id', '=', locationId)
    .where('sku_id', '=', skuId)
    .forUpdate()
    .executeTakeFirstOrThrow();
}

export type Adjustment = Note & {
  locationId: string;
  skuId: string;
  delta: number;
  reason: string;
  note: string;
  onHandAfter: number;
};

/** Sets a locked balance to what was counted, with its movement. */
export async function adjust(tx: Tx, change: Adjustment): Promise<void> {
  await sql`
    with balance as (
      update stock_balances set on_hand = ${change.onHandAfter}
      where location_id = ${change.locationId} and sku_id = ${change.skuId}
    )
    insert into stock_movements (key, location_id, sku_id, delta, on_hand_after, reason, note, ref, actor_name, at)
    values (${change.key}, ${change.locationId}, ${change.skuId}, ${change.delta}, ${change.onHandAfter}, ${change.reason},
      ${change.note}, ${change.ref}, ${change.actorName}, ${change.at})
  `.execute(tx.q);
}

/** The journal, newest first. */
export async function movements(
  reader: Reader,
  filter: { skuIds: readonly string[] | null; offset: number; limit: number },
) {
  let found = reader.q.selectFrom('stock_movements as m');
  if (filter.skuIds) found = found.where('m.sku_id', '=', sql<string>`any(${filter.skuIds}::uuid[])`);
  const { total } = await found.select((eb) => eb.fn.countAll<number>().as('total')).executeTakeFirstOrThrow();
  const rows = await found
    .innerJoin('locations as l', 'l.id', 'm.location_id')
    .selectAll('m')
    .select('l.name as location_name')
    .orderBy('m.id', 'desc')
    .offset(filter.offset)
    .limit(filter.limit)
    .execute();
  return { total, rows };
}

export type Drift = { skuId: string; onHand: number; moved: number; reserved: number; held: number };

/** Balances that do not agree with their journal or their holds. Reads everything: for the nightly check. */
export async function drifts(reader: Reader): Promise<Drift[]> {
  const { rows } = await sql<Drift>`
    select b.sku_id as "skuId", b.on_hand as "onHand", coalesce(m.moved, 0)::bigint as moved, b.reserved,
      coalesce(h.held, 0)::bigint as held
    from stock_balances b
    left join (select location_id, sku_id, sum(delta) as moved from stock_movements group by 1, 2) m
      on m.location_id = b.location_id and m.sku_id = b.sku_id
    left join (select location_id, sku_id, sum(held) as held from stock_holds group by 1, 2) h
      on h.location_id = b.location_id and h.sku_id = b.sku_id
    where b.on_hand <> coalesce(m.moved, 0) or b.reserved <> coalesce(h.held, 0)
    order by b.sku_id limit 100
  `.execute(reader.q);
  return rows;
}
