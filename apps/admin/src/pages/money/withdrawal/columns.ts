// Columns of the withdrawals.
import { WITHDRAWAL_PROBLEM_NAMES, WITHDRAWAL_STATE_NAMES, type AdminWithdrawalView } from '@jishi/contract';
import type { Column } from '../../../parts/column.ts';

export const columns: Column<AdminWithdrawalView>[] = [
  { key: 'withdrawalNo', label: '提现单号', width: 200, isFixed: true, file: (row) => row.withdrawalNo },
  { key: 'state', label: '状态', width: 116, isFixed: true, file: (row) => WITHDRAWAL_STATE_NAMES[row.state] },
  { key: 'amount', label: '提现金额', width: 116, isFixed: true, fen: (row) => row.amountFen },
  { key: 'fee', label: '手续费', width: 90, yields: 3, fen: (row) => row.feeFen },
  { key: 'arrives', label: '到账金额', width: 116, yields: 1, fen: (row) => row.arrivesFen },
  {
    key: 'buyer',
    label: '用户',
    minWidth: 130,
    file: (row) => `${row.buyer.nickname} ${row.buyer.phone ?? ''}`.trim(),
  },
  { key: 'payee', label: '收款人', width: 90, yields: 2, text: (row) => row.payeeName ?? '未填' },
  {
    key: 'why',
    label: '说明',
    minWidth: 130,
    isCut: true,
    yields: 2,
    text: (row) => (row.problem === null ? (row.reason ?? '') : WITHDRAWAL_PROBLEM_NAMES[row.problem]),
  },
  { key: 'reviewedBy', label: '审核人', width: 90, isHidden: true, text: (row) => row.reviewedBy ?? '' },
  { key: 'createdAt', label: '申请时间', width: 144, at: (row) => row.createdAt },
  { key: 'endedAt', label: '结束时间', width: 144, isHidden: true, at: (row) => row.endedAt },
];
