// The doors of fulfilment: parcels, what WeChat was told of them, and what it pushes about them.
import {
  adminCompareShipping,
  adminListShippingUploads,
  adminRetryShippingUpload,
  checkWechatPush,
  correctParcel,
  hearWechatPush,
  shipOrder,
} from '@jishi/contract';
import type { Door } from '../../platform/http.ts';
import type { Fulfilment } from './fulfilment.ts';

export function bindFulfilment(door: Door, fulfilment: Fulfilment): void {
  door.handleOnce(shipOrder, ({ staff, request, once }, input) => fulfilment.ship(staff, input, request, once));
  door.handle(correctParcel, ({ staff, request }, input) => fulfilment.correct(staff, input, request));
  door.handle(adminListShippingUploads, (_, input) => fulfilment.uploads(input));
  door.handle(adminRetryShippingUpload, ({ staff, request }, { paymentId }) =>
    fulfilment.retryUpload(staff, paymentId, request),
  );
  door.handle(adminCompareShipping, () => fulfilment.compareNow());
  door.handle(checkWechatPush, ({ raw }) => fulfilment.checkPush(raw));
  door.handle(hearWechatPush, ({ raw }) => fulfilment.hearPush(raw));
}
