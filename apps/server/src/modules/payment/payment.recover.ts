// Asking WeChat about a number that somebody else has brought up: a bill, a person. What it says is acted on as always.
import { isPaid } from '@jishi/wechat';
import type { PaymentDeps } from './payment.ts';
import { keepOrphan } from './payment.hear.ts';
import type { Settling, SettleResult } from './payment.settle.ts';

/** What WeChat knows of a number. `unknown`: it did not say. */
export type Known = { state: 'there'; at: Date | null } | { state: 'unpaid' | 'absent' | 'unknown' };
/** `orphan`: paid, and nothing here answers to it; it is booked and shown to staff. */
export type Recovered = SettleResult | 'orphan' | 'unpaid' | 'absent' | 'no_answer';

export function createRecovering(deps: PaymentDeps, settling: Settling) {
  const asked = (outTradeNo: string) => deps.pay.queryByOutTradeNo(outTradeNo);
  const isAbsent = (kind: string) => kind === 'order_not_found' || kind === 'not_found';
  return {
    look: async (outTradeNo: string): Promise<Known> => {
      const found = await asked(outTradeNo);
      if (found.outcome === 'ok')
        return isPaid(found.value.tradeState) ? { state: 'there', at: found.value.successTime } : { state: 'unpaid' };
      return { state: found.outcome === 'refused' && isAbsent(found.kind) ? 'absent' : 'unknown' };
    },
    lookRefund: async (outRefundNo: string): Promise<Known> => {
      const found = await deps.pay.queryRefund(outRefundNo);
      if (found.outcome === 'ok') return { state: 'there', at: found.value.createTime };
      return { state: found.outcome === 'refused' && isAbsent(found.kind) ? 'absent' : 'unknown' };
    },
    recover: async (outTradeNo: string): Promise<Recovered> => {
      const found = await asked(outTradeNo);
      if (found.outcome !== 'ok') return found.outcome === 'refused' && isAbsent(found.kind) ? 'absent' : 'no_answer';
      if (!isPaid(found.value.tradeState)) return 'unpaid';
      const result = await settling.settle(found.value);
      if (result !== 'unknown' && result !== 'foreign') return result;
      await keepOrphan(deps, { event_id: outTradeNo }, found.value, result);
      return 'orphan';
    },
    recoverRefund: async (outRefundNo: string): Promise<'changed' | 'repeated' | 'unknown' | 'no_answer'> => {
      const found = await deps.pay.queryRefund(outRefundNo);
      return found.outcome === 'ok' ? settling.settleRefund(found.value) : 'no_answer';
    },
  };
}
