// Keeps the documents honest: links lead somewhere, named files and commands exist, worked examples still fit the code.
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { describe, expect, test } from 'vitest';
import { ROOT } from './ensure.mjs';
import { applied, changesOf, followed } from './examples.mjs';

const PICTURE_BYTES_MAX = 200 * 1024;

function below(folder: string, end: string): string[] {
  if (!existsSync(join(ROOT, folder))) return [];
  return readdirSync(join(ROOT, folder), { withFileTypes: true }).flatMap((entry) => {
    if (entry.name === 'node_modules' || entry.name === 'dist') return [];
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return below(path, end);
    return path.endsWith(end) ? [path] : [];
  });
}

const read = (path: string) => readFileSync(join(ROOT, path), 'utf8');
const pages = [
  ...readdirSync(ROOT).filter((name) => name.endsWith('.md')),
  ...['docs', 'apps', 'packages', 'bench'].flatMap((folder) => below(folder, '.md')),
].map((path) => ({ path, text: read(path) }));
const withoutBlocks = (text: string) => text.replaceAll(/^```.*?^```/gms, '');

/** The anchors of a page, made of its headings as GitHub makes them. */
function anchorsOf(text: string): Set<string> {
  const headings = withoutBlocks(text).match(/^#+ .*$/gm) ?? [];
  const seen = new Map<string, number>();
  return new Set(
    headings.map((heading) => {
      const words = heading.replace(/^#+ /, '').replaceAll(/\[([^\]]*)\]\([^)]*\)/g, '$1');
      const anchor = words
        .trim()
        .toLowerCase()
        .replaceAll(/[^\p{L}\p{N}\p{M} _-]/gu, '')
        .replaceAll(' ', '-');
      const times = seen.get(anchor) ?? 0;
      seen.set(anchor, times + 1);
      return times === 0 ? anchor : `${anchor}-${times}`;
    }),
  );
}

const linksOf = (text: string): string[] => {
  const plain = withoutBlocks(text).replaceAll(/`[^`\n]*`/g, '');
  return [
    ...[...plain.matchAll(/\]\(([^)\s]+)\)/g)].map((match) => match[1] ?? ''),
    ...[...plain.matchAll(/(?:src|href|srcset)="([^"]+)"/g)].map((match) => match[1] ?? ''),
  ];
};

describe('links', () => {
  test('every link inside the house leads to a file, and its anchor to a heading', () => {
    const faults = pages.flatMap(({ path, text }) =>
      linksOf(text)
        .filter((link) => !/^[a-z]+:/.test(link))
        .filter((link) => {
          const [file = '', anchor] = link.split('#');
          const target = file === '' ? join(ROOT, path) : resolve(ROOT, dirname(path), decodeURIComponent(file));
          if (!target.startsWith(ROOT) || !existsSync(target)) return true;
          if (anchor === undefined || !target.endsWith('.md')) return false;
          return !anchorsOf(readFileSync(target, 'utf8')).has(decodeURIComponent(anchor));
        })
        .map((link) => `${path} -> ${link}`),
    );
    expect(faults).toEqual([]);
  });

  test('every picture of the documents is shown on a page, and none keeps people waiting', () => {
    const shown = new Set(
      pages.flatMap(({ path, text }) =>
        linksOf(text).map((link) => relative(ROOT, resolve(ROOT, dirname(path), link))),
      ),
    );
    const pictures = [...below('docs', '.png'), ...below('docs', '.webp'), ...below('docs', '.jpg')];
    expect(pictures.filter((picture) => !shown.has(picture))).toEqual([]);
    expect(pictures.filter((picture) => statSync(join(ROOT, picture)).size > PICTURE_BYTES_MAX)).toEqual([]);
  });
});

/** Pages that speak about the code; decisions tell what was, and may name what has gone. */
const about = pages.filter(({ path }) => /^(README|CONTRIBUTING|docs\/(?!decisions))/.test(path));
const codeIn = (text: string) =>
  [...withoutBlocks(text).matchAll(/`([^`\n]+)`/g)].map((match) => (match[1] ?? '').trim());

describe('names', () => {
  test('every file that a page names is there, or is made by its own example', () => {
    const faults = about.flatMap(({ path, text }) => {
      const made = new Set(changesOf(text).map((change) => change.file));
      return codeIn(text)
        .filter((name) => /^(apps|packages|scripts|docs|bench|ops)\/[\w./-]+$/.test(name))
        .filter((name) => !made.has(name) && !existsSync(join(ROOT, name)))
        .map((name) => `${path}: ${name}`);
    });
    expect(faults).toEqual([]);
  });

  test('every npm command that a page gives exists', () => {
    const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> };
    const faults = pages.flatMap(({ path, text }) =>
      [...text.matchAll(/npm run ([\w:-]+)(?: -w (@jishi\/[\w-]+))?/g)]
        .filter(([, name = '', room]) => !((room ? scriptsOf(room) : scripts)[name] ?? false))
        .map(([command]) => `${path}: ${command}`),
    );
    expect(faults).toEqual([]);
  });

  test('every script that a page runs exists', () => {
    const faults = pages.flatMap(({ path, text }) =>
      [...text.matchAll(/\bnode ((?:scripts|apps|bench)\/[\w./-]+\.m?[jt]s)/g)]
        .filter(([, file = '']) => !existsSync(join(ROOT, file)))
        .map(([command]) => `${path}: ${command}`),
    );
    expect(faults).toEqual([]);
  });

  test('what a page puts into 「」 stands on a screen', () => {
    const screens = [
      'apps/admin/src',
      'apps/shop/src',
      'apps/wechat-sim/src',
      'apps/server/src',
      'packages/contract/src',
    ];
    const said = screens
      .flatMap((folder) => ['.vue', '.ts', '.tsx'].flatMap((end) => below(folder, end)))
      .map(read)
      .join('\n');
    const faults = pages
      .filter(({ path }) => /^(README|docs\/(operate|runbook))/.test(path))
      .flatMap(({ path, text }) =>
        [...text.matchAll(/「([^」]+)」/g)]
          .flatMap(([, words = '']) => words.split(' → '))
          .filter((words) => !said.includes(words))
          .map((words) => `${path}: ${words}`),
      );
    expect(faults).toEqual([]);
  });

  test('what a README calls proven is the name of a test in the file beside it', () => {
    const proofs = ['README.md', 'README.en.md'].flatMap((path) =>
      read(path)
        .split('\n')
        .flatMap((row) => {
          const file = /\]\(([\w./-]+\.test\.ts)\)/.exec(row)?.[1];
          const name = /<sub>(.+?)<\/sub>/.exec(row)?.[1];
          return file && name ? [{ file, name }] : [];
        }),
    );
    expect(proofs.length).toBeGreaterThan(5);
    expect(proofs.filter(({ file, name }) => !read(file).includes(name))).toEqual([]);
  });
});

function scriptsOf(room: string): Record<string, string> {
  const folder = ['apps', 'packages'].map((floor) => join(floor, room.replace('@jishi/', '')));
  const file = folder.map((one) => join(one, 'package.json')).find((one) => existsSync(join(ROOT, one)));
  return file ? ((JSON.parse(read(file)) as { scripts?: Record<string, string> }).scripts ?? {}) : {};
}

describe('worked examples', () => {
  const guides = below('docs/develop', '.md').filter((path) => changesOf(read(path)).length > 0);

  test.each(guides)('%s fits the code as it is', (path) => {
    expect(followed(ROOT, read(path)).size).toBeGreaterThan(2);
  });

  test('there is one for every thing that people do often', () => {
    expect(guides.length).toBeGreaterThanOrEqual(7);
  });

  test('an example that leans on lines which are gone, or stand twice, does not fit', () => {
    const change = { file: 'a.ts', kind: 'diff', text: ' one\n+two' } as const;
    expect(applied('zero\none\nthree\n', change)).toBe('zero\none\ntwo\nthree\n');
    expect(() => applied('zero\n', change)).toThrow('0 times');
    expect(() => applied('one\none\n', change)).toThrow('2 times');
  });
});
