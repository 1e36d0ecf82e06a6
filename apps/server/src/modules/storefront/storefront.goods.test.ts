// The home page: entries, what sells, what is new, what is cheaper; never older than a second.
import { getHome, type Id } from '@jishi/contract';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { goodsHouse, type GoodsHouse } from '../../../test/goods.ts';

let house: GoodsHouse;
beforeAll(async () => {
  house = await goodsHouse();
});
afterAll(() => house.close());

const titles = (cards: readonly { title: string }[]) => cards.map((card) => card.title);

test('the home page shows entries, best sellers, news and the strongest discounts', async () => {
  const { given, pages, catalog, db, boss } = house;
  const top = await given.category('甲类');
  await given.category('乙类', top);
  const hidden = await given.category('藏起来');
  const form = {
    categoryId: hidden,
    parentId: null,
    name: '藏起来',
    sortOrder: 0,
    isVisible: false,
    imageFileId: null,
  };
  await catalog.updateCategory(boss, form);
  const goods: { id: string }[] = [];
  for (let index = 0; index < 12; index += 1) {
    house.clock.forward({ minutes: 1 });
    // 6.25 % off is stronger than 5 %, whatever the absolute difference is.
    const prices = index === 3 ? [749_900, 799_900] : index === 4 ? [1900, 2000] : [1000, undefined];
    const [priceFen, marketPriceFen] = prices;
    goods.push(await given.product({ categoryId: top, title: `货${index}`, priceFen, marketPriceFen }));
  }
  const sell = (index: number, quantity: number) =>
    db.tx((tx) => catalog.countSales(tx, [{ productId: goods[index]?.id ?? '', quantity }]));
  await sell(7, 5);
  await sell(2, 9);
  await given.product({ categoryId: top, title: '草稿', onShelf: false });
  house.clock.forward({ seconds: 2 });
  const home = getHome.output.parse(await pages.home());
  expect(home.categories.map((category) => category.name)).toEqual(['甲类']);
  expect(home.hot).toHaveLength(10);
  expect(titles(home.hot).slice(0, 2)).toEqual(['货2', '货7']);
  expect(titles(home.fresh)).toEqual([11, 10, 9, 8, 7, 6, 5, 4, 3, 2].map((index) => `货${index}`));
  expect(titles(home.discount)).toEqual(['货3', '货4']);
  expect(home.fresh.every((card) => card.isSoldOut)).toBe(true);
});

test('the home page tells at once what was stocked and what left the shelf', async () => {
  const { given, pages, catalog, boss } = house;
  const product = await given.product({ title: '限时' });
  await given.stock(product.skus[0]?.id ?? '', 3);
  expect((await pages.home()).fresh[0]).toMatchObject({ title: '限时', isSoldOut: false });
  const productId = product.id as Id<'product'>;
  await catalog.setState(boss, { productId, state: 'off_shelf', version: product.version });
  expect(titles((await pages.home()).fresh)).not.toContain('限时');
});

test('a product page tells each SKU with its stock, and what shipping costs', async () => {
  const { given, pages } = house;
  const product = await given.product({ title: '详情', stock: 4, description: '第一行\n第二行' });
  expect(await pages.product(product.id)).toMatchObject({
    title: '详情',
    description: '第一行\n第二行',
    skus: [{ available: 4 }],
    shippingNote: '满 ¥99 包邮，未满收取运费 ¥10',
    isSoldOut: false,
  });
});
