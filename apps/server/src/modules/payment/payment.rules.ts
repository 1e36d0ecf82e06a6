// Pure rules of paying: the state tables, when to ask WeChat again, and which request may be replayed.
import type { ATTEMPT_STATES, PAYABLE_KINDS, PAYMENT_STATES, REFUND_STATES } from '@jishi/contract';

export type PayableKind = (typeof PAYABLE_KINDS)[number];
export type PaymentState = (typeof PAYMENT_STATES)[number];
export type AttemptState = (typeof ATTEMPT_STATES)[number];
export type RefundState = (typeof REFUND_STATES)[number];

/**
 * A payment (what is owed) and its attempts (how it was tried):
 *
 *   open ──────────────► paid          created ─► prepaid ─► succeeded   (accepted, or sent home again)
 *     └─► closing ─► closed              └──────────┴─► closed | failed
 *            └──────► paid                          └─► disputed          (another amount than asked for)
 *
 * `closed` is reached only after WeChat has said that nobody can pay any more. Money that arrives later goes home.
 */
export const PAYMENT_MOVES: Record<PaymentState, readonly PaymentState[]> = {
  open: ['closing', 'closed', 'paid'],
  closing: ['closed', 'paid'],
  closed: [],
  paid: [],
};
export const LIVE_ATTEMPTS: readonly AttemptState[] = ['created', 'prepaid'];

/**
 * A refund:
 *
 *   created ─► submitted ─► succeeded
 *      │           ├─► abnormal   the buyer's account cannot take it: a person acts, then it is asked for again
 *      │           └─► closed     WeChat gave up: a new refund with a new number
 *      └─► manual                 refused five times: a person acts, then the same number is sent again
 */
export const REFUND_MOVES: Record<RefundState, readonly RefundState[]> = {
  created: ['submitted', 'succeeded', 'abnormal', 'closed', 'manual'],
  submitted: ['succeeded', 'abnormal', 'closed'],
  abnormal: ['submitted', 'succeeded', 'closed'],
  manual: ['created', 'submitted', 'succeeded', 'abnormal', 'closed'],
  closed: [],
  succeeded: [],
};

/** A refund goes home cash first, up to the cash that is left; the rest came from the wallet and goes back there. */
export function splitRefund(amountFen: number, cashLeftFen: number): { cashFen: number; balanceFen: number } {
  const cashFen = Math.min(amountFen, Math.max(cashLeftFen, 0));
  return { cashFen, balanceFen: amountFen - cashFen };
}

const SECOND = 1000;
const MINUTE = 60 * SECOND;

/** Pauses between questions about an unpaid attempt (WeChat's advice, wechat.md 2.5); the last one repeats. */
const ATTEMPT_PAUSES_MS = [30 * SECOND, MINUTE, 3 * MINUTE, 5 * MINUTE, 10 * MINUTE, 30 * MINUTE];
/** Pauses between tries to close; the last one repeats: a payment is never left in between for good. */
const CLOSE_PAUSES_MS = [5 * SECOND, 15 * SECOND, 30 * SECOND, MINUTE, 5 * MINUTE, 10 * MINUTE];
/** Pauses after a refund that WeChat did not take (model.md 6.10); after the last a person is asked. */
const REFUND_PAUSES_MS = [MINUTE, 5 * MINUTE, 30 * MINUTE, 120 * MINUTE, 720 * MINUTE];
/** Pauses between questions about a refund under way (wechat.md 3.2); the last one repeats. */
const REFUND_CHECK_PAUSES_MS = [
  MINUTE,
  MINUTE,
  MINUTE,
  MINUTE,
  MINUTE,
  5 * MINUTE,
  10 * MINUTE,
  20 * MINUTE,
  30 * MINUTE,
];
/** Pauses before a stored notice is worked on again; after the last it is a dead letter (model.md 6.19). */
const NOTICE_PAUSES_MS = [MINUTE, 3 * MINUTE, 5 * MINUTE];

/** Silence of WeChat counts this far: money leaves within half an hour of an outage's end, and no refusal is used up. */
export const SILENT_TRIES_MAX = 2;
export const REFUND_TRIES_MAX = REFUND_PAUSES_MS.length;
export const NOTICE_RETRIES_MAX = NOTICE_PAUSES_MS.length;
/** WeChat takes this many refunds of one order, and none after this time (wechat.md 3.1). */
export const REFUNDS_PER_ORDER_MAX = 50;
const REFUNDABLE_MS = 365 * 24 * 60 * MINUTE;

/** Why WeChat will not take a refund however often it is asked, in words for staff; null when it may. */
export function barredAtWechat(paidAt: Date, acceptedBefore: number, now: Date): string | null {
  if (now.getTime() - paidAt.getTime() >= REFUNDABLE_MS) return '付款已超过 365 天，微信不再受理退款';
  if (acceptedBefore >= REFUNDS_PER_ORDER_MAX) return `该笔付款已退款 ${acceptedBefore} 次，达到微信上限`;
  return null;
}

/** WeChat takes one refund a minute for an order; a little more, because clocks differ. */
export const REFUND_APART_MS = MINUTE + 2 * SECOND;
/** A buyer's page may make us ask WeChat this often about one attempt. */
export const REFRESH_EVERY_MS = 3 * SECOND;

const pause = (plan: readonly number[], done: number) => plan[Math.min(done, plan.length - 1)] as number;

const after = (now: Date, ms: number) => new Date(now.getTime() + ms);

export const nextAttemptCheck = (now: Date, checksDone: number) => after(now, pause(ATTEMPT_PAUSES_MS, checksDone));
export const nextCloseCheck = (now: Date, checksDone: number) => after(now, pause(CLOSE_PAUSES_MS, checksDone));
export const nextRefundTry = (now: Date, triesDone: number) => after(now, pause(REFUND_PAUSES_MS, triesDone));
export const nextRefundCheck = (now: Date, checksDone: number) => after(now, pause(REFUND_CHECK_PAUSES_MS, checksDone));
export const nextNoticeTry = (now: Date, retriesDone: number) => after(now, pause(NOTICE_PAUSES_MS, retriesDone));

/** How long an answer to prepay may still be handed out, below WeChat's own 2 hours and 5 minutes. */
export function freshUntil(channel: 'jsapi' | 'native' | 'h5', now: Date): Date {
  return after(now, channel === 'h5' ? 4 * MINUTE : 110 * MINUTE);
}

/** The prepay request as stored and replayed: WeChat refuses a second one that differs in anything. */
export type PrepayRequest = {
  channel: 'jsapi' | 'native' | 'h5';
  appid: string;
  outTradeNo: string;
  description: string;
  totalFen: number;
  /** ISO-8601. */
  timeExpire: string;
  openid?: string;
  /** Told to WeChat for goods that are never sent. */
  attach?: 'virtual';
  payerClientIp?: string;
};
/** WeChat stretches a short time to pay by up to a minute, and clocks differ. */
const PAYABLE_AFTER_MS = 10 * MINUTE;

/** True when nobody can pay this request any more, whatever is still stored about it at WeChat. */
export const isPastPaying = (request: PrepayRequest, now: Date) =>
  now.getTime() >= new Date(request.timeExpire).getTime() + PAYABLE_AFTER_MS;

export type PrepayAnswer = { token: string; freshUntil: string };

/** True when `wanted` would be the same request as the stored one, number aside: then it is replayed. */
export function sameRequest(stored: PrepayRequest, wanted: Omit<PrepayRequest, 'outTradeNo'>): boolean {
  const { outTradeNo: _, ...rest } = stored;
  const keys = new Set([...Object.keys(rest), ...Object.keys(wanted)]);
  return [...keys].every((key) => rest[key as keyof typeof rest] === wanted[key as keyof typeof wanted]);
}

/** WeChat shows at most 127 characters; emoji and line breaks are left out because it refuses some of them. */
export function describe(text: string): string {
  const plain = text.replaceAll(/[\p{Extended_Pictographic}\p{C}]/gu, '').trim();
  return plain.slice(0, 60) || '商品';
}
