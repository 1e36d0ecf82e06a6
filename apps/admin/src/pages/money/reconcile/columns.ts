// Columns of the days that were compared with WeChat's bills.
import { RECONCILE_STATE_NAMES, type adminListReconcileDays, type Got } from '@jishi/contract';
import type { Column } from '../../../parts/column.ts';

export type ReconcileDay = Got<typeof adminListReconcileDays>['items'][number];

export const columns: Column<ReconcileDay>[] = [
  { key: 'day', label: '日期', width: 120, isFixed: true, file: (row) => row.day },
  { key: 'state', label: '状态', width: 110, file: (row) => RECONCILE_STATE_NAMES[row.state] },
  {
    key: 'payments',
    label: '微信笔数',
    width: 100,
    align: 'right',
    text: (row) => count(row.figures?.wechat.payments),
  },
  { key: 'paid', label: '微信收款', width: 130, fen: (row) => row.figures?.wechat.paidFen ?? null },
  { key: 'refunded', label: '微信退款', width: 120, fen: (row) => row.figures?.wechat.refundedFen ?? null },
  { key: 'ours', label: '本店净收', width: 130, fen: (row) => net(row.figures?.ours) },
  { key: 'ledger', label: '记账净额', width: 130, yields: 2, fen: (row) => net(row.figures?.ledger) },
  { key: 'fee', label: '手续费', width: 110, fen: (row) => row.figures?.feeFen ?? null },
  { key: 'payout', label: '提现到银行', width: 120, yields: 1, fen: (row) => row.figures?.payoutFen ?? null },
  { key: 'openCases', label: '差异', minWidth: 150, file: (row) => row.openCases },
  { key: 'reconciledAt', label: '核对时间', width: 150, yields: 3, at: (row) => row.reconciledAt },
];

const count = (value: number | undefined) => (value === undefined ? '—' : String(value));
const net = (side: { paidFen: number; refundedFen: number } | undefined) =>
  side === undefined ? null : side.paidFen - side.refundedFen;
