// The client of WeChat Pay v3: one typed verb per endpoint, each answering an Outcome.
import { z } from 'zod';
import { cashierParams } from './cashier.ts';
import type { CashierParams, MiniProgramCashierParams } from './cashier.ts';
import { createCertificateKeeper } from './certificates.ts';
import type { CertificateKeeper, PlatformCertificate } from './certificates.ts';
import { createExchange } from './exchange.ts';
import type { Exchange } from './exchange.ts';
import { openNotice } from './notice.ts';
import type { NoticeLetter, NoticeResult } from './notice.ts';
import { decryptField, encryptField } from './oaep.ts';
import { unknown } from './outcome.ts';
import type { Outcome } from './outcome.ts';
import { readPayConfig } from './pay.config.ts';
import type { PayConfig } from './pay.config.ts';
import { payBills } from './pay.bills.ts';
import type { BillVerbs } from './pay.bills.ts';
import { payOrders } from './pay.orders.ts';
import { payPrepay } from './pay.prepay.ts';
import type { PrepayH5Order, PrepayJsapiOrder, PrepayOrder } from './pay.prepay.ts';
import { payRefunds } from './pay.refunds.ts';
import type { RefundRequest } from './pay.refunds.ts';
import { payTransfers } from './pay.transfers.ts';
import type { TransferConfirmParams, TransferRequest } from './pay.transfers.ts';
import { createTransport } from './transport.ts';
import type { Refund, Transaction, Transfer } from './wire.ts';

export type SealedField =
  | { ok: true; keyId: string; ciphertext: string }
  | { ok: false; reason: 'too_long' | 'no_key' };

export type PayClient = BillVerbs & {
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
  /** `ok` means accepted, often WAIT_USER_CONFIRM. After anything else, query: never a new number while this one is undecided. */
  transfer(request: TransferRequest): Promise<Outcome<Transfer>>;
  queryTransfer(outBillNo: string): Promise<Outcome<Transfer>>;
  queryTransferByBillNo(transferBillNo: string): Promise<Outcome<Transfer>>;
  /** Only before the person confirms. `ok` may still be CANCELING. */
  cancelTransfer(outBillNo: string): Promise<Outcome<Transfer>>;
  /** Parameters of `wx.requestMerchantTransfer`, alike in the WeChat browser. */
  transferConfirm(packageInfo: string, appid?: string): TransferConfirmParams;
  /** Downloads the platform certificates and adds them to the keys. For a job, at most every 12 hours. */
  refreshCertificates(): Promise<Outcome<PlatformCertificate[]>>;
  /** The configuration self-test of WeChat; with `notifyUrl` it also sends a SECURITY_ECHO notice there. */
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

/** Builds the client. Throws a WechatConfigError, listing every problem, when the settings could never work. */
export function createPayClient(config: PayConfig): PayClient {
  const setup = readPayConfig(config);
  const { keys, apiV3Key, identity } = setup;
  const { guard } = config;
  const timeoutMs = config.timeoutMs ?? 8000;
  const ways = { identity, hosts: setup.hosts, publicKeyId: keys.publicKeyId, now: config.now, onCall: config.onCall };
  const exchange: Exchange = createExchange({
    ...ways,
    transport: createTransport({ fetch: config.fetch, timeoutMs, guard }),
    findKey: (serial) => keeper.findKey(serial),
    retryPauseMs: config.retryPauseMs ?? 200,
  });
  const refreshMinutes = config.certificateRefreshMinutes ?? 10;
  const keeper: CertificateKeeper = createCertificateKeeper({
    exchange,
    keys,
    apiV3Key,
    now: config.now,
    refreshMinutes,
  });
  const noticeDeps = { apiV3Key, findKey: keeper.findKey, now: config.now };

  function cashier(prepayId: string, appid: string): MiniProgramCashierParams {
    return cashierParams({ appid, prepayId, privateKey: identity.privateKey, now: config.now() });
  }

  return {
    ...payPrepay(setup, exchange),
    ...payOrders(setup, exchange),
    ...payRefunds(setup, exchange),
    ...payTransfers(setup, exchange, async () => {
      // A merchant with certificates may not have met one yet.
      if (keys.forEncryption() === null) await keeper.refresh();
      return keys.forEncryption();
    }),
    ...payBills(exchange, { ...ways, guard, timeoutMs, fetch: config.fetch ?? ((url, init) => fetch(url, init)) }),
    refreshCertificates: keeper.refresh,
    echo: (input) => echo(exchange, input),
    openNotice: (letter) => openNotice(noticeDeps, letter),
    miniProgramCashier: (prepayId, appid = setup.appid) => cashier(prepayId, appid),
    jsapiCashier: (prepayId, appid = setup.appid) => ({ appId: appid, ...cashier(prepayId, appid) }),
    sealField(plaintext) {
      const to = keys.forEncryption();
      if (to === null) return { ok: false, reason: 'no_key' };
      const ciphertext = encryptField(plaintext, to.key);
      return ciphertext === null ? { ok: false, reason: 'too_long' } : { ok: true, keyId: to.id, ciphertext };
    },
    openField: (ciphertext) => decryptField(ciphertext, identity.privateKey),
    keyIds: keys.ids,
  };
}

async function echo(
  exchange: Exchange,
  input: { message: string; notifyUrl?: string },
): Promise<Outcome<{ message: string }>> {
  const outcome = await exchange({
    endpoint: 'POST /v3/security/echo',
    method: 'POST',
    target: '/v3/security/echo',
    body: JSON.stringify({ echo_message: input.message, notify_url: input.notifyUrl }),
    answer: z.looseObject({ echo_message: z.string() }).transform((wire) => ({ message: wire.echo_message })),
    repeat: 'always',
    hides429: false,
  });
  if (outcome.outcome === 'ok' && outcome.value.message !== input.message) {
    return unknown('unreadable', { status: 200, requestId: outcome.requestId });
  }
  return outcome;
}
