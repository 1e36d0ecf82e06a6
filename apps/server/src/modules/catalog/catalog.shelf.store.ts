// What shoppers read of goods: pages of cards, zones, one product, SKUs as a basket needs them.
import { sql, type CompiledQuery, type Expression, type RawBuilder, type SqlBool } from 'kysely';
import type { Reader } from '../../platform/db.ts';
import { ask, statement } from '../../platform/statement.ts';
import { ORDERS, type Order, type Place } from './catalog.rules.ts';

/** A condition on a SKU id that the owner of stock makes: true where it can be bought. */
export type Stocked = (skuId: Expression<string>) => Expression<SqlBool>;

export type CardRow = {
  id: string;
  title: string;
  subtitle: string;
  image_file_id: string | null;
  min_price_fen: number;
  max_price_fen: number;
  market_price_fen: number | null;
  sales_count: number;
  is_sold_out: boolean;
  brand_name: string | null;
  published_at: Date;
  weight: number;
  score: number;
};

export const onShelf = sql<SqlBool>`p.state = 'on_sale' and p.deleted_at is null`;

/** One look per row of the page, never a table of all SKUs that are in stock: `exists` would let PostgreSQL choose that. */
export const hasStock = (stocked: Stocked) => sql<SqlBool>`coalesce((
  select true from skus s where s.product_id = p.id and s.is_on_sale and s.retired_at is null and ${stocked(sql.ref<string>('s.id'))}
  limit 1), false)`;

export const cardColumns = (stocked: Stocked) => sql`
  p.id, p.title, p.subtitle, p.image_file_ids[1] as image_file_id, p.min_price_fen, p.max_price_fen, p.market_price_fen,
  p.sales_count, p.published_at, (select b.name from brands b where b.id = p.brand_id) as brand_name,
  not ${hasStock(stocked)} as is_sold_out`;

/** The product of each row of a page, by its key: `offset 0` keeps PostgreSQL from reading all products for a few. */
export const productOf = sql`cross join lateral (select * from products p where p.id = shown.id offset 0) p`;

export type ShelfFilter = {
  words: readonly string[];
  categoryId?: string | undefined;
  brandId?: string | undefined;
  minFen?: number | undefined;
  maxFen?: number | undefined;
  /** Only what can be bought now. */
  inStockOnly: boolean;
};

/** A word in the spelling of search: a question of its own, so that it is folded once and not for every row. */
export const folded = (word: string) => sql`(select search_fold(${word}::text))`;
export const all = (conditions: readonly RawBuilder<unknown>[]) => sql<SqlBool>`${sql.join(conditions, sql` and `)}`;

const literally = (words: readonly string[]) =>
  all(words.map((word) => sql`strpos(p.search_text, ${folded(word)}) > 0`));

const piecesOf = (words: readonly string[]) =>
  sql`(select array_agg(piece) from unnest(${words}::text[]) w, unnest(bigrams(search_fold(w))) piece)`;

/** Found by the index over pieces, then each word read literally: `%`, `_` and `\` are characters like others. */
export const matches = (words: readonly string[]) =>
  all([sql`search_pieces(p.search_text) @> ${piecesOf(words)}`, literally(words)]);

/** The same among titles alone, by their own index: a word of all subtitles would find everything by the other one. */
export const titlesWith = (words: readonly string[]) =>
  sql<SqlBool>`search_pieces(split_part(p.search_text, E'\n', 1)) @> ${piecesOf(words)}`;

/** Every word is in the title: the first line of what search reads. */
export const inTitle = (words: readonly string[]) =>
  all(words.map((word) => sql`strpos(split_part(p.search_text, E'\n', 1), ${folded(word)}) > 0`));

/** 2: the title starts with the first word; 1: every word is in the title; 0: in subtitle, brand or category. */
const score = ([first, ...more]: readonly string[]) =>
  first === undefined
    ? sql<number>`0`
    : sql<number>`case
        when starts_with(p.search_text, ${folded(first)}) then 2
        when ${inTitle([first, ...more])} then 1
        else 0 end`;

const TYPES: Readonly<Record<string, RawBuilder<unknown>>> = {
  id: sql`uuid`,
  published_at: sql`timestamptz`,
};
const BIGINT = sql`bigint`;

/**
 * Three ways to the same page. `gather` fetches everything that fits by its index and sorts it: right when little fits.
 * `walk` goes along the order of the list and leaves out what does not fit: right when much does, however large the
 * catalog. `shelves` takes the first of each category below the one that is asked for, and the first of those: as fast
 * in any catalog, but only in the usual order, which has an index for it. PostgreSQL cannot know which is best, because
 * it plans a statement before it knows the word or the category.
 */
export type Way = 'gather' | 'walk' | 'shelves';

/** With more categories below it, a category has so many goods that walking finds them soon. */
const SHELVES_MAX = 40;

/** More than so many rows are not sorted for a page. */
const GATHER_MAX = 2000;

const isFiltered = (filter: ShelfFilter) =>
  filter.words.length > 0 ||
  [filter.categoryId, filter.brandId, filter.minFen, filter.maxFen].some((one) => one != null);

/** The conditions that an index can serve for `gather`, or written so that none is tempting for `walk`. */
export function fits(filter: ShelfFilter, way: Way): RawBuilder<SqlBool>[] {
  const { words, categoryId, brandId, minFen, maxFen } = filter;
  const found = [onShelf];
  const isWalk = way !== 'gather';
  if (words.length > 0) found.push(isWalk ? literally(words) : matches(words));
  // Goods that are taken from shelf to shelf stand in the category already.
  if (categoryId !== undefined && way !== 'shelves') {
    found.push(
      isWalk ? sql`${categoryId}::uuid = any(p.category_path)` : sql`p.category_path @> array[${categoryId}::uuid]`,
    );
  }
  if (brandId !== undefined) {
    found.push(isWalk ? sql`(p.brand_id = ${brandId}::uuid) is true` : sql`p.brand_id = ${brandId}::uuid`);
  }
  if (minFen !== undefined) found.push(sql`p.min_price_fen >= ${minFen}::bigint`);
  if (maxFen !== undefined) found.push(sql`p.min_price_fen <= ${maxFen}::bigint`);
  return found;
}

/** Which way suits this filter now; a wrong answer costs time and nothing else. */
export async function wayFor(reader: Reader, filter: ShelfFilter, order: Order): Promise<Way> {
  if (!isFiltered(filter)) return 'walk';
  const { rows } = await sql<{ many: boolean; few: boolean }>`
    select count(*) > ${GATHER_MAX} as many, (
      select count(*) between 1 and ${SHELVES_MAX}::int from categories c where c.path @> array[${filter.categoryId ?? null}::uuid]
    ) as few
    from (select from products p where ${all(fits(filter, 'gather'))} limit ${GATHER_MAX + 1}) found
  `.execute(reader.q);
  if (order === 'relevance' && filter.words.length === 0 && rows[0]?.few) return 'shelves';
  return rows[0]?.many ? 'walk' : 'gather';
}

/** The statement behind `cards`, apart so that a test can ask PostgreSQL for its plan. */
export function cardsQuery(
  filter: ShelfFilter,
  page: { order: Order; after: Place | null; limit: number },
  stocked: Stocked,
  way: Way = isFiltered(filter) ? 'gather' : 'walk',
): RawBuilder<CardRow> {
  const { keys, direction } = ORDERS[page.order];
  const names = Object.keys(keys);
  const { after } = page;
  const beyond = direction === 'asc' ? sql`>` : sql`<`;
  // One direction for all keys, so the comparison of rows is the whole condition and an index can serve it.
  const place = after
    ? sql<SqlBool>`(${sql.join(names.map((name) => sql.ref(`p.${name}`)))}) ${beyond}
        (${sql.join(names.map((name) => sql`${after[name]}::${TYPES[name] ?? BIGINT}`))})`
    : sql<SqlBool>`true`;
  const order = (of: string) => sql.join(names.map((name) => sql`${sql.ref(`${of}.${name}`)} ${sql.raw(direction)}`));
  const found = (within: RawBuilder<unknown>) => sql`
    select p.id, p.sales_count, p.published_at, p.min_price_fen, - p.sort_order as weight, ${score(filter.words)} as score
    from products p where ${within} and ${all(fits(filter, way))}`;
  const inStock = filter.inStockOnly ? hasStock(stocked) : sql<SqlBool>`true`;
  const first = (source: RawBuilder<unknown>) =>
    sql`select p.* from ${source} p where ${place} and ${inStock} order by ${order('p')} limit ${page.limit}`;
  const sources: Record<Way, () => RawBuilder<unknown>> = {
    // Materialized, so that what was gathered is sorted and no order of the list is walked for it.
    gather: () => first(sql`(with found as materialized (${found(sql`true`)}) select * from found)`),
    walk: () => first(sql`(${found(sql`true`)})`),
    shelves: () => sql`
      select p.* from categories c cross join lateral (${first(sql`(${found(sql`p.category_id = c.id`)})`)}) p
      where c.path @> array[${filter.categoryId}::uuid] order by ${order('p')} limit ${page.limit}`,
  };
  return sql<CardRow>`
    select ${cardColumns(stocked)}, shown.weight, shown.score
    from (${sources[way]()}) shown ${productOf}
    order by ${order('shown')}`;
}

export async function cards(
  reader: Reader,
  filter: ShelfFilter,
  page: { order: Order; after: Place | null; limit: number },
  stocked: Stocked,
  way: Way,
): Promise<CardRow[]> {
  return (await cardsQuery(filter, page, stocked, way).execute(reader.q)).rows;
}

/** What a search has found: a product and how well it matches. */
export type Found = Pick<CardRow, 'id' | 'score'>;

/** In the place of what was found while the statement below is put together: that happens once, not for every page. */
const IDS: string[] = [];
const MARKS: number[] = [];
const cardsOfFound = new WeakMap<Stocked, CompiledQuery>();

/** The cards of what was found before, in that order, without those that are not on the shelf any more. */
export async function foundCards(reader: Reader, found: readonly Found[], stocked: Stocked): Promise<CardRow[]> {
  if (found.length === 0) return [];
  const asked =
    cardsOfFound.get(stocked) ??
    sql`
      select ${cardColumns(stocked)}, - p.sort_order as weight, shown.score
      from unnest((select ${IDS}::uuid[]), (select ${MARKS}::int[])) with ordinality as shown (id, score, place) ${productOf}
      where ${onShelf} order by shown.place`.compile(reader.q);
  cardsOfFound.set(stocked, asked);
  const ids = found.map((one) => one.id);
  const marks = found.map((one) => one.score);
  const parameters = asked.parameters.map((one) => (one === IDS ? ids : one === MARKS ? marks : one));
  return ask(reader, { ...asked, parameters } as CompiledQuery<CardRow>);
}

export type Zone = 'hot' | 'fresh' | 'discount';

/** The three rows of the home page in one statement. */
export async function zones(reader: Reader, size: number, stocked: Stocked): Promise<(CardRow & { zone: Zone })[]> {
  const { rows } = await sql<CardRow & { zone: Zone }>`
    select z.zone, ${cardColumns(stocked)}
    from (
      (select 'hot' as zone, p.id, row_number() over (order by p.sales_count desc, p.id desc) as rank
        from products p where ${onShelf} order by p.sales_count desc, p.id desc limit ${size})
      union all
      (select 'fresh', p.id, row_number() over (order by p.published_at desc, p.id desc)
        from products p where ${onShelf} order by p.published_at desc, p.id desc limit ${size})
      union all
      (select 'discount', p.id, row_number() over (order by p.discount_bps desc, p.id desc)
        from products p where ${onShelf} and p.discount_bps > 0 order by p.discount_bps desc, p.id desc limit ${size})
    ) z
    join products p on p.id = z.id
    order by z.zone, z.rank
  `.execute(reader.q);
  return rows;
}

/** What owners of other tables say within the question for one page: pieces left of a SKU id, pictures of file ids. */
export type PageParts = {
  left: (skuId: Expression<string>) => Expression<number>;
  pictures: (fileIds: Expression<string[]>) => Expression<PictureRow[]>;
};
type PictureRow = { id: string; width: number; height: number };

export type PageRow = Omit<CardRow, 'is_sold_out' | 'image_file_id' | 'weight' | 'score' | 'published_at'> & {
  image_file_ids: string[];
  description: string;
  specs: { name: string; values: string[] }[];
  path: { id: string; name: string }[];
  skus: PageSku[];
  pictures: PictureRow[];
};
export type PageSku = {
  id: string;
  specValues: string[];
  code: string | null;
  priceFen: number;
  marketPriceFen: number | null;
  imageFileId: string | null;
  left: number;
};

/** A product that people may see, with everything its page shows: one question. */
export async function shelfProduct(reader: Reader, productId: string, parts: PageParts): Promise<PageRow | undefined> {
  const { rows } = await sql<PageRow>`
    select p.id, p.title, p.subtitle, p.min_price_fen, p.max_price_fen, p.market_price_fen, p.sales_count,
      (select b.name from brands b where b.id = p.brand_id) as brand_name, p.image_file_ids, p.description, p.specs,
      (select coalesce(jsonb_agg(jsonb_build_object('id', c.id, 'name', c.name) order by c.level), '[]')
        from categories c where c.id = any(p.category_path)) as path,
      coalesce(skus.rows, '[]') as skus,
      ${parts.pictures(sql<string[]>`(p.image_file_ids || skus.image_file_ids)`)} as pictures
    from products p cross join lateral (
      select jsonb_agg(jsonb_build_object('id', s.id, 'specValues', s.spec_values, 'code', s.code,
          'priceFen', s.price_fen, 'marketPriceFen', s.market_price_fen, 'imageFileId', s.image_file_id,
          'left', ${parts.left(sql.ref<string>('s.id'))}) order by s.sort_order, s.id) as rows,
        array_agg(s.image_file_id) filter (where s.image_file_id is not null) as image_file_ids
      from skus s where s.product_id = p.id and s.retired_at is null and s.is_on_sale
    ) skus
    where ${onShelf} and p.id = ${productId}
  `.execute(reader.q);
  return rows[0];
}

export type SaleRow = {
  sku_id: string;
  product_id: string;
  seller_id: string;
  seller_name: string;
  title: string;
  spec_values: string[];
  image_file_id: string | null;
  price_fen: number;
  is_product_on_sale: boolean;
  is_sku_on_sale: boolean;
};

/**
 * SKUs with what a basket line needs, retired and hidden ones included: carts and journals still name them. An array
 * behind `select` hides its length from the planner: one plan serves all baskets, where each would be planned anew.
 */
export async function skusForSale(reader: Reader, skuIds: readonly string[]): Promise<SaleRow[]> {
  return ask(
    reader,
    statement<SaleRow>`
    select s.id as sku_id, p.id as product_id, p.seller_id, o.name as seller_name, p.title, s.spec_values,
      coalesce(s.image_file_id, p.image_file_ids[1]) as image_file_id, s.price_fen,
      p.state = 'on_sale' and p.deleted_at is null as is_product_on_sale,
      s.is_on_sale and s.retired_at is null as is_sku_on_sale
    from skus s join products p on p.id = s.product_id join sellers o on o.id = p.seller_id
    where s.id = any((select ${skuIds}::uuid[])::uuid[])
  `,
  );
}
