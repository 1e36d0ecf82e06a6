// Addresses pasted from a chat are taken apart, and every region of the list can be reached.
import { expect, test } from 'vitest';
import { rememberWord } from '../src/trips/goods/search/history.ts';
import { cities, districts, provinces, readPasted } from '../src/trips/account/regions.ts';

test('every province has cities and every city has districts', () => {
  expect(provinces()).toHaveLength(31);
  for (const province of provinces()) {
    expect(cities(province).length).toBeGreaterThan(0);
    for (const city of cities(province))
      expect(districts(province, city).length, `${province} ${city}`).toBeGreaterThan(0);
  }
  expect(cities('重庆市')).toEqual(['重庆市']);
  expect(districts('重庆市', '重庆市')).toContain('云阳县');
});

test.each([
  ['张三 13800138000 广东省深圳市南山区科技园 1 号', '广东省', '深圳市', '南山区', '科技园1号'],
  ['广东深圳市南山区科技园1号，张三，138-0013-8000', '广东省', '深圳市', '南山区', '科技园1号'],
  ['收货人：张三 手机：+86 13800138000 地址：北京市海淀区中关村大街1号', '北京市', '北京市', '海淀区', '中关村大街1号'],
  ['张三\n13800138000\n北京市北京市朝阳区建国路 8 号', '北京市', '北京市', '朝阳区', '建国路8号'],
  ['张三 13800138000 内蒙古呼和浩特市新城区新华大街 2 号', '内蒙古自治区', '呼和浩特市', '新城区', '新华大街2号'],
  ['13800138000 张三 杭州市西湖区文三路 259 号', '浙江省', '杭州市', '西湖区', '文三路259号'],
  ['张三 13800138000 江苏省苏州市工业园区星湖街 328 号', '江苏省', '苏州市', '苏州工业园区', '星湖街328号'],
  ['张三 13800138000 广东省南山区科技园 1 号', '广东省', '深圳市', '南山区', '科技园1号'],
  ['张三（收）13800138000 上海市浦东新区世纪大道 100 号', '上海市', '上海市', '浦东新区', '世纪大道100号'],
  [
    '收件人: 张三\n联系电话: 138 0013 8000\n所在地区: 浙江省 杭州市 余杭区\n详细地址: 文一西路 969 号',
    '浙江省',
    '杭州市',
    '余杭区',
    '文一西路969号',
  ],
])('%s', (text, province, city, district, detail) => {
  expect(readPasted(text)).toEqual({ name: '张三', phone: '13800138000', province, city, district, detail });
});

test('what is not an address is not made one', () => {
  expect(readPasted('')).toEqual({});
  expect(readPasted('13800138000')).toEqual({ phone: '13800138000' });
});

test('a search is remembered once, newest first, and not for ever', () => {
  expect(rememberWord(['茶', '米'], '米')).toEqual(['米', '茶']);
  const many = Array.from({ length: 40 }, (_unused, index) => String(index)).reduce<string[]>(rememberWord, []);
  expect(many).toHaveLength(12);
  expect(many[0]).toBe('39');
});
