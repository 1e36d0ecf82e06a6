// The wallet as a second means: promised to a payment, spent by it, or given back.
import { violates, type Reader, type Tx } from '../../platform/db.ts';
import { assert, fail } from '../../platform/fail.ts';
import type { Ledger } from '../ledger/ledger.ts';
import type { PaymentDeps } from './payment.ts';
import { holdOf, intoParts, PAID_LABELS, walletOf } from './payment.postings.ts';
import * as store from './payment.store.ts';
import type { PaymentRow } from './payment.store.ts';

/** What the buyer may put into this payment: what is free in the wallet, and what this payment holds already. */
export async function spendable(ledger: Ledger, reader: Reader, payment: PaymentRow): Promise<number> {
  const freeFen = await ledger.standing(reader, walletOf(payment.buyer_id));
  return payment.state === 'open' ? freeFen + payment.balance_fen : freeFen;
}

/**
 * Part: from now on this much of the payment comes from the wallet.
 * ```
 *  wallet_available ──hold──▶ payment_hold ──accepted──▶ the parts
 *         ◀──closed, or another amount──┘
 * ```
 * The payment is locked and WeChat holds nothing that was priced by the old amount.
 */
export async function setBalance(deps: PaymentDeps, tx: Tx, payment: PaymentRow, fen: number): Promise<PaymentRow> {
  const moreFen = fen - payment.balance_fen;
  if (moreFen === 0) return payment;
  assert(!(await store.liveAttempt(tx, payment.id)), `payment ${payment.id} is priced anew under an open attempt`);
  const availableFen = await spendable(deps.ledger, tx, payment);
  if (fen > availableFen) fail('payment.balance_short', { availableFen });
  const turns = payment.balance_turns + 1;
  const [wallet, hold] = [walletOf(payment.buyer_id), holdOf(payment.id)];
  const posting = {
    key: `balance:${payment.id}:${turns}`,
    label: moreFen > 0 ? '余额支付占用' : '余额支付退还',
    refKind: 'payment',
    refId: payment.id,
    lines:
      moreFen > 0
        ? [
            { account: wallet, debitFen: moreFen },
            { account: hold, creditFen: moreFen },
          ]
        : [
            { account: hold, debitFen: -moreFen },
            { account: wallet, creditFen: -moreFen },
          ],
  };
  await deps.ledger.post(tx, posting).catch((error: unknown) => {
    // Another payment, or a withdrawal, took the money between our look and our posting: the database says so.
    if (violates(error, 'ledger_accounts_no_overdraft')) fail('payment.balance_short', { availableFen: 0 });
    throw error;
  });
  await store.touch(tx, payment.id, { balance_fen: fen, balance_turns: turns });
  return { ...payment, balance_fen: fen, balance_turns: turns };
}

/** Part: the wallet covers all of it, so WeChat need not be asked. */
export async function payByBalance(deps: PaymentDeps, tx: Tx, payment: PaymentRow): Promise<void> {
  assert(payment.balance_fen === payment.amount_fen, `payment ${payment.id} is not covered by the wallet`);
  await deps.ledger.post(tx, {
    key: `payment:${payment.id}`,
    label: PAID_LABELS[payment.payable_kind],
    refKind: 'payment',
    refId: payment.id,
    lines: [{ account: holdOf(payment.id), debitFen: payment.balance_fen }, ...intoParts(payment.parts)],
  });
  await store.move(tx, payment, 'paid', { paid_at: deps.clock.now(), next_check_at: null });
  await tx.emit('payment.succeeded', { paymentId: payment.id as never });
}
