// All SQL of what points have paid of order lines.
import type { Id } from '@jishi/contract';
import { sql } from 'kysely';
import type { Reader, Tx } from '../../platform/db.ts';

export type LinePoints = {
  lineId: Id<'orderLine'>;
  orderId: Id<'order'>;
  points: number;
  pointsFen: number;
  agreedFen: number;
  agreedQuantity: number;
  backPoints: number;
  backFen: number;
};

export type NewLinePoints = Pick<LinePoints, 'lineId' | 'orderId' | 'points' | 'pointsFen'>;

/** What points pay of a checkout that was just placed. */
export async function insert(
  tx: Tx,
  checkoutId: string,
  reservationId: string,
  lines: readonly NewLinePoints[],
): Promise<void> {
  const all = (key: keyof NewLinePoints) => lines.map((line) => line[key]);
  await sql`
    with named as (update checkouts set points_reservation_id = ${reservationId} where id = ${checkoutId})
    insert into order_line_points (line_id, order_id, points, points_fen)
    select * from unnest(${all('lineId')}::uuid[], ${all('orderId')}::uuid[], ${all('points')}::bigint[],
      ${all('pointsFen')}::bigint[])
  `.execute(tx.q);
}

export async function ofOrders(reader: Reader, orderIds: readonly string[]): Promise<LinePoints[]> {
  const rows = await reader.q
    .selectFrom('order_line_points')
    .selectAll()
    .where('order_id', '=', sql<string>`any(${orderIds}::uuid[])`)
    .execute();
  return rows.map((row) => ({
    lineId: row.line_id as Id<'orderLine'>,
    orderId: row.order_id as Id<'order'>,
    points: row.points,
    pointsFen: row.points_fen,
    agreedFen: row.agreed_fen,
    agreedQuantity: row.agreed_quantity,
    backPoints: row.back_points,
    backFen: row.back_fen,
  }));
}

export type Back = { lineId: Id<'orderLine'>; agreedFen: number; quantity: number; points: number; pointsFen: number };

/** The order is locked, so nobody else counts at the same time. */
export async function addBack(tx: Tx, backs: readonly Back[]): Promise<void> {
  const all = (key: keyof Back) => backs.map((back) => back[key]);
  await sql`
    update order_line_points l
    set agreed_fen = l.agreed_fen + w.agreed, agreed_quantity = l.agreed_quantity + w.quantity,
        back_points = l.back_points + w.points, back_fen = l.back_fen + w.fen
    from unnest(${all('lineId')}::uuid[], ${all('agreedFen')}::bigint[], ${all('quantity')}::int[],
      ${all('points')}::bigint[], ${all('pointsFen')}::bigint[]) as w (id, agreed, quantity, points, fen)
    where l.line_id = w.id
  `.execute(tx.q);
}
