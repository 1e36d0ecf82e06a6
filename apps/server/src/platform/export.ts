// Lists as Excel files: one mechanism for every list of the back office. Rows are read page after page while they are sent,
// so a file of a million rows needs no more memory than one of ten, and nobody else waits.
import { Readable } from 'node:stream';
import { fail } from './fail.ts';
import { FileAnswer } from './http.ts';
import { xlsx, XLSX_TYPE, type SheetColumn } from './xlsx.ts';

export type { SheetColumn } from './xlsx.ts';

/** More than a sheet of Excel holds is split; more than this is not what one opens in Excel. */
const ROWS_MAX = 2_000_000;
const ROWS_PER_READ = 2_000;
/** Each takes a core's worth of work while it runs: the rest of the shop needs the other. */
const AT_ONCE_MAX = 2;
let running = 0;

/** Rows by a key: what comes after the last row that was read. Never slower towards the end, and a row is told once. */
export async function* byKey<Row>(
  readAfter: (last: Row | undefined, max: number) => Promise<readonly Row[]>,
): AsyncGenerator<readonly Row[]> {
  let last: Row | undefined;
  for (let read = 0; read < ROWS_MAX;) {
    const rows = await readAfter(last, ROWS_PER_READ);
    if (rows.length > 0) yield rows;
    if (rows.length < ROWS_PER_READ) return;
    read += rows.length;
    last = rows.at(-1);
  }
}

/** Rows by numbered pages, for lists that have no key: as `items` of the list that the screen shows. */
export async function* byPage<Row>(
  readPage: (at: { page: number; size: number }) => Promise<{ items: readonly Row[] }>,
  size = 500,
): AsyncGenerator<readonly Row[]> {
  for (let page = 1; page <= ROWS_MAX / size; page += 1) {
    const { items } = await readPage({ page, size });
    if (items.length > 0) yield items;
    if (items.length < size) return;
  }
}

/**
 * The answer of a door that exports. `name` is the name of the file and of the tab, without an ending:
 * `door.handle(exportPayments, async (_, input) => exported('支付单', COLUMNS, byPage((at) => payment.list({ ...input, ...at }))))`.
 */
export function exported<Row>(
  name: string,
  columns: readonly SheetColumn<Row>[],
  rows: AsyncIterable<readonly Row[]>,
): FileAnswer {
  if (running >= AT_ONCE_MAX) fail('export.busy');
  running += 1;
  const stream = Readable.from(xlsx({ name, columns, rows }), { objectMode: false, highWaterMark: 256 * 1024 });
  stream.once('close', () => {
    running -= 1;
  });
  return new FileAnswer(stream, XLSX_TYPE, { fileName: `${name}.xlsx` });
}
