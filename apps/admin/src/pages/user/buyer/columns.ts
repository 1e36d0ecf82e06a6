// Columns of the buyer list.
import type { adminListBuyers, Got } from '@jishi/contract';
import type { Column } from '../../../parts/column.ts';
import { timeText } from '../../../parts/time.ts';

export type Buyer = Got<typeof adminListBuyers>['items'][number];

export const columns: Column<Buyer>[] = [
  { key: 'nickname', label: '用户', minWidth: 200, isFixed: true },
  { key: 'phone', label: '手机号', width: 140, text: (row) => row.phone ?? '未绑定' },
  { key: 'state', label: '状态', width: 100 },
  { key: 'blockedReason', label: '停用原因', minWidth: 160, isCut: true, text: (row) => row.blockedReason ?? '—' },
  { key: 'createdAt', label: '注册时间', width: 150, text: (row) => timeText(row.createdAt) },
  { key: 'lastSeenAt', label: '最近访问', width: 150, text: (row) => timeText(row.lastSeenAt) },
];
