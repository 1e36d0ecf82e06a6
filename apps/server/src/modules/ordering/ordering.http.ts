// The doors of ordering. Answers that contain parcels or cases are composed upstairs, in storefront.orders.ts.
import { bindInvite, countOrders, getCheckout, listOrders, placeCheckout } from '@jishi/contract';
import { fail } from '../../platform/fail.ts';
import type { Door } from '../../platform/http.ts';
import type { Ordering } from './ordering.ts';

export function bindOrdering(door: Door, ordering: Ordering): void {
  door.handleOnce(placeCheckout, ({ buyer, idempotencyKey, once }, input) =>
    ordering.place(buyer, input, idempotencyKey ?? fail('idempotency.key_missing'), once),
  );
  door.handle(bindInvite, ({ buyer }, input) => ordering.bindInvite(buyer, input));
  door.handle(getCheckout, ({ buyer }, input) => ordering.checkout(buyer, input.checkoutId));
  door.handle(listOrders, ({ buyer }, input) => ordering.list(buyer, input));
  door.handle(countOrders, ({ buyer }) => ordering.counts(buyer));
}
