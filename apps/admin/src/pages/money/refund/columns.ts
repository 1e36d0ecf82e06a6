// Columns of the list of refunds.
import { REFUND_CAUSE_NAMES, REFUND_WAY_NAMES, type adminListRefunds, type Got } from '@jishi/contract';
import type { Column } from '../../../parts/column.ts';
import { stateLook } from '../../../parts/states.ts';

export type RefundRow = Got<typeof adminListRefunds>['items'][number];

/** Where the money goes, in words: by WeChat, into the wallet, or both. */
export function wayText(row: Pick<RefundRow, 'way' | 'amountFen' | 'balanceFen'>): string {
  if (row.amountFen === row.balanceFen || row.way === 'wallet') return REFUND_WAY_NAMES.wallet;
  return row.balanceFen > 0 ? `${REFUND_WAY_NAMES.wechat} + 余额` : REFUND_WAY_NAMES.wechat;
}

export const columns: Column<RefundRow>[] = [
  { key: 'number', label: '退款单号', minWidth: 250, isFixed: true, file: (row) => row.outRefundNo },
  { key: 'state', label: '状态', width: 110, file: (row) => stateLook('refund', row.state).name },
  { key: 'amount', label: '退款金额', width: 110, fen: (row) => row.amountFen },
  { key: 'balance', label: '其中退余额', width: 110, yields: 2, fen: (row) => row.balanceFen },
  { key: 'way', label: '去向', width: 130, yields: 1, text: wayText },
  { key: 'cause', label: '来由', minWidth: 170, file: (row) => REFUND_CAUSE_NAMES[row.cause] },
  { key: 'tries', label: '次数', width: 70, align: 'right', yields: 3, text: (row) => String(row.tries) },
  { key: 'nextCheckAt', label: '下次处理', width: 144, yields: 2, at: (row) => row.nextCheckAt },
  { key: 'createdAt', label: '创建时间', width: 144, at: (row) => row.createdAt },
  { key: 'succeededAt', label: '到账时间', width: 144, yields: 1, at: (row) => row.succeededAt },
];
