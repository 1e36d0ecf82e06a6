// Columns of the after-sale queue.
import { AFTERSALE_STATE_NAMES, type adminListAftersales, type Got } from '@jishi/contract';
import type { Column } from '../../../parts/column.ts';
import { waitedText } from '../waited.ts';

export type AftersaleRow = Got<typeof adminListAftersales>['items'][number];

const OVER = ['done', 'rejected', 'withdrawn', 'expired'];
export const isOpen = (row: AftersaleRow) => !OVER.includes(row.state);

export const columns: Column<AftersaleRow>[] = [
  { key: 'aftersaleNo', label: '售后单号', width: 200, isFixed: true, file: (row) => row.aftersaleNo },
  {
    key: 'goods',
    label: '商品',
    minWidth: 180,
    file: (row) => row.lines.map((line) => `${line.title} ${line.specText} × ${line.quantity}`).join('；'),
  },
  { key: 'kind', label: '类型', width: 84, text: (row) => row.kindName },
  { key: 'state', label: '状态', width: 116, isFixed: true, file: (row) => AFTERSALE_STATE_NAMES[row.state] },
  {
    key: 'waited',
    label: '已等待',
    width: 96,
    yields: 3,
    sort: 'waited',
    text: (row) => (isOpen(row) ? waitedText(row.createdAt) : '—'),
  },
  { key: 'asked', label: '申请金额', width: 112, isFixed: true, sort: 'asked', fen: (row) => row.askedFen },
  { key: 'agreed', label: '同意金额', width: 100, yields: 2, fen: (row) => row.agreedFen },
  { key: 'reason', label: '原因', width: 116, isCut: true, yields: 3, text: (row) => row.reason },
  { key: 'buyer', label: '买家', width: 96, isCut: true, yields: 2, text: (row) => row.buyerName },
  { key: 'receiver', label: '收件人', width: 96, isHidden: true, text: (row) => row.receiver },
  { key: 'orderNo', label: '订单号', width: 190, isHidden: true, file: (row) => row.orderNo },
  { key: 'createdAt', label: '申请时间', width: 140, yields: 1, at: (row) => row.createdAt },
];
