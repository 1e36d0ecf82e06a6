// The laws of a case: which state may follow which, what may be asked for, and what of the shipping fee goes along.
import { addFen, type AFTERSALE_KINDS, type AftersaleState, type Id } from '@jishi/contract';
import { assert, fail } from '../../platform/fail.ts';
import {
  claimable,
  claimableShipped,
  claimableUnshipped,
  claimFen,
  type Claim,
  type OrderLineRow,
  type OrderRow,
} from '../ordering/ordering.ts';

/**
 * ```
 *  requested ──reject──▶ rejected        withdraw (until the shop has the goods) ──▶ withdrawn
 *    │ │
 *    │ └─approve a return─▶ await_return ──7 days──▶ expired
 *    │                        │      │
 *    │ approve                │      └─sendBack─▶ returning
 *    │ a refund               │ receive             │ receive
 *    ▼                        ▼                     ▼
 *  refunding ◀────────────── return_received ◀──────┘
 *    │ refund.succeeded, or at once when there is nothing to pay
 *    ▼
 *  done
 * ```
 * A case that staff make themselves (kind system) starts at refunding.
 */
export const AFTERSALE_MOVES = {
  requested: ['await_return', 'refunding', 'rejected', 'withdrawn'],
  await_return: ['returning', 'return_received', 'withdrawn', 'expired'],
  returning: ['return_received', 'withdrawn'],
  return_received: ['refunding'],
  refunding: ['done'],
  done: [],
  rejected: [],
  withdrawn: [],
  expired: [],
} as const satisfies Record<AftersaleState, readonly AftersaleState[]>;

export function checkMove(from: AftersaleState, to: AftersaleState): void {
  const allowed: readonly AftersaleState[] = AFTERSALE_MOVES[from];
  assert(allowed.includes(to), `a case does not go from ${from} to ${to}`);
}

export const WITHDRAWABLE: readonly AftersaleState[] = ['requested', 'await_return', 'returning'];
export const RETURNABLE: readonly AftersaleState[] = ['await_return', 'returning'];

export type Kind = (typeof AFTERSALE_KINDS)[number];
export type Choice = { lineId: Id<'orderLine'>; quantity: number };

/** What a buyer may pick from, by what has left the house. */
export function kindsOf(lines: readonly OrderLineRow[]): ('refund_only' | 'return_refund')[] {
  if (!lines.some((line) => claimable(line) > 0)) return [];
  return lines.some((line) => claimableShipped(line) > 0) ? ['refund_only', 'return_refund'] : ['refund_only'];
}

/**
 * The pieces and fen that a case lays its hand on. A return takes from what was shipped; a refund without return takes
 * first what is still in the house.
 */
export function planClaims(lines: readonly OrderLineRow[], choices: readonly Choice[], kind: Kind): Claim[] {
  const wanted = new Map<Id<'orderLine'>, number>();
  for (const one of choices) wanted.set(one.lineId, (wanted.get(one.lineId) ?? 0) + one.quantity);
  return [...wanted].map(([lineId, quantity]) => {
    const line = lines.find((one) => one.id === lineId);
    const most = line ? claimable(line) : 0;
    if (!line || quantity > most) fail('aftersale.quantity', { lineId, left: most }, 'lines');
    const shipped = claimableShipped(line);
    if (kind === 'return_refund' && shipped === 0) fail('aftersale.kind_unavailable', {}, 'kind');
    if (kind === 'return_refund' && quantity > shipped) fail('aftersale.quantity', { lineId, left: shipped }, 'lines');
    const unshippedQuantity = kind === 'return_refund' ? 0 : Math.min(quantity, claimableUnshipped(line));
    return { lineId, quantity, unshippedQuantity, amountFen: claimFen(line, quantity) };
  });
}

/** What the lines look like once these claims are laid: for rules that ask about the order as a whole. */
export function withClaims(lines: readonly OrderLineRow[], claims: readonly Claim[]): OrderLineRow[] {
  return lines.map((line) => {
    const claim = claims.find((one) => one.lineId === line.id);
    return claim ? { ...line, claimedQuantity: line.claimedQuantity + claim.quantity } : line;
  });
}

/** Another case of the same order that is still open. */
export type Sibling = { state: AftersaleState; shippingFen: number };

/**
 * The shipping fee goes home only when nothing was shipped and nothing will be: every piece is asked back. While
 * another case waits for its decision that is not certain, so the last one decided carries the fee.
 */
export function shippingDue(
  order: Pick<OrderRow, 'shippingFen' | 'refundedShippingFen'>,
  lines: readonly OrderLineRow[],
  siblings: readonly Sibling[],
): number {
  const isWhole = lines.every((line) => line.shippedQuantity === 0 && line.claimedQuantity === line.quantity);
  if (!isWhole || siblings.some((one) => one.state === 'requested')) return 0;
  const onItsWay = addFen(...siblings.map((one) => one.shippingFen));
  return Math.max(0, order.shippingFen - order.refundedShippingFen - onItsWay);
}

/** What a new request may hope for: like `shippingDue`, but other open requests count as agreed. */
export function shippingAsked(
  order: Pick<OrderRow, 'shippingFen' | 'refundedShippingFen'>,
  lines: readonly OrderLineRow[],
): number {
  return shippingDue(order, lines, []);
}

export const goodsOf = (claims: readonly { amountFen: number }[]): number =>
  addFen(...claims.map((claim) => claim.amountFen));
