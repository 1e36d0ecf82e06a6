// Countdowns and times as people in China read them.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { clockText, leftMs, minuteOf, shortOf } from '../src/parts/moment.ts';

test('a countdown shows 00:00 only when it is over', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 10 * 86_400_000 }), (ms) => {
      expect(clockText(ms)).not.toBe('00:00');
      expect(clockText(ms)).toMatch(/^(?:\d+ 天 \d\d:|\d+:)?\d\d:\d\d$/);
    }),
  );
  expect(clockText(0)).toBe('00:00');
  expect(clockText(-5000)).toBe('00:00');
});

test('a countdown counts minutes, hours and days', () => {
  expect(clockText(29 * 60_000 + 5000)).toBe('29:05');
  expect(clockText(3_600_000 + 2 * 60_000 + 3000)).toBe('1:02:03');
  expect(clockText(2 * 86_400_000 + 3 * 3_600_000 + 4000)).toBe('2 天 03:00:04');
  expect(clockText(59_001)).toBe('01:00');
});

test('what is left never goes below nothing', () => {
  const until = '2026-11-21T00:30:00.000Z';
  expect(leftMs(until, Date.parse('2026-11-21T00:29:00Z'))).toBe(60_000);
  expect(leftMs(until, Date.parse('2026-11-22T00:00:00Z'))).toBe(0);
});

test('an instant is read in China, wherever the phone is', () => {
  expect(minuteOf('2026-11-20T16:05:00.000Z')).toBe('2026-11-21 00:05');
  const newYear = '2026-12-31T16:00:00.000Z';
  expect(shortOf(newYear, Date.parse('2027-06-01T00:00:00Z'))).toBe('1 月 1 日 00:00');
  expect(shortOf(newYear, Date.parse('2026-12-31T15:59:59Z'))).toBe('2027 年 1 月 1 日 00:00');
});
