// Refunds (wechat.md 3): the limits, the two-phase money, and what the merchant is told.
import { chinaStamp, chinaTime, dayMs, minuteMs } from './clock.ts';
import type { Ground } from './ground.ts';
import { userAccount } from './ledger.ts';
import { canonical, checkNoticeUrl, findByTransaction, findOrder } from './orders.ts';
import type { RefundBody } from './pay.schemas.ts';
import { invalidRequest, PayRefusal } from './refusal.ts';
import type { NoticeMode } from './surface.ts';
import { SimRefusal, type Order, type Refund } from './world.ts';

const refundableForMs = 365 * dayMs;
const refundsMax = 50;
const transit = 'transit:refund';
const merchantAccount = { available: 'merchant:available', unsettled: 'merchant:unsettled' } as const;
export type RefundOutcome = 'SUCCESS' | 'ABNORMAL' | 'CLOSED';

export const refundMissing = (): PayRefusal => new PayRefusal(404, 'RESOURCE_NOT_EXISTS', '退款单不存在');

/** Accepts a refund; the same number with the same parameters gets the same refund again. */
export function createRefund(ground: Ground, body: RefundBody): Record<string, unknown> {
  if (body.notify_url !== undefined) checkNoticeUrl(ground, body.notify_url);
  const order = orderToRefund(ground, body);
  const request = canonical(body);
  const known = ground.world.refunds.get(body.out_refund_no);
  if (known !== undefined) {
    if (known.request !== request) throw invalidRequest('同一商户退款单号的请求参数与首次不一致');
    return tellRefund(ground, known);
  }
  checkLimits(ground, order, body);
  const refund = takeBack(ground, order, body, request);
  planFinish(ground, refund);
  ground.touch();
  return tellRefund(ground, refund);
}

function orderToRefund(ground: Ground, body: RefundBody): Order {
  if (body.transaction_id === undefined && body.out_trade_no === undefined)
    throw new PayRefusal(400, 'PARAM_ERROR', 'transaction_id和out_trade_no必须二选一', {
      field: '/body/transaction_id',
      issue: '必填项缺失',
      location: 'body',
    });
  const order =
    body.transaction_id === undefined
      ? findOrder(ground, body.out_trade_no ?? '')
      : findByTransaction(ground, body.transaction_id);
  if (order === null || order.transactionId === null)
    throw new PayRefusal(404, 'RESOURCE_NOT_EXISTS', '订单不存在或未支付');
  if (body.out_trade_no !== undefined && body.out_trade_no !== order.outTradeNo)
    throw invalidRequest('transaction_id与out_trade_no不一致');
  return order;
}

function checkLimits(ground: Ground, order: Order, body: RefundBody): void {
  const now = ground.clock.now();
  const earlier = order.refundNos
    .map((number) => ground.world.refunds.get(number))
    .filter((refund) => refund !== undefined);
  const last = earlier.at(-1);
  if (body.amount.total !== order.claimTotalFen)
    throw invalidRequest('订单金额或退款金额与之前请求不一致，请核实后再试');
  if (refundedFen(ground, order) + body.amount.refund > order.totalFen)
    throw invalidRequest('申请退款金额大于订单可退金额');
  if ((order.paidAt ?? 0) + refundableForMs < now) throw invalidRequest('订单已经超过可退款的最大期限');
  if (earlier.length >= refundsMax) throw invalidRequest('部分退款次数超过限制');
  if (last !== undefined && last.createdAt + minuteMs > now)
    throw invalidRequest('同一笔订单的退款请求间隔不足1分钟，请稍后再试');
}

/** What is given back or on its way back. A closed refund counts no more. */
export function refundedFen(ground: Ground, order: Order): number {
  return order.refundNos
    .map((number) => ground.world.refunds.get(number))
    .reduce((sum, refund) => sum + (refund === undefined || refund.state === 'CLOSED' ? 0 : refund.amountFen), 0);
}

/** First phase: the money leaves the merchant and waits between the two. The platform's fee comes back pro rata. */
function takeBack(ground: Ground, order: Order, body: RefundBody, request: string): Refund {
  const { ledger, clock, chance, world } = ground;
  const now = clock.now();
  const account = body.funds_account === 'AVAILABLE' ? 'available' : 'unsettled';
  const feeDue = Math.floor((order.feeFen * (refundedFen(ground, order) + body.amount.refund)) / order.totalFen);
  const feeBackFen = Math.max(0, feeDue - order.feeBackFen);
  const fromMerchant = body.amount.refund - feeBackFen;
  if (ledger.balance(merchantAccount[account]) < fromMerchant)
    throw new PayRefusal(403, 'NOT_ENOUGH', '基本账户余额不足，请充值后重新发起');
  const refund: Refund = {
    outRefundNo: body.out_refund_no,
    refundId: `5030${chinaStamp(now)}${chance.digits(10)}`,
    outTradeNo: order.outTradeNo,
    amountFen: body.amount.refund,
    reason: body.reason ?? null,
    notifyUrl: body.notify_url ?? null,
    request,
    account,
    feeBackFen,
    receiver: 'payer',
    state: 'PROCESSING',
    createdAt: now,
    finishedAt: null,
  };
  world.refunds.set(refund.outRefundNo, refund);
  world.refundIds.set(refund.refundId, refund.outRefundNo);
  order.refundNos.push(refund.outRefundNo);
  order.feeBackFen += feeBackFen;
  order.state = 'REFUND';
  const legs = { [merchantAccount[account]]: -fromMerchant, fees: -feeBackFen, [transit]: refund.amountFen };
  ledger.post({ at: now, why: 'refund accepted', ref: refund.outRefundNo, legs });
  return refund;
}

function planFinish(ground: Ground, refund: Refund): void {
  const delay = ground.merchant.refundDelayMs;
  if (delay !== null) ground.clock.at({ at: ground.clock.now() + delay, kind: 'refund', ref: refund.outRefundNo });
}

/** What the agenda rings for: nobody decided otherwise, so the refund succeeds. */
export function ringRefund(ground: Ground, outRefundNo: string): void {
  const refund = ground.world.refunds.get(outRefundNo);
  if (refund?.state === 'PROCESSING') finishRefund(ground, refund, 'SUCCESS');
}

/** Second phase: the waiting money reaches the payer, or goes back, or stays because nobody can take it. */
export function finishRefund(
  ground: Ground,
  refund: Refund,
  state: RefundOutcome,
  { notice, at }: { notice?: NoticeMode | undefined; at?: Date | undefined } = {},
): void {
  if (refund.state !== 'PROCESSING') throw new SimRefusal(`退款单已是终态：${refund.state}`);
  const order = ground.world.orders.get(refund.outTradeNo);
  if (order === undefined) throw new SimRefusal('退款单没有对应订单', 500);
  ground.clock.forget('refund', refund.outRefundNo);
  if (at !== undefined) dateBack(ground, refund, at.getTime());
  refund.state = state;
  refund.finishedAt = at?.getTime() ?? ground.clock.now();
  const legs = state === 'SUCCESS' ? successLegs(refund, order) : state === 'CLOSED' ? closedLegs(refund, order) : null;
  if (legs !== null)
    ground.ledger.post({ at: refund.finishedAt, why: `refund ${state.toLowerCase()}`, ref: refund.outRefundNo, legs });
  if (refund.notifyUrl !== null) ground.notices.create(refundNotice(ground, refund, order, refund.notifyUrl), notice);
  ground.touch();
}

/** Demo data tells of days that lie in the past: so do the bills of those days. */
function dateBack(ground: Ground, refund: Refund, at: number): void {
  refund.createdAt = at;
  const accepted = ground.world.entries.findLast(
    (entry) => entry.why === 'refund accepted' && entry.ref === refund.outRefundNo,
  );
  if (accepted !== undefined) accepted.at = at;
}

function successLegs(refund: Refund, order: Order): Record<string, number> {
  const wallet = order.bankType === 'OTHERS' ? userAccount(order.paidBy ?? '') : 'bank';
  const receiver = refund.receiver === 'payer' ? wallet : 'bank';
  return { [transit]: -refund.amountFen, [receiver]: refund.amountFen };
}

function closedLegs(refund: Refund, order: Order): Record<string, number> {
  order.feeBackFen -= refund.feeBackFen;
  const back = refund.amountFen - refund.feeBackFen;
  return { [transit]: -refund.amountFen, [merchantAccount[refund.account]]: back, fees: refund.feeBackFen };
}

/** An abnormal refund is sent again, to a bank card of the payer or of the merchant. */
export function retryAbnormal(ground: Ground, refund: Refund, type: 'USER_BANK_CARD' | 'MERCHANT_BANK_CARD'): void {
  if (refund.state !== 'ABNORMAL') throw invalidRequest('退款单不是异常状态，无法发起异常退款');
  refund.state = 'PROCESSING';
  refund.finishedAt = null;
  refund.receiver = type === 'USER_BANK_CARD' ? 'bank' : 'merchant';
  planFinish(ground, refund);
  ground.touch();
}

function receiverWords(refund: Refund, order: Order): string {
  if (refund.receiver === 'merchant') return '商户结算银行账户';
  return refund.receiver === 'payer' && order.bankType === 'OTHERS' ? '支付用户零钱' : '招商银行借记卡0403';
}

/** The answer of create and query. */
export function tellRefund(ground: Ground, refund: Refund): Record<string, unknown> {
  const order = ground.world.orders.get(refund.outTradeNo);
  if (order === undefined) throw refundMissing();
  return {
    refund_id: refund.refundId,
    out_refund_no: refund.outRefundNo,
    transaction_id: order.transactionId,
    out_trade_no: refund.outTradeNo,
    channel: refund.receiver === 'payer' ? 'ORIGINAL' : 'OTHER_BANKCARD',
    user_received_account: receiverWords(refund, order),
    ...(refund.state === 'SUCCESS' ? { success_time: chinaTime(refund.finishedAt ?? 0) } : {}),
    create_time: chinaTime(refund.createdAt),
    status: refund.state,
    funds_account: refund.account === 'available' ? 'AVAILABLE' : 'UNSETTLED',
    amount: {
      total: order.claimTotalFen,
      refund: refund.amountFen,
      from: [],
      payer_total: order.claimTotalFen,
      payer_refund: refund.amountFen,
      settlement_refund: refund.amountFen,
      settlement_total: order.claimTotalFen,
      discount_refund: 0,
      currency: 'CNY',
      refund_fee: refund.feeBackFen,
    },
    promotion_detail: [],
  };
}

export function refundNotice(ground: Ground, refund: Refund, order: Order, url: string) {
  return {
    eventType: `REFUND.${refund.state}`,
    originalType: 'refund',
    summary: { SUCCESS: '退款成功', ABNORMAL: '退款异常', CLOSED: '退款关闭', PROCESSING: '退款处理中' }[refund.state],
    subject: refund.outRefundNo,
    url,
    resource: {
      mchid: ground.merchant.mchid,
      out_trade_no: refund.outTradeNo,
      transaction_id: order.transactionId,
      out_refund_no: refund.outRefundNo,
      refund_id: refund.refundId,
      refund_status: refund.state,
      ...(refund.state === 'SUCCESS' ? { success_time: chinaTime(refund.finishedAt ?? 0) } : {}),
      user_received_account: receiverWords(refund, order),
      amount: {
        total: order.claimTotalFen,
        refund: refund.amountFen,
        payer_total: order.claimTotalFen,
        payer_refund: refund.amountFen,
      },
    },
  };
}
