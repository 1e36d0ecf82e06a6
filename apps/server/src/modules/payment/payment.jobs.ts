// What payment does by itself: refunds are sent as they are written, everything open is asked about until it ends.
import type { Jobs } from '../../platform/jobs.ts';
import type { Payment } from './payment.ts';

export function schedulePayment(jobs: Jobs, payment: Payment): void {
  jobs.on('refund.created', 'payment-send', ({ refundId }) => payment.sendRefund(refundId));
  jobs.on('notice.retried', 'payment-notice', ({ noticeId }) => payment.workNotice(noticeId));
  jobs.cron('payment.expire', 15, payment.sweepExpired);
  jobs.cron('payment.poll', 15, payment.pollAttempts);
  jobs.cron('payment.refunds', 30, payment.pollRefunds);
  jobs.cron('payment.notices', 15, payment.retryNotices);
}
