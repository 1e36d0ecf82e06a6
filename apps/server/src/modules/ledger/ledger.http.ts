// The doors of the books.
import {
  approveLedgerAdjustment,
  exportLedgerAccounts,
  exportLedgerEntries,
  findAdjustmentBuyer,
  getLedgerAccount,
  getLedgerChain,
  getLedgerPosting,
  getMoneyOverview,
  listLedgerAccounts,
  listLedgerAdjustments,
  listLedgerEntries,
  listLedgerTypes,
  proposeLedgerAdjustment,
  rejectLedgerAdjustment,
  verifyLedger,
  withdrawLedgerAdjustment,
} from '@jishi/contract';
import type { Door } from '../../platform/http.ts';
import type { LedgerAdjust } from './ledger.adjust.ts';
import type { LedgerDesk } from './ledger.desk.ts';

export function bindLedger(door: Door, desk: LedgerDesk, adjust: LedgerAdjust): void {
  door.handle(listLedgerTypes, () => desk.types());
  door.handle(listLedgerAccounts, (_, input) => desk.accounts(input));
  door.handle(exportLedgerAccounts, ({ staff, request }, input) => desk.exportAccounts(staff, input, request));
  door.handle(getLedgerAccount, (_, { accountId }) => desk.account(accountId));
  door.handle(listLedgerEntries, (_, input) => desk.statement(input));
  door.handle(exportLedgerEntries, ({ staff, request }, input) => desk.exportStatement(staff, input, request));
  door.handle(getLedgerPosting, (_, { postingId }) => desk.posting(postingId));
  door.handle(getMoneyOverview, (_, input) => desk.overview(input));
  door.handle(getLedgerChain, () => desk.chain());
  door.handle(verifyLedger, async ({ staff, request }) => {
    await desk.askVerify(staff, request);
    return { ok: true as const };
  });
  door.handle(listLedgerAdjustments, ({ staff }, input) => adjust.list(staff, input));
  door.handle(findAdjustmentBuyer, (_, { phone }) => adjust.buyer(phone));
  door.handleOnce(proposeLedgerAdjustment, ({ staff, request, once }, input) =>
    adjust.propose(staff, input, request, once),
  );
  door.handleOnce(approveLedgerAdjustment, ({ staff, request, once }, input) =>
    adjust.approve(staff, input, request, once),
  );
  door.handleOnce(rejectLedgerAdjustment, ({ staff, request, once }, input) =>
    adjust.reject(staff, input, request, once),
  );
  door.handleOnce(withdrawLedgerAdjustment, ({ staff, request, once }, { adjustmentId }) =>
    adjust.withdraw(staff, adjustmentId, request, once),
  );
}
