// Finding a page by a few letters.
import { PERMISSION_CODES } from '@jishi/contract';
import { expect, test } from 'vitest';
import { found, lettersOf, placesFor } from './go-to.ts';

test.each([
  ['订单', 'dd'],
  ['商品列表', 'splb'],
  ['售后', 'sh'],
  ['系统设置', 'xtsz'],
  ['角色与权限', 'jsyqx'],
  ['支付异常', 'zfyc'],
  ['品牌', 'pp'],
  ['在线会话 A1', 'zxhh a1'],
])('%s is spoken %s', (text, letters) => {
  expect(lettersOf(text)).toBe(letters);
});

test('names come before letters, and what one may not open is not found', () => {
  const places = placesFor(PERMISSION_CODES);
  const titles = (typed: string) => found(places, typed).map((place) => place.title);
  expect(titles('订')).toEqual(['订单', '充值订单']);
  expect(titles('dd')).toContain('订单');
  expect(titles('日志').slice(0, 2)).toEqual(['操作日志', '登录日志']);
  expect(titles('')).toHaveLength(places.length);
  expect(titles('没有这样的页面')).toEqual([]);
  expect(placesFor(['order.view']).map((place) => place.path)).toEqual(['/trade/order', '/trade/shipping']);
  expect(placesFor([])).toEqual([]);
});
