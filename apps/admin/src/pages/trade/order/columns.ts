// Columns of the order list.
import { ORDER_STATE_NAMES, type adminListOrders, type Got } from '@jishi/contract';
import type { Column } from '../../../parts/column.ts';
import { waitedText } from '../waited.ts';

export type OrderRow = Got<typeof adminListOrders>['items'][number];

/** Since when somebody waits: for the money before it is paid, for the goods after. */
export const sinceOf = (row: OrderRow) => row.paidAt ?? row.createdAt;
/** Nobody waits any more. */
const isOver = (row: OrderRow) => ['received', 'completed', 'cancelled', 'refunded'].includes(row.state);
export const ageOf = (row: OrderRow) => (isOver(row) ? '—' : waitedText(sinceOf(row)));

export const columns: Column<OrderRow>[] = [
  { key: 'orderNo', label: '订单号', width: 206, isFixed: true, file: (row) => row.orderNo },
  {
    key: 'goods',
    label: '商品',
    minWidth: 170,
    file: (row) => row.lines.map((line) => `${line.title} ${line.specText} × ${line.quantity}`).join('；'),
  },
  { key: 'state', label: '状态', width: 104, isFixed: true, file: (row) => ORDER_STATE_NAMES[row.state] },
  { key: 'total', label: '金额', width: 108, isFixed: true, sort: 'totalFen', fen: (row) => row.totalFen },
  { key: 'age', label: '已等待', width: 92, yields: 2, text: ageOf },
  { key: 'receiver', label: '收件人', width: 124, yields: 3, file: (row) => row.receiver },
  { key: 'receiverPhone', label: '收件电话', width: 124, isHidden: true, text: (row) => row.receiverPhone },
  { key: 'buyer', label: '买家', width: 104, isCut: true, yields: 1, file: (row) => row.buyerName },
  { key: 'seller', label: '商家', width: 104, isCut: true, isHidden: true, text: (row) => row.sellerName },
  { key: 'createdAt', label: '下单时间', width: 140, yields: 2, sort: 'createdAt', at: (row) => row.createdAt },
  { key: 'paidAt', label: '付款时间', width: 140, isHidden: true, sort: 'paidAt', at: (row) => row.paidAt },
  { key: 'staffNote', label: '内部备注', width: 130, isCut: true, isHidden: true, text: (row) => row.staffNote || '—' },
];
