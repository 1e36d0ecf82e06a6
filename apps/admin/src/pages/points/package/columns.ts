// Columns of the list of packages.
import { PACKAGE_SHELF_NAMES, type adminListPackages, type Got } from '@jishi/contract';
import type { Column } from '../../../parts/column.ts';
import { dayText } from '../../../parts/time.ts';

export type Package = Got<typeof adminListPackages>['items'][number];

export function windowText(one: Pick<Package, 'saleFrom' | 'saleUntil'>): string {
  if (one.saleFrom === null && one.saleUntil === null) return '长期';
  const from = one.saleFrom === null ? '即日' : dayText(one.saleFrom);
  return `${from} 至 ${one.saleUntil === null ? '长期' : dayText(one.saleUntil)}`;
}

export const columns: Column<Package>[] = [
  { key: 'name', label: '套餐', minWidth: 220, isFixed: true, file: (one) => one.name },
  { key: 'shelf', label: '状态', width: 90, file: (one) => PACKAGE_SHELF_NAMES[one.shelf] },
  { key: 'price', label: '售价', width: 110, fen: (one) => one.priceFen },
  { key: 'points', label: '充值积分', width: 100, align: 'right', text: (one) => String(one.points) },
  { key: 'bonus', label: '赠送积分', width: 100, align: 'right', text: (one) => String(one.bonusPoints) },
  { key: 'sortOrder', label: '排序', width: 80, align: 'right', text: (one) => String(one.sortOrder) },
  { key: 'window', label: '售卖日期', width: 210, yields: 1, text: windowText },
  {
    key: 'limit',
    label: '每人限购',
    width: 96,
    yields: 2,
    text: (one) => (one.perBuyerMax === null ? '不限' : `${one.perBuyerMax} 次`),
  },
  { key: 'paidCount', label: '已售', width: 80, align: 'right', file: (one) => one.paidCount },
];
