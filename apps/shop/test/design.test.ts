// The look is decided in one place: no other file names a colour or a size of text, and every text can be read on its ground.
import fs from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { yuan } from '@jishi/contract';
import { describe, expect, test } from 'vitest';
import { badgeText, soldText } from '../src/parts/price/amount.ts';

const SRC = fileURLToPath(new URL('../src', import.meta.url));
const TOKENS = path.join(SRC, 'design/tokens.scss');
/** Where colours are at home: the tokens, what the phone draws by itself, and the page that stands before any style has come. */
const HOME_OF_COLOURS = new Set(['design/tokens.scss', 'design/native.ts', 'theme.json', 'index.html']);

const files = fs
  .readdirSync(SRC, { recursive: true, withFileTypes: true })
  .filter((entry) => entry.isFile() && /\.(scss|tsx?)$/.test(entry.name))
  .map((entry) => path.relative(SRC, path.join(entry.parentPath, entry.name)))
  .filter((name) => !HOME_OF_COLOURS.has(name) && !name.startsWith('bridge/'));
const read = (name: string) => fs.readFileSync(path.join(SRC, name), 'utf8');

/** Lines of any file that match, as `file:line text`. */
function linesWith(pattern: RegExp, only = /./): string[] {
  return files
    .filter((name) => only.test(name))
    .flatMap((name) =>
      read(name)
        .split('\n')
        .flatMap((line, index) => (pattern.test(line) ? [`${name}:${index + 1} ${line.trim()}`] : [])),
    );
}

/** The value of every custom property in the mixin of a theme. */
function theme(name: 'light' | 'dark'): Record<string, string> {
  const text = fs.readFileSync(TOKENS, 'utf8');
  const body = new RegExp(String.raw`@mixin ${name} \{([\s\S]*?)\n\}`).exec(text)?.[1] ?? '';
  return Object.fromEntries(
    [...body.matchAll(/--([\w-]+): ([^;]+);/g)].map(([, key, value]) => [key ?? '', value ?? '']),
  );
}

function light(hex: string): number {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5]
    .map((at) => Number.parseInt(hex.slice(at, at + 2), 16) / 255)
    .map((part) => (part <= 0.039_28 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4));
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

function contrast(one: string, other: string): number {
  const [high = 0, low = 0] = [light(one), light(other)].sort((a, b) => b - a);
  return (high + 0.05) / (low + 0.05);
}

describe('the tokens', () => {
  test('are the only place that names a colour', () => {
    expect(linesWith(/#[\da-f]{3,8}\b|\b(?:rgb|hsl)a?\(/i).filter((line) => !/\?q=|href|'#'/.test(line))).toEqual([]);
  });

  test('are the only place that names a size of text', () => {
    expect(linesWith(/font-size:\s*[\d.]/, /\.scss$/)).toEqual([]);
    expect(linesWith(/fontSize/, /\.tsx$/)).toEqual([]);
  });

  test('know every name that a style sheet asks for', () => {
    const text = fs.readFileSync(TOKENS, 'utf8');
    const sizes = [...text.matchAll(/^ {2}(\w+): \d+,$/gm)].map((match) => `t-${match[1] ?? ''}`);
    const known = new Set([...[...text.matchAll(/--([\w-]+):/g)].map((match) => match[1] ?? ''), ...sizes, 'icon']);
    const asked = files.flatMap((name) => [...read(name).matchAll(/var\(--([\w-]+)/g)].map((match) => match[1] ?? ''));
    expect([...new Set(asked)].filter((name) => !known.has(name))).toEqual([]);
  });

  const day = theme('light');
  const night = { ...day, ...theme('dark') };
  const GROUNDS = ['paper', 'ground', 'veil', 'raised'];
  const PAIRS: [string, string][] = [
    ...['ink', 'ink-2', 'ink-3', 'brand-deep', 'warn'].flatMap((ink) =>
      GROUNDS.map((ground): [string, string] => [ink, ground]),
    ),
    ['brand', 'paper'],
    ['brand', 'ground'],
    ['good', 'paper'],
    ['good', 'good-soft'],
    ['brand-deep', 'brand-soft'],
    ['on-brand', 'brand-fill'],
    ['on-accent', 'accent'],
  ];

  test.each([
    ['by day', day],
    ['by night', night],
  ])('leave every text readable %s: 4.5 to 1', (_when, colours) => {
    const weak = PAIRS.filter(([ink, ground]) => contrast(colours[ink] ?? '', colours[ground] ?? '') < 4.5);
    expect(weak).toEqual([]);
  });

  test('give the mini-program the same bars as the pages below them', () => {
    const bars = JSON.parse(fs.readFileSync(path.join(SRC, 'theme.json'), 'utf8')) as Record<
      string,
      Record<string, string>
    >;
    for (const [name, colours] of [
      ['light', day],
      ['dark', night],
    ] as const) {
      expect(bars[name]).toMatchObject({
        bar: colours['paper'],
        ground: colours['ground'],
        tab: colours['ink-3'],
        tabOn: colours['brand'],
      });
    }
  });
});

test('numbers are written as a shopper reads them', () => {
  expect([0, 5, 1200, 123_456_700, -990].map(yuan)).toEqual(['¥0.00', '¥0.05', '¥12.00', '¥1,234,567.00', '-¥9.90']);
  expect([1, 99, 100].map(badgeText)).toEqual(['1', '99', '99+']);
  expect([0, 9999, 12_345].map(soldText)).toEqual(['新品上架', '已售 9999', '已售 1.2 万']);
});
