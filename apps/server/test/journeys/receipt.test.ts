// From the parcel to WeChat's settlement, over HTTP: told, confirmed there, pushed to us, received here.
import { adminListShippingUploads, getOrder } from '@jishi/contract';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createDesk } from '../desk.ts';
import { house as buildHouse, type House, type StaffClient } from '../house.ts';

let house: House;
let admin: StaffClient;
beforeAll(async () => {
  house = await buildHouse();
  admin = await house.admin();
});
afterAll(() => house.close());

const uploadOf = async (orderNo: string) => {
  const { items } = await admin.call(adminListShippingUploads, { q: orderNo });
  return items[0];
};

test('shipped, told to WeChat, confirmed in its component, settled: each step is heard of', async () => {
  const buyer = await house.given.buyer();
  const { skuId } = await house.given.sku({ stock: 3 });
  const order = await house.given.shippedOrder(buyer, [{ skuId }]);
  await house.forward({ seconds: 30 });
  const told = await uploadOf(order.orderNo);
  expect(told).toMatchObject({ state: 'complete', wechatState: 'shipped' });
  const seen = await buyer.call(getOrder, { orderId: order.id });
  expect(seen).toMatchObject({ state: 'shipped', receiptAtWechat: told?.transactionId });

  house.wechat.confirmReceipt(told?.outTradeNo ?? '');
  await house.forward({ minutes: 2 });
  expect(await uploadOf(order.orderNo)).toMatchObject({
    wechatState: 'done',
    confirmedAt: expect.any(String),
    settledAt: expect.any(String),
  });
  const received = await buyer.call(getOrder, { orderId: order.id });
  expect(received).toMatchObject({ state: 'received', receiptAtWechat: null });
  expect(received.timeline[0]).toMatchObject({ title: '已在微信确认收货' });

  // WeChat sends what was not answered again, and we answer what we know already.
  for (const push of house.wechat.pushes()) expect(await house.wechat.pushAgain(push.id)).toBe(true);
  await house.settle();
  const pushed = await house.app.db.q.selectFrom('wechat_pushes').select(['state', 'deliveries']).execute();
  expect(pushed.every((one) => one.state === 'done' && one.deliveries === 2)).toBe(true);
  await house.books.balance({ atRest: true });
});

test('an order that lies about for two days is asked about', async () => {
  const buyer = await house.given.buyer();
  const { skuId } = await house.given.sku({ stock: 3 });
  const order = await house.given.paidOrder(buyer, [{ skuId }]);
  await house.forward({ hours: 49 });
  const asked = await uploadOf(order.orderNo);
  expect(asked).toMatchObject({ state: 'waiting', isReminded: true });
  await (await createDesk(house)).ship(order);
  await house.settle();
  await house.forward({ seconds: 30 });
  expect(await uploadOf(order.orderNo)).toMatchObject({ state: 'complete' });
});

test('a stranger at the push address is refused, and nothing is written down', async () => {
  const before = await house.app.db.q.selectFrom('wechat_pushes').select('id').execute();
  for (const query of ['', '?timestamp=1&nonce=1&msg_signature=1', '?signature=1&timestamp=1&nonce=1&echostr=hi']) {
    const method = query.includes('echostr') ? 'GET' : 'POST';
    const body = method === 'GET' ? {} : { body: '{"Encrypt":"AAAA"}' };
    const answer = await fetch(`${house.api}/wechat/push${query}`, { method, ...body });
    expect(answer.status).toBe(401);
    expect(await answer.text()).not.toContain('hi');
  }
  expect(await house.app.db.q.selectFrom('wechat_pushes').select('id').execute()).toHaveLength(before.length);
});
