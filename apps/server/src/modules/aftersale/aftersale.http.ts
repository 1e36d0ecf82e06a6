// The doors of after-sale, buyers and staff together.
import {
  adminCountAftersales,
  adminGetAftersale,
  adminListAftersales,
  adminPreviewApproval,
  approveAftersale,
  editAftersale,
  getAftersale,
  getRefundable,
  listAftersales,
  previewAftersale,
  receiveReturn,
  refundOrder,
  rejectAftersale,
  requestAftersale,
  sendBack,
  withdrawAftersale,
} from '@jishi/contract';
import type { Door } from '../../platform/http.ts';
import type { Aftersale } from './aftersale.ts';

export function bindAftersale(door: Door, aftersale: Aftersale): void {
  door.handle(getRefundable, ({ buyer }, input) => aftersale.refundable(buyer, input.orderId));
  door.handle(previewAftersale, ({ buyer }, input) => aftersale.preview(buyer, input));
  door.handle(requestAftersale, ({ buyer, idempotencyKey }, input) => aftersale.request(buyer, input, idempotencyKey));
  door.handle(editAftersale, ({ buyer }, input) => aftersale.edit(buyer, input));
  door.handle(listAftersales, ({ buyer }, input) => aftersale.list(buyer, input));
  door.handle(getAftersale, ({ buyer }, input) => aftersale.view(buyer, input.aftersaleId));
  door.handle(withdrawAftersale, ({ buyer }, input) => aftersale.withdraw(buyer, input.aftersaleId));
  door.handle(sendBack, ({ buyer }, input) => aftersale.sendBack(buyer, input));

  door.handle(adminListAftersales, (_, input) => aftersale.staffList(input));
  door.handle(adminCountAftersales, () => aftersale.openCounts());
  door.handle(adminPreviewApproval, (_, input) => aftersale.approvalOf(input));
  door.handle(adminGetAftersale, (_, input) => aftersale.staffView(input.aftersaleId));
  door.handle(approveAftersale, ({ staff, request }, input) => aftersale.approve(staff, input, request));
  door.handle(rejectAftersale, ({ staff, request }, input) => aftersale.reject(staff, input, request));
  door.handle(receiveReturn, ({ staff, request }, input) => aftersale.receiveReturn(staff, input, request));
  door.handle(refundOrder, ({ staff, request, idempotencyKey }, input) =>
    aftersale.refundOrder(staff, input, request, idempotencyKey),
  );
}
