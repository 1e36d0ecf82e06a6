// Orders: prepay with its re-use rules (wechat.md 2.1), query, close, and what the payer's money does.
import { chinaStamp, chinaTime, dayMs, hourMs, minuteMs } from './clock.ts';
import { hostOf, isLoopbackName, type Ground } from './ground.ts';
import { userAccount } from './ledger.ts';
import type { PrepayBody } from './pay.schemas.ts';
import { invalidRequest, paramError, PayRefusal } from './refusal.ts';
import type { NoticeMode, PaySlip, TradeKind } from './surface.ts';
import { SimRefusal, type Order, type Person, type Prepay } from './world.ts';

const cashierLifeMs = { jsapi: 2 * hourMs, app: 2 * hourMs, native: 2 * hourMs, h5: 5 * minuteMs } as const;
const payableDefaultMs = 7 * dayMs;
const payableMostMs = 15 * dayMs;
const closesAfterMs = 7 * dayMs;
/** A paid order that was not shipped by then is asked about. */
const shippingReminderMs = 48 * hourMs;
const tradeTypes = { jsapi: 'JSAPI', native: 'NATIVE', h5: 'MWEB', app: 'APP' } as const;
const stateWords = { NOTPAY: '订单未支付', SUCCESS: '支付成功', REFUND: '转入退款', CLOSED: '订单已关闭' } as const;

export const orderMissing = (): PayRefusal => new PayRefusal(404, 'ORDER_NOT_EXIST', '订单不存在');

/** The order as of now: WeChat closes what stayed unpaid for seven days. */
export function findOrder(ground: Ground, outTradeNo: string): Order | null {
  const order = ground.world.orders.get(outTradeNo);
  if (order === undefined) return null;
  if (order.state === 'NOTPAY' && order.closesAt <= ground.clock.now()) order.state = 'CLOSED';
  return order;
}

export function findByTransaction(ground: Ground, transactionId: string): Order | null {
  return findOrder(ground, ground.world.transactions.get(transactionId) ?? '');
}

/** Creates an order, or gives a fresh cashier for the identical request. */
export function prepay(ground: Ground, kind: TradeKind, body: PrepayBody, callerMchid: string): Record<string, string> {
  checkRelations(ground, body, callerMchid);
  const request = canonical({ kind, body });
  const known = findOrder(ground, body.out_trade_no);
  if (known !== null) checkReuse(ground, known, request);
  const order = known ?? openOrder(ground, kind, body, request);
  const issued = issueCashier(ground, order);
  ground.touch();
  if (kind === 'native') return { code_url: order.codeUrl ?? '' };
  return kind === 'h5' ? { h5_url: order.h5Url ?? '' } : { prepay_id: issued.id };
}

function checkRelations(ground: Ground, body: PrepayBody, callerMchid: string): void {
  const { merchant, people } = ground;
  if (body.mchid !== callerMchid) throw paramError('/body/mchid', '与签名的商户号不一致', body.mchid);
  if (body.appid !== merchant.appid && body.appid !== merchant.oaAppid)
    throw new PayRefusal(400, 'APPID_MCHID_NOT_MATCH', 'appid和mch_id不匹配');
  checkNoticeUrl(ground, body.notify_url);
  if (body.payer !== undefined && !people.ownsOpenid(body.payer.openid, body.appid))
    throw paramError('/body/payer/openid', '无效的openid或与appid不匹配', body.payer.openid);
}

/** https, no query string. Plain http only to loopback and to hosts that the operator named for development. */
export function checkNoticeUrl(ground: Ground, address: string): void {
  const url = URL.parse(address);
  const host = hostOf(address);
  const plainAllowed = host !== null && (isLoopbackName(host) || ground.merchant.plainNoticeHosts.includes(host));
  if (url === null || host === null || address !== address.trim())
    throw paramError('/body/notify_url', '不是合法的URL', address);
  if (url.search !== '' || address.includes('?')) throw paramError('/body/notify_url', '不允许携带参数', address);
  if (url.protocol !== 'https:' && !plainAllowed) throw paramError('/body/notify_url', '必须为https地址', address);
}

function checkReuse(ground: Ground, order: Order, request: string): void {
  if (order.state === 'SUCCESS' || order.state === 'REFUND') throw new PayRefusal(400, 'ORDERPAID', '该订单已支付');
  if (order.state === 'CLOSED') throw new PayRefusal(400, 'ORDER_CLOSED', '该订单已关闭，请更换商户订单号后重新下单');
  if (order.request !== request)
    throw new PayRefusal(403, 'OUT_TRADE_NO_USED', '商户订单号重复，且请求参数与首次不一致');
  if (order.payableUntil <= ground.clock.now()) throw invalidRequest('订单已过支付截止时间，请关单后更换商户订单号');
}

function openOrder(ground: Ground, kind: TradeKind, body: PrepayBody, request: string): Order {
  const now = ground.clock.now();
  const asked = body.time_expire === undefined ? now + payableDefaultMs : Date.parse(body.time_expire);
  const payableUntil = Math.min(Math.max(asked, now + minuteMs), now + payableMostMs);
  const order: Order = {
    outTradeNo: body.out_trade_no,
    kind,
    appid: body.appid,
    description: body.description,
    attach: body.attach ?? null,
    deviceId: body.scene_info?.device_id ?? null,
    clientIp: body.scene_info?.payer_client_ip ?? null,
    totalFen: body.amount.total,
    claimTotalFen: body.amount.total,
    openid: body.payer?.openid ?? null,
    notifyUrl: body.notify_url,
    request,
    state: 'NOTPAY',
    createdAt: now,
    payableUntil,
    closesAt: Math.max(now + closesAfterMs, payableUntil),
    lastPrepayId: '',
    codeUrl: null,
    h5Url: null,
    transactionId: null,
    paidAt: null,
    paidBy: null,
    payerOpenid: null,
    bankType: null,
    feeFen: 0,
    feeBackFen: 0,
    refundNos: [],
  };
  ground.world.orders.set(order.outTradeNo, order);
  return order;
}

function issueCashier(ground: Ground, order: Order): Prepay {
  const { world, chance, clock } = ground;
  const now = clock.now();
  const prepay: Prepay = {
    id: `wx${chinaStamp(now).slice(2)}${chance.hex(20).toLowerCase()}0000`,
    outTradeNo: order.outTradeNo,
    kind: order.kind,
    until: now + cashierLifeMs[order.kind],
    token: chance.digits(10),
  };
  world.prepays.set(prepay.id, prepay);
  order.lastPrepayId = prepay.id;
  if (order.kind === 'native') {
    const short = chance.letters(9);
    world.qrCodes.set(short, prepay.id);
    order.codeUrl = `weixin://wxpay/bizpayurl/up?pr=${short}&groupid=00`;
  }
  if (order.kind === 'h5')
    order.h5Url = `${ground.publicUrl()}/cgi-bin/mmpayweb-bin/checkmweb?prepay_id=${prepay.id}&package=${prepay.token}`;
  return prepay;
}

/** What query and notice tell of an order. Unpaid ones say little. */
export function tellOrder(ground: Ground, order: Order): Record<string, unknown> {
  const paid = order.transactionId !== null && order.paidAt !== null;
  return {
    appid: order.appid,
    mchid: ground.merchant.mchid,
    out_trade_no: order.outTradeNo,
    trade_state: order.state,
    trade_state_desc: stateWords[order.state],
    ...(paid ? tellPaid(order, order.paidAt ?? 0) : { amount: { total: order.totalFen, currency: 'CNY' } }),
    ...(order.deviceId === null ? {} : { scene_info: { device_id: order.deviceId } }),
  };
}

function tellPaid(order: Order, paidAt: number): Record<string, unknown> {
  return {
    transaction_id: order.transactionId,
    trade_type: tradeTypes[order.kind],
    bank_type: order.bankType,
    ...(order.attach === null ? {} : { attach: order.attach }),
    success_time: chinaTime(paidAt),
    payer: { openid: order.payerOpenid },
    amount: { total: order.claimTotalFen, payer_total: order.claimTotalFen, currency: 'CNY', payer_currency: 'CNY' },
    promotion_detail: [],
  };
}

/** 204 for unpaid and for closed orders; a paid one stays paid. */
export function closeOrder(ground: Ground, outTradeNo: string, mchid: string, callerMchid: string): void {
  if (mchid !== callerMchid) throw paramError('/body/mchid', '与签名的商户号不一致', mchid);
  const order = findOrder(ground, outTradeNo);
  if (order === null) throw orderMissing();
  if (order.state === 'SUCCESS' || order.state === 'REFUND') throw new PayRefusal(400, 'ORDERPAID', '该订单已支付');
  order.state = 'CLOSED';
  ground.touch();
}

export type Payment = {
  by: Person;
  notice?: NoticeMode | undefined;
  delayMs?: number | undefined;
  claimTotalFen?: number | undefined;
  /** A payment that was under way before the order was closed or expired. */
  force?: boolean | undefined;
  at?: Date | undefined;
};

/** Why this order cannot be paid now, in the cashier's words; nothing when it can. */
export function whyNotPayable(ground: Ground, order: Order): string | null {
  if (order.state === 'SUCCESS' || order.state === 'REFUND') return '该订单已支付';
  if (order.state === 'CLOSED') return '该订单已关闭';
  return order.payableUntil <= ground.clock.now() ? '支付请求已失效，请重新发起' : null;
}

/**
 * Goods that are never sent may not be bought by WeChat Pay in a mini-program on an iPhone. The real WeChat finds out by
 * review; here the merchant says so himself, in `attach`.
 */
export function whyNotHere(ground: Ground, order: Order, payer: Person): string | null {
  const isMiniProgram = order.kind === 'jsapi' && order.appid === ground.merchant.appid;
  const isBarred = isMiniProgram && payer.device === 'ios' && order.attach === 'virtual';
  return isBarred ? '由于相关规范，iOS 端小程序暂不支持购买虚拟商品' : null;
}

/** The payer's money moves, the order is paid, the merchant is told. */
export function payOrder(ground: Ground, order: Order, payment: Payment): PaySlip {
  const why = whyNotPayable(ground, order);
  if (why !== null && (payment.force !== true || order.transactionId !== null)) throw new SimRefusal(why);
  const rule = payment.force === true ? null : whyNotHere(ground, order, payment.by);
  if (rule !== null) throw new SimRefusal(rule);
  const payerOpenid = ground.people.openid(payment.by, order.appid);
  if (order.openid !== null && order.openid !== payerOpenid) throw new SimRefusal('下单用户与支付用户不一致');
  const now = payment.at?.getTime() ?? ground.clock.now();
  Object.assign(order, {
    state: 'SUCCESS',
    transactionId: `4200${chinaStamp(now)}${ground.chance.digits(10)}`,
    paidAt: now,
    paidBy: payment.by.id,
    payerOpenid,
    claimTotalFen: payment.claimTotalFen ?? order.totalFen,
    feeFen: Math.round((order.totalFen * ground.merchant.feeBps) / 10_000),
  } satisfies Partial<Order>);
  takeMoney(ground, order, payment.by);
  const transactionId = order.transactionId ?? '';
  ground.world.transactions.set(transactionId, order.outTradeNo);
  ground.clock.at({ at: now + shippingReminderMs, kind: 'remind-shipping', ref: order.outTradeNo });
  const notice = ground.notices.create(paidNotice(ground, order), payment.notice, payment.delayMs);
  return { outTradeNo: order.outTradeNo, transactionId, noticeId: notice.id };
}

/** From the wallet if it suffices, else from the payer's bank card. */
function takeMoney(ground: Ground, order: Order, payer: Person): void {
  const account = userAccount(payer.id);
  const fromWallet = ground.ledger.balance(account) >= order.totalFen;
  order.bankType = fromWallet ? 'OTHERS' : 'CMB_DEBIT';
  ground.ledger.post({
    at: order.paidAt ?? ground.clock.now(),
    why: 'payment',
    ref: order.outTradeNo,
    legs: {
      [fromWallet ? account : 'bank']: -order.totalFen,
      'merchant:unsettled': order.totalFen - order.feeFen,
      fees: order.feeFen,
    },
  });
}

export function paidNotice(ground: Ground, order: Order) {
  return {
    eventType: 'TRANSACTION.SUCCESS',
    originalType: 'transaction',
    summary: '支付成功',
    subject: order.outTradeNo,
    url: order.notifyUrl,
    resource: tellOrder(ground, order),
  };
}

/** JSON with sorted keys: equal requests give equal text. */
export function canonical(value: unknown): string {
  return JSON.stringify(value, (_key, part: unknown) =>
    typeof part === 'object' && part !== null && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1)))
      : part,
  );
}
