// Columns of the operation log.
import type { Got, listAudit } from '@jishi/contract';
import type { Column } from '../../../parts/column.ts';
import { ACTION_NAMES, SUBJECT_NAMES } from './actions.ts';

export type AuditEntry = Got<typeof listAudit>['items'][number];

/** "0197…c3f0": rows that are older than the names still tell one thing from another. */
export const shortId = (id: string) => (id.length > 20 ? `${id.slice(0, 4)}…${id.slice(-4)}` : id);
export const subjectText = (row: AuditEntry) => row.subjectName ?? shortId(row.subjectId);
const kindText = (row: AuditEntry) => SUBJECT_NAMES[row.subjectKind] ?? row.subjectKind;

export const columns: Column<AuditEntry>[] = [
  { key: 'at', label: '时间', width: 150, isFixed: true, at: (row) => row.at },
  { key: 'staff', label: '操作人', width: 120, isCut: true, text: (row) => row.staffName },
  { key: 'action', label: '操作', width: 140, file: (row) => ACTION_NAMES[row.action] ?? row.action },
  {
    key: 'subject',
    label: '对象',
    minWidth: 240,
    isFixed: true,
    file: (row) => `${kindText(row)} ${row.subjectName ?? row.subjectId}`,
  },
  { key: 'ip', label: 'IP', width: 130, yields: 1, text: (row) => row.ip ?? '—' },
  { key: 'subjectId', label: '对象编号', width: 280, isHidden: true, isCut: true, text: (row) => row.subjectId },
  { key: 'requestId', label: '请求编号', width: 190, isHidden: true, isCut: true, text: (row) => row.requestId ?? '—' },
];
