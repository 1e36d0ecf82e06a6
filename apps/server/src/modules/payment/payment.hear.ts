// Letters from WeChat: verified, written down, then acted upon; a letter heard twice changes nothing.
import { TRANSFER_STATE_NAMES, yuan } from '@jishi/contract';
import { isPaid, type OpenedNotice, type Transaction } from '@jishi/wechat';
import { crashPoint } from '../../platform/crash.ts';
import type { Once, Tx } from '../../platform/db.ts';
import { fail } from '../../platform/fail.ts';
import type { RawAnswer, RawCall, StaffSession } from '../../platform/http.ts';
import { newId } from '../../platform/ids.ts';
import { eachOf } from '../../platform/batch.ts';
import { platformAccount } from '../ledger/ledger.ts';
import type { Asking } from '../staff/staff.ts';
import type { PaymentDeps } from './payment.ts';
import * as refunds from './payment.refunds.store.ts';
import type { NoticeRow } from './payment.refunds.store.ts';
import { nextNoticeTry, NOTICE_RETRIES_MAX } from './payment.rules.ts';
import type { RefundFacts, Settling } from './payment.settle.ts';
import { noticeView } from './payment.views.ts';

/** WeChat Pay says nothing in the address. */
type Letter = Pick<RawCall, 'headers' | 'body'>;

const KEPT_HEADERS = [
  'wechatpay-timestamp',
  'wechatpay-nonce',
  'wechatpay-serial',
  'wechatpay-signature',
  'wechatpay-signature-type',
  'request-id',
  'user-agent',
];
/** A refused letter is kept for the record, not in full: anybody may post here. */
const REFUSED_BODY_MAX = 2000;
/** Beyond this many a minute they are only counted: WeChat's doors have no other limit, and the disk has an end. */
const REFUSED_KEPT_PER_MINUTE = 60;
const BATCH = 100;

const heard: RawAnswer = { status: 204, body: undefined };
const failed = (status: number, message: string): RawAnswer => ({ status, body: { code: 'FAIL', message } });

export function createHearing(deps: PaymentDeps, settling: Settling) {
  const { db, clock } = deps;
  let minute = { at: 0, kept: 0 };
  const mayKeep = (): boolean => {
    const at = Math.floor(clock.now().getTime() / 60_000);
    minute = minute.at === at ? { at, kept: minute.kept + 1 } : { at, kept: 1 };
    return minute.kept <= REFUSED_KEPT_PER_MINUTE;
  };
  return {
    hear: async (route: 'pay' | 'refund' | 'transfer', raw: Letter, ip: string): Promise<RawAnswer> => {
      const opened = await deps.pay.openNotice({ headers: raw.headers, rawBody: raw.body });
      if (!opened.ok) {
        deps.metrics.count('notice_rejected_total', 'Letters that are not WeChat’s, or not for us', {
          reason: opened.reason,
        });
        if (mayKeep()) await keepRefused(deps, route, raw, ip, opened.reason);
        return failed(401, '验签失败');
      }
      const notice = await db.tx((tx) => refunds.storeNotice(tx, letterOf(deps, route, raw, ip, opened)));
      crashPoint('payment.notice.after-store');
      if (notice.state === 'done' || notice.state === 'ignored') return heard;
      return (await work(deps, settling, notice, 'wechat')) ? heard : failed(500, '处理失败，请重发');
    },
    retryNotices: async () => {
      const due = await refunds.dueNotices(db, clock.now(), BATCH);
      await eachOf(
        due,
        1,
        (notice) => work(deps, settling, notice, 'schedule'),
        () => {},
      );
    },
    workNotice: async (noticeId: string) => {
      const notice = await refunds.findNotice(db, noticeId);
      if (notice && isOpen(notice)) await work(deps, settling, notice, 'staff');
    },
    retryNotice: (staff: StaffSession, noticeId: string, asking?: Asking, once?: Once) =>
      db.tx((tx) => retry(deps, tx, noticeId, { staff, asking }), { once }),
  };
}

/** The decrypted letter without the openid: enough to act on it again after a crash. */
function letterOf(deps: PaymentDeps, route: string, raw: Letter, ip: string, opened: OpenedNotice): refunds.NewNotice {
  const facts =
    opened.kind === 'payment'
      ? { ...opened.transaction, openid: null }
      : opened.kind === 'refund'
        ? { ...opened.refund }
        : opened.kind === 'transfer'
          ? { outBillNo: opened.transfer.outBillNo, state: opened.transfer.state }
          : null;
  return {
    id: newId<'notice'>(),
    event_id: opened.id,
    event_type: opened.eventType,
    route,
    headers: keptHeaders(raw),
    body: raw.body.toString('utf8'),
    ip,
    is_verified: true,
    state: opened.kind === 'other' ? 'ignored' : 'stored',
    why: opened.kind === 'other' ? `不处理的通知类型 ${opened.originalType}` : null,
    out_trade_no: facts === null ? null : 'outTradeNo' in facts ? facts.outTradeNo : facts.outBillNo,
    received_at: deps.clock.now(),
    // Should we die before it is worked on.
    next_try_at: opened.kind === 'other' ? null : nextNoticeTry(deps.clock.now(), 0),
    facts,
  };
}

function keptHeaders(raw: Letter): Record<string, string> {
  const kept: Record<string, string> = {};
  for (const name of KEPT_HEADERS) {
    const value = raw.headers[name];
    if (value !== undefined) kept[name] = String(value).slice(0, 1000).replaceAll('\u0000', '');
  }
  return kept;
}

async function keepRefused(deps: PaymentDeps, route: string, raw: Letter, ip: string, reason: string): Promise<void> {
  await deps.db.tx((tx) =>
    refunds.storeNotice(tx, {
      id: newId<'notice'>(),
      event_id: null,
      event_type: 'unverified',
      route,
      headers: keptHeaders(raw),
      body: raw.body.subarray(0, REFUSED_BODY_MAX).toString('utf8').replaceAll('\u0000', ''),
      ip,
      is_verified: false,
      state: 'rejected',
      why: reason,
      out_trade_no: null,
      received_at: deps.clock.now(),
      next_try_at: null,
      facts: null,
    }),
  );
}

const isOpen = (notice: NoticeRow) => notice.is_verified && ['stored', 'failed', 'dead'].includes(notice.state);

type By = 'wechat' | 'schedule' | 'staff';

/** Acts on a stored letter; false when WeChat should send it again. */
async function work(deps: PaymentDeps, settling: Settling, notice: NoticeRow, by: By): Promise<boolean> {
  try {
    const said = await act(deps, settling, notice);
    crashPoint('payment.notice.after-settle');
    const isDone = said !== null;
    await settleNotice(
      deps,
      notice,
      isDone
        ? { state: 'done', why: said, done_at: deps.clock.now(), next_try_at: null }
        : { ...failure(deps, notice, by), why: '没有对应的支付单，等待重发' },
    );
    return isDone;
  } catch (error) {
    deps.log.error({ err: error, noticeId: notice.id }, 'a letter from WeChat could not be worked on');
    await settleNotice(deps, notice, {
      ...failure(deps, notice, by),
      why: error instanceof Error ? error.message.slice(0, 300) : 'unknown',
    });
    return false;
  }
}

/** 1, 3 and 5 minutes, then nobody tries by himself any more; WeChat's resends come on top by its own plan. */
function failure(deps: PaymentDeps, notice: NoticeRow, by: By) {
  const retries = notice.retries + (by === 'schedule' ? 1 : 0);
  if (notice.state === 'dead' || retries >= NOTICE_RETRIES_MAX) {
    deps.metrics.count('notices_dead_total', 'Letters of WeChat that nobody could work on');
    return { state: 'dead', retries, next_try_at: null };
  }
  const isPlanned = by === 'wechat' && notice.tries > 0;
  return {
    state: 'failed',
    retries,
    next_try_at: isPlanned ? notice.next_try_at : nextNoticeTry(deps.clock.now(), retries),
  };
}

/** Part: staff want a letter worked on now; the plan of retries begins anew. */
async function retry(
  deps: PaymentDeps,
  tx: Tx,
  noticeId: string,
  by: { staff: StaffSession; asking: Asking | undefined },
): Promise<ReturnType<typeof noticeView>> {
  const notice = await refunds.findNotice(tx, noticeId);
  if (!notice) fail('payment.notice_not_found');
  if (!isOpen(notice)) fail('payment.notice_settled');
  const now = deps.clock.now();
  const anew = { state: 'failed', retries: 0, next_try_at: nextNoticeTry(now, 0) };
  await refunds.settleNotice(tx, notice.id, anew);
  await tx.emit('notice.retried', { noticeId: notice.id });
  const note = {
    action: 'payment.notice.retry',
    subjectKind: 'payment_notice',
    subjectId: notice.id,
    name: notice.event_type,
    before: { state: notice.state, tries: notice.tries },
    after: { state: anew.state },
  };
  await deps.staff.audit(tx, by.staff, note, by.asking);
  return noticeView({ ...notice, ...anew });
}

const settleNotice = (deps: PaymentDeps, notice: NoticeRow, set: Parameters<typeof refunds.settleNotice>[2]) =>
  deps.db.tx((tx) => refunds.settleNotice(tx, notice.id, { ...set, tries: notice.tries + 1 }));

/** What became of it, in a word; null when nothing here answers to it yet. */
async function act(deps: PaymentDeps, settling: Settling, notice: NoticeRow): Promise<string | null> {
  const facts = notice.facts as Record<string, unknown>;
  if (notice.event_type.startsWith('MCHTRANSFER.')) {
    // A hint, no more: whoever has sent the transfer asks WeChat what became of it.
    await deps.db.tx((tx) => tx.emit('transfer.heard', { outBillNo: String(facts['outBillNo']) }));
    const state = String(facts['state']);
    return `转账${TRANSFER_STATE_NAMES[state] ?? state}`;
  }
  if (notice.event_type.startsWith('REFUND.')) {
    const result = await settling.settleRefund(refundFacts(facts));
    return result === 'unknown' ? unknownRefund(notice) : result;
  }
  const transaction = {
    ...facts,
    successTime: facts['successTime'] ? new Date(String(facts['successTime'])) : null,
  } as Transaction;
  if (!isPaid(transaction.tradeState)) return `未支付状态 ${transaction.tradeState}`;
  const result = await settling.settle(transaction);
  if (result !== 'unknown' && result !== 'foreign') return result;
  // An unknown number is heard a second time before a person is troubled: a restore may just have ended.
  if (result === 'unknown' && notice.tries === 0) return null;
  await keepOrphan(deps, notice, transaction, result);
  return result;
}

const refundFacts = (facts: Record<string, unknown>): RefundFacts =>
  ({ ...facts, successTime: facts['successTime'] ? new Date(String(facts['successTime'])) : null }) as RefundFacts;

/** A refund started by hand in WeChat's console: heard, not ours to follow. */
const unknownRefund = (notice: NoticeRow) => (notice.tries === 0 ? null : '不是本系统发起的退款');

/** Money that belongs to nothing here is booked and shown to staff; it is never just kept. */
export async function keepOrphan(
  deps: PaymentDeps,
  notice: Pick<NoticeRow, 'event_id'>,
  transaction: Transaction,
  why: string,
): Promise<void> {
  await deps.db.tx(async (tx) => {
    const id = newId<'case'>();
    const isNew = await refunds.openCase(tx, {
      id,
      key: `orphan:${transaction.transactionId ?? notice.event_id}`,
      kind: 'orphan_payment',
      detail: `商户单号 ${transaction.outTradeNo}，微信单号 ${transaction.transactionId ?? '无'}，金额 ${yuan(transaction.totalFen ?? 0)}${why === 'foreign' ? '（不是本商户的款项）' : ''}`,
      created_at: deps.clock.now(),
    });
    const totalFen = transaction.totalFen ?? 0;
    if (!isNew || why === 'foreign' || totalFen === 0) return;
    await deps.ledger.post(tx, {
      key: `orphan:${id}`,
      label: '收到无主付款',
      refKind: 'payment_case',
      refId: id,
      lines: [
        { account: platformAccount('provider_clearing'), debitFen: totalFen },
        { account: { type: 'payment_suspense', ownerKind: 'orphan', ownerId: id }, creditFen: totalFen },
      ],
    });
  });
}
