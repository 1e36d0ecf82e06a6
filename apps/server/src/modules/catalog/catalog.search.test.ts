// The shelf: Chinese words of any length find their goods, and scrolling shows each of them once.
import type { In, listProducts } from '@jishi/contract';
import fc from 'fast-check';
import { sql, type CompiledQuery, type RawBuilder } from 'kysely';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { goodsHouse, type GoodsHouse } from '../../../test/goods.ts';
import { readingAnew } from '../../platform/http.writer.ts';
import { newId } from '../../platform/ids.ts';
import { ORDERS, placeOf, cursorAt, searchWords, type Order, type Place } from './catalog.rules.ts';
import { bestCards, bestCardsQuery } from './catalog.match.store.ts';
import { cards, cardsQuery } from './catalog.shelf.store.ts';

let house: GoodsHouse;
beforeAll(async () => {
  house = await goodsHouse();
});
afterAll(() => house.close());

type Query = Partial<In<typeof listProducts>>;
const list = (query: Query) =>
  house.pages.list({ sort: 'relevance', inStockOnly: false, limit: 20, ...query } as In<typeof listProducts>);
const titles = async (query: Query) => (await list(query)).items.map((card) => card.title);

describe('searching', () => {
  beforeAll(async () => {
    const { given } = house;
    const phones = await given.category('手机数码');
    const cases = await given.category('手机配件', phones);
    const brand = await given.brand('HUAWEI 华为');
    const goods = [
      { title: '华为手机 Mate 80 Pro', categoryId: phones, brandId: brand, sortOrder: 0 },
      { title: '全新华为手机壳（防摔）', categoryId: cases },
      { title: '纯棉T恤 100%棉', subtitle: '华为员工同款' },
      { title: 'iPhone 手机支架', categoryId: cases },
      { title: '儿童雨鞋', subtitle: '下雨天_好搭档' },
      { title: 'ＡＢＣ全角字母拼图' },
      { title: '反斜杠\\贴纸' },
    ];
    for (const good of goods) {
      house.clock.forward({ seconds: 1 });
      await given.product(good);
    }
  });

  test('two characters, a phrase and a single character find what contains them', async () => {
    expect(await titles({ q: '雨鞋' })).toEqual(['儿童雨鞋']);
    expect(await titles({ q: '华为手机壳' })).toEqual(['全新华为手机壳（防摔）']);
    expect(await titles({ q: '鞋' })).toEqual(['儿童雨鞋']);
    expect(await titles({ q: '没有这种东西' })).toEqual([]);
  });

  test('several words must all be there, in any order and in any field', async () => {
    expect(await titles({ q: '手机 iphone' })).toEqual(['iPhone 手机支架']);
    expect(await titles({ q: '支架　配件' })).toEqual(['iPhone 手机支架']);
    expect(await titles({ q: 'huawei pro' })).toEqual(['华为手机 Mate 80 Pro']);
    expect(await titles({ q: '华为 支架' })).toEqual([]);
  });

  test('what starts with the word comes first, then what has it in its title, then the rest', async () => {
    expect(await titles({ q: '华为' })).toEqual(['华为手机 Mate 80 Pro', '全新华为手机壳（防摔）', '纯棉T恤 100%棉']);
  });

  test('among equals what sells more comes first, then what is newer', async () => {
    const { given, catalog, db } = house;
    const made = [];
    for (const title of ['陶瓷茶壶一', '陶瓷茶壶二', '陶瓷茶壶三']) {
      house.clock.forward({ seconds: 1 });
      made.push(await given.product({ title }));
    }
    expect(await titles({ q: '茶壶' })).toEqual(['陶瓷茶壶三', '陶瓷茶壶二', '陶瓷茶壶一']);
    const productId = made[0]?.id ?? '';
    await db.tx((tx) =>
      catalog.countSales(tx, [
        { productId, quantity: 2 },
        { productId, quantity: 1 },
      ]),
    );
    // What was found a moment ago keeps its order for some seconds.
    house.clock.forward({ seconds: 10 });
    expect(await titles({ q: '茶壶' })).toEqual(['陶瓷茶壶一', '陶瓷茶壶三', '陶瓷茶壶二']);
    await db.tx((tx) => catalog.countSales(tx, [{ productId, quantity: -3 }]));
    house.clock.forward({ seconds: 10 });
    expect(await titles({ q: '茶壶' })).toEqual(['陶瓷茶壶三', '陶瓷茶壶二', '陶瓷茶壶一']);
  });

  test('what is known to be found is shown as it is now: its price, its stock, and not when it has left the shelf', async () => {
    const { given, db } = house;
    const [one] = [
      await given.product({ title: '青瓷花瓶甲', stock: 1 }),
      await given.product({ title: '青瓷花瓶乙' }),
    ];
    const found = async (anew = false) => {
      const ask = () => list({ q: '花瓶', limit: 20 });
      const { items } = await (anew ? readingAnew(ask) : ask());
      return items.map((card) => `${card.title} ${card.priceFen} ${card.isSoldOut}`);
    };
    const before = await found();
    expect(before).toHaveLength(2);
    // As another process would write it: nothing here hears of it.
    await sql`update products set min_price_fen = 12345, max_price_fen = 12345, market_price_fen = null where id = ${one.id}`.execute(
      db.q,
    );
    await sql`update stock_balances set reserved = on_hand where sku_id in (select id from skus where product_id = ${one.id})`.execute(
      db.q,
    );
    expect(await found()).toContain('青瓷花瓶甲 12345 true');
    await sql`update products set state = 'off_shelf' where id = ${one.id}`.execute(db.q);
    expect(await found()).toEqual([expect.stringMatching(/^青瓷花瓶乙 /)]);
    house.clock.forward({ seconds: 10 });
    expect(await found()).toHaveLength(1);
    // What comes anew is found by whoever asks anew, by all others some seconds later; what is made here, at once.
    await sql`update products set state = 'on_sale' where id = ${one.id}`.execute(db.q);
    expect(await found()).toHaveLength(1);
    expect(await found(true)).toHaveLength(2);
    await given.product({ title: '青瓷花瓶丙' });
    expect(await found()).toHaveLength(3);
  });

  test('signs that databases treat as wildcards are characters like others', async () => {
    expect(await titles({ q: '100%' })).toEqual(['纯棉T恤 100%棉']);
    expect(await titles({ q: '天_好' })).toEqual(['儿童雨鞋']);
    expect(await titles({ q: '斜杠\\贴' })).toEqual(['反斜杠\\贴纸']);
    expect(await titles({ q: '_%' })).toEqual([]);
    expect(await titles({ q: '雨%鞋' })).toEqual([]);
  });

  test('width and case of letters do not matter, and control characters do no harm', async () => {
    expect(await titles({ q: 'abc全角' })).toEqual(['ＡＢＣ全角字母拼图']);
    expect(await titles({ q: 'ＩＰＨＯＮＥ' })).toEqual(['iPhone 手机支架']);
    expect(await titles({ q: '雨鞋\u0000' })).toEqual(['儿童雨鞋']);
  });

  test('whatever a product is called, any piece of its title finds it', async () => {
    const piece = fc.array(fc.constantFrom(...'甲乙丙丁戊aB3%_\\é１Ω'), { minLength: 1, maxLength: 8 });
    await fc.assert(
      fc.asyncProperty(piece, fc.nat(7), fc.nat(7), async (letters, from, length) => {
        const title = letters.join('');
        const word = letters.slice(from % letters.length, (from % letters.length) + length + 1).join('');
        const product = await house.given.product({ title });
        const found = await list({ q: word, limit: 50, sort: 'new' });
        expect(found.items.map((card) => card.id)).toContain(product.id);
        const { id: productId } = product;
        await house.catalog.remove(house.boss, productId);
      }),
      { numRuns: 25 },
    );
  });

  describe('with thousands of goods', () => {
    const planOf = async (q: string, order: Order) => {
      const filter = { words: searchWords(q), inStockOnly: false };
      const page = { order, after: null, limit: 21 };
      const query = cardsQuery(filter, page, (skuId) => house.inventory.moreThan(skuId, 0));
      const { rows } = await sql<{ 'QUERY PLAN': string }>`explain ${query}`.execute(house.db.q);
      return rows.map((row) => row['QUERY PLAN']).join('\n');
    };
    beforeAll(async () => {
      const { given, db } = house;
      await given.product({ title: '底座' });
      await sql`
        insert into products (id, seller_id, category_id, category_path, title, image_file_ids, state, min_price_fen,
          max_price_fen, sales_count, published_at, created_at, updated_at, search_text)
        select gen_random_uuid(), seller_id, category_id, category_path, md5(i::text), image_file_ids, state, i, i, i,
          published_at + i * interval '1 second', created_at, updated_at, md5(i::text)
        from products, generate_series(1, 5000) i where title = '底座'`.execute(db.q);
      await sql`analyze products`.execute(db.q);
    });
    afterAll(() => sql`delete from products where title = search_text`.execute(house.db.q));

    test.each(['鞋', '手机', '华为手机壳', '手机 华为'])(
      'the index over pieces serves %s, in every order',
      async (q) => {
        for (const order of ['matching', 'new', 'price_asc', 'sales'] as const) {
          expect(await planOf(q, order)).toContain('Bitmap Index Scan on products_search');
        }
      },
    );

    test('a word that very much matches is answered in the same order, page by page, whichever way its rows are found', async () => {
      const { given, db, clock } = house;
      const words = ['锦鲤'];
      for (const [index, title] of ['锦鲤抱枕', '红锦鲤', '锦鲤', '小锦鲤挂件', '挂件', '抱枕'].entries()) {
        clock.forward({ seconds: 1 });
        const product = await given.product({ title, subtitle: index > 2 ? '锦鲤同款' : '', stock: index % 2 });
        await db.tx((tx) => house.catalog.countSales(tx, [{ productId: product.id, quantity: index % 3 }]));
      }
      const stocked = (skuId: Parameters<typeof house.inventory.moreThan>[0]) => house.inventory.moreThan(skuId, 0);
      const ways = ['walk', 'gather'] as const;
      for (const inStockOnly of [false, true]) {
        const filter = { words, inStockOnly };
        const whole = { order: 'matching' as const, after: null, limit: 50 };
        const expected = (await cards(db, filter, whole, stocked, 'gather')).map((row) => row.id);
        expect(expected).toHaveLength(inStockOnly ? 3 : 6);
        for (const tiers of ways.flatMap((a) => ways.flatMap((b) => ways.map((c) => [a, b, c] as const)))) {
          const seen: string[] = [];
          for (let after: Place | null = null; ;) {
            const rows = await bestCards(db, filter, { after, limit: 2 }, tiers, stocked);
            seen.push(...rows.map((row) => row.id));
            const last = rows.at(-1);
            if (!last || rows.length < 2) break;
            after = placeOf('matching', cursorAt('matching', last));
          }
          expect(seen, `${tiers.join(', ')}`).toEqual(expected);
        }
      }
    });

    test('a category reads the same page by page, whichever way its goods are found', async () => {
      const { given, db } = house;
      const top = await given.category();
      const middle = await given.category(undefined, top);
      const leaves = [await given.category(undefined, middle), await given.category(undefined, middle)];
      await given.product({ title: '别处' });
      for (const [index, categoryId] of [top, middle, ...leaves, ...leaves, middle].entries()) {
        const product = await given.product({
          categoryId,
          title: `层${index}`,
          priceFen: 1000 + index,
          stock: index % 3,
        });
        await db.tx((tx) => house.catalog.countSales(tx, [{ productId: product.id, quantity: (index * 3) % 5 }]));
      }
      const stocked = (skuId: Parameters<typeof house.inventory.moreThan>[0]) => house.inventory.moreThan(skuId, 0);
      for (const [categoryId, count] of [
        [top, 7],
        [middle, 6],
        [leaves[0] ?? '', 2],
      ] as const) {
        for (const more of [{}, { inStockOnly: true }, { minFen: 1001, maxFen: 1004 }]) {
          const filter = { words: [], inStockOnly: false, categoryId, ...more };
          const seen = { gather: [] as string[], walk: [] as string[], shelves: [] as string[] };
          for (const way of ['gather', 'walk', 'shelves'] as const) {
            for (let after: Place | null = null; ;) {
              const rows = await cards(db, filter, { order: 'relevance', after, limit: 2 }, stocked, way);
              seen[way].push(...rows.map((row) => row.id));
              const last = rows.at(-1);
              if (!last || rows.length < 2) break;
              after = placeOf('relevance', cursorAt('relevance', last));
            }
          }
          if (Object.keys(more).length === 0) expect(seen.gather).toHaveLength(count);
          expect(seen.walk).toEqual(seen.gather);
          expect(seen.shelves).toEqual(seen.gather);
        }
      }
    });

    test('what very much fits is walked along, what little fits is gathered, and nothing is read from end to end', async () => {
      const plan = async (query: RawBuilder<unknown>) => {
        const { rows } = await sql<{ 'QUERY PLAN': string }>`explain ${query}`.execute(house.db.q);
        return rows.map((row) => row['QUERY PLAN']).join('\n');
      };
      const stocked = (skuId: Parameters<typeof house.inventory.moreThan>[0]) => house.inventory.moreThan(skuId, 0);
      const { rows: bases } = await sql<{ id: string }>`
        select category_id as id from products where title = '底座'`.execute(house.db.q);
      const filter = { words: [], inStockOnly: false, categoryId: bases[0]?.id ?? '' };
      const small = await house.given.category();
      for (const order of ['relevance', 'new', 'price_asc', 'sales'] as const) {
        const page = { order, after: null, limit: 21 };
        const walked = await plan(cardsQuery(filter, page, stocked, 'walk'));
        expect(walked).toMatch(/Index Scan (Backward )?using products_(overall|new|price|sales) /);
        const few = { ...filter, categoryId: small };
        const gathered = await plan(cardsQuery(few, page, stocked, 'gather'));
        expect(gathered).toContain('Bitmap Index Scan on products_category_path');
        expect(`${walked}${gathered}`).not.toContain('Seq Scan on products');
      }
      const shelves = await plan(
        cardsQuery(filter, { order: 'relevance', after: null, limit: 21 }, stocked, 'shelves'),
      );
      expect(shelves).toMatch(/using products_(on_shelf|category) /);
      expect(shelves).not.toContain('Seq Scan on products');
      const page = { after: null, limit: 21 };
      const best = bestCardsQuery({ words: ['a1'], inStockOnly: false }, page, ['walk', 'gather', 'gather'], stocked);
      const text = await plan(best);
      expect(text).toContain('products_beginning');
      expect(text).toContain('Index Scan using products_best');
      expect(text).toContain('products_title');
      expect(text).not.toContain('Seq Scan on products');
    });

    test.each([
      ['relevance', 'products_overall'],
      ['new', 'products_new'],
      ['price_asc', 'products_price'],
      ['price_desc', 'products_price'],
      ['sales', 'products_sales'],
    ] as const)('without words the list in order of %s walks along %s', async (order, index) => {
      expect(await planOf('', order)).toMatch(new RegExp(`Index Scan (Backward )?using ${index} `));
    });
  });
});

describe('filters', () => {
  test('a category shows what stands below it too; an unknown one is refused', async () => {
    const { given } = house;
    const top = await given.category();
    const middle = await given.category(undefined, top);
    const leaf = await given.category(undefined, middle);
    await given.product({ title: '叶子里的', categoryId: leaf });
    await given.product({ title: '中间的', categoryId: middle });
    expect((await titles({ categoryId: top })).toSorted()).toEqual(['中间的', '叶子里的'].toSorted());
    expect(await titles({ categoryId: leaf })).toEqual(['叶子里的']);
    expect(await titles({ categoryId: await given.category() })).toEqual([]);
    await expect(list({ categoryId: newId<'category'>() })).rejects.toMatchObject({ code: 'category.not_found' });
  });

  test('brand, price and stock narrow the list; drafts and removed goods are never in it', async () => {
    const { given, catalog, boss } = house;
    const brandId = await given.brand();
    await given.product({ title: '便宜', brandId, priceFen: 500, stock: 1 });
    const sold = await given.product({ title: '卖完', brandId, priceFen: 900 });
    await given.product({ title: '昂贵', brandId, priceFen: 5000, stock: 1 });
    await given.product({ title: '草稿', brandId, onShelf: false });
    const removed = await given.product({ title: '删除', brandId });
    await catalog.remove(boss, removed.id);
    const sort = 'price_asc' as const;
    expect(await titles({ brandId, sort })).toEqual(['便宜', '卖完', '昂贵']);
    expect(await titles({ brandId, sort, inStockOnly: true })).toEqual(['便宜', '昂贵']);
    expect(await titles({ brandId, sort, minFen: 900, maxFen: 4999 } as Query)).toEqual(['卖完']);
    const cards = (await list({ brandId, sort })).items;
    expect(cards.map((card) => card.isSoldOut)).toEqual([false, true, false]);
    expect(cards[0]?.image?.url).toMatch(/large/);
    await expect(house.pages.product(removed.id)).rejects.toMatchObject({ code: 'product.not_found' });
    expect(await house.pages.product(sold.id)).toMatchObject({
      isSoldOut: true,
      aftersaleNote: '确认收货后 15 天内可申请售后',
    });
  });
});

describe('scrolling', () => {
  test('every order of the list shows each product once, also where products are equal in all but their id', async () => {
    const { given, db, catalog } = house;
    const brandId = await given.brand();
    for (let index = 0; index < 24; index += 1) {
      // Few different values, so that most products tie with others.
      if (index % 5 === 0) house.clock.forward({ seconds: 1 });
      const form = { brandId, title: `同款${index % 2}`, priceFen: 100 + (index % 3), sortOrder: index % 2 };
      const product = await given.product(form);
      await db.tx((tx) => catalog.countSales(tx, [{ productId: product.id, quantity: index % 4 }]));
    }
    const sorts = ['relevance', 'new', 'price_asc', 'price_desc', 'sales'] as const;
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...sorts),
        fc.integer({ min: 1, max: 25 }),
        fc.boolean(),
        async (sort, limit, q) => {
          const query: Query = { brandId, sort, ...(q ? { q: '同款' } : {}) };
          const whole = await list({ ...query, limit: 50 });
          expect(whole.items).toHaveLength(24);
          expect(whole.nextCursor).toBeNull();
          const seen: string[] = [];
          let cursor: string | undefined;
          do {
            const page = await list({ ...query, limit, ...(cursor === undefined ? {} : { cursor }) });
            seen.push(...page.items.map((card) => card.id));
            cursor = page.nextCursor ?? undefined;
          } while (cursor !== undefined);
          expect(seen).toEqual(whole.items.map((card) => card.id));
        },
      ),
      { numRuns: 20 },
    );
  });

  test('the orders are what they say', async () => {
    const { given } = house;
    const brandId = await given.brand();
    for (const [title, priceFen, sortOrder] of [
      ['甲', 300, 0],
      ['乙', 100, 0],
      ['丙', 200, -1],
    ] as const) {
      house.clock.forward({ seconds: 1 });
      await given.product({ brandId, title, priceFen, sortOrder });
    }
    expect(await titles({ brandId, sort: 'price_asc' })).toEqual(['乙', '丙', '甲']);
    expect(await titles({ brandId, sort: 'price_desc' })).toEqual(['甲', '丙', '乙']);
    expect(await titles({ brandId, sort: 'new' })).toEqual(['丙', '乙', '甲']);
    expect(await titles({ brandId })).toEqual(['丙', '乙', '甲']);
  });

  test('a cursor of another order, or one that nobody gave out, is refused', async () => {
    const { given } = house;
    const brandId = await given.brand();
    await given.product({ brandId });
    await given.product({ brandId });
    const { nextCursor } = await list({ brandId, sort: 'price_asc', limit: 1 });
    const cursor = nextCursor ?? '';
    expect((await list({ brandId, sort: 'price_asc', cursor })).items).toHaveLength(1);
    const bad = [
      { sort: 'price_desc', cursor },
      { sort: 'new', cursor },
      { sort: 'price_asc', cursor: 'not-a-cursor' },
      { sort: 'price_asc', cursor: Buffer.from('["price_asc","1; drop table",1]').toString('base64url') },
      { sort: 'price_asc', cursor: `${cursor}AAAA` },
      { sort: 'price_asc', cursor: Buffer.from('null').toString('base64url') },
    ] as const;
    for (const query of bad) await expect(list(query)).rejects.toMatchObject({ code: 'cursor.invalid' });
  });

  test('every cursor names the place that it was made from', () => {
    const row = fc.record({
      score: fc.nat(2),
      weight: fc.integer(),
      sales_count: fc.nat(),
      min_price_fen: fc.nat(),
      published_at: fc.date({ min: new Date(0), max: new Date(4e12), noInvalidDate: true }),
      id: fc.uuid(),
    });
    fc.assert(
      fc.property(fc.constantFrom(...(Object.keys(ORDERS) as Order[])), row, (order, values) => {
        const place = placeOf(order, cursorAt(order, values));
        for (const [key, value] of Object.entries(place)) {
          const made = values[key as keyof typeof values];
          expect(value).toBe(made instanceof Date ? made.toISOString() : made);
        }
      }),
    );
  });
});

test('a page of cards costs one query, whatever it shows', async () => {
  const { given, db, inventory, catalog } = house;
  const brandId = await given.brand();
  for (let index = 0; index < 5; index += 1) await given.product({ brandId, stock: index });
  const statements: CompiledQuery[] = [];
  const watched = db.q.withPlugin({
    transformQuery: ({ node }) => node,
    transformResult: async ({ result }) => {
      statements.push({} as CompiledQuery);
      return result;
    },
  });
  const query = { sort: 'relevance', inStockOnly: true, limit: 20, brandId } as In<typeof listProducts>;
  const page = await catalog.search({ run: db.run, q: watched }, query, (skuId) => inventory.moreThan(skuId, 0));
  expect(page.items).toHaveLength(4);
  // How much fits is asked once a minute, pictures once for ever.
  expect(statements.length).toBeLessThanOrEqual(3);
  statements.length = 0;
  await catalog.search({ run: db.run, q: watched }, query, (skuId) => inventory.moreThan(skuId, 0));
  expect(statements).toHaveLength(1);
});
