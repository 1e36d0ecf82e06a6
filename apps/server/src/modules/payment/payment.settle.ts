// What a verified fact from WeChat does, whoever brought it: a notice, a query or a close that came too late.
import { randomBytes } from 'node:crypto';
import { yuan } from '@jishi/contract';
import type { Refund, Transaction } from '@jishi/wechat';
import type { Tx } from '../../platform/db.ts';
import { assert } from '../../platform/fail.ts';
import { crashPoint } from '../../platform/crash.ts';
import { newId } from '../../platform/ids.ts';
import { clearing, holdOf, intoParts, outOfSources, PAID_LABELS, suspenseOf, walletOf } from './payment.postings.ts';
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
  /**
   * Part: writes down a refund. The payment is locked; `attempt` is the one whose cash goes home. What needs no cash by
   * WeChat has arrived with this very commit.
   */
  writeRefund(tx: Tx, payment: PaymentRow, attempt: AttemptRow | undefined, refund: WrittenRefund): Promise<string>;
};

type WrittenRefund = Pick<
  RefundRow,
  'amount_fen' | 'balance_fen' | 'cause' | 'ref_kind' | 'ref_id' | 'reason' | 'sources'
> &
  Partial<Pick<RefundRow, 'way'>>;

/** 6 to 32 characters, random: a number tells nobody how much we sell. */
export const newTradeNo = () => `P${randomBytes(12).toString('hex')}`;
export const newRefundNo = () => `R${randomBytes(12).toString('hex')}`;

/** Told as 0 from the start: an alarm cannot watch a number that is not there. */
function countMismatch({ metrics }: PaymentDeps, by: 0 | 1): void {
  metrics.count('amount_mismatch_total', 'Payments whose amount is not the one asked for; must be 0', {}, by);
}

export function createSettling(deps: PaymentDeps): Settling {
  countMismatch(deps, 0);
  const writeRefund: Settling['writeRefund'] = async (tx, payment, attempt, refund) => {
    const id = newId<'refund'>();
    const now = deps.clock.now();
    await refunds.insertRefund(tx, {
      way: 'wechat',
      ...refund,
      id,
      payment_id: payment.id,
      attempt_id: attempt?.id ?? null,
      out_refund_no: newRefundNo(),
      created_at: now,
      next_check_at: now,
    });
    const written = await refunds.lock(tx, id);
    await store.addRefunding(tx, written, 1);
    if (written.cash_fen > 0 && written.way === 'wechat') await tx.emit('refund.created', { refundId: id });
    else await arrive(deps, tx, written, { at: now, received_by: '钱包余额' });
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
      : // Priced before the buyer put another sum from the wallet: it had been closed at WeChat, or so WeChat said.
        payment.state === 'closed' || attempt.amount_fen !== payment.amount_fen - payment.balance_fen
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
      ...(verdict === 'accepted'
        ? [{ account: holdOf(payment.id), debitFen: payment.balance_fen }, ...intoParts(payment.parts)]
        : [{ account: suspenseOf(payment.id), creditFen: paidFen }]),
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
  return writeRefund(tx, payment, attempt, {
    amount_fen: amountFen,
    balance_fen: 0,
    cause,
    ref_kind: 'attempt',
    ref_id: attempt.id,
    reason: HOME_REASONS[cause],
    sources: [{ ...suspenseOf(payment.id), amountFen }],
  });
}

async function settleRefund(deps: PaymentDeps, facts: RefundFacts): Promise<'changed' | 'repeated' | 'unknown'> {
  const result = await deps.db.tx(async (tx) => {
    const seen = await refunds.byNumber(tx, facts.outRefundNo);
    if (!seen) return 'unknown' as const;
    await store.lock(tx, seen.payment_id);
    const refund = await refunds.lock(tx, seen.id);
    if (refund.state === 'succeeded' || refund.state === 'closed') return 'repeated' as const;
    const changed = await applyRefund(deps, tx, refund, facts);
    crashPoint('payment.refund.before-commit');
    return changed;
  });
  deps.metrics.count('refund_answers_total', 'What WeChat said about refunds', { status: facts.status, result });
  return result;
}

async function applyRefund(
  deps: PaymentDeps,
  tx: Tx,
  refund: RefundRow,
  facts: RefundFacts,
): Promise<'changed' | 'repeated'> {
  const now = deps.clock.now();
  assert(
    facts.refundFen === refund.cash_fen,
    `refund ${refund.out_refund_no} was ${facts.refundFen} at WeChat, ${refund.cash_fen} here`,
  );
  const known = { provider_id: facts.refundId, received_by: facts.userReceivedAccount, last_error: null };
  if (facts.status === 'SUCCESS') {
    await arrive(deps, tx, refund, { ...known, at: facts.successTime ?? now });
    return 'changed';
  }
  if (facts.status === 'PROCESSING') {
    const to: RefundState = 'submitted';
    if (refund.state === to) return 'repeated';
    await refunds.move(tx, refund, to, { ...known, tries: 0, next_check_at: nextRefundCheck(now, 0) });
    return 'changed';
  }
  return giveUp(deps, tx, refund, facts, known);
}

/** Part: the money is with the buyer, by WeChat or in the wallet. Every effect of it, once. The payment is locked. */
export async function arrive(
  deps: PaymentDeps,
  tx: Tx,
  refund: RefundRow,
  how: { at: Date; received_by: string | null; provider_id?: string; last_error?: null },
): Promise<void> {
  const { at, ...known } = how;
  await refunds.move(tx, refund, 'succeeded', { ...known, succeeded_at: at, next_check_at: null });
  await store.addRefunding(tx, refund, -1);
  await store.addRefunded(tx, refund);
  const payment = await store.find(tx, refund.payment_id);
  assert(payment, `refund ${refund.id} lost its payment`);
  const byWechatFen = refund.way === 'wechat' ? refund.cash_fen : 0;
  await deps.ledger.post(tx, {
    key: `refund:${refund.id}`,
    label: '退款',
    refKind: 'payment',
    refId: payment.id,
    lines: [
      ...outOfSources(refund.sources),
      { account: clearing, creditFen: byWechatFen },
      { account: walletOf(payment.buyer_id), creditFen: refund.amount_fen - byWechatFen },
    ],
  });
  await refunds.closeCasesOfRefund(tx, refund.id, '退款已到账', deps.clock.now());
  await tx.emit('refund.succeeded', { refundId: refund.id as never });
}

/** ABNORMAL: the account cannot take it. CLOSED: WeChat will not do it under this number. Either way a person decides. */
async function giveUp(
  deps: PaymentDeps,
  tx: Tx,
  refund: RefundRow,
  facts: RefundFacts,
  known: { provider_id: string; received_by: string | null; last_error: null },
): Promise<'changed' | 'repeated'> {
  const now = deps.clock.now();
  const to: RefundState = facts.status === 'ABNORMAL' ? 'abnormal' : 'closed';
  if (refund.state === to) return 'repeated';
  await refunds.move(tx, refund, to, { ...known, next_check_at: null, last_error: facts.status });
  if (to === 'closed') await store.addRefunding(tx, refund, -1);
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
    payment_id: refund.payment_id,
    attempt_id: refund.attempt_id,
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
