// Cells pasted from a spreadsheet into the grid of SKUs, beginning at one cell and going down and to the right.
import { readYuan } from '../../../parts/money.ts';
import type { SkuDraft } from './sku-grid.ts';

/** The columns that take pasted text, as they stand from left to right. */
export const PASTED_COLUMNS = ['priceFen', 'marketPriceFen', 'costFen', 'code'] as const;
export type PastedColumn = (typeof PASTED_COLUMNS)[number];
type Rows = readonly (readonly string[])[];

/** Null for what is no block of cells: then it is pasted into the one cell as ever. */
export function cellsOf(text: string): Rows | null {
  const lines = text.replace(/(\r?\n)+$/, '').split(/\r?\n/);
  const rows = lines.map((line) => line.split('\t').map((cell) => cell.trim()));
  return rows.length > 1 || (rows[0]?.length ?? 0) > 1 ? rows : null;
}

const amountOf = (cell: string) => readYuan(cell.replaceAll(/[¥￥,，\s元]/g, ''));

function withCell(sku: SkuDraft, column: PastedColumn, cell: string): SkuDraft {
  if (column === 'code') return { ...sku, code: cell.slice(0, 40) };
  const amount = amountOf(cell);
  // What is no amount is refused at its field on saving, instead of leaving the old price as if it had been pasted.
  return { ...sku, [column]: amount === undefined ? Number.NaN : amount };
}

/** What does not fit into the grid is left out; an empty cell leaves what was there. */
export function pasteInto(
  skus: readonly SkuDraft[],
  at: { row: number; column: PastedColumn },
  cells: Rows,
): SkuDraft[] {
  const first = PASTED_COLUMNS.indexOf(at.column);
  return skus.map((sku, row) => {
    const pasted = cells[row - at.row] ?? [];
    return pasted.reduce((next, cell, index) => {
      const column = PASTED_COLUMNS[first + index];
      return column === undefined || cell === '' ? next : withCell(next, column, cell);
    }, sku);
  });
}

/** One cell of a row copied into every row below. A code names one SKU only, so codes count on from their last digits. */
export function fillDown(skus: readonly SkuDraft[], at: { row: number; column: PastedColumn }): SkuDraft[] {
  const from = skus[at.row];
  if (!from) return [...skus];
  return skus.map((sku, row) => {
    if (row <= at.row) return sku;
    return at.column === 'code'
      ? { ...sku, code: counted(from.code, row - at.row) }
      : { ...sku, [at.column]: from[at.column] };
  });
}

function counted(code: string, by: number): string {
  const [, head = code, digits = ''] = /^(.*?)(\d*)$/.exec(code.trim()) ?? [];
  if (head === '' && digits === '') return '';
  const next =
    digits === '' ? `-${String(by + 1).padStart(2, '0')}` : String(Number(digits) + by).padStart(digits.length, '0');
  return (head + next).slice(0, 40);
}
