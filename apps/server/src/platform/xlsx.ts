// Real Excel files (ECMA-376) of any length in constant memory: rows come in, bytes go out, nothing is kept.
import { yuanDigits } from '@jishi/contract';
import { zip, type ZipFile } from './xlsx.zip.ts';

/** What a cell is: text, an amount in fen (shown in yuan), a whole number, a moment or a day of Shanghai. */
export type SheetColumn<Row> = { label: string; width?: number } & (
  | { text: (row: Row) => string | null }
  | { fen: (row: Row) => number | null }
  | { whole: (row: Row) => number | null }
  | { at: (row: Row) => Date | null }
);

export type Sheet<Row> = {
  /** The name on the tab; a second sheet gets a number. */
  name: string;
  columns: readonly SheetColumn<Row>[];
  /** Rows, some at a time. */
  rows: AsyncIterable<readonly Row[]>;
  rowsPerSheet?: number;
};

/** Excel's own limit is 1 048 576; what is more goes on to a second sheet. */
const ROWS_PER_SHEET = 1_000_000;
/** Excel refuses a longer cell. */
const TEXT_MAX = 32_767;
/** Rows put together before the next are let in: some milliseconds, so that other requests are answered in between. */
const ROWS_PER_PIECE = 500;

const HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n';
const MAIN = 'http://schemas.openxmlformats.org/spreadsheetml/2006/main';
const RELS = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships';
const PACKAGE = 'http://schemas.openxmlformats.org/package/2006';
const SHEET_TYPE = 'application/vnd.openxmlformats-officedocument.spreadsheetml';
export const XLSX_TYPE = `${SHEET_TYPE}.sheet`;

/** Places in `cellXfs` below. */
const STYLE = { head: 1, fen: 2, at: 3, whole: 4 } as const;
const STYLES = `${HEAD}<styleSheet xmlns="${MAIN}"><numFmts count="2"><numFmt numFmtId="164" formatCode="#,##0.00"/><numFmt numFmtId="165" formatCode="yyyy\\-mm\\-dd\\ hh:mm:ss"/></numFmts><fonts count="2"><font><sz val="11"/><name val="等线"/></font><font><b/><sz val="11"/><name val="等线"/></font></fonts><fills count="2"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill></fills><borders count="1"><border/></borders><cellStyleXfs count="1"><xf/></cellStyleXfs><cellXfs count="5"><xf/><xf fontId="1" applyFont="1"/><xf numFmtId="164" applyNumberFormat="1"/><xf numFmtId="165" applyNumberFormat="1"/><xf numFmtId="1" applyNumberFormat="1"/></cellXfs></styleSheet>`;

/** The bytes of the file. */
export function xlsx<Row>(sheet: Sheet<Row>): AsyncGenerator<Buffer> {
  return zip(filesOf(sheet));
}

function* filesOf<Row>(sheet: Sheet<Row>): Generator<ZipFile> {
  const rest = feed(sheet.rows);
  let sheets = 0;
  do {
    sheets += 1;
    yield { name: `xl/worksheets/sheet${sheets}.xml`, content: sheetXml(sheet, rest) };
    // The archive asks for the next file when the rows of this one are written: by now it is known whether there are more.
  } while (rest.hasMore());
  const numbers = Array.from({ length: sheets }, (_, index) => index + 1);
  const rels = numbers.map(
    (n) => `<Relationship Id="rId${n}" Type="${RELS}/worksheet" Target="worksheets/sheet${n}.xml"/>`,
  );
  const tabs = numbers.map((n) => `<sheet name="${escaped(tabName(sheet.name, n))}" sheetId="${n}" r:id="rId${n}"/>`);
  const types = numbers.map(
    (n) => `<Override PartName="/xl/worksheets/sheet${n}.xml" ContentType="${SHEET_TYPE}.worksheet+xml"/>`,
  );
  yield text('xl/styles.xml', STYLES);
  yield text(
    'xl/workbook.xml',
    `${HEAD}<workbook xmlns="${MAIN}" xmlns:r="${RELS}"><sheets>${tabs.join('')}</sheets></workbook>`,
  );
  yield text(
    'xl/_rels/workbook.xml.rels',
    `${HEAD}<Relationships xmlns="${PACKAGE}/relationships">${rels.join('')}<Relationship Id="rId${sheets + 1}" Type="${RELS}/styles" Target="styles.xml"/></Relationships>`,
  );
  yield text(
    '_rels/.rels',
    `${HEAD}<Relationships xmlns="${PACKAGE}/relationships"><Relationship Id="rId1" Type="${RELS}/officeDocument" Target="xl/workbook.xml"/></Relationships>`,
  );
  yield text(
    '[Content_Types].xml',
    `${HEAD}<Types xmlns="${PACKAGE}/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/><Override PartName="/xl/workbook.xml" ContentType="${SHEET_TYPE}.sheet.main+xml"/><Override PartName="/xl/styles.xml" ContentType="${SHEET_TYPE}.styles+xml"/>${types.join('')}</Types>`,
  );
}

const text = (name: string, content: string): ZipFile => ({
  name,
  content: (async function* () {
    yield await Promise.resolve(content);
  })(),
});

/** A tab has at most 31 characters, and some that it must not hold. */
const tabName = (name: string, n: number) => name.replaceAll(/[[\]:*?/\\]/g, ' ').slice(0, 26) + (n > 1 ? ` ${n}` : '');

type Feed<Row> = { take(max: number): Promise<readonly Row[]>; hasMore(): boolean; end(): Promise<void> };

/** Rows in pieces of our own size; knows whether there are more once the last one of a sheet was taken. */
function feed<Row>(source: AsyncIterable<readonly Row[]>): Feed<Row> {
  const pieces = source[Symbol.asyncIterator]();
  let held: readonly Row[] = [];
  let isOver = false;
  const fill = async () => {
    while (held.length === 0 && !isOver) {
      const next = await pieces.next();
      if (next.done) isOver = true;
      else held = next.value;
    }
  };
  return {
    take: async (max) => {
      await fill();
      const taken = held.slice(0, max);
      held = held.slice(max);
      await fill();
      return taken;
    },
    hasMore: () => held.length > 0,
    end: async () => {
      await pieces.return?.();
    },
  };
}

async function* sheetXml<Row>(
  { columns, rowsPerSheet = ROWS_PER_SHEET }: Sheet<Row>,
  rows: Feed<Row>,
): AsyncGenerator<string> {
  const widths = columns.map(
    ({ width = 16 }, index) => `<col min="${index + 1}" max="${index + 1}" width="${width}" customWidth="1"/>`,
  );
  const names = columns.map((_, index) => letters(index));
  const head = columns.map(({ label }, index) => textCell(`${names[index]}1`, label, STYLE.head)).join('');
  let isLeftEarly = true;
  try {
    yield `${HEAD}<worksheet xmlns="${MAIN}"><sheetViews><sheetView workbookViewId="0"><pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/></sheetView></sheetViews><cols>${widths.join('')}</cols><sheetData><row r="1">${head}</row>`;
    let place = 1;
    while (place <= rowsPerSheet) {
      const some = await rows.take(Math.min(ROWS_PER_PIECE, rowsPerSheet + 1 - place));
      if (some.length === 0) break;
      let piece = '';
      for (const row of some) {
        place += 1;
        piece += `<row r="${place}">`;
        for (const [index, column] of columns.entries()) piece += cell(`${names[index]}${place}`, column, row);
        piece += '</row>';
      }
      yield piece;
    }
    yield `</sheetData><autoFilter ref="A1:${names.at(-1)}${place}"/></worksheet>`;
    isLeftEarly = false;
  } finally {
    if (isLeftEarly) await rows.end();
  }
}

const MS_OF_DAY = 86_400_000;
/** Excel counts days from 1899-12-30, in no zone: ours is Shanghai. */
const serial = (at: Date) => ((at.getTime() + 8 * 3_600_000) / MS_OF_DAY + 25_569).toFixed(8);

function cell<Row>(place: string, column: SheetColumn<Row>, row: Row): string {
  if ('text' in column) return textCell(place, column.text(row) ?? '');
  if ('at' in column) {
    const at = column.at(row);
    return at === null ? '' : `<c r="${place}" s="${STYLE.at}"><v>${serial(at)}</v></c>`;
  }
  const isMoney = 'fen' in column;
  const value = isMoney ? column.fen(row) : column.whole(row);
  if (value === null) return '';
  const digits = isMoney ? `${value < 0 ? '-' : ''}${yuanDigits(value)}` : String(value);
  return `<c r="${place}" s="${isMoney ? STYLE.fen : STYLE.whole}"><v>${digits}</v></c>`;
}

/** Text in place: a table of shared strings would have to be kept. It is never a formula, whatever it begins with. */
function textCell(place: string, value: string, style = 0): string {
  if (value === '') return '';
  const s = style === 0 ? '' : ` s="${style}"`;
  return `<c r="${place}"${s} t="inlineStr"><is><t xml:space="preserve">${escaped(value)}</t></is></c>`;
}

/** What XML must not hold: control characters, halves of pairs, two numbers that are no characters. */
const FORBIDDEN = /[^\t\n\r\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/gu;
/** Excel reads `_x000D_` as the character of that number; written so, it stays what it is. */
const LIKE_AN_ESCAPE = /_(?=x[0-9A-Fa-f]{4}_)/g;
/** Anything but the plain characters that nearly all text is made of. */
const NEEDS_CARE = /[^ !#-%'-;=?-^`-\uD7FF\uE000-\uFFFD]/;

function escaped(value: string): string {
  const cut = value.length > TEXT_MAX ? value.slice(0, TEXT_MAX) : value;
  if (!NEEDS_CARE.test(cut)) return cut;
  return cut
    .replaceAll(FORBIDDEN, '')
    .replaceAll(LIKE_AN_ESCAPE, '_x005F_')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll('\r', '&#13;');
}

/** 0 → A, 25 → Z, 26 → AA. */
function letters(index: number): string {
  return (index >= 26 ? letters(Math.floor(index / 26) - 1) : '') + String.fromCodePoint(65 + (index % 26));
}
