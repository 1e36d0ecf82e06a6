// The web build: what a phone loads before home stands keeps its budget, and nothing slips back in.
import fs from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import zlib from 'node:zlib';
import { describe, expect, test } from 'vitest';

const root = fileURLToPath(new URL('../dist/h5', import.meta.url));
const source = fileURLToPath(new URL('../src', import.meta.url));
const isBuilt = fs.existsSync(path.join(root, 'index.html'));
const KB = 1024;
const HOME_MAX_BYTES = 155 * KB;
const FILES_MAX = 5;
const PAGE_MAX_BYTES = 12 * KB;
/** The regions of China come along: names of three thousand places. */
const ADDRESS_MAX_BYTES = 30 * KB;

const gzipped = (file: string) => zlib.gzipSync(fs.readFileSync(path.join(root, file)), { level: 9 }).length;
const html = () => fs.readFileSync(path.join(root, 'index.html'), 'utf8');

/** What index.html knows each page to need beside the files that it names itself. */
function filesByPage(): Record<string, string[]> {
  const [, map] = /(\{"\/pages\/[^;]*?\]\})/.exec(html()) ?? [];
  return JSON.parse(map ?? '{}') as Record<string, string[]>;
}
const ownFiles = () => [...html().matchAll(/(?:src|href)="(\/(?:js|css)\/[^"]+)"/g)].map((match) => match[1] ?? '');

describe.skipIf(!isBuilt)('the web shop (skipped when dist/h5 is missing: run the build first)', () => {
  test('home needs few files, and few bytes', () => {
    const needed = [...new Set([...ownFiles(), ...(filesByPage()['/pages/home/index'] ?? [])])];
    expect(needed.length).toBeGreaterThanOrEqual(3);
    expect(needed.length).toBeLessThanOrEqual(FILES_MAX);
    expect(needed.reduce((sum, file) => sum + gzipped(file), 0) + gzipped('index.html')).toBeLessThan(HOME_MAX_BYTES);
  });

  test('every page of the map is known to index.html, and brings little of its own', () => {
    const pages = Object.entries(filesByPage());
    expect(pages.length).toBeGreaterThan(15);
    for (const [page, files] of pages) {
      const own = files.filter((file) => !/\/(?:shared|styles)\./.test(file));
      const bytes = own.reduce((sum, file) => sum + gzipped(file), 0);
      expect(bytes, page).toBeLessThan(page.includes('address-edit') ? ADDRESS_MAX_BYTES : PAGE_MAX_BYTES);
    }
  });

  test('nothing that the web shop did without slips back in', () => {
    for (const file of fs.readdirSync(path.join(root, 'js')).filter((name) => name.endsWith('.js'))) {
      const text = fs.readFileSync(path.join(root, 'js', file), 'utf8');
      // Only the word: the whole file would fill the report.
      const [word] = /taro-view-core|swiper-wrapper|nut-popup|ZodError|AbortSignal\.prototype/.exec(text) ?? [];
      expect(word, file).toBeUndefined();
    }
  });

  test('every component that a page uses exists on the web', () => {
    const ours = fs.readFileSync(path.join(source, 'bridge/elements/index.ts'), 'utf8');
    const known = new Set([...ours.matchAll(/[A-Z]\w+/g)].map((match) => match[0]));
    const files = fs.readdirSync(source, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.tsx'));
    for (const file of files) {
      const text = fs.readFileSync(path.join(source, file), 'utf8');
      const [, names = ''] = /import \{([^}]*)\} from '@tarojs\/components'/.exec(text) ?? [];
      const values = names.split(',').map((name) => name.trim().split(' as ')[0] ?? '');
      for (const name of values.filter((one) => one !== '' && !one.startsWith('type ')))
        expect(known, `${file} uses ${name}`).toContain(name);
    }
  });
});
