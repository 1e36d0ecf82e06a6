// Columns of the order list.
import { yuan, type adminListOrders, type Got } from '@jishi/contract';
import type { Column } from '../../../parts/column.ts';
import { timeText } from '../../../parts/time.ts';

export type OrderRow = Got<typeof adminListOrders>['items'][number];

export const columns: Column<OrderRow>[] = [
  { key: 'orderNo', label: '订单号', width: 210, isFixed: true },
  { key: 'goods', label: '商品', minWidth: 240 },
  { key: 'state', label: '状态', width: 116 },
  { key: 'total', label: '金额', width: 100, align: 'right', text: (row) => yuan(row.totalFen) },
  { key: 'receiver', label: '收件人', width: 130 },
  { key: 'buyer', label: '买家', width: 110, isCut: true },
  { key: 'seller', label: '商家', width: 110, isCut: true, isHidden: true, text: (row) => row.sellerName },
  { key: 'createdAt', label: '下单时间', width: 140, text: (row) => timeText(row.createdAt) },
  { key: 'paidAt', label: '付款时间', width: 140, isHidden: true, text: (row) => timeText(row.paidAt) },
  { key: 'staffNote', label: '内部备注', width: 130, isCut: true, isHidden: true, text: (row) => row.staffNote || '—' },
];
