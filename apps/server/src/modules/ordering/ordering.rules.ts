// The laws of an order: which state may follow which, what may be done when, and the arithmetic of its lines.
import { cumulativeShare, fen, split, type Fen, type Id, type ORDER_TAB_CODES, type OrderState } from '@jishi/contract';
import { assert } from '../../platform/fail.ts';
import type { AccountRef } from '../ledger/ledger.ts';

/** Where the money of an order waits until it is earned. */
export const deferredOf = (orderId: Id<'order'>): AccountRef => ({
  type: 'order_deferred',
  ownerKind: 'order',
  ownerId: orderId,
});

/**
 * ```
 *            markClosed
 *  unpaid ───────────────▶ cancelled
 *    │ markPaid
 *    ▼        ship a part              the rest shipped, or refunded unshipped
 *   paid ──────────────▶ partly_shipped ───────────────▶ shipped ──▶ received ──▶ completed
 *    │  ship all of it ───────────────────────────────────▶ │  receive    │ window    │
 *    │                        │                             │             │ over      │
 *    └────────────────────────┴───────── every piece refunded ────────────┴───────────┘──▶ refunded
 * ```
 * An open after-sale case is a flag (`open_cases`), not a state: a rejected case lets the order go on with its life.
 */
export const ORDER_MOVES = {
  unpaid: ['paid', 'cancelled'],
  paid: ['partly_shipped', 'shipped', 'refunded'],
  partly_shipped: ['shipped', 'refunded'],
  shipped: ['received', 'refunded'],
  received: ['completed', 'refunded'],
  completed: ['refunded'],
  cancelled: [],
  refunded: [],
} as const satisfies Record<OrderState, readonly OrderState[]>;

export function mayMove(from: OrderState, to: OrderState): boolean {
  return (ORDER_MOVES[from] as readonly OrderState[]).includes(to);
}

/** Guards against a verb that forgot to look: verbs refuse with their own code before it comes to this. */
export function checkMove(from: OrderState, to: OrderState): void {
  assert(mayMove(from, to), `an order does not go from ${from} to ${to}`);
}

/** What the rules need to know of a line. */
export type LineFacts = {
  quantity: number;
  payableFen: number;
  shippedQuantity: number;
  refundedUnshipped: number;
  refundedQuantity: number;
  refundedFen: number;
  claimedQuantity: number;
  claimedUnshipped: number;
  claimedFen: number;
};

/** Pieces that still have to leave the house. */
export const leftToShip = (line: LineFacts): number => line.quantity - line.shippedQuantity - line.refundedUnshipped;

/** Pieces that were asked back before they were shipped and are not decided yet: nothing may leave meanwhile. */
export const disputedUnshipped = (line: LineFacts): number => line.claimedUnshipped - line.refundedUnshipped;

/** Pieces that no case has laid a hand on. */
export const claimable = (line: LineFacts): number => line.quantity - line.claimedQuantity;

/** Of these, the ones that are still in the house. */
export const claimableUnshipped = (line: LineFacts): number =>
  line.quantity - line.shippedQuantity - line.claimedUnshipped;

/** Of these, the ones that the buyer has been sent. */
export const claimableShipped = (line: LineFacts): number => claimable(line) - claimableUnshipped(line);

/**
 * What `quantity` more pieces of a line are worth: the cumulative share of the pieces claimed by then, less what was
 * claimed before. Whatever the partition and whichever cases came to nothing on the way, the last piece brings the
 * sum to exactly what was paid.
 */
export function claimFen(
  line: Pick<LineFacts, 'payableFen' | 'quantity' | 'claimedQuantity' | 'claimedFen'>,
  quantity: number,
): Fen {
  const due = cumulativeShare(fen(line.payableFen), line.claimedQuantity + quantity, line.quantity);
  return fen(Math.max(0, due - line.claimedFen));
}

export type PointsFacts = {
  points: number;
  pointsFen: number;
  /** What earlier refunds have covered, and what of the points went home with them. */
  agreedFen: number;
  agreedQuantity: number;
  backPoints: number;
  backFen: number;
};

/**
 * What of a line's points goes home with one more refund: the cumulative share of the money refunded by then, of the
 * pieces where there was no money, less what went before. When everything is refunded, everything has gone home.
 */
export function pointsDue(
  paid: PointsFacts,
  line: Pick<LineFacts, 'payableFen' | 'quantity'>,
  refund: { agreedFen: number; quantity: number },
): { points: number; pointsFen: number } {
  const [done, whole] =
    line.payableFen > 0
      ? [paid.agreedFen + refund.agreedFen, line.payableFen]
      : [paid.agreedQuantity + refund.quantity, line.quantity];
  return {
    points: cumulativeShare(fen(paid.points), done, whole) - paid.backPoints,
    pointsFen: cumulativeShare(fen(paid.pointsFen), done, whole) - paid.backFen,
  };
}

/** The state of a paid order by its lines, after a parcel left or a refund was made. */
export function stateByLines(lines: readonly LineFacts[], now: OrderState): OrderState {
  if (lines.every((line) => line.refundedQuantity === line.quantity)) return 'refunded';
  if (now !== 'paid' && now !== 'partly_shipped') return now;
  const shipped = lines.some((line) => line.shippedQuantity > 0);
  if (!shipped) return 'paid';
  return lines.every((line) => leftToShip(line) === 0) ? 'shipped' : 'partly_shipped';
}

export type OrderFacts = {
  state: OrderState;
  isClosing: boolean;
  openCases: number;
  payBefore: Date;
  aftersaleUntil: Date | null;
};

/** Whether the buyer may open a case now, by state and window; how much is the lines' business. */
export function aftersaleDoor(order: OrderFacts, now: Date): 'open' | 'window_closed' | 'unavailable' {
  switch (order.state) {
    case 'unpaid':
    case 'cancelled':
    case 'refunded':
      return 'unavailable';
    case 'completed':
      return 'window_closed';
    case 'received':
      return order.aftersaleUntil !== null && now <= order.aftersaleUntil ? 'open' : 'window_closed';
    default:
      return 'open';
  }
}

/** What a person may do now; verbs check again under their lock. */
export function actionsOf(order: OrderFacts, lines: readonly LineFacts[], now: Date) {
  const isUnpaid = order.state === 'unpaid';
  return {
    canPay: isUnpaid && !order.isClosing && now < order.payBefore,
    canCancel: isUnpaid && !order.isClosing,
    canReceive: order.state === 'shipped' && order.openCases === 0,
    canApplyAftersale: aftersaleDoor(order, now) === 'open' && lines.some((line) => claimable(line) > 0),
    canBuyAgain: !isUnpaid,
  };
}

/** Lines that name one SKU twice are one line: the hold and the stock know a SKU once per order. */
export function mergeLines<L extends { skuId: Id<'sku'>; quantity: number }>(
  lines: readonly L[],
): { skuId: Id<'sku'>; quantity: number }[] {
  const merged = new Map<Id<'sku'>, number>();
  for (const line of lines) merged.set(line.skuId, (merged.get(line.skuId) ?? 0) + line.quantity);
  return [...merged].map(([skuId, quantity]) => ({ skuId, quantity }));
}

/** A refund lowered by agreement, over the lines and the shipping fee: no part rises above what was asked for it. */
export function lowerParts(agreedFen: number, parts: readonly number[]): Fen[] {
  return split(fen(agreedFen), parts);
}

export type OrderTab = (typeof ORDER_TAB_CODES)[number];

/** What somebody pasted into a search box, told by its shape. */
export const isOrderNo = (q: string): boolean => /^\d{20}$/.test(q);
export const isPhone = (q: string): boolean => /^1[3-9]\d{9}$/.test(q);
/** WeChat's number of a payment; ours of an attempt and of a refund are letters and digits too. */
export const isTradeNo = (q: string): boolean => /^[0-9A-Za-z_*-]{16,64}$/.test(q) && !isOrderNo(q);
