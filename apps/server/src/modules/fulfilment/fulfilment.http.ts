// The doors of fulfilment.
import { correctParcel, shipOrder } from '@jishi/contract';
import type { Door } from '../../platform/http.ts';
import type { Fulfilment } from './fulfilment.ts';

export function bindFulfilment(door: Door, fulfilment: Fulfilment): void {
  door.handleOnce(shipOrder, ({ staff, request, once }, input) => fulfilment.ship(staff, input, request, once));
  door.handle(correctParcel, ({ staff, request }, input) => fulfilment.correct(staff, input, request));
}
