// The public surface of our WeChat client.
export { fenOfYuan, readFundBill, readTradeBill } from './bill.ts';
export type { BillReading, BillTotals, FundLine, TradeLine } from './bill.ts';
export { h5CashierUrl } from './cashier.ts';
export type { CashierParams, MiniProgramCashierParams } from './cashier.ts';
export type { PlatformCertificate } from './certificates.ts';
export { WechatConfigError } from './config-error.ts';
export { createMiniClient } from './mini.ts';
export type { MiniClient, MiniConfig, MiniSession, PageSession, PhoneNumber } from './mini.ts';
export type { MiniOutcome, MiniRefusalKind } from './mini.send.ts';
export type { StoredToken, TokenStore } from './mini.token.ts';
export type {
  NoticeLetter,
  NoticeRejection,
  NoticeResult,
  OpenedNotice,
  RefundOfNotice,
  TransferOfNotice,
} from './notice.ts';
export type { Ok, Outcome, RefusalKind, Refused, Unknown, UnknownWhy } from './outcome.ts';
export { refusalKind } from './outcome.ts';
export { createPayClient } from './pay.ts';
export type { PayClient, SealedField } from './pay.ts';
export type { BillFile, BillKind, BillTicket } from './pay.bills.ts';
export type { PayConfig } from './pay.config.ts';
export type { PrepayH5Order, PrepayJsapiOrder, PrepayOrder } from './pay.prepay.ts';
export type { RefundRequest } from './pay.refunds.ts';
export { createPushReader } from './push.ts';
export type { PushConfig, PushedMessage, PushQuery, PushReader, PushRejection, PushResult } from './push.ts';
export { createShippingClient, PARCELS_MAX, SHIPPING_STATES } from './shipping.ts';
export type {
  Logistics,
  ShippingClient,
  ShippingEntry,
  ShippingOrder,
  ShippingState,
  ShippingUpload,
} from './shipping.ts';
export { TRANSFER_MIN_FEN, TRANSFER_NAMED_FROM_FEN } from './pay.transfers.ts';
export type { TransferConfirmParams, TransferRequest } from './pay.transfers.ts';
export { fromRfc3339, toRfc3339 } from './time.ts';
export type { CallHook, CallRecord, Fetch } from './transport.ts';
export type { Refund, RefundStatus, Transaction, TradeState, Transfer, TransferState } from './wire.ts';
export { isPaid, isTransferOver } from './wire.ts';
