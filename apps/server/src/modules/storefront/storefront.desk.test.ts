// What staff do at the desk: find by any number, count, check a list of parcels, move a receiver, look at one payment.
import type { Id } from '@jishi/contract';
import {
  adminCheckShipments,
  adminCountOrders,
  adminGetBuyerFigures,
  adminGetPayment,
  adminListOrderNotices,
} from '@jishi/contract';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { sellingHouse, type Selling, type Shopper } from '../../../test/selling.ts';

let house: Selling;
let shopper: Shopper;
beforeAll(async () => {
  house = await sellingHouse();
});
afterAll(async () => {
  await house.books.balance();
  await house.close();
});
beforeEach(async () => {
  shopper = await house.given.shopper();
});

const refused = (code: string) => expect.objectContaining({ code });
const bought = async (more: Parameters<Selling['given']['sku']>[0] = {}) =>
  house.shop.paidOrder(shopper, [{ skuId: await house.given.sku(more), quantity: 1 }]);
const found = async (query: object) =>
  (await house.pages.staffOrders({ page: 1, size: 50, ...query })).items.map((item) => item.id);
const to = {
  name: '周一鸣',
  phone: '13711112222',
  province: '上海市',
  city: '上海市',
  district: '徐汇区',
  detail: '漕溪路 2 号',
};

test('the box knows WeChat’s number, ours of an attempt and of a refund, and the phone of who bought', async () => {
  const order = await bought();
  await house.db.q.updateTable('buyers').set({ phone: '13987654321' }).where('id', '=', shopper.id).execute();
  const orderId = order.id as Id<'order'>;
  const lines = [{ lineId: order.lines[0]?.id as Id<'orderLine'>, quantity: 1 }];
  await house.aftersale.refundOrder(house.boss, { orderId, reason: '缺货', lines });
  await house.shop.moneyArrives();
  const [attempt] = (await house.pages.money(orderId)).payments[0]?.attempts ?? [];
  const numbers = [attempt?.transactionId, attempt?.outTradeNo, attempt?.refunds[0]?.outRefundNo, '13987654321'];
  for (const q of [...numbers, order.orderNo]) expect(await found({ q }), q ?? 'missing').toEqual([order.id]);
  for (const q of numbers.slice(0, 3)) {
    const { items } = await house.pages.payments({ q: q ?? '', page: 1, size: 20 });
    expect(items.map((item) => item.orderNos)).toEqual([[order.orderNo]]);
  }
});

test('filters narrow by paid day, amount, product, note and open case; counts say how many stand where', async () => {
  const before = await house.pages.orderCounts();
  const dear = await bought({ priceFen: 77_700 });
  const other = await bought();
  const paidOn = (dear.paidAt as Date).toISOString();
  const day = new Date(Date.parse(paidOn) + 8 * 3_600_000).toISOString().slice(0, 10);
  expect(await found({ minFen: 77_700, maxFen: 77_700 })).toEqual([dear.id]);
  expect(await found({ productId: dear.lines[0]?.productId })).toEqual([dear.id]);
  expect(await found({ paidFrom: day, paidTo: day, buyerId: shopper.id })).toEqual([other.id, dear.id]);
  expect(await found({ paidTo: '2020-01-01' })).toEqual([]);
  await house.pages.note(house.boss, { orderId: other.id as Id<'order'>, note: '送小样' });
  expect(await found({ notedOnly: true, buyerId: shopper.id })).toEqual([other.id]);
  await house.shop.ask(shopper, dear.id, [{ lineId: dear.lines[0]?.id ?? '', quantity: 1 }]);
  expect(await found({ aftersaleOnly: true, buyerId: shopper.id })).toEqual([dear.id]);
  const counts = await house.pages.orderCounts();
  expect(adminCountOrders.output.safeParse(counts).error).toBeUndefined();
  expect(counts.states.paid - before.states.paid).toBe(2);
  expect(counts.aftersale - before.aftersale).toBe(1);
});

test('a pasted list is checked line by line and changes nothing', async () => {
  const [ready, shipped, disputed] = [await bought(), await bought(), await bought()];
  await house.shop.ship(shipped.id);
  await house.shop.ask(shopper, disputed.id, [{ lineId: disputed.lines[0]?.id ?? '', quantity: 1 }]);
  const line = (orderNo: string, trackingNo: string) => ({ orderNo, carrier: 'SF' as const, trackingNo });
  const checked = await house.pages.checkShipments({
    lines: [
      line(ready.orderNo, 'SF10001'),
      line(shipped.orderNo, 'SF10002'),
      line(disputed.orderNo, 'SF10003'),
      line('00000000000000000000', 'SF10004'),
    ],
  });
  expect(adminCheckShipments.output.safeParse(checked).error).toBeUndefined();
  const problems = checked.items.map((item) => item.problem);
  expect(problems).toEqual([null, '订单待收货，不能发货', '有处理中的售后，请先处理售后', '没有这个订单号']);
  expect(checked.items[0]).toMatchObject({ orderId: ready.id, receiver: '林小雨', pieces: 1 });
  const twice = { lines: [line(ready.orderNo, 'SF10001'), line(ready.orderNo, 'SF10005')] };
  expect((await house.pages.checkShipments(twice)).items[0]?.problem).toBe('这个订单号出现了多次');
  expect(await house.shop.stateOf(ready.id)).toBe('paid');
});

test('the receiver may move until the first parcel leaves; buyer and trail are told', async () => {
  const order = await bought();
  const orderId = order.id as Id<'order'>;
  const { version } = await house.pages.staffOrder(orderId);
  await expect(house.pages.readdress(house.boss, { orderId, version: version - 1, ...to })).rejects.toEqual(
    refused('order.stale'),
  );
  expect(await house.pages.readdress(house.boss, { orderId, version, ...to })).toMatchObject({ address: to });
  const seen = await house.pages.order(shopper, orderId);
  expect(seen.timeline[0]).toMatchObject({ title: '收货信息已修改', detail: expect.stringContaining('漕溪路 2 号') });
  const trail = await house.db.q.selectFrom('audit_log').selectAll().where('subject_id', '=', orderId).execute();
  expect(trail).toMatchObject([{ action: 'order.readdress', before: { name: '林小雨' }, after: { name: '周一鸣' } }]);
  await house.shop.ship(orderId);
  const now = (await house.pages.staffOrder(orderId)).version;
  await expect(house.pages.readdress(house.boss, { orderId, version: now, ...to })).rejects.toEqual(
    refused('order.address_fixed'),
  );
});

test('staff read what the buyer was told about this order and nothing else', async () => {
  const [order, other] = [await bought(), await bought()];
  await house.jobs.drain();
  const notices = await house.pages.notices(order.id as Id<'order'>);
  expect(adminListOrderNotices.output.safeParse(notices).error).toBeUndefined();
  expect(notices.items.map((notice) => [notice.title, notice.orderId])).toEqual([['付款成功', order.id]]);
  expect(JSON.stringify(notices)).not.toContain(other.orderNo);
});

test('a buyer’s figures add up what was paid and what went back', async () => {
  const order = await bought();
  await house.shop.place(shopper, [{ skuId: await house.given.sku(), quantity: 1 }]);
  const figures = await house.pages.buyerFigures(shopper.id as Id<'buyer'>);
  expect(adminGetBuyerFigures.output.safeParse(figures).error).toBeUndefined();
  expect(figures).toMatchObject({ orders: 2, paidOrders: 1, paidFen: order.totalFen, refundedFen: 0 });
  await expect(house.pages.buyerFigures(order.id as never)).rejects.toEqual(refused('buyer.not_found'));
});

test('one payment shows its orders, attempts and letters', async () => {
  const order = await bought();
  const [payment] = (await house.pages.money(order.id as Id<'order'>)).payments;
  const page = await house.pages.paymentPage(payment?.id as Id<'payment'>);
  expect(adminGetPayment.output.safeParse(page).error).toBeUndefined();
  expect(page).toMatchObject({ orders: [{ orderNo: order.orderNo }], payments: [{ state: 'paid' }] });
  expect(page.notices).toHaveLength(1);
  await expect(house.pages.paymentPage(order.id as never)).rejects.toEqual(refused('payment.not_found'));
});

test('the queue of open cases begins with the one that waits longest, and the split is shown before it is agreed', async () => {
  const order = await bought();
  const first = await house.shop.ask(shopper, order.id, [{ lineId: order.lines[0]?.id ?? '', quantity: 1 }]);
  await house.forward({ minutes: 1 });
  const next = await bought();
  const second = await house.shop.ask(shopper, next.id, [{ lineId: next.lines[0]?.id ?? '', quantity: 1 }]);
  const page = { page: 1, size: 50 };
  const queue = await house.aftersale.staffList({ ...page, openOnly: false, state: 'requested' });
  const ids = queue.items.map((one) => one.id);
  expect(ids.indexOf(first.id)).toBeLessThan(ids.indexOf(second.id));
  const turned = await house.aftersale.staffList({ ...page, openOnly: false, state: 'requested', sort: 'waited' });
  expect(turned.items.map((one) => one.id)).toEqual(ids.toReversed());
  expect((await house.aftersale.openCounts()).states.requested).toBe(queue.total);
  const none = await house.aftersale.staffList({ ...page, openOnly: false, kind: 'system', state: 'requested' });
  expect(none.items).toEqual([]);
  const aftersaleId = first.id as Id<'aftersale'>;
  const split = await house.aftersale.approvalOf({ aftersaleId, amountFen: 1000 as never });
  expect(split).toMatchObject({
    lines: [{ askedFen: 1000, amountFen: 500 }],
    shippingAskedFen: 1000,
    shippingFen: 500,
  });
  const agreed = await house.aftersale.approve(house.boss, {
    aftersaleId,
    version: first.version,
    amountFen: 1000 as never,
    note: '',
  });
  expect(agreed.lines.map((line) => line.amountFen)).toEqual([500]);
  await expect(house.aftersale.approvalOf({ aftersaleId, amountFen: 1 as never })).rejects.toEqual(
    refused('aftersale.not_open'),
  );
  await house.shop.moneyArrives();
});
