// Sealed texts: they come back, they do not move, and old keys open until nothing needs them.
import { randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createSealer, DEMO_DATA_KEYS, isDemoKey, readDataKeys, type DataKey } from './seal.ts';

const fresh = (id: string): DataKey => ({ id, key: randomBytes(32) });

test('any text comes back at its place, and never looks the same twice', () => {
  const sealer = createSealer([fresh('k1')]);
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), (plain) => {
      const [one, two] = [sealer.seal(plain, 'a'), sealer.seal(plain, 'a')];
      expect(sealer.open(one, 'a')).toBe(plain);
      expect(one).not.toBe(two);
      if (plain.length > 3) expect(one).not.toContain(plain);
    }),
  );
});

test('a text that was moved or touched does not open', () => {
  const sealer = createSealer([fresh('k1')]);
  const sealed = sealer.seal('张三', 'payout_accounts:1:real_name');
  expect(() => sealer.open(sealed, 'payout_accounts:2:real_name')).toThrow();
  const last = sealed.at(-3) === 'A' ? 'B' : 'A';
  expect(() => sealer.open(sealed.slice(0, -3) + last + sealed.slice(-2), 'payout_accounts:1:real_name')).toThrow();
  expect(() => sealer.open('张三', 'payout_accounts:1:real_name')).toThrow(/does not hold/);
});

test('a new key seals, an old one still opens, and a key that is gone is named', () => {
  const [old, young] = [fresh('2025'), fresh('2026')];
  const before = createSealer([old]).seal('张三', 'x');
  const both = createSealer([young, old]);
  expect(both.keyId).toBe('2026');
  expect(both.open(before, 'x')).toBe('张三');
  expect(both.seal('张三', 'x')).toMatch(/^s1\.2026\./);
  expect(() => createSealer([young]).open(before, 'x')).toThrow(/2025/);
});

test('keys are read from one line or from many; what is no key is told in words', () => {
  const text = (id: string) => `${id}=${randomBytes(32).toString('base64')}`;
  expect(readDataKeys(`${text('b')},${text('a')}`)).toMatchObject([{ id: 'b' }, { id: 'a' }]);
  expect(readDataKeys(`${text('b')}\n${text('a')}\n`)).toHaveLength(2);
  const same = text('a');
  for (const wrong of ['', 'a', 'a=short', `=${same}`, `${same},${same}`, `a_b=${randomBytes(32).toString('base64')}`])
    expect(typeof readDataKeys(wrong), wrong).toBe('string');
  const demo = readDataKeys(DEMO_DATA_KEYS);
  if (typeof demo === 'string') throw new Error(demo);
  expect(demo.map(isDemoKey)).toEqual([true]);
  expect(isDemoKey({ id: 'x', key: demo[0]!.key })).toBe(true);
  expect(isDemoKey(fresh('x'))).toBe(false);
});
