// What stock may do, without a database: arithmetic and shapes.
import type { Level, LineQuantity, Short } from './inventory.store.ts';

export const NOTHING: Level = { onHand: 0, reserved: 0, available: 0 };

export function availableOf(balance: { on_hand: number; reserved: number }): number {
  return balance.on_hand - balance.reserved;
}

/** The details of `inventory.short`. */
export function shortOf(short: Short): { left: number; skuId: string } {
  return { left: Math.max(0, short.left), skuId: short.skuId };
}

/** What would lie on the shelf; null when orders already hold more than that. */
export function adjusted(balance: { onHand: number; reserved: number }, delta: number): number | null {
  const onHand = balance.onHand + delta;
  return onHand < balance.reserved ? null : onHand;
}

/** One entry per line, without those that ask for nothing. */
export function mergeLines(lines: readonly LineQuantity[]): LineQuantity[] {
  const sums = new Map<string, number>();
  for (const line of lines) sums.set(line.lineId, (sums.get(line.lineId) ?? 0) + line.quantity);
  return [...sums].filter(([, quantity]) => quantity > 0).map(([lineId, quantity]) => ({ lineId, quantity }));
}
