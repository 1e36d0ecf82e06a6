// An address is written as people write it.
import { expect, test } from 'vitest';
import { regionText } from '../src/parts/region.ts';

test('a city that is its own province is named once', () => {
  expect(regionText({ province: '上海市', city: '上海市', district: '徐汇区' })).toBe('上海市 徐汇区');
  expect(regionText({ province: '北京市', city: '北京市', district: '朝阳区' }, '')).toBe('北京市朝阳区');
});

test('everywhere else all three are named', () => {
  expect(regionText({ province: '浙江省', city: '杭州市', district: '西湖区' })).toBe('浙江省 杭州市 西湖区');
});

test('what is not chosen yet leaves no gap', () => {
  expect(regionText({ province: '浙江省' })).toBe('浙江省');
  expect(regionText({})).toBe('');
});
