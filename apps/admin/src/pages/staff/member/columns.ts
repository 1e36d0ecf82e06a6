// Columns of the staff list.
import type { Got, listStaff } from '@jishi/contract';
import type { Column } from '../../../parts/column.ts';
import { timeText } from '../../../parts/time.ts';

export type Member = Got<typeof listStaff>['items'][number];

export const columns: Column<Member>[] = [
  { key: 'username', label: '账号', minWidth: 140, isFixed: true, text: (row) => row.username },
  { key: 'name', label: '姓名', width: 130, text: (row) => row.name },
  { key: 'roles', label: '角色', minWidth: 200 },
  { key: 'state', label: '状态', width: 100 },
  { key: 'lastLoginAt', label: '最近登录', width: 150, text: (row) => timeText(row.lastLoginAt) },
  { key: 'createdAt', label: '创建时间', width: 150, text: (row) => timeText(row.createdAt) },
];
