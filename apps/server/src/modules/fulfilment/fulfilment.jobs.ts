// What happens after a parcel has left.
import type { Jobs } from '../../platform/jobs.ts';
import type { Fulfilment } from './fulfilment.ts';

export function scheduleFulfilment(jobs: Jobs, fulfilment: Fulfilment): void {
  jobs.on('order.shipped', 'fulfilment-notice', ({ orderId, parcelId }) => fulfilment.notifyShipped(orderId, parcelId));
}
