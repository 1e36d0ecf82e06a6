// Sending money home: written down first, sent with one number until WeChat has decided.
import { PAYMENT_CASE_KIND_NAMES, type adminResolvePaymentCase, type Id, type In } from '@jishi/contract';
import { crashPoint } from '../../platform/crash.ts';
import type { Once, Reader, Tx } from '../../platform/db.ts';
import { assert, fail } from '../../platform/fail.ts';
import type { StaffSession } from '../../platform/http.ts';
import { newId } from '../../platform/ids.ts';
import { eachOf } from '../../platform/batch.ts';
import { platformAccount, type AccountRef } from '../ledger/ledger.ts';
import type { DeadRefund, NewRefund, PaymentDeps, RefundView } from './payment.ts';
import * as refunds from './payment.refunds.store.ts';
import type { CaseRow, RefundRow } from './payment.refunds.store.ts';
import {
  barredAtWechat,
  nextRefundCheck,
  nextRefundTry,
  REFUND_APART_MS,
  REFUND_TRIES_MAX,
  SILENT_TRIES_MAX,
  splitRefund,
} from './payment.rules.ts';
import { suspenseOf } from './payment.postings.ts';
import { arrive, sendHome, type RefundFacts, type Settling } from './payment.settle.ts';
import * as store from './payment.store.ts';
import type { AttemptRow, PaymentRow } from './payment.store.ts';
import { caseView } from './payment.views.ts';
import type { Asking } from '../staff/staff.ts';

const BATCH = 200;
const SIDE_BY_SIDE = 4;

export function createRefunding(deps: PaymentDeps, settling: Settling) {
  const sendRefund = (refundId: string) => advance(deps, settling, refundId);
  return {
    sendRefund,
    refund: (tx: Tx, refund: NewRefund) => refund_(settling, tx, refund),
    refundView: async (reader: Reader, refundIds: readonly string[]) => views(reader, refundIds),
    refundFor: async (reader: Reader, refKind: string, refId: string) => {
      const id = await refunds.newestFor(reader, refKind, refId);
      return id === undefined ? null : ((await views(reader, [id])).get(id) ?? null);
    },
    giveUpRefund: (tx: Tx, refund: DeadRefund) => giveUpRefund(deps, tx, refund),
    refundOf: async (reader: Reader, refundId: string) => (await views(reader, [refundId])).get(refundId) ?? null,
    pollRefunds: async () => {
      const due = await refunds.dueIds(deps.db, deps.clock.now(), BATCH);
      await eachOf(due, SIDE_BY_SIDE, sendRefund, (error, id) =>
        deps.log.error({ err: error, refundId: id }, 'a refund could not be brought forward'),
      );
    },
    resolveCase: (staff: StaffSession, input: In<typeof adminResolvePaymentCase>, asking?: Asking, once?: Once) =>
      deps.db.tx(async (tx) => caseView(await resolve(deps, settling, tx, { staff, input, asking })), { once }),
  };
}

async function refund_(settling: Settling, tx: Tx, refund: NewRefund): Promise<Id<'refund'>> {
  const payment = await store.lock(tx, refund.paymentId);
  assert(payment, `payment ${refund.paymentId} is gone`);
  const given = refund.sources.reduce((sum, source) => sum + source.amountFen, 0);
  assert(given === refund.amountFen, `the sources of a refund for ${refund.refKind} ${refund.refId} are off`);
  const known = await refunds.liveFor(tx, refund.refKind, refund.refId);
  if (known) return known.id as Id<'refund'>;
  const attempt = await store.acceptedAttempt(tx, refund.paymentId);
  const cashLeft = cashLeftOf(attempt);
  const left = payment.state === 'paid' ? cashLeft + balanceLeftOf(payment) : 0;
  if (refund.amountFen > left) fail('refund.too_much', { left });
  const { cashFen, balanceFen } = splitRefund(refund.amountFen, cashLeft);
  const id = await settling.writeRefund(tx, payment, cashFen > 0 ? attempt : undefined, {
    amount_fen: refund.amountFen,
    balance_fen: balanceFen,
    cause: refund.cause,
    ref_kind: refund.refKind,
    ref_id: refund.refId,
    reason: refund.reason,
    sources: refund.sources,
  });
  return id as Id<'refund'>;
}

/** Nobody can send it again afterwards: its case is closed under the lock of its payment. */
async function giveUpRefund(deps: PaymentDeps, tx: Tx, dead: DeadRefund): Promise<boolean> {
  const payment = await store.lock(tx, dead.paymentId);
  assert(payment, `payment ${dead.paymentId} is gone`);
  const refundId = await refunds.newestFor(tx, dead.refKind, dead.refId);
  if (refundId === undefined || (await refunds.lock(tx, refundId)).state !== 'closed') return false;
  await refunds.closeCasesOfRefund(tx, refundId, dead.note, deps.clock.now());
  return true;
}

const cashLeftOf = (attempt: AttemptRow | undefined) =>
  attempt ? (attempt.paid_fen ?? 0) - attempt.refunded_fen - attempt.refunding_fen : 0;
const balanceLeftOf = (payment: PaymentRow) =>
  payment.balance_fen - payment.refunded_balance_fen - payment.refunding_balance_fen;

async function views(reader: Reader, refundIds: readonly string[]): Promise<Map<string, RefundView>> {
  const rows = await refunds.many(reader, refundIds);
  return new Map(
    rows.map((row) => [
      row.id,
      {
        id: row.id,
        refKind: row.ref_kind,
        refId: row.ref_id,
        paymentId: row.payment_id,
        amountFen: row.amount_fen,
        walletFen: row.way === 'wallet' ? row.amount_fen : row.balance_fen,
        state: row.state,
        succeededAt: row.succeeded_at,
      },
    ]),
  );
}

/** One step: send what is written down, or ask how it stands. Always the same number, so it may be repeated freely. */
async function advance(deps: PaymentDeps, settling: Settling, refundId: string): Promise<void> {
  const refund = await refunds.find(deps.db, refundId);
  if (!refund || (refund.state !== 'created' && refund.state !== 'submitted')) return;
  if (refund.state === 'submitted') return check(deps, settling, refund);
  const attempt = await store.attempt(deps.db, refund.attempt_id ?? '');
  assert(attempt?.transaction_id, `refund ${refund.id} has no paid attempt`);
  if (!(await deps.db.tx((tx) => takeTurn(deps, tx, attempt, refund)))) return;
  crashPoint('payment.refund.before-call');
  const sent = await deps.pay.refund({
    transactionId: attempt.transaction_id,
    outRefundNo: refund.out_refund_no,
    refundFen: refund.cash_fen,
    totalFen: attempt.paid_fen ?? 0,
    reason: refund.reason.slice(0, 80),
  });
  crashPoint('payment.refund.after-call');
  if (sent.outcome === 'ok') {
    await settling.settleRefund(sent.value);
    return;
  }
  // Whatever went wrong, it may have been accepted: ask before anything else is done under this number.
  const asked = await deps.pay.queryRefund(refund.out_refund_no);
  if (asked.outcome === 'ok') await settling.settleRefund(asked.value);
  else
    await postpone(
      deps,
      refund,
      sent.outcome === 'refused' ? `${sent.code} ${sent.message}` : `未知结果：${sent.why}`,
      // Handed to a person only when WeChat says both: it will not, and it never has.
      sent.outcome === 'refused' && asked.outcome === 'refused',
    );
}

/** Refunds of one order are sent a minute apart, as WeChat wants it; the others wait without losing a try. */
async function takeTurn(deps: PaymentDeps, tx: Tx, attempt: AttemptRow, seen: RefundRow): Promise<boolean> {
  const now = deps.clock.now();
  await store.lock(tx, attempt.payment_id);
  const refund = await refunds.lock(tx, seen.id);
  if (refund.state !== 'created') return false;
  const barred = barredAtWechat(attempt.succeeded_at ?? now, await refunds.takenBeside(tx, refund), now);
  if (barred !== null) {
    await handOver(tx, refund, `${barred}，建议改退到用户余额`, now);
    return false;
  }
  const last = await refunds.lastSentBeside(tx, refund);
  const free = new Date((last?.getTime() ?? 0) + REFUND_APART_MS);
  const isFree = free <= now;
  await refunds.touch(tx, refund.id, isFree ? { sent_at: now } : { next_check_at: free });
  return isFree;
}

async function check(deps: PaymentDeps, settling: Settling, refund: RefundRow): Promise<void> {
  const asked = await deps.pay.queryRefund(refund.out_refund_no);
  const changed = asked.outcome === 'ok' ? await settling.settleRefund(asked.value satisfies RefundFacts) : 'repeated';
  if (changed === 'changed') return;
  await deps.db.tx((tx) =>
    refunds.touch(tx, refund.id, {
      tries: refund.tries + 1,
      next_check_at: nextRefundCheck(deps.clock.now(), refund.tries + 1),
    }),
  );
}

/** Tries again later with the same number; a refusal that stays goes to a person after five tries. */
async function postpone(deps: PaymentDeps, seen: RefundRow, why: string, isRefused: boolean): Promise<void> {
  const now = deps.clock.now();
  await deps.db.tx(async (tx) => {
    await store.lock(tx, seen.payment_id);
    const refund = await refunds.lock(tx, seen.id);
    if (refund.state !== 'created') return;
    const tries = isRefused ? refund.tries + 1 : Math.max(refund.tries, Math.min(refund.tries + 1, SILENT_TRIES_MAX));
    if (!isRefused || tries < REFUND_TRIES_MAX) {
      await refunds.touch(tx, refund.id, {
        tries,
        last_error: why.slice(0, 300),
        next_check_at: nextRefundTry(now, isRefused ? refund.tries : Math.min(refund.tries, SILENT_TRIES_MAX)),
      });
      return;
    }
    await refunds.touch(tx, refund.id, { tries });
    await handOver(tx, refund, `连续 ${tries} 次未被微信受理：${why.slice(0, 200)}`, now);
  });
}

/** Part: WeChat will not do it by itself any more, so a person decides. The payment is locked. */
async function handOver(tx: Tx, refund: RefundRow, why: string, now: Date): Promise<void> {
  await refunds.move(tx, refund, 'manual', { last_error: why, next_check_at: null });
  // The tries begin anew when a person sends it again, so they do not tell one case from the next.
  const caseId = newId<'case'>();
  await refunds.openCase(tx, {
    id: caseId,
    key: `refund-manual:${refund.id}:${caseId}`,
    kind: 'refund_manual',
    payment_id: refund.payment_id,
    attempt_id: refund.attempt_id,
    refund_id: refund.id,
    detail: `退款 ${refund.out_refund_no}：${why}`,
    created_at: now,
  });
  await tx.emit('refund.failed', { refundId: refund.id as Id<'refund'> });
}

type Resolving = { staff: StaffSession; input: In<typeof adminResolvePaymentCase>; asking?: Asking | undefined };

async function resolve(
  deps: PaymentDeps,
  settling: Settling,
  tx: Tx,
  { staff, input, asking }: Resolving,
): Promise<CaseRow> {
  const known = await refunds.findCase(tx, input.caseId);
  if (!known) fail('payment.not_found');
  // The payment first, as everywhere: a refund that arrives right now holds it and closes our case.
  if (known.payment_id) await store.lock(tx, known.payment_id);
  const seen = await refunds.lockCase(tx, known.id);
  if (seen.state === 'done') return seen;
  const said = await act(deps, settling, tx, seen, input.action);
  const done = await refunds.closeCase(tx, seen.id, `${said}。${input.note}（${staff.name}）`, deps.clock.now());
  const note = {
    action: 'payment.case',
    subjectKind: 'payment_case',
    subjectId: seen.id,
    name: PAYMENT_CASE_KIND_NAMES[seen.kind as keyof typeof PAYMENT_CASE_KIND_NAMES],
    before: { kind: seen.kind, state: seen.state },
    after: { action: input.action, note: input.note },
  };
  await deps.staff.audit(tx, staff, note, asking);
  return done;
}

/** Does what staff decided; answers it in words. */
async function act(
  deps: PaymentDeps,
  settling: Settling,
  tx: Tx,
  seen: CaseRow,
  action: In<typeof adminResolvePaymentCase>['action'],
): Promise<string> {
  if (action === 'send_home') {
    const attempt = seen.attempt_id ? await store.attempt(tx, seen.attempt_id) : undefined;
    const payment = seen.payment_id ? await store.find(tx, seen.payment_id) : undefined;
    if (seen.kind !== 'amount_mismatch' || !attempt || !payment) fail('refund.not_retryable');
    await sendHome(settling.writeRefund, tx, payment, attempt, 'dispute');
    return '已原路退回';
  }
  if (action === 'retry') {
    const refund = seen.refund_id ? await refunds.lock(tx, seen.refund_id) : undefined;
    if (!refund) fail('refund.not_retryable');
    await again(deps, settling, tx, refund);
    return '已重新提交';
  }
  if (action === 'to_wallet') {
    const refund = seen.refund_id ? await refunds.lock(tx, seen.refund_id) : undefined;
    if (!refund) fail('refund.not_retryable');
    await intoWallet(deps, settling, tx, refund);
    return '已改退到用户余额';
  }
  // A refund is over when WeChat says so, not when somebody does: after work in WeChat's console, `retry` asks again.
  const refund = seen.refund_id ? await refunds.lock(tx, seen.refund_id) : undefined;
  if (refund && refund.state !== 'succeeded') fail('refund.not_retryable');
  // The money of an orphan or of a wrong amount has left through WeChat's console.
  if (seen.kind === 'orphan_payment') {
    const account = { type: 'payment_suspense', ownerKind: 'orphan', ownerId: seen.id } as const;
    await release(deps, tx, seen, account, await deps.ledger.standing(tx, account));
  }
  if (seen.kind === 'amount_mismatch' && seen.payment_id && seen.attempt_id) {
    const attempt = await store.attempt(tx, seen.attempt_id);
    await release(deps, tx, seen, suspenseOf(seen.payment_id), attempt?.paid_fen ?? 0);
  }
  return '已人工处理';
}

async function again(deps: PaymentDeps, settling: Settling, tx: Tx, refund: RefundRow): Promise<void> {
  const now = deps.clock.now();
  if (refund.state === 'manual') {
    await refunds.move(tx, refund, 'created', { tries: 0, next_check_at: now });
    await tx.emit('refund.created', { refundId: refund.id as Id<'refund'> });
  } else if (refund.state === 'abnormal') {
    await refunds.move(tx, refund, 'submitted', { tries: 0, next_check_at: now });
  } else if (refund.state === 'closed') {
    await anew(settling, tx, refund, 'wechat');
  } else fail('refund.not_retryable');
}

/** The old number is dead for certain, so a new one cannot pay twice. What others took of the cash comes from the wallet. */
async function anew(settling: Settling, tx: Tx, refund: RefundRow, way: RefundRow['way']): Promise<void> {
  if (await refunds.liveFor(tx, refund.ref_kind, refund.ref_id)) fail('refund.not_retryable');
  const attempt = await store.attempt(tx, refund.attempt_id ?? '');
  const payment = await store.find(tx, refund.payment_id);
  assert(attempt && payment, `refund ${refund.id} lost its attempt`);
  const { amount_fen, cause, ref_kind, ref_id, reason, sources } = refund;
  const { cashFen, balanceFen } = splitRefund(amount_fen, cashLeftOf(attempt));
  if (balanceFen > (attempt.is_accepted ? balanceLeftOf(payment) : 0)) fail('refund.too_much');
  const written = { amount_fen, balance_fen: balanceFen, cause, ref_kind, ref_id, reason, sources, way };
  await settling.writeRefund(tx, payment, cashFen > 0 ? attempt : undefined, written);
}

/** WeChat keeps the cash, the buyer has it in the wallet: only for what WeChat has never taken, or has given up. */
async function intoWallet(deps: PaymentDeps, settling: Settling, tx: Tx, refund: RefundRow): Promise<void> {
  if (refund.state === 'closed') return anew(settling, tx, refund, 'wallet');
  if (refund.state !== 'manual') fail('refund.not_retryable');
  await refunds.touch(tx, refund.id, { way: 'wallet' });
  await arrive(deps, tx, { ...refund, way: 'wallet' }, { at: deps.clock.now(), received_by: '钱包余额' });
}

async function release(
  deps: PaymentDeps,
  tx: Tx,
  seen: CaseRow,
  account: AccountRef,
  amountFen: number,
): Promise<void> {
  const isOrphan = seen.kind === 'orphan_payment';
  await deps.ledger.post(tx, {
    key: `${isOrphan ? 'orphan' : 'mismatch'}-home:${seen.id}`,
    label: isOrphan ? '无主付款已人工退回' : '金额不符的付款已人工退回',
    refKind: isOrphan ? 'payment_case' : 'payment',
    refId: seen.payment_id ?? seen.id,
    lines: [
      { account, debitFen: amountFen },
      { account: platformAccount('provider_clearing'), creditFen: amountFen },
    ],
  });
}
