// All SQL of parcels and their contents.
import type { CarrierCode, Id } from '@jishi/contract';
import { sql, type Insertable } from 'kysely';
import type { Parcels } from '../../platform/db.types.ts';
import { violates, type Reader, type Tx } from '../../platform/db.ts';
import { fail } from '../../platform/fail.ts';
import type { ParcelLine } from './fulfilment.rules.ts';

export type ParcelRow = {
  id: Id<'parcel'>;
  orderId: Id<'order'>;
  carrier: CarrierCode;
  trackingNo: string;
  shippedAt: Date;
};
type Stored = { id: string; order_id: string; carrier: string; tracking_no: string; shipped_at: Date };
const COLUMNS = ['id', 'order_id', 'carrier', 'tracking_no', 'shipped_at'] as const;

function toParcel(row: Stored): ParcelRow {
  return {
    id: row.id as Id<'parcel'>,
    orderId: row.order_id as Id<'order'>,
    carrier: row.carrier as CarrierCode,
    trackingNo: row.tracking_no,
    shippedAt: row.shipped_at,
  };
}

/** False when the order has a parcel with this number already. */
export async function insertParcel(tx: Tx, row: Insertable<Parcels>, lines: readonly ParcelLine[]): Promise<boolean> {
  const inserted = await tx.q
    .insertInto('parcels')
    .values(row)
    .onConflict((clash) => clash.constraint('parcels_tracking').doNothing())
    .returning('id')
    .executeTakeFirst();
  if (!inserted) return false;
  const contents = lines.map((line) => ({ parcel_id: row.id, line_id: line.lineId, quantity: line.quantity }));
  await tx.q.insertInto('parcel_lines').values(contents).execute();
  return true;
}

export async function parcel(reader: Reader, id: string): Promise<ParcelRow | undefined> {
  const row = await reader.q.selectFrom('parcels').select(COLUMNS).where('id', '=', id).executeTakeFirst();
  return row && toParcel(row);
}

export async function correct(tx: Tx, parcelId: string, to: { carrier: string; trackingNo: string }): Promise<void> {
  try {
    await tx.q
      .updateTable('parcels')
      .set({ carrier: to.carrier, tracking_no: to.trackingNo })
      .where('id', '=', parcelId)
      .execute();
  } catch (error) {
    if (violates(error, 'parcels_tracking')) fail('parcel.duplicate', { trackingNo: to.trackingNo }, 'trackingNo');
    throw error;
  }
}

export async function parcelsOf(reader: Reader, orderIds: readonly string[]): Promise<ParcelRow[]> {
  const rows = await reader.q
    .selectFrom('parcels')
    .select(COLUMNS)
    .where('order_id', '=', sql<string>`any(${orderIds}::uuid[])`)
    .orderBy('shipped_at')
    .orderBy('id')
    .execute();
  return rows.map(toParcel);
}

export async function contentsOf(reader: Reader, parcelIds: readonly string[]) {
  return reader.q
    .selectFrom('parcel_lines')
    .select(['parcel_id', 'line_id', 'quantity'])
    .where('parcel_id', '=', sql<string>`any(${parcelIds}::uuid[])`)
    .orderBy('parcel_id')
    .orderBy('line_id')
    .execute();
}

/** Orders with a parcel whose number begins like this. */
export async function ordersByTracking(reader: Reader, beginning: string, max: number): Promise<Id<'order'>[]> {
  const from = beginning.toUpperCase();
  // A tilde sorts after every sign that a tracking number may have.
  const rows = await reader.q
    .selectFrom('parcels')
    .select('order_id')
    .distinct()
    .where('tracking_no', '>=', from)
    .where('tracking_no', '<', `${from}~`)
    .limit(max)
    .execute();
  return rows.map((row) => row.order_id as Id<'order'>);
}
