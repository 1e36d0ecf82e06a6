// Money typed by people: exact fen or nothing, never a rounded guess.
import { FEN_MAX } from '@jishi/contract';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { readYuan, writeYuan, yuanRange } from '../src/parts/money.ts';

test('every amount survives being shown and typed again', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: FEN_MAX }), (amount) => {
      expect(readYuan(writeYuan(amount))).toBe(amount);
    }),
  );
});

test.each([
  ['12.8', 1280],
  [' ¥1,299.00 ', 129_900],
  ['0.01', 1],
  ['', null],
  ['  ', null],
  ['12.', undefined],
  ['1.999', undefined],
  ['-5', undefined],
  ['1e3', undefined],
  ['十元', undefined],
  ['10000000.01', undefined],
])('"%s" is read as %s', (typed, amount) => {
  expect(readYuan(typed)).toBe(amount);
});

test('a span of prices shows one price when both ends agree', () => {
  expect(yuanRange(1280, 1280)).toBe('¥12.80');
  expect(yuanRange(1280, 1500)).toBe('¥12.80 ~ ¥15.00');
});
