// The laws of goods without a database: which specs fit, what a card shows, where a category may stand.
import { describe, expect, test } from 'vitest';
import { Failure } from '../../platform/fail.ts';
import {
  categoryTree,
  changes,
  codeTwice,
  inTreeOrder,
  placeBelow,
  priceRange,
  searchWords,
  shelfProblem,
  specsProblem,
  type CategoryRow,
  type SkuForm,
} from './catalog.rules.ts';

const sku = (specValues: string[], more: Partial<SkuForm> = {}): SkuForm => ({
  specValues,
  code: null,
  priceFen: 100,
  marketPriceFen: null,
  costFen: null,
  imageFileId: null,
  isOnSale: true,
  ...more,
});
const color = { name: '颜色', values: ['红', '蓝'] };
const size = { name: '尺码', values: ['S', 'M'] };

describe('specs', () => {
  test.each([
    ['no specs, one SKU', [], [sku([])], null],
    ['every SKU one value per spec', [color, size], [sku(['红', 'S']), sku(['蓝', 'M'])], null],
    ['two prices without specs', [], [sku([]), sku([])], '没有规格的商品只能有一个价格'],
    ['a spec named twice', [color, color], [sku(['红', '红'])], '规格名「颜色」重复'],
    ['a value twice', [{ name: '颜色', values: ['红', '红'] }], [sku(['红'])], '规格「颜色」的值「红」重复'],
    ['too few values', [color, size], [sku(['红'])], '每个规格组合需要 2 个规格值'],
    ['a value that the spec does not have', [color], [sku(['绿'])], '规格「颜色」没有「绿」这个值'],
    ['values in the wrong order', [color, size], [sku(['S', '红'])], '规格「颜色」没有「S」这个值'],
    ['a combination twice', [color], [sku(['红']), sku(['红'])], '组合「红」重复'],
  ])('%s', (_, specs, skus, why) => {
    expect(specsProblem(specs, skus)).toBe(why);
  });

  test('values that read the same when joined are still different combinations', () => {
    const specs = [
      { name: '甲', values: ['a b', 'a'] },
      { name: '乙', values: ['c', 'b c'] },
    ];
    expect(specsProblem(specs, [sku(['a b', 'c']), sku(['a', 'b c'])])).toBeNull();
  });

  test('a code stands once in a form; SKUs without a code do not collide', () => {
    expect(codeTwice([sku([]), sku([]), sku([], { code: 'A' })])).toBeUndefined();
    expect(codeTwice([sku([], { code: 'A' }), sku([], { code: 'A' })])).toBe('A');
  });
});

test('the price range counts only what is on sale', () => {
  const skus = [sku([], { priceFen: 1, isOnSale: false }), sku([], { priceFen: 300 }), sku([], { priceFen: 200 })];
  expect(priceRange(skus)).toEqual({ minFen: 200, maxFen: 300, marketFen: null });
  expect(priceRange([])).toEqual({ minFen: 0, maxFen: 0, marketFen: null });
  expect(priceRange([sku([], { priceFen: 749_900, marketPriceFen: 799_900 })]).marketFen).toBe(799_900);
  expect(priceRange([sku([], { priceFen: 100, marketPriceFen: 100 })]).marketFen).toBeNull();
});

test('the shelf needs a picture and a SKU on sale', () => {
  expect(shelfProblem(['a'], [sku([])])).toBeNull();
  expect(shelfProblem([], [sku([])])).toBe('至少需要一张图片');
  expect(shelfProblem(['a'], [sku([], { isOnSale: false })])).toBe('至少需要一个在售规格');
});

test('the trail holds only what differs', () => {
  expect(changes({ a: 1, b: [1], c: 'x' }, { a: 1, b: [2], c: 'y' })).toEqual({
    before: { b: [1], c: 'x' },
    after: { b: [2], c: 'y' },
  });
});

const row = (id: string, parent: CategoryRow | null): CategoryRow => ({
  id,
  parent_id: parent?.id ?? null,
  name: id,
  level: (parent?.level ?? 0) + 1,
  path: [...(parent?.path ?? []), id],
  sort_order: 0,
  is_visible: true,
  image_file_id: null,
});
const refusal = (work: () => unknown) => {
  try {
    work();
  } catch (error) {
    return error instanceof Failure ? error.code : String(error);
  }
  return null;
};

test('a category stands where three levels suffice and never below itself', () => {
  const a = row('a', null);
  const b = row('b', a);
  const c = row('c', b);
  expect(placeBelow('x', null, 3)).toEqual({ level: 1, path: ['x'] });
  expect(placeBelow('x', b, 1)).toEqual({ level: 3, path: ['a', 'b', 'x'] });
  expect(refusal(() => placeBelow('x', b, 2))).toBe('category.too_deep');
  expect(refusal(() => placeBelow('x', c, 1))).toBe('category.too_deep');
  expect(refusal(() => placeBelow('a', c, 1))).toBe('category.cycle');
});

test('the tree lists parents before children and leaves out what has lost its parent', () => {
  const a = row('a', null);
  const b = row('b', a);
  const c = row('c', b);
  const orphan = row('o', row('gone', null));
  expect(inTreeOrder([c, orphan, b, a]).map((one) => one.id)).toEqual(['a', 'b', 'c']);
  expect(categoryTree([])).toEqual([]);
});

test('the words of a search box are apart by any blank, without doubles, and few', () => {
  expect(searchWords(undefined)).toEqual([]);
  expect(searchWords('  华为　手机\t手机 ')).toEqual(['华为', '手机']);
  expect(searchWords('1 2 3 4 5 6 7 8')).toHaveLength(6);
  expect(searchWords('雨\u0000鞋')).toEqual(['雨', '鞋']);
});
