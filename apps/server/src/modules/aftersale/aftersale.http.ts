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
  door.handleOnce(requestAftersale, ({ buyer, idempotencyKey, once }, input) =>
    aftersale.request(buyer, input, idempotencyKey, once),
  );
  door.handle(editAftersale, ({ buyer }, input) => aftersale.edit(buyer, input));
  door.handle(listAftersales, ({ buyer }, input) => aftersale.list(buyer, input));
  door.handle(getAftersale, ({ buyer }, input) => aftersale.view(buyer, input.aftersaleId));
  door.handleOnce(withdrawAftersale, ({ buyer, once }, input) => aftersale.withdraw(buyer, input.aftersaleId, once));
  door.handleOnce(sendBack, ({ buyer, once }, input) => aftersale.sendBack(buyer, input, once));

  door.handle(adminListAftersales, (_, input) => aftersale.staffList(input));
  door.handle(adminCountAftersales, () => aftersale.openCounts());
  door.handle(adminPreviewApproval, (_, input) => aftersale.approvalOf(input));
  door.handle(adminGetAftersale, (_, input) => aftersale.staffView(input.aftersaleId));
  door.handleOnce(approveAftersale, ({ staff, request, once }, input) =>
    aftersale.approve(staff, input, request, once),
  );
  door.handleOnce(rejectAftersale, ({ staff, request, once }, input) => aftersale.reject(staff, input, request, once));
  door.handleOnce(receiveReturn, ({ staff, request, once }, input) =>
    aftersale.receiveReturn(staff, input, request, once),
  );
  door.handleOnce(refundOrder, ({ staff, request, idempotencyKey, once }, input) =>
    aftersale.refundOrder(staff, input, request, idempotencyKey, once),
  );
}
