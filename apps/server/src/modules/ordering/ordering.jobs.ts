// What happens to orders later: what payment has decided, notices, and the schedules.
import type { Jobs } from '../../platform/jobs.ts';
import type { Ordering } from './ordering.ts';

const MINUTES = 60;

export function scheduleOrdering(jobs: Jobs, ordering: Ordering): void {
  jobs.on('payment.succeeded', 'ordering', ({ paymentId }) => ordering.markPaid(paymentId));
  jobs.on('payment.closed', 'ordering', ({ paymentId }) => ordering.markClosed(paymentId));
  jobs.on('order.paid', 'ordering-notice', ({ orderId }) => ordering.notifyPaid(orderId));
  jobs.on('order.completed', 'ordering-points', ({ orderId }) => ordering.earnPoints(orderId));
  jobs.on('order.cancelled', 'ordering-notice', ({ orderId }) => ordering.notifyCancelled(orderId));
  jobs.cron('ordering.catchUp', 5 * MINUTES, () => ordering.catchUp());
  jobs.cron('ordering.autoReceive', 10 * MINUTES, () => ordering.autoReceive());
  jobs.cron('ordering.completeDue', 10 * MINUTES, () => ordering.completeDue());
}
