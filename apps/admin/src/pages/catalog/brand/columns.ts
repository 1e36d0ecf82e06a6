// Columns of the brand list.
import type { adminListBrands, Got } from '@jishi/contract';
import type { Column } from '../../../parts/column.ts';

export type Brand = Got<typeof adminListBrands>['items'][number];

export const columns: Column<Brand>[] = [
  { key: 'name', label: '品牌', minWidth: 220, isFixed: true, file: (brand) => brand.name },
  { key: 'productCount', label: '商品数', width: 120, align: 'right', text: (brand) => String(brand.productCount) },
  { key: 'place', label: '顺序', width: 100 },
];
