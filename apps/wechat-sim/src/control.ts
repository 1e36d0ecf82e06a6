// The verbs by which tests and the home page drive the pretend WeChat. `control.http.ts` offers the same ones over HTTP.
import { dayMs, hourMs, minuteMs } from './clock.ts';
import type { Faults } from './faults.ts';
import { forge } from './forgery.ts';
import type { Ground } from './ground.ts';
import { findOrder, payOrder, whyNotPayable } from './orders.ts';
import type { PayGate } from './pay.gate.ts';
import { finishRefund, refundedFen } from './refunds.ts';
import { confirmReceipt } from './shipping.ts';
import type {
  Control,
  DeliveryView,
  NoticeView,
  OrderView,
  PayOptions,
  RefundView,
  ShipmentView,
  TransferView,
} from './surface.ts';
import { confirmTransfer, finishTransfer, retryProcessing } from './transfers.ts';
import {
  becomeWorld,
  emptyWorld,
  SimRefusal,
  type Delivery,
  type Notice,
  type Order,
  type Refund,
  type Shipment,
  type Transfer,
} from './world.ts';

type ControlParts = { ground: Ground; faults: Faults; gate: PayGate };

export function createControl(parts: ControlParts): Control {
  return {
    ...peopleVerbs(parts),
    ...payerVerbs(parts),
    ...bookVerbs(parts),
    ...refundVerbs(parts),
    ...transferVerbs(parts),
    ...billVerbs(parts),
    ...noticeVerbs(parts),
    ...shippingVerbs(parts),
    ...weatherVerbs(parts),
    ...timeVerbs(parts),
  };
}

function peopleVerbs({ ground }: ControlParts) {
  const { people, merchant, touch, world } = ground;
  const kept = <T>(value: T): T => {
    touch();
    return value;
  };
  return {
    people: () => [...world.people.values()].map(people.view),
    person: (id) => people.view(people.get(id)),
    addPerson: (input = {}) => kept(people.view(people.add(input))),
    addPeople: (count) => kept(Array.from({ length: count }, () => people.view(people.add({})))),
    loginCode: (id) => kept(people.code('login', people.get(id), merchant.appid)),
    oauthCode: (id, scope = 'snsapi_userinfo') => kept(people.code('oauth', people.get(id), merchant.oaAppid, scope)),
    phoneCode: (id) => kept(people.code('phone', people.get(id), merchant.appid)),
  } satisfies Partial<Control>;
}

function payerVerbs({ ground }: ControlParts) {
  function refuseUnlessOpen(outTradeNo: string): OrderView {
    const order = mustFind(ground, outTradeNo);
    const why = whyNotPayable(ground, order);
    if (why !== null) throw new SimRefusal(why);
    return orderView(ground, order);
  }

  async function pay(outTradeNo: string, options: PayOptions = {}) {
    const order = mustFind(ground, outTradeNo);
    const { by, ...rest } = options;
    const payer = by ?? order.openid;
    return payOrder(ground, order, { ...rest, by: payer === null ? ground.people.first() : ground.people.get(payer) });
  }

  return {
    pay,
    cancel: async (outTradeNo) => refuseUnlessOpen(outTradeNo),
    fail: async (outTradeNo) => refuseUnlessOpen(outTradeNo),
  } satisfies Partial<Control>;
}

function bookVerbs({ ground }: ControlParts) {
  const { world, ledger, clock, touch } = ground;
  return {
    order: (outTradeNo) => orderView(ground, mustFind(ground, outTradeNo)),
    orders: () => [...world.orders.keys()].map((number) => orderView(ground, mustFind(ground, number))),
    refund: (outRefundNo) => refundView(mustFindRefund(ground, outRefundNo)),
    refunds: () => [...world.refunds.values()].map(refundView),
    ledger: () => ledger.view(),
    fund({ account, amountFen }) {
      const target = `merchant:${account}`;
      if (!Number.isSafeInteger(amountFen)) throw new SimRefusal('金额须为整数分', 400);
      if (ledger.balance(target) + amountFen < 0) throw new SimRefusal('余额不足');
      ledger.post({
        at: clock.now(),
        why: 'merchant fund',
        ref: account,
        legs: { bank: -amountFen, [target]: amountFen },
      });
      retryProcessing(ground);
      touch();
      return ledger.view();
    },
    settleFunds() {
      const amountFen = ledger.balance('merchant:unsettled');
      const legs = { 'merchant:unsettled': -amountFen, 'merchant:available': amountFen };
      if (amountFen > 0) ledger.post({ at: clock.now(), why: 'settlement', ref: 'merchant', legs });
      retryProcessing(ground);
      touch();
      return ledger.view();
    },
  } satisfies Partial<Control>;
}

function refundVerbs({ ground }: ControlParts) {
  return {
    async finishRefund(outRefundNo, state, options = {}) {
      const refund = mustFindRefund(ground, outRefundNo);
      finishRefund(ground, refund, state, options);
      return refundView(refund);
    },
    refundDelay(ms) {
      ground.merchant.refundDelayMs = ms;
    },
  } satisfies Partial<Control>;
}

function transferVerbs({ ground }: ControlParts) {
  const { world, merchant } = ground;
  return {
    transfer: (outBillNo) => transferView(mustFindTransfer(ground, outBillNo)),
    transfers: () => [...world.transfers.values()].map(transferView),
    confirmTransfer: async (outBillNo, options) =>
      transferView(confirmTransfer(ground, mustFindTransfer(ground, outBillNo), options)),
    finishTransfer: async (outBillNo, state, options) =>
      transferView(finishTransfer(ground, mustFindTransfer(ground, outBillNo), state, options)),
    transferPace({ lockMs, delayMs }) {
      if (lockMs !== undefined) merchant.transferLockMs = lockMs;
      if (delayMs !== undefined) merchant.transferDelayMs = delayMs;
    },
  } satisfies Partial<Control>;
}

function billVerbs({ ground }: ControlParts) {
  const { world, touch } = ground;
  return {
    changeBill(change) {
      world.billChanges.push(change);
      touch();
    },
    billMode(mode) {
      world.billMode = mode;
      touch();
    },
    honestBills() {
      world.billChanges = [];
      world.billMode = 'honest';
      touch();
    },
  } satisfies Partial<Control>;
}

function noticeVerbs({ ground }: ControlParts) {
  const { world, notices, chance } = ground;

  async function deliver(noticeId: string, { times = 1 }: { times?: number } = {}): Promise<DeliveryView[]> {
    const notice = notices.get(noticeId);
    const done: DeliveryView[] = [];
    for (let sent = 0; sent < times; sent += 1) done.push(deliveryView(await notices.attempt(notice)));
    return done;
  }

  async function release(order: 'fifo' | 'lifo' | 'shuffled' = 'fifo'): Promise<DeliveryView[]> {
    const held = [...world.notices.values()].filter((notice) => notice.state === 'held');
    const line = order === 'fifo' ? held : order === 'lifo' ? held.toReversed() : chance.shuffled(held);
    const done: DeliveryView[] = [];
    for (const notice of line) {
      notice.state = 'scheduled';
      done.push(deliveryView(await notices.attempt(notice)));
    }
    return done;
  }

  return {
    notices: () => [...world.notices.values()].map(noticeView),
    deliveries: () => world.deliveries.map(deliveryView),
    noticesOf: (number) => [...world.notices.values()].filter((notice) => notice.subject === number).map(noticeView),
    noticeMode: (mode) => notices.mode(mode),
    deliver,
    hold(noticeId) {
      const notice = notices.get(noticeId);
      notices.hold(notice);
      return noticeView(notice);
    },
    drop(noticeId) {
      const notice = notices.get(noticeId);
      notices.drop(notice);
      return noticeView(notice);
    },
    release,
    forge: async (kind, number) => deliveryView(await forge(ground, kind, number)),
    async settle() {
      await notices.settle();
      await ground.pushes.settle();
    },
  } satisfies Partial<Control>;
}

function shippingVerbs({ ground }: ControlParts) {
  const { world, pushes } = ground;
  const shipmentOf = (outTradeNo: string): ShipmentView | null => {
    const shipment = world.shipments.get(outTradeNo);
    return shipment === undefined ? null : shipmentView(shipment);
  };
  return {
    shipments: () => [...world.shipments.values()].map(shipmentView),
    shipment: shipmentOf,
    confirmReceipt(outTradeNo) {
      confirmReceipt(ground, outTradeNo, 'payer');
      return shipmentOf(outTradeNo) ?? mustShip(outTradeNo);
    },
    pushes: () => [...world.pushes.values()].map((push) => ({ ...push, createdAt: iso(push.createdAt) })),
    pushAgain: (pushId) => pushes.again(pushId),
  } satisfies Partial<Control>;
}

function mustShip(outTradeNo: string): never {
  throw new SimRefusal(`没有发货信息：${outTradeNo}`, 404);
}

function shipmentView(shipment: Shipment): ShipmentView {
  return {
    outTradeNo: shipment.outTradeNo,
    logisticsType: shipment.logisticsType,
    isSplit: shipment.deliveryMode === 2,
    isComplete: shipment.isComplete,
    correctionUsed: shipment.correctionUsed,
    parcels: shipment.entries.map(({ trackingNo, company, desc }) => ({ trackingNo, company, desc })),
    confirmedAt: isoOrNull(shipment.confirmedAt),
    settledAt: isoOrNull(shipment.settledAt),
  };
}

const rotationSteps = { announce: 'announced', switch: 'switched', retire: 'retired', reset: 'single' } as const;

function weatherVerbs({ ground, faults }: ControlParts) {
  const { world, touch } = ground;
  return {
    signing(mode) {
      world.signing = mode;
      touch();
    },
    rotate(step) {
      world.rotation = rotationSteps[step];
      touch();
    },
    fault: (order) => faults.add(order),
    faults: () => faults.list(),
    clearFaults: () => faults.clear(),
    weather: (weather) => faults.weather(weather),
    expireTokens() {
      world.tokens.clear();
      touch();
    },
  } satisfies Partial<Control>;
}

function timeVerbs({ ground, faults, gate }: ControlParts) {
  const { world, clock, merchant } = ground;
  const { refundDelayMs, transferLockMs, transferDelayMs } = merchant;
  const now = (): Date => new Date(clock.now());

  async function advance(span: {
    ms?: number;
    seconds?: number;
    minutes?: number;
    hours?: number;
    days?: number;
  }): Promise<Date> {
    const ms =
      (span.ms ?? 0) + (span.seconds ?? 0) * 1000 + (span.minutes ?? 0) * minuteMs + (span.hours ?? 0) * hourMs;
    await ground.notices.settle();
    await clock.moveTo(clock.now() + ms + (span.days ?? 0) * dayMs);
    return now();
  }

  async function set(at: Date): Promise<Date> {
    await ground.notices.settle();
    await clock.moveTo(at.getTime());
    return now();
  }

  async function reset(): Promise<void> {
    await ground.notices.settle();
    becomeWorld(world, emptyWorld(merchant.signing));
    faults.clear();
    faults.weather(null);
    ground.notices.mode('now');
    Object.assign(merchant, { refundDelayMs, transferLockMs, transferDelayMs });
    gate.forgetNonces();
    openBooks(ground);
    ground.touch();
  }

  return { clock: { mode: clock.mode, now, advance, set }, reset } satisfies Partial<Control>;
}

/** The first day: the eight people, and the merchant's opening money. */
export function openBooks(ground: Ground): void {
  const { openingAvailableFen, openingUnsettledFen } = ground.merchant;
  ground.people.reindex();
  ground.people.moveIn();
  ground.ledger.post({
    at: ground.clock.now(),
    why: 'opening balance',
    ref: 'merchant',
    legs: {
      bank: -openingAvailableFen - openingUnsettledFen,
      'merchant:available': openingAvailableFen,
      'merchant:unsettled': openingUnsettledFen,
    },
  });
}

function mustFind(ground: Ground, outTradeNo: string): Order {
  const order = findOrder(ground, outTradeNo);
  if (order === null) throw new SimRefusal(`没有这个订单：${outTradeNo}`, 404);
  return order;
}

function mustFindRefund(ground: Ground, outRefundNo: string): Refund {
  const refund = ground.world.refunds.get(outRefundNo);
  if (refund === undefined) throw new SimRefusal(`没有这个退款单：${outRefundNo}`, 404);
  return refund;
}

function mustFindTransfer(ground: Ground, outBillNo: string): Transfer {
  const transfer = ground.world.transfers.get(outBillNo);
  if (transfer === undefined) throw new SimRefusal(`没有这个转账单：${outBillNo}`, 404);
  return transfer;
}

const iso = (ms: number): string => new Date(ms).toISOString();
const isoOrNull = (ms: number | null): string | null => (ms === null ? null : iso(ms));

function orderView(ground: Ground, order: Order): OrderView {
  return {
    outTradeNo: order.outTradeNo,
    transactionId: order.transactionId,
    kind: order.kind,
    appid: order.appid,
    description: order.description,
    totalFen: order.totalFen,
    state: order.state,
    openid: order.payerOpenid ?? order.openid,
    prepayId: order.lastPrepayId,
    codeUrl: order.codeUrl,
    h5Url: order.h5Url,
    notifyUrl: order.notifyUrl,
    refundedFen: refundedFen(ground, order),
    createdAt: iso(order.createdAt),
    payableUntil: iso(order.payableUntil),
    paidAt: isoOrNull(order.paidAt),
  };
}

function refundView(refund: Refund): RefundView {
  const { outRefundNo, refundId, outTradeNo, amountFen, state } = refund;
  return {
    outRefundNo,
    refundId,
    outTradeNo,
    amountFen,
    state,
    createdAt: iso(refund.createdAt),
    finishedAt: isoOrNull(refund.finishedAt),
  };
}

function transferView(transfer: Transfer): TransferView {
  const { outBillNo, transferBillNo, openid, amountFen, remark, state, failReason, packageInfo } = transfer;
  return {
    outBillNo,
    transferBillNo,
    openid,
    amountFen,
    remark,
    state,
    failReason,
    packageInfo,
    createdAt: iso(transfer.createdAt),
    updatedAt: iso(transfer.updatedAt),
    confirmUntil: isoOrNull(transfer.confirmUntil),
  };
}

function noticeView(notice: Notice): NoticeView {
  const { id, eventType, subject, url, state, tries } = notice;
  return {
    id,
    eventType,
    subject,
    url,
    state,
    tries,
    nextAt: isoOrNull(notice.nextAt),
    createdAt: iso(notice.createdAt),
  };
}

const deliveryView = (delivery: Delivery): DeliveryView => ({ ...delivery, at: iso(delivery.at) });
