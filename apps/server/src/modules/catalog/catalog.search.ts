// The shelf: lists, search, zones and the page of a product.
import type { Picture } from '@jishi/contract';
import { fail } from '../../platform/fail.ts';
import { createCache } from '../../platform/cache.ts';
import type { Reader } from '../../platform/db.ts';
import { readsAnew } from '../../platform/http.writer.ts';
import type { Card, Catalog, CatalogGround } from './catalog.ts';
import { cursorAt, placeOf, searchWords, type Order, type Place } from './catalog.rules.ts';
import * as match from './catalog.match.store.ts';
import * as shelf from './catalog.shelf.store.ts';
import * as tree from './catalog.tree.store.ts';

type Pictures = ReadonlyMap<string, Picture>;

type Shown = Omit<shelf.CardRow, 'weight' | 'score' | 'published_at'>;

function cardOf(row: Shown, pictures: Pictures): Card {
  return {
    id: row.id,
    title: row.title,
    subtitle: row.subtitle,
    image: row.image_file_id === null ? null : (pictures.get(row.image_file_id) ?? null),
    priceFen: row.min_price_fen,
    maxPriceFen: row.max_price_fen,
    marketPriceFen: row.market_price_fen,
    salesCount: row.sales_count,
    isSoldOut: row.is_sold_out,
    brandName: row.brand_name,
  };
}

type Page = { order: Order; after: Place | null; limit: number };

const WAY_SECONDS = 600;

/** Bounds of a price that lie close together let as much through: no question of its own for every fen. */
const sizeOf = (fen: number | undefined) => (fen === undefined ? null : Math.round(Math.log2(fen + 1) * 2));

/** Whether little or much fits a filter changes slowly, and is asked for once in ten minutes. */
function createWays(clock: CatalogGround['clock']) {
  const known = createCache<shelf.Way>({ clock, seconds: WAY_SECONDS, entriesMax: 2000 });
  const tiers = createCache<match.Tiers | null>({ clock, seconds: WAY_SECONDS, entriesMax: 2000 });
  const keyOf = ({ words, categoryId, brandId, minFen, maxFen }: shelf.ShelfFilter) =>
    JSON.stringify([words, categoryId, brandId, sizeOf(minFen), sizeOf(maxFen)]);
  return {
    of: (reader: Reader, filter: shelf.ShelfFilter, order: Order) =>
      known.get(`${order === 'relevance'} ${keyOf(filter)}`, () => shelf.wayFor(reader, filter, order)),
    tiers: (reader: Reader, filter: shelf.ShelfFilter) => tiers.get(keyOf(filter), () => match.tiersOf(reader, filter)),
  };
}

const FOUND_SECONDS = 10;

/**
 * Which goods a word finds, and in which order, is known for some seconds: to find them is most of a search. What they
 * cost, whether they are on the shelf and in stock is read every time. A change made here counts at once, one of
 * another process at once for whoever asks anew; a search that looks at prices or stock to find is never remembered.
 */
function createFinds({ clock, revision }: Pick<CatalogGround, 'clock' | 'revision'>) {
  const known = createCache<readonly shelf.Found[]>({ clock, seconds: FOUND_SECONDS, entriesMax: 1000 });
  return {
    isLasting: ({ minFen, maxFen, inStockOnly }: shelf.ShelfFilter) =>
      minFen === undefined && maxFen === undefined && !inStockOnly && !readsAnew(),
    get: (
      { words, categoryId, brandId }: shelf.ShelfFilter,
      { after, limit }: Page,
      find: () => Promise<shelf.CardRow[]>,
    ) =>
      known.get(JSON.stringify([revision(), words, categoryId, brandId, limit, after]), async () =>
        (await find()).map(({ id, score }) => ({ id, score })),
      ),
  };
}

/** The rows of a page, found in the way that suits its question. */
function createRows(ground: CatalogGround) {
  const ways = createWays(ground.clock);
  const finds = createFinds(ground);
  return async (reader: Reader, filter: shelf.ShelfFilter, page: Page, stocked: shelf.Stocked) => {
    if (page.order !== 'matching') {
      return shelf.cards(reader, filter, page, stocked, await ways.of(reader, filter, page.order));
    }
    const find = async () => {
      const tiers = await ways.tiers(reader, filter);
      if (tiers === null) return shelf.cards(reader, filter, page, stocked, 'gather');
      return match.bestCards(reader, filter, page, tiers, stocked);
    };
    if (!finds.isLasting(filter)) return find();
    let first: shelf.CardRow[] | undefined;
    const found = await finds.get(filter, page, async () => (first = await find()));
    if (first) return first;
    const rows = await shelf.foundCards(reader, found, stocked);
    // Something has left the shelf since: then others move up.
    return rows.length === found.length ? rows : find();
  };
}

export function createShelf(ground: CatalogGround): Pick<Catalog, 'search' | 'zones' | 'product'> {
  const { files } = ground;
  const rowsOf = createRows(ground);
  return {
    search: async (reader, input, stocked) => {
      const words = searchWords(input.q);
      const order = input.sort === 'relevance' && words.length > 0 ? 'matching' : input.sort;
      const after = input.cursor === undefined ? null : placeOf(order, input.cursor);
      // One more than asked for tells whether there is a next page.
      const rows = await rowsOf(reader, { ...input, words }, { order, after, limit: input.limit + 1 }, stocked);
      // An empty list is the only one that may come from a category that is not there.
      if (rows.length === 0 && input.categoryId && !(await tree.category(reader, input.categoryId))) {
        fail('category.not_found');
      }
      const page = rows.slice(0, input.limit);
      const pictures = await files.pictures(
        reader,
        page.map((row) => row.image_file_id),
      );
      const last = page.at(-1);
      return {
        items: page.map((row) => cardOf(row, pictures)),
        nextCursor: rows.length > page.length && last ? cursorAt(order, last) : null,
      };
    },
    zones: async (reader, size, stocked) => {
      const rows = await shelf.zones(reader, size, stocked);
      const pictures = await files.pictures(
        reader,
        rows.map((row) => row.image_file_id),
      );
      const of = (zone: shelf.Zone) => rows.filter((row) => row.zone === zone).map((row) => cardOf(row, pictures));
      return { hot: of('hot'), fresh: of('fresh'), discount: of('discount') };
    },
    product: async (reader, productId, left) => {
      const row = await shelf.shelfProduct(reader, productId, { left, pictures: files.rowsOf });
      if (!row) fail('product.not_found');
      const pictures = files.picturesOf(row.pictures);
      const skus = row.skus.map(({ imageFileId, left, ...sku }) => ({
        ...sku,
        image: imageFileId === null ? null : (pictures.get(imageFileId) ?? null),
        available: Math.max(0, left),
      }));
      const isSoldOut = skus.every((sku) => sku.available === 0);
      return {
        ...cardOf({ ...row, image_file_id: row.image_file_ids[0] ?? null, is_sold_out: isSoldOut }, pictures),
        images: row.image_file_ids.flatMap((id) => pictures.get(id) ?? []),
        description: row.description,
        specs: row.specs,
        categoryPath: row.path,
        skus,
      };
    },
  };
}
