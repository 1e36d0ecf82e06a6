// All SQL of packages.
import type { PACKAGE_ICONS, PACKAGE_LABELS, Id } from '@jishi/contract';
import { sql, type Insertable, type Selectable } from 'kysely';
import type { PointPackages } from '../../platform/db.types.ts';
import type { Reader, Tx } from '../../platform/db.ts';

export type PackageRow = {
  id: Id<'package'>;
  name: string;
  description: string;
  priceFen: number;
  points: number;
  bonusPoints: number;
  label: (typeof PACKAGE_LABELS)[number] | null;
  labelColor: string | null;
  icon: (typeof PACKAGE_ICONS)[number];
  isRecommended: boolean;
  sortOrder: number;
  isActive: boolean;
  saleFrom: Date | null;
  saleUntil: Date | null;
  perBuyerMax: number | null;
  retiredAt: Date | null;
  version: number;
};

const toPackage = (row: Selectable<PointPackages>): PackageRow => ({
  id: row.id as Id<'package'>,
  name: row.name,
  description: row.description,
  priceFen: row.price_fen,
  points: row.points,
  bonusPoints: row.bonus_points,
  label: row.label as PackageRow['label'],
  labelColor: row.label_color,
  icon: row.icon as PackageRow['icon'],
  isRecommended: row.is_recommended,
  sortOrder: row.sort_order,
  isActive: row.is_active,
  saleFrom: row.sale_from,
  saleUntil: row.sale_until,
  perBuyerMax: row.per_buyer_max,
  retiredAt: row.retired_at,
  version: row.version,
});

export async function find(reader: Reader, id: string): Promise<PackageRow | undefined> {
  const row = await reader.q.selectFrom('point_packages').selectAll().where('id', '=', id).executeTakeFirst();
  return row && toPackage(row);
}

export async function lock(tx: Tx, id: string): Promise<PackageRow | undefined> {
  const row = await tx.q.selectFrom('point_packages').selectAll().where('id', '=', id).forUpdate().executeTakeFirst();
  return row && toPackage(row);
}

/** Read by an order: waits for whoever changes it, not for other orders. */
export async function shared(tx: Tx, id: string): Promise<PackageRow | undefined> {
  const row = await tx.q.selectFrom('point_packages').selectAll().where('id', '=', id).forShare().executeTakeFirst();
  return row && toPackage(row);
}

/** Active ones in the order of the shelf; a shop has a handful. */
export async function active(reader: Reader, max: number): Promise<PackageRow[]> {
  const rows = await reader.q
    .selectFrom('point_packages')
    .selectAll()
    .where('is_active', '=', true)
    .orderBy('sort_order')
    .orderBy('id')
    .limit(max)
    .execute();
  return rows.map(toPackage);
}

export async function list(reader: Reader, filter: { q?: string | undefined; page: number; size: number }) {
  const named = sql<boolean>`strpos(lower(name), lower(${filter.q ?? ''})) > 0`;
  const rows = await reader.q
    .selectFrom('point_packages')
    .selectAll()
    .where(named)
    .orderBy(sql`retired_at is not null`)
    .orderBy('sort_order')
    .orderBy('id')
    .limit(filter.size)
    .offset((filter.page - 1) * filter.size)
    .execute();
  const { total } = await reader.q
    .selectFrom('point_packages')
    .select((eb) => eb.fn.countAll<number>().as('total'))
    .where(named)
    .executeTakeFirstOrThrow();
  return { items: rows.map(toPackage), total: Number(total) };
}

export type PackageFields = Omit<
  Insertable<PointPackages>,
  'id' | 'version' | 'created_at' | 'updated_at' | 'retired_at'
>;

export async function insert(tx: Tx, id: string, fields: PackageFields, at: Date): Promise<PackageRow> {
  const row = await tx.q
    .insertInto('point_packages')
    .values({ ...fields, id, created_at: at, updated_at: at })
    .returningAll()
    .executeTakeFirstOrThrow();
  return toPackage(row);
}

export async function change(
  tx: Tx,
  id: string,
  fields: Partial<PackageFields> & { retired_at?: Date },
  at: Date,
): Promise<PackageRow> {
  const row = await tx.q
    .updateTable('point_packages')
    .set({ ...fields, updated_at: at, version: sql`version + 1` })
    .where('id', '=', id)
    .returningAll()
    .executeTakeFirstOrThrow();
  return toPackage(row);
}

export async function remove(tx: Tx, id: string): Promise<void> {
  await tx.q.deleteFrom('point_packages').where('id', '=', id).execute();
}
