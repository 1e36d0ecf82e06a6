// What staff call the parts of the books, which accounts they may correct, and figures out of daily sums.
import { shanghaiSpan } from '../../platform/days.ts';
import { ACCOUNTS, type AccountType } from './ledger.rules.ts';

export type Kind = 'asset' | 'liability' | 'income' | 'cost' | 'points';

const COSTS: ReadonlySet<string> = new Set<AccountType>(['provider_fee', 'discount_cost', 'loss']);

/**
 * Accounts that another journal says the same of: lots of points, orders, refunds, withdrawals, cases. Correcting one of
 * the two alone would part them; these are corrected by what they belong to.
 */
const KEPT_ELSEWHERE: ReadonlySet<string> = new Set<AccountType>([
  'order_deferred',
  'payment_suspense',
  'payment_hold',
  'withdraw_transit',
]);

export const typeOf = (type: string): AccountType | undefined =>
  Object.hasOwn(ACCOUNTS, type) ? (type as AccountType) : undefined;

export const nameOfType = (type: string): string => ACCOUNTS[type as AccountType]?.name ?? type;

export function kindOf(type: AccountType): Kind {
  const { unit, side, mayOverdraw } = ACCOUNTS[type];
  if (unit === 'PTS') return 'points';
  if (side === 'credit') return mayOverdraw ? 'income' : 'liability';
  return COSTS.has(type) ? 'cost' : 'asset';
}

export const mayAdjust = (type: AccountType): boolean => ACCOUNTS[type].unit === 'CNY' && !KEPT_ELSEWHERE.has(type);

/** A balance as people read it: on the account's own side. */
export const ownSide = (side: 'debit' | 'credit', signed: number): number => (side === 'debit' ? signed : 0 - signed);

export type DaySum = { day: string; type: string; label: string; debit: number; credit: number; entries: number };
export type Figures = { receivedFen: number; refundedFen: number; incomeFen: number; feeFen: number; costFen: number };

/** What goes home to a payer is called so by every posting that sends it. */
const isRefund = ({ label }: DaySum): boolean => label.includes('退');

export function figuresOf(sums: readonly DaySum[]): Figures {
  const figures: Figures = { receivedFen: 0, refundedFen: 0, incomeFen: 0, feeFen: 0, costFen: 0 };
  for (const sum of sums) {
    const type = typeOf(sum.type);
    if (type === undefined) continue;
    const kind = kindOf(type);
    if (type === 'provider_clearing') {
      figures.receivedFen += sum.debit;
      if (isRefund(sum)) figures.refundedFen += sum.credit;
    } else if (kind === 'income') figures.incomeFen += sum.credit - sum.debit;
    else if (type === 'provider_fee') figures.feeFen += sum.debit - sum.credit;
    else if (kind === 'cost') figures.costFen += sum.debit - sum.credit;
  }
  return figures;
}

/** The days of a span, both ends included; null when it is no span, or longer than `max`. */
export function daysOf(from: string, to: string, max: number): number | null {
  const span = shanghaiSpan(from, to);
  const days = ((span.before?.getTime() ?? 0) - (span.from?.getTime() ?? 0)) / 86_400_000;
  return days >= 1 && days <= max ? days : null;
}
