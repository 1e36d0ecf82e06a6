// Columns of the product list.
import type { adminListProducts, Got } from '@jishi/contract';
import type { Column } from '../../../parts/column.ts';
import { yuanRange } from '../../../parts/money.ts';
import { timeText } from '../../../parts/time.ts';

export type ProductRow = Got<typeof adminListProducts>['items'][number];

export const columns: Column<ProductRow>[] = [
  { key: 'title', label: '商品', minWidth: 220, isFixed: true },
  { key: 'state', label: '状态', width: 88 },
  { key: 'categoryName', label: '分类', width: 96, isCut: true, text: (row) => row.categoryName },
  { key: 'brandName', label: '品牌', width: 96, isCut: true, text: (row) => row.brandName ?? '—' },
  {
    key: 'price',
    label: '价格',
    width: 152,
    align: 'right',
    text: (row) => yuanRange(row.minPriceFen, row.maxPriceFen),
  },
  { key: 'available', label: '可售', width: 64, align: 'right' },
  { key: 'salesCount', label: '销量', width: 72, align: 'right', text: (row) => String(row.salesCount) },
  { key: 'skuCount', label: '规格数', width: 80, align: 'right', isHidden: true, text: (row) => String(row.skuCount) },
  { key: 'updatedAt', label: '更新时间', width: 136, text: (row) => timeText(row.updatedAt) },
];
