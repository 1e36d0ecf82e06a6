// Columns of the adjustments.
import { ADJUSTMENT_STATE_NAMES, yuan, type Got, type listLedgerAdjustments } from '@jishi/contract';
import type { Column } from '../../../parts/column.ts';

export type Adjustment = Got<typeof listLedgerAdjustments>['items'][number];

const sideNames = { debit: '借', credit: '贷' } as const;
export const lineText = (line: Adjustment['lines'][number]): string =>
  `${sideNames[line.side]} ${line.typeName}（${line.ownerName}）${yuan(line.amountFen)}`;

export const columns: Column<Adjustment>[] = [
  { key: 'proposedAt', label: '申请时间', width: 150, isFixed: true, at: (one) => one.proposedAt },
  { key: 'state', label: '状态', width: 100, text: (one) => ADJUSTMENT_STATE_NAMES[one.state] },
  { key: 'amount', label: '金额', width: 120, fen: (one) => one.amountFen },
  { key: 'lines', label: '分录', minWidth: 270, text: (one) => one.lines.map(lineText).join('；') },
  { key: 'reason', label: '原因', minWidth: 180, text: (one) => one.reason },
  { key: 'proposedBy', label: '申请人', width: 100, text: (one) => one.proposedBy },
  { key: 'decidedBy', label: '复核人', width: 100, yields: 2, text: (one) => one.decidedBy ?? '' },
  { key: 'note', label: '复核意见', minWidth: 140, isCut: true, yields: 1, text: (one) => one.note ?? '' },
];
