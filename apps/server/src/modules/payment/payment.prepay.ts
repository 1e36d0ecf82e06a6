// Asking WeChat for a cashier: one live attempt at a time, the exact request kept and replayed.
import type { PayParamsView } from '@jishi/contract';
import { h5CashierUrl, type Outcome } from '@jishi/wechat';
import QRCode from 'qrcode';
import { crashPoint } from '../../platform/crash.ts';
import type { Tx } from '../../platform/db.ts';
import { fail } from '../../platform/fail.ts';
import type { Buyer } from '../../platform/http.ts';
import { newId } from '../../platform/ids.ts';
import type { PaymentDeps, PrepayInput } from './payment.ts';
import { payByBalance, setBalance } from './payment.balance.ts';
import { natureOf, type Channels } from './payment.channels.ts';
import type { createCollecting } from './payment.collect.ts';
import { freshUntil, LIVE_ATTEMPTS, nextAttemptCheck, sameRequest, type PrepayRequest } from './payment.rules.ts';
import { newTradeNo } from './payment.settle.ts';
import * as store from './payment.store.ts';
import type { AttemptRow } from './payment.store.ts';

/** Closing one attempt and making the next may race with other tabs; after this many rounds the buyer is asked to wait. */
const ROUNDS_MAX = 3;

type Collecting = ReturnType<typeof createCollecting>;

type Till = { deps: PaymentDeps; channels: Channels };

export function createPrepaying(deps: PaymentDeps, collecting: Collecting, channels: Channels) {
  return {
    prepay: async (buyer: Buyer, input: PrepayInput): Promise<PayParamsView> => {
      const openid = input.channel === 'jsapi' ? await deps.openidOf(deps.db, buyer.id, input.platform) : null;
      if (input.channel === 'jsapi' && !openid) fail('payment.openid_missing');
      for (let round = 0; round < ROUNDS_MAX; round += 1) {
        const step = await deps.db.tx((tx) => prepare({ deps, channels }, tx, buyer, input, openid));
        if (step.kind === 'paid') return { channel: 'balance' };
        if (step.kind === 'ready') return present(deps, step.attempt, input);
        if (step.kind === 'ask') {
          const attempt = await send(deps, collecting, step.attempt);
          if (attempt) return present(deps, attempt, input);
        } else {
          await mustClose(collecting, step.attempt);
        }
      }
      return fail('payment.pending');
    },
  };
}

/** A cashier that somebody may hold is given up only after WeChat has closed it. */
async function mustClose(collecting: Collecting, attempt: AttemptRow): Promise<void> {
  const closed = await collecting.askAndClose(attempt);
  if (closed === 'paid') fail('order.already_paid');
  if (closed === 'unknown') fail('payment.pending');
}

type Step = { kind: 'ready' | 'ask' | 'close'; attempt: AttemptRow } | { kind: 'paid' };

/**
 * Decides under the payment's lock: hand out what is fresh, ask (again) with the same request, or close first. What the
 * wallet gives is held by the same commit; when it covers everything, the payment is paid by it.
 */
async function prepare(
  { deps, channels }: Till,
  tx: Tx,
  buyer: Buyer,
  input: PrepayInput,
  openid: string | null,
): Promise<Step> {
  const now = deps.clock.now();
  const owed = await store.lock(tx, input.paymentId);
  if (owed?.buyer_id !== buyer.id) fail('checkout.not_found');
  if (owed.state === 'paid') fail('order.already_paid');
  if (owed.state !== 'open') fail('checkout.not_payable');
  if (owed.expires_at <= now) fail('checkout.expired');
  const barred = await channels.barred(tx, owed.payable_kind, input);
  if (barred !== null && (input.balanceFen ?? 0) < owed.amount_fen) fail('payment.channel_barred', { why: barred });
  const live = await store.liveAttempt(tx, owed.id);
  const balanceFen = Math.min(input.balanceFen ?? 0, owed.amount_fen);
  if (live && balanceFen !== owed.balance_fen) return { kind: 'close', attempt: live };
  const payment = await setBalance(deps, tx, owed, balanceFen);
  const dueFen = payment.amount_fen - payment.balance_fen;
  if (dueFen === 0) {
    await payByBalance(deps, tx, payment);
    crashPoint('payment.balance.before-commit');
    return { kind: 'paid' };
  }
  const wanted: Omit<PrepayRequest, 'outTradeNo'> = {
    channel: input.channel,
    appid: input.channel === 'jsapi' ? deps.merchant.appids[input.platform] : deps.merchant.appids.h5,
    description: payment.description,
    totalFen: dueFen,
    timeExpire: payment.expires_at.toISOString(),
    ...(openid ? { openid } : {}),
    ...(natureOf(payment.payable_kind) === 'virtual' ? { attach: 'virtual' as const } : {}),
    ...(input.channel === 'h5' ? { payerClientIp: input.clientIp } : {}),
  };
  if (live) {
    if (!sameRequest(live.request, wanted)) return { kind: 'close', attempt: live };
    const isFresh = live.answer !== null && new Date(live.answer.freshUntil) > now;
    return { kind: isFresh ? 'ready' : 'ask', attempt: live };
  }
  const outTradeNo = newTradeNo();
  const row = {
    id: newId<'attempt'>() as string,
    payment_id: payment.id,
    channel: input.channel,
    out_trade_no: outTradeNo,
    amount_fen: dueFen,
    request: { ...wanted, outTradeNo },
    created_at: now,
    next_check_at: nextAttemptCheck(now, 0),
  };
  await store.insertAttempt(tx, row);
  const attempt = await store.attempt(tx, row.id);
  return { kind: 'ask', attempt: attempt as AttemptRow };
}

/** Sends the stored request. Null: this attempt is dead at WeChat, begin again with a new number. */
async function send(deps: PaymentDeps, collecting: Collecting, attempt: AttemptRow): Promise<AttemptRow | null> {
  crashPoint('payment.prepay.before-call');
  const asked = await call(deps, attempt.request);
  crashPoint('payment.prepay.after-call');
  if (asked.outcome === 'unknown') {
    deps.log.warn({ outTradeNo: attempt.out_trade_no, why: asked.why }, 'WeChat left a prepay open');
    return fail('payment.pending');
  }
  if (asked.outcome === 'refused') return refused(deps, collecting, attempt, asked);
  const answer = { token: asked.value, freshUntil: freshUntil(attempt.channel, deps.clock.now()).toISOString() };
  const isLive = await deps.db.tx((tx) =>
    store.moveAttempt(tx, attempt.id, LIVE_ATTEMPTS, { state: 'prepaid', answer: JSON.stringify(answer) }),
  );
  crashPoint('payment.prepay.after-record');
  if (isLive) return { ...attempt, state: 'prepaid', answer };
  // Closed or paid while WeChat was answering: nothing is handed out, and nothing stays open there.
  await deps.pay.close(attempt.out_trade_no);
  const payment = await store.find(deps.db, attempt.payment_id);
  if (payment?.state === 'paid') fail('order.already_paid');
  // Another tab has chosen another channel meanwhile: its cashier stays, and this one may ask again.
  return payment?.state === 'open' ? fail('payment.pending') : fail('checkout.not_payable');
}

async function refused(
  deps: PaymentDeps,
  collecting: Collecting,
  attempt: AttemptRow,
  asked: Outcome<string> & { outcome: 'refused' },
): Promise<null> {
  if (asked.kind === 'frequency') return fail('payment.pending');
  if (asked.kind === 'order_paid') {
    // Paid already, and the notice is on its way: the next question settles it.
    await deps.db.tx((tx) => store.touchAttempt(tx, attempt.id, { next_check_at: deps.clock.now() }));
    return fail('payment.pending');
  }
  const isDead = asked.kind === 'order_closed' || asked.kind === 'out_trade_no_used';
  // A refusal to ask again says nothing about the cashier of the first answer: that one may be open, or paid.
  if (attempt.state === 'prepaid' || asked.kind === 'out_trade_no_used') await mustClose(collecting, attempt);
  else if (!(await giveUp(deps, attempt, isDead ? 'closed' : 'failed'))) return null;
  if (isDead) return null;
  deps.log.error(
    { outTradeNo: attempt.out_trade_no, code: asked.code, requestId: asked.requestId, wechat: asked.message },
    'WeChat refused a prepay',
  );
  return fail('payment.refused', {
    why: asked.kind === 'config' || asked.kind === 'sign' ? '商户配置有误' : asked.message,
  });
}

/** Nobody was given a cashier yet; false when another tab has got one meanwhile, which the next round hands out. */
function giveUp(deps: PaymentDeps, attempt: AttemptRow, state: 'closed' | 'failed'): Promise<boolean> {
  const over = { state, closed_at: deps.clock.now(), next_check_at: null };
  return deps.db.tx((tx) => store.moveAttempt(tx, attempt.id, ['created'], over));
}

async function call(deps: PaymentDeps, request: PrepayRequest): Promise<Outcome<string>> {
  const order = {
    outTradeNo: request.outTradeNo,
    appid: request.appid,
    description: request.description,
    totalFen: request.totalFen,
    timeExpire: new Date(request.timeExpire),
    ...(request.attach ? { attach: request.attach } : {}),
  };
  if (request.channel === 'jsapi') {
    const asked = await deps.pay.prepayJsapi({ ...order, openid: request.openid ?? '' });
    return asked.outcome === 'ok' ? { ...asked, value: asked.value.prepayId } : asked;
  }
  if (request.channel === 'native') {
    const asked = await deps.pay.prepayNative(order);
    return asked.outcome === 'ok' ? { ...asked, value: asked.value.codeUrl } : asked;
  }
  const asked = await deps.pay.prepayH5({ ...order, payerClientIp: request.payerClientIp ?? '' });
  return asked.outcome === 'ok' ? { ...asked, value: asked.value.h5Url } : asked;
}

/** What the buyer's screen needs to open the cashier. */
async function present(deps: PaymentDeps, attempt: AttemptRow, input: PrepayInput): Promise<PayParamsView> {
  const token = attempt.answer?.token ?? '';
  if (attempt.channel === 'jsapi') return { channel: 'jsapi', ...deps.pay.jsapiCashier(token, attempt.request.appid) };
  if (attempt.channel === 'h5') return { channel: 'h5', h5Url: h5CashierUrl(token, input.returnTo) };
  return { channel: 'native', codeUrl: token, codeSvg: await QRCode.toString(token, { type: 'svg', margin: 1 }) };
}
