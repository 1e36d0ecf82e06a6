// All SQL that writes products and SKUs, and what staff read of them.
import type { AdminProductSort } from '@jishi/contract';
import { sql, type RawBuilder, type SqlBool } from 'kysely';
import type { Reader, Tx } from '../../platform/db.ts';
import type { PriceRange, SkuForm, Spec } from './catalog.rules.ts';
import type { Stocked } from './catalog.shelf.store.ts';

export type ProductFields = {
  categoryId: string;
  brandId: string | null;
  title: string;
  subtitle: string;
  description: string;
  imageFileIds: string[];
  specs: Spec[];
  sortOrder: number;
};

export async function platformSeller(reader: Reader): Promise<{ id: string; name: string }> {
  return reader.q.selectFrom('sellers').select(['id', 'name']).where('kind', '=', 'platform').executeTakeFirstOrThrow();
}

/** Locks a product that is not in the bin. */
export async function lockProduct(tx: Tx, productId: string) {
  return tx.q
    .selectFrom('products')
    .selectAll()
    .where('id', '=', productId)
    .where('deleted_at', 'is', null)
    .forUpdate()
    .executeTakeFirst();
}

export type ProductRow = NonNullable<Awaited<ReturnType<typeof lockProduct>>>;

export async function findProduct(reader: Reader, productId: string): Promise<ProductRow | undefined> {
  return reader.q
    .selectFrom('products')
    .selectAll()
    .where('id', '=', productId)
    .where('deleted_at', 'is', null)
    .executeTakeFirst();
}

const columnsOf = (fields: ProductFields, prices: PriceRange) => ({
  category_id: fields.categoryId,
  brand_id: fields.brandId,
  title: fields.title,
  subtitle: fields.subtitle,
  description: fields.description,
  image_file_ids: fields.imageFileIds,
  specs: JSON.stringify(fields.specs),
  sort_order: fields.sortOrder,
  min_price_fen: prices.minFen,
  max_price_fen: prices.maxFen,
  market_price_fen: prices.marketFen,
});

export async function insertProduct(
  tx: Tx,
  product: { id: string; sellerId: string; at: Date },
  fields: ProductFields,
  prices: PriceRange,
): Promise<void> {
  await tx.q
    .insertInto('products')
    .values({
      id: product.id,
      seller_id: product.sellerId,
      category_path: [],
      created_at: product.at,
      updated_at: product.at,
      ...columnsOf(fields, prices),
    })
    .execute();
}

export async function updateProduct(
  tx: Tx,
  product: { id: string; at: Date },
  fields: ProductFields,
  prices: PriceRange,
): Promise<void> {
  await tx.q
    .updateTable('products')
    .set({ ...columnsOf(fields, prices), version: sql<number>`version + 1`, updated_at: product.at })
    .where('id', '=', product.id)
    .execute();
}

export async function setState(
  tx: Tx,
  product: { id: string; state: string; publishedAt: Date | null; at: Date },
): Promise<void> {
  await tx.q
    .updateTable('products')
    .set({
      state: product.state,
      published_at: product.publishedAt,
      version: sql<number>`version + 1`,
      updated_at: product.at,
    })
    .where('id', '=', product.id)
    .execute();
}

/** Into the bin: off the shelf for good; its SKUs give their codes free. */
export async function bin(tx: Tx, productId: string, at: Date): Promise<void> {
  await retireSkus(tx, productId, at);
  await tx.q
    .updateTable('products')
    .set({ state: 'off_shelf', deleted_at: at, updated_at: at, version: sql<number>`version + 1` })
    .where('id', '=', productId)
    .execute();
}

/** Locks a product that is in the bin. */
export async function lockBinned(tx: Tx, productId: string): Promise<ProductRow | undefined> {
  return tx.q
    .selectFrom('products')
    .selectAll()
    .where('id', '=', productId)
    .where('deleted_at', 'is not', null)
    .forUpdate()
    .executeTakeFirst();
}

/** Out of the bin, still off the shelf; the SKUs that went with it come back, those retired before stay away. */
export async function unbin(tx: Tx, product: ProductRow, categoryId: string, at: Date): Promise<void> {
  await tx.q
    .updateTable('skus')
    .set({ retired_at: null })
    .where('product_id', '=', product.id)
    .where('retired_at', '=', product.deleted_at)
    .execute();
  await tx.q
    .updateTable('products')
    .set({ deleted_at: null, category_id: categoryId, updated_at: at, version: sql<number>`version + 1` })
    .where('id', '=', product.id)
    .execute();
}

/** The SKUs that are not retired, in the order of the form. */
export async function liveSkus(reader: Reader, productIds: readonly string[]) {
  return reader.q
    .selectFrom('skus')
    .selectAll()
    .where('product_id', '=', sql<string>`any(${productIds}::uuid[])`)
    .where('retired_at', 'is', null)
    .orderBy('product_id')
    .orderBy('sort_order')
    .orderBy('id')
    .execute();
}

/** All SKUs the product ever had. */
export async function skuIdsOf(reader: Reader, productId: string): Promise<string[]> {
  const rows = await reader.q.selectFrom('skus').select('id').where('product_id', '=', productId).execute();
  return rows.map((row) => row.id);
}

export async function retireSkus(tx: Tx, productId: string, at: Date): Promise<void> {
  await tx.q
    .updateTable('skus')
    .set({ retired_at: at })
    .where('product_id', '=', productId)
    .where('retired_at', 'is', null)
    .execute();
}

/**
 * Writes the SKUs of a form, kept and new ones, in one statement. All of them are retired before, so that two which
 * swap their codes or values never meet in the unique indexes.
 */
export async function writeSkus(tx: Tx, productId: string, skus: readonly (SkuForm & { id: string })[]): Promise<void> {
  const rows = skus.map((sku, index) => ({
    id: sku.id,
    spec_values: sku.specValues,
    code: sku.code,
    price_fen: sku.priceFen,
    market_price_fen: sku.marketPriceFen,
    cost_fen: sku.costFen,
    image_file_id: sku.imageFileId,
    is_on_sale: sku.isOnSale,
    sort_order: index,
  }));
  await sql`
    insert into skus (id, product_id, spec_values, code, price_fen, market_price_fen, cost_fen, image_file_id, is_on_sale, sort_order)
    select r.id, ${productId}::uuid, r.spec_values, r.code, r.price_fen, r.market_price_fen, r.cost_fen, r.image_file_id,
      r.is_on_sale, r.sort_order
    from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as r (
      id uuid, spec_values text[], code text, price_fen bigint, market_price_fen bigint, cost_fen bigint,
      image_file_id uuid, is_on_sale boolean, sort_order int)
    on conflict (id) do update set
      spec_values = excluded.spec_values, code = excluded.code, price_fen = excluded.price_fen,
      market_price_fen = excluded.market_price_fen, cost_fen = excluded.cost_fen,
      image_file_id = excluded.image_file_id, is_on_sale = excluded.is_on_sale, sort_order = excluded.sort_order,
      retired_at = null
  `.execute(tx.q);
}

/** A code among these that a SKU of another product has. */
export async function takenCode(tx: Tx, productId: string, codes: readonly string[]): Promise<string | undefined> {
  const row = await tx.q
    .selectFrom('skus')
    .select('code')
    .where('code', '=', sql<string>`any(${codes}::text[])`)
    .where('product_id', '<>', productId)
    .where('retired_at', 'is', null)
    .limit(1)
    .executeTakeFirst();
  return row?.code ?? undefined;
}

/** Sold or refunded pieces per product; rows are locked in one order. */
export async function countSales(tx: Tx, items: readonly { productId: string; quantity: number }[]): Promise<void> {
  await sql`
    with counts as materialized (
      select product_id, sum(quantity) as quantity
      from unnest(${items.map((item) => item.productId)}::uuid[], ${items.map((item) => item.quantity)}::int[])
        as w (product_id, quantity) group by product_id
    ), locked as materialized (
      select p.id from products p where p.id in (select product_id from counts) order by p.id for no key update of p
    )
    update products p set sales_count = greatest(0, p.sales_count + c.quantity)
    from counts c join locked l on l.id = c.product_id where p.id = c.product_id
  `.execute(tx.q);
}

export type AdminRow = {
  id: string;
  title: string;
  image_file_id: string | null;
  category_name: string;
  brand_name: string | null;
  state: string;
  min_price_fen: number;
  max_price_fen: number;
  sales_count: number;
  version: number;
  updated_at: Date;
  deleted_at: Date | null;
  sku_ids: string[];
};

export type AdminFilter = {
  words: readonly string[];
  /** The whole text of the search box: it may be a SKU code. */
  text: string;
  state?: string | undefined;
  categoryId?: string | undefined;
  brandId?: string | undefined;
  minFen?: number | undefined;
  maxFen?: number | undefined;
  /** The bin, last removed first, instead of everything outside of it. */
  removedOnly?: boolean | undefined;
  sort?: AdminProductSort | undefined;
};

/** What the owner of stock can say of a SKU: enough of it, any of it. Null asks nothing. */
export type StockFilter = {
  /** Only products with a SKU on sale that does not meet it. */
  enough: Stocked | null;
  /** Only products without any SKU on sale that meets it. */
  any: Stocked | null;
};

const ADMIN_SORTS: Readonly<Record<AdminProductSort, RawBuilder<unknown>>> = {
  price: sql`p.min_price_fen, p.id`,
  '-price': sql`p.max_price_fen desc, p.id desc`,
  sales: sql`p.sales_count, p.id`,
  '-sales': sql`p.sales_count desc, p.id desc`,
  updatedAt: sql`p.updated_at, p.id`,
  '-updatedAt': sql`p.updated_at desc, p.id desc`,
};

/** A page of all products, newest change first. */
export async function adminRows(
  reader: Reader,
  filter: AdminFilter,
  page: { offset: number; limit: number },
  { enough, any }: StockFilter,
): Promise<{ rows: AdminRow[]; total: number }> {
  const all = [filter.removedOnly ? sql<SqlBool>`p.deleted_at is not null` : sql<SqlBool>`p.deleted_at is null`];
  if (filter.words.length > 0) {
    all.push(sql`(not exists (select from unnest(${filter.words}::text[]) w where strpos(p.search_text, search_fold(w)) = 0)
      or exists (select from skus s where s.product_id = p.id and s.retired_at is null and s.code = ${filter.text}))`);
  }
  if (filter.state !== undefined) all.push(sql`p.state = ${filter.state}`);
  if (filter.categoryId !== undefined) all.push(sql`p.category_path @> array[${filter.categoryId}::uuid]`);
  if (filter.brandId !== undefined) all.push(sql`p.brand_id = ${filter.brandId}::uuid`);
  if (filter.minFen !== undefined) all.push(sql`p.max_price_fen >= ${filter.minFen}`);
  if (filter.maxFen !== undefined) all.push(sql`p.min_price_fen <= ${filter.maxFen}`);
  const onSale = sql`select from skus s where s.product_id = p.id and s.retired_at is null and s.is_on_sale`;
  if (enough) all.push(sql`exists (${onSale} and not ${enough(sql.ref<string>('s.id'))})`);
  if (any) all.push(sql`not exists (${onSale} and ${any(sql.ref<string>('s.id'))})`);
  const newest = filter.removedOnly ? sql`p.deleted_at desc, p.id desc` : ADMIN_SORTS['-updatedAt'];
  const order = filter.sort ? ADMIN_SORTS[filter.sort] : newest;
  const where = sql.join(all, sql` and `);
  const count = await sql<{ total: number }>`select count(*) as total from products p where ${where}`.execute(reader.q);
  const { rows } = await sql<AdminRow>`
    select p.id, p.title, p.image_file_ids[1] as image_file_id, coalesce(c.name, '') as category_name, b.name as brand_name, p.state,
      p.min_price_fen, p.max_price_fen, p.sales_count, p.version, p.updated_at, p.deleted_at,
      array(select s.id from skus s where s.product_id = p.id and s.retired_at is not distinct from p.deleted_at) as sku_ids
    from (select p.* from products p where ${where} order by ${order}
      offset ${page.offset} limit ${page.limit}) p
    left join categories c on c.id = p.category_id left join brands b on b.id = p.brand_id
    order by ${order}
  `.execute(reader.q);
  return { rows, total: count.rows[0]?.total ?? 0 };
}
