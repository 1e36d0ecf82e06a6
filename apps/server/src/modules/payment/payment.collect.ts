// Opening, closing and asking: how a payable gets paid, or is closed for good.
import type { Id } from '@jishi/contract';
import { isPaid, type Transaction } from '@jishi/wechat';
import type { Tx } from '../../platform/db.ts';
import { assert } from '../../platform/fail.ts';
import { crashPoint } from '../../platform/crash.ts';
import { newId } from '../../platform/ids.ts';
import { eachOf } from '../../platform/batch.ts';
import { setBalance } from './payment.balance.ts';
import type { CloseResult, OpenPayment, PaymentDeps } from './payment.ts';
import {
  describe,
  isPastPaying,
  LIVE_ATTEMPTS,
  nextAttemptCheck,
  nextCloseCheck,
  REFRESH_EVERY_MS,
  type AttemptState,
} from './payment.rules.ts';
import * as store from './payment.store.ts';
import type { AttemptRow } from './payment.store.ts';
import { intoParts } from './payment.postings.ts';
import type { Settling } from './payment.settle.ts';

const BATCH = 200;
/** Questions to WeChat side by side, well below its limits. */
const SIDE_BY_SIDE = 4;

export function createCollecting(deps: PaymentDeps, settling: Settling) {
  const { db, clock } = deps;
  const askAndClose = (attempt: AttemptRow) => closeAttempt(deps, settling, attempt);

  const finishClose = async (paymentId: string): Promise<CloseResult> => {
    const attempt = await store.liveAttempt(db, paymentId);
    const asked = attempt ? await askAndClose(attempt) : 'closed';
    crashPoint('payment.close.before-record');
    const recorded = asked === 'unknown' ? asked : await db.tx((tx) => recordClosed(deps, tx, paymentId));
    if (recorded === 'unknown') await db.tx((tx) => postpone(deps, tx, paymentId));
    return recorded;
  };

  return {
    askAndClose,
    verbs: {
      open: (tx: Tx, payment: OpenPayment) => open(deps, tx, payment),
      beginClose: (tx: Tx, paymentId: string) => beginClose(deps, tx, paymentId),
      finishClose,
      refresh: async (paymentId: string) => {
        const attempt = await store.liveAttempt(db, paymentId);
        if (!attempt) return;
        const mayAsk = await db.tx((tx) => store.takeCheck(tx, attempt.id, clock.now(), REFRESH_EVERY_MS));
        if (mayAsk) await ask(deps, settling, attempt);
      },
      sweepExpired: async () => {
        const now = clock.now();
        const expired = await store.expiredIds(db, now, BATCH);
        await eachOf(expired, SIDE_BY_SIDE, (id) => db.tx((tx) => beginClose(deps, tx, id)), report(deps, 'closing'));
        const closing = await store.closingIds(db, now, BATCH);
        await eachOf(closing, SIDE_BY_SIDE, finishClose, report(deps, 'closing'));
      },
      pollAttempts: async () => {
        const due = await store.dueAttempts(db, clock.now(), BATCH);
        await eachOf(due, SIDE_BY_SIDE, (attempt) => poll(deps, settling, attempt), report(deps, 'polling'));
      },
    },
  };
}

const report = (deps: PaymentDeps, what: string) => (error: unknown, item: unknown) =>
  deps.log.error(
    { err: error, item: typeof item === 'string' ? item : (item as { id: string }).id },
    `${what} a payment failed`,
  );

async function open(deps: PaymentDeps, tx: Tx, payment: OpenPayment): Promise<Id<'payment'>> {
  const id = payment.id ?? newId<'payment'>();
  const now = deps.clock.now();
  const isFree = payment.amountFen === 0;
  const sum = payment.parts.reduce((total, part) => total + part.amountFen, 0);
  assert(
    sum === payment.amountFen,
    `the parts of ${payment.payableKind} ${payment.payableId} are off by ${sum - payment.amountFen}`,
  );
  store.insertPayment(tx, {
    id,
    payable_kind: payment.payableKind,
    payable_id: payment.payableId,
    buyer_id: payment.buyerId,
    amount_fen: payment.amountFen,
    parts: payment.parts,
    description: describe(payment.description),
    state: isFree ? 'paid' : 'open',
    expires_at: payment.expiresAt,
    created_at: now,
    paid_at: isFree ? now : null,
  });
  if (!isFree) return id;
  // What the shop itself gives of a price that leaves nothing to pay.
  await deps.ledger.post(tx, {
    key: `payment:${id}`,
    label: '优惠抵扣全部货款',
    refKind: 'payment',
    refId: id,
    lines: intoParts(payment.parts),
  });
  await tx.emit('payment.succeeded', { paymentId: id });
  return id;
}

async function beginClose(deps: PaymentDeps, tx: Tx, paymentId: string): Promise<'closed' | 'closing' | 'paid'> {
  const payment = await store.lock(tx, paymentId);
  assert(payment, `payment ${paymentId} is gone`);
  if (payment.state !== 'open') return payment.state;
  const now = deps.clock.now();
  if (!(await store.liveAttempt(tx, paymentId))) {
    // WeChat holds nothing that could still be paid, so there is nobody to ask.
    await shut(deps, tx, payment);
    return 'closed';
  }
  await store.move(tx, payment, 'closing', { closing_since: now, next_check_at: now });
  return 'closing';
}

/** After all attempts are dead at WeChat: the payment is closed, unless money arrived in between. */
async function recordClosed(deps: PaymentDeps, tx: Tx, paymentId: string): Promise<CloseResult> {
  const payment = await store.lock(tx, paymentId);
  assert(payment, `payment ${paymentId} is gone`);
  if (payment.state === 'paid' || payment.state === 'closed') return payment.state;
  if (payment.state === 'open' || (await store.liveAttempt(tx, paymentId))) return 'unknown';
  await shut(deps, tx, payment);
  return 'closed';
}

/** Part: nothing can be paid any more; what the wallet had promised is free again. */
async function shut(deps: PaymentDeps, tx: Tx, payment: store.PaymentRow): Promise<void> {
  const free = await setBalance(deps, tx, payment, 0);
  await store.move(tx, free, 'closed', { closed_at: deps.clock.now(), next_check_at: null });
  await tx.emit('payment.closed', { paymentId: payment.id as Id<'payment'> });
}

async function postpone(deps: PaymentDeps, tx: Tx, paymentId: string): Promise<void> {
  const payment = await store.lock(tx, paymentId);
  if (payment?.state !== 'closing') return;
  await store.touch(tx, paymentId, {
    close_checks: payment.close_checks + 1,
    next_check_at: nextCloseCheck(deps.clock.now(), payment.close_checks),
  });
}

const isDead = (transaction: Transaction) =>
  transaction.tradeState === 'CLOSED' || transaction.tradeState === 'REVOKED';

type Asked = 'paid' | 'dead' | 'absent' | 'waiting' | 'unknown';

/** Asks WeChat about an attempt and settles it when it was paid. */
async function ask(deps: PaymentDeps, settling: Settling, attempt: AttemptRow): Promise<Asked> {
  const asked = await deps.pay.queryByOutTradeNo(attempt.out_trade_no);
  if (asked.outcome === 'ok') {
    if (isPaid(asked.value.tradeState)) {
      await settling.settle(asked.value);
      return 'paid';
    }
    return isDead(asked.value) ? 'dead' : 'waiting';
  }
  if (asked.outcome === 'refused' && (asked.kind === 'order_not_found' || asked.kind === 'not_found')) return 'absent';
  return 'unknown';
}

/** Makes sure that nobody can pay an attempt any more, and says so only when WeChat does. */
async function closeAttempt(deps: PaymentDeps, settling: Settling, attempt: AttemptRow): Promise<CloseResult> {
  let asked = await ask(deps, settling, attempt);
  crashPoint('payment.close.after-query');
  if (asked === 'waiting') {
    const closed = await deps.pay.close(attempt.out_trade_no);
    crashPoint('payment.close.after-close');
    // After anything but a clean answer the payment may have been made while we were closing.
    asked = closed.outcome === 'ok' ? 'dead' : await ask(deps, settling, attempt);
  }
  if (asked === 'paid') return 'paid';
  const from = deadFrom(asked, attempt, deps.clock.now());
  if (from.length === 0) return 'unknown';
  const over = { state: 'closed', closed_at: deps.clock.now(), next_check_at: null };
  const isClosed = await deps.db.tx((tx) => store.moveAttempt(tx, attempt.id, from, over));
  // It has moved on since we read it. What WeChat called dead has ended by other hands; what it had never heard of may
  // have become a cashier meanwhile.
  return isClosed || asked === 'dead' ? 'closed' : 'unknown';
}

/** The states from which this answer of WeChat ends an attempt. */
function deadFrom(asked: Asked, attempt: AttemptRow, now: Date): readonly AttemptState[] {
  if (asked === 'dead') return LIVE_ATTEMPTS;
  if (asked !== 'absent') return [];
  // WeChat knows nothing of a cashier that it gave us: believed once its time is over, or it would stay open for ever.
  if (isPastPaying(attempt.request, now)) return LIVE_ATTEMPTS;
  // WeChat has never heard of an attempt whose prepay got no answer: nobody was given anything to pay with.
  return attempt.state === 'created' ? ['created'] : [];
}

/** One question of the recovery schedule: a lost notice is found here. */
async function poll(deps: PaymentDeps, settling: Settling, attempt: AttemptRow): Promise<void> {
  const payment = await store.find(deps.db, attempt.payment_id);
  assert(payment, `attempt ${attempt.id} lost its payment`);
  if (payment.state === 'paid' || payment.state === 'closed') {
    // Nothing may be paid twice: what is still open at WeChat is closed there.
    if ((await closeAttempt(deps, settling, attempt)) !== 'unknown') return;
  } else {
    const asked = await ask(deps, settling, attempt);
    if (asked === 'paid') return;
    if (asked === 'dead') {
      await deps.db.tx((tx) =>
        store.moveAttempt(tx, attempt.id, LIVE_ATTEMPTS, {
          state: 'closed',
          closed_at: deps.clock.now(),
          next_check_at: null,
        }),
      );
      return;
    }
  }
  const now = deps.clock.now();
  await deps.db.tx((tx) =>
    store.touchAttempt(tx, attempt.id, {
      checks: attempt.checks + 1,
      next_check_at: nextAttemptCheck(now, attempt.checks + 1),
    }),
  );
}
