// What the ledger does by itself: seals postings every minute, looks at the new ones every hour and at all of them every day.
import type { Jobs } from '../../platform/jobs.ts';
import type { LedgerAdjust } from './ledger.adjust.ts';
import type { LedgerChain } from './ledger.chain.ts';

const MINUTE = 60;
const HOUR = 3600;
const DAY = 86_400;

export function scheduleLedger(jobs: Jobs, chain: LedgerChain, adjust: LedgerAdjust): void {
  jobs.cron('ledger.seal', MINUTE, () => chain.seal().then(() => undefined));
  jobs.cron('ledger.verify', HOUR, () => chain.verify('new', '系统').then(() => undefined));
  jobs.cron('ledger.verifyWhole', DAY, () => chain.verify('whole', '系统').then(() => undefined));
  jobs.cron('ledger.expireAdjustments', HOUR, adjust.expire);
  jobs.on('ledger.verifyAsked', 'ledger-chain', async ({ by }) => {
    await chain.seal();
    await chain.verify('whole', by);
  });
}
