// A storm over a few orders: buyers, staff, parcels and the clock act at random and at once; the laws must hold.
import type { Id } from '@jishi/contract';
import { sql } from 'kysely';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { sellingHouse, type Selling, type Shopper } from '../../../test/selling.ts';
import { Failure } from '../../platform/fail.ts';

let house: Selling;
beforeAll(async () => {
  house = await sellingHouse();
});
afterAll(() => house.close());

/** Small and repeatable: the same seed plays the same storm, as far as the database lets it. */
function dice(seed: number) {
  let state = seed;
  return (sides: number): number => {
    state = (Math.imul(state ^ (state >>> 15), 0x2c1b3c6d) + 0x9e3779b9) | 0;
    return (state >>> 1) % sides;
  };
}

type Sold = { shopper: Shopper; orderId: string };

async function oneAction(sold: Sold, roll: (sides: number) => number): Promise<unknown> {
  const { shopper, orderId } = sold;
  const order = await house.shop.order(shopper, orderId);
  const line = order.lines[roll(order.lines.length)];
  const some = [{ lineId: line?.id ?? '', quantity: 1 + roll(2) }];
  const caseId = order.aftersaleIds[roll(Math.max(1, order.aftersaleIds.length))];
  const seen = caseId ? await house.aftersale.staffView(caseId as Id<'aftersale'>) : undefined;
  const decided = { aftersaleId: caseId as Id<'aftersale'>, version: seen?.version ?? 1, note: '' };
  switch (roll(9)) {
    case 0:
      return house.shop.ship(orderId, undefined, some);
    case 1:
      return house.pages.receive(shopper, orderId as Id<'order'>);
    case 2:
      // Rare, since it leaves little for the others.
      if (roll(5) > 0) return undefined;
      return house.aftersale.refundOrder(house.boss, {
        orderId: orderId as Id<'order'>,
        lines: some as never,
        reason: '缺货',
      });
    case 3:
    case 4:
      return house.shop.ask(shopper, orderId, some, roll(2) ? 'refund_only' : 'return_refund');
    default:
      break;
  }
  if (!caseId || !seen) return undefined;
  switch (roll(5)) {
    case 0:
      return house.aftersale.withdraw(shopper, decided.aftersaleId);
    case 1:
      return house.aftersale.reject(house.boss, { ...decided, reason: '不符合条件' });
    case 2: {
      const amountFen = roll(3) === 0 ? Math.floor((seen.maxFen as number) / 2) : undefined;
      return house.aftersale.approve(house.boss, { ...decided, amountFen: amountFen as never });
    }
    case 3:
      return house.aftersale.sendBack(shopper, {
        aftersaleId: decided.aftersaleId,
        carrier: 'ZTO',
        trackingNo: 'ZT12345',
      });
    default:
      return house.aftersale.receiveReturn(house.boss, { ...decided, damaged: [] });
  }
}

test.each([1, 2, 3])('storm %i: every refusal is one we know, and the books balance after it', async (seed) => {
  const roll = dice(seed * 7919);
  const sold: Sold[] = [];
  for (let n = 0; n < 4; n += 1) {
    const shopper = await house.given.shopper();
    const lines = [];
    for (let k = 0; k < 2; k += 1) {
      const skuId = await house.given.sku({ priceFen: 333 + 100 * roll(9), stock: 10 });
      lines.push({ skuId, quantity: 3 + roll(4) });
    }
    // Every other one pays a part in points.
    const usePoints = n % 2 === 0 ? 100 + roll(60) : 0;
    if (usePoints > 0) await house.given.points(shopper, usePoints);
    sold.push({ shopper, orderId: (await house.shop.paidOrder(shopper, lines, { usePoints })).id });
  }
  let happened = 0;
  for (let round = 0; round < 40; round += 1) {
    const results = await Promise.allSettled(
      Array.from({ length: 4 }, () => oneAction(sold[roll(sold.length)] as Sold, roll)),
    );
    for (const result of results) {
      if (result.status === 'rejected') expect(result.reason).toBeInstanceOf(Failure);
      else if (result.value !== undefined) happened += 1;
    }
    if (round % 6 === 5) await house.shop.moneyArrives();
    await house.jobs.drain();
    await house.books.balance();
  }
  // A storm in which nothing happens proves nothing.
  expect(happened).toBeGreaterThan(15);
  // Whatever is still waiting for goods expires, the rest is received and completed by the clock.
  await house.shop.moneyArrives();
  await house.forward({ days: 8 });
  await house.books.balance();
  for (const { orderId } of sold) {
    const { rows } = await sql<{ paid: number; back: number; claimed: number }>`
      select o.total_fen as paid, o.refunded_fen as back,
        (select sum(refunded_fen) from order_lines where order_id = o.id)::bigint + o.refunded_shipping_fen as claimed
      from orders o where id = ${orderId}`.execute(house.db.q);
    const [sum] = rows;
    expect(sum?.back).toBe(sum?.claimed);
    expect(sum?.back).toBeLessThanOrEqual(sum?.paid ?? 0);
    const state = await house.shop.stateOf(orderId);
    const isOver = state === 'refunded' || state === 'completed';
    const { rows: worth } = await sql<{ left: number }>`
      select coalesce(sum(points_fen - back_fen), 0)::bigint as left from order_line_points
      where order_id = ${orderId}`.execute(house.db.q);
    const leftFen = (sum?.paid ?? 0) - (sum?.back ?? 0) + (worth[0]?.left ?? 0);
    expect(await house.books.deferred(orderId)).toBe(isOver ? 0 : leftFen);
  }
});
