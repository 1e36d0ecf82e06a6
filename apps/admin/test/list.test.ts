// A list's address: what is chosen can be sent to a colleague, and a broken address still opens the list.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { chosen, filtersFrom, queryFrom } from '../src/parts/list.ts';

const defaults = { q: '', state: 'open', lowStockOnly: false };

test('filters survive the way into the address and back', () => {
  const any = fc.record({ q: fc.string(), state: fc.string(), lowStockOnly: fc.boolean() });
  fc.assert(
    fc.property(any, (filters) => {
      expect(filtersFrom(queryFrom(filters, defaults, 1), defaults)).toEqual(filters);
    }),
  );
});

test('the address of an untouched list is bare; odd addresses fall back to the defaults', () => {
  expect(queryFrom(defaults, defaults, 1)).toEqual({});
  expect(queryFrom({ ...defaults, state: '' }, defaults, 3)).toEqual({ state: '', page: '3' });
  expect(filtersFrom({ q: ['a', 'b'], state: null, other: 'x' }, defaults)).toEqual(defaults);
});

test('what is empty is not sent', () => {
  expect(chosen({ q: '', state: 'paid', lowStockOnly: false })).toEqual({ state: 'paid' });
});
