// How a person likes a table: which columns, in which order, how wide, how dense. Pure, so that it can be tested.
import type { Column } from './column.ts';

export type Density = 'tight' | 'normal' | 'loose';
export type TableView = {
  order: string[];
  /** Null: nobody has chosen, and columns may yield when there is no room. */
  hidden: string[] | null;
  widths: Record<string, number>;
  density: Density;
};

export const PLAIN_VIEW: TableView = { order: [], hidden: null, widths: {}, density: 'normal' };
const WIDTH_MIN = 48;
const WIDTH_ELSE = 100;

/** A remembered view, whatever an older release or a curious person has left there. */
export function viewFrom(kept: unknown): TableView {
  if (typeof kept !== 'object' || kept === null) return { ...PLAIN_VIEW };
  const { order, hidden, widths, density } = kept as Partial<Record<keyof TableView, unknown>>;
  const words = (value: unknown) =>
    Array.isArray(value) ? value.filter((word): word is string => typeof word === 'string') : null;
  return {
    order: words(order) ?? [],
    hidden: words(hidden),
    widths: Object.fromEntries(
      Object.entries(typeof widths === 'object' && widths !== null ? widths : {}).filter(
        (entry): entry is [string, number] => typeof entry[1] === 'number' && entry[1] >= WIDTH_MIN,
      ),
    ),
    density: density === 'tight' || density === 'loose' ? density : 'normal',
  };
}

/** Every column in the person's order; one that is new to them stands behind its neighbour of the page's own list. */
export function ordered<Row>(columns: readonly Column<Row>[], order: readonly string[]): Column<Row>[] {
  const known = order.filter((key) => columns.some((column) => column.key === key));
  const keys = [...known];
  columns.forEach(({ key }, at) => {
    if (known.includes(key)) return;
    const before = columns[at - 1]?.key;
    keys.splice(before === undefined ? 0 : keys.indexOf(before) + 1, 0, key);
  });
  return keys.flatMap((key) => columns.filter((column) => column.key === key));
}

export const isShown = <Row>(column: Column<Row>, view: TableView) =>
  column.isFixed === true || (view.hidden === null ? column.isHidden !== true : !view.hidden.includes(column.key));

const widthOf = <Row>(column: Column<Row>, view: TableView) =>
  view.widths[column.key] ?? column.width ?? column.minWidth ?? WIDTH_ELSE;

/** Those that say so leave first; then the others from the right. The first column and fixed ones stay. */
function leaving<Row>(columns: readonly Column<Row>[]): Column<Row>[] {
  const LAST = 4;
  return columns
    .filter((column, at) => at > 0 && column.isFixed !== true)
    .toReversed()
    .toSorted((a, b) => (a.yields ?? LAST) - (b.yields ?? LAST));
}

/** What is drawn in so much room. Without a choice of the person's own, columns yield before anything is half covered. */
export function arranged<Row>(
  columns: readonly Column<Row>[],
  view: TableView,
  room: number,
): { shown: Column<Row>[]; yielded: Column<Row>[] } {
  const wanted = ordered(columns, view.order).filter((column) => isShown(column, view));
  if (view.hidden !== null) return { shown: wanted, yielded: [] };
  let needed = wanted.reduce((sum, column) => sum + widthOf(column, view), 0);
  const yielded: Column<Row>[] = [];
  for (const column of leaving(wanted)) {
    if (needed <= room) break;
    needed -= widthOf(column, view);
    yielded.push(column);
  }
  return { shown: wanted.filter((column) => !yielded.includes(column)), yielded };
}

/** The keys with the one at `from` put to `to`. */
export function moved(keys: readonly string[], from: number, to: number): string[] {
  const key = keys[from];
  if (key === undefined || to < 0 || to >= keys.length) return [...keys];
  const next = keys.toSpliced(from, 1);
  next.splice(to, 0, key);
  return next;
}
