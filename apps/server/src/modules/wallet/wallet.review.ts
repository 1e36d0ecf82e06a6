// What finance does with a withdrawal: agree, refuse, try again, give up.
import type { approveWithdrawals, In, Out, rejectWithdrawal, returnWithdrawal } from '@jishi/contract';
import type { Once, Tx } from '../../platform/db.ts';
import { fail } from '../../platform/fail.ts';
import type { StaffSession } from '../../platform/http.ts';
import type { Asking } from '../staff/staff.ts';
import { tell } from './wallet.notices.ts';
import { sumOf } from './wallet.request.ts';
import { debtOf, QUIET_MS, returned } from './wallet.rules.ts';
import { advance } from './wallet.send.ts';
import * as store from './wallet.store.ts';
import type { WithdrawalRow } from './wallet.store.ts';
import type { Room } from './wallet.ts';
import { staffOne } from './wallet.views.ts';

type By = { asking?: Asking | undefined; once?: Once | undefined };

const actorOf = (staff: StaffSession) => ({ kind: 'staff', name: staff.name }) as const;
const subjectOf = (action: string, row: WithdrawalRow) => ({
  action,
  subjectKind: 'withdrawal',
  subjectId: row.id,
  name: row.withdrawal_no,
});

/** All rows under their locks first: of two who approve the same ones, the second finds them decided. */
export async function approve(
  room: Room,
  staff: StaffSession,
  input: In<typeof approveWithdrawals>,
  { asking, once }: By,
): Promise<Out<typeof approveWithdrawals>> {
  return room.db.tx(
    async (tx) => {
      const rows = await store.lockAll(tx, input.withdrawalIds);
      const approved: WithdrawalRow[] = [];
      const known = new Set<string>(rows.map((row) => row.id));
      const skipped = input.withdrawalIds
        .filter((id) => !known.has(id))
        .map((withdrawalId) => ({ withdrawalId, why: '提现单不存在' }));
      for (const row of rows) {
        const why = await whyNot(room, tx, row);
        if (why === null) approved.push(await approveOne(room, tx, { row, staff, note: input.note, asking }));
        else skipped.push({ withdrawalId: row.id, why });
      }
      const approvedFen = approved.reduce((sum, row) => sum + row.amount_fen, 0);
      return { approved: approved.map((row) => row.id), approvedFen, skipped };
    },
    { once },
  );
}

async function whyNot(room: Room, tx: Tx, row: WithdrawalRow): Promise<string | null> {
  if (row.state !== 'pending') return '已被处理';
  if (await room.identity.isBlocked(tx, row.buyer_id)) return '用户已被停用';
  return (await room.ledger.standing(tx, debtOf(row.buyer_id))) > 0 ? '用户有欠款未结清' : null;
}

type Approving = { row: WithdrawalRow; staff: StaffSession; note: string; asking: Asking | undefined };

async function approveOne(room: Room, tx: Tx, { row, staff, note, asking }: Approving): Promise<WithdrawalRow> {
  const now = room.clock.now();
  const approved = await store.move(tx, row, 'approved', { reviewed_by: staff.name, next_check_at: now });
  await store.note(tx, row.id, now, { title: '审核通过', detail: note, actor: actorOf(staff) });
  const trail = { before: { state: row.state }, after: { state: 'approved', note } };
  await room.staff.audit(tx, staff, { ...subjectOf('withdrawal.approve', row), ...trail }, asking);
  await tx.emit('withdrawal.approved', { withdrawalId: row.id });
  return approved;
}

export async function reject(
  room: Room,
  staff: StaffSession,
  input: In<typeof rejectWithdrawal>,
  { asking, once }: By,
): Promise<Out<typeof rejectWithdrawal>> {
  return room.db.tx(
    async (tx) => {
      const row = (await store.lock(tx, input.withdrawalId)) ?? fail('withdrawal.not_found');
      if (row.state !== 'pending') fail('withdrawal.not_open', { state: row.state });
      const now = room.clock.now();
      const set = { reviewed_by: staff.name, reject_reason: input.reason, ended_at: now, next_check_at: null };
      const over = await store.move(tx, row, 'rejected', set);
      await room.ledger.post(tx, returned(sumOf(over)));
      const said = { title: '审核未通过，已退回钱包', detail: input.reason, actor: actorOf(staff) };
      await store.note(tx, row.id, now, said);
      const trail = { before: { state: row.state }, after: { state: 'rejected', reason: input.reason } };
      await room.staff.audit(tx, staff, { ...subjectOf('withdrawal.reject', row), ...trail }, asking);
      await tell(room, tx, over);
      return staffOne(room, tx, row.id);
    },
    { once },
  );
}

/** At once instead of at the next round: after a top-up, say. Always the same number. */
export async function resend(room: Room, staff: StaffSession, withdrawalId: string, asking?: Asking) {
  await room.db.tx(async (tx) => {
    const row = (await store.lock(tx, withdrawalId)) ?? fail('withdrawal.not_found');
    if (!['approved', 'sending', 'await_confirm'].includes(row.state))
      fail('withdrawal.not_open', { state: row.state });
    await store.touch(tx, row.id, { next_check_at: room.clock.now() });
    await room.staff.audit(tx, staff, subjectOf('withdrawal.resend', row), asking);
  });
  await advance(room, withdrawalId);
  return staffOne(room, room.db, withdrawalId);
}

/**
 * The money goes back only when WeChat knows of no such transfer and nothing that we sent can still be on its way. Under
 * the lock we look again whether somebody has sent it in between.
 */
export async function giveUp(room: Room, staff: StaffSession, input: In<typeof returnWithdrawal>, asking?: Asking) {
  const seen = (await store.find(room.db, input.withdrawalId)) ?? fail('withdrawal.not_found');
  if (seen.state !== 'sending' || seen.out_bill_no === null) fail('withdrawal.not_open', { state: seen.state });
  const quietSince = new Date(room.clock.now().getTime() - QUIET_MS);
  if (seen.called_at !== null && seen.called_at > quietSince) fail('withdrawal.undecided');
  const answer = await room.pay.queryTransfer(seen.out_bill_no);
  if (answer.outcome !== 'refused' || answer.kind !== 'not_found') fail('withdrawal.undecided');
  await room.db.tx(async (tx) => {
    const row = (await store.lock(tx, seen.id)) ?? fail('withdrawal.not_found');
    if (row.state !== 'sending') fail('withdrawal.not_open', { state: row.state });
    if (row.called_at?.getTime() !== seen.called_at?.getTime()) fail('withdrawal.undecided');
    const now = room.clock.now();
    const set = { ended_at: now, next_check_at: null, problem: null, fail_reason: null };
    const over = await store.move(tx, row, 'failed', set);
    await room.ledger.post(tx, returned(sumOf(over)));
    const said = { title: '放弃打款，已退回钱包', detail: input.reason, actor: actorOf(staff) };
    await store.note(tx, row.id, now, said);
    const trail = {
      before: { state: row.state, problem: row.problem },
      after: { state: 'failed', reason: input.reason },
    };
    await room.staff.audit(tx, staff, { ...subjectOf('withdrawal.return', row), ...trail }, asking);
    await tell(room, tx, over);
  });
  return staffOne(room, room.db, seen.id);
}
