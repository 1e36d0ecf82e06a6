// What a shopkeeper reads of a change.
import { expect, test } from 'vitest';
import { changesBetween } from './changes.ts';

test('only what differs is told, with names, yuan and states', () => {
  const before = { title: '茶杯', state: 'draft', minFen: 1200, isOnSale: false };
  const after = { title: '茶杯', state: 'on_sale', minFen: 1290, isOnSale: true };
  expect(changesBetween(before, after, 'product')).toEqual([
    { field: 'state', name: '状态', before: '草稿', after: '在售' },
    { field: 'minFen', name: 'minFen', before: '¥12.00', after: '¥12.90' },
    { field: 'isOnSale', name: '是否在售', before: '否', after: '是' },
  ]);
});

test('of many specifications only the one that changed is shown', () => {
  const sku = (code: string, priceFen: number) => ({ specValues: [code], code, priceFen, isOnSale: true });
  const [change] = changesBetween(
    { skus: [sku('S', 1000), sku('M', 1100)] },
    { skus: [sku('S', 1000), sku('M', 1150)] },
    'product',
  );
  expect(change?.before).toBe('规格值 M，规格编码 M，售价 ¥11.00，是否在售 是');
  expect(change?.after).toBe('规格值 M，规格编码 M，售价 ¥11.50，是否在售 是');
});

test('permissions are named, a single value has a name of its own, and nothing is a dash', () => {
  expect(changesBetween({ permissions: [] }, { permissions: ['order.view'] }, 'role')).toEqual([
    { field: 'permissions', name: '权限', before: '—', after: '查看订单' },
  ]);
  expect(changesBetween(30, 45)).toEqual([{ field: '值', name: '值', before: '30', after: '45' }]);
  expect(changesBetween(null, { reason: '测试' })).toEqual([
    { field: 'reason', name: '原因', before: '—', after: '测试' },
  ]);
  expect(changesBetween({ a: 1 }, { a: 1 })).toEqual([]);
});
