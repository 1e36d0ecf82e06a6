// The doors of payment: WeChat's letters and the cases for staff. Paying itself names a checkout and is bound upstairs.
import {
  adminListPaymentCases,
  adminResolvePaymentCase,
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
  door.handle(adminListPaymentCases, (_, input) => payment.cases(db, input));
  door.handleOnce(adminResolvePaymentCase, ({ staff, request, once }, input) =>
    payment.resolveCase(staff, input, request, once),
  );
}
