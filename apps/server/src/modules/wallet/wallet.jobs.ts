// What the wallet does by itself: what finance agreed to is sent, what is at WeChat is asked about until it ends.
import type { Jobs } from '../../platform/jobs.ts';
import type { Wallet } from './wallet.ts';

const HOUR = 3600;

export function scheduleWallet(jobs: Jobs, wallet: Wallet): void {
  jobs.on('withdrawal.approved', 'wallet-send', ({ withdrawalId }) => wallet.advance(withdrawalId));
  jobs.on('withdrawal.cancel_asked', 'wallet-cancel', ({ withdrawalId }) => wallet.cancelAtWechat(withdrawalId));
  jobs.on('transfer.heard', 'wallet-ask', ({ outBillNo }) => wallet.heard(outBillNo));
  jobs.cron('wallet.poll', 15, wallet.poll);
  jobs.cron('wallet.reseal', HOUR, () => wallet.reseal().then(() => undefined));
}
