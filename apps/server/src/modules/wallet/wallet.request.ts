// What a buyer does with a withdrawal: ask for it, and change their mind.
import type { cancelWithdrawal, Id, In, Out, requestWithdrawal } from '@jishi/contract';
import { dayOf } from '../../platform/days.ts';
import { violates, type Once, type Tx } from '../../platform/db.ts';
import { fail } from '../../platform/fail.ts';
import type { Buyer } from '../../platform/http.ts';
import { newId, newOrderNo } from '../../platform/ids.ts';
import { lock } from '../../platform/lock.ts';
import { payeeFor } from './wallet.payouts.ts';
import { asked, debtOf, feeOf, isStillHere, refusalOf, returned, walletOf } from './wallet.rules.ts';
import * as store from './wallet.store.ts';
import type { WithdrawalRow } from './wallet.store.ts';
import type { Room } from './wallet.ts';
import { detail, limitsNow } from './wallet.views.ts';

const BUYER = { kind: 'buyer', name: '用户' } as const;

/** The lock is the person's: two requests at once see each other's day and balance. */
export async function request(
  room: Room,
  buyer: Buyer,
  input: In<typeof requestWithdrawal>,
  once?: Once,
): Promise<Out<typeof requestWithdrawal>> {
  return room.db
    .tx(
      async (tx) => {
        await lock(tx, `wallet:${buyer.id}`);
        const row = await write(room, tx, buyer, input);
        await room.ledger.post(tx, asked(sumOf(row)));
        await store.note(tx, row.id, row.created_at, { title: '提交提现申请', actor: BUYER });
        return detail(room, tx, row);
      },
      { once },
    )
    .catch((error: unknown) => {
      // A payment by balance was quicker between our look and our posting.
      if (violates(error, 'ledger_accounts_no_overdraft')) fail('wallet.short', {}, 'amountFen');
      throw error;
    });
}

async function write(room: Room, tx: Tx, buyer: Buyer, input: In<typeof requestWithdrawal>): Promise<WithdrawalRow> {
  const { ledger, clock } = room;
  const now = clock.now();
  const { amountFen, platform } = input;
  const limits = await limitsNow(room, tx);
  const feeFen = feeOf(amountFen, limits.feeBps);
  const id = newId<'withdrawal'>();
  const payee = await payeeFor(room, tx, buyer.id, id);
  const refusal = refusalOf(
    {
      amountFen,
      feeFen,
      availableFen: await ledger.standing(tx, walletOf(buyer.id)),
      debtFen: await ledger.standing(tx, debtOf(buyer.id)),
      usedToday: await store.usedOn(tx, buyer.id, dayOf(now)),
      isNamed: payee.payee_name !== null,
    },
    limits,
  );
  if (refusal) fail(refusal.code, refusal.details, refusal.field);
  const openid = (await room.identity.openidOf(tx, buyer.id, platform)) ?? fail('payment.openid_missing');
  return store.insert(tx, {
    id,
    withdrawal_no: newOrderNo(clock),
    buyer_id: buyer.id,
    day: dayOf(now),
    amount_fen: amountFen,
    fee_fen: feeFen,
    platform,
    appid: room.appids[platform],
    openid,
    ...payee,
    state: 'pending',
    created_at: now,
  });
}

export const sumOf = (row: WithdrawalRow) => ({
  id: row.id,
  withdrawalNo: row.withdrawal_no,
  buyerId: row.buyer_id,
  amountFen: row.amount_fen,
  feeFen: row.fee_fen,
});

/** Before it was sent the money comes back at once; later WeChat is asked to stop it, and says what came of that. */
export async function cancel(
  room: Room,
  buyer: Buyer,
  withdrawalId: string,
  once?: Once,
): Promise<Out<typeof cancelWithdrawal>> {
  return room.db.tx(
    async (tx) => {
      const row = await store.lock(tx, withdrawalId);
      if (row?.buyer_id !== buyer.id) fail('withdrawal.not_found');
      const now = room.clock.now();
      if (isStillHere(row.state)) {
        const over = await store.move(tx, row, 'cancelled', { ended_at: now, next_check_at: null, problem: null });
        await room.ledger.post(tx, returned(sumOf(over)));
        await store.note(tx, row.id, now, { title: '撤销提现，已退回钱包', actor: BUYER });
        return detail(room, tx, over);
      }
      if (row.state !== 'await_confirm') fail('withdrawal.not_cancellable', { state: row.state });
      if (row.cancel_asked_at !== null) return detail(room, tx, row);
      const wanted = await store.touch(tx, row.id, { cancel_asked_at: now, next_check_at: now });
      await store.note(tx, row.id, now, { title: '要求撤销，正在通知微信', actor: BUYER });
      await tx.emit('withdrawal.cancel_asked', { withdrawalId: row.id as Id<'withdrawal'> });
      return detail(room, tx, wanted);
    },
    { once },
  );
}
