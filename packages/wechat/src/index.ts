// The public surface of our WeChat client.
export type { CashierParams, MiniProgramCashierParams } from './cashier.ts';
export type {
  MiniClient,
  MiniConfig,
  MiniOutcome,
  MiniRefusalKind,
  MiniSession,
  PhoneNumber,
  StoredToken,
  TokenStore,
} from './mini.ts';
export type { NoticeLetter, NoticeRejection, NoticeResult, OpenedNotice, RefundOfNotice } from './notice.ts';
export type { Ok, Outcome, RefusalKind, Refused, Unknown, UnknownWhy } from './outcome.ts';
export { refusalKind } from './outcome.ts';
export type {
  PayClient,
  PayConfig,
  PlatformCertificate,
  PrepayH5Order,
  PrepayJsapiOrder,
  PrepayOrder,
  RefundRequest,
  SealedField,
} from './pay.ts';
export { fromRfc3339, toRfc3339 } from './time.ts';
export type { CallHook, CallRecord, Fetch } from './transport.ts';
export type { Refund, RefundStatus, Transaction, TradeState } from './wire.ts';
