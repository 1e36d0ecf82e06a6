// Sending money home: refund and its query.
import type { Exchange } from './exchange.ts';
import { refusedLocally, unknown } from './outcome.ts';
import type { Outcome } from './outcome.ts';
import { notifyUrlProblem } from './pay.config.ts';
import type { PaySetup } from './pay.config.ts';
import { between, isFen, OUT_TRADE_NO, TRANSACTION_ID } from './pay.limits.ts';
import { RefundWire } from './wire.ts';
import type { Refund } from './wire.ts';

export type RefundRequest = ({ outTradeNo: string } | { transactionId: string }) & {
  /** Kept on every retry; a new one only after WeChat said CLOSED. */
  outRefundNo: string;
  refundFen: number;
  /** The total of the original order. */
  totalFen: number;
  reason?: string;
  notifyUrl?: string;
};

const OUT_REFUND_NO = /^[0-9A-Za-z_\-|*@]{1,64}$/;

export function payRefunds(setup: PaySetup, exchange: Exchange) {
  return {
    async refund(request: RefundRequest): Promise<Outcome<Refund>> {
      const problem = refundProblem(request);
      if (problem !== null) return refusedLocally(problem);
      const outcome = await exchange<Refund>({
        endpoint: 'POST /v3/refund/domestic/refunds',
        method: 'POST',
        target: '/v3/refund/domestic/refunds',
        body: JSON.stringify(refundBody(setup, request)),
        answer: RefundWire,
        // After anything that WeChat may have seen, the caller asks before it repeats.
        repeat: 'unsent',
        hides429: true,
      });
      return answerTo(request.outRefundNo, outcome);
    },
    async queryRefund(outRefundNo: string): Promise<Outcome<Refund>> {
      if (!OUT_REFUND_NO.test(outRefundNo)) return refusedLocally('outRefundNo');
      const outcome = await exchange<Refund>({
        endpoint: 'GET /v3/refund/domestic/refunds/{out_refund_no}',
        method: 'GET',
        target: `/v3/refund/domestic/refunds/${encodeURIComponent(outRefundNo)}`,
        answer: RefundWire,
        repeat: 'always',
        hides429: false,
      });
      return answerTo(outRefundNo, outcome);
    },
  };
}

function answerTo(outRefundNo: string, outcome: Outcome<Refund>): Outcome<Refund> {
  if (outcome.outcome !== 'ok' || outcome.value.outRefundNo === outRefundNo) return outcome;
  return unknown('unreadable', { status: 200, requestId: outcome.requestId });
}

function refundBody(setup: PaySetup, request: RefundRequest): Record<string, unknown> {
  return {
    transaction_id: 'transactionId' in request ? request.transactionId : undefined,
    out_trade_no: 'transactionId' in request ? undefined : request.outTradeNo,
    out_refund_no: request.outRefundNo,
    reason: request.reason,
    // Without an address WeChat may fall back to its old XML notices.
    notify_url: request.notifyUrl?.trim() ?? setup.notifyUrls.refund,
    amount: { refund: request.refundFen, total: request.totalFen, currency: 'CNY' },
  };
}

function refundProblem(request: RefundRequest): string | null {
  if (!OUT_REFUND_NO.test(request.outRefundNo)) return 'outRefundNo: 1 to 64 of 0-9 A-Z a-z _ - | * @';
  const known =
    'transactionId' in request ? TRANSACTION_ID.test(request.transactionId) : OUT_TRADE_NO.test(request.outTradeNo);
  if (!known) return 'outTradeNo or transactionId';
  if (!isFen(request.refundFen) || !isFen(request.totalFen)) return 'amounts: whole numbers of at least 1';
  if (request.refundFen > request.totalFen) return 'refundFen: more than totalFen';
  if (request.reason !== undefined && !between(request.reason, 1, 80)) return 'reason: 1 to 80 characters';
  const url = request.notifyUrl === undefined ? null : notifyUrlProblem(request.notifyUrl.trim());
  return url === null ? null : `notifyUrl: ${url}`;
}
