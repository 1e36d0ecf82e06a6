// How the wallet and its withdrawals are shown, to the person and to finance.
import {
  WithdrawalId,
  type adminGetWithdrawal,
  type adminListWithdrawals,
  type AdminWithdrawal,
  type getWallet,
  type In,
  type listWalletEntries,
  type listWithdrawals,
  type Out,
  type requestWithdrawal,
  type Withdrawal,
  NAMED_FROM_FEN,
} from '@jishi/contract';
import { z } from 'zod';
import { spanMs } from '../../platform/clock.ts';
import { dayOf } from '../../platform/days.ts';
import type { Reader } from '../../platform/db.ts';
import { fail } from '../../platform/fail.ts';
import { viewOf as payoutView } from './wallet.payouts.ts';
import { debtOf, failWords, holdOf, isStillHere, QUIET_MS, transitOf, walletOf } from './wallet.rules.ts';
import * as store from './wallet.store.ts';
import type { WithdrawalRow } from './wallet.store.ts';
import type { Room } from './wallet.ts';

export async function limitsNow({ settings, keys }: Room, reader: Reader) {
  return {
    minFen: await settings.read(reader, keys.minFen),
    maxFen: await settings.read(reader, keys.maxFen),
    perDay: await settings.read(reader, keys.perDay),
    feeBps: await settings.read(reader, keys.feeBps),
  };
}

export async function wallet(room: Room, buyerId: string): Promise<Out<typeof getWallet>> {
  const { db, ledger, clock } = room;
  const [availableFen, withdrawingFen, payingFen, debtFen, account, used, limits] = await Promise.all([
    ledger.standing(db, walletOf(buyerId)),
    ledger.standing(db, transitOf(buyerId)),
    ledger.standing(db, holdOf(buyerId)),
    ledger.standing(db, debtOf(buyerId)),
    store.payout(db, buyerId),
    store.usedOn(db, buyerId, dayOf(clock.now())),
    limitsNow(room, db),
  ]);
  return {
    availableFen,
    withdrawingFen,
    payingFen,
    debtFen,
    payout: account ? payoutView(account) : null,
    rules: { ...limits, leftToday: Math.max(0, limits.perDay - used), namedFromFen: NAMED_FROM_FEN },
  };
}

export async function entries(
  room: Room,
  buyerId: string,
  input: In<typeof listWalletEntries>,
): Promise<Out<typeof listWalletEntries>> {
  const moves = await room.ledger.movesOf(room.db, walletOf(buyerId), {
    before: positionOf(input.cursor),
    limit: input.limit + 1,
  });
  const shown = moves.slice(0, input.limit);
  const last = shown.at(-1);
  return {
    items: shown.map((move) => ({
      id: move.id,
      at: move.at,
      title: move.label,
      changeFen: move.amount,
      withdrawalId: move.refKind === 'withdrawal' ? move.refId : null,
    })),
    nextCursor: moves.length > shown.length && last ? cursorOf(last.at, last.id) : null,
  };
}

const Position = z
  .string()
  .transform((text) => text.split('|'))
  .pipe(z.tuple([z.iso.datetime(), z.uuid()]));

const cursorOf = (at: Date, id: string): string => Buffer.from(`${at.toISOString()}|${id}`).toString('base64url');

function positionOf(cursor: string | undefined): { at: Date; id: string } | null {
  if (cursor === undefined) return null;
  const read = Position.safeParse(Buffer.from(cursor, 'base64url').toString());
  if (!read.success) fail('cursor.invalid');
  return { at: new Date(read.data[0]), id: read.data[1] };
}

export async function list(
  room: Room,
  buyerId: string,
  input: In<typeof listWithdrawals>,
): Promise<Out<typeof listWithdrawals>> {
  const rows = await store.ofBuyer(room.db, buyerId, positionOf(input.cursor), input.limit + 1);
  const shown = rows.slice(0, input.limit);
  const last = shown.at(-1);
  return {
    items: shown.map(viewOf),
    nextCursor: rows.length > shown.length && last ? cursorOf(last.created_at, last.id) : null,
  };
}

function fieldsOf(row: WithdrawalRow) {
  return {
    id: row.id,
    withdrawalNo: row.withdrawal_no,
    state: row.state,
    amountFen: row.amount_fen,
    feeFen: row.fee_fen,
    arrivesFen: row.amount_fen - row.fee_fen,
    createdAt: row.created_at,
    endedAt: row.ended_at,
    reason: reasonOf(row),
  };
}

function reasonOf(row: WithdrawalRow): string | null {
  if (row.state === 'rejected') return row.reject_reason;
  return row.state === 'failed' || row.state === 'expired' ? failWords(row.fail_reason) : null;
}

const viewOf = (row: WithdrawalRow): z.input<typeof Withdrawal> => ({
  ...fieldsOf(row),
  confirmBefore: row.confirm_before,
});

/** The buyer's own, or not found. */
export async function own(reader: Reader, buyerId: string, withdrawalId: string): Promise<WithdrawalRow> {
  const row = await store.find(reader, withdrawalId);
  if (row?.buyer_id !== buyerId) fail('withdrawal.not_found');
  return row;
}

/** Steps that only finance has to know. */
const INNER_TITLES = new Set(['商户余额不足', '微信未受理', '暂缓打款', '与微信不一致']);

export async function detail(room: Room, reader: Reader, row: WithdrawalRow): Promise<Out<typeof requestWithdrawal>> {
  const { clock, pay } = room;
  const isWaiting = row.state === 'await_confirm' && row.cancel_asked_at === null;
  const isAlive = row.confirm_before === null || row.confirm_before > clock.now();
  const canConfirm = isWaiting && isAlive && row.wechat_state === 'WAIT_USER_CONFIRM' && row.package_info !== null;
  return {
    ...viewOf(row),
    payeeName: row.payee_masked,
    canCancel: isStillHere(row.state) || (isWaiting && row.wechat_state === 'WAIT_USER_CONFIRM'),
    isCancelling: row.state === 'await_confirm' && row.cancel_asked_at !== null,
    confirm: canConfirm ? pay.transferConfirm(row.package_info ?? '', row.appid) : null,
    timeline: (await store.events(reader, row.id))
      .filter((event) => !INNER_TITLES.has(event.title))
      .map((event) => ({ at: event.at, title: event.title, detail: event.actor_kind === 'staff' ? '' : event.detail })),
  };
}

type StaffView = z.input<typeof AdminWithdrawal>;

async function staffViews(room: Room, reader: Reader, rows: readonly WithdrawalRow[]): Promise<StaffView[]> {
  const names = await room.identity.names(reader, [...new Set(rows.map((row) => row.buyer_id))]);
  return rows.map((row) => ({
    ...fieldsOf(row),
    buyer: { id: row.buyer_id, nickname: '', phone: null, ...names.get(row.buyer_id) },
    payeeName: row.payee_masked,
    problem: row.problem,
    reviewedBy: row.reviewed_by,
  }));
}

const SHANGHAI_MIDNIGHT = 'T00:00:00+08:00';
const dayStart = (day: string): Date => new Date(day + SHANGHAI_MIDNIGHT);

export async function staffList(
  room: Room,
  input: In<typeof adminListWithdrawals>,
): Promise<Out<typeof adminListWithdrawals>> {
  const { q, from, to, page, size, ...rest } = input;
  const buyerOfPhone = q !== undefined && /^1\d{10}$/.test(q) ? await room.identity.byPhone(room.db, q) : null;
  const filter = {
    ...rest,
    q: q ? { no: q, buyerId: buyerOfPhone } : null,
    from: from ? dayStart(from) : undefined,
    before: to ? new Date(dayStart(to).getTime() + spanMs({ days: 1 })) : undefined,
  };
  const found = await store.staffPage(room.db, filter, page, size);
  const { total, sumFen, sumFeeFen } = found;
  return { items: await staffViews(room, room.db, found.rows), total, sumFen, sumFeeFen };
}

export async function staffOne(
  room: Room,
  reader: Reader,
  withdrawalId: string,
): Promise<Out<typeof adminGetWithdrawal>> {
  const row = (await store.find(reader, WithdrawalId.parse(withdrawalId))) ?? fail('withdrawal.not_found');
  const [view] = await staffViews(room, reader, [row]);
  if (!view) fail('withdrawal.not_found');
  const account = await store.payout(reader, row.buyer_id);
  const quietSince = new Date(room.clock.now().getTime() - QUIET_MS);
  return {
    ...view,
    platform: row.platform,
    problemDetail: row.problem_detail,
    isIdNoKnown: account?.id_no_masked != null,
    isCardNoKnown: account?.card_no_masked != null,
    outBillNo: row.out_bill_no,
    transferBillNo: row.transfer_bill_no,
    wechatState: row.wechat_state,
    failReason: row.fail_reason,
    tries: row.tries,
    sentAt: row.sent_at,
    confirmBefore: row.confirm_before,
    nextCheckAt: row.next_check_at,
    isCancelling: row.state === 'await_confirm' && row.cancel_asked_at !== null,
    canReturn: row.state === 'sending' && row.wechat_state === null && (row.called_at ?? quietSince) <= quietSince,
    walletFen: await room.ledger.standing(reader, walletOf(row.buyer_id)),
    debtFen: await room.ledger.standing(reader, debtOf(row.buyer_id)),
    timeline: (await store.events(reader, row.id)).map((event) => ({
      at: event.at,
      title: event.title,
      detail: event.detail,
      actor: { kind: event.actor_kind as 'system' | 'buyer' | 'staff', name: event.actor_name },
    })),
    postings: await room.ledger.postingsOf(reader, [row.id]),
  };
}
