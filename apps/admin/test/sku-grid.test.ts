// The SKU grid: whatever a person does with specs, every combination stands once and nobody's identity is lost or doubled.
import { SKUS_MAX } from '@jishi/contract';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { sentOf, emptyDraft } from '../src/pages/catalog/product/draft.ts';
import {
  buildGrid,
  emptySku,
  gridSize,
  toDrafts,
  valueTexts,
  type SkuDraft,
  type SpecDraft,
} from '../src/pages/catalog/product/sku-grid.ts';

const specs = fc.array(fc.integer({ min: 0, max: 5 }), { maxLength: 3 }).map((sizes) =>
  sizes.map<SpecDraft>((size, at) => ({
    key: `s${at}`,
    name: `规格${at}`,
    values: Array.from({ length: size }, (_, index) => ({ key: `s${at}v${index}`, text: `值${at}-${index}` })),
  })),
);
/** The grid as a shop has it: every SKU with an id, a code and a price of its own. */
const lived = (of: readonly SpecDraft[]): SkuDraft[] =>
  buildGrid(of, []).map((sku, at) => ({ ...sku, id: `id-${at}`, code: `c-${at}`, priceFen: 100 + at }));
const ids = (skus: readonly SkuDraft[]) => skus.flatMap((sku) => sku.id ?? []);

describe('the SKU grid', () => {
  test('holds every combination exactly once, in reading order', () => {
    fc.assert(
      fc.property(specs, (of) => {
        const grid = buildGrid(of, []);
        expect(grid).toHaveLength(gridSize(of));
        expect(new Set(grid.map((sku) => sku.valueKeys.join('/'))).size).toBe(grid.length);
        const filled = of.filter((spec) => spec.values.length > 0);
        for (const sku of grid) {
          sku.valueKeys.forEach((key, at) => expect(filled[at]?.values.map((value) => value.key)).toContain(key));
          expect(sku.valueKeys).toHaveLength(filled.length);
        }
      }),
    );
  });

  test('renaming names and values keeps every SKU with all it had', () => {
    fc.assert(
      fc.property(specs, fc.string(), (of, word) => {
        const before = lived(of);
        const renamed = of.map((spec) => ({
          ...spec,
          name: word,
          values: spec.values.map((value) => ({ ...value, text: word + value.key })),
        }));
        expect(buildGrid(renamed, before)).toEqual(before);
      }),
    );
  });

  test('adding and removing a value touches only the rows of that value', () => {
    fc.assert(
      fc.property(specs, fc.nat(2), (of, where) => {
        const at = of[where];
        fc.pre(at !== undefined && at.values.length > 0);
        const before = lived(of);
        const more = of.map((spec) =>
          spec === at ? { ...spec, values: [...spec.values, { key: 'new', text: '新' }] } : spec,
        );
        const grown = buildGrid(more, before);
        expect(grown.filter((sku) => !sku.valueKeys.includes('new'))).toEqual(before);
        expect(ids(grown.filter((sku) => sku.valueKeys.includes('new')))).toEqual([]);
        expect(buildGrid(of, grown)).toEqual(before);
      }),
    );
  });

  test('a new dimension copies prices but never a code or an id, so no SKU stands for two', () => {
    const colour: SpecDraft = {
      key: 'c',
      name: '颜色',
      values: [
        { key: 'red', text: '红' },
        { key: 'blue', text: '蓝' },
      ],
    };
    const size: SpecDraft = {
      key: 's',
      name: '尺寸',
      values: [
        { key: 'm', text: 'M' },
        { key: 'l', text: 'L' },
      ],
    };
    const grid = buildGrid([colour, size], lived([colour]));
    expect(grid.map((sku) => sku.priceFen)).toEqual([100, 100, 101, 101]);
    expect(grid.every((sku) => sku.id === undefined && sku.code === '')).toBe(true);
  });

  test('a grid too large to save is not built', () => {
    const huge = [0, 1, 2].map<SpecDraft>((at) => ({
      key: `s${at}`,
      name: `${at}`,
      values: Array.from({ length: 10 }, (_, index) => ({ key: `s${at}v${index}`, text: `${index}` })),
    }));
    expect(gridSize(huge)).toBeGreaterThan(SKUS_MAX);
    expect(buildGrid(huge, [emptySku()])).toEqual([emptySku()]);
  });

  test('what is read of a product is what is sent back', () => {
    const sku = {
      code: 'A',
      priceFen: 5900,
      marketPriceFen: null,
      costFen: 100,
      image: null,
      isOnSale: true,
      available: 3,
    };
    const product = {
      specs: [{ name: '颜色', values: ['红', '蓝'] }],
      // In another order than the values, as a database may give them.
      skus: [
        { ...sku, id: 'blue', specValues: ['蓝'] },
        { ...sku, id: 'red', specValues: ['红'], code: null },
      ],
    };
    const drafts = toDrafts(product as unknown as Parameters<typeof toDrafts>[0]);
    expect(drafts.skus.map((row) => valueTexts(drafts.specs, row))).toEqual([['红'], ['蓝']]);
    const sent = sentOf({ ...emptyDraft(), ...drafts });
    expect(sent.specs).toEqual(product.specs);
    expect(sent.skus.map(({ id, specValues, code, priceFen }) => ({ id, specValues, code, priceFen }))).toEqual([
      { id: 'red', specValues: ['红'], code: null, priceFen: 5900 },
      { id: 'blue', specValues: ['蓝'], code: 'A', priceFen: 5900 },
    ]);
  });
});
