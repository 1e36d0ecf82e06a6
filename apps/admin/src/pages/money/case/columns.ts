// Columns of the payment cases.
import { PAYMENT_CASE_KIND_NAMES, type adminListPaymentCases, type Got } from '@jishi/contract';
import type { Column } from '../../../parts/column.ts';

export type PaymentCase = Got<typeof adminListPaymentCases>['items'][number];

export const columns: Column<PaymentCase>[] = [
  { key: 'kind', label: '类型', width: 120, isFixed: true, text: (row) => PAYMENT_CASE_KIND_NAMES[row.kind] },
  { key: 'title', label: '问题', minWidth: 280, file: (row) => `${row.title}：${row.detail}` },
  { key: 'state', label: '状态', width: 100, file: (row) => (row.state === 'open' ? '待处理' : '已处理') },
  { key: 'resolution', label: '处理结果', minWidth: 160, isCut: true, text: (row) => row.resolution ?? '—' },
  { key: 'createdAt', label: '发生时间', width: 150, at: (row) => row.createdAt },
  { key: 'doneAt', label: '处理时间', width: 150, isHidden: true, at: (row) => row.doneAt },
];
