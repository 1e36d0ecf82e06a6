// A shop that has lived for a while: one buyer with orders in every state, cases, a cart with a dead line, and staff.
import {
  adminGetWithdrawal,
  adminRefundRecharge,
  adminSetProductState,
  approveWithdrawals,
  cancelOrder,
  requestWithdrawal,
  savePayoutAccount,
  type Id,
} from '@jishi/contract';
import { createDesk, orderId, pieces } from '../desk.ts';
import type { BuyerSession, House } from '../house.ts';
import { key } from '../given.ts';
import type { Stall } from './stall.ts';

export type Life = {
  buyer: BuyerSession;
  checkout: string;
  paidCheckout: string;
  order: string;
  shipped: string;
  received: string;
  case: string;
  awaiting: string;
  address: string;
  payment: string;
  /** Recharges: one that can still be paid, one that was paid, one that is paid back. */
  unpaidRecharge: string;
  paidRecharge: string;
  refundedRecharge: { id: string; orderNo: string };
  withdrawals: { paid: string; waiting: string; pending: string };
};

/** Everything through real verbs. */
export async function liveAWhile(house: House, stall: Stall, buyer: BuyerSession): Promise<Life> {
  const desk = await createDesk(house);
  const { given } = house;
  const cup = { skuId: stall.cup.skuId };
  const towel = { skuId: stall.towel.skuId, quantity: 2 };
  const address = await given.address(buyer);
  const unpaid = await given.checkout(buyer, [cup, towel]);
  const paid = await given.checkout(buyer, [towel]);
  await house.wechat.pay(await given.prepaid(buyer, paid));
  await house.settle();
  const [order] = paid.orders;
  const dropped = await given.checkout(buyer, [cup]);
  await buyer.call(cancelOrder, { ...orderId(dropped.orders[0] ?? { id: '' }), reason: '不想要了' }, { key: key() });
  const shipped = await given.shippedOrder(buyer, [cup]);
  const received = await given.shippedOrder(buyer, [cup, towel]);
  await desk.receive(buyer, received);
  const whole = await desk.order(buyer, received);
  const one = await desk.ask(buyer, received, pieces(whole, 1, 0), 'return_refund');
  const other = await desk.ask(buyer, received, pieces(whole, 0, 1), 'return_refund');
  await desk.approve(other);
  await given.cartLine(buyer, stall.rice, 2);
  await given.cartLine(buyer, stall.lamp);
  await takeDown(house, stall.lamp.productId);
  const recharges = await buyPoints(house, buyer);
  await house.settle();
  return {
    buyer,
    ...recharges,
    checkout: unpaid.id,
    paidCheckout: paid.id,
    order: order?.id ?? '',
    shipped: shipped.id,
    received: received.id,
    case: one.id,
    awaiting: other.id,
    address: address.id,
    payment: paid.paymentId ?? '',
    withdrawals: await withdraw(house, buyer),
  };
}

/** Packages with every label, and recharges in the states that look different. */
async function buyPoints(house: House, buyer: BuyerSession) {
  const { given } = house;
  const { call } = await house.admin();
  const small = await given.package({ name: '体验包', priceFen: 990, points: 100, bonusPoints: 10, sortOrder: 1 });
  const large = await given.package({ name: '超值包', label: 'best_value', isRecommended: true, sortOrder: 2 });
  const soon = { label: 'limited_time', labelColor: '#1D4ED8', saleUntil: '2099-01-01T00:00:00+08:00' } as const;
  await given.package({ name: '尊享包', priceFen: 18_800, points: 2000, bonusPoints: 600, sortOrder: 3, ...soon });
  await given.package({ name: '新人包', label: 'hot_sale', perBuyerMax: 1, icon: 'gift', sortOrder: 4 });
  const refunded = await given.paidRecharge(buyer, large);
  const wish = { rechargeId: refunded.id, reason: '买错套餐', expectedFen: refunded.priceFen };
  await call(adminRefundRecharge, wish, { key: key() });
  const paid = await given.paidRecharge(buyer, large);
  const unpaid = await given.recharge(buyer, small);
  return {
    unpaidRecharge: unpaid.orderNo,
    paidRecharge: paid.orderNo,
    refundedRecharge: { id: refunded.id, orderNo: refunded.orderNo },
  };
}

/** One that has arrived, one that waits for the buyer, one that waits for finance. */
async function withdraw(house: House, buyer: BuyerSession): Promise<Life['withdrawals']> {
  const { call } = await house.admin();
  await house.given.wallet(buyer, 888_800);
  await buyer.call(savePayoutAccount, { realName: buyer.person.name, idNo: '11010519491231002X' });
  const ask = async (amountFen: number) =>
    (await buyer.call(requestWithdrawal, { amountFen, platform: 'weapp' }, { key: key() })).id;
  const send = async (id: Id<'withdrawal'>) => {
    await call(approveWithdrawals, { withdrawalIds: [id] }, { key: key() });
    await house.settle();
    return (await call(adminGetWithdrawal, { withdrawalId: id })).outBillNo ?? '';
  };
  const paid = await ask(20_000);
  const billNo = await send(paid);
  await house.wechat.confirmTransfer(billNo);
  await house.wechat.finishTransfer(billNo, 'SUCCESS');
  await house.settle();
  const waiting = await ask(128_000);
  await send(waiting);
  return { paid, waiting, pending: await ask(300_000) };
}

async function takeDown(house: House, productId: Id<'product'>): Promise<void> {
  const { call } = await house.admin();
  const { version } = await house.app.db.q
    .selectFrom('products')
    .select('version')
    .where('id', '=', productId)
    .executeTakeFirstOrThrow();
  await call(adminSetProductState, { productId, state: 'off_shelf', version });
}
