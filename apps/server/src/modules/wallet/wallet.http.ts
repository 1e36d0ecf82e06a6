// The doors of the wallet, buyers and finance together.
import {
  adminCountWithdrawals,
  adminGetWithdrawal,
  adminListWithdrawals,
  approveWithdrawals,
  cancelWithdrawal,
  deletePayoutAccount,
  getWallet,
  getWithdrawal,
  listWalletEntries,
  listWithdrawals,
  rejectWithdrawal,
  requestWithdrawal,
  resendWithdrawal,
  returnWithdrawal,
  revealPayee,
  savePayoutAccount,
} from '@jishi/contract';
import type { Db } from '../../platform/db.ts';
import type { Door } from '../../platform/http.ts';
import type { Wallet } from './wallet.ts';

export function bindWallet(door: Door, wallet: Wallet, db: Db): void {
  door.handle(getWallet, ({ buyer }) => wallet.view(buyer));
  door.handle(listWalletEntries, ({ buyer }, input) => wallet.entries(buyer, input));
  door.handle(savePayoutAccount, ({ buyer }, input) => wallet.savePayout(buyer, input));
  door.handle(deletePayoutAccount, async ({ buyer }) => {
    await wallet.deletePayout(buyer);
    return { ok: true as const };
  });
  door.handleOnce(requestWithdrawal, ({ buyer, once }, input) => wallet.request(buyer, input, once));
  door.handle(listWithdrawals, ({ buyer }, input) => wallet.list(buyer, input));
  door.handle(getWithdrawal, ({ buyer }, input) => wallet.one(buyer, input.withdrawalId));
  door.handleOnce(cancelWithdrawal, ({ buyer, once }, input) => wallet.cancel(buyer, input.withdrawalId, once));

  door.handle(adminListWithdrawals, (_, input) => wallet.staffList(input));
  door.handle(adminCountWithdrawals, () => wallet.openCounts(db));
  door.handle(adminGetWithdrawal, (_, input) => wallet.staffOne(input.withdrawalId));
  door.handleOnce(approveWithdrawals, ({ staff, request, once }, input) => wallet.approve(staff, input, request, once));
  door.handleOnce(rejectWithdrawal, ({ staff, request, once }, input) => wallet.reject(staff, input, request, once));
  door.handle(resendWithdrawal, ({ staff, request }, input) => wallet.resend(staff, input.withdrawalId, request));
  door.handle(returnWithdrawal, ({ staff, request }, input) => wallet.giveUp(staff, input, request));
  door.handle(revealPayee, ({ staff, request }, input) => wallet.reveal(staff, input.withdrawalId, request));
}
