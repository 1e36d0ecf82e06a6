// What happens to cases later: the refund arrives, the buyer is told, a return that was never sent expires.
import type { Jobs } from '../../platform/jobs.ts';
import type { Aftersale } from './aftersale.ts';

const MINUTES = 60;

export function scheduleAftersale(jobs: Jobs, aftersale: Aftersale): void {
  jobs.on('refund.succeeded', 'aftersale', ({ refundId }) => aftersale.markRefunded(refundId));
  jobs.on('aftersale.decided', 'aftersale-notice', ({ aftersaleId }) => aftersale.notifyDecided(aftersaleId));
  jobs.on('aftersale.done', 'aftersale-notice', ({ aftersaleId }) => aftersale.notifyDone(aftersaleId));
  jobs.cron('aftersale.expireReturns', 10 * MINUTES, () => aftersale.expireReturns());
}
