// Payments: what is owed, how it is paid, and how money goes home. It knows payables, never orders.
import type {
  Id,
  In,
  Out,
  PayParamsView,
  adminListPaymentCases,
  adminResolvePaymentCase,
  adminRetryNotice,
} from '@jishi/contract';
import type { PayClient } from '@jishi/wechat';
import type { Clock } from '../../platform/clock.ts';
import type { Db, Once, Reader, Tx } from '../../platform/db.ts';
import type { Buyer, RawAnswer, RawCall, StaffSession } from '../../platform/http.ts';
import type { Log } from '../../platform/log.ts';
import type { Metrics } from '../../platform/metrics.ts';
import type { Ledger } from '../ledger/ledger.ts';
import type { Settings } from '../settings/settings.ts';
import type { Asking, Staff } from '../staff/staff.ts';
import { createChannels, type Channels } from './payment.channels.ts';
import { createCollecting } from './payment.collect.ts';
import { createDesk, type Desk } from './payment.desk.ts';
import { createHearing } from './payment.hear.ts';
import { createProofs, type PaymentProof } from './payment.proof.ts';
import { createRefunding } from './payment.refunds.ts';
import { createPrepaying } from './payment.prepay.ts';
import type { PayableKind, PaymentState, PrepayRequest, RefundState } from './payment.rules.ts';
import { createRecovering, type Known, type Recovered } from './payment.recover.ts';
import { createSettling } from './payment.settle.ts';
import type { Part } from './payment.store.ts';
import type { RefundSource } from './payment.refunds.store.ts';
import { createViews, type CaseView, type MoneyView, type PaymentListRow } from './payment.views.ts';

export type { PaymentProof } from './payment.proof.ts';
export type { Part } from './payment.store.ts';
export type { RefundSource } from './payment.refunds.store.ts';
export type { CaseView, MoneyView, PaymentListRow } from './payment.views.ts';

export type OpenPayment = {
  /** Made by the payable, so that both can be written in one go. */
  id?: Id<'payment'>;
  payableKind: PayableKind;
  /** One payment per payable. */
  payableId: string;
  buyerId: string;
  /** What the buyer pays. Zero means: nothing to pay, paid at once without WeChat. */
  amountFen: number;
  /** Whose money it becomes; sums to `amountFen`. What the shop adds comes on top of that. */
  parts: Part[];
  description: string;
  expiresAt: Date;
};
export type PaymentView = {
  id: string;
  payableKind: PayableKind;
  payableId: string;
  state: PaymentState;
  amountFen: number;
  /** What of it the wallet pays: held while it is open. */
  balanceFen: number;
  expiresAt: Date;
  paidAt: Date | null;
};
export type PrepayInput = {
  paymentId: string;
  channel: PrepayRequest['channel'];
  platform: 'weapp' | 'h5';
  /** What of it comes from the wallet; none when it is left out. The rest goes by `channel`. */
  balanceFen?: number | undefined;
  clientIp: string;
  /** Tells where the buyer stands: some goods may not be sold everywhere. */
  userAgent?: string | undefined;
  returnTo?: string | undefined;
};
export type NewRefund = {
  paymentId: string;
  amountFen: number;
  cause: 'aftersale' | 'recharge';
  refKind: string;
  /** One live refund per reference: asking again finds the first. */
  refId: string;
  reason: string;
  /** Which accounts give it: sums to `amountFen`. Its share of what the shop had added goes back to the shop. */
  sources: RefundSource[];
};
export type RefundView = {
  id: string;
  refKind: string;
  refId: string;
  paymentId: string;
  amountFen: number;
  /** What of it goes into the wallet. */
  walletFen: number;
  state: RefundState;
  succeededAt: Date | null;
};
/** A refund that is not to be tried again, and why. */
export type DeadRefund = { paymentId: string; refKind: string; refId: string; note: string };
/** What asking WeChat about an unpaid payment came to. */
export type CloseResult = 'closed' | 'paid' | 'unknown';

export type Payment = {
  /** Part: opens the payment of a payable. */
  open(tx: Tx, payment: OpenPayment): Promise<Id<'payment'>>;
  /** Why this kind cannot be paid by WeChat from here, in words for the buyer; null when it can. */
  barred: Channels['barred'];
  /** Command: asks WeChat for a cashier, re-using or closing what was tried before. */
  prepay(buyer: Buyer, input: PrepayInput): Promise<PayParamsView>;
  /** Part: nobody may start paying any more. `closing` means: call `finishClose` after commit. */
  beginClose(tx: Tx, paymentId: string): Promise<'closed' | 'closing' | 'paid'>;
  /** Command: asks WeChat, closes there, and only then here. `unknown`: a schedule goes on asking. */
  finishClose(paymentId: string): Promise<CloseResult>;
  /** Command: asks WeChat whether a live attempt was paid, at most every few seconds. */
  refresh(paymentId: string): Promise<void>;
  /** What the buyer of a payment may put into it from the wallet. */
  spendable(reader: Reader, paymentId: string): Promise<number>;
  view(reader: Reader, paymentIds: readonly string[]): Promise<Map<string, PaymentView>>;
  /** WeChat's proof of these payments; what was paid without WeChat has none. */
  proofs(reader: Reader, paymentIds: readonly string[]): Promise<Map<string, PaymentProof>>;
  proofByTradeNo(reader: Reader, outTradeNo: string): Promise<PaymentProof | null>;
  /** Asks WeChat who paid; null when it does not answer. */
  askPayer(paymentId: string): Promise<string | null>;
  /** Part: sends money home: cash first by WeChat, then what came from the wallet. Fails with `refund.too_much`. */
  refund(tx: Tx, refund: NewRefund): Promise<Id<'refund'>>;
  refundView(reader: Reader, refundIds: readonly string[]): Promise<Map<string, RefundView>>;
  refundOf(reader: Reader, refundId: string): Promise<RefundView | null>;
  /** The refund for a reference: the live one, or the last that WeChat has closed. */
  refundFor(reader: Reader, refKind: string, refId: string): Promise<RefundView | null>;
  /** Part: what WeChat has closed is not tried again, and its case is over. False when it is still alive. */
  giveUpRefund(tx: Tx, refund: DeadRefund): Promise<boolean>;
  /** Command: hears a letter from WeChat and answers in WeChat's shape. */
  hear(route: 'pay' | 'refund' | 'transfer', raw: Pick<RawCall, 'headers' | 'body'>, ip: string): Promise<RawAnswer>;
  moneyOf(reader: Reader, paymentIds: readonly string[]): Promise<MoneyView>;
  list(
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
  ): Promise<{ items: PaymentListRow[]; total: number }>;
  /** What was to be paid under a number of WeChat's or ours: transaction, attempt or refund. */
  payablesByNumber(reader: Reader, no: string): Promise<string[]>;
  cases(reader: Reader, filter: In<typeof adminListPaymentCases>): Promise<{ items: CaseView[]; total: number }>;
  countOpenCases(reader: Reader): Promise<number>;
  resolveCase(
    staff: StaffSession,
    input: In<typeof adminResolvePaymentCase>,
    asking?: Asking,
    once?: Once,
  ): Promise<CaseView>;
  /** What WeChat knows of a number of ours, without acting on it. */
  look(outTradeNo: string): Promise<Known>;
  lookRefund(outRefundNo: string): Promise<Known>;
  /** Command: asks WeChat about a number and does what its answer asks for; money that nothing answers to is kept as an orphan. */
  recover(outTradeNo: string): Promise<Recovered>;
  recoverRefund(outRefundNo: string): Promise<'changed' | 'repeated' | 'unknown' | 'no_answer'>;
  /** What staff see of attempts, refunds and letters. */
  desk: Desk;
  /** Command: staff want a letter worked on now. */
  retryNotice(
    staff: StaffSession,
    noticeId: string,
    asking?: Asking,
    once?: Once,
  ): Promise<Out<typeof adminRetryNotice>>;
  /** Job: works on one letter again. */
  workNotice(noticeId: string): Promise<void>;
  /** Job: brings one refund forward by one step at WeChat. */
  sendRefund(refundId: string): Promise<void>;
  /** Schedules: each takes a bounded batch and survives single failures. */
  sweepExpired(): Promise<void>;
  pollAttempts(): Promise<void>;
  pollRefunds(): Promise<void>;
  retryNotices(): Promise<void>;
};

export type PaymentDeps = {
  db: Db;
  clock: Clock;
  log: Log;
  metrics: Metrics;
  ledger: Ledger;
  pay: PayClient;
  /** The merchant's own numbers: a letter about another merchant's money is not ours. */
  merchant: { mchid: string; appids: { weapp: string; h5: string } };
  openidOf(reader: Reader, buyerId: string, platform: 'weapp' | 'h5'): Promise<string | null>;
  staff: Pick<Staff, 'audit'>;
  settings: Pick<Settings, 'define' | 'read'>;
};

export function createPayment(deps: PaymentDeps): Payment {
  const channels = createChannels(deps.settings);
  const settling = createSettling(deps);
  const collecting = createCollecting(deps, settling);
  const refunding = createRefunding(deps, settling);
  const prepaying = createPrepaying(deps, collecting, channels);
  const hearing = createHearing(deps, settling);
  return {
    barred: channels.barred,
    desk: createDesk(deps),
    ...createViews(deps.ledger),
    ...createProofs(deps),
    ...collecting.verbs,
    ...refunding,
    ...prepaying,
    ...hearing,
    ...createRecovering(deps, settling),
  };
}
