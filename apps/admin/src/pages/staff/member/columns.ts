// Columns of the staff list.
import type { Got, listStaff } from '@jishi/contract';
import type { Column } from '../../../parts/column.ts';
import { stateLook } from '../../../parts/states.ts';

export type Member = Got<typeof listStaff>['items'][number];

export const columns: Column<Member>[] = [
  { key: 'username', label: '账号', minWidth: 140, isFixed: true, text: (row) => row.username },
  { key: 'name', label: '姓名', width: 130, text: (row) => row.name },
  { key: 'roles', label: '角色', minWidth: 180, file: (row) => row.roles.map((role) => role.name).join('、') },
  { key: 'state', label: '状态', width: 100, file: (row) => stateLook('staff', row.state).name },
  { key: 'lastLoginAt', label: '最近登录', width: 150, at: (row) => row.lastLoginAt },
  { key: 'createdAt', label: '创建时间', width: 150, yields: 1, at: (row) => row.createdAt },
];
