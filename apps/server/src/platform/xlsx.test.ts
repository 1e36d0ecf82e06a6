// Excel files: read back by readers that share nothing with the writer, and as large as Excel allows without growing.
import { spawnSync } from 'node:child_process';
import { existsSync, writeFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { inflateRawSync, crc32 } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { byKey, byPage, exported } from './export.ts';
import { xlsx, type SheetColumn } from './xlsx.ts';

type Row = { name: string; fen: number | null; count: number | null; at: Date | null };
const COLUMNS: SheetColumn<Row>[] = [
  { label: '名称', text: (row) => row.name },
  { label: '金额', fen: (row) => row.fen },
  { label: '数量', whole: (row) => row.count },
  { label: '时间', at: (row) => row.at },
];
const row = (name: string, more: Partial<Row> = {}): Row => ({ name, fen: null, count: null, at: null, ...more });

async function* given<T>(...pieces: T[][]): AsyncGenerator<T[]> {
  for (const piece of pieces) yield await Promise.resolve(piece);
}
const fileOf = (rows: AsyncIterable<Row[]>) => buffer(Readable.from(xlsx({ name: '测试', columns: COLUMNS, rows })));

/** By the central directory, as programs read archives; every checksum is checked. */
function unzipped(bytes: Buffer): Map<string, string> {
  const end = bytes.lastIndexOf(Buffer.from('504b0506', 'hex'));
  const files = new Map<string, string>();
  let at = bytes.readUInt32LE(end + 16);
  for (let left = bytes.readUInt16LE(end + 10); left > 0; left -= 1) {
    const [nameLength, extraLength] = [bytes.readUInt16LE(at + 28), bytes.readUInt16LE(at + 30)];
    const name = bytes.toString('utf8', at + 46, at + 46 + nameLength);
    const local = bytes.readUInt32LE(at + 42);
    const from = local + 30 + bytes.readUInt16LE(local + 26) + bytes.readUInt16LE(local + 28);
    const content = inflateRawSync(bytes.subarray(from, from + bytes.readUInt32LE(at + 20)));
    expect([crc32(content), content.length]).toEqual([bytes.readUInt32LE(at + 16), bytes.readUInt32LE(at + 24)]);
    files.set(name, content.toString('utf8'));
    at += 46 + nameLength + extraLength;
  }
  return files;
}

/** The text of every cell of a sheet, by its place. */
function cellsOf(xml: string): Map<string, string> {
  const cells = new Map<string, string>();
  for (const [, place = '', inner = ''] of xml.matchAll(/<c r="([A-Z]+\d+)"[^>]*>(.*?)<\/c>/gs)) {
    const text = /<t[^>]*>(.*)<\/t>/s.exec(inner)?.[1] ?? /<v>(.*)<\/v>/s.exec(inner)?.[1] ?? '';
    const plain = text
      .replaceAll('&#13;', '\r')
      .replaceAll('&lt;', '<')
      .replaceAll('&gt;', '>')
      .replaceAll('&quot;', '"')
      .replaceAll('&amp;', '&');
    // As Excel does it.
    cells.set(
      place,
      plain.replaceAll(/_x([0-9A-Fa-f]{4})_/g, (_, code: string) => String.fromCodePoint(Number.parseInt(code, 16))),
    );
  }
  return cells;
}

describe('what is in the file', () => {
  test('amounts can be added up, moments are moments of Shanghai, and nothing is an empty cell', async () => {
    const at = new Date('2026-03-01T16:30:00Z');
    const bytes = await fileOf(given([row('茶', { fen: -12_345, count: 3, at })], [row('', { fen: 5 })]));
    const files = unzipped(bytes);
    expect([...files.keys()].toSorted()).toEqual([
      '[Content_Types].xml',
      '_rels/.rels',
      'xl/_rels/workbook.xml.rels',
      'xl/styles.xml',
      'xl/workbook.xml',
      'xl/worksheets/sheet1.xml',
    ]);
    const sheet = files.get('xl/worksheets/sheet1.xml') ?? '';
    // 46083 is 2026-03-02, and half past midnight is 1/48 of a day.
    const cells = [...cellsOf(sheet)].map(([place, value]) => `${place} ${value}`);
    expect(cells.join('|')).toBe('A1 名称|B1 金额|C1 数量|D1 时间|A2 茶|B2 -123.45|C2 3|D2 46083.02083333|B3 0.05');
    expect(sheet).toContain('<autoFilter ref="A1:D3"/>');
  });

  test('any text comes back as it was, except for what XML must not hold; a formula stays text', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(
          fc.oneof(
            fc.string({ unit: 'binary', maxLength: 12 }),
            fc.constantFrom('=1+1', '_x0041_', '<a>&"', '第1\n行'),
          ),
          { minLength: 1 },
        ),
        async (texts) => {
          const bytes = await fileOf(given(texts.map((text) => row(text))));
          const cells = cellsOf(unzipped(bytes).get('xl/worksheets/sheet1.xml') ?? '');
          for (const [index, text] of texts.entries()) {
            if (!text.isWellFormed()) continue;
            const kept = text.replaceAll(/[^\t\n\r\u0020-\uFFFD\u{10000}-\u{10FFFF}]/gu, '');
            expect(cells.get(`A${index + 2}`) ?? '').toBe(kept);
          }
        },
      ),
      { numRuns: 30 },
    );
  });

  test.runIf(existsSync('/usr/bin/python3'))('Python reads it, archive and XML alike', async () => {
    const dir = mkdtempSync(path.join(tmpdir(), 'jishi-xlsx-'));
    const file = path.join(dir, 'a.xlsx');
    writeFileSync(file, await fileOf(given([row('中文 & <标签> _x0041_', { fen: 990 })], [row('二')])));
    const script = `
import sys, zipfile, xml.etree.ElementTree as ET
z = zipfile.ZipFile(sys.argv[1]); assert z.testzip() is None
for name in z.namelist(): ET.fromstring(z.read(name))
ns = {'m': 'http://schemas.openxmlformats.org/spreadsheetml/2006/main'}
sheet = ET.fromstring(z.read('xl/worksheets/sheet1.xml'))
print('|'.join(''.join(c.itertext()) for c in sheet.iterfind('.//m:c', ns)))`;
    const said = spawnSync('python3', ['-c', script, file], { encoding: 'utf8' });
    rmSync(dir, { recursive: true });
    expect(said.stderr).toBe('');
    expect(said.stdout.trim()).toBe('名称|金额|数量|时间|中文 & <标签> _x005F_x0041_|9.90|二');
  });
});

describe('long lists', () => {
  async function* many(count: number): AsyncGenerator<Row[]> {
    for (let from = 0; from < count; from += 2000) {
      yield await Promise.resolve(
        Array.from({ length: Math.min(2000, count - from) }, (_, index) => row('行', { count: from + index })),
      );
    }
  }

  test('what no longer fits on a sheet of Excel goes on to a second one, with the head again', async () => {
    const files = unzipped(
      await buffer(Readable.from(xlsx({ name: '测试', columns: COLUMNS, rows: many(3_001), rowsPerSheet: 3_000 }))),
    );
    expect(files.get('xl/workbook.xml')).toContain('<sheet name="测试 2" sheetId="2" r:id="rId2"/>');
    const [first, second] = [1, 2].map((n) => files.get(`xl/worksheets/sheet${n}.xml`) ?? '');
    expect(first).toContain('<autoFilter ref="A1:D3001"/>');
    expect([...cellsOf(second ?? '')].slice(-2)).toEqual([
      ['A2', '行'],
      ['C2', '3000'],
    ]);
  });

  test('whoever reads slowly makes the source wait, and whoever leaves ends it', async () => {
    let [read, isEnded] = [0, false];
    async function* source(): AsyncGenerator<Row[]> {
      try {
        for (;;) {
          read += 1;
          yield await Promise.resolve(Array.from({ length: 500 }, () => row(Math.random().toString(36))));
        }
      } finally {
        isEnded = true;
      }
    }
    const file = xlsx({ name: 'x', columns: COLUMNS, rows: source() });
    for (let piece = 0; piece < 3; piece += 1) await file.next();
    // What was under way comes to its end, and then nothing more is read.
    let seen = 0;
    while (seen !== read) {
      seen = read;
      await new Promise((resolve) => setTimeout(resolve, 400));
    }
    expect(seen).toBeLessThan(100);
    await file.return(undefined);
    await expect.poll(() => isEnded).toBe(true);
  });

  test('pages and keys are walked to their end, each row once', async () => {
    const all = Array.from({ length: 4321 }, (_, index) => index);
    const keyed: number[] = [];
    for await (const some of byKey<number>((last, max) =>
      Promise.resolve(all.filter((one) => one > (last ?? -1)).slice(0, max)),
    ))
      keyed.push(...some);
    expect(keyed).toEqual(all);
    const paged: number[] = [];
    for await (const some of byPage(({ page, size }) =>
      Promise.resolve({ items: all.slice((page - 1) * size, page * size) }),
    ))
      paged.push(...some);
    expect(paged).toEqual(all);
  });

  test('two files are made at a time; a third is told to wait until one has ended', async () => {
    const forever = (async function* () {
      for (;;) yield await Promise.resolve([row('x')]);
    })();
    const [one, two] = [exported('a', COLUMNS, forever), exported('b', COLUMNS, forever)];
    expect(() => exported('c', COLUMNS, given([row('x')]))).toThrow(/export.busy/);
    for (const { bytes } of [one, two]) if (bytes instanceof Readable) bytes.destroy();
    await expect
      .poll(async () => {
        const answer = await Promise.resolve().then(
          () => exported('c', COLUMNS, given([row('x')])),
          () => undefined,
        );
        return answer?.bytes instanceof Readable ? (await buffer(answer.bytes)).length : 0;
      })
      .toBeGreaterThan(500);
  });
});
