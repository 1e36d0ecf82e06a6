// Columns of the payment list.
import { yuan, type adminListPayments, type Got } from '@jishi/contract';
import type { Column } from '../../../parts/column.ts';
import { timeText } from '../../../parts/time.ts';

export type PaymentRow = Got<typeof adminListPayments>['items'][number];

export const columns: Column<PaymentRow>[] = [
  { key: 'orderNos', label: '订单号', minWidth: 220, isFixed: true },
  { key: 'state', label: '状态', width: 100 },
  { key: 'amount', label: '应付', width: 120, align: 'right', text: (row) => yuan(row.amountFen) },
  { key: 'refunded', label: '已退', width: 120, align: 'right' },
  { key: 'buyer', label: '买家', width: 140, isCut: true, text: (row) => row.buyerName },
  { key: 'createdAt', label: '创建时间', width: 150, text: (row) => timeText(row.createdAt) },
  { key: 'paidAt', label: '付款时间', width: 150, text: (row) => timeText(row.paidAt) },
];
