// What a verified fact from WeChat does, whoever brought it: a notice, a query or a close that came too late.
import { randomBytes } from 'node:crypto';
import { yuan } from '@jishi/contract';
import type { Refund, Transaction } from '@jishi/wechat';
import type { Tx } from '../../platform/db.ts';
import { assert } from '../../platform/fail.ts';
import { crashPoint } from '../../platform/crash.ts';
import { newId } from '../../platform/ids.ts';
import { platformAccount, type AccountRef, type PostingLine } from '../ledger/ledger.ts';
import type { PaymentDeps } from './payment.ts';
import * as refunds from './payment.refunds.store.ts';
import type { RefundRow } from './payment.refunds.store.ts';
import * as store from './payment.store.ts';
import type { AttemptRow, PaymentRow } from './payment.store.ts';
import { nextRefundCheck, type RefundState } from './payment.rules.ts';

export type SettleResult = 'accepted' | 'repeated' | 'late' | 'duplicate' | 'disputed' | 'unknown' | 'foreign';
export type RefundFacts = Pick<
  Refund,
  'outRefundNo' | 'refundId' | 'status' | 'refundFen' | 'userReceivedAccount' | 'successTime'
>;

export type Settling = {
  /** Command: the money of `transaction` has arrived. Safe to call any number of times, in any order with its rivals. */
  settle(transaction: Transaction): Promise<SettleResult>;
  /** Command: WeChat says how a refund stands. */
  settleRefund(facts: RefundFacts): Promise<'changed' | 'repeated' | 'unknown'>;
  /** Part: writes down a refund of `attempt`, whose row and payment are locked. */
  writeRefund(tx: Tx, attempt: AttemptRow, refund: Omit<WrittenRefund, 'attempt_id'>): Promise<string>;
};

type WrittenRefund = Pick<
  RefundRow,
  'attempt_id' | 'amount_fen' | 'cause' | 'ref_kind' | 'ref_id' | 'reason' | 'sources'
>;

const clearing = platformAccount('provider_clearing');
export const suspense = (paymentId: string): AccountRef => ({
  type: 'payment_suspense',
  ownerKind: 'payment',
  ownerId: paymentId,
});

/** 6 to 32 characters, random: a number tells nobody how much we sell. */
export const newTradeNo = () => `P${randomBytes(12).toString('hex')}`;
export const newRefundNo = () => `R${randomBytes(12).toString('hex')}`;

/** Told as 0 from the start: an alarm cannot watch a number that is not there. */
function countMismatch({ metrics }: PaymentDeps, by: 0 | 1): void {
  metrics.count('amount_mismatch_total', 'Payments whose amount is not the one asked for; must be 0', {}, by);
}

export function createSettling(deps: PaymentDeps): Settling {
  countMismatch(deps, 0);
  const writeRefund: Settling['writeRefund'] = async (tx, attempt, refund) => {
    const id = newId<'refund'>();
    const now = deps.clock.now();
    await refunds.insertRefund(tx, {
      ...refund,
      id,
      attempt_id: attempt.id,
      out_refund_no: newRefundNo(),
      created_at: now,
      next_check_at: now,
    });
    await store.touchAttempt(tx, attempt.id, { refunding_fen: attempt.refunding_fen + refund.amount_fen });
    await tx.emit('refund.created', { refundId: id });
    return id;
  };
  return {
    writeRefund,
    settle: (transaction) => settle(deps, writeRefund, transaction),
    settleRefund: (facts) => settleRefund(deps, facts),
  };
}

async function settle(
  deps: PaymentDeps,
  writeRefund: Settling['writeRefund'],
  transaction: Transaction,
): Promise<SettleResult> {
  const { mchid, appids } = deps.merchant;
  if (transaction.mchid !== mchid) return 'foreign';
  const result = await deps.db.tx(async (tx): Promise<SettleResult> => {
    const seen = await store.attemptByTradeNo(tx, transaction.outTradeNo);
    // The appid may have been changed in the settings since we asked for this money: it is ours all the same.
    if (![appids.weapp, appids.h5, seen?.request.appid].includes(transaction.appid)) return 'foreign';
    if (!seen) return 'unknown';
    const payment = await store.lock(tx, seen.payment_id);
    const attempt = await store.attempt(tx, seen.id);
    assert(payment && attempt, `attempt ${seen.id} lost its payment`);
    if (attempt.transaction_id !== null) return 'repeated';
    const verdict = await receive(deps, writeRefund, tx, payment, attempt, transaction);
    crashPoint('payment.settle.before-commit');
    return verdict;
  });
  deps.metrics.count('payments_total', 'Payments by what became of them', { result });
  if (result === 'disputed') {
    // After the commit: a transaction that runs again is one mismatch all the same.
    countMismatch(deps, 1);
    deps.log.error({ outTradeNo: transaction.outTradeNo }, 'WeChat received another amount than we asked for');
  }
  return result;
}

/** The payment is locked and the attempt has no success yet. */
async function receive(
  deps: PaymentDeps,
  writeRefund: Settling['writeRefund'],
  tx: Tx,
  payment: PaymentRow,
  attempt: AttemptRow,
  transaction: Transaction,
): Promise<SettleResult> {
  const now = deps.clock.now();
  const paidFen = transaction.totalFen ?? 0;
  const isRight = paidFen === attempt.amount_fen && transaction.currency === 'CNY';
  const verdict = !isRight
    ? 'disputed'
    : payment.state === 'paid'
      ? 'duplicate'
      : payment.state === 'closed'
        ? 'late'
        : 'accepted';
  assert(transaction.transactionId, `${transaction.outTradeNo} is paid without a transaction id`);
  await store.touchAttempt(tx, attempt.id, {
    state: isRight ? 'succeeded' : 'disputed',
    transaction_id: transaction.transactionId,
    paid_fen: paidFen,
    is_accepted: verdict === 'accepted',
    succeeded_at: transaction.successTime ?? now,
    next_check_at: null,
  });
  await deps.ledger.post(tx, {
    key: `payment:${attempt.id}`,
    label: verdict === 'accepted' ? PAID_LABELS[payment.payable_kind] : '收到待退回款项',
    refKind: 'payment',
    refId: payment.id,
    lines: [
      { account: clearing, debitFen: paidFen },
      ...(verdict === 'accepted' ? intoParts(payment.parts) : [{ account: suspense(payment.id), creditFen: paidFen }]),
    ],
  });
  if (verdict === 'accepted') {
    await store.move(tx, payment, 'paid', { paid_at: now, next_check_at: null });
    await tx.emit('payment.succeeded', { paymentId: payment.id as never });
    await wakeOthers(deps, tx, payment.id);
  } else if (verdict === 'disputed') {
    await refunds.openCase(tx, {
      id: newId<'case'>(),
      key: `mismatch:${attempt.id}`,
      kind: 'amount_mismatch',
      payment_id: payment.id,
      attempt_id: attempt.id,
      detail: `应付 ${yuan(attempt.amount_fen)}，微信实收 ${yuan(paidFen)}${transaction.currency === 'CNY' ? '' : `（${transaction.currency}）`}，商户单号 ${attempt.out_trade_no}`,
      created_at: now,
    });
  } else {
    await sendHome(writeRefund, tx, payment, { ...attempt, paid_fen: paidFen }, verdict);
  }
  return verdict;
}

/** What staff read in the ledger. */
export const PAID_LABELS = { checkout: '收到货款', recharge: '收到充值款' } as const;

/** What the buyer pays goes to the parts, together with what the shop adds to them. */
export function intoParts(parts: readonly store.Part[]): PostingLine[] {
  const subsidyFen = parts.reduce((sum, part) => sum + (part.subsidyFen ?? 0), 0);
  return [
    { account: platformAccount('discount_cost'), debitFen: subsidyFen },
    ...parts.map((part) => ({ account: part.account, creditFen: part.amountFen + (part.subsidyFen ?? 0) })),
  ];
}

/** Another attempt of a paid payment may still be open at WeChat: the poller closes it there. */
async function wakeOthers(deps: PaymentDeps, tx: Tx, paymentId: string): Promise<void> {
  const live = await store.liveAttempt(tx, paymentId);
  if (live) await store.touchAttempt(tx, live.id, { next_check_at: deps.clock.now() });
}

const HOME_REASONS = {
  late: '订单已关闭，超时付款原路退回',
  duplicate: '重复付款，原路退回',
  dispute: '支付金额不符，原路退回',
} as const;

/** Part: the whole of an attempt that paid for nothing goes back to where it came from. */
export async function sendHome(
  writeRefund: Settling['writeRefund'],
  tx: Tx,
  payment: PaymentRow,
  attempt: AttemptRow,
  cause: keyof typeof HOME_REASONS,
): Promise<string> {
  const amountFen = attempt.paid_fen ?? 0;
  return writeRefund(tx, attempt, {
    amount_fen: amountFen,
    cause,
    ref_kind: 'attempt',
    ref_id: attempt.id,
    reason: HOME_REASONS[cause],
    sources: [{ ...suspense(payment.id), amountFen }],
  });
}

/** What the sources give: to the buyer, and to the shop its share of what it had added. */
function outOfSources(sources: RefundRow['sources']): PostingLine[] {
  const subsidyFen = sources.reduce((sum, source) => sum + (source.subsidyFen ?? 0), 0);
  return [
    ...sources.map((source) => ({ account: source, debitFen: source.amountFen + (source.subsidyFen ?? 0) })),
    { account: platformAccount('discount_cost'), creditFen: subsidyFen },
  ];
}

async function settleRefund(deps: PaymentDeps, facts: RefundFacts): Promise<'changed' | 'repeated' | 'unknown'> {
  const result = await deps.db.tx(async (tx) => {
    const seen = await refunds.byNumber(tx, facts.outRefundNo);
    if (!seen) return 'unknown' as const;
    const seenAttempt = await store.attempt(tx, seen.attempt_id);
    assert(seenAttempt, `refund ${seen.id} lost its attempt`);
    await store.lock(tx, seenAttempt.payment_id);
    const attempt = await store.attempt(tx, seen.attempt_id);
    const refund = await refunds.lock(tx, seen.id);
    assert(attempt, `refund ${seen.id} lost its attempt`);
    if (refund.state === 'succeeded' || refund.state === 'closed') return 'repeated' as const;
    const changed = await applyRefund(deps, tx, attempt, refund, facts);
    crashPoint('payment.refund.before-commit');
    return changed;
  });
  deps.metrics.count('refund_answers_total', 'What WeChat said about refunds', { status: facts.status, result });
  return result;
}

async function applyRefund(
  deps: PaymentDeps,
  tx: Tx,
  attempt: AttemptRow,
  refund: RefundRow,
  facts: RefundFacts,
): Promise<'changed' | 'repeated'> {
  const now = deps.clock.now();
  assert(
    facts.refundFen === refund.amount_fen,
    `refund ${refund.out_refund_no} was ${facts.refundFen} at WeChat, ${refund.amount_fen} here`,
  );
  const known = { provider_id: facts.refundId, received_by: facts.userReceivedAccount, last_error: null };
  if (facts.status === 'SUCCESS') {
    await refunds.move(tx, refund, 'succeeded', {
      ...known,
      succeeded_at: facts.successTime ?? now,
      next_check_at: null,
    });
    await store.touchAttempt(tx, attempt.id, {
      refunding_fen: attempt.refunding_fen - refund.amount_fen,
      refunded_fen: attempt.refunded_fen + refund.amount_fen,
    });
    await deps.ledger.post(tx, {
      key: `refund:${refund.id}`,
      label: '退款',
      refKind: 'payment',
      refId: attempt.payment_id,
      lines: [...outOfSources(refund.sources), { account: clearing, creditFen: refund.amount_fen }],
    });
    await refunds.closeCasesOfRefund(tx, refund.id, '退款已到账', now);
    await tx.emit('refund.succeeded', { refundId: refund.id as never });
    return 'changed';
  }
  if (facts.status === 'PROCESSING') {
    const to: RefundState = 'submitted';
    if (refund.state === to) return 'repeated';
    await refunds.move(tx, refund, to, { ...known, tries: 0, next_check_at: nextRefundCheck(now, 0) });
    return 'changed';
  }
  return giveUp(deps, tx, attempt, refund, facts, known);
}

/** ABNORMAL: the account cannot take it. CLOSED: WeChat will not do it under this number. Either way a person decides. */
async function giveUp(
  deps: PaymentDeps,
  tx: Tx,
  attempt: AttemptRow,
  refund: RefundRow,
  facts: RefundFacts,
  known: { provider_id: string; received_by: string | null; last_error: null },
): Promise<'changed' | 'repeated'> {
  const now = deps.clock.now();
  const to: RefundState = facts.status === 'ABNORMAL' ? 'abnormal' : 'closed';
  if (refund.state === to) return 'repeated';
  await refunds.move(tx, refund, to, { ...known, next_check_at: null, last_error: facts.status });
  if (to === 'closed')
    await store.touchAttempt(tx, attempt.id, { refunding_fen: attempt.refunding_fen - refund.amount_fen });
  // What a person was asked about this refund before is overtaken; asked again, it is a case of its own.
  await refunds.closeCasesOfRefund(
    tx,
    refund.id,
    to === 'closed' ? '退款已被微信关闭，见新的事项' : '微信答复退款异常，见新的事项',
    now,
  );
  const caseId = newId<'case'>();
  await refunds.openCase(tx, {
    id: caseId,
    key: `refund-${to}:${refund.id}:${caseId}`,
    kind: to === 'abnormal' ? 'refund_abnormal' : 'refund_manual',
    payment_id: attempt.payment_id,
    attempt_id: attempt.id,
    refund_id: refund.id,
    detail:
      to === 'abnormal'
        ? `退款 ${refund.out_refund_no} 无法退到用户账户，请在微信商户平台处理后点“重试”核对结果`
        : `退款 ${refund.out_refund_no} 已被微信关闭，点“重试”用新的退款单号重新退款`,
    created_at: now,
  });
  await tx.emit('refund.failed', { refundId: refund.id as never });
  return 'changed';
}
