// Columns of the payment list.
import { PAYABLE_KIND_NAMES, type adminListPayments, type Got } from '@jishi/contract';
import type { Column } from '../../../parts/column.ts';
import { PAYMENT_STATE_NAMES } from '../../../parts/states.ts';

export type PaymentRow = Got<typeof adminListPayments>['items'][number];

export const columns: Column<PaymentRow>[] = [
  { key: 'orderNos', label: '订单号', minWidth: 220, isFixed: true, file: (row) => row.orderNos.join('；') },
  { key: 'kind', label: '用途', width: 96, yields: 2, text: (row) => PAYABLE_KIND_NAMES[row.payableKind] },
  { key: 'state', label: '状态', width: 100, file: (row) => PAYMENT_STATE_NAMES[row.state] },
  { key: 'amount', label: '应付', width: 120, fen: (row) => row.amountFen },
  { key: 'balance', label: '余额抵扣', width: 110, yields: 3, fen: (row) => row.balanceFen },
  { key: 'refunded', label: '已退', width: 120, fen: (row) => row.refundedFen },
  { key: 'buyer', label: '买家', width: 130, isCut: true, yields: 2, text: (row) => row.buyerName },
  { key: 'createdAt', label: '创建时间', width: 144, yields: 1, at: (row) => row.createdAt },
  { key: 'paidAt', label: '付款时间', width: 144, at: (row) => row.paidAt },
];
