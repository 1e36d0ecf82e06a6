// The laws of points: in which order they are used, how they come back, and which account holds which kind.
import type { PointKind } from '@jishi/contract';
import { assert } from '../../platform/fail.ts';
import type { AccountRef, AccountType, PostingLine } from '../ledger/ledger.ts';

/** Given points go first, bought ones last; within a kind the nearest expiry. */
export const ORDER_OF_USE: readonly PointKind[] = ['bonus', 'earned', 'paid'];

const ACCOUNT_OF: Record<PointKind, AccountType> = { paid: 'pts_paid', bonus: 'pts_bonus', earned: 'pts_earned' };

export const ofBuyer = (type: AccountType, buyerId: string): AccountRef => ({
  type,
  ownerKind: 'buyer',
  ownerId: buyerId,
});

/** A change of what a person can spend: above zero more, below fewer. */
export type Change = { kind: PointKind; delta: number };

/** Changes folded by kind, without those that came to nothing. */
export function foldChanges(changes: readonly Change[]): Change[] {
  return ORDER_OF_USE.map((kind) => ({
    kind,
    delta: changes.reduce((sum, change) => (change.kind === kind ? sum + change.delta : sum), 0),
  })).filter((change) => change.delta !== 0);
}

/** What the ledger is told: the kinds on one side, `against` on the other. */
export function linesOf(buyerId: string, changes: readonly Change[], against: AccountRef): PostingLine[] {
  const line = (account: AccountRef, delta: number): PostingLine =>
    delta > 0 ? { account, creditPoints: delta } : { account, debitPoints: -delta };
  const sum = changes.reduce((total, change) => total + change.delta, 0);
  return [
    ...changes.map(({ kind, delta }) => line(ofBuyer(ACCOUNT_OF[kind], buyerId), delta)),
    ...(sum === 0 ? [] : [line(against, -sum)]),
  ];
}

export type Allocation = { lotId: string; kind: PointKind; points: number; givenBack: number; place: number };

/** What was used last comes back first, so that bought points are never lost behind given ones. */
export function planGiveBack(allocations: readonly Allocation[], points: number): { lotId: string; points: number }[] {
  let left = points;
  const plan: { lotId: string; points: number }[] = [];
  for (const one of allocations.toSorted((a, b) => b.place - a.place)) {
    const back = Math.min(left, one.points - one.givenBack);
    if (back > 0) plan.push({ lotId: one.lotId, points: back });
    left -= back;
  }
  assert(left === 0, `${left} points more were given back than were used`);
  return plan;
}
