// What happens after goods were paid or have left: the buyer is told, and WeChat.
import type { Jobs } from '../../platform/jobs.ts';
import type { Fulfilment } from './fulfilment.ts';

const DAY = 86_400;

export function scheduleFulfilment(jobs: Jobs, fulfilment: Fulfilment): void {
  const { wechat } = fulfilment;
  jobs.on('order.shipped', 'fulfilment-notice', ({ orderId, parcelId }) => fulfilment.notifyShipped(orderId, parcelId));
  jobs.on('payment.succeeded', 'fulfilment-upload', ({ paymentId }) => wechat.notePaid(paymentId));
  jobs.on('order.shipped', 'fulfilment-upload', ({ orderId }) => wechat.noteOrder(orderId));
  jobs.on('parcel.corrected', 'fulfilment-upload', ({ orderId }) => wechat.noteOrder(orderId));
  // A piece that is refunded before it left may have been the last one that WeChat waits for.
  jobs.on('order.refunded', 'fulfilment-upload', ({ orderId }) => wechat.noteOrder(orderId));
  jobs.on('wechat.pushed', 'fulfilment-push', ({ pushId }) => wechat.actOnPush(pushId));
  jobs.cron('fulfilment.uploads', 20, wechat.sweep);
  jobs.cron('fulfilment.compare', DAY, () => wechat.compare().then(() => undefined));
}
