// The figures of the first page, from nothing to millions.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { topOf } from './axis.ts';
import { changeText, pointsText } from './change.ts';
import { shortYuan } from './figures.ts';

test.each([
  [0, '¥0.00'],
  [123_456, '¥1,234.56'],
  [99_999_999, '¥999,999.99'],
  [100_000_000, '¥100 万'],
  [1_234_567_890_00, '¥123,456.79 万'],
])('%i fen reads %s', (fen, text) => {
  expect(shortYuan(fen)).toBe(text);
});

test('a change is told only where there is something to compare with', () => {
  expect(changeText(150, 100, '昨日此时')).toEqual({ text: '较昨日此时 ↑ 50%', direction: 'up' });
  expect(changeText(5, 0, '昨日此时')).toEqual({ text: '昨日此时为 0', direction: 'same' });
  expect(changeText(100_000, 1, '昨日此时')?.text).toBe('较昨日此时 ↑ 999+%');
  expect(changeText(null, 3, '昨日此时')).toBeNull();
  expect(pointsText(9500, 9000, '昨日此时')).toEqual({ text: '较昨日此时 ↑ 5.0 个点', direction: 'up' });
});

test('an axis has four round steps above everything it shows, also above nothing', () => {
  expect([0, 3, 4, 5, 11, 37, 99, 250].map((most) => topOf(most, 4))).toEqual([4, 4, 4, 8, 12, 40, 100, 320]);
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 1e12 }), (most) => {
      const top = topOf(most, 4);
      expect(top).toBeGreaterThanOrEqual(most);
      expect(Number.isInteger(top / 4)).toBe(true);
      if (most > 8) expect(top).toBeLessThanOrEqual(most * 2);
    }),
  );
});
