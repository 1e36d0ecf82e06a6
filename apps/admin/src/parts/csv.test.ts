// What goes into an exported file: readable by Excel, harmless, and nothing lost on the way.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { fileText, type Column } from './column.ts';
import { csvFile, csvLine, csvName } from './csv.ts';

test.each([
  ['=HYPERLINK("http://x")', `"'=HYPERLINK(""http://x"")"\r\n`],
  ['+8613800000000', "'+8613800000000\r\n"],
  ['-2+3', "'-2+3\r\n"],
  ['@SUM(A1)', "'@SUM(A1)\r\n"],
  ['\tcmd', `"'\tcmd"\r\n`],
])('%s cannot run as a formula', (text, line) => {
  expect(csvLine([text])).toBe(line);
});

test('amounts stay numbers, long numbers keep every digit', () => {
  expect(csvLine(['-12.50', '0', '13912345678'])).toBe('-12.50,0,13912345678\r\n');
  expect(csvLine(['26112111411327983783'])).toBe('"\t26112111411327983783"\r\n');
});

test('no text a person could type begins a formula or breaks a line apart', () => {
  fc.assert(
    fc.property(fc.string(), fc.string(), (left, right) => {
      const line = csvLine([left, right]);
      const cells = read(line);
      expect(cells).toHaveLength(2);
      expect(cells[0]?.replace(/^['\t]/, '')).toContain(left.replace(/^['\t]/, ''));
      for (const cell of cells) if (/^[=+\-@\t]/.test(cell)) expect(cell).toMatch(/^(-\d+(\.\d+)?|\t\d+)$/);
    }),
  );
});

test('the file is marked as UTF-8 and named after the list and the minute', async () => {
  expect([...new Uint8Array(await csvFile(['a\r\n']).arrayBuffer())]).toEqual([0xef, 0xbb, 0xbf, 97, 13, 10]);
  expect(csvName('商品 / 库存', '2026-11-20 12:30')).toBe('商品-库存-20261120-1230.csv');
});

test('a file says yuan as plain numbers, the time of the shop, and nothing where there is nothing', () => {
  type Row = { fen: number | null; at: string | null };
  const fen: Column<Row> = { key: 'fen', label: '金额', fen: (row) => row.fen };
  const at: Column<Row> = { key: 'at', label: '时间', at: (row) => row.at };
  const row = { fen: -123_405, at: '2026-11-20T16:30:00Z' };
  expect([fileText(fen, row), fileText(at, row)]).toEqual(['-1234.05', '2026-11-21 00:30']);
  expect([fileText(fen, { fen: null, at: null }), fileText(at, { fen: null, at: null })]).toEqual(['', '']);
});

/** One line of CSV taken apart as RFC 4180 says. */
function read(line: string): string[] {
  const cells: string[] = [];
  const cell = /(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r\n$)/gy;
  for (let match = cell.exec(line); match; match = cell.exec(line)) {
    cells.push((match[1] ?? match[2] ?? '').replaceAll('""', '"'));
    if (match[3] !== ',') break;
  }
  return cells;
}
