// All SQL of the cart.
import { sql } from 'kysely';
import type { Reader, Tx } from '../../platform/db.ts';
import { statement } from '../../platform/statement.ts';

export type LineRow = { id: string; skuId: string; quantity: number; isSelected: boolean; addedFen: number };

/** The lines of a buyer, newest first. */
export async function lines(reader: Reader, buyerId: string): Promise<LineRow[]> {
  return reader.q
    .selectFrom('cart_lines')
    .select(['id', 'sku_id as skuId', 'quantity', 'is_selected as isSelected', 'added_fen as addedFen'])
    .where('buyer_id', '=', buyerId)
    .orderBy('created_at', 'desc')
    .orderBy('id', 'desc')
    .execute();
}

export async function pieces(reader: Reader, buyerId: string): Promise<number> {
  const row = await reader.q
    .selectFrom('cart_lines')
    .select((eb) => eb.fn.sum<number>('quantity').as('pieces'))
    .where('buyer_id', '=', buyerId)
    .executeTakeFirst();
  return row?.pieces ?? 0;
}

export type PutLine = { id: string; buyerId: string; skuId: string; quantity: number; addedFen: number; at: Date };

/** Writes the line of a SKU: a new one, or the known one with its new quantity and today's price, selected. */
export async function put(tx: Tx, line: PutLine): Promise<void> {
  await tx.q
    .insertInto('cart_lines')
    .values({
      id: line.id,
      buyer_id: line.buyerId,
      sku_id: line.skuId,
      quantity: line.quantity,
      added_fen: line.addedFen,
      created_at: line.at,
    })
    .onConflict((conflict) =>
      conflict.constraint('cart_lines_sku').doUpdateSet((eb) => ({
        quantity: eb.ref('excluded.quantity'),
        added_fen: eb.ref('excluded.added_fen'),
        is_selected: true,
      })),
    )
    .execute();
}

export async function change(
  tx: Tx,
  buyerId: string,
  lineId: string,
  to: { quantity?: number | undefined; isSelected?: boolean | undefined },
): Promise<void> {
  await sql`
    update cart_lines set quantity = coalesce(${to.quantity ?? null}::int, quantity),
      is_selected = coalesce(${to.isSelected ?? null}::boolean, is_selected)
    where buyer_id = ${buyerId} and id = ${lineId}
  `.execute(tx.q);
}

export async function selectAll(tx: Tx, buyerId: string, isSelected: boolean): Promise<void> {
  await tx.q.updateTable('cart_lines').set({ is_selected: isSelected }).where('buyer_id', '=', buyerId).execute();
}

/** Answers how many lines were there to remove. */
export async function removeLines(tx: Tx, buyerId: string, lineIds: readonly string[]): Promise<number> {
  const result = await tx.q
    .deleteFrom('cart_lines')
    .where('buyer_id', '=', buyerId)
    .where('id', '=', sql<string>`any(${lineIds}::uuid[])`)
    .executeTakeFirst();
  return Number(result.numDeletedRows);
}

export function removeSkus(tx: Tx, buyerId: string, skuIds: readonly string[]): void {
  tx.write(statement`delete from cart_lines where buyer_id = ${buyerId} and sku_id = any(${skuIds}::uuid[])`);
}
