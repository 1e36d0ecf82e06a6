// What the operator reads about settings and permissions is what the house has: no key more, none less, with its default.
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { BUILT_IN_ROLES, listSettings, type Got } from '@jishi/contract';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { house, type House } from './house.ts';

const ROOT = resolve(import.meta.dirname, '../../..');
const read = (path: string) => readFileSync(join(ROOT, path), 'utf8');

let h: House;
beforeAll(async () => {
  h = await house();
});
afterAll(() => h.close());

type Setting = Got<typeof listSettings>['items'][number];

/** A default as a shopkeeper says it; texts of a page are only named. */
function said({ kind, defaultValue }: Setting): string {
  if (kind === 'longText') return '一份通用文本';
  if (kind === 'fen') return `${Number(defaultValue) / 100} 元`;
  if (kind === 'minutes') return `${String(defaultValue)} 分钟`;
  if (kind === 'boolean') return defaultValue === true ? '开' : '关';
  if (kind === 'days') return `${String(defaultValue)} 天`;
  return defaultValue === '' ? '空' : String(defaultValue);
}

test('every setting is explained to the operator under its name on the page, with its default', async () => {
  const rows = [...read('docs/operate/settings.md').matchAll(/^\| `([\w.]+)` \| ([^|]+) \| ([^|]+) \| ([^|]+) \|$/gm)];
  const told = rows.map(([, key = '', label = '', value = '']) => [key, label, value.replace(/ (次|件)$/, '')]);
  const { items } = await (await h.admin()).call(listSettings, {});
  expect(told.toSorted()).toEqual(items.map((one) => [one.key, one.label, said(one)]).toSorted());
});

test('the roles that every shop starts with are explained to the operator', () => {
  const page = read('docs/operate/first-steps.md');
  const missing = Object.values(BUILT_IN_ROLES).filter((role) => !page.includes(`| ${role.name} |`));
  expect(missing.map((role) => role.name)).toEqual([]);
});
