// The row of opened pages.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { beside, opened, TABS_MAX, tabsFrom, type Tab } from './tabs.model.ts';

const page = (path: string, query = '') => ({ path, fullPath: path + query, title: path });
const open = (paths: readonly string[], held: (path: string) => boolean = () => false) =>
  paths.reduce<Tab[]>((tabs, path) => opened(tabs, page(path), held), []);
const paths = (tabs: readonly Tab[]) => tabs.map((tab) => tab.path);

test('a page that is open is found again with its newest address, its own name and its scroll', () => {
  const tabs = open(['/a', '/b']).map((tab) => ({ ...tab, title: '订单 1', top: 300 }));
  expect(opened(tabs, page('/a', '?state=paid'), () => false)[0]).toEqual({
    path: '/a',
    fullPath: '/a?state=paid',
    title: '订单 1',
    top: 300,
  });
});

test('beyond the limit the oldest goes, but not what is unsaved and not what was just opened', () => {
  const many = Array.from({ length: TABS_MAX + 1 }, (_, at) => `/${at}`);
  expect(paths(open(many))).toEqual(many.slice(1));
  expect(paths(open(many, (path) => path === '/0'))).toEqual(['/0', ...many.slice(2)]);
  expect(paths(open(many, () => true))).toEqual(many);
});

test('closing leads to the right neighbour, at the end to the left one, and from the last to nowhere', () => {
  const tabs = open(['/a', '/b', '/c']);
  expect(beside(tabs, '/b')?.path).toBe('/c');
  expect(beside(tabs, '/c')?.path).toBe('/b');
  expect(beside(open(['/a']), '/a')).toBeNull();
});

test('a remembered row comes back without what one may not open any more', () => {
  const tabs = open(['/a', '/secret', '/b']);
  const kept = JSON.parse(JSON.stringify([...tabs, tabs[0], { path: '/x', fullPath: 'https://evil/x', title: 'x' }]));
  expect(paths(tabsFrom(kept, (path) => path !== '/secret'))).toEqual(['/a', '/b']);
});

test('whatever stands in the browser, a row comes of it', () => {
  fc.assert(
    fc.property(fc.jsonValue(), (kept) => {
      expect(tabsFrom(kept, () => true).length).toBeLessThanOrEqual(TABS_MAX);
    }),
  );
});
