// The columns of a table as a person likes them.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { arranged, moved, ordered, PLAIN_VIEW, viewFrom } from './arrange.ts';
import type { Column } from './column.ts';

const columns: Column<unknown>[] = [
  { key: 'no', label: '单号', width: 200, isFixed: true },
  { key: 'goods', label: '商品', minWidth: 240 },
  { key: 'buyer', label: '买家', width: 100, yields: 1 },
  { key: 'at', label: '时间', width: 140 },
  { key: 'note', label: '备注', width: 120, isHidden: true },
];
const keys = (list: readonly Column<unknown>[]) => list.map((column) => column.key);

test('without a choice the page decides; a choice hides and shows, but never what is fixed', () => {
  expect(keys(arranged(columns, PLAIN_VIEW, 2000).shown)).toEqual(['no', 'goods', 'buyer', 'at']);
  const chosen = { ...PLAIN_VIEW, hidden: ['no', 'goods'] };
  expect(keys(arranged(columns, chosen, 2000).shown)).toEqual(['no', 'buyer', 'at', 'note']);
});

test('where there is no room, the willing leave first, then the last; a choice is kept even if it does not fit', () => {
  const at = (room: number) => keys(arranged(columns, PLAIN_VIEW, room).shown);
  expect(at(680)).toEqual(['no', 'goods', 'buyer', 'at']);
  expect(at(679)).toEqual(['no', 'goods', 'at']);
  expect(at(500)).toEqual(['no', 'goods']);
  expect(at(10)).toEqual(['no']);
  expect(keys(arranged(columns, PLAIN_VIEW, 500).yielded)).toEqual(['buyer', 'at']);
  expect(keys(arranged(columns, { ...PLAIN_VIEW, hidden: [] }, 10).shown)).toHaveLength(5);
});

test('a widened column needs its new room', () => {
  const view = { ...PLAIN_VIEW, widths: { goods: 400 } };
  expect(keys(arranged(columns, view, 740).shown)).toEqual(['no', 'goods', 'at']);
});

test('a column that a new release brings stands behind its neighbour, in the order a person had made', () => {
  expect(keys(ordered(columns, ['at', 'goods', 'no', 'gone']))).toEqual(['at', 'note', 'goods', 'buyer', 'no']);
});

test('ordering loses and doubles nothing', () => {
  fc.assert(
    fc.property(fc.array(fc.constantFrom('no', 'goods', 'buyer', 'at', 'note', 'gone')), (order) => {
      expect(keys(ordered(columns, [...new Set(order)])).toSorted()).toEqual(keys(columns).toSorted());
    }),
  );
});

test('moving puts one key elsewhere and stops at the ends', () => {
  expect(moved(['a', 'b', 'c'], 2, 0)).toEqual(['c', 'a', 'b']);
  expect(moved(['a', 'b', 'c'], 0, -1)).toEqual(['a', 'b', 'c']);
  expect(moved(['a', 'b', 'c'], 0, 3)).toEqual(['a', 'b', 'c']);
});

test('whatever stands in the browser, a view comes of it', () => {
  fc.assert(
    fc.property(fc.jsonValue(), (kept) => {
      const view = viewFrom(kept);
      expect(() => arranged(columns, view, 800)).not.toThrow();
    }),
  );
  const odd = { order: 'no', hidden: ['at', 3], widths: { at: 9, no: 210, goods: '1' }, density: 'huge' };
  expect(viewFrom(odd)).toEqual({ order: [], hidden: ['at'], widths: { no: 210 }, density: 'normal' });
});
