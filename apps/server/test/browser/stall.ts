// Goods to look at and to buy: three levels of categories, a brand, and products with and without specs.
import { adminCreateCategory, adminCreateProduct, adminSetProductState, adjustStock, type Id } from '@jishi/contract';
import sharp from 'sharp';
import { key, type GivenSku } from '../given.ts';
import type { House } from '../house.ts';

export type Stall = { cup: GivenSku; towel: GivenSku; lamp: GivenSku; rice: GivenSku };
type Wish = {
  title: string;
  subtitle: string;
  hue: number;
  fen: number;
  oldFen?: number;
  stock?: number;
  specs?: { name: string; values: string[] }[];
};

const GOODS = {
  cup: { title: '景德镇手作青瓷茶杯', subtitle: '一器一色，温润如玉', hue: 170, fen: 6_800, oldFen: 8_800 },
  towel: {
    title: '新疆长绒棉浴巾',
    subtitle: '吸水快干，越洗越软',
    hue: 210,
    fen: 5_900,
    specs: [
      { name: '颜色', values: ['米白', '雾蓝', '藕粉'] },
      { name: '规格', values: ['标准款', '加大款'] },
    ],
  },
  lamp: { title: '榉木护眼台灯', subtitle: '三档色温，无级调光', hue: 35, fen: 19_900, stock: 3 },
  rice: { title: '五常稻花香大米 5kg', subtitle: '当季新米，真空锁鲜', hue: 90, fen: 7_990 },
} satisfies Record<string, Wish>;

export async function openStall(house: House): Promise<Stall> {
  const { call } = await house.admin();
  const category = async (name: string, parentId: Id<'category'> | null, hue: number) =>
    (
      await call(adminCreateCategory, {
        name,
        parentId,
        sortOrder: 0,
        isVisible: true,
        imageFileId: await picture(house, hue),
      })
    ).id;
  const home = await category('居家生活', null, 20);
  const table = await category('餐厨茶具', home, 160);
  const tea = await category('茶杯茶壶', table, 150);
  const cloth = await category('毛巾浴巾', await category('家纺布艺', home, 220), 200);
  const food = await category('米面粮油', await category('粮油', await category('食品', null, 80), 85), 90);
  const light = await category('台灯', await category('灯具', home, 40), 45);
  const brandId = await house.given.brand('山野小集');
  const put = (wish: Wish, categoryId: Id<'category'>) => product(house, wish, categoryId, brandId);
  const stall = {
    cup: await put(GOODS.cup, tea),
    towel: await put(GOODS.towel, cloth),
    lamp: await put(GOODS.lamp, light),
    rice: await put(GOODS.rice, food),
  };
  await house.settle();
  return stall;
}

async function product(house: House, wish: Wish, categoryId: Id<'category'>, brandId: Id<'brand'>): Promise<GivenSku> {
  const { call } = await house.admin();
  const specs = wish.specs ?? [];
  const grid = specs.reduce<string[][]>(
    (rows, { values }) => rows.flatMap((row) => values.map((one) => [...row, one])),
    [[]],
  );
  const made = await call(adminCreateProduct, {
    categoryId,
    brandId,
    title: wish.title,
    subtitle: wish.subtitle,
    description: `${wish.title}，${wish.subtitle}。\n七天无理由退货，破损包赔。`,
    imageFileIds: [await picture(house, wish.hue), await picture(house, wish.hue + 15)],
    specs,
    skus: grid.map((specValues, at) => ({
      specValues,
      code: null,
      priceFen: wish.fen + at * 200,
      marketPriceFen: wish.oldFen ?? null,
      costFen: null,
      imageFileId: null,
      isOnSale: true,
    })),
    sortOrder: 0,
  });
  await call(adminSetProductState, { productId: made.id, state: 'on_sale', version: made.version });
  for (const { id: skuId } of made.skus)
    await call(adjustStock, { skuId, delta: wish.stock ?? 20, reason: 'purchase', note: '到货' }, { key: key() });
  return { skuId: made.skus[0]?.id as Id<'sku'>, productId: made.id, priceFen: wish.fen, title: wish.title };
}

/** Something with colour, so that a missing picture is noticed. */
export async function picture(house: House, hue: number): Promise<Id<'file'>> {
  return (await house.app.files.store({ kind: 'system' }, await drawing(hue))).fileId as Id<'file'>;
}

export function drawing(hue: number): Promise<Buffer> {
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="480" height="480"><rect width="480" height="480" fill="hsl(${hue} 40% 92%)"/>
<circle cx="240" cy="230" r="120" fill="hsl(${hue} 45% 55%)"/><rect x="150" y="340" width="180" height="16" rx="8" fill="hsl(${hue} 30% 75%)"/></svg>`;
  return sharp(Buffer.from(svg)).png().toBuffer();
}
