// Columns of the product list.
import { SHELF_STATE_NAMES, type adminListProducts, type Got } from '@jishi/contract';
import type { Column } from '../../../parts/column.ts';
import { yuanRange } from '../../../parts/money.ts';
import { timeText } from '../../../parts/time.ts';

export type ProductRow = Got<typeof adminListProducts>['items'][number];

export const columns: Column<ProductRow>[] = [
  { key: 'title', label: '商品', minWidth: 200, isFixed: true, file: (row) => row.title },
  {
    key: 'state',
    label: '状态',
    width: 92,
    isFixed: true,
    file: (row) => (row.removedAt ? '已删除' : SHELF_STATE_NAMES[row.state]),
  },
  {
    key: 'categoryName',
    label: '分类',
    width: 100,
    isCut: true,
    yields: 2,
    text: (row) => row.categoryName || '原分类已删除',
  },
  { key: 'brandName', label: '品牌', width: 100, isCut: true, yields: 2, text: (row) => row.brandName ?? '—' },
  {
    key: 'price',
    label: '价格',
    width: 156,
    align: 'right',
    isFixed: true,
    sort: 'price',
    text: (row) => yuanRange(row.minPriceFen, row.maxPriceFen),
  },
  { key: 'available', label: '可售', width: 72, align: 'right', yields: 3, file: (row) => row.available },
  {
    key: 'salesCount',
    label: '销量',
    width: 84,
    align: 'right',
    yields: 3,
    sort: 'sales',
    text: (row) => String(row.salesCount),
  },
  { key: 'skuCount', label: '规格数', width: 80, align: 'right', isHidden: true, text: (row) => String(row.skuCount) },
  {
    key: 'updatedAt',
    label: '更新时间',
    width: 140,
    yields: 1,
    sort: 'updatedAt',
    text: (row) => timeText(row.removedAt ?? row.updatedAt),
  },
];
