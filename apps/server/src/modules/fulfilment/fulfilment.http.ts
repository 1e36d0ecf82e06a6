// The doors of fulfilment.
import { correctParcel, shipOrder } from '@jishi/contract';
import type { Door } from '../../platform/http.ts';
import type { Fulfilment } from './fulfilment.ts';

export function bindFulfilment(door: Door, fulfilment: Fulfilment): void {
  door.handle(shipOrder, ({ staff, request }, input) => fulfilment.ship(staff, input, request));
  door.handle(correctParcel, ({ staff, request }, input) => fulfilment.correct(staff, input, request));
}
