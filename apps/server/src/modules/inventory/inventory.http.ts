// The doors of stock.
import { adjustStock, listStockMovements } from '@jishi/contract';
import type { Door } from '../../platform/http.ts';
import type { Inventory } from './inventory.ts';

export function bindInventory(door: Door, inventory: Inventory): void {
  door.handleOnce(adjustStock, ({ staff, request, idempotencyKey, once }, input) =>
    inventory.adjust(staff, input, request, idempotencyKey, once),
  );
  door.handle(listStockMovements, (_, input) => inventory.movements(input));
}
