// What `npm test -- <filter>` does before the tests themselves.
import { expect, test } from 'vitest';
import { buildsFor } from './test-steps.mjs';

const namesFor = (...filters: string[]) => buildsFor(filters).map((step) => step.name);

test('whoever tests a page by name tests the page as it is now: it is built first', () => {
  expect(namesFor('browser/pages')).toEqual(['构建 商城 H5', '构建 管理后台']);
  expect(namesFor('shop/test/weapp')).toEqual(['构建 商城小程序']);
});

test('tests that look at no page wait for no build', () => {
  expect(namesFor('catalog', 'races', 'tidy')).toEqual([]);
});
