// Every event there is, with its payload: the nervous system on one page. Payloads carry ids, never copies.
import {
  AftersaleId,
  BuyerId,
  CheckoutId,
  OrderId,
  ParcelId,
  PaymentId,
  ProductId,
  RechargeId,
  RefundId,
  WithdrawalId,
} from '@jishi/contract';
import { z } from 'zod';

export const events = {
  /** Title, price, pictures or shelf state changed. */
  'product.changed': z.object({ productId: ProductId }),
  /** A checkout was placed and its stock is held. */
  'checkout.placed': z.object({ checkoutId: CheckoutId }),
  /** The money of a payable has arrived, exactly once per payment. */
  'payment.succeeded': z.object({ paymentId: PaymentId }),
  /** WeChat has confirmed that nobody can pay any more: stock may go back. */
  'payment.closed': z.object({ paymentId: PaymentId }),
  /** A refund is written down and has to be sent to WeChat. */
  'refund.created': z.object({ refundId: RefundId }),
  /** The money is back with the buyer, exactly once per refund. */
  'refund.succeeded': z.object({ refundId: RefundId }),
  /** WeChat gave up for good; a person has to decide. */
  'refund.failed': z.object({ refundId: RefundId }),
  /** Points were bought and are credited. */
  'recharge.paid': z.object({ rechargeId: RechargeId }),
  /** A recharge is paid back and its points are gone, as WeChat says. */
  'recharge.refunded': z.object({ rechargeId: RechargeId }),
  /** Staff want a letter of WeChat worked on now. */
  'notice.retried': z.object({ noticeId: z.uuid() }),
  'order.paid': z.object({ orderId: OrderId }),
  'order.cancelled': z.object({ orderId: OrderId }),
  'order.shipped': z.object({ orderId: OrderId, parcelId: ParcelId }),
  /** A parcel's number or carrier was corrected. */
  'parcel.corrected': z.object({ orderId: OrderId, parcelId: ParcelId }),
  /** WeChat has pushed an event about the mini-program, and it is written down. */
  'wechat.pushed': z.object({ pushId: z.uuid() }),
  'order.received': z.object({ orderId: OrderId }),
  /** Pieces of the order were refunded, some or all. */
  'order.refunded': z.object({ orderId: OrderId }),
  /** The after-sale window is over: what was deferred is earned. */
  'order.completed': z.object({ orderId: OrderId }),
  'aftersale.requested': z.object({ aftersaleId: AftersaleId }),
  'aftersale.decided': z.object({ aftersaleId: AftersaleId }),
  'aftersale.done': z.object({ aftersaleId: AftersaleId }),
  /** Finance has agreed: it may be sent to WeChat. */
  'withdrawal.approved': z.object({ withdrawalId: WithdrawalId }),
  /** The buyer wants it back although WeChat has it already. */
  'withdrawal.cancel_asked': z.object({ withdrawalId: WithdrawalId }),
  /** WeChat has told something about a transfer; what is true is asked. */
  'transfer.heard': z.object({ outBillNo: z.string() }),
  /** Staff want the whole ledger looked at. */
  'ledger.verifyAsked': z.object({ by: z.string() }),
  /** Staff want a day compared with WeChat's bills now. */
  'reconcile.asked': z.object({ day: z.iso.date(), byName: z.string() }),
  'buyer.blocked': z.object({ buyerId: BuyerId }),
} as const;

export type EventName = keyof typeof events;
export type EventPayload<N extends EventName> = z.output<(typeof events)[N]>;
