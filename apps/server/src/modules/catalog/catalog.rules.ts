// The laws of goods, without a database: specs, prices, the shelf, the tree of categories, cursors.
import type { CategoryNode, CategoryView, Id } from '@jishi/contract';
import { z } from 'zod';
import { fail } from '../../platform/fail.ts';

export const LEVELS_MAX = 3;
/** More words than anybody types; the rest is ignored. */
export const WORDS_MAX = 6;

export type Spec = { name: string; values: string[] };
export type SkuForm = {
  id?: string | undefined;
  specValues: string[];
  code: string | null;
  priceFen: number;
  marketPriceFen: number | null;
  costFen: number | null;
  imageFileId: string | null;
  isOnSale: boolean;
};

const repeated = (texts: readonly string[]): string | undefined =>
  texts.find((text, index) => texts.indexOf(text) !== index);
// A control character that no value can contain.
const combination = (values: readonly string[]) => values.join('\u0001');

/** Why these specs and SKUs do not fit together, in words for staff; null when they do. */
export function specsProblem(specs: readonly Spec[], skus: readonly SkuForm[]): string | null {
  const name = repeated(specs.map((spec) => spec.name));
  if (name !== undefined) return `规格名「${name}」重复`;
  for (const spec of specs) {
    const value = repeated(spec.values);
    if (value !== undefined) return `规格「${spec.name}」的值「${value}」重复`;
  }
  for (const sku of skus) {
    if (sku.specValues.length !== specs.length) return `每个规格组合需要 ${specs.length} 个规格值`;
    for (const [index, spec] of specs.entries()) {
      const value = sku.specValues[index] ?? '';
      if (!spec.values.includes(value)) return `规格「${spec.name}」没有「${value}」这个值`;
    }
  }
  const twice = repeated(skus.map((sku) => combination(sku.specValues)));
  if (twice !== undefined)
    return specs.length === 0 ? '没有规格的商品只能有一个价格' : `组合「${twice.split('\u0001').join(' ')}」重复`;
  return null;
}

/** A SKU code that stands twice in one form. */
export function codeTwice(skus: readonly SkuForm[]): string | undefined {
  return repeated(skus.flatMap((sku) => (sku.code === null ? [] : [sku.code])));
}

export function specText(values: readonly string[]): string {
  return values.join(' ');
}

export type PriceRange = { minFen: number; maxFen: number; marketFen: number | null };

/** What a card shows: the range of the SKUs on sale and the struck-out price of the cheapest, when it is higher. */
export function priceRange(skus: readonly Pick<SkuForm, 'priceFen' | 'marketPriceFen' | 'isOnSale'>[]): PriceRange {
  const onSale = skus.filter((sku) => sku.isOnSale);
  if (onSale.length === 0) return { minFen: 0, maxFen: 0, marketFen: null };
  const prices = onSale.map((sku) => sku.priceFen);
  const minFen = Math.min(...prices);
  const markets = onSale.filter((sku) => sku.priceFen === minFen).map((sku) => sku.marketPriceFen ?? 0);
  const marketFen = Math.max(...markets);
  return { minFen, maxFen: Math.max(...prices), marketFen: marketFen > minFen ? marketFen : null };
}

/** What is missing before people may see the product; null when nothing is. */
export function shelfProblem(images: readonly unknown[], skus: readonly { isOnSale: boolean }[]): string | null {
  if (images.length === 0) return '至少需要一张图片';
  if (!skus.some((sku) => sku.isOnSale)) return '至少需要一个在售规格';
  return null;
}

/** The fields that differ, for the audit trail. */
export function changes<T extends Record<string, unknown>>(
  before: T,
  after: T,
): { before: Partial<T>; after: Partial<T> } {
  const differ = (Object.keys(after) as (keyof T)[]).filter(
    (key) => JSON.stringify(before[key]) !== JSON.stringify(after[key]),
  );
  const pick = (from: T) => Object.fromEntries(differ.map((key) => [key, from[key]])) as Partial<T>;
  return { before: pick(before), after: pick(after) };
}

export type CategoryRow = {
  id: string;
  parent_id: string | null;
  name: string;
  level: number;
  path: string[];
  sort_order: number;
  is_visible: boolean;
  image_file_id: string | null;
};

export function categoryView(row: CategoryRow, imageUrl: (fileId: string) => string | null): CategoryView {
  return {
    id: row.id as Id<'category'>,
    parentId: row.parent_id as Id<'category'> | null,
    name: row.name,
    level: row.level,
    sortOrder: row.sort_order,
    isVisible: row.is_visible,
    imageUrl: row.image_file_id === null ? null : imageUrl(row.image_file_id),
  };
}

/** Rows in reading order: every parent right before its children. A row whose parent is left out is left out too. */
export function inTreeOrder(rows: readonly CategoryRow[]): CategoryRow[] {
  const children = Map.groupBy(rows, (row) => row.parent_id);
  const below = (parent: string | null): CategoryRow[] =>
    (children.get(parent) ?? []).flatMap((row) => [row, ...below(row.id)]);
  return below(null);
}

export function categoryTree(views: readonly CategoryView[]): CategoryNode[] {
  const children = Map.groupBy(views, (view) => view.parentId);
  const below = (parent: CategoryView['id'] | null): CategoryNode[] =>
    (children.get(parent) ?? []).map((view) => ({ ...view, children: below(view.id) }));
  return below(null);
}

/**
 * Where a category would stand below `parent`; refuses cycles and a fourth level.
 * `height` is the number of levels of what moves, itself included.
 */
export function placeBelow(id: string, parent: CategoryRow | null, height: number): { level: number; path: string[] } {
  const above = parent?.path ?? [];
  if (above.includes(id)) fail('category.cycle', {}, 'parentId');
  if (above.length + height > LEVELS_MAX) fail('category.too_deep', {}, 'parentId');
  return { level: above.length + 1, path: [...above, id] };
}

/** The words of a search box, as people separate them; PostgreSQL folds their spelling. */
export function searchWords(text: string | undefined): string[] {
  // NFKC first: it turns the wide blank of Chinese keyboards into a plain one.
  const words = (text ?? '').normalize('NFKC').split(/[\s\p{Cc}]+/u);
  return [...new Set(words.filter((word) => word !== ''))].slice(0, WORDS_MAX);
}

const number = z.int();
const instant = z.iso.datetime();
const uuid = z.uuid();

/** A list is ordered by all its keys in one direction, the id last, so every place in it is unique. */
export const ORDERS = {
  matching: { keys: { score: number, sales_count: number, published_at: instant, id: uuid }, direction: 'desc' },
  relevance: { keys: { weight: number, sales_count: number, published_at: instant, id: uuid }, direction: 'desc' },
  new: { keys: { published_at: instant, id: uuid }, direction: 'desc' },
  price_asc: { keys: { min_price_fen: number, id: uuid }, direction: 'asc' },
  price_desc: { keys: { min_price_fen: number, id: uuid }, direction: 'desc' },
  sales: { keys: { sales_count: number, id: uuid }, direction: 'desc' },
} as const;
export type Order = keyof typeof ORDERS;
export type Place = Readonly<Record<string, string | number>>;

/** The place of `row` in a list, opaque to clients. It says which order it belongs to. */
export function cursorAt(order: Order, row: Readonly<Record<string, unknown>>): string {
  const values = Object.keys(ORDERS[order].keys).map((key) => {
    const value = row[key];
    return value instanceof Date ? value.toISOString() : value;
  });
  return Buffer.from(JSON.stringify([order, ...values])).toString('base64url');
}

/** The place that a cursor of this order names; refuses any other. */
export function placeOf(order: Order, cursor: string): Place {
  const keys = Object.entries(ORDERS[order].keys);
  const parts = unpacked(cursor);
  if (parts[0] !== order || parts.length !== keys.length + 1) fail('cursor.invalid', {}, 'cursor');
  const place: Record<string, string | number> = {};
  for (const [index, [key, schema]] of keys.entries()) {
    const value = schema.safeParse(parts[index + 1]);
    if (!value.success) fail('cursor.invalid', {}, 'cursor');
    place[key] = value.data;
  }
  return place;
}

function unpacked(cursor: string): unknown[] {
  try {
    const parts: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'));
    return Array.isArray(parts) ? parts : [];
  } catch {
    return [];
  }
}
