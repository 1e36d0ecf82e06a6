// The chart of accounts and the arithmetic of a posting. Debits are positive, credits negative.
import { assert } from '../../platform/fail.ts';

/** Owner of the accounts that belong to the shop itself. */
export const PLATFORM = '00000000-0000-7000-8000-000000000001';

type AccountLaw = {
  /** The side on which the account normally stands. */
  side: 'debit' | 'credit';
  /**
   * False: the database refuses a posting that would take it past zero. True only for accounts of the shop itself: their
   * balance is kept in stripes, so that postings on it do not wait for each other.
   */
  mayOverdraw: boolean;
  unit: 'CNY' | 'PTS';
  /** What staff read. */
  name: string;
};

/** model.md 6.11, as far as this house sells: later businesses add their accounts here. */
export const ACCOUNTS = {
  /** What WeChat holds for us. WeChat itself refuses a refund or a transfer that it cannot cover. */
  provider_clearing: { side: 'debit', mayOverdraw: true, unit: 'CNY', name: '微信支付待结算' },
  /** What WeChat keeps for its service; known from its bills. */
  provider_fee: { side: 'debit', mayOverdraw: true, unit: 'CNY', name: '微信支付手续费' },
  /** What WeChat has paid out to the shop's bank account. */
  bank: { side: 'debit', mayOverdraw: true, unit: 'CNY', name: '银行存款' },
  /** Received for an order and not yet earned: never paid out twice, by law. */
  order_deferred: { side: 'credit', mayOverdraw: false, unit: 'CNY', name: '订单预收款' },
  /** Money that must go home: late, duplicate, disputed or nobody's. */
  payment_suspense: { side: 'credit', mayOverdraw: false, unit: 'CNY', name: '待退回款项' },
  /** Income. A refund after completion takes it back, even below zero. */
  platform_sales: { side: 'credit', mayOverdraw: true, unit: 'CNY', name: '平台销售收入' },
  /** Points packages sold: earned when they are credited, taken back by a refund. */
  recharge_sales: { side: 'credit', mayOverdraw: true, unit: 'CNY', name: '积分充值收入' },
  /** What is kept of a withdrawal. */
  platform_fee: { side: 'credit', mayOverdraw: true, unit: 'CNY', name: '手续费收入' },
  /** What the shop gives of a price: points and coupons that it pays for. */
  discount_cost: { side: 'debit', mayOverdraw: true, unit: 'CNY', name: '优惠成本' },
  /** What nobody else bears: a difference written off, goodwill. */
  loss: { side: 'debit', mayOverdraw: true, unit: 'CNY', name: '损失' },
  /** What a person may spend or withdraw. */
  wallet_available: { side: 'credit', mayOverdraw: false, unit: 'CNY', name: '钱包可用余额' },
  /** Taken from a wallet for a payment that is not decided yet: goes on to the order, or back. */
  payment_hold: { side: 'credit', mayOverdraw: false, unit: 'CNY', name: '待支付占用余额' },
  /** Between the request of a withdrawal and its end. */
  withdraw_transit: { side: 'credit', mayOverdraw: false, unit: 'CNY', name: '提现处理中' },
  /** What a person owes the shop after something was clawed back; blocks withdrawals. */
  debt: { side: 'debit', mayOverdraw: false, unit: 'CNY', name: '欠款' },
  /** Points of a person, by how they were come by: bought, given with a purchase, earned. */
  pts_paid: { side: 'credit', mayOverdraw: false, unit: 'PTS', name: '充值积分' },
  pts_bonus: { side: 'credit', mayOverdraw: false, unit: 'PTS', name: '赠送积分' },
  pts_earned: { side: 'credit', mayOverdraw: false, unit: 'PTS', name: '奖励积分' },
  /** Promised to a spending that is not decided yet. */
  pts_held: { side: 'credit', mayOverdraw: false, unit: 'PTS', name: '占用中积分' },
  /** All points ever given out, and all that were used or have expired: the shop's side of both. */
  pts_issued: { side: 'debit', mayOverdraw: true, unit: 'PTS', name: '已发放积分' },
  pts_used: { side: 'credit', mayOverdraw: true, unit: 'PTS', name: '已使用积分' },
  pts_expired: { side: 'credit', mayOverdraw: true, unit: 'PTS', name: '已过期积分' },
} as const satisfies Record<string, AccountLaw>;

export type AccountType = keyof typeof ACCOUNTS;
export type AccountRef = { type: AccountType; ownerKind: string; ownerId: string };

/** What staff read. */
export const accountName = (type: AccountType): string => ACCOUNTS[type].name;

export const platformAccount = (type: AccountType): AccountRef => ({ type, ownerKind: 'platform', ownerId: PLATFORM });

/** One side of a posting: exactly one amount, not below zero, in the unit of its account. */
export type PostingLine = { account: AccountRef } & (
  | { debitFen: number }
  | { creditFen: number }
  | { debitPoints: number }
  | { creditPoints: number }
);

export type SignedLine = AccountRef & { unit: string; amount: number };

/**
 * Folds lines into one signed amount per account, leaving out what adds up to nothing.
 * The whole must balance per unit; the database checks it again.
 */
export function signedLines(lines: readonly PostingLine[]): SignedLine[] {
  const folded = new Map<string, SignedLine>();
  const sums = new Map<string, number>();
  for (const line of lines) {
    const { type, ownerKind, ownerId } = line.account;
    const { unit } = ACCOUNTS[type];
    const amount = signedAmount(line, unit);
    const key = nameOf(line.account);
    const before = folded.get(key);
    folded.set(key, { type, ownerKind, ownerId, unit, amount: safe((before?.amount ?? 0) + amount) });
    sums.set(unit, (sums.get(unit) ?? 0) + amount);
  }
  for (const [unit, sum] of sums) assert(sum === 0, `a posting in ${unit} is off by ${sum}`);
  return [...folded.values()].filter((line) => line.amount !== 0);
}

/** Debits above zero, credits below; an amount in a foreign unit is a mistake of ours. */
function signedAmount(line: PostingLine, unit: 'CNY' | 'PTS'): number {
  const isMoney = 'debitFen' in line || 'creditFen' in line;
  assert(isMoney === (unit === 'CNY'), `${line.account.type} is kept in ${unit}`);
  const [side, amount] =
    'debitFen' in line
      ? [1, line.debitFen]
      : 'creditFen' in line
        ? [-1, line.creditFen]
        : 'debitPoints' in line
          ? [1, line.debitPoints]
          : [-1, line.creditPoints];
  assert(safe(amount) >= 0, 'a posting line is a whole amount');
  return amount === 0 ? 0 : side * amount;
}

/** What stands on every account, by `type/ownerKind/ownerId`: positive is debit. */
export type Standing = ReadonlyMap<string, number>;

export const nameOf = ({ type, ownerKind, ownerId }: AccountRef): string => `${type}/${ownerKind}/${ownerId}`;

/**
 * The twin of `ledger_post` and its trigger: what the accounts hold after a posting, or the account that it would take
 * past zero. A property test keeps the two equal.
 */
export function settled(before: Standing, lines: readonly SignedLine[]): Standing | { short: string } {
  const after = new Map(before);
  for (const line of lines) {
    const name = nameOf(line);
    const balance = safe((after.get(name) ?? 0) + line.amount);
    const { side, mayOverdraw } = ACCOUNTS[line.type];
    if (!mayOverdraw && (side === 'debit' ? balance < 0 : balance > 0)) return { short: name };
    after.set(name, balance);
  }
  return after;
}

function safe(amount: number): number {
  assert(Number.isSafeInteger(amount), `not an amount: ${amount}`);
  return amount;
}
