// Quotes over real goods and stock: today's price, today's stock, and a reason for every refusal.
import type { Id } from '@jishi/contract';
import { createAddress, Quote } from '@jishi/contract';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { goodsHouse, type GoodsHouse } from '../../../test/goods.ts';
import { newId } from '../../platform/ids.ts';

let house: GoodsHouse;
beforeAll(async () => {
  house = await goodsHouse();
});
afterAll(() => house.close());

const quote = (...lines: { skuId: Id<'sku'>; quantity: number }[]) => house.pricing.mustQuote(house.db, { lines });

test('a basket is one order of the shop, with its lines as they will be frozen', async () => {
  const { given } = house;
  const specs = [{ name: '容量', values: ['500ml'] }];
  const skuId = await given.sku({ title: '保温杯', specs, skus: [{ specValues: ['500ml'], priceFen: 2900 }] });
  const result = await quote({ skuId, quantity: 1 }, { skuId, quantity: 2 });
  expect(Quote.parse(result)).toMatchObject({
    goodsFen: 8700,
    shippingFen: 1000,
    totalFen: 9700,
    sellers: [
      {
        sellerName: '集市自营',
        lines: [
          { skuId, title: '保温杯', specText: '500ml', quantity: 3, listFen: 2900, unitFen: 2900, payableFen: 8700 },
        ],
        steps: [{ amountFen: 8700 }, { amountFen: 1000, why: '再买 ¥12.00 包邮' }],
      },
    ],
  });
  expect(result.sellers[0]?.lines[0]?.image?.fileId).toEqual(expect.any(String));
});

test('what cannot be bought is named with its reason', async () => {
  const { given, catalog, boss, db, pricing } = house;
  await expect(quote()).rejects.toMatchObject({ code: 'quote.empty' });
  const few = await given.sku({ title: '只剩两件', stock: 2 });
  await expect(quote({ skuId: few, quantity: 3 })).rejects.toMatchObject({
    code: 'inventory.short',
    details: { left: 2, skuId: few },
    field: 'lines.0.quantity',
  });
  const product = await given.product({ title: '下架的', stock: 5 });
  const off = product.skus[0]?.id as Id<'sku'>;
  await catalog.setState(boss, {
    productId: product.id as Id<'product'>,
    state: 'off_shelf',
    version: product.version,
  });
  await expect(quote({ skuId: few, quantity: 1 }, { skuId: off, quantity: 1 })).rejects.toMatchObject({
    code: 'quote.unavailable',
    details: { title: '下架的', why: '已下架' },
    field: 'lines.1',
  });
  await expect(quote({ skuId: newId<'sku'>(), quantity: 1 })).rejects.toMatchObject({
    code: 'quote.unavailable',
    details: { why: '规格已失效' },
  });
  const all = await pricing.quote(db, { lines: [few, off].map((skuId) => ({ skuId, quantity: 9 })) });
  expect(all).toMatchObject({ ok: false, problems: [{ problem: 'short', left: 2 }, { problem: 'off_shelf' }] });
});

test('an order that would carry more money than a payment can is refused, not rounded', async () => {
  const skuId = await house.given.sku({ title: '天价', priceFen: 600_000_000 });
  await expect(quote({ skuId, quantity: 2 })).rejects.toMatchObject({ code: 'quote.unavailable' });
});

test('a quote goes to the buyers own address; somebody elses is as good as none', async () => {
  const { given, pricing, identity } = house;
  const lines = [{ skuId: await given.sku(), quantity: 1 }];
  const [buyer, stranger] = [await given.buyer(), await given.buyer()];
  const place = { province: '浙江省', city: '杭州市', district: '西湖区', detail: '文三路 1 号' };
  const person = { name: '王小明', phone: '13812348000', isDefault: true };
  const address = await identity.createAddress(buyer, createAddress.input.parse({ ...person, ...place }));
  const addressId = address.id as Id<'address'>;
  expect(await pricing.make(buyer, { lines, addressId })).toMatchObject({ totalFen: 2000 });
  await expect(pricing.make(stranger, { lines, addressId })).rejects.toMatchObject({ code: 'address.not_found' });
});

test('a changed shipping rule holds for the next quote', async () => {
  const { given, pricing, settings, boss, db } = house;
  const lines = [{ skuId: await given.sku({ priceFen: 5000 }), quantity: 1 }];
  expect(await pricing.mustQuote(db, { lines })).toMatchObject({ shippingFen: 1000 });
  await settings.change(boss, { key: 'shipping.freeFromFen', value: 5000, version: 0 });
  expect(await pricing.mustQuote(db, { lines })).toMatchObject({ shippingFen: 0, totalFen: 5000 });
  expect(await pricing.shippingNote(db)).toBe('满 ¥50 包邮，未满收取运费 ¥10');
});
