// What became of an order at WeChat: query, and close before anything else is done with it.
import type { Exchange } from './exchange.ts';
import { refusedLocally, unknown } from './outcome.ts';
import type { Outcome } from './outcome.ts';
import type { PaySetup } from './pay.config.ts';
import { OUT_TRADE_NO, TRANSACTION_ID } from './pay.limits.ts';
import { TransactionWire } from './wire.ts';
import type { Transaction } from './wire.ts';

export function payOrders(setup: PaySetup, exchange: Exchange) {
  async function query(endpoint: string, path: string, isAsked: (found: Transaction) => boolean) {
    const found = await exchange<Transaction>({
      endpoint,
      method: 'GET',
      target: `${path}?mchid=${encodeURIComponent(setup.mchid)}`,
      answer: TransactionWire,
      repeat: 'always',
      hides429: false,
    });
    // A signed answer may still be the answer to somebody else's question.
    if (found.outcome === 'ok' && !(isAsked(found.value) && found.value.mchid === setup.mchid)) {
      return unknown('unreadable', { status: 200, requestId: found.requestId });
    }
    return found;
  }

  return {
    async queryByOutTradeNo(outTradeNo: string): Promise<Outcome<Transaction>> {
      if (!OUT_TRADE_NO.test(outTradeNo)) return refusedLocally('outTradeNo');
      return query(
        'GET /v3/pay/transactions/out-trade-no/{out_trade_no}',
        `/v3/pay/transactions/out-trade-no/${encodeURIComponent(outTradeNo)}`,
        (found) => found.outTradeNo === outTradeNo,
      );
    },
    async queryByTransactionId(transactionId: string): Promise<Outcome<Transaction>> {
      if (!TRANSACTION_ID.test(transactionId)) return refusedLocally('transactionId');
      return query(
        'GET /v3/pay/transactions/id/{transaction_id}',
        `/v3/pay/transactions/id/${encodeURIComponent(transactionId)}`,
        (found) => found.transactionId === transactionId,
      );
    },
    async close(outTradeNo: string): Promise<Outcome<null>> {
      if (!OUT_TRADE_NO.test(outTradeNo)) return refusedLocally('outTradeNo');
      return exchange<null>({
        endpoint: 'POST /v3/pay/transactions/out-trade-no/{out_trade_no}/close',
        method: 'POST',
        target: `/v3/pay/transactions/out-trade-no/${encodeURIComponent(outTradeNo)}/close`,
        body: JSON.stringify({ mchid: setup.mchid }),
        answer: 'empty',
        repeat: 'always',
        // A payment may be racing us: whether the order is closed is open.
        hides429: true,
      });
    },
  };
}
