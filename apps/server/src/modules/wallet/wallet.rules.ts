// The laws of withdrawals: which state may follow which, what may be asked for, and what an answer of WeChat means.
import { fen, NAMED_FROM_FEN, rateOf, yuan, type WithdrawalState } from '@jishi/contract';
import { isTransferOver, type Transfer, type TransferState } from '@jishi/wechat';
import { spanMs } from '../../platform/clock.ts';
import { assert } from '../../platform/fail.ts';
import type { AccountRef, PostingLine } from '../ledger/ledger.ts';
import { platformAccount } from '../ledger/ledger.ts';

/**
 * ```
 *  pending ──approve──▶ approved ──number written──▶ sending ──▶ await_confirm ──▶ paid
 *    │  │                  │                           │              │
 *    │  └─reject─▶ rejected│                           │              ├─ 24 h ──▶ expired
 *    │                     │                           │              └─ cancel ▶ cancelled
 *    └──────cancel─────────┴──▶ cancelled              └─ FAIL, or given up ────▶ failed
 * ```
 * Everything but `paid` brings the money back. From `sending` on only WeChat's own word moves it, under one number.
 */
export const WITHDRAWAL_MOVES = {
  pending: ['approved', 'rejected', 'cancelled'],
  approved: ['sending', 'cancelled'],
  sending: ['await_confirm', 'paid', 'failed', 'cancelled', 'expired'],
  await_confirm: ['paid', 'failed', 'cancelled', 'expired'],
  paid: [],
  failed: [],
  rejected: [],
  cancelled: [],
  expired: [],
} as const satisfies Record<WithdrawalState, readonly WithdrawalState[]>;

export function checkMove(from: WithdrawalState, to: WithdrawalState): void {
  const allowed: readonly WithdrawalState[] = WITHDRAWAL_MOVES[from];
  assert(allowed.includes(to), `a withdrawal does not go from ${from} to ${to}`);
}

export const isOver = (state: WithdrawalState): boolean => WITHDRAWAL_MOVES[state].length === 0;
/** Only here is a cancel ours to decide; later WeChat decides. */
export const isStillHere = (state: WithdrawalState): boolean => state === 'pending' || state === 'approved';

export type Limits = { minFen: number; maxFen: number; perDay: number };
export type Asked = {
  amountFen: number;
  availableFen: number;
  debtFen: number;
  usedToday: number;
  feeFen: number;
  isNamed: boolean;
};
export type Refusal = {
  code: 'withdrawal.debt' | 'withdrawal.amount' | 'withdrawal.daily_limit' | 'wallet.short' | 'withdrawal.name_missing';
  details: Record<string, unknown>;
  field?: string;
};

/** Why it may not be asked for, the reason first that the person can do least about; null when it may. */
export function refusalOf(asked: Asked, limits: Limits): Refusal | null {
  if (asked.debtFen > 0) {
    return { code: 'withdrawal.debt', details: { debt: yuan(asked.debtFen), debtFen: asked.debtFen } };
  }
  if (asked.usedToday >= limits.perDay) return { code: 'withdrawal.daily_limit', details: { max: limits.perDay } };
  if (asked.amountFen < limits.minFen || asked.amountFen > limits.maxFen) {
    const details = { min: yuan(limits.minFen), max: yuan(limits.maxFen) };
    return { code: 'withdrawal.amount', details, field: 'amountFen' };
  }
  if (asked.amountFen > asked.availableFen) {
    return { code: 'wallet.short', details: { availableFen: asked.availableFen }, field: 'amountFen' };
  }
  if (asked.amountFen - asked.feeFen >= NAMED_FROM_FEN && !asked.isNamed) {
    return { code: 'withdrawal.name_missing', details: { from: yuan(NAMED_FROM_FEN) } };
  }
  return null;
}

/** Never the whole amount: something must arrive. */
export const feeOf = (amountFen: number, feeBps: number): number => rateOf(fen(amountFen), feeBps);

export const maskName = (name: string): string => {
  const [first = '', ...rest] = [...name];
  return first + '*'.repeat(Math.max(1, rest.length));
};
export const maskIdNo = (idNo: string): string => `${idNo.slice(0, 1)}${'*'.repeat(16)}${idNo.slice(-1)}`;
export const maskCardNo = (cardNo: string): string => `**** ${cardNo.slice(-4)}`;

/** Seconds until WeChat is asked again. */
const PATIENCE = { sending: [10, 30, 60, 300, 600], await_confirm: [60, 60, 60, 120, 300, 600] } as const;
/** How long a shortage of the shop's money at WeChat may last between two tries. */
const SHORT_AGAIN_SECONDS = 600;

export function nextCheck(now: Date, state: 'sending' | 'await_confirm', tries: number, isShort = false): Date {
  const steps = PATIENCE[state];
  const seconds = isShort ? SHORT_AGAIN_SECONDS : (steps[Math.min(tries, steps.length - 1)] ?? SHORT_AGAIN_SECONDS);
  return new Date(now.getTime() + spanMs({ seconds }));
}

/** After so long nothing that we sent can still be on its way to WeChat. */
export const QUIET_MS = spanMs({ minutes: 10 });
/** WeChat closes what nobody confirms. */
export const CONFIRM_MS = spanMs({ hours: 24 });

export type Verdict = { to: 'await_confirm' | 'paid' | 'failed' | 'cancelled' | 'expired' };

/** What WeChat's word makes of it; null when it says nothing new. An end counts only from a query. */
export function verdictOf(transfer: Pick<Transfer, 'state' | 'failReason'>, isQueried: boolean): Verdict | null {
  const { state, failReason } = transfer;
  if (isTransferOver(state)) {
    if (!isQueried) return null;
    if (state === 'SUCCESS') return { to: 'paid' };
    if (state === 'CANCELLED' || failReason === 'MCH_CANCEL') return { to: 'cancelled' };
    return { to: failReason === 'OVERDUE_CLOSE' ? 'expired' : 'failed' };
  }
  return WAITING.has(state) ? { to: 'await_confirm' } : null;
}
/** The money is set aside: from here on the person decides. */
const WAITING: ReadonlySet<TransferState> = new Set(['WAIT_USER_CONFIRM', 'TRANSFERING', 'CANCELING']);

/** `scene`: what WeChat wants reported; one `name=content` a line. Null when it cannot be read. */
export function readReports(text: string): { type: string; content: string }[] | null {
  const reports = text
    .split(/[\n；;]/)
    .map((row) => row.trim())
    .filter(Boolean)
    .map((row) => /^([^=＝]{1,15})[=＝](.{1,32})$/.exec(row));
  if (reports.length === 0 || reports.some((match) => match === null)) return null;
  return reports.map((match) => ({ type: match?.[1]?.trim() ?? '', content: match?.[2]?.trim() ?? '' }));
}

export const walletOf = (buyerId: string): AccountRef => ({
  type: 'wallet_available',
  ownerKind: 'buyer',
  ownerId: buyerId,
});
export const transitOf = (buyerId: string): AccountRef => ({
  type: 'withdraw_transit',
  ownerKind: 'buyer',
  ownerId: buyerId,
});
export const holdOf = (buyerId: string): AccountRef => ({ type: 'payment_hold', ownerKind: 'buyer', ownerId: buyerId });
export const debtOf = (buyerId: string): AccountRef => ({ type: 'debt', ownerKind: 'buyer', ownerId: buyerId });

type Sum = { id: string; buyerId: string; amountFen: number; feeFen: number };
const posting = (one: Sum, step: string, label: string, lines: PostingLine[]) => ({
  key: `withdrawal-${step}:${one.id}`,
  label,
  refKind: 'withdrawal',
  refId: one.id,
  lines,
});

/**
 * model.md 6.11, posting 9. WeChat pays out of what it holds for us, so that is what shrinks (decision 9).
 * No label holds a number: the days of the books are summed by label.
 */
export const asked = (one: Sum) =>
  posting(one, 'asked', '提现', [
    { account: walletOf(one.buyerId), debitFen: one.amountFen },
    { account: transitOf(one.buyerId), creditFen: one.amountFen },
  ]);
export const settled = (one: Sum) =>
  posting(one, 'paid', '提现到账', [
    { account: transitOf(one.buyerId), debitFen: one.amountFen },
    { account: platformAccount('provider_clearing'), creditFen: one.amountFen - one.feeFen },
    { account: platformAccount('platform_fee'), creditFen: one.feeFen },
  ]);
export const returned = (one: Sum) =>
  posting(one, 'returned', '提现退回', [
    { account: transitOf(one.buyerId), debitFen: one.amountFen },
    { account: walletOf(one.buyerId), creditFen: one.amountFen },
  ]);

const FAIL_WORDS: Readonly<Record<string, string>> = {
  NAME_NOT_CORRECT: '收款人姓名与微信实名不一致',
  REAL_NAME_CHECK_FAIL: '微信账号未完成实名认证',
  OPENID_INVALID: '收款微信账号无效',
  ACCOUNT_FROZEN: '收款微信账户被冻结',
  ACCOUNT_NOT_EXIST: '收款微信账户不存在',
  PAYEE_ACCOUNT_ABNORMAL: '收款微信账户异常',
  DAY_RECEIVED_QUOTA_EXCEED: '超过微信当日收款限额',
  DAY_RECEIVED_COUNT_EXCEED: '超过微信当日收款次数',
  TRANSFER_QUOTA_EXCEED: '超过微信转账限额',
  TRANSFER_RISK: '被微信支付风控拦截',
  OVERDUE_CLOSE: '超过 24 小时未确认收款',
  MCH_CANCEL: '已撤销',
};
/** WeChat's reason for a person. The list is open: what we do not know is told by its code. */
export const failWords = (reason: string | null): string =>
  reason === null ? '微信打款失败' : (FAIL_WORDS[reason] ?? `微信打款失败（${reason}）`);
