// Shipping info of mini-program orders (wechat.md 11): uploads, the one correction, receipt, settlement, and their events.
import { dayMs, minuteMs } from './clock.ts';
import { Errcode, requireToken, type Call, type Told } from './errcode.ts';
import type { Ground } from './ground.ts';
import { findByTransaction, findOrder } from './orders.ts';
import { refundedFen } from './refunds.ts';
import { SimRefusal, type Order, type Shipment, type ShipmentEntry } from './world.ts';

const parcelsMax = 15;
const descMax = 120;
const fieldMax = 128;
const pageMax = 100;
const settleAfterReceiptMs = minuteMs;
/** When nobody confirms: an express parcel ten days after shipping, all else two. */
const autoConfirmMs = (logisticsType: number) => (logisticsType === 1 ? 10 : 2) * dayMs;
const rfc3339 = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/;

/** Only orders of the mini-program itself are managed, not those of the web page's account. */
const isManaged = (ground: Ground, order: Order) => order.appid === ground.merchant.appid && order.paidAt !== null;

export function ringReminder(ground: Ground, outTradeNo: string): void {
  const order = findOrder(ground, outTradeNo);
  if (order === null || !isManaged(ground, order) || stateOf(ground, order) !== 1) return;
  ground.pushes.send('trade_manage_remind_shipping', {
    ...namesOf(ground, order),
    msg: '订单已支付超过 48 小时，请尽快发货',
  });
}

function namesOf(ground: Ground, order: Order): Told {
  return {
    transaction_id: order.transactionId,
    merchant_id: ground.merchant.mchid,
    sub_merchant_id: '',
    merchant_trade_no: order.outTradeNo,
    pay_time: toSeconds(order.paidAt ?? 0),
  };
}

const toSeconds = (ms: number) => Math.floor(ms / 1000);
const shipmentOf = (ground: Ground, order: Order) => ground.world.shipments.get(order.outTradeNo);

/** 1 to ship, 2 shipped, 3 confirmed, 4 done, 5 refunded. */
function stateOf(ground: Ground, order: Order): number {
  const shipment = shipmentOf(ground, order);
  if (shipment?.settledAt) return 4;
  if (refundedFen(ground, order) >= order.totalFen) return 5;
  if (shipment?.confirmedAt) return 3;
  return shipment?.isComplete ? 2 : 1;
}

export function upload(ground: Ground, call: Call): Told {
  const token = requireToken(ground, call);
  const body = call.body ?? {};
  const order = orderNamed(ground, body['order_key'], token.appid);
  const wish = readUpload(ground, order, body);
  const known = shipmentOf(ground, order);
  const state = stateOf(ground, order);
  if (state !== 1 && state !== 2) throw new Errcode(10060004, '支付单处于不可发货的状态');
  if (known !== undefined && wish.uploadTime <= known.uploadTime) throw new Errcode(268485216, 'upload_time 非法');
  ground.world.shipments.set(order.outTradeNo, merged(order, known, wish));
  afterUpload(ground, order, known?.isComplete ?? false);
  return { errcode: 0, errmsg: 'ok' };
}

type Wish = Pick<Shipment, 'logisticsType' | 'deliveryMode' | 'entries' | 'isComplete' | 'uploadTime'>;

function orderNamed(ground: Ground, key: unknown, appid: string): Order {
  const named = (typeof key === 'object' && key !== null ? key : {}) as Told;
  const type = named['order_number_type'];
  if (type !== 1 && type !== 2) throw new Errcode(268485194, 'order_number_type 非法');
  if (type === 2 && !named['transaction_id']) throw new Errcode(268485195, 'transaction_id 为空');
  if (type === 1 && !named['mchid']) throw new Errcode(268485196, 'mchid 为空');
  if (type === 1 && !named['out_trade_no']) throw new Errcode(268485197, 'out_trade_no 为空');
  const order =
    type === 2
      ? findByTransaction(ground, String(named['transaction_id']))
      : named['mchid'] === ground.merchant.mchid
        ? findOrder(ground, String(named['out_trade_no']))
        : null;
  if (order === null || order.appid !== appid || !isManaged(ground, order)) throw new Errcode(10060001, '支付单不存在');
  return order;
}

function readUpload(ground: Ground, order: Order, body: Told): Wish {
  const payer = body['payer'] as Told | undefined;
  if (payer?.['openid'] !== order.payerOpenid) throw new Errcode(10060031, 'openid 与支付者不一致');
  const logisticsType = body['logistics_type'];
  const deliveryMode = body['delivery_mode'];
  if (logisticsType !== 1 && logisticsType !== 2 && logisticsType !== 3 && logisticsType !== 4)
    throw new Errcode(10060005, '物流形式有误');
  if (deliveryMode !== 1 && deliveryMode !== 2) throw new Errcode(268485224, 'delivery_mode 非法');
  if (deliveryMode === 2 && logisticsType !== 1) throw new Errcode(10060006, '非快递发货时不允许分拆发货');
  const isAll = body['is_all_delivered'];
  if (deliveryMode === 2 && typeof isAll !== 'boolean')
    throw new Errcode(10060007, '分拆发货必须填写 is_all_delivered');
  const list = Array.isArray(body['shipping_list']) ? (body['shipping_list'] as unknown[]) : [];
  if (list.length === 0) throw new Errcode(10060014, '参数错误');
  if (deliveryMode === 1 && list.length !== 1) throw new Errcode(268485228, '统一发货只允许一个物流单');
  if (list.length > parcelsMax) throw new Errcode(10060024, '物流单超过 15 个');
  const text = String(body['upload_time'] ?? '');
  const uploadTime = Date.parse(text);
  if (!rfc3339.test(text) || Number.isNaN(uploadTime)) throw new Errcode(268485216, 'upload_time 非法');
  return {
    logisticsType,
    deliveryMode,
    entries: list.map((entry) => readEntry(entry, logisticsType, ground.clock.now())),
    isComplete: deliveryMode === 1 || isAll === true,
    uploadTime,
  };
}

function readEntry(given: unknown, logisticsType: number, now: number): ShipmentEntry {
  const entry = (typeof given === 'object' && given !== null ? given : {}) as Told;
  const desc = entry['item_desc'];
  if (desc === undefined) throw new Errcode(10060020, '缺少 item_desc');
  if (typeof desc !== 'string' || desc === '') throw new Errcode(10060008, 'item_desc 为空');
  if ([...desc].length > descMax) throw new Errcode(10060009, 'item_desc 过长');
  const trackingNo = String(entry['tracking_no'] ?? '');
  const company = String(entry['express_company'] ?? '');
  if (logisticsType === 1 && trackingNo === '') throw new Errcode(268485226, 'tracking_no 为空');
  if (logisticsType === 1 && company === '') throw new Errcode(268485227, 'express_company 为空');
  if (trackingNo.length > fieldMax || company.length > fieldMax) throw new Errcode(10060026, '字段过长');
  const contact = entry['contact'] as Told | undefined;
  const number = String(contact?.['receiver_contact'] ?? contact?.['consignor_contact'] ?? '');
  if (company === 'SF' && !/\d{4}$/.test(number)) throw new Errcode(10060014, '顺丰须填写联系方式');
  if (/\d{7,}/.test(number)) throw new Errcode(10060014, '联系方式须掩码');
  return { trackingNo, company, desc, contact: number, uploadedAt: now };
}

/** Split uploads add parcels; anything after completion, or another mode, is the one correction that is allowed. */
function merged(order: Order, known: Shipment | undefined, wish: Wish): Shipment {
  const fresh = { ...wish, outTradeNo: order.outTradeNo, correctionUsed: false };
  const times = { shippedAt: null, confirmedAt: null, settledAt: null };
  if (known === undefined) return { ...times, ...fresh };
  const isSameMode = known.deliveryMode === wish.deliveryMode && known.logisticsType === wish.logisticsType;
  if (known.isComplete || !isSameMode) {
    if (isSameMode && sameEntries(known.entries, wish.entries)) throw new Errcode(10060023, '发货信息未更新');
    if (known.correctionUsed) throw new Errcode(10060003, '已使用过重新发货机会');
    return { ...known, ...wish, isComplete: known.isComplete || wish.isComplete, correctionUsed: true };
  }
  const numbers = new Set(wish.entries.map((entry) => entry.trackingNo));
  const entries = [...known.entries.filter((entry) => !numbers.has(entry.trackingNo)), ...wish.entries];
  if (entries.length > parcelsMax) throw new Errcode(10060024, '物流单超过 15 个');
  if (!wish.isComplete && sameEntries(known.entries, entries)) throw new Errcode(10060023, '发货信息未更新');
  return { ...known, ...wish, entries };
}

function sameEntries(a: readonly ShipmentEntry[], b: readonly ShipmentEntry[]): boolean {
  const told = (entries: readonly ShipmentEntry[]) =>
    JSON.stringify(
      entries
        .map(({ trackingNo, company, desc }) => `${trackingNo}/${company}/${desc}`)
        .toSorted((x, y) => (x < y ? -1 : 1)),
    );
  return told(a) === told(b);
}

function afterUpload(ground: Ground, order: Order, wasComplete: boolean): void {
  const shipment = shipmentOf(ground, order);
  if (shipment === undefined || !shipment.isComplete || wasComplete) return;
  const now = ground.clock.now();
  shipment.shippedAt = now;
  const confirmsAt = now + autoConfirmMs(shipment.logisticsType);
  ground.clock.forget('remind-shipping', order.outTradeNo);
  ground.clock.at({ at: confirmsAt, kind: 'confirm-receipt', ref: order.outTradeNo });
  ground.pushes.send('trade_manage_order_settlement', {
    ...namesOf(ground, order),
    shipped_time: toSeconds(now),
    estimated_settlement_time: toSeconds(confirmsAt + settleAfterReceiptMs),
  });
}

/** The receipt, by the payer in WeChat's own component or by the calendar. */
export function confirmReceipt(ground: Ground, outTradeNo: string, by: 'payer' | 'calendar'): void {
  const order = findOrder(ground, outTradeNo);
  const shipment = order === null ? undefined : shipmentOf(ground, order);
  if (order === null || shipment === undefined || stateOf(ground, order) !== 2) {
    if (by === 'calendar') return;
    throw new SimRefusal('订单当前状态不能确认收货');
  }
  const now = ground.clock.now();
  shipment.confirmedAt = now;
  shipment.confirmMethod = by === 'payer' ? 2 : 1;
  ground.clock.forget('confirm-receipt', outTradeNo);
  ground.clock.at({ at: now + settleAfterReceiptMs, kind: 'settle-order', ref: outTradeNo });
  ground.touch();
}

/** What was frozen is the merchant's: told with both moments. */
export function settleOrder(ground: Ground, outTradeNo: string): void {
  const order = findOrder(ground, outTradeNo);
  const shipment = order === null ? undefined : shipmentOf(ground, order);
  if (order === null || !shipment?.confirmedAt || shipment.settledAt !== null) return;
  shipment.settledAt = ground.clock.now();
  ground.pushes.send('trade_manage_order_settlement', {
    ...namesOf(ground, order),
    shipped_time: toSeconds(shipment.shippedAt ?? 0),
    confirm_receive_method: shipment.confirmMethod,
    confirm_receive_time: toSeconds(shipment.confirmedAt),
    settlement_time: toSeconds(shipment.settledAt),
  });
  ground.touch();
}

export function getOrder(ground: Ground, call: Call): Told {
  const token = requireToken(ground, call);
  const { transaction_id: transactionId, merchant_id: mchid, merchant_trade_no: outTradeNo } = call.body ?? {};
  const key = transactionId
    ? { order_number_type: 2, transaction_id: transactionId }
    : { order_number_type: 1, mchid, out_trade_no: outTradeNo };
  return { errcode: 0, errmsg: 'ok', order: tell(ground, orderNamed(ground, key, token.appid)) };
}

function tell(ground: Ground, order: Order): Told {
  const shipment = shipmentOf(ground, order);
  return {
    ...namesOf(ground, order),
    description: order.description,
    paid_amount: order.totalFen,
    openid: order.payerOpenid,
    trade_create_time: toSeconds(order.createdAt),
    order_state: stateOf(ground, order),
    in_complaint: false,
    shipping: {
      delivery_mode: shipment?.deliveryMode ?? 0,
      logistics_type: shipment?.logisticsType ?? 0,
      finish_shipping: shipment?.isComplete ?? false,
      finish_shipping_count: shipment === undefined ? 0 : shipment.correctionUsed ? 2 : 1,
      goods_desc: shipment?.entries.map((entry) => entry.desc).join('；') ?? '',
      shipping_list: (shipment?.entries ?? []).map((entry) => ({
        tracking_no: entry.trackingNo,
        express_company: entry.company,
        goods_desc: entry.desc,
        upload_time: toSeconds(entry.uploadedAt),
        contact: entry.contact === '' ? {} : { receiver_contact: entry.contact },
      })),
    },
  };
}

export function getOrderList(ground: Ground, call: Call): Told {
  const token = requireToken(ground, call);
  const { pay_time_range: range, order_state: state, openid, last_index: lastIndex, page_size: size } = call.body ?? {};
  const { begin_time: begin, end_time: end } = (range ?? {}) as { begin_time?: number; end_time?: number };
  const from = lastIndex === undefined || lastIndex === '' ? 0 : Number(lastIndex);
  if (!Number.isInteger(from) || from < 0) throw new Errcode(10060011, 'last_index 非法');
  const pageSize = size === undefined ? pageMax : Number(size);
  if (!Number.isInteger(pageSize) || pageSize < 1 || pageSize > pageMax) throw new Errcode(10060014, 'page_size 非法');
  const found = [...ground.world.orders.values()]
    .filter((order) => order.appid === token.appid && isManaged(ground, order))
    .filter((order) => begin === undefined || toSeconds(order.paidAt ?? 0) >= begin)
    .filter((order) => end === undefined || toSeconds(order.paidAt ?? 0) <= end)
    .filter((order) => state === undefined || stateOf(ground, order) === state)
    .filter((order) => openid === undefined || order.payerOpenid === openid)
    .toSorted((a, b) => (a.paidAt ?? 0) - (b.paidAt ?? 0));
  const next = from + pageSize;
  return {
    errcode: 0,
    errmsg: 'ok',
    order_list: found.slice(from, next).map((order) => tell(ground, order)),
    last_index: String(Math.min(next, found.length)),
    has_more: next < found.length,
  };
}

export function isTradeManaged(ground: Ground, call: Call): Told {
  const { appid } = requireToken(ground, call);
  if (call.body?.['appid'] !== appid) throw new Errcode(40013, 'invalid appid');
  return { errcode: 0, errmsg: 'ok', is_trade_managed: ground.merchant.tradeManaged };
}
