// The doors of payment: WeChat's letters and the cases for staff. Paying itself names a checkout and is bound upstairs.
import {
  adminGetNotice,
  adminGetNoticeStats,
  adminGetRefund,
  adminListAttempts,
  adminListNotices,
  adminListPaymentCases,
  adminListRefunds,
  adminResolvePaymentCase,
  adminRetryNotice,
  hearPayNotice,
  hearRefundNotice,
  hearTransferNotice,
} from '@jishi/contract';
import type { Db } from '../../platform/db.ts';
import type { Door } from '../../platform/http.ts';
import type { Payment } from './payment.ts';

export function bindPayment(door: Door, payment: Payment, db: Db): void {
  door.handle(hearPayNotice, ({ raw, request }) => payment.hear('pay', raw, request.ip));
  door.handle(hearRefundNotice, ({ raw, request }) => payment.hear('refund', raw, request.ip));
  door.handle(hearTransferNotice, ({ raw, request }) => payment.hear('transfer', raw, request.ip));
  door.handle(adminListNotices, (_, input) => payment.desk.notices(db, input));
  door.handle(adminGetNotice, (_, input) => payment.desk.notice(db, input.noticeId));
  door.handle(adminGetNoticeStats, (_, input) => payment.desk.noticeStats(db, input));
  door.handleOnce(adminRetryNotice, ({ staff, request, once }, input) =>
    payment.retryNotice(staff, input.noticeId, request, once),
  );
  door.handle(adminListAttempts, (_, input) => payment.desk.attempts(db, input));
  door.handle(adminListRefunds, (_, input) => payment.desk.refunds(db, input));
  door.handle(adminGetRefund, (_, input) => payment.desk.refund(db, input.refundId));
  door.handle(adminListPaymentCases, (_, input) => payment.cases(db, input));
  door.handleOnce(adminResolvePaymentCase, ({ staff, request, once }, input) =>
    payment.resolveCase(staff, input, request, once),
  );
}
