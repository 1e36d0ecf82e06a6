// Stock through its verbs: nothing oversold, nothing stuck, nothing counted twice.
import { MOVEMENT_REASON_NAMES, type Id } from '@jishi/contract';
import fc from 'fast-check';
import { sql } from 'kysely';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { goodsHouse, type GoodsHouse } from '../../../test/goods.ts';
import { BrokenLaw, type Failure } from '../../platform/fail.ts';
import { newId } from '../../platform/ids.ts';

let house: GoodsHouse;
beforeAll(async () => {
  house = await goodsHouse({ max: 30 });
});
afterAll(() => house.close());

type Wish = { skuId: string; quantity: number };
type Held = { orderId: string; lines: { lineId: string; skuId: string; quantity: number }[] };

const order = (...wishes: Wish[]): Held => ({
  orderId: newId(),
  lines: wishes.map((wish) => ({ lineId: newId(), ...wish })),
});
const hold = async (held: Held) => {
  const expiresAt = house.clock.now();
  await house.db.tx((tx) => house.inventory.hold(tx, { ...held, expiresAt }));
  return held;
};
const levelOf = async (skuId: string) => (await house.inventory.levels(house.db, [skuId])).get(skuId);
const part = (held: Held, quantity: number) => held.lines.map(({ lineId }) => ({ lineId, quantity }));
const effect = <L>(key: string, lines: L[]) => ({ key, lines, ref: '20260302', actorName: '店长' });
const movesOf = async (skuId: Id<'sku'>) =>
  (await house.inventory.movements({ skuId, page: 1, size: 200 })).items.map((move) => [
    MOVEMENT_REASON_NAMES[move.reason],
    move.delta,
    move.onHandAfter,
  ]);

test('two hundred buyers at once for fifty pieces: exactly fifty get one', async () => {
  const sku = await house.given.sku({ stock: 50 });
  const answers = await Promise.allSettled(Array.from({ length: 200 }, () => hold(order({ skuId: sku, quantity: 1 }))));
  const refused = answers.filter((answer) => answer.status === 'rejected').map((answer) => answer.reason as Failure);
  expect(answers.filter((answer) => answer.status === 'fulfilled')).toHaveLength(50);
  expect(new Set(refused.map((failure) => failure.code))).toEqual(new Set(['inventory.short']));
  expect(refused.every((failure) => failure.details['left'] === 0)).toBe(true);
  expect(await levelOf(sku)).toEqual({ onHand: 50, reserved: 50, available: 0 });
  expect(await house.inventory.check(house.db)).toEqual([]);
});

test('orders of the same two goods in opposite order do not wait for each other in a circle', async () => {
  const [a, b] = [await house.given.sku({ stock: 200 }), await house.given.sku({ stock: 200 })];
  const held = await Promise.all(
    Array.from({ length: 60 }, (_, index) => {
      const wishes = [
        { skuId: a, quantity: 1 },
        { skuId: b, quantity: 2 },
      ];
      return hold(order(...(index % 2 === 0 ? wishes : wishes.toReversed())));
    }),
  );
  // The retry of the platform would cover a deadlock up; there is none to cover.
  expect(house.retries).toEqual([]);
  expect(await levelOf(a)).toMatchObject({ reserved: 60 });
  expect(await levelOf(b)).toMatchObject({ reserved: 120 });

  await Promise.all(
    held.map((one, index) =>
      house.db.tx((tx) =>
        index % 2 === 0
          ? house.inventory.releaseOrder(tx, one.orderId)
          : house.inventory.release(tx, one.lines.toReversed()),
      ),
    ),
  );
  expect(house.retries).toEqual([]);
  expect(await levelOf(a)).toEqual({ onHand: 200, reserved: 0, available: 200 });
  expect(await levelOf(b)).toEqual({ onHand: 200, reserved: 0, available: 200 });
});

test('an order of several goods takes all of them or none, and names the first that is short', async () => {
  const [plenty, few, none] = [
    await house.given.sku({ stock: 9 }),
    await house.given.sku({ stock: 2 }),
    await house.given.sku({ stock: 0 }),
  ];
  const wish = order({ skuId: plenty, quantity: 1 }, { skuId: few, quantity: 3 }, { skuId: none, quantity: 1 });
  await expect(hold(wish)).rejects.toMatchObject({ code: 'inventory.short', details: { left: 2, skuId: few } });
  expect(await levelOf(plenty)).toMatchObject({ reserved: 0 });
  await expect(hold(order({ skuId: none, quantity: 1 }))).rejects.toMatchObject({ details: { left: 0 } });
});

test('two lines of one SKU are held for what they ask together', async () => {
  const sku = await house.given.sku({ stock: 5 });
  const twice = order({ skuId: sku, quantity: 3 }, { skuId: sku, quantity: 3 });
  await expect(hold(twice)).rejects.toMatchObject({ code: 'inventory.short', details: { left: 5 } });
  const fits = await hold(order({ skuId: sku, quantity: 3 }, { skuId: sku, quantity: 2 }));
  expect(await levelOf(sku)).toMatchObject({ available: 0 });
  await house.db.tx((tx) => house.inventory.consume(tx, effect('parcel:two-lines', fits.lines)));
  expect(await levelOf(sku)).toEqual({ onHand: 0, reserved: 0, available: 0 });
  expect(await movesOf(sku)).toEqual([
    ['发货', -5, 0],
    ['入库', 5, 5],
  ]);
});

test('a paid hold does not expire, and an order that is closed twice gives its stock back once', async () => {
  const sku = await house.given.sku({ stock: 4 });
  const held = await hold(order({ skuId: sku, quantity: 3 }));
  const expiry = () =>
    house.db.q.selectFrom('stock_holds').select('expires_at').where('order_id', '=', held.orderId).executeTakeFirst();
  expect(await expiry()).toEqual({ expires_at: house.clock.now() });
  await house.db.tx((tx) => house.inventory.confirm(tx, held.orderId));
  await house.db.tx((tx) => house.inventory.confirm(tx, held.orderId));
  expect(await expiry()).toEqual({ expires_at: null });
  await house.db.tx((tx) => house.inventory.releaseOrder(tx, held.orderId));
  await house.db.tx((tx) => house.inventory.releaseOrder(tx, held.orderId));
  expect(await levelOf(sku)).toEqual({ onHand: 4, reserved: 0, available: 4 });
});

test('the same parcel shipped twice leaves the house once', async () => {
  const sku = await house.given.sku({ stock: 10 });
  const held = await hold(order({ skuId: sku, quantity: 4 }));
  const ship = (key: string, quantity: number) =>
    house.db.tx((tx) => house.inventory.consume(tx, effect(key, part(held, quantity))));
  expect(await ship('parcel:1', 1)).toBe('moved');
  expect(await ship('parcel:1', 1)).toBe('repeated');
  expect(await ship('parcel:11', 2)).toBe('moved');
  expect(await levelOf(sku)).toEqual({ onHand: 7, reserved: 1, available: 6 });
});

test('more than a line holds is neither shipped nor released', async () => {
  const sku = await house.given.sku({ stock: 10 });
  const held = await hold(order({ skuId: sku, quantity: 2 }));
  await expect(
    house.db.tx((tx) => house.inventory.consume(tx, effect('parcel:too-much', part(held, 3)))),
  ).rejects.toThrow(/stock_holds/);
  await expect(house.db.tx((tx) => house.inventory.release(tx, part(held, 3)))).rejects.toThrow(/stock_holds/);
  await expect(house.db.tx((tx) => house.inventory.release(tx, [{ lineId: newId(), quantity: 1 }]))).rejects.toThrow(
    BrokenLaw,
  );
  expect(await levelOf(sku)).toEqual({ onHand: 10, reserved: 2, available: 8 });
});

test('what comes back is on sale again, except the damaged, and the journal tells both', async () => {
  const sku = await house.given.sku({ stock: 5 });
  const held = await hold(order({ skuId: sku, quantity: 3 }));
  await house.db.tx((tx) => house.inventory.consume(tx, effect('parcel:back', part(held, 3))));
  const back = held.lines.map(({ lineId }) => ({ lineId, quantity: 3, damaged: 1 }));
  const restock = (key: string) => house.db.tx((tx) => house.inventory.restock(tx, effect(key, back)));
  expect(await restock('aftersale:1')).toBe('moved');
  expect(await restock('aftersale:1')).toBe('repeated');
  await expect(restock('aftersale:2')).rejects.toThrow(/returned_capped/);
  expect(await levelOf(sku)).toEqual({ onHand: 4, reserved: 0, available: 4 });
  expect(await movesOf(sku)).toEqual([
    ['退货残损', -1, 4],
    ['退货入库', 3, 5],
    ['发货', -3, 2],
    ['入库', 5, 5],
  ]);
});

test('staff adjust stock with a reason; never below what orders hold', async () => {
  const { given, inventory, boss, db } = house;
  const sku = await given.sku({ stock: 5, title: '青花瓷杯' });
  await hold(order({ skuId: sku, quantity: 3 }));
  const adjust = (delta: number) =>
    inventory.adjust(boss, { skuId: sku, delta, reason: 'loss', note: '摔碎了' }, { id: 'r1', ip: '127.0.0.1' });
  await expect(adjust(-3)).rejects.toMatchObject({ code: 'inventory.below_reserved', details: { reserved: 3 } });
  expect(await adjust(-2)).toMatchObject({ locationName: '总仓', onHand: 3, reserved: 3, available: 0 });
  const [move] = (await inventory.movements({ skuId: sku, page: 1, size: 1 })).items;
  expect(move).toMatchObject({
    productTitle: '青花瓷杯',
    delta: -2,
    onHandAfter: 3,
    note: '摔碎了',
    actorName: '店长',
  });
  const trail = await db.q
    .selectFrom('audit_log')
    .select(['action', 'before', 'after'])
    .where('subject_id', '=', sku)
    .orderBy('id', 'desc')
    .executeTakeFirst();
  expect(trail).toMatchObject({
    action: 'stock.adjust',
    before: { onHand: 5 },
    after: { onHand: 3, reason: 'loss' },
  });

  const unknown = { delta: 1, reason: 'count', note: '盘点' } as const;
  await expect(inventory.adjust(boss, { ...unknown, skuId: newId<'sku'>() })).rejects.toMatchObject({
    code: 'sku.not_found',
  });
  await expect(
    inventory.adjust(boss, { ...unknown, skuId: sku, locationId: newId<'location'>() }),
  ).rejects.toMatchObject({ code: 'location.not_found' });
});

test('the same count sent again after a killed server moves stock once', async () => {
  const { given, inventory, boss } = house;
  const sku = await given.sku({ stock: 5 });
  const count = { skuId: sku, delta: -2, reason: 'loss', note: '' } as const;
  await inventory.adjust(boss, count, undefined, 'key-of-one-count');
  const again = await inventory.adjust(boss, count, undefined, 'key-of-one-count');
  expect(again).toMatchObject({ onHand: 3, available: 3 });
  expect(await inventory.adjust(boss, count, undefined, 'key-of-the-next-count')).toMatchObject({ onHand: 1 });
});

test('the journal of a product tells of all its SKUs and of no other', async () => {
  const { given, inventory } = house;
  const specs = [{ name: '色', values: ['红', '蓝'] }];
  const skus = ['红', '蓝'].map((value) => ({ specValues: [value], priceFen: 100 }));
  const product = await given.product({ specs, skus, stock: 2 });
  const other = await given.sku({ stock: 1 });
  const page = { page: 1, size: 20, productId: product.id as Id<'product'> };
  const found = await inventory.movements(page);
  expect(found.total).toBe(2);
  expect(found.items.map((move) => move.specText).toSorted()).toEqual(['红', '蓝'].toSorted());
  expect((await inventory.movements({ ...page, skuId: other })).total).toBe(0);
});

type Step = {
  what: 'hold' | 'confirm' | 'release' | 'consume' | 'restock' | 'adjust';
  sku: 0 | 1;
  n: number;
  pick: number;
};

test('whatever happens to orders, stock equals its journal and reservations equal what orders hold', async () => {
  const step = fc.record<Step>({
    what: fc.constantFrom('hold', 'confirm', 'release', 'consume', 'restock', 'adjust'),
    sku: fc.constantFrom(0, 1),
    n: fc.integer({ min: -4, max: 6 }).filter((n) => n !== 0),
    pick: fc.nat(20),
  });
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 10, maxLength: 40 }), async (steps) => {
      const skus = [await house.given.sku({ stock: 8 }), await house.given.sku({ stock: 3 })] as const;
      const orders: Held[] = [];
      // A plain book of our own beside the tables: what must be there after every step.
      const book = { onHand: [8, 3], held: [0, 0] };
      const lines = new Map<string, { sku: 0 | 1; held: number; out: number }>();
      for (const [index, one] of steps.entries()) {
        await play(index, one, { skus, orders, book, lines });
        const [first, second] = [await levelOf(skus[0]), await levelOf(skus[1])];
        expect([first?.onHand, second?.onHand]).toEqual(book.onHand);
        expect([first?.reserved, second?.reserved]).toEqual(book.held);
      }
      expect(await house.inventory.check(house.db)).toEqual([]);
    }),
    { numRuns: 12 },
  );
});

type Book = {
  skus: readonly [string, string];
  orders: Held[];
  book: { onHand: number[]; held: number[] };
  lines: Map<string, { sku: 0 | 1; held: number; out: number }>;
};

async function play(index: number, { what, sku, n, pick }: Step, { skus, orders, book, lines }: Book): Promise<void> {
  const { inventory, db, boss } = house;
  const some = (values: number[], by: number, at = sku as number) => void (values[at] = (values[at] ?? 0) + by);
  const left = (book.onHand[sku] ?? 0) - (book.held[sku] ?? 0);
  if (what === 'adjust') {
    const change = { skuId: skus[sku] as Id<'sku'>, delta: n, reason: 'count' as const, note: '盘点' };
    if (left + n < 0)
      await expect(inventory.adjust(boss, change)).rejects.toMatchObject({ code: 'inventory.below_reserved' });
    else await inventory.adjust(boss, change).then(() => some(book.onHand, n));
    return;
  }
  if (what === 'hold') {
    const wish = order({ skuId: skus[sku], quantity: Math.abs(n) });
    if (left < Math.abs(n)) {
      await expect(hold(wish)).rejects.toMatchObject({ code: 'inventory.short', details: { left } });
      return;
    }
    orders.push(await hold(wish));
    some(book.held, Math.abs(n));
    for (const line of wish.lines) lines.set(line.lineId, { sku, held: Math.abs(n), out: 0 });
    return;
  }
  const chosen = orders[pick % Math.max(1, orders.length)];
  const lineId = chosen?.lines[0]?.lineId ?? '';
  const line = lines.get(lineId);
  if (!chosen || !line) return;
  const quantity = Math.min(Math.abs(n), what === 'restock' ? line.out : line.held);
  if (what === 'confirm') await db.tx((tx) => inventory.confirm(tx, chosen.orderId));
  if (quantity === 0) return;
  if (what === 'release') {
    await db.tx((tx) => inventory.release(tx, [{ lineId, quantity }]));
    some(book.held, -quantity, line.sku);
    line.held -= quantity;
  }
  if (what === 'consume') {
    await db.tx((tx) => inventory.consume(tx, effect(`p:${lineId}:${index}`, [{ lineId, quantity }])));
    some(book.held, -quantity, line.sku);
    some(book.onHand, -quantity, line.sku);
    line.held -= quantity;
    line.out += quantity;
  }
  if (what === 'restock') {
    const damaged = pick % (quantity + 1);
    await db.tx((tx) => inventory.restock(tx, effect(`r:${lineId}:${index}`, [{ lineId, quantity, damaged }])));
    some(book.onHand, quantity - damaged, line.sku);
    line.out -= quantity;
  }
}

test('when orders, parcels, returns and counts meet on one SKU, the journal still reads as one chain', async () => {
  const { given, db, inventory } = house;
  const sku = await given.sku({ stock: 40 });
  await Promise.all(
    Array.from({ length: 40 }, async (_, index) => {
      if (index % 5 === 4) return given.stock(sku, 2);
      const held = await hold(order({ skuId: sku, quantity: 1 }));
      if (index % 5 === 0) return db.tx((tx) => inventory.releaseOrder(tx, held.orderId));
      if (index % 5 === 1) return undefined;
      await db.tx((tx) => inventory.consume(tx, effect(`ship:${held.orderId}`, part(held, 1))));
      const back = held.lines.map(({ lineId }) => ({ lineId, quantity: 1, damaged: index % 2 }));
      if (index % 5 === 2) await db.tx((tx) => inventory.restock(tx, effect(`back:${held.orderId}`, back)));
      return undefined;
    }),
  );
  expect(house.retries).toEqual([]);
  expect(await inventory.check(db)).toEqual([]);
  // 40 + 8 counts of 2 - 16 shipped + 8 returned, half of them damaged; 8 orders still hold theirs.
  expect(await levelOf(sku)).toEqual({ onHand: 44, reserved: 8, available: 36 });
  const moves = (await inventory.movements({ skuId: sku, page: 1, size: 200 })).items.toReversed();
  let shelf = 0;
  for (const move of moves) expect(move.onHandAfter).toBe((shelf += move.delta));
});

test('the journal cannot be edited, and a key moves stock once', async () => {
  await expect(sql`update stock_movements set delta = 1`.execute(house.db.q)).rejects.toThrow(/never changed/);
  await expect(sql`delete from stock_movements`.execute(house.db.q)).rejects.toThrow(/never changed/);
});
