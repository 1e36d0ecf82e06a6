// What staff see of attempts, refunds and letters: lists, one of each, and how the letters are doing.
import type {
  In,
  Out,
  adminGetNotice,
  adminGetNoticeStats,
  adminGetRefund,
  adminListAttempts,
  adminListNotices,
  adminListRefunds,
} from '@jishi/contract';
import { dayStart, shanghaiSpan } from '../../platform/days.ts';
import type { Reader } from '../../platform/db.ts';
import { fail } from '../../platform/fail.ts';
import { accountName } from '../ledger/ledger.ts';
import type { PaymentDeps } from './payment.ts';
import * as lists from './payment.desk.store.ts';
import * as refunds from './payment.refunds.store.ts';
import * as store from './payment.store.ts';
import { attemptFace, caseView, noticeView, refundView } from './payment.views.ts';

export type Desk = {
  notices(reader: Reader, input: In<typeof adminListNotices>): Promise<Out<typeof adminListNotices>>;
  notice(reader: Reader, noticeId: string): Promise<Out<typeof adminGetNotice>>;
  noticeStats(reader: Reader, input: In<typeof adminGetNoticeStats>): Promise<Out<typeof adminGetNoticeStats>>;
  attempts(reader: Reader, input: In<typeof adminListAttempts>): Promise<Out<typeof adminListAttempts>>;
  refunds(reader: Reader, input: In<typeof adminListRefunds>): Promise<Out<typeof adminListRefunds>>;
  refund(reader: Reader, refundId: string): Promise<Out<typeof adminGetRefund>>;
};

export function createDesk(deps: Pick<PaymentDeps, 'clock'>): Desk {
  return {
    notices: async (reader, { from, to, ...rest }) => {
      const found = await lists.notices(reader, { ...rest, ...shanghaiSpan(from, to) });
      return { items: found.items.map(noticeView), total: found.total };
    },
    notice,
    noticeStats: async (reader, { from, to }) => {
      const today = dayStart(deps.clock.now());
      const counted = await lists.countNotices(reader, { ...shanghaiSpan(from, to), today });
      const decided = counted.succeeded + counted.failed;
      return { ...counted, successBps: decided === 0 ? null : Math.floor((counted.succeeded * 10_000) / decided) };
    },
    attempts: async (reader, { from, to, ...rest }) => {
      const found = await lists.attempts(reader, { ...rest, ...shanghaiSpan(from, to) });
      const items = found.items.map((row) => ({
        ...attemptFace(row),
        paymentId: row.payment_id,
        payableKind: row.payable_kind,
        refundedFen: row.refunded_fen,
        checks: row.checks,
        nextCheckAt: row.next_check_at,
      }));
      return { items, total: found.total };
    },
    refunds: async (reader, { from, to, ...rest }) => {
      const found = await lists.refunds(reader, { ...rest, ...shanghaiSpan(from, to) });
      return { items: found.items.map(refundRow), total: found.total };
    },
    refund,
  };
}

const refundRow = (row: lists.RefundListRow) => ({
  ...refundView(row),
  paymentId: row.payment_id,
  payableKind: row.payable_kind,
  sentAt: row.sent_at,
  nextCheckAt: row.next_check_at,
});

async function notice(reader: Reader, noticeId: string): Promise<Out<typeof adminGetNotice>> {
  const row = await refunds.findNotice(reader, noticeId);
  if (!row) fail('payment.notice_not_found');
  const attempt = row.out_trade_no === null ? undefined : await store.attemptByTradeNo(reader, row.out_trade_no);
  return {
    ...noticeView(row),
    isVerified: row.is_verified,
    headers: row.headers as Record<string, string>,
    body: row.body,
    facts: row.facts as Record<string, unknown> | null,
    paymentId: attempt?.payment_id ?? null,
    doneAt: row.done_at,
  };
}

async function refund(reader: Reader, refundId: string): Promise<Out<typeof adminGetRefund>> {
  const row = await lists.refund(reader, refundId);
  if (!row) fail('refund.not_found');
  const attempt = row.attempt_id === null ? undefined : await store.attempt(reader, row.attempt_id);
  const letters = await lists.noticesOfRefund(reader, attempt?.out_trade_no ?? '', row.out_refund_no);
  return {
    ...refundRow(row),
    providerId: row.provider_id,
    outTradeNo: attempt?.out_trade_no ?? null,
    transactionId: attempt?.transaction_id ?? null,
    sources: row.sources.map((source) => ({
      account: accountName(source.type),
      amountFen: source.amountFen,
      subsidyFen: source.subsidyFen ?? 0,
    })),
    notices: letters.map(noticeView),
    cases: (await lists.casesOfRefund(reader, row.id)).map(caseView),
  };
}
