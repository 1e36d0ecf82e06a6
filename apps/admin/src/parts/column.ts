// What a column is, so that a page's columns.ts is a plain list; and what a cell says on the screen and in a file.
import { yuan, yuanDigits } from '@jishi/contract';
import { timeText } from './time.ts';

export type Column<Row> = {
  key: string;
  label: string;
  width?: number;
  minWidth?: number;
  align?: 'left' | 'right' | 'center';
  /** The cell as text; a slot named `cell-<key>` draws more. */
  text?: (row: Row) => string;
  /** The cell as an amount: yuan on the screen, a plain number in a file. */
  fen?: (row: Row) => number | null;
  /** The cell as a moment, in the shop's time. */
  at?: (row: Row) => string | null;
  /** What a file says where a slot draws the cell. */
  file?: (row: Row) => string | number | null;
  /** The server's name for this order; the list needs a filter `sort`. */
  sort?: string;
  /** May be left out when there is no room, 1 first. */
  yields?: 1 | 2 | 3;
  /** Not shown until somebody asks for it. */
  isHidden?: boolean;
  /** Cannot be hidden. */
  isFixed?: boolean;
  /** One line; the rest appears under the pointer. */
  isCut?: boolean;
};

export const NOTHING = '—';

/** The cell as a person reads it. */
export function cellText<Row>(column: Column<Row>, row: Row): string {
  if (column.text) return column.text(row);
  if (column.at) return timeText(column.at(row));
  const fen = column.fen?.(row);
  return fen === null || fen === undefined ? NOTHING : yuan(fen);
}

/** The cell as a spreadsheet reads it: amounts can be added up, and what is not there is an empty cell. */
export function fileText<Row>(column: Column<Row>, row: Row): string {
  if (column.file) return String(column.file(row) ?? '');
  if (column.fen) {
    const fen = column.fen(row);
    return fen === null ? '' : `${fen < 0 ? '-' : ''}${yuanDigits(fen)}`;
  }
  const text = cellText(column, row);
  return text === NOTHING ? '' : text;
}

export function isInFile<Row>(column: Column<Row>): boolean {
  return Boolean(column.file ?? column.fen ?? column.at ?? column.text);
}

export const isRightAligned = <Row>(column: Column<Row>) =>
  (column.align ?? (column.fen ? 'right' : 'left')) === 'right';
