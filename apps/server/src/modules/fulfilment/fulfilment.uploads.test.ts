// Shipping told to WeChat through the verbs: queued, retried, corrected once, compared, and what WeChat says comes back.
import type { Id } from '@jishi/contract';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { sellingHouse, type Selling, type Shopper } from '../../../test/selling.ts';

let house: Selling;
let shopper: Shopper;
beforeAll(async () => {
  house = await sellingHouse();
});
afterAll(() => house.close());
beforeEach(async () => {
  shopper = await house.given.shopper();
});
afterEach(async () => {
  house.sim.control.clearFaults();
  await house.jobs.drain();
  await house.books.balance();
});

const wechat = () => house.fulfilment.wechat;
const rowOf = async (orderId: string) => {
  const [order] = await house.ordering.orders(house.db, [orderId]);
  const { items } = await house.fulfilment.uploads({ q: order?.orderNo ?? '', page: 1, size: 10 });
  const [row] = items;
  if (!row) throw new Error('nothing is told of this order');
  return row;
};
const tell = async () => {
  await house.jobs.drain();
  await wechat().sweep();
};
const atWechat = async (orderId: string) => house.sim.control.shipment((await rowOf(orderId)).outTradeNo);

async function approve(one: { id: string; version: number }) {
  const decided = { aftersaleId: one.id as Id<'aftersale'>, version: one.version, note: '' };
  await house.aftersale.approve(house.boss, decided as never);
}

async function bought(quantity = 1) {
  const skuId = await house.given.sku({ priceFen: 2000, stock: 20 });
  return house.shop.paidOrder(shopper, [{ skuId, quantity }]);
}

describe('telling', () => {
  test('a paid order waits, a shipped one is told, and WeChat knows it all', async () => {
    const order = await bought();
    expect(await rowOf(order.id)).toMatchObject({ state: 'waiting', sent: [] });
    await house.shop.ship(order.id, 'SF10000001');
    await tell();
    expect(await rowOf(order.id)).toMatchObject({ state: 'complete', sent: [{ trackingNo: 'SF10000001' }] });
    expect(await atWechat(order.id)).toMatchObject({
      isComplete: true,
      isSplit: false,
      parcels: [{ trackingNo: 'SF10000001', company: 'SF' }],
    });
  });

  test('two parcels are split; the second completes it', async () => {
    const order = await bought(2);
    const lineId = order.lines[0]?.id ?? '';
    await house.shop.ship(order.id, 'ZT10000001', [{ lineId, quantity: 1 }]);
    await tell();
    expect(await rowOf(order.id)).toMatchObject({ state: 'told' });
    await house.shop.ship(order.id, 'ZT10000002');
    await tell();
    expect(await atWechat(order.id)).toMatchObject({ isSplit: true, isComplete: true, correctionUsed: false });
    expect((await rowOf(order.id)).sent).toHaveLength(2);
  });

  test('the rest is refunded instead of shipped: WeChat hears that the parcel was the last', async () => {
    const order = await bought(2);
    const lineId = order.lines[0]?.id ?? '';
    await house.shop.ship(order.id, 'ZT20000001', [{ lineId, quantity: 1 }]);
    await tell();
    const asked = await house.shop.ask(shopper, order.id, [{ lineId, quantity: 1 }]);
    await approve(asked);
    await house.shop.moneyArrives();
    await tell();
    expect(await rowOf(order.id)).toMatchObject({ state: 'complete' });
    expect(await atWechat(order.id)).toMatchObject({ isComplete: true });
  });

  test('a corrected number is told once; the second correction needs a person', async () => {
    const order = await bought();
    const { parcel } = await house.shop.ship(order.id, 'YT30000001');
    await tell();
    const correct = async (trackingNo: string) => {
      const to = { parcelId: parcel.id as Id<'parcel'>, carrier: 'YTO', trackingNo } as const;
      await house.fulfilment.correct(house.boss, to);
      await tell();
    };
    await correct('YT30000002');
    expect(await atWechat(order.id)).toMatchObject({ correctionUsed: true, parcels: [{ trackingNo: 'YT30000002' }] });
    await correct('YT30000003');
    expect(await rowOf(order.id)).toMatchObject({ state: 'stuck', lastError: expect.stringContaining('更正') });
    expect((await house.fulfilment.uploads({ page: 1, size: 10 })).counts.stuck).toBeGreaterThan(0);
  });

  test('fully refunded before anything left: nothing is ever told', async () => {
    const order = await bought();
    const asked = await house.shop.ask(shopper, order.id, [{ lineId: order.lines[0]?.id ?? '', quantity: 1 }]);
    await approve(asked);
    await house.shop.moneyArrives();
    await tell();
    expect(await rowOf(order.id)).toMatchObject({ state: 'over' });
    expect(await atWechat(order.id)).toBeNull();
  });
});

describe('bad weather', () => {
  test('WeChat does not know the payment yet: tried again until it does', async () => {
    const order = await bought();
    house.sim.control.fault({ endpoint: 'shipping.upload', kind: 'errcode', errcode: 10060001, count: 2 });
    await house.shop.ship(order.id, 'SF40000001');
    await tell();
    expect(await rowOf(order.id)).toMatchObject({
      state: 'due',
      tries: 1,
      lastError: expect.stringContaining('10060001'),
    });
    await tell();
    expect(await rowOf(order.id)).toMatchObject({ tries: 1 });
    for (const minutes of [2, 4]) {
      await house.forward({ minutes });
      await tell();
    }
    expect(await rowOf(order.id)).toMatchObject({ state: 'complete', lastError: null });
  });

  test('it was told and we did not hear of it: found on its list, not told as a correction', async () => {
    const order = await bought();
    house.sim.control.fault({ endpoint: 'shipping.upload', kind: '500-after' });
    await house.shop.ship(order.id, 'SF40000002');
    await tell();
    expect(await rowOf(order.id)).toMatchObject({ state: 'due' });
    await house.forward({ minutes: 2 });
    await tell();
    expect(await rowOf(order.id)).toMatchObject({ state: 'complete' });
    expect(await atWechat(order.id)).toMatchObject({ correctionUsed: false });
  });

  test('a refusal that stays is shown to a person, who tells it again', async () => {
    const order = await bought();
    house.sim.control.fault({ endpoint: 'shipping.upload', kind: 'errcode', errcode: 10060014, count: 10 });
    await house.shop.ship(order.id, 'SF40000003');
    for (let round = 0; round < 5; round += 1) {
      await tell();
      await house.forward({ hours: 7 });
    }
    expect(await rowOf(order.id)).toMatchObject({ state: 'stuck' });
    house.sim.control.clearFaults();
    const paymentId = (await rowOf(order.id)).id as Id<'payment'>;
    expect(await house.fulfilment.retryUpload(house.boss, paymentId)).toMatchObject({ state: 'complete' });
  });

  test('two workers at once: WeChat is told, and what it took is written down once', async () => {
    const order = await bought();
    await house.shop.ship(order.id, 'SF40000004');
    await house.jobs.drain();
    const { id: paymentId } = await rowOf(order.id);
    await Promise.all([wechat().advance(paymentId), wechat().advance(paymentId)]);
    await tell();
    expect(await rowOf(order.id)).toMatchObject({ state: 'complete', sent: [{ trackingNo: 'SF40000004' }] });
    expect(await atWechat(order.id)).toMatchObject({ correctionUsed: false });
  });
});

describe('what WeChat says', () => {
  test('the buyer confirms there: the comparison finds it, and the order is received here', async () => {
    const order = await bought();
    await house.shop.ship(order.id, 'SF50000001');
    await tell();
    house.sim.control.confirmReceipt((await rowOf(order.id)).outTradeNo);
    const compared = await house.fulfilment.compareNow();
    expect(compared.seen).toBeGreaterThan(0);
    expect(await house.shop.stateOf(order.id)).toBe('received');
    expect(await rowOf(order.id)).toMatchObject({ wechatState: 'confirmed' });
    const again = await house.fulfilment.compareNow();
    expect(again.repaired).toBe(0);
  });

  test('an order with an open case is not received by that', async () => {
    const order = await bought();
    await house.shop.ship(order.id, 'SF50000002');
    await tell();
    await house.shop.ask(shopper, order.id, [{ lineId: order.lines[0]?.id ?? '', quantity: 1 }]);
    house.sim.control.confirmReceipt((await rowOf(order.id)).outTradeNo);
    await house.fulfilment.compareNow();
    expect(await house.shop.stateOf(order.id)).toBe('shipped');
  });

  test('a payment that was never noted is found on its list', async () => {
    const order = await bought();
    await house.shop.ship(order.id, 'SF50000003');
    await house.jobs.drain();
    const { id: paymentId, outTradeNo } = await rowOf(order.id);
    await house.db.q.deleteFrom('shipping_uploads').where('payment_id', '=', paymentId).execute();
    expect((await house.fulfilment.compareNow()).repaired).toBeGreaterThan(0);
    await wechat().sweep();
    expect(house.sim.control.shipment(outTradeNo)).toMatchObject({ isComplete: true });
  });

  test('WeChat cannot be asked: the comparison says so and writes nothing down', async () => {
    await bought();
    const before = (await house.fulfilment.uploads({ page: 1, size: 1 })).compared;
    house.sim.control.fault({ endpoint: 'shipping.list', kind: '500', count: 5 });
    await expect(house.fulfilment.compareNow()).rejects.toEqual(
      expect.objectContaining({ code: 'wechat.unavailable' }),
    );
    expect((await house.fulfilment.uploads({ page: 1, size: 1 })).compared).toEqual(before);
  });
});
