// What happens to points later: what payment has decided about a recharge, refunds that arrive, and the clock.
import type { Jobs } from '../../platform/jobs.ts';
import type { Points } from './points.ts';

const MINUTES = 60;

export function schedulePoints(jobs: Jobs, { expireDue, recharging, desk }: Points): void {
  jobs.on('payment.succeeded', 'recharge', ({ paymentId }) => recharging.markPaid(paymentId));
  jobs.on('payment.closed', 'recharge', ({ paymentId }) => recharging.markClosed(paymentId));
  jobs.on('refund.succeeded', 'recharge', ({ refundId }) => desk.markRefunded(refundId));
  jobs.cron('recharge.catchUp', 5 * MINUTES, () => recharging.catchUp());
  jobs.cron('points.expireDue', 10 * MINUTES, () => expireDue());
}
