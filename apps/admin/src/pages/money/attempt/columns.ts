// Columns of the list of attempts.
import { PAY_CHANNEL_NAMES, PAYABLE_KIND_NAMES, type adminListAttempts, type Got } from '@jishi/contract';
import type { Column } from '../../../parts/column.ts';
import { stateLook } from '../../../parts/states.ts';

export type AttemptRow = Got<typeof adminListAttempts>['items'][number];

export const columns: Column<AttemptRow>[] = [
  {
    key: 'numbers',
    label: '商户单号 / 微信交易号',
    minWidth: 260,
    isFixed: true,
    file: (row) => [row.outTradeNo, row.transactionId].filter(Boolean).join('；'),
  },
  { key: 'state', label: '状态', width: 100, file: (row) => stateLook('attempt', row.state).name },
  { key: 'kind', label: '用途', width: 96, yields: 2, text: (row) => PAYABLE_KIND_NAMES[row.payableKind] },
  { key: 'channel', label: '方式', width: 136, text: (row) => PAY_CHANNEL_NAMES[row.channel] },
  { key: 'amount', label: '应付', width: 110, fen: (row) => row.amountFen },
  { key: 'paid', label: '实收', width: 110, fen: (row) => row.paidFen },
  { key: 'refunded', label: '已退', width: 110, yields: 2, fen: (row) => row.refundedFen },
  { key: 'createdAt', label: '发起时间', width: 144, at: (row) => row.createdAt },
  { key: 'succeededAt', label: '付款时间', width: 144, yields: 1, at: (row) => row.succeededAt },
  { key: 'nextCheckAt', label: '下次查询', width: 144, isHidden: true, at: (row) => row.nextCheckAt },
  { key: 'checks', label: '已查询', width: 90, isHidden: true, text: (row) => `${row.checks} 次` },
];
