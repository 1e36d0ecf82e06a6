// The shapes WeChat Pay sends, read tolerantly (extra fields, missing optionals) into views our code can trust.
import { z } from 'zod';
import { fromRfc3339 } from './time.ts';

const Fen = z.number().int().nonnegative().refine(Number.isSafeInteger);
const Moment = z.string().transform((text, ctx) => {
  const at = fromRfc3339(text);
  if (at !== null) return at;
  ctx.addIssue({ code: 'custom', message: 'not an RFC 3339 time' });
  return z.NEVER;
});

/** `SUCCESS` is paid; `REFUND` is paid too, with at least one refund; all others are not paid. */
export const TradeState = z.enum(['SUCCESS', 'REFUND', 'NOTPAY', 'CLOSED', 'REVOKED', 'USERPAYING', 'PAYERROR']);
export type TradeState = z.infer<typeof TradeState>;

/** Whether money arrived at some time; a refunded order was paid before. */
export function isPaid(state: TradeState): boolean {
  return state === 'SUCCESS' || state === 'REFUND';
}

export const RefundStatus = z.enum(['PROCESSING', 'SUCCESS', 'CLOSED', 'ABNORMAL']);
export type RefundStatus = z.infer<typeof RefundStatus>;

/**
 * ACCEPTED, PROCESSING (the money is being set aside; too little money stays here), WAIT_USER_CONFIRM, TRANSFERING, CANCELING,
 * then for ever SUCCESS, FAIL or CANCELLED. Spelled with one R and one L; the other spellings are read too.
 */
export const TransferState = z.preprocess(
  (told) => (typeof told === 'string' ? (TRANSFER_SPELLINGS[told] ?? told) : told),
  z.enum(['ACCEPTED', 'PROCESSING', 'WAIT_USER_CONFIRM', 'TRANSFERING', 'CANCELING', 'SUCCESS', 'FAIL', 'CANCELLED']),
);
const TRANSFER_SPELLINGS: Readonly<Record<string, string>> = {
  TRANSFERRING: 'TRANSFERING',
  CANCELLING: 'CANCELING',
  CANCELED: 'CANCELLED',
  FAILED: 'FAIL',
};
export type TransferState = z.infer<typeof TransferState>;

/** Nothing can change any more, and for FAIL and CANCELLED the money is back. */
export function isTransferOver(state: TransferState): boolean {
  return state === 'SUCCESS' || state === 'FAIL' || state === 'CANCELLED';
}

/** A transfer as its answer, its query, its cancel or its notice tells it; each leaves something out. */
export type Transfer = {
  outBillNo: string;
  transferBillNo: string;
  state: TransferState;
  /** Open, WeChat adds some: OVERDUE_CLOSE, MCH_CANCEL, NAME_NOT_CORRECT... */
  failReason: string | null;
  /** For the confirm page; only told by the create answer, and only while WAIT_USER_CONFIRM. */
  packageInfo: string | null;
  mchid: string | null;
  amountFen: number | null;
  openid: string | null;
  createTime: Date | null;
  updateTime: Date | null;
};

/** A transaction as a query or a payment notice tells it. Compare `totalFen` (not `payerTotalFen`) with the order. */
export type Transaction = {
  mchid: string;
  appid: string;
  outTradeNo: string;
  transactionId: string | null;
  tradeState: TradeState;
  tradeStateDesc: string;
  /** JSAPI (also mini-program), NATIVE, APP, MWEB (H5)... open, WeChat adds some. */
  tradeType: string | null;
  bankType: string | null;
  attach: string | null;
  successTime: Date | null;
  openid: string | null;
  /** The amount of the order. Absent on some unpaid orders. */
  totalFen: number | null;
  /** What the person paid after WeChat's own coupons. */
  payerTotalFen: number | null;
  currency: string;
};

/** A refund as its answer, its query or its notice tells it. */
export type Refund = {
  refundId: string;
  outRefundNo: string;
  transactionId: string;
  outTradeNo: string;
  status: RefundStatus;
  channel: string | null;
  userReceivedAccount: string | null;
  successTime: Date | null;
  createTime: Date | null;
  totalFen: number;
  refundFen: number;
  payerTotalFen: number;
  payerRefundFen: number;
};

export const TransactionWire = z
  .looseObject({
    mchid: z.string().min(1),
    appid: z.string().min(1),
    out_trade_no: z.string().min(1),
    transaction_id: z.string().nullish(),
    trade_state: TradeState,
    trade_state_desc: z.string().nullish(),
    trade_type: z.string().nullish(),
    bank_type: z.string().nullish(),
    attach: z.string().nullish(),
    success_time: z.union([Moment, z.literal('').transform(() => null)]).nullish(),
    payer: z.looseObject({ openid: z.string().nullish() }).nullish(),
    amount: z
      .looseObject({ total: Fen.nullish(), payer_total: Fen.nullish(), currency: z.string().nullish() })
      .nullish(),
  })
  // Money that arrived has a number and an amount, or the answer is not understood.
  .refine((wire) => !isPaid(wire.trade_state) || (wire.transaction_id && wire.amount?.total != null))
  .transform((wire): Transaction => ({
    mchid: wire.mchid,
    appid: wire.appid,
    outTradeNo: wire.out_trade_no,
    transactionId: wire.transaction_id || null,
    tradeState: wire.trade_state,
    tradeStateDesc: wire.trade_state_desc ?? '',
    tradeType: wire.trade_type || null,
    bankType: wire.bank_type || null,
    attach: wire.attach || null,
    successTime: wire.success_time ?? null,
    openid: wire.payer?.openid || null,
    totalFen: wire.amount?.total ?? null,
    payerTotalFen: wire.amount?.payer_total ?? null,
    currency: wire.amount?.currency || 'CNY',
  }));

const refundFields = {
  refund_id: z.string().min(1),
  out_refund_no: z.string().min(1),
  transaction_id: z.string().min(1),
  out_trade_no: z.string().min(1),
  channel: z.string().nullish(),
  user_received_account: z.string().nullish(),
  success_time: z.union([Moment, z.literal('').transform(() => null)]).nullish(),
  create_time: z.union([Moment, z.literal('').transform(() => null)]).nullish(),
  amount: z.looseObject({ total: Fen, refund: Fen, payer_total: Fen.nullish(), payer_refund: Fen.nullish() }),
};
const refundBase = z.looseObject(refundFields);

function refundView(wire: z.infer<typeof refundBase>, status: RefundStatus): Refund {
  return {
    refundId: wire.refund_id,
    outRefundNo: wire.out_refund_no,
    transactionId: wire.transaction_id,
    outTradeNo: wire.out_trade_no,
    status,
    channel: wire.channel || null,
    userReceivedAccount: wire.user_received_account || null,
    successTime: wire.success_time ?? null,
    createTime: wire.create_time ?? null,
    totalFen: wire.amount.total,
    refundFen: wire.amount.refund,
    payerTotalFen: wire.amount.payer_total ?? wire.amount.total,
    payerRefundFen: wire.amount.payer_refund ?? wire.amount.refund,
  };
}

/** The API says `status`. */
export const RefundWire = z
  .looseObject({ ...refundFields, status: RefundStatus })
  .transform((wire) => refundView(wire, wire.status));

/** The notice says `refund_status` for the same thing, and names the merchant. */
export const RefundNoticeWire = z
  .looseObject({ ...refundFields, mchid: z.string().min(1), refund_status: RefundStatus })
  .transform((wire) => ({ ...refundView(wire, wire.refund_status), mchid: wire.mchid }));

const MomentOrNone = z.union([Moment, z.literal('').transform(() => null)]).nullish();

/** Documents disagree on `mch_id` and `mchid`. */
export const TransferWire = z
  .looseObject({
    out_bill_no: z.string().min(1),
    transfer_bill_no: z.string().min(1),
    state: TransferState,
    fail_reason: z.string().nullish(),
    package_info: z.string().nullish(),
    mch_id: z.string().nullish(),
    mchid: z.string().nullish(),
    transfer_amount: Fen.nullish(),
    openid: z.string().nullish(),
    create_time: MomentOrNone,
    update_time: MomentOrNone,
  })
  .transform((wire): Transfer => ({
    outBillNo: wire.out_bill_no,
    transferBillNo: wire.transfer_bill_no,
    state: wire.state,
    failReason: wire.fail_reason || null,
    packageInfo: wire.package_info || null,
    mchid: wire.mch_id || wire.mchid || null,
    amountFen: wire.transfer_amount ?? null,
    openid: wire.openid || null,
    createTime: wire.create_time ?? null,
    updateTime: wire.update_time ?? null,
  }));

/** A notice names merchant, amount and person, or it is not understood. */
export const TransferNoticeWire = TransferWire.refine(
  (told) => told.mchid !== null && told.amountFen !== null && told.openid !== null,
).transform((told) => ({
  ...told,
  mchid: told.mchid ?? '',
  amountFen: told.amountFen ?? 0,
  openid: told.openid ?? '',
}));
