// The chart of accounts and the arithmetic of a posting. Debits are positive, credits negative.
import { fen, type Fen } from '@jishi/contract';
import { assert } from '../../platform/fail.ts';

/** Owner of the accounts that belong to the shop itself. */
export const PLATFORM = '00000000-0000-7000-8000-000000000001';

type AccountLaw = {
  /** The side on which the account normally stands. */
  side: 'debit' | 'credit';
  /** False: the database refuses a posting that would take it past zero. */
  mayOverdraw: boolean;
  unit: 'CNY' | 'PTS';
  /** What staff read. */
  name: string;
};

/** model.md 6.11, as far as this house sells: later businesses add their accounts here. */
export const ACCOUNTS = {
  /** What WeChat holds for us. WeChat itself refuses a refund that it cannot cover. */
  provider_clearing: { side: 'debit', mayOverdraw: true, unit: 'CNY', name: '微信支付待结算' },
  /** Received for an order and not yet earned: never paid out twice, by law. */
  order_deferred: { side: 'credit', mayOverdraw: false, unit: 'CNY', name: '订单预收款' },
  /** Money that must go home: late, duplicate, disputed or nobody's. */
  payment_suspense: { side: 'credit', mayOverdraw: false, unit: 'CNY', name: '待退回款项' },
  /** Income. A refund after completion takes it back, even below zero. */
  platform_sales: { side: 'credit', mayOverdraw: true, unit: 'CNY', name: '平台销售收入' },
} as const satisfies Record<string, AccountLaw>;

export type AccountType = keyof typeof ACCOUNTS;
export type AccountRef = { type: AccountType; ownerKind: string; ownerId: string };

export const platformAccount = (type: AccountType): AccountRef => ({ type, ownerKind: 'platform', ownerId: PLATFORM });

/** One side of a posting: exactly one of the two amounts, above zero. */
export type PostingLine = { account: AccountRef } & (
  | { debitFen: number; creditFen?: undefined }
  | { creditFen: number; debitFen?: undefined }
);

export type SignedLine = AccountRef & { unit: string; amount: Fen };

/**
 * Folds lines into one signed amount per account, leaving out what adds up to nothing.
 * The whole must balance per unit; the database checks it again.
 */
export function signedLines(lines: readonly PostingLine[]): SignedLine[] {
  const folded = new Map<string, SignedLine>();
  const sums = new Map<string, number>();
  for (const line of lines) {
    const amount = line.debitFen ?? -line.creditFen;
    assert(Number.isSafeInteger(amount) && (line.debitFen ?? line.creditFen) >= 0, 'a posting line is a whole amount');
    const { type, ownerKind, ownerId } = line.account;
    const { unit } = ACCOUNTS[type];
    const key = `${type}/${ownerKind}/${ownerId}`;
    const before = folded.get(key);
    folded.set(key, { type, ownerKind, ownerId, unit, amount: fen((before?.amount ?? 0) + amount) });
    sums.set(unit, (sums.get(unit) ?? 0) + amount);
  }
  for (const [unit, sum] of sums) assert(sum === 0, `a posting in ${unit} is off by ${sum}`);
  return [...folded.values()].filter((line) => line.amount !== 0);
}
