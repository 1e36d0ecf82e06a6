// How payments look to other rooms and to staff.
import {
  PAYMENT_CASE_KIND_NAMES,
  type OrderMoney,
  type PaymentAttempt,
  type PaymentCase,
  type ProviderNotice,
  type RefundView as RefundViewSchema,
} from '@jishi/contract';
import type { z } from 'zod';
import type { Reader } from '../../platform/db.ts';
import type { Ledger } from '../ledger/ledger.ts';
import { spendable } from './payment.balance.ts';
import type { PaymentView } from './payment.ts';
import * as refunds from './payment.refunds.store.ts';
import type { CaseRow, NoticeRow, RefundRow } from './payment.refunds.store.ts';
import * as store from './payment.store.ts';
import type { AttemptRow, PaymentRow } from './payment.store.ts';
import type { PaymentState } from './payment.rules.ts';

export type CaseView = z.input<typeof PaymentCase>;
/** A payment as staff see it, still without the names that upper rooms know. */
export type PaymentListRow = Omit<
  z.input<typeof OrderMoney>['payments'][number],
  'attempts' | 'walletRefunds' | 'orderNos' | 'buyerName'
> & { buyerId: string };
export type MoneyView = {
  payments: (PaymentListRow & {
    attempts: z.input<typeof PaymentAttempt>[];
    walletRefunds: z.input<typeof RefundViewSchema>[];
  })[];
  notices: z.input<typeof ProviderNotice>[];
};

export function createViews(ledger: Ledger) {
  return {
    spendable: async (reader: Reader, paymentId: string) => {
      const payment = await store.find(reader, paymentId);
      return payment ? spendable(ledger, reader, payment) : 0;
    },
    view: async (reader: Reader, paymentIds: readonly string[]): Promise<Map<string, PaymentView>> => {
      const rows = await store.findMany(reader, paymentIds);
      return new Map(rows.map((row) => [row.id, viewOf(row)]));
    },
    moneyOf: (reader: Reader, paymentIds: readonly string[]) => moneyOf(reader, paymentIds),
    list: async (
      reader: Reader,
      filter: {
        state?: PaymentState | undefined;
        payableIds?: readonly string[] | undefined;
        q?: string | undefined;
        from?: Date | undefined;
        before?: Date | undefined;
        page: number;
        size: number;
      },
    ) => {
      const found = await store.list(reader, {
        state: filter.state,
        ids: filter.payableIds,
        tradeNo: filter.q,
        from: filter.from,
        before: filter.before,
        page: filter.page,
        size: filter.size,
      });
      return { items: found.items.map((row) => listRow(row, row.refunded_cash_fen)), total: found.total };
    },
    payablesByNumber: store.payablesByNumber,
    cases: async (reader: Reader, filter: refunds.CaseFilter) => {
      const found = await refunds.listCases(reader, filter);
      return { items: found.items.map(caseView), total: found.total };
    },
    countOpenCases: refunds.countOpenCases,
  };
}

const viewOf = (row: PaymentRow): PaymentView => ({
  id: row.id,
  payableKind: row.payable_kind,
  payableId: row.payable_id,
  state: row.state,
  amountFen: row.amount_fen,
  balanceFen: row.balance_fen,
  expiresAt: row.expires_at,
  paidAt: row.paid_at,
});

const listRow = (row: PaymentRow, refundedCashFen: number): PaymentListRow => ({
  id: row.id,
  payableKind: row.payable_kind,
  payableId: row.payable_id,
  buyerId: row.buyer_id,
  amountFen: row.amount_fen,
  state: row.state,
  createdAt: row.created_at,
  paidAt: row.paid_at,
  balanceFen: row.balance_fen,
  refundedFen: refundedCashFen + row.refunded_balance_fen,
});

async function moneyOf(reader: Reader, paymentIds: readonly string[]): Promise<MoneyView> {
  const payments = await store.findMany(reader, paymentIds);
  const attempts = await store.attemptsOf(reader, paymentIds);
  const sentBack = await refunds.ofPayments(reader, paymentIds);
  const notices = await refunds.noticesOf(
    reader,
    attempts.map((attempt) => attempt.out_trade_no),
  );
  return {
    payments: payments.map((payment) => {
      const own = attempts.filter((attempt) => attempt.payment_id === payment.id);
      const refundedCashFen = own.reduce((sum, attempt) => sum + attempt.refunded_fen, 0);
      const besides = sentBack.filter((refund) => refund.payment_id === payment.id && refund.attempt_id === null);
      return {
        ...listRow(payment, refundedCashFen),
        attempts: own.map((attempt) => attemptView(attempt, sentBack)),
        walletRefunds: besides.map(refundView),
      };
    }),
    notices: notices.map(noticeView),
  };
}

/** An attempt by itself. */
export const attemptFace = (row: AttemptRow) => ({
  id: row.id,
  outTradeNo: row.out_trade_no,
  channel: row.channel,
  amountFen: row.amount_fen,
  paidFen: row.paid_fen,
  state: row.state,
  isAccepted: row.is_accepted,
  transactionId: row.transaction_id,
  createdAt: row.created_at,
  succeededAt: row.succeeded_at,
});

const attemptView = (row: AttemptRow, sentBack: readonly RefundRow[]): z.input<typeof PaymentAttempt> => ({
  ...attemptFace(row),
  refunds: sentBack.filter((refund) => refund.attempt_id === row.id).map(refundView),
});

export const refundView = (row: RefundRow): z.input<typeof RefundViewSchema> => ({
  id: row.id,
  outRefundNo: row.out_refund_no,
  amountFen: row.amount_fen,
  balanceFen: row.balance_fen,
  way: row.way,
  state: row.state,
  cause: row.cause as z.input<typeof RefundViewSchema>['cause'],
  reason: row.reason,
  tries: row.tries,
  lastError: row.last_error,
  createdAt: row.created_at,
  succeededAt: row.succeeded_at,
  receivedBy: row.received_by,
});

/** What became of a letter, in words; anything else is already a sentence. */
const VERDICTS: Readonly<Record<string, string>> = {
  accepted: '已入账',
  repeated: '重复通知，已忽略',
  changed: '退款状态已更新',
  late: '超时付款，自动原路退回',
  duplicate: '重复付款，自动原路退回',
  disputed: '金额不符，待处理',
  unknown: '无对应支付单，待处理',
  foreign: '不是本商户的款项，待处理',
  missing_header: '缺少签名信息',
  stale: '时间戳过期',
  unknown_serial: '证书序列号未知',
  bad_signature: '签名错误',
  malformed: '内容无法识别',
  undecryptable: '无法解密',
};

export const noticeView = (row: NoticeRow): z.input<typeof ProviderNotice> => ({
  id: row.id,
  eventId: row.event_id,
  eventType: row.event_type,
  outTradeNo: row.out_trade_no,
  state: row.state as z.input<typeof ProviderNotice>['state'],
  why: row.why === null ? null : (VERDICTS[row.why] ?? row.why),
  tries: row.tries,
  deliveries: row.deliveries,
  receivedAt: row.received_at,
  nextTryAt: row.next_try_at,
  ip: row.ip,
});

export function caseView(row: CaseRow): CaseView {
  const kind = row.kind as CaseView['kind'];
  return {
    id: row.id,
    kind,
    state: row.state as CaseView['state'],
    title: PAYMENT_CASE_KIND_NAMES[kind],
    detail: row.detail,
    paymentId: row.payment_id,
    refundId: row.refund_id,
    createdAt: row.created_at,
    doneAt: row.done_at,
    resolution: row.resolution,
  };
}
