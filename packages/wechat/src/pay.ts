// The client of WeChat Pay v3: one typed verb per endpoint, each answering an Outcome.
import type { CashierParams, MiniProgramCashierParams } from './cashier.ts';
import type { NoticeLetter, NoticeResult } from './notice.ts';
import type { Outcome } from './outcome.ts';
import type { CallHook, Fetch } from './transport.ts';
import type { Refund, Transaction } from './wire.ts';

export type PayConfig = {
  mchid: string;
  /** Default appid; each prepay may name another one that is bound to the merchant. */
  appid: string;
  /** Serial of the merchant API certificate: upper-case hex, leading zero kept. */
  serialNo: string;
  privateKeyPem: string;
  /** Exactly 32 bytes. */
  apiV3Key: string;
  baseUrl: string;
  /** The twin host, tried only after a connection could not be made. */
  fallbackBaseUrl?: string;
  /** WeChat Pay public key mode. May be held together with certificates while a merchant switches. */
  publicKey?: { id: string; pem: string };
  /** Platform certificates known from an earlier run; more are fetched when an unknown serial appears. */
  platformCertificates?: string[];
  notifyUrls: { pay: string; refund: string };
  now: () => Date;
  fetch?: Fetch;
  /** For one try, answer body included. Default 8000. */
  timeoutMs?: number;
  /** Pause before a second try, doubled before the third. Default 200. */
  retryPauseMs?: number;
  /** An unknown serial triggers at most one certificate download in this many minutes. Default 10. */
  certificateRefreshMinutes?: number;
  onCall?: CallHook;
  /** Runs before every network call; the server throws here when it is inside a transaction. */
  guard?: () => void;
};

/** The same input gives the same bytes, so a stored input can be replayed as WeChat demands. */
export type PrepayOrder = {
  outTradeNo: string;
  description: string;
  totalFen: number;
  /** Latest moment to pay. It does not close the order. Store it: a replay must repeat it. */
  timeExpire?: Date;
  attach?: string;
  goodsTag?: string;
  notifyUrl?: string;
  appid?: string;
  profitSharing?: boolean;
  payerClientIp?: string;
};
export type PrepayJsapiOrder = PrepayOrder & { openid: string };
export type PrepayH5Order = PrepayOrder & { payerClientIp: string; h5Type?: 'Wap' | 'iOS' | 'Android' };

export type RefundRequest = ({ outTradeNo: string } | { transactionId: string }) & {
  /** Kept on every retry; a new one only after WeChat said CLOSED. */
  outRefundNo: string;
  refundFen: number;
  /** The total of the original order. */
  totalFen: number;
  reason?: string;
  notifyUrl?: string;
};

export type PlatformCertificate = { serialNo: string; effectiveTime: Date; expireTime: Date };

export type SealedField =
  | { ok: true; keyId: string; ciphertext: string }
  | { ok: false; reason: 'too_long' | 'no_key' };

export type PayClient = {
  /** For the mini-program and for the WeChat browser. The prepay id lives 2 hours. */
  prepayJsapi(order: PrepayJsapiOrder): Promise<Outcome<{ prepayId: string }>>;
  /** A QR code, 2 hours. */
  prepayNative(order: PrepayOrder): Promise<Outcome<{ codeUrl: string }>>;
  /** A page for browsers outside WeChat, 5 minutes. */
  prepayH5(order: PrepayH5Order): Promise<Outcome<{ h5Url: string }>>;
  queryByOutTradeNo(outTradeNo: string): Promise<Outcome<Transaction>>;
  queryByTransactionId(transactionId: string): Promise<Outcome<Transaction>>;
  /** After anything but `ok`, query: a close that failed may hide a payment. */
  close(outTradeNo: string): Promise<Outcome<null>>;
  /** `ok` means accepted, usually PROCESSING. After `unknown`, query by the same number. */
  refund(request: RefundRequest): Promise<Outcome<Refund>>;
  queryRefund(outRefundNo: string): Promise<Outcome<Refund>>;
  /** Downloads the platform certificates and adds them to the keys. For a job, at most every 12 hours. */
  refreshCertificates(): Promise<Outcome<PlatformCertificate[]>>;
  /** The configuration self-test of WeChat; with `notify` it also sends a SECURITY_ECHO notice. */
  echo(input: { message: string; notifyUrl?: string }): Promise<Outcome<{ message: string }>>;
  /** Verifies, decrypts and reads a notice. Never throws on what was received. */
  openNotice(letter: NoticeLetter): Promise<NoticeResult>;
  /** Parameters of `wx.requestPayment`. */
  miniProgramCashier(prepayId: string, appid?: string): MiniProgramCashierParams;
  /** Parameters of `getBrandWCPayRequest`; appid must be the one of the prepay. */
  jsapiCashier(prepayId: string, appid?: string): CashierParams;
  /** Encrypts one sensitive field for WeChat; send `keyId` as Wechatpay-Serial. At most 214 bytes. */
  sealField(plaintext: string): SealedField;
  /** Decrypts a sensitive field of an answer; null when it is not for us. */
  openField(ciphertext: string): string | null;
  /** Ids of the keys that verify WeChat right now, for a health page. */
  keyIds(): string[];
};
