// Parcels through their verbs: partial, several, never more than was bought, never while goods are disputed.
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
  await house.jobs.drain();
  await house.books.balance();
});

const refused = (code: string) => expect.objectContaining({ code });
const levelOf = async (skuId: Id<'sku'>) => (await house.inventory.levels(house.db, [skuId])).get(skuId);

async function bought(quantities: number[]) {
  const skus: Id<'sku'>[] = [];
  for (const _ of quantities) skus.push(await house.given.sku({ priceFen: 2000, stock: 10 }));
  const lines = skus.map((skuId, index) => ({ skuId, quantity: quantities[index] ?? 1 }));
  const order = await house.shop.paidOrder(shopper, lines);
  const lineOf = (index: number) => order.lines.find((line) => line.skuId === skus[index])?.id ?? '';
  return { order, skus, lineOf };
}

describe('shipping', () => {
  test('one parcel with everything: the goods leave the shelf and the buyer is told', async () => {
    const { order, skus } = await bought([2, 1]);
    const { parcel, orderState } = await house.shop.ship(order.id, 'sf12345678');
    expect(orderState).toBe('shipped');
    expect(parcel).toMatchObject({ carrierName: '顺丰速运', trackingNo: 'SF12345678' });
    expect(parcel.lines.map((line) => line.quantity).toSorted()).toEqual([1, 2]);
    expect(await levelOf(skus[0] as Id<'sku'>)).toEqual({ onHand: 8, reserved: 0, available: 8 });
    const view = await house.shop.order(shopper, order.id);
    expect(view).toMatchObject({ state: 'shipped', actions: { canReceive: true } });
    expect(view.parcels).toHaveLength(1);
    expect(view.timeline[0]).toMatchObject({ title: '商家已发货', detail: '顺丰速运 SF12345678' });
    expect(view.autoReceiveAt).toEqual(new Date(house.clock.now().getTime() + 15 * 86_400_000));
    await house.jobs.drain();
    const [told] = (await house.messaging.list(shopper, { limit: 5 })).items;
    expect(told).toMatchObject({ title: '商品已发货', orderId: order.id });
  });

  test('in two parcels: partly shipped in between, then nothing is left', async () => {
    const { order, skus, lineOf } = await bought([3, 1]);
    const first = await house.shop.ship(order.id, 'ZT100001', [{ lineId: lineOf(0), quantity: 2 }]);
    expect(first.orderState).toBe('partly_shipped');
    expect(await levelOf(skus[0] as Id<'sku'>)).toEqual({ onHand: 8, reserved: 1, available: 7 });
    const { shippable } = await house.pages.staffOrder(order.id as Id<'order'>);
    expect(shippable.map((line) => line.quantity).toSorted()).toEqual([1, 1]);
    const second = await house.shop.ship(order.id, 'ZT100002');
    expect(second.orderState).toBe('shipped');
    await expect(house.shop.ship(order.id, 'ZT100003')).rejects.toEqual(refused('order.not_shippable'));
  });

  test('more than is left is refused, also when one line is named twice', async () => {
    const { order, lineOf } = await bought([2]);
    const line = { lineId: lineOf(0), quantity: 2 };
    await expect(house.shop.ship(order.id, 'ZT200001', [line, { ...line, quantity: 1 }])).rejects.toEqual(
      refused('parcel.quantity'),
    );
    await expect(house.shop.ship(order.id, 'ZT200001', [{ lineId: order.id, quantity: 1 }])).rejects.toEqual(
      refused('parcel.quantity'),
    );
    expect((await house.shop.order(shopper, order.id)).parcels).toEqual([]);
  });

  test('the same number twice on one order is refused, whatever its case or carrier', async () => {
    const { order, lineOf } = await bought([2]);
    await house.shop.ship(order.id, 'YT300001', [{ lineId: lineOf(0), quantity: 1 }]);
    await expect(house.shop.ship(order.id, 'yt300001')).rejects.toEqual(refused('parcel.duplicate'));
    expect(await house.shop.stateOf(order.id)).toBe('partly_shipped');
  });

  test('two people ship the same order at once: one parcel leaves', async () => {
    const { order, skus } = await bought([2]);
    const results = await Promise.allSettled([house.shop.ship(order.id), house.shop.ship(order.id)]);
    expect(results.map((result) => result.status).toSorted()).toEqual(['fulfilled', 'rejected']);
    expect(await levelOf(skus[0] as Id<'sku'>)).toMatchObject({ onHand: 8, reserved: 0 });
  });

  test('an unpaid order does not leave the house', async () => {
    const checkout = await house.shop.place(shopper, [{ skuId: await house.given.sku(), quantity: 1 }]);
    await expect(house.shop.ship(checkout.orders[0]?.id ?? '')).rejects.toEqual(refused('order.not_shippable'));
  });

  test('nothing leaves while goods that are still here are asked back', async () => {
    const { order, lineOf } = await bought([2, 1]);
    const asked = await house.shop.ask(shopper, order.id, [{ lineId: lineOf(0), quantity: 1 }]);
    await expect(house.shop.ship(order.id)).rejects.toEqual(refused('order.aftersale_open'));
    await house.aftersale.withdraw(shopper, asked.id as Id<'aftersale'>);
    expect((await house.shop.ship(order.id)).orderState).toBe('shipped');
  });

  test('shipping against asking back, ten times: one of them wins, never both', async () => {
    for (let round = 0; round < 10; round += 1) {
      const { order, lineOf } = await bought([1]);
      const [shipped, asked] = await Promise.allSettled([
        house.shop.ship(order.id),
        house.shop.ask(shopper, order.id, [{ lineId: lineOf(0), quantity: 1 }]),
      ]);
      // A request after the parcel is one for shipped goods, so both may succeed in that order only.
      const view = await house.shop.order(shopper, order.id);
      expect(view.hasOpenAftersale).toBe(asked.status === 'fulfilled');
      expect(view.state).toBe(shipped.status === 'fulfilled' ? 'shipped' : 'paid');
      if (shipped.status === 'rejected') expect(shipped.reason).toEqual(refused('order.aftersale_open'));
    }
  });
});

test('a wrong number is corrected, with both numbers in the trail', async () => {
  const { order } = await bought([1]);
  const { parcel } = await house.shop.ship(order.id, 'SF400001');
  const to = { parcelId: parcel.id as Id<'parcel'>, carrier: 'ZTO', trackingNo: 'zt400002' } as const;
  expect(await house.fulfilment.correct(house.boss, to)).toMatchObject({
    carrierName: '中通快递',
    trackingNo: 'ZT400002',
  });
  const trail = await house.db.q
    .selectFrom('audit_log')
    .selectAll()
    .where('action', '=', 'parcel.correct')
    .where('subject_id', '=', order.id)
    .execute();
  expect(trail).toHaveLength(1);
  expect(trail[0]).toMatchObject({ before: { trackingNo: 'SF400001' }, after: { trackingNo: 'ZT400002' } });
  const nowhere = house.fulfilment.correct(house.boss, { ...to, parcelId: order.id as never });
  await expect(nowhere).rejects.toEqual(refused('order.not_found'));
});
