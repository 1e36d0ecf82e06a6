// What happens to points later: what payment has decided about a recharge, refunds that arrive, and the clock.
import type { Jobs } from '../../platform/jobs.ts';
import type { Points } from './points.ts';

const MINUTES = 60;

export function schedulePoints(jobs: Jobs, { expireDue, recharging, desk, inviting }: Points): void {
  jobs.on('payment.succeeded', 'recharge', ({ paymentId }) => recharging.markPaid(paymentId));
  jobs.on('payment.closed', 'recharge', ({ paymentId }) => recharging.markClosed(paymentId));
  jobs.on('refund.succeeded', 'recharge', ({ refundId }) => desk.markRefunded(refundId));
  jobs.cron('recharge.catchUp', 5 * MINUTES, () => recharging.catchUp());
  jobs.on('recharge.paid', 'invite-reward', ({ rechargeId }) => inviting.recharged(rechargeId));
  jobs.on('recharge.refunded', 'invite-reward', ({ rechargeId }) => inviting.paidBack(rechargeId));
  jobs.cron('points.inviteRewards', 60 * MINUTES, () => inviting.grantDue());
  // What a service has promised and not used is missed by its owner: it goes back within the minute.
  jobs.cron('points.expireDue', MINUTES, () => expireDue());
}
