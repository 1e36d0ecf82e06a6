// Choosing a SKU never leads into a dead end that was shown as open.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  chosenSku,
  firstChoice,
  missing,
  nothingChosen,
  toggle,
  valueState,
  type Chosen,
  type SkuFacts,
  type Spec,
} from '../src/parts/sku-sheet/sku-choice.ts';

const NAMES = ['颜色', '尺码', '包装'];

/** Products with one to three specs, holes in the grid, and some SKUs sold out; and some choice among them. */
const world = fc
  .array(fc.integer({ min: 1, max: 4 }), { minLength: 1, maxLength: 3 })
  .chain((sizes) => {
    const specs: Spec[] = sizes.map((size, index) => ({
      name: NAMES[index]!,
      values: Array.from({ length: size }, (_unused, value) => `${index}-${value}`),
    }));
    const grid = specs.reduce<string[][]>(
      (rows, spec) => rows.flatMap((row) => spec.values.map((value) => [...row, value])),
      [[]],
    );
    return fc.record({
      specs: fc.constant(specs),
      stocks: fc.array(fc.option(fc.integer({ min: -1, max: 3 }), { nil: null }), {
        minLength: grid.length,
        maxLength: grid.length,
      }),
      grid: fc.constant(grid),
      picks: fc.tuple(...specs.map((spec) => fc.option(fc.constantFrom(...spec.values), { nil: null }))),
    });
  })
  .map(({ specs, stocks, grid, picks }) => {
    const skus: SkuFacts[] = grid.flatMap((specValues, index) => {
      const available = stocks[index] ?? null;
      return available === null ? [] : [{ specValues, available }];
    });
    return { specs, skus, chosen: picks as Chosen };
  });

/** Is there a SKU, with stock or without, once `value` stands in place `spec` and the rest of the choice stays? */
function brute(skus: SkuFacts[], chosen: Chosen, spec: number, value: string, needsStock: boolean) {
  return skus.some(
    (sku) =>
      (!needsStock || sku.available > 0) &&
      sku.specValues.every((has, index) =>
        index === spec ? has === value : chosen[index] === null || chosen[index] === has,
      ),
  );
}

describe('the choice of a SKU', () => {
  test('a value is open exactly when something with stock can still be reached through it', () => {
    fc.assert(
      fc.property(world, ({ specs, skus, chosen }) => {
        for (const [index, spec] of specs.entries()) {
          for (const value of spec.values) {
            const state = valueState(skus, chosen, index, value);
            const isBuyable = brute(skus, chosen, index, value, true);
            expect(state === 'open' || state === 'chosen').toBe(isBuyable);
            expect(state === 'impossible').toBe(!brute(skus, chosen, index, value, false));
          }
        }
      }),
    );
  });

  test('following open values always ends at a SKU that can be bought', () => {
    fc.assert(
      fc.property(world, fc.infiniteStream(fc.nat()), ({ specs, skus }, luck) => {
        let chosen = nothingChosen(specs);
        for (const [index, spec] of specs.entries()) {
          const open = spec.values.filter((value) => valueState(skus, chosen, index, value) === 'open');
          if (open.length === 0) {
            expect(skus.every((sku) => sku.available <= 0)).toBe(true);
            return;
          }
          chosen = toggle(chosen, index, open[luck.next().value % open.length]!);
        }
        expect(missing(specs, chosen)).toBe('');
        expect(chosenSku(skus, chosen)!.available).toBeGreaterThan(0);
      }),
    );
  });

  test('taking a value twice takes it back', () => {
    fc.assert(
      fc.property(world, ({ specs, chosen }) => {
        const value = specs[0]!.values[0]!;
        const free: Chosen = chosen.map((now, index) => (index === 0 ? null : now));
        expect(toggle(toggle(free, 0, value), 0, value)).toEqual(free);
      }),
    );
  });

  test('where there is nothing to choose, it is chosen already', () => {
    const specs = [
      { name: '颜色', values: ['天青'] },
      { name: '尺码', values: ['大', '小'] },
    ];
    const both = [
      { specValues: ['天青', '大'], available: 1 },
      { specValues: ['天青', '小'], available: 1 },
    ];
    expect(firstChoice(specs, both)).toEqual(['天青', null]);
    expect(firstChoice(specs, [both[0]!, { ...both[1]!, available: 0 }])).toEqual(['天青', '大']);
    expect(firstChoice([], [{ specValues: [], available: 1 }])).toEqual([]);
    expect(chosenSku([{ specValues: [], available: 1 }], [])).not.toBeNull();
  });
});
