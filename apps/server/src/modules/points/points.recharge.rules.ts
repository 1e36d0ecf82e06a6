// The laws of buying points: what a package brings, which state follows which, what paying back comes to.
import {
  addFen,
  POINT_FEN,
  timesFen,
  fen,
  type ErrorCode,
  type Fen,
  type PACKAGE_SHELVES,
  type RechargeState,
} from '@jishi/contract';
import { assert } from '../../platform/fail.ts';

/**
 *   pending ──paid──▶ paid ──every point back──▶ refunded
 *      ├────▶ cancelled   by the buyer
 *      └────▶ expired     by the clock          both only after WeChat has said that nobody can pay any more
 */
export const RECHARGE_MOVES: Record<RechargeState, readonly RechargeState[]> = {
  pending: ['paid', 'cancelled', 'expired'],
  paid: ['refunded'],
  cancelled: [],
  expired: [],
  refunded: [],
};

export function checkRechargeMove(from: RechargeState, to: RechargeState): void {
  assert(RECHARGE_MOVES[from].includes(to), `a recharge does not go from ${from} to ${to}`);
}

/** The business keys of what a paid order grants. */
export const grantKeys = (rechargeId: string) => ({
  paid: `recharge:${rechargeId}:paid`,
  bonus: `recharge:${rechargeId}:bonus`,
});

export type Shelf = {
  isActive: boolean;
  retiredAt: Date | null;
  saleFrom: Date | null;
  saleUntil: Date | null;
};

/** Where a package stands now; shoppers see what is on sale. */
export function shelfOf(one: Shelf, now: Date): (typeof PACKAGE_SHELVES)[number] {
  if (one.retiredAt !== null) return 'retired';
  if (!one.isActive) return 'off';
  if (one.saleUntil !== null && one.saleUntil <= now) return 'over';
  return one.saleFrom !== null && one.saleFrom > now ? 'later' : 'on_sale';
}

export const isOnSale = (one: Shelf, now: Date): boolean => shelfOf(one, now) === 'on_sale';

/** What is left of a grant, and what of it somebody holds. */
export type LotFacts = { granted: number; left: number; held: number };
export type RefundPlan = {
  amountFen: Fen;
  paidPoints: number;
  bonusPoints: number;
  missingBonus: number;
  missingFen: Fen;
};
export type PlanAnswer = { plan: RefundPlan; refusal: null } | { plan: null; refusal: ErrorCode };

/**
 * Bought points must all be there. Given ones that are gone are paid for at nominal value, so that nobody spends the
 * bonus and gets the whole price back.
 */
export function planRefund(priceFen: Fen, paid: LotFacts, bonus: LotFacts | undefined): PlanAnswer {
  const refuse = (refusal: ErrorCode) => ({ plan: null, refusal });
  if (paid.left !== paid.granted) return refuse('recharge.points_used');
  if (bonus && bonus.held > 0) return refuse('recharge.bonus_busy');
  const bonusPoints = bonus?.left ?? 0;
  const missingBonus = (bonus?.granted ?? 0) - bonusPoints;
  const missingFen = timesFen(fen(POINT_FEN), missingBonus);
  const amountFen = addFen(priceFen, -missingFen);
  if (amountFen <= 0) return refuse('recharge.refund_nothing');
  return { plan: { amountFen, paidPoints: paid.left, bonusPoints, missingBonus, missingFen }, refusal: null };
}
