// Columns of the after-sale queue.
import { yuan, type adminListAftersales, type Got } from '@jishi/contract';
import type { Column } from '../../../parts/column.ts';
import { timeText } from '../../../parts/time.ts';

export type AftersaleRow = Got<typeof adminListAftersales>['items'][number];

export const columns: Column<AftersaleRow>[] = [
  { key: 'aftersaleNo', label: '售后单号', width: 184, isFixed: true },
  { key: 'goods', label: '商品', minWidth: 180 },
  { key: 'kind', label: '类型', width: 84, text: (row) => row.kindName },
  { key: 'state', label: '状态', width: 112 },
  { key: 'asked', label: '申请金额', width: 92, align: 'right', text: (row) => yuan(row.askedFen) },
  {
    key: 'agreed',
    label: '同意金额',
    width: 92,
    align: 'right',
    text: (row) => (row.agreedFen === null ? '—' : yuan(row.agreedFen)),
  },
  { key: 'reason', label: '原因', width: 112, isCut: true, text: (row) => row.reason },
  { key: 'buyer', label: '买家', width: 96, isCut: true, text: (row) => row.buyerName },
  { key: 'orderNo', label: '订单号', width: 190, isHidden: true },
  { key: 'createdAt', label: '申请时间', width: 136, text: (row) => timeText(row.createdAt) },
];
