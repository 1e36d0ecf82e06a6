// Addresses and names of exported files.
import { exportLedgerEntries } from '@jishi/contract';
import { expect, test } from 'vitest';
import { excelUrl, fileNameOf } from './excel.ts';

test('filters go into the query, what the path names goes into the path, and what is empty stays out', () => {
  const accountId = '01a22dd5-0085-7338-ad35-2822e899e8bd';
  expect(excelUrl(exportLedgerEntries, { accountId, from: '2026-01-01', to: '' })).toBe(
    `/api/v1/admin/ledger/accounts/${accountId}/entries/export?from=2026-01-01`,
  );
});

test('a Chinese name arrives as it was', () => {
  expect(fileNameOf(`attachment; filename="download"; filename*=UTF-8''${encodeURIComponent('流水 本店.xlsx')}`)).toBe(
    '流水 本店.xlsx',
  );
  expect(fileNameOf(null)).toBe('导出.xlsx');
});
