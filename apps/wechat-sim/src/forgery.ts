// Notices that a shop must not believe: forged signatures, replays, and true signatures over false business facts.
import type { Ground } from './ground.ts';
import type { Parcel } from './mail.ts';
import { findOrder, paidNotice } from './orders.ts';
import { signTest } from './pay.door.ts';
import { refundNotice } from './refunds.ts';
import { chinaTime } from './clock.ts';
import type { ForgeryKind } from './surface.ts';
import { transferNotice } from './transfers.ts';
import { SimRefusal, type Delivery, type Notice, type Order, type Transfer } from './world.ts';

const staleMs = 11 * 60_000;

/** Builds one and sends it once; it is logged but never repeated. */
export function forge(ground: Ground, kind: ForgeryKind, number: string): Promise<Delivery> {
  const notice = falseNotice(ground, kind, number);
  return ground.notices.post(notice, falseParcel(ground, kind, notice), kind);
}

function falseNotice(ground: Ground, kind: ForgeryKind, number: string): Notice {
  const draft = trueDraft(ground, number);
  return {
    ...draft,
    id: `EV-FORGED${ground.chance.hex(24)}`,
    eventType: kind === 'unknown_event' ? 'COUPON.USE' : draft.eventType,
    originalType: kind === 'unknown_event' ? 'coupon' : draft.originalType,
    resource: JSON.stringify(falseFacts(kind, { ...draft.resource })),
    state: 'dropped',
    tries: 0,
    nextAt: null,
    createdAt: ground.clock.now(),
  };
}

/** What a true notice would say. An unpaid order is told as if it were paid: the forger hopes for goods. */
function trueDraft(ground: Ground, number: string) {
  const transfer = ground.world.transfers.get(number);
  if (transfer !== undefined) return falseTransfer(ground, transfer);
  const refund = ground.world.refunds.get(number);
  const order = findOrder(ground, refund?.outTradeNo ?? number);
  if (order === null) throw new SimRefusal(`没有这个订单或退款单：${number}`, 404);
  if (refund === undefined) return paidNotice(ground, order.transactionId === null ? asIfPaid(ground, order) : order);
  const finished =
    refund.state === 'PROCESSING' ? { ...refund, state: 'SUCCESS' as const, finishedAt: ground.clock.now() } : refund;
  return refundNotice(ground, finished, order, refund.notifyUrl ?? order.notifyUrl);
}

/** An open transfer is told as if the person had the money already. */
function falseTransfer(ground: Ground, transfer: Transfer) {
  const ended = ['SUCCESS', 'FAIL', 'CANCELLED'].includes(transfer.state);
  return transferNotice(ground, ended ? transfer : { ...transfer, state: 'SUCCESS' }, transfer.notifyUrl ?? '');
}

function asIfPaid(ground: Ground, order: Order): Order {
  const payerOpenid = order.openid ?? ground.people.openid(ground.people.first(), order.appid);
  const paid = { state: 'SUCCESS', paidAt: ground.clock.now(), payerOpenid, bankType: 'OTHERS' } as const;
  return {
    ...order,
    ...paid,
    transactionId: `4200${chinaTime(ground.clock.now()).replaceAll(/\D/g, '').slice(0, 14)}${ground.chance.digits(10)}`,
  };
}

function falseFacts(kind: ForgeryKind, facts: Record<string, unknown>): Record<string, unknown> {
  const amount = typeof facts.amount === 'object' && facts.amount !== null ? { ...facts.amount } : {};
  switch (kind) {
    case 'wrong_amount':
      if ('transfer_amount' in facts) return { ...facts, transfer_amount: 1 };
      return {
        ...facts,
        amount: { ...amount, total: 1, payer_total: 1, ...('refund' in amount ? { refund: 1, payer_refund: 1 } : {}) },
      };
    case 'wrong_currency':
      return { ...facts, amount: { ...amount, currency: 'USD', payer_currency: 'USD' } };
    case 'unknown_order':
      return {
        ...facts,
        out_trade_no: 'NOSUCHORDER0000000001',
        ...('out_bill_no' in facts ? { out_bill_no: 'NOSUCHTRANSFER000001' } : {}),
        ...('out_refund_no' in facts ? { out_refund_no: 'NOSUCHREFUND0000001' } : {}),
      };
    case 'other_appid':
      return { ...facts, appid: 'wxsomebodyelse0001' };
    case 'other_mchid':
      return { ...facts, ...('mch_id' in facts ? { mch_id: '1899999999' } : { mchid: '1899999999' }) };
    case 'unpaid_state':
      if ('transfer_amount' in facts) return { ...facts, state: 'WAIT_USER_CONFIRM' };
      return 'refund_status' in facts ? { ...facts, refund_status: 'PROCESSING' } : { ...facts, trade_state: 'NOTPAY' };
    default:
      return facts;
  }
}

function falseParcel(ground: Ground, kind: ForgeryKind, notice: Notice): Parcel {
  const { platform, notices, clock } = ground;
  const honest = notices.pack(notice);
  switch (kind) {
    case 'wrong_signature':
      return { ...honest, headers: platform.sign(honest.body, { serial: honest.serial, key: platform.stranger.key }) };
    case 'unknown_serial':
      return { ...honest, headers: platform.sign(honest.body, platform.stranger), serial: platform.stranger.serial };
    case 'signtest':
      return {
        ...honest,
        headers: { ...honest.headers, 'Wechatpay-Signature': signTest(honest.headers['Wechatpay-Signature'] ?? '') },
      };
    case 'stale_timestamp':
      return { ...honest, headers: platform.sign(honest.body, platform.signer(honest.serial), clock.now() - staleMs) };
    case 'missing_signature':
      return {
        ...honest,
        headers: Object.fromEntries(Object.entries(honest.headers).filter(([name]) => name !== 'Wechatpay-Signature')),
      };
    case 'tampered_ciphertext': {
      // The signature is right, the tag is not: whoever skips the tag is found out.
      const body = honest.body.replace(
        /"ciphertext":"(.)/,
        (_all, first: string) => `"ciphertext":"${first === 'A' ? 'B' : 'A'}`,
      );
      return { ...honest, body, headers: platform.sign(body, platform.signer(honest.serial)) };
    }
    default:
      return honest;
  }
}
