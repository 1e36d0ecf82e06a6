// Columns of the operation log.
import type { Got, listAudit } from '@jishi/contract';
import type { Column } from '../../../parts/column.ts';
import { timeText } from '../../../parts/time.ts';

export type AuditEntry = Got<typeof listAudit>['items'][number];

export const columns: Column<AuditEntry>[] = [
  { key: 'at', label: '时间', width: 150, isFixed: true, text: (row) => timeText(row.at) },
  { key: 'staff', label: '操作人', width: 130, isCut: true, text: (row) => row.staffName },
  { key: 'action', label: '操作', minWidth: 140 },
  { key: 'subject', label: '对象', minWidth: 340 },
  { key: 'ip', label: 'IP', width: 130, text: (row) => row.ip ?? '—' },
  { key: 'requestId', label: '请求编号', width: 190, isHidden: true, isCut: true, text: (row) => row.requestId ?? '—' },
];
