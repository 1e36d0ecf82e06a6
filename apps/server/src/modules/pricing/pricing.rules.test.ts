// What a basket costs: every fen is explained, and the explanations add up.
import { cumulativeShare, fen, rateOf, split, type Fen } from '@jishi/contract';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { merged, price, problemOf, shippingNote, type Shipping } from './pricing.rules.ts';

const SHIPPING: Shipping = { feeFen: 1000, freeFromFen: 9900 };
const line = (unitFen: number, quantity = 1, sellerId = 'shop') => ({
  sellerId,
  sellerName: sellerId,
  unitFen: fen(unitFen),
  quantity,
});
const stepsOf = (unitFen: number, quantity: number, shipping = SHIPPING) =>
  price({ lines: [line(unitFen, quantity)], shipping }).sellers[0]?.steps;

describe('shipping', () => {
  test('is free from the threshold on, and says so', () => {
    expect(stepsOf(9900, 1)).toEqual([
      { label: '商品小计', amountFen: 9900, why: '共 1 件' },
      { label: '运费', amountFen: 0, why: '满 ¥99 包邮，已满足' },
    ]);
  });
  test('costs the fee below it, and says how much is missing', () => {
    expect(stepsOf(2900, 3)).toEqual([
      { label: '商品小计', amountFen: 8700, why: '共 3 件' },
      { label: '运费', amountFen: 1000, why: '再买 ¥12.00 包邮' },
    ]);
    expect(stepsOf(9899, 1)?.[1]).toMatchObject({ amountFen: 1000, why: '再买 ¥0.01 包邮' });
  });
  test('a shop may send everything for nothing', () => {
    expect(stepsOf(1, 1, { feeFen: 0, freeFromFen: 9900 })?.[1]).toEqual({
      label: '运费',
      amountFen: 0,
      why: '全场包邮',
    });
    expect(stepsOf(1, 1, { feeFen: 1000, freeFromFen: 0 })?.[1]).toMatchObject({ why: '全场包邮' });
    expect(shippingNote({ feeFen: 1000, freeFromFen: 0 })).toBe('全场包邮');
    expect(shippingNote(SHIPPING)).toBe('满 ¥99 包邮，未满收取运费 ¥10');
  });
  test('is counted per seller, because each of them sends a parcel', () => {
    const quote = price({ lines: [line(9900, 1, 'a'), line(100, 1, 'b')], shipping: SHIPPING });
    expect(quote.sellers.map((seller) => seller.shippingFen)).toEqual([0, 1000]);
    expect(quote).toMatchObject({ goodsFen: 10_000, shippingFen: 1000, totalFen: 11_000 });
  });
});

const basket = fc.array(
  fc.record({
    sellerId: fc.constantFrom('a', 'b', 'c'),
    sellerName: fc.constant('店'),
    unitFen: fc.integer({ min: 1, max: 1_000_000_000 }).map((value) => fen(value)),
    quantity: fc.integer({ min: 1, max: 99 }),
  }),
  { minLength: 1, maxLength: 50 },
);
const shippings = fc.record({ feeFen: fc.nat(100_000), freeFromFen: fc.nat(10_000_000) });
const total = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0);

describe('for every basket', () => {
  test('lines and shipping make the total, of each seller and of all', () => {
    fc.assert(
      fc.property(basket, shippings, (lines, shipping) => {
        const quote = price({ lines, shipping });
        for (const seller of quote.sellers) {
          const payable = total(seller.lines.map((one) => one.payableFen));
          expect(payable).toBe(seller.goodsFen - seller.discountFen);
          expect(payable + seller.shippingFen).toBe(seller.totalFen);
          expect([0, shipping.feeFen]).toContain(seller.shippingFen);
        }
        expect(quote.totalFen).toBe(total(quote.sellers.map((seller) => seller.totalFen)));
        expect(quote.goodsFen).toBe(total(lines.map((one) => one.unitFen * one.quantity)));
        expect(quote.totalFen).toBe(quote.goodsFen - quote.discountFen + quote.shippingFen);
      }),
    );
  });
  test('the steps that a person reads add up to what a seller gets', () => {
    fc.assert(
      fc.property(basket, shippings, (lines, shipping) => {
        for (const seller of price({ lines, shipping }).sellers) {
          expect(total(seller.steps.map((step) => step.amountFen))).toBe(seller.totalFen);
        }
      }),
    );
  });
  test('every line is priced once and stays in its order', () => {
    fc.assert(
      fc.property(basket, (lines) => {
        const priced = price({ lines, shipping: SHIPPING }).sellers.flatMap((seller) => seller.lines);
        expect(priced).toHaveLength(lines.length);
        for (const seller of new Set(lines.map((one) => one.sellerId))) {
          const of = (all: readonly { sellerId: string; unitFen: Fen }[]) =>
            all.filter((one) => one.sellerId === seller).map((one) => one.unitFen);
          expect(of(priced)).toEqual(of(lines));
        }
      }),
    );
  });
});

describe('points as part payment', () => {
  const wish = { valueFen: 10, sharePercent: 50, available: 320, wanted: 1000 };
  test('are used as far as the buyer has them, and told in the steps', () => {
    const quote = price({ lines: [line(9900)], shipping: SHIPPING, points: wish });
    expect(quote.points).toEqual({
      available: 320,
      usable: 320,
      usableFen: 3200,
      used: 320,
      usedFen: 3200,
      rule: '10 积分抵 ¥1，最多抵商品金额的 50%',
    });
    expect(quote.sellers[0]?.steps[1]).toEqual({ label: '积分抵扣', amountFen: -3200, why: '使用 320 积分' });
    // Goods for so much travel for nothing, however they are paid.
    expect(quote).toMatchObject({ goodsFen: 9900, discountFen: 3200, shippingFen: 0, totalFen: 6700 });
  });
  test('pay at most their share, in whole points', () => {
    const most = price({ lines: [line(1999)], shipping: SHIPPING, points: { ...wish, available: 9999 } }).points;
    expect(most).toMatchObject({ usable: 99, usedFen: 990 });
    expect(price({ lines: [line(19)], shipping: SHIPPING, points: wish }).points).toMatchObject({ usable: 0, used: 0 });
  });
  test('that nobody wants change nothing, and what they could do is told', () => {
    const asked = price({ lines: [line(9900)], shipping: SHIPPING, points: { ...wish, wanted: 0 } });
    expect(asked.points).toMatchObject({ usable: 320, used: 0, usedFen: 0 });
    expect({ ...asked, points: null }).toEqual(price({ lines: [line(9900)], shipping: SHIPPING }));
  });
  test('of every basket: each line bears its part, nothing falls below zero, and all parts add up', () => {
    const wishes = fc.record({
      valueFen: fc.integer({ min: 1, max: 1000 }),
      sharePercent: fc.integer({ min: 1, max: 100 }),
      available: fc.nat(1_000_000),
      wanted: fc.nat(1_000_000),
    });
    fc.assert(
      fc.property(basket, shippings, wishes, (lines, shipping, points) => {
        const quote = price({ lines, shipping, points });
        const use = quote.points;
        const priced = quote.sellers.flatMap((seller) => seller.lines);
        expect(use?.used).toBeLessThanOrEqual(Math.min(points.wanted, points.available));
        expect(use?.usedFen).toBe((use?.used ?? 0) * points.valueFen);
        expect((use?.usedFen ?? 0) * 100).toBeLessThanOrEqual(quote.goodsFen * points.sharePercent);
        expect(total(priced.map((one) => one.points))).toBe(use?.used);
        expect(total(priced.map((one) => one.pointsFen))).toBe(use?.usedFen);
        for (const one of priced) {
          expect(one.payableFen).toBeGreaterThanOrEqual(0);
          expect(one.payableFen).toBe(one.grossFen - one.pointsFen);
        }
        for (const seller of quote.sellers) {
          expect(total(seller.steps.map((step) => step.amountFen))).toBe(seller.totalFen);
        }
      }),
    );
  });
});

test('the same SKU twice is one line; its place is where it first stood', () => {
  const lines = [
    { skuId: 'b', quantity: 1 },
    { skuId: 'a', quantity: 2 },
    { skuId: 'b', quantity: 3 },
  ];
  expect(merged(lines)).toEqual([
    { skuId: 'b', quantity: 4 },
    { skuId: 'a', quantity: 2 },
  ]);
});

test('a line says why it cannot be bought', () => {
  const fine = { isOnSale: true, isSpecGone: false };
  expect(problemOf(fine, 3, 3)).toBeNull();
  expect(problemOf(fine, 2, 3)).toBe('short');
  expect(problemOf({ isOnSale: false, isSpecGone: false }, 9, 1)).toBe('off_shelf');
  expect(problemOf({ isOnSale: false, isSpecGone: true }, 9, 1)).toBe('gone');
  expect(problemOf(null, 0, 1)).toBe('gone');
});

describe('the golden numbers of the domain', () => {
  test('a coupon of ¥30 over three lines', () => {
    expect(split(fen(3000), [9990, 20_010, 5000])).toEqual([856, 1715, 429]);
  });
  test('a work at 8.5折 and the fee of its platform', () => {
    expect(rateOf(fen(12_800), 8500)).toBe(10_880);
    expect(rateOf(fen(10_880), 500)).toBe(544);
  });
  test('a lot over seven copies', () => {
    expect(split(fen(2223), [1, 1, 1, 1, 1, 1, 1])).toEqual([318, 318, 318, 318, 317, 317, 317]);
  });
  test('splits and refunds by quantity lose no fen', () => {
    const weights = fc.array(fc.nat(1_000_000), { minLength: 1, maxLength: 20 });
    fc.assert(
      fc.property(fc.nat(1_000_000_000), weights, (value, parts) => {
        expect(total(split(fen(value), parts))).toBe(value);
      }),
    );
    fc.assert(
      fc.property(fc.nat(1_000_000_000), fc.integer({ min: 1, max: 99 }), fc.nat(99), (value, whole, cut) => {
        const done = Math.min(cut, whole);
        const first = cumulativeShare(fen(value), done, whole);
        const rest = cumulativeShare(fen(value), whole, whole) - first;
        expect(first + rest).toBe(value);
        expect(first).toBeLessThanOrEqual(value);
      }),
    );
  });
});
