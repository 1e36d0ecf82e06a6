// What the buyer is told about an order. Keys are unique, so an event that comes twice says it once.
import type { Id } from '@jishi/contract';
import { assert } from '../../platform/fail.ts';
import * as store from './ordering.store.ts';
import type { Room } from './ordering.ts';

export async function paid(room: Room, orderId: Id<'order'>): Promise<void> {
  await tell(room, orderId, 'paid', (order) => ({
    title: '付款成功',
    body: `订单 ${order.orderNo} 已付款，我们会尽快为您发货`,
  }));
}

export async function cancelled(room: Room, orderId: Id<'order'>): Promise<void> {
  await tell(room, orderId, 'cancelled', (order) => ({
    title: '订单已取消',
    body: `订单 ${order.orderNo} 已取消：${order.cancelReason ?? ''}`,
  }));
}

type Words = { title: string; body: string };

async function tell(room: Room, orderId: Id<'order'>, what: string, say: (order: store.OrderRow) => Words) {
  await room.db.tx(async (tx) => {
    const order = await store.order(tx, orderId);
    assert(order, `order ${orderId} was told about and is not there`);
    const key = `order.${what}:${orderId}`;
    await room.messaging.notify(tx, { key, buyerId: order.buyerId, kind: 'order', orderId, ...say(order) });
  });
}
