// What may leave the house in one parcel.
import type { Id } from '@jishi/contract';
import { fail } from '../../platform/fail.ts';
import { leftToShip, type OrderLineRow } from '../ordering/ordering.ts';

export type ParcelLine = { lineId: Id<'orderLine'>; quantity: number };

/**
 * The contents of the next parcel: what was asked for, or everything that is left. Together with the parcels before
 * and the pieces refunded unshipped it never exceeds what was bought.
 */
export function contentsOf(lines: readonly OrderLineRow[], asked: readonly ParcelLine[] | undefined): ParcelLine[] {
  const left = new Map(lines.map((line) => [line.id, leftToShip(line)]));
  const wanted = new Map<Id<'orderLine'>, number>();
  for (const one of asked ?? []) wanted.set(one.lineId, (wanted.get(one.lineId) ?? 0) + one.quantity);
  if (asked) {
    for (const [lineId, quantity] of wanted) {
      const most = left.get(lineId) ?? 0;
      if (quantity > most) fail('parcel.quantity', { lineId, left: most }, 'lines');
    }
    return [...wanted].map(([lineId, quantity]) => ({ lineId, quantity }));
  }
  const rest = [...left].filter(([, quantity]) => quantity > 0);
  return rest.map(([lineId, quantity]) => ({ lineId, quantity }));
}
