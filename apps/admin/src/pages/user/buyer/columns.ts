// Columns of the buyer list.
import { BUYER_STATE_NAMES, type adminListBuyers, type Got } from '@jishi/contract';
import type { Column } from '../../../parts/column.ts';

export type Buyer = Got<typeof adminListBuyers>['items'][number];

export const columns: Column<Buyer>[] = [
  { key: 'nickname', label: '用户', minWidth: 200, isFixed: true, file: (row) => row.nickname },
  { key: 'displayNo', label: '编号', width: 90, isHidden: true, text: (row) => String(row.displayNo) },
  { key: 'phone', label: '手机号', width: 140, text: (row) => row.phone ?? '未绑定' },
  { key: 'state', label: '状态', width: 100, isFixed: true, file: (row) => BUYER_STATE_NAMES[row.state] },
  {
    key: 'blockedReason',
    label: '停用原因',
    minWidth: 160,
    isCut: true,
    yields: 1,
    text: (row) => row.blockedReason ?? '—',
  },
  { key: 'createdAt', label: '注册时间', width: 150, yields: 2, sort: 'createdAt', at: (row) => row.createdAt },
  { key: 'lastSeenAt', label: '最近访问', width: 150, yields: 3, sort: 'lastSeenAt', at: (row) => row.lastSeenAt },
];
