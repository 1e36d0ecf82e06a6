// How a withdrawal gets to WeChat and what becomes of it there: intent first, one number, and only a query ends it.
import { yuan } from '@jishi/contract';
import { isTransferOver, type Outcome, type Transfer, type TransferRequest } from '@jishi/wechat';
import { eachOf } from '../../platform/batch.ts';
import { spanMs } from '../../platform/clock.ts';
import { crashPoint } from '../../platform/crash.ts';
import { violates, type Tx } from '../../platform/db.ts';
import { assert } from '../../platform/fail.ts';
import { tell } from './wallet.notices.ts';
import { payeeNameOf } from './wallet.payouts.ts';
import { sumOf } from './wallet.request.ts';
import { CONFIRM_MS, failWords, isOver, nextCheck, readReports, returned, settled, verdictOf } from './wallet.rules.ts';
import * as store from './wallet.store.ts';
import type { KeptRequest, WithdrawalRow } from './wallet.store.ts';
import type { Room } from './wallet.ts';

const BATCH = 200;
const SIDE_BY_SIDE = 4;
const ASK_APART_MS = spanMs({ seconds: 3 });
/** Below this WeChat takes no name. */
const NAME_FROM_FEN = 30;
/** A refusal that stays is shown to finance. */
const REFUSED_TRIES = 2;
const SYSTEM = { kind: 'system', name: '系统' } as const;

/** One step, from whatever state it is in. */
export async function advance(room: Room, withdrawalId: string): Promise<void> {
  const seen = await store.find(room.db, withdrawalId);
  if (!seen || isOver(seen.state) || seen.state === 'pending') return;
  if (seen.state === 'approved') {
    const taken = await takeNumber(room, seen.id);
    if (taken) await call(room, taken);
    return;
  }
  if (seen.cancel_asked_at !== null) return cancelAtWechat(room, seen.id);
  const row = await ask(room, seen);
  // Still nothing there, or the money is not set aside yet, or the way to the confirm page got lost: the same number again.
  const again = row?.state === 'sending' && (row.wechat_state === null || row.wechat_state === 'PROCESSING');
  if (row && (again || lacksPackage(row))) await call(room, row);
}

const lacksPackage = (row: WithdrawalRow): boolean =>
  row.wechat_state === 'WAIT_USER_CONFIRM' && row.package_info === null && row.cancel_asked_at === null;

/** The number and the words of the call are written before WeChat hears of them. Null: not now. */
async function takeNumber(room: Room, id: string): Promise<WithdrawalRow | null> {
  const request = await requestNow(room);
  const now = room.clock.now();
  const wait = (tx: Tx) => store.touch(tx, id, { next_check_at: nextCheck(now, 'await_confirm', 0) });
  try {
    return await room.db.tx(async (tx) => {
      const row = await store.lock(tx, id);
      if (row?.state !== 'approved') return null;
      if (await room.identity.isBlocked(tx, row.buyer_id)) {
        await trouble(room, tx, row, 'blocked', '收款人已被停用，恢复后自动打款');
        return null;
      }
      const set = {
        out_bill_no: `W${row.withdrawal_no}`,
        request: JSON.stringify(request),
        sent_at: now,
        problem: null,
        problem_detail: null,
        tries: 0,
        next_check_at: nextCheck(now, 'sending', 0),
      };
      const sending = await store.move(tx, row, 'sending', set);
      await store.note(tx, id, now, {
        title: '提交微信打款',
        detail: `商家转账单号 W${row.withdrawal_no}`,
        actor: SYSTEM,
      });
      return sending;
    });
  } catch (error) {
    // Another one of this person waits at WeChat: this one waits behind it.
    if (!violates(error, 'withdrawals_one_at_wechat')) throw error;
    await room.db.tx(wait);
    return null;
  }
}

async function requestNow({ settings, keys, db }: Room): Promise<KeptRequest> {
  const reports = readReports(await settings.read(db, keys.reports));
  assert(reports, 'the report infos of the transfer scene were accepted and cannot be read');
  return { sceneId: await settings.read(db, keys.sceneId), remark: await settings.read(db, keys.remark), reports };
}

function requestOf(room: Room, row: WithdrawalRow): TransferRequest {
  assert(row.out_bill_no !== null && row.request !== null, `withdrawal ${row.id} is sent without a number`);
  const amountFen = row.amount_fen - row.fee_fen;
  const name = payeeNameOf(room, row);
  return {
    ...row.request,
    outBillNo: row.out_bill_no,
    openid: row.openid,
    appid: row.appid,
    amountFen,
    ...(name === null || amountFen < NAME_FROM_FEN ? {} : { userName: name }),
  };
}

/** Tells WeChat to pay, by the number that is written down. What is not certain afterwards is asked. */
async function call(room: Room, seen: WithdrawalRow): Promise<void> {
  const row = await room.db.tx(async (tx) => {
    const locked = await store.lock(tx, seen.id);
    // Somebody may have ended it since we looked; after an end nothing is ever sent again.
    if (!locked || isOver(locked.state)) return null;
    return store.touch(tx, seen.id, { called_at: room.clock.now(), tries: locked.tries + 1 });
  });
  if (!row) return;
  crashPoint('wallet.send.before-call');
  const sent = await room.pay.transfer(requestOf(room, row));
  crashPoint('wallet.send.after-call');
  if (sent.outcome === 'ok' && !isTransferOver(sent.value.state)) {
    await record(room, row.id, sent.value, false);
    return;
  }
  await ask(room, row, sent);
}

/** What WeChat says now; answers the row as it then is. `sent` is what came of the call just made. */
async function ask(room: Room, seen: WithdrawalRow, sent?: Outcome<Transfer>): Promise<WithdrawalRow | null> {
  assert(seen.out_bill_no !== null, `withdrawal ${seen.id} is asked about without a number`);
  const asked = await room.pay.queryTransfer(seen.out_bill_no);
  if (asked.outcome === 'ok') return record(room, seen.id, asked.value, true);
  const isMissing = asked.outcome === 'refused' && asked.kind === 'not_found';
  return room.db.tx(async (tx) => {
    const row = await store.lock(tx, seen.id);
    if (!row || (row.state !== 'sending' && row.state !== 'await_confirm')) return row ?? null;
    if (isMissing && row.state === 'await_confirm') {
      return trouble(room, tx, row, 'mismatch', '微信查不到这笔已受理的转账');
    }
    if (isMissing && sent?.outcome === 'refused') return refusedBy(room, tx, row, sent);
    return store.touch(tx, row.id, { next_check_at: nextCheck(room.clock.now(), row.state, row.tries) });
  });
}

/** WeChat said no and knows of nothing: the same number again later, and finance is told. */
async function refusedBy(
  room: Room,
  tx: Tx,
  row: WithdrawalRow,
  sent: Extract<Outcome<Transfer>, { outcome: 'refused' }>,
) {
  const { kind, code, message } = sent;
  if (kind === 'not_enough') return trouble(room, tx, row, 'not_enough', '微信商户余额不足，充值后自动重试');
  const said = `${code} ${message}`.trim().slice(0, 200);
  if (kind === 'frequency' || row.tries < REFUSED_TRIES) {
    return store.touch(tx, row.id, {
      problem_detail: said,
      next_check_at: nextCheck(room.clock.now(), 'sending', row.tries),
    });
  }
  return trouble(room, tx, row, 'refused', said);
}

async function trouble(room: Room, tx: Tx, row: WithdrawalRow, problem: store.Problem, detail: string) {
  const now = room.clock.now();
  if (row.problem !== problem) {
    const title = { not_enough: '商户余额不足', refused: '微信未受理', blocked: '暂缓打款', mismatch: '与微信不一致' }[
      problem
    ];
    await store.note(tx, row.id, now, { title, detail, actor: SYSTEM });
    room.log.warn({ withdrawalId: row.id, problem }, 'a withdrawal needs a person');
  }
  return store.touch(tx, row.id, {
    problem,
    problem_detail: detail,
    next_check_at: nextCheck(now, 'sending', row.tries, true),
  });
}

/** Writes down what WeChat said, and what follows from it, in one transaction. Said twice, it changes nothing. */
async function record(room: Room, id: string, told: Transfer, isQueried: boolean): Promise<WithdrawalRow | null> {
  return room.db.tx(async (tx) => {
    const row = await store.lock(tx, id);
    if (!row || isOver(row.state) || row.out_bill_no !== told.outBillNo) return row ?? null;
    const arrivesFen = row.amount_fen - row.fee_fen;
    if (told.amountFen !== null && told.amountFen !== arrivesFen) {
      return trouble(room, tx, row, 'mismatch', `微信记录的金额为 ${yuan(told.amountFen)}，应为 ${yuan(arrivesFen)}`);
    }
    const kept = await store.touch(tx, row.id, factsOf(room, row, told));
    const verdict = verdictOf(told, isQueried);
    if (verdict === null) return stillSetting(room, tx, kept, told);
    if (verdict.to === 'await_confirm') return row.state === 'await_confirm' ? kept : confirmable(room, tx, kept);
    return end(room, tx, kept, verdict.to);
  });
}

function factsOf(room: Room, row: WithdrawalRow, told: Transfer) {
  const now = room.clock.now();
  const isWaiting = row.state === 'await_confirm' || told.state === 'WAIT_USER_CONFIRM';
  const soon = nextCheck(now, isWaiting ? 'await_confirm' : 'sending', row.tries);
  const before = row.confirm_before ?? (told.createTime ? new Date(told.createTime.getTime() + CONFIRM_MS) : null);
  return {
    wechat_state: told.state,
    transfer_bill_no: told.transferBillNo,
    package_info: told.packageInfo ?? row.package_info,
    fail_reason: told.failReason,
    confirm_before: before,
    next_check_at: row.cancel_asked_at === null ? soon : nextCheck(now, 'sending', 0),
    // Whatever the trouble was: WeChat has it now. The await_confirm poll counts anew.
    ...(row.problem === 'not_enough' && told.state === 'PROCESSING' ? {} : { problem: null, problem_detail: null }),
    ...(row.state === 'sending' && isWaiting
      ? { tries: 0 }
      : row.state === 'await_confirm'
        ? { tries: row.tries + 1 }
        : {}),
  };
}

/** ACCEPTED or PROCESSING: WeChat sets the money aside; when that lasts, there is too little of it. */
async function stillSetting(room: Room, tx: Tx, row: WithdrawalRow, told: Transfer): Promise<WithdrawalRow> {
  if (told.state !== 'PROCESSING' || row.tries < REFUSED_TRIES) return row;
  return trouble(room, tx, row, 'not_enough', '微信长时间未锁定资金，商户余额可能不足，充值后自动重试');
}

async function confirmable(room: Room, tx: Tx, row: WithdrawalRow): Promise<WithdrawalRow> {
  const waiting = await store.move(tx, row, 'await_confirm', {});
  await store.note(tx, row.id, room.clock.now(), { title: '微信已受理，等待确认收款', actor: SYSTEM });
  await tell(room, tx, waiting);
  return waiting;
}

async function end(
  room: Room,
  tx: Tx,
  row: WithdrawalRow,
  to: 'paid' | 'failed' | 'cancelled' | 'expired',
): Promise<WithdrawalRow> {
  const now = room.clock.now();
  const set = { ended_at: now, next_check_at: null, package_info: null, problem: null, problem_detail: null };
  const over = await store.move(tx, row, to, set);
  await room.ledger.post(tx, to === 'paid' ? settled(sumOf(over)) : returned(sumOf(over)));
  const title = {
    paid: '已收款，提现完成',
    failed: '打款失败，已退回钱包',
    cancelled: '已撤销，已退回钱包',
    expired: '超时未确认，已退回钱包',
  }[to];
  const detail = to === 'failed' ? failWords(row.fail_reason) : '';
  await store.note(tx, row.id, now, { title, detail, actor: SYSTEM });
  await tell(room, tx, over);
  return over;
}

/** Asks WeChat to stop it. Whatever WeChat answers, the query says what came of it. */
export async function cancelAtWechat(room: Room, withdrawalId: string): Promise<void> {
  const row = await store.find(room.db, withdrawalId);
  if (row?.state !== 'await_confirm' || row.out_bill_no === null || row.cancel_asked_at === null) return;
  const stopped = await room.pay.cancelTransfer(row.out_bill_no);
  const now = await ask(room, row);
  // The person was quicker: there is nothing to cancel any more, and the page should not say so.
  const isTooLate =
    stopped.outcome === 'refused' && now?.state === 'await_confirm' && now.wechat_state === 'TRANSFERING';
  if (isTooLate) await room.db.tx((tx) => store.touch(tx, row.id, { cancel_asked_at: null }));
}

/** A notice has come: a hint to ask. */
export async function heard(room: Room, outBillNo: string): Promise<void> {
  const id = await store.idByBill(room.db, outBillNo);
  if (id !== undefined) await advance(room, id);
}

/** For somebody who looks at it right now. */
export async function refresh(room: Room, row: WithdrawalRow): Promise<void> {
  if (row.state !== 'sending' && row.state !== 'await_confirm') return;
  if (!(await store.takeAsk(room.db, row.id, room.clock.now(), ASK_APART_MS))) return;
  await advance(room, row.id);
}

export async function poll(room: Room): Promise<void> {
  const due = await store.dueIds(room.db, room.clock.now(), BATCH);
  await eachOf(
    due,
    SIDE_BY_SIDE,
    (id) => advance(room, id),
    (error, id) => room.log.error({ err: error, withdrawalId: id }, 'a withdrawal could not be brought forward'),
  );
}
