// All SQL of categories and brands, and of what products repeat of them: their path and what search reads.
import { sql, type RawBuilder, type SqlBool } from 'kysely';
import type { Reader, Tx } from '../../platform/db.ts';
import type { CategoryRow } from './catalog.rules.ts';

export async function categories(reader: Reader): Promise<CategoryRow[]> {
  return reader.q
    .selectFrom('categories')
    .selectAll()
    .orderBy('sort_order')
    .orderBy('name')
    .orderBy('id')
    .limit(5000)
    .execute();
}

export async function category(reader: Reader, id: string): Promise<CategoryRow | undefined> {
  return reader.q.selectFrom('categories').selectAll().where('id', '=', id).executeTakeFirst();
}

/** A category as it stays until the transaction ends: moving and renaming wait, other products do not. */
export async function holdCategory(tx: Tx, id: string): Promise<CategoryRow | undefined> {
  return tx.q.selectFrom('categories').selectAll().where('id', '=', id).forShare().executeTakeFirst();
}

export async function holdBrand(tx: Tx, id: string) {
  return tx.q.selectFrom('brands').selectAll().where('id', '=', id).forShare().executeTakeFirst();
}

/** How many products outside the bin stand in each category or below it. */
export async function productCounts(reader: Reader): Promise<Map<string, number>> {
  const { rows } = await sql<{ id: string; count: number }>`
    select c.id, count(*) as count from products p cross join unnest(p.category_path) as c (id)
    where p.deleted_at is null group by c.id
  `.execute(reader.q);
  return new Map(rows.map((row) => [row.id, row.count]));
}

export async function insertCategory(tx: Tx, row: CategoryRow): Promise<void> {
  await tx.q.insertInto('categories').values(row).execute();
}

/** How many levels a category and what is below it take. */
export async function heightOf(tx: Tx, row: CategoryRow): Promise<number> {
  const { rows } = await sql<{ height: number }>`
    select max(level) - ${row.level}::int + 1 as height from categories where path @> array[${row.id}::uuid]
  `.execute(tx.q);
  return rows[0]?.height ?? 1;
}

/** Writes a category and carries everything below it along. */
export async function updateCategory(tx: Tx, row: CategoryRow, oldLevel: number): Promise<void> {
  await tx.q
    .updateTable('categories')
    .set({
      name: row.name,
      sort_order: row.sort_order,
      is_visible: row.is_visible,
      image_file_id: row.image_file_id,
    })
    .where('id', '=', row.id)
    .execute();
  await sql`
    update categories c set
      parent_id = case when c.id = ${row.id} then ${row.parent_id}::uuid else c.parent_id end,
      path = ${row.path}::uuid[] || c.path[${oldLevel + 1}::int:],
      level = cardinality(${row.path}::uuid[]) + c.level - ${oldLevel}::int
    where c.path @> array[${row.id}::uuid]
  `.execute(tx.q);
}

/** What products repeat of their category and brand, written anew from the truth for those that `which` selects. */
async function refreshProducts(tx: Tx, which: RawBuilder<SqlBool>): Promise<void> {
  await sql`
    update products p set category_path = c.path, search_text = concat_ws(E'\n',
      search_fold(p.title), search_fold(p.subtitle),
      (select search_fold(b.name) from brands b where b.id = p.brand_id),
      (select string_agg(search_fold(x.name), E'\n' order by x.level) from categories x where x.id = any(c.path)))
    from categories c where c.id = p.category_id and ${which}
  `.execute(tx.q);
}
export const refreshProduct = (tx: Tx, productId: string) => refreshProducts(tx, sql`p.id = ${productId}`);
export const refreshCategory = (tx: Tx, id: string) => refreshProducts(tx, sql`c.path @> array[${id}::uuid]`);
export const refreshBrand = (tx: Tx, id: string) => refreshProducts(tx, sql`p.brand_id = ${id}`);

/** What keeps a category from being deleted. Binned products let it go. */
export async function contentsOf(tx: Tx, id: string): Promise<{ children: number; products: number }> {
  const { rows } = await sql<{ children: number; products: number }>`
    select (select count(*) from categories where parent_id = ${id})::int as children,
      (select count(*) from products where category_id = ${id} and deleted_at is null)::int as products
  `.execute(tx.q);
  return rows[0] ?? { children: 0, products: 0 };
}

/** An empty category; products of it in the bin stay there without one. */
export async function deleteCategory(tx: Tx, id: string): Promise<void> {
  await tx.q.updateTable('products').set({ category_id: null }).where('category_id', '=', id).execute();
  await tx.q.deleteFrom('categories').where('id', '=', id).execute();
}

/** The categories below one, in the order in which people see them. */
export async function siblingIds(tx: Tx, parentId: string | null): Promise<string[]> {
  const rows = await tx.q
    .selectFrom('categories')
    .select('id')
    .where('parent_id', 'is not distinct from', parentId)
    .orderBy('sort_order')
    .orderBy('name')
    .execute();
  return rows.map((row) => row.id);
}

/** The first gets 1, the second 2, and so on. */
export async function putInOrder(tx: Tx, ids: readonly string[]): Promise<void> {
  await sql`
    update categories c set sort_order = w.place::int
    from unnest(${ids}::uuid[]) with ordinality as w (id, place) where c.id = w.id
  `.execute(tx.q);
}

export async function lockCategory(tx: Tx, id: string): Promise<CategoryRow | undefined> {
  return tx.q.selectFrom('categories').selectAll().where('id', '=', id).forUpdate().executeTakeFirst();
}

export type BrandRow = { id: string; name: string; logo_file_id: string | null; sort_order: number };

export async function brands(reader: Reader): Promise<BrandRow[]> {
  return reader.q
    .selectFrom('brands')
    .selectAll()
    .orderBy('sort_order')
    .orderBy('name')
    .orderBy('id')
    .limit(1000)
    .execute();
}

export async function brandPage(reader: Reader, filter: { q: string; offset: number; limit: number }) {
  let found = reader.q.selectFrom('brands as b');
  if (filter.q !== '') found = found.where(sql<boolean>`strpos(search_fold(b.name), search_fold(${filter.q})) > 0`);
  const { total } = await found.select((eb) => eb.fn.countAll<number>().as('total')).executeTakeFirstOrThrow();
  const rows = await found
    .selectAll('b')
    .select((eb) =>
      eb
        .selectFrom('products as p')
        .whereRef('p.brand_id', '=', 'b.id')
        .where('p.deleted_at', 'is', null)
        .select((one) => one.fn.countAll<number>().as('count'))
        .as('product_count'),
    )
    .orderBy('b.sort_order')
    .orderBy('b.name')
    .orderBy('b.id')
    .offset(filter.offset)
    .limit(filter.limit)
    .execute();
  return { total, rows };
}

/** Every brand in the order in which people see them; whoever orders them anew holds all of them. */
export async function lockBrandsInOrder(tx: Tx): Promise<{ id: string; name: string }[]> {
  return tx.q
    .selectFrom('brands')
    .select(['id', 'name'])
    .orderBy('sort_order')
    .orderBy('name')
    .orderBy('id')
    .forUpdate()
    .execute();
}

/** The first gets 1, the second 2, and so on. */
export async function putBrandsInOrder(tx: Tx, ids: readonly string[]): Promise<void> {
  await sql`
    update brands b set sort_order = w.place::int
    from unnest(${ids}::uuid[]) with ordinality as w (id, place) where b.id = w.id and b.sort_order <> w.place
  `.execute(tx.q);
}

export async function brandProductCount(reader: Reader, id: string): Promise<number> {
  const row = await reader.q
    .selectFrom('products')
    .select((eb) => eb.fn.countAll<number>().as('count'))
    .where('brand_id', '=', id)
    .where('deleted_at', 'is', null)
    .executeTakeFirstOrThrow();
  return row.count;
}

export async function lockBrand(tx: Tx, id: string): Promise<BrandRow | undefined> {
  return tx.q.selectFrom('brands').selectAll().where('id', '=', id).forUpdate().executeTakeFirst();
}

export async function insertBrand(tx: Tx, row: BrandRow): Promise<void> {
  await tx.q.insertInto('brands').values(row).execute();
}

export async function updateBrand(tx: Tx, row: BrandRow): Promise<void> {
  await tx.q
    .updateTable('brands')
    .set({ name: row.name, logo_file_id: row.logo_file_id, sort_order: row.sort_order })
    .where('id', '=', row.id)
    .execute();
}

/** Binned products let the brand go. */
export async function deleteBrand(tx: Tx, id: string): Promise<void> {
  await tx.q
    .updateTable('products')
    .set({ brand_id: null })
    .where('brand_id', '=', id)
    .where('deleted_at', 'is not', null)
    .execute();
  await tx.q.deleteFrom('brands').where('id', '=', id).execute();
}
