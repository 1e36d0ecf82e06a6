// A shop that has lived for a while: one buyer with orders in every state, cases, a cart with a dead line, and staff.
import { adminSetProductState, cancelOrder, type Id } from '@jishi/contract';
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
  await house.settle();
  return {
    buyer,
    checkout: unpaid.id,
    paidCheckout: paid.id,
    order: order?.id ?? '',
    shipped: shipped.id,
    received: received.id,
    case: one.id,
    awaiting: other.id,
    address: address.id,
    payment: paid.paymentId ?? '',
  };
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
