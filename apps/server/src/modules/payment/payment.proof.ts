// The proof of a payment that WeChat took: its numbers and its payer, for rooms that speak to WeChat about the goods.
import type { Id } from '@jishi/contract';
import type { Reader } from '../../platform/db.ts';
import type { PaymentDeps } from './payment.ts';
import type { PayableKind } from './payment.rules.ts';
import * as store from './payment.store.ts';

export type PaymentProof = {
  paymentId: Id<'payment'>;
  payableKind: PayableKind;
  payableId: string;
  description: string;
  transactionId: string;
  outTradeNo: string;
  appid: string;
  /** Known where we named the payer ourselves; otherwise WeChat tells it. */
  openid: string | null;
  paidAt: Date;
};

export function createProofs({ db, pay }: Pick<PaymentDeps, 'db' | 'pay'>) {
  const proofs = async (reader: Reader, paymentIds: readonly string[]): Promise<Map<string, PaymentProof>> =>
    new Map((await store.acceptedOf(reader, { paymentIds })).map((row) => [row.payment_id, proofOf(row)]));
  return {
    proofs,
    proofByTradeNo: async (reader: Reader, outTradeNo: string): Promise<PaymentProof | null> => {
      const [row] = await store.acceptedOf(reader, { outTradeNo });
      return row ? proofOf(row) : null;
    },
    askPayer: async (paymentId: string): Promise<string | null> => {
      const proof = (await proofs(db, [paymentId])).get(paymentId);
      if (!proof) return null;
      const asked = await pay.queryByOutTradeNo(proof.outTradeNo);
      return asked.outcome === 'ok' ? asked.value.openid : null;
    },
  };
}

function proofOf(row: store.AcceptedRow): PaymentProof {
  return {
    paymentId: row.payment_id as Id<'payment'>,
    payableKind: row.payable_kind as PayableKind,
    payableId: row.payable_id,
    description: row.description,
    transactionId: row.transaction_id,
    outTradeNo: row.out_trade_no,
    appid: row.request.appid,
    openid: row.request.openid ?? null,
    paidAt: row.paid_at,
  };
}
