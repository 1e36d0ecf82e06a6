// Staff write goods: versions, specs, kept SKUs, the shelf's laws, the tree of categories and brands.
import type { AdminProductSort, Id, In, adminUpdateProduct } from '@jishi/contract';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { goodsHouse, type GoodsHouse } from '../../../test/goods.ts';
import { newId } from '../../platform/ids.ts';
import type { StaffProduct } from './catalog.ts';

let house: GoodsHouse;
beforeAll(async () => {
  house = await goodsHouse();
});
afterAll(() => house.close());

type Edit = In<typeof adminUpdateProduct>;
/** The form as the page would send it back, with what the test changes. */
const formOf = (product: StaffProduct, change: Partial<Edit> = {}): Edit =>
  ({
    productId: product.id,
    version: product.version,
    categoryId: product.categoryId,
    brandId: product.brandId,
    title: product.title,
    subtitle: product.subtitle,
    description: product.description,
    imageFileIds: product.images.map((image) => image.fileId),
    specs: product.specs,
    sortOrder: product.sortOrder,
    skus: product.skus.map(({ id, specValues, code, priceFen, marketPriceFen, costFen, isOnSale }) => {
      return { id, specValues, code, priceFen, marketPriceFen, costFen, imageFileId: null, isOnSale };
    }),
    ...change,
  }) as Edit;
const sku = (specValues: string[], priceFen: number, more: object = {}) =>
  ({
    specValues,
    code: null,
    priceFen,
    marketPriceFen: null,
    costFen: null,
    imageFileId: null,
    isOnSale: true,
    ...more,
  }) as Edit['skus'][number];
const specs = [{ name: '颜色', values: ['红', '蓝', '绿'] }];
const eventsOf = async (productId: string) => {
  const rows = await house.db.q.selectFrom('outbox').select('payload').where('event', '=', 'product.changed').execute();
  return rows.filter((row) => (row.payload as { productId: string }).productId === productId).length;
};

describe('products', () => {
  test('a new product is a draft with no stock; on the shelf it is told to others and has its trail', async () => {
    const { given, catalog, pages, boss, db } = house;
    const draft = await pages.createProduct(boss, await given.form({ priceFen: 1200 }), { id: 'req', ip: '10.0.0.1' });
    expect(draft).toMatchObject({ state: 'draft', version: 1, skus: [{ onHand: 0, reserved: 0, available: 0 }] });
    const productId = draft.id as Id<'product'>;
    const onSale = await catalog.setState(boss, { productId, state: 'on_sale', version: 1 });
    expect(onSale).toMatchObject({ state: 'on_sale', version: 2 });
    expect(await eventsOf(productId)).toBe(2);
    const trail = await db.q
      .selectFrom('audit_log')
      .select('action')
      .where('subject_id', '=', productId)
      .orderBy('id')
      .execute();
    expect(trail.map((row) => row.action)).toEqual(['catalog.create', 'catalog.shelf']);
  });

  test('an edit over a version that somebody has changed meanwhile is refused, also at the same moment', async () => {
    const { given, catalog, boss } = house;
    const product = await given.product();
    const answers = await Promise.allSettled(
      ['甲', '乙', '丙'].map((title) => catalog.edit(boss, formOf(product, { title }))),
    );
    expect(answers.filter((answer) => answer.status === 'fulfilled')).toHaveLength(1);
    for (const answer of answers) {
      if (answer.status === 'rejected') expect(answer.reason).toMatchObject({ code: 'product.stale' });
    }
  });

  test('kept SKUs keep their id and stock, even when they swap values and codes; left-out ones are retired', async () => {
    const { given, catalog, inventory, db, boss } = house;
    const skus = [sku(['红'], 100, { code: 'SWAP-R' }), sku(['蓝'], 200, { code: 'SWAP-B' }), sku(['绿'], 300)];
    const product = await given.product({ specs, skus, stock: 7 });
    const [red, blue, green] = product.skus;
    const edited = await catalog.edit(
      boss,
      formOf(product, {
        skus: [sku(['蓝'], 100, { id: red?.id, code: 'SWAP-B' }), sku(['红'], 200, { id: blue?.id, code: 'SWAP-R' })],
      }),
    );
    expect(edited.skus.map(({ id, specValues, code }) => [id, specValues, code])).toEqual([
      [red?.id, ['蓝'], 'SWAP-B'],
      [blue?.id, ['红'], 'SWAP-R'],
    ]);
    expect((await inventory.available(db, [red?.id ?? ''])).get(red?.id ?? '')).toBe(7);
    const sale = await catalog.skusForSale(
      db,
      product.skus.map((one) => one.id),
    );
    expect(sale.get(red?.id ?? '')).toMatchObject({ isOnSale: true, specText: '蓝', priceFen: 100 });
    expect(sale.get(green?.id ?? '')).toMatchObject({ isOnSale: false, isSpecGone: true });
    // A retired SKU is history: its combination is free again, its id is not.
    const again = await catalog.edit(boss, formOf(edited, { skus: [...formOf(edited).skus, sku(['绿'], 300)] }));
    expect(again.skus[2]?.id).not.toBe(green?.id);
    await expect(
      catalog.edit(boss, formOf(again, { skus: [sku(['绿'], 1, { id: green?.id })] })),
    ).rejects.toMatchObject({ code: 'sku.not_found' });
  });

  test('the card shows the range of what is on sale and the market price of the cheapest', async () => {
    const { given, catalog, boss, pages } = house;
    const brandId = await given.brand();
    const skus = [
      sku(['红'], 500, { isOnSale: false }),
      sku(['蓝'], 800, { marketPriceFen: 1000 }),
      sku(['绿'], 900, { marketPriceFen: 5000 }),
    ];
    const product = await given.product({ brandId, specs, skus });
    const query = { sort: 'new', inStockOnly: false, limit: 20, brandId } as const;
    expect((await pages.list(query)).items[0]).toMatchObject({ priceFen: 800, maxPriceFen: 900, marketPriceFen: 1000 });
    expect((await pages.product(product.id)).skus.map((one) => one.specValues)).toEqual([['蓝'], ['绿']]);
    const dearer = formOf(product).skus.map((one) => ({ ...one, marketPriceFen: one.priceFen }));
    await catalog.edit(boss, formOf(product, { skus: dearer }));
    expect((await pages.list(query)).items[0]).toMatchObject({ marketPriceFen: null });
  });

  test('the shelf needs a picture and something to buy, and an edit cannot take them away', async () => {
    const { given, catalog, boss } = house;
    const bare = await given.product({ onShelf: false, imageFileIds: [] });
    const shelve = { productId: bare.id as Id<'product'>, state: 'on_sale', version: bare.version } as const;
    await expect(catalog.setState(boss, shelve)).rejects.toMatchObject({
      code: 'product.incomplete',
      details: { why: '至少需要一张图片' },
    });
    const good = await given.product();
    const hidden = formOf(good).skus.map((one) => ({ ...one, isOnSale: false }));
    await expect(catalog.edit(boss, formOf(good, { skus: hidden }))).rejects.toMatchObject({
      code: 'product.incomplete',
    });
    const off = await catalog.setState(boss, {
      productId: good.id as Id<'product'>,
      state: 'off_shelf',
      version: good.version,
    });
    const edited = await catalog.edit(boss, formOf(off, { skus: hidden }));
    expect(edited.skus[0]?.isOnSale).toBe(false);
  });

  test('being taken off the shelf and put back does not make a product new', async () => {
    const { given, catalog, boss, clock, pages } = house;
    const brandId = await given.brand();
    const old = await given.product({ brandId, title: '老的' });
    clock.forward({ days: 1 });
    await given.product({ brandId, title: '新的' });
    const productId = old.id as Id<'product'>;
    const off = await catalog.setState(boss, { productId, state: 'off_shelf', version: old.version });
    clock.forward({ days: 1 });
    await catalog.setState(boss, { productId, state: 'on_sale', version: off.version });
    const { items } = await pages.list({ sort: 'new', inStockOnly: false, limit: 20, brandId });
    expect(items.map((card) => card.title)).toEqual(['新的', '老的']);
  });

  test('what a form names must exist, and a code belongs to one SKU', async () => {
    const { given, catalog, boss } = house;
    await given.product({ skus: [sku([], 1, { code: 'TAKEN' })] });
    const refusals: [Partial<Edit>, string][] = [
      [{ categoryId: newId<'category'>() }, 'category.not_found'],
      [{ brandId: newId<'brand'>() }, 'brand.not_found'],
      [{ imageFileIds: [newId<'file'>()] }, 'file.not_found'],
      [{ skus: [sku([], 1, { code: 'TAKEN' })] }, 'sku.code_taken'],
      [{ skus: [sku([], 1, { id: newId() })] }, 'sku.not_found'],
      [{ skus: [sku(['红'], 1)] }, 'product.specs_invalid'],
    ];
    for (const [change, code] of refusals) {
      await expect(catalog.create(boss, { ...(await given.form()), ...change })).rejects.toMatchObject({ code });
    }
    const form = await given.form({ skus: [sku([], 1, { code: 'RACE' })] });
    const race = await Promise.allSettled([catalog.create(boss, form), catalog.create(boss, form)]);
    expect(race.map((answer) => answer.status).toSorted()).toEqual(['fulfilled', 'rejected']);
    const lost = race.find((answer) => answer.status === 'rejected');
    expect(lost?.reason).toMatchObject({ code: 'sku.code_taken', details: { code: 'RACE' } });
  });

  test('the staff list stands in the order that staff ask for', async () => {
    const { given, pages } = house;
    const brandId = await given.brand();
    for (const [title, fen] of [
      ['中', 2000],
      ['贵', 3000],
      ['便宜', 1000],
    ] as const)
      await given.product({ brandId, title, skus: [sku([], fen)] });
    const found = async (sort?: AdminProductSort) =>
      (await pages.staffProducts({ page: 1, size: 9, lowStockOnly: false, brandId, sort })).items.map(
        (row) => row.title,
      );
    expect(await found('price')).toEqual(['便宜', '中', '贵']);
    expect(await found('-price')).toEqual(['贵', '中', '便宜']);
    expect(await found('updatedAt')).toEqual((await found('-updatedAt')).toReversed());
    expect(await found()).toEqual(await found('-updatedAt'));
    expect(await found('-sales')).toHaveLength(3);
  });

  test('a brand moves before another or to the end, and the rest close up', async () => {
    const { given, catalog, boss } = house;
    const [first, second, third] = [await given.brand('一号'), await given.brand('二号'), await given.brand('三号')];
    const ours = async () => {
      const { items } = await catalog.staffBrands({ page: 1, size: 500 });
      return items.map((one) => one.id).filter((id) => [first, second, third].some((own) => own === id));
    };
    await catalog.orderBrand(boss, { brandId: first, beforeId: null });
    await catalog.orderBrand(boss, { brandId: third, beforeId: first });
    await catalog.orderBrand(boss, { brandId: second, beforeId: third });
    expect(await ours()).toEqual([second, third, first]);
    await catalog.orderBrand(boss, { brandId: first, beforeId: second });
    expect(await ours()).toEqual([first, second, third]);
    const nobody = newId<'brand'>();
    for (const move of [
      { brandId: nobody, beforeId: null },
      { brandId: first, beforeId: nobody },
    ])
      await expect(catalog.orderBrand(boss, move)).rejects.toMatchObject({ code: 'brand.not_found' });
  });

  test('the staff list finds by word and by code, and tells what runs low', async () => {
    const { given, pages } = house;
    const brandId = await given.brand();
    await given.product({ brandId, title: '充足', stock: 100, skus: [sku([], 1, { code: 'PLENTY' })] });
    await given.product({ brandId, title: '告急', stock: 10 });
    await given.product({ brandId, title: '草稿告急', onShelf: false });
    const page = { page: 1, size: 20, lowStockOnly: false, brandId };
    const found = async (query: object) =>
      (await pages.staffProducts({ ...page, ...query })).items.map((row) => row.title);
    expect(await found({ q: 'PLENTY' })).toEqual(['充足']);
    expect(await found({ q: '告急' })).toHaveLength(2);
    expect(await found({ state: 'draft' })).toEqual(['草稿告急']);
    expect((await found({ lowStockOnly: true })).toSorted()).toEqual(['告急', '草稿告急'].toSorted());
    const { items, total } = await pages.staffProducts({ ...page, size: 1, page: 2 });
    expect([items.length, total]).toEqual([1, 3]);
    const [plenty] = (await pages.staffProducts({ ...page, q: '充足' })).items;
    expect(plenty).toMatchObject({ available: 100, skuCount: 1 });
  });
});

describe('the bin', () => {
  const coded = async (code: string, categoryId?: Id<'category'>) => {
    const { given, catalog, boss } = house;
    const product = await given.product(categoryId ? { categoryId } : {});
    return catalog.edit(boss, formOf(product, { skus: [sku([], 1000, { id: product.skus[0]?.id, code })] }));
  };

  test('what was removed comes back off the shelf with its SKUs, those retired before stay away', async () => {
    const { given, catalog, pages, boss } = house;
    const product = await given.product();
    const withTwo = await catalog.edit(boss, formOf(product, { specs, skus: [sku(['红'], 900), sku(['蓝'], 950)] }));
    house.clock.forward({ minutes: 1 });
    await catalog.remove(boss, product.id);
    const binned = await pages.staffProducts({ page: 1, size: 50, lowStockOnly: false, removedOnly: true });
    expect(binned.items.find((row) => row.id === product.id)).toMatchObject({
      skuCount: 2,
      removedAt: expect.any(Date),
    });
    const productId = product.id as Id<'product'>;
    const back = await pages.restoreProduct(boss, { productId });
    expect(back).toMatchObject({ state: 'off_shelf', skus: [{ specValues: ['红'] }, { specValues: ['蓝'] }] });
    expect(back.skus.map((one) => one.id)).toEqual(withTwo.skus.map((one) => one.id));
    await expect(pages.restoreProduct(boss, { productId })).rejects.toMatchObject({ code: 'product.not_found' });
  });

  test('a code that was given away meanwhile, or a category that is gone, has to be settled first', async () => {
    const { given, catalog, pages, boss } = house;
    const categoryId = await given.category();
    const product = await coded('BIN-2', categoryId);
    const productId = product.id as Id<'product'>;
    await catalog.remove(boss, product.id);
    const heir = await coded('BIN-2');
    await expect(pages.restoreProduct(boss, { productId })).rejects.toMatchObject({ code: 'sku.code_taken' });
    await catalog.remove(boss, heir.id);
    await catalog.removeCategory(boss, categoryId);
    await expect(pages.restoreProduct(boss, { productId })).rejects.toMatchObject({ code: 'product.category_gone' });
    const other = await given.category();
    expect(await pages.restoreProduct(boss, { productId, categoryId: other })).toMatchObject({ categoryId: other });
  });

  test('who is too late with a change is told who was before', async () => {
    const { given, catalog, boss } = house;
    const product = await given.product();
    await catalog.edit(boss, formOf(product, { title: '先来的' }));
    await expect(catalog.edit(boss, formOf(product, { title: '后来的' }))).rejects.toMatchObject({
      code: 'product.stale',
      details: { changedBy: boss.name, changedAt: expect.any(Date) },
    });
  });

  test('the desk finds by price and by what is sold out', async () => {
    const { given, pages } = house;
    const brandId = await given.brand();
    await given.product({ brandId, title: '有货', stock: 5, priceFen: 5000 });
    await given.product({ brandId, title: '卖完了', stock: 0, priceFen: 9000 });
    const page = { page: 1, size: 20, lowStockOnly: false, brandId };
    const found = async (query: object) =>
      (await pages.staffProducts({ ...page, ...query })).items.map((row) => row.title);
    expect(await found({ soldOutOnly: true })).toEqual(['卖完了']);
    expect(await found({ minFen: 4000, maxFen: 6000 })).toEqual(['有货']);
  });
});

describe('categories', () => {
  const move = (categoryId: Id<'category'>, parentId: Id<'category'> | null, name: string) =>
    house.catalog.updateCategory(house.boss, {
      categoryId,
      parentId,
      name,
      sortOrder: 0,
      isVisible: true,
      imageFileId: null,
    });
  const pathOf = async (productId: string) =>
    (await house.pages.product(productId)).categoryPath.map(({ name }) => name);

  test('moving a category carries everything below it along: levels, paths, products and what search reads', async () => {
    const { given, catalog, pages } = house;
    const [home, garden] = [await given.category('家居'), await given.category('园艺')];
    const tools = await given.category('工具', home);
    const spades = await given.category('铲子', tools);
    const product = await given.product({ title: '不锈钢铲', categoryId: spades });
    expect(await pathOf(product.id)).toEqual(['家居', '工具', '铲子']);
    expect(await move(tools, garden, '园林工具')).toMatchObject({ level: 2, productCount: 1 });
    expect(await pathOf(product.id)).toEqual(['园艺', '园林工具', '铲子']);
    const query = { sort: 'relevance', inStockOnly: false, limit: 20 } as const;
    expect((await pages.list({ ...query, q: '园林 不锈钢' })).items).toHaveLength(1);
    expect((await pages.list({ ...query, q: '家居 不锈钢' })).items).toHaveLength(0);
    expect((await pages.list({ ...query, categoryId: garden })).items).toHaveLength(1);
    expect((await pages.list({ ...query, categoryId: home })).items).toHaveLength(0);
    expect(await move(tools, null, '工具')).toMatchObject({ level: 1, parentId: null });
    expect(await pathOf(product.id)).toEqual(['工具', '铲子']);
    const rows = (await catalog.staffCategories()).items;
    expect(rows.find((row) => row.id === spades)).toMatchObject({ level: 2, parentId: tools });
  });

  test('no fourth level, no circle, no twin among siblings, no unknown parent', async () => {
    const { given } = house;
    const a = await given.category('层一');
    const b = await given.category('层二', a);
    const c = await given.category('层三', b);
    await expect(given.category('层四', c)).rejects.toMatchObject({ code: 'category.too_deep' });
    await expect(move(a, c, '层一')).rejects.toMatchObject({ code: 'category.cycle' });
    await expect(move(a, a, '层一')).rejects.toMatchObject({ code: 'category.cycle' });
    const other = await given.category('别处');
    await expect(move(a, other, '层一')).rejects.toMatchObject({ code: 'category.too_deep' });
    await expect(given.category('层二', a)).rejects.toMatchObject({ code: 'category.name_taken' });
    await expect(given.category('孤儿', newId())).rejects.toMatchObject({ code: 'category.not_found' });
    expect(await move(c, other, '层二')).toMatchObject({ level: 2 });
  });

  test('a product written while its category moves ends up on the new path', async () => {
    const { given, pages } = house;
    const [from, to] = [await given.category(), await given.category()];
    const leaf = await given.category('会搬家', from);
    const forms = await Promise.all(Array.from({ length: 8 }, () => given.form({ categoryId: leaf })));
    const [made] = await Promise.all([
      Promise.all(forms.map((form) => house.catalog.create(house.boss, form))),
      move(leaf, to, '搬好了'),
    ]);
    const page = { page: 1, size: 50, lowStockOnly: false };
    const there = await pages.staffProducts({ ...page, categoryId: to, q: '搬好了' });
    expect(there.items.map((row) => row.id).toSorted()).toEqual(made.map((product) => product.id).toSorted());
  });

  test('siblings stand in the order they are put in; an order of a list that has changed meanwhile is refused', async () => {
    const { given, catalog, boss } = house;
    const parent = await given.category();
    const [first, second, third] = [
      await given.category('甲', parent),
      await given.category('乙', parent),
      await given.category('丙', parent),
    ];
    const wanted = [third, first, second];
    const { items } = await catalog.orderCategories(boss, { parentId: parent, categoryIds: wanted });
    expect(items.filter((one) => one.parentId === parent).map((one) => one.id)).toEqual(wanted);
    for (const categoryIds of [
      [first, second],
      [first, second, second],
      [first, second, parent],
    ]) {
      await expect(catalog.orderCategories(boss, { parentId: parent, categoryIds })).rejects.toMatchObject({
        code: 'category.stale',
      });
    }
  });

  test('only an empty category can be deleted; what lies in the bin does not hold it', async () => {
    const { given, catalog, boss } = house;
    const parent = await given.category();
    const child = await given.category(undefined, parent);
    const product = await given.product({ categoryId: child });
    await expect(catalog.removeCategory(boss, parent)).rejects.toMatchObject({ code: 'category.not_empty' });
    await expect(catalog.removeCategory(boss, child)).rejects.toMatchObject({ code: 'category.not_empty' });
    await catalog.remove(boss, product.id);
    await catalog.removeCategory(boss, child);
    await catalog.removeCategory(boss, parent);
    await expect(catalog.removeCategory(boss, parent)).rejects.toMatchObject({ code: 'category.not_found' });
    const sale = await catalog.skusForSale(
      house.db,
      product.skus.map((one) => one.id),
    );
    expect([...sale.values()].map((one) => one.isOnSale)).toEqual([false]);
  });

  test('shoppers do not see a hidden category, nor what stands below it', async () => {
    const { given, catalog, boss } = house;
    const top = await given.category('看得见');
    const hidden = await given.category('看不见', top);
    const below = await given.category('下面的', hidden);
    const form = {
      categoryId: hidden,
      parentId: top,
      name: '看不见',
      sortOrder: 0,
      isVisible: false,
      imageFileId: null,
    };
    await catalog.updateCategory(boss, form);
    const node = (await catalog.categoryTree()).find((one) => one.id === top);
    expect(node?.children).toEqual([]);
    expect(await catalog.categoryChildren(top)).toEqual([]);
    await expect(catalog.categoryChildren(below)).rejects.toMatchObject({ code: 'category.not_found' });
    const rows = (await catalog.staffCategories()).items.map((row) => row.name);
    expect(rows.slice(rows.indexOf('看得见'), rows.indexOf('看得见') + 3)).toEqual(['看得见', '看不见', '下面的']);
  });
});

describe('brands', () => {
  test('a brand is found by its new name, has one name only, and stays while products use it', async () => {
    const { given, catalog, boss, pages } = house;
    const brandId = await given.brand('老字号');
    const product = await given.product({ brandId, title: '绿豆糕' });
    await catalog.updateBrand(boss, { brandId, name: '新字号', logoFileId: await given.picture(), sortOrder: 1 });
    const query = { sort: 'relevance', inStockOnly: false, limit: 20 } as const;
    expect((await pages.list({ ...query, q: '新字号' })).items[0]).toMatchObject({ brandName: '新字号' });
    expect((await pages.list({ ...query, q: '老字号' })).items).toEqual([]);
    await expect(given.brand('新字号')).rejects.toMatchObject({ code: 'brand.name_taken' });
    await expect(catalog.removeBrand(boss, brandId)).rejects.toMatchObject({
      code: 'brand.in_use',
      details: { count: 1 },
    });
    const [row] = (await catalog.staffBrands({ q: '新字', page: 1, size: 20 })).items;
    expect(row).toMatchObject({ productCount: 1, logoUrl: expect.stringContaining('thumb') as string });
    await catalog.remove(boss, product.id);
    await catalog.removeBrand(boss, brandId);
    expect((await catalog.brands()).items.some((one) => one.id === brandId)).toBe(false);
  });
});
