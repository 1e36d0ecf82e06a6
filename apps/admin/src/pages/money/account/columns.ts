// Columns of the accounts, and of the statement of one.
import { LEDGER_OWNER_KIND_NAMES, type Got, type listLedgerAccounts, type listLedgerEntries } from '@jishi/contract';
import type { Column } from '../../../parts/column.ts';
import { amountText, sideText, type Unit } from '../amount.ts';

export type Account = Got<typeof listLedgerAccounts>['items'][number];
export type Entry = Got<typeof listLedgerEntries>['items'][number];

export const ownerKindText = (kind: string): string =>
  (LEDGER_OWNER_KIND_NAMES as Readonly<Record<string, string>>)[kind] ?? kind;

export const columns: Column<Account>[] = [
  { key: 'typeName', label: '科目', minWidth: 150, isFixed: true, text: (one) => one.typeName },
  { key: 'ownerKind', label: '归属', width: 100, text: (one) => ownerKindText(one.ownerKind) },
  { key: 'ownerName', label: '所有者', minWidth: 220, isCut: true, text: (one) => one.ownerName },
  { key: 'balance', label: '余额', width: 150, align: 'right', text: (one) => amountText(one.unit, one.balance) },
  { key: 'side', label: '方向', width: 80, text: (one) => (one.side === 'debit' ? '借' : '贷') },
  { key: 'createdAt', label: '开户时间', width: 150, yields: 1, at: (one) => one.createdAt },
];

export const entryColumns = (unit: Unit): Column<Entry>[] => [
  { key: 'at', label: '时间', width: 160, isFixed: true, at: (one) => one.at },
  { key: 'label', label: '摘要', minWidth: 160, isCut: true, text: (one) => one.label },
  { key: 'against', label: '对方科目', minWidth: 160, isCut: true, text: (one) => one.against.join('、') },
  { key: 'debit', label: '借', width: 130, align: 'right', text: (one) => sideText(unit, one.debit) },
  { key: 'credit', label: '贷', width: 130, align: 'right', text: (one) => sideText(unit, one.credit) },
  { key: 'balance', label: '余额', width: 140, align: 'right', text: (one) => amountText(unit, one.balance) },
];
