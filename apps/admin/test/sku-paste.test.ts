// Pasting from a spreadsheet into the grid, and filling down.
import { expect, test } from 'vitest';
import { emptySku } from '../src/pages/catalog/product/sku-grid.ts';
import { cellsOf, fillDown, pasteInto } from '../src/pages/catalog/product/sku-paste.ts';

const grid = (rows: number) => Array.from({ length: rows }, (_, at) => emptySku([`k${at}`]));

test('a block of cells goes down and to the right from where it is pasted; what does not fit is left out', () => {
  const cells = cellsOf('¥1,299.00\t1599\t\tA-1\textra\r\n88\t\t50\tA-2\r\n77\r\n66\r\n');
  const pasted = pasteInto(grid(3), { row: 1, column: 'priceFen' }, cells ?? []);
  expect(pasted[0]).toEqual(emptySku(['k0']));
  expect(pasted[1]).toMatchObject({ priceFen: 129_900, marketPriceFen: 159_900, costFen: null, code: 'A-1' });
  expect(pasted[2]).toMatchObject({ priceFen: 8_800, marketPriceFen: null, costFen: 5_000, code: 'A-2' });
});

test('a single value is no block: it is pasted into its cell as ever', () => {
  expect(cellsOf('12.50')).toBeNull();
  expect(cellsOf('12.50\n')).toBeNull();
});

test('what is no amount is kept as a wrong one, so that it cannot pass for the old price', () => {
  const [sku] = pasteInto(grid(1), { row: 0, column: 'priceFen' }, [['十二', '9']]);
  expect(sku?.priceFen).toBeNaN();
  expect(sku?.marketPriceFen).toBe(900);
});

test('filling down copies an amount and counts codes on, because a code names one SKU only', () => {
  const skus = grid(3).map((sku, at) => (at === 0 ? { ...sku, priceFen: 500, code: 'TEA-09' } : sku));
  expect(fillDown(skus, { row: 0, column: 'priceFen' }).map((sku) => sku.priceFen)).toEqual([500, 500, 500]);
  expect(fillDown(skus, { row: 0, column: 'code' }).map((sku) => sku.code)).toEqual(['TEA-09', 'TEA-10', 'TEA-11']);
  expect(fillDown(skus, { row: 1, column: 'code' }).map((sku) => sku.code)).toEqual(['TEA-09', '', '']);
});
