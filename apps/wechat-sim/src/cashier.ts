// The cashier behind the pages: who may pay what, by which door (wechat.md 2.2), and how the payer gets back to the shop.
import { isIP } from 'node:net';
import { cashierMessage, rsaVerify } from './crypto.ts';
import { isRegisteredDomain, type Ground } from './ground.ts';
import { findOrder, payOrder, whyNotPayable } from './orders.ts';
import { findByPackage, whyNotConfirmable } from './transfers.ts';
import { SimRefusal, type Order, type Person, type Prepay, type Transfer } from './world.ts';

/** What a cashier page needs to know, or the sentence that it shows instead. */
export type Counter = { order: Order; prepay: Prepay; payer: Person; payerFixed: boolean };
export type Opened = Counter | { refusal: string };

export type CashierResult = 'ok' | 'cancel' | 'fail';

/** JSAPI and mini-program: the shop's own signature decides whether the cashier opens. */
export function openSigned(ground: Ground, params: URLSearchParams): Opened {
  const read = (name: string): string => params.get(name) ?? '';
  const prepayId = /^prepay_id=(.+)$/.exec(read('package'))?.[1];
  if (prepayId === undefined) return { refusal: '支付验证签名失败：package 须为 prepay_id=…' };
  if (read('signType') !== 'RSA') return { refusal: '支付验证签名失败：signType 须为 RSA' };
  if (!/^\d{10}$/.test(read('timeStamp'))) return { refusal: '支付验证签名失败：timeStamp 须为秒级时间戳字符串' };
  const found = findCounter(ground, prepayId);
  if ('refusal' in found) return found;
  const { order } = found;
  // The mini-program passes no appId: its own is meant.
  const appId = params.has('appId') ? read('appId') : order.appid;
  if (appId !== order.appid) return { refusal: '支付验证签名失败：appId 与下单时不一致' };
  const message = cashierMessage(appId, read('timeStamp'), read('nonceStr'), read('package'));
  if (!rsaVerify(ground.platform.merchantKey, message, read('paySign'))) return { refusal: '支付验证签名失败' };
  if (order.kind !== 'jsapi') return { refusal: '商户订单的下单方式与支付方式不一致' };
  return found;
}

export type H5Visit = { params: URLSearchParams; referer: string; userAgent: string; ip: string };

/** H5, outside WeChat: referer, domain, address and age decide. */
export function openH5(ground: Ground, visit: H5Visit): Opened {
  const back = visit.params.get('redirect_url');
  if (/MicroMessenger/i.test(visit.userAgent)) return { refusal: '请在微信外打开订单，进行支付' };
  if (visit.referer === '') return { refusal: '商家参数格式有误，请联系商家解决' };
  if (
    !isRegisteredDomain(ground.merchant, visit.referer) ||
    (back !== null && !isRegisteredDomain(ground.merchant, back))
  )
    return { refusal: '商家存在未配置的参数，请联系商家解决' };
  const found = findCounter(ground, visit.params.get('prepay_id') ?? '');
  if ('refusal' in found) return found;
  if (found.order.kind !== 'h5' || found.prepay.token !== visit.params.get('package'))
    return { refusal: '商家参数格式有误，请联系商家解决' };
  if (!sameNetwork(found.order.clientIp ?? '', visit.ip)) return { refusal: '网络环境未能通过安全验证，请稍后再试' };
  return found;
}

/** A scanned QR code. */
export function openScanned(ground: Ground, codeUrl: string): Opened {
  const short = /^weixin:\/\/wxpay\/bizpayurl\/up\?pr=([A-Za-z0-9]+)/.exec(codeUrl)?.[1] ?? '';
  return findCounter(ground, ground.world.qrCodes.get(short) ?? '');
}

/** A transfer's confirm page: merchant, app and package must belong together. */
export function openTransfer(ground: Ground, params: URLSearchParams): Transfer | { refusal: string } {
  const transfer = findByPackage(ground, params.get('package') ?? '');
  if (transfer === null) return { refusal: '转账信息不存在或已失效' };
  if (params.get('mchId') !== ground.merchant.mchid || params.get('appId') !== transfer.appid)
    return { refusal: '商户号或 appId 与转账单不一致' };
  const why = whyNotConfirmable(ground, transfer);
  return why === null ? transfer : { refusal: why };
}

/** By the id alone: what the pages themselves post back. */
export function findCounter(ground: Ground, prepayId: string): Opened {
  const prepay = ground.world.prepays.get(prepayId);
  const order = prepay === undefined ? null : findOrder(ground, prepay.outTradeNo);
  if (prepay === undefined || order === null) return { refusal: '该订单不存在，请核实后再试' };
  if (prepay.until <= ground.clock.now()) return { refusal: '支付请求已失效，请重新发起' };
  const why = whyNotPayable(ground, order);
  if (why !== null) return { refusal: why };
  const named = order.openid === null ? null : ground.people.find(order.openid);
  return { order, prepay, payer: named ?? ground.people.first(), payerFixed: named !== null };
}

/** The payer decides. A cancelled or failed attempt leaves the order as it was. */
export function decide(ground: Ground, prepayId: string, result: CashierResult, personId: string): Order {
  const found = findCounter(ground, prepayId);
  if ('refusal' in found) throw new SimRefusal(found.refusal);
  if (result !== 'ok') return found.order;
  const by = found.payerFixed ? found.payer : ground.people.get(personId);
  payOrder(ground, found.order, { by });
  return found.order;
}

/** An address with one more parameter, or nothing when it is no web address. */
export function withParams(address: string, extra: Record<string, string>): string | null {
  const url = URL.parse(address);
  if (url === null || (url.protocol !== 'http:' && url.protocol !== 'https:')) return null;
  // In a hash-routed page the router reads parameters behind the hash, but WeChat writes them before it: so do we.
  for (const [name, value] of Object.entries(extra)) url.searchParams.set(name, value);
  return url.href;
}

/** Development sits on one machine or one private network, whose addresses have many spellings. */
function sameNetwork(told: string, seen: string): boolean {
  const [a, b] = [plainIp(told), plainIp(seen)];
  return a === b || (isPrivate(a) && isPrivate(b));
}

const plainIp = (ip: string): string => ip.replace(/^::ffff:/i, '').toLowerCase();

export function isLoopbackIp(ip: string): boolean {
  const plain = plainIp(ip);
  return plain === '::1' || plain.startsWith('127.');
}

function isPrivate(ip: string): boolean {
  if (isIP(ip) === 4) return /^(?:127\.|10\.|192\.168\.|172\.(?:1[6-9]|2\d|3[01])\.)/.test(ip);
  return ip === '::1' || /^f[cd]/.test(ip);
}
