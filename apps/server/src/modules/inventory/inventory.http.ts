// The doors of stock.
import { adjustStock, listStockMovements } from '@jishi/contract';
import type { Door } from '../../platform/http.ts';
import type { Inventory } from './inventory.ts';

export function bindInventory(door: Door, inventory: Inventory): void {
  door.handle(adjustStock, ({ staff, request, idempotencyKey }, input) =>
    inventory.adjust(staff, input, request, idempotencyKey),
  );
  door.handle(listStockMovements, (_, input) => inventory.movements(input));
}
