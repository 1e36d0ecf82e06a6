// Filling the demo shelves: categories, brands and products with their pictures and stock, each once.
import { fen, rateOf, type adminCreateProduct, type Id, type In } from '@jishi/contract';
import type { App } from './app.ts';
import type { StaffProduct } from './modules/catalog/catalog.ts';
import { assert } from './platform/fail.ts';
import type { TestClock } from './platform/clock.ts';
import { BRANDS, COLOURS, GOODS, type BrandKey, type Goods, type Shelf } from './seed.goods.ts';
import { CATEGORIES, type Branch } from './seed.goods.tree.ts';
import { measureOf } from './seed.draw.digits.ts';
import { brandPicture, categoryPicture, colourPicture, productPicture, type Look, type View } from './seed.pictures.ts';
import type { Desk } from './seed.people.ts';

type Form = In<typeof adminCreateProduct>;
/** A SKU that demo people may buy. */
export type Ware = { skuId: Id<'sku'>; title: string; left: number };

const PRODUCTS_SIDE_BY_SIDE = 4;
const PAGE = { page: 1, size: 200 } as const;

async function keep(app: App, picture: Promise<Buffer>): Promise<Id<'file'>> {
  const stored = await app.files.store({ kind: 'system' }, await picture);
  return stored.fileId as Id<'file'>;
}

type Place = { id: Id<'category'>; branch: Branch };
/** Where a product of a third-level category goes. */
async function growTree(app: App, desk: Desk): Promise<Map<string, Place>> {
  const { items } = await app.catalog.staffCategories();
  const known = new Map(items.map((item) => [`${item.parentId ?? ''}/${item.name}`, item.id as Id<'category'>]));
  const places = new Map<string, Place>();
  for (const [top, branch] of CATEGORIES.entries()) {
    const grow = async (parentId: Id<'category'> | null, one: Pick<Branch, 'name' | 'icon'>, sortOrder: number) => {
      const old = known.get(`${parentId ?? ''}/${one.name}`);
      if (old) return old;
      const look = {
        motif: one.icon.motif,
        main: COLOURS[one.icon.colour],
        accent: one.icon.accent,
        tint: branch.tint,
      };
      const imageFileId = await keep(app, categoryPicture(look));
      const form = { parentId, name: one.name, sortOrder, isVisible: true, imageFileId };
      return (await app.catalog.createCategory(desk.yunying, form)).id as Id<'category'>;
    };
    const topId = await grow(null, branch, top);
    for (const [middle, bough] of branch.children.entries()) {
      const boughId = await grow(topId, bough, middle);
      for (const [last, twig] of bough.children.entries()) {
        places.set(twig.name, { id: await grow(boughId, twig, last), branch });
      }
    }
  }
  return places;
}

async function makeBrands(app: App, desk: Desk): Promise<Map<BrandKey, Id<'brand'>>> {
  const { items } = await app.catalog.staffBrands({ ...PAGE });
  const known = new Map(items.map((item) => [item.name, item.id as Id<'brand'>]));
  const made = new Map<BrandKey, Id<'brand'>>();
  for (const [at, key] of (Object.keys(BRANDS) as BrandKey[]).entries()) {
    const { name, mark, colour } = BRANDS[key];
    let id = known.get(name);
    if (!id) {
      const logoFileId = await keep(app, brandPicture(mark, colour));
      id = (await app.catalog.createBrand(desk.yunying, { name, logoFileId, sortOrder: at })).id as Id<'brand'>;
    }
    made.set(key, id);
  }
  return made;
}

type Album = { gallery: Id<'file'>[]; ofColour: Id<'file'>[] };
/** The cover, the thing at home, a third picture: its measure if it has one, else a closer look; and its colours, small. */
async function takePictures(app: App, goods: Goods, at: number, tint: string): Promise<Album> {
  const palette = goods.colours.map((colour) => COLOURS[colour]);
  const look = (n: number): Look => ({
    motif: goods.motif,
    main: palette[n] ?? COLOURS.米白,
    accent: goods.accent,
    tint,
    stage: at,
    measure: measureOf(goods.facts),
    palette,
  });
  const shoot = (view: View) => keep(app, productPicture(look(0), view));
  const third = look(0).measure === null ? 'detail' : 'card';
  const gallery = await Promise.all([shoot('studio'), shoot('scene'), shoot(third)]);
  const others = await Promise.all(palette.slice(1).map((_, n) => keep(app, colourPicture(look(n + 1)))));
  return { gallery, ofColour: [gallery[0], ...others].filter((id) => id !== undefined) };
}

function describe(goods: Goods, branch: Branch): string {
  const facts = Object.entries(goods.facts).map(([name, value]) => `${name}：${value}`);
  return [...goods.about, `【规格参数】\n${facts.join('\n')}`, `【温馨提示】\n${branch.care}`].join('\n\n');
}

function formOf(goods: Goods, at: number, place: Place, brandId: Id<'brand'> | null, album: Album): Form {
  const hasColours = goods.colours.length > 1;
  const colours = {
    name: goods.colourName ?? '颜色',
    choices: goods.colours.map((colour) => [colour, 0] as const),
  };
  const specs = [...(hasColours ? [colours] : []), ...(goods.specs ?? [])];
  const rows = specs.reduce<{ values: string[]; plusFen: number }[]>(
    (all, spec) =>
      all.flatMap((row) =>
        spec.choices.map(([value, plusFen = 0]) => ({
          values: [...row.values, value],
          plusFen: row.plusFen + plusFen,
        })),
      ),
    [{ values: [], plusFen: 0 }],
  );
  const skus = rows.map(({ values, plusFen }, n) => ({
    specValues: values,
    code: `JS${String(at + 1).padStart(3, '0')}-${String(n + 1).padStart(2, '0')}`,
    priceFen: fen(goods.fen + plusFen),
    marketPriceFen: fen(goods.marketFen + plusFen),
    costFen: rateOf(fen(goods.fen + plusFen), 5400),
    imageFileId: hasColours
      ? (album.ofColour[goods.colours.findIndex((colour) => colour === values[0])] ?? null)
      : null,
    isOnSale: true,
  }));
  return {
    categoryId: place.id,
    brandId,
    title: goods.title,
    subtitle: goods.subtitle,
    description: describe(goods, place.branch),
    imageFileIds: album.gallery,
    specs: specs.map(({ name, choices }) => ({ name, values: choices.map(([value]) => value) })),
    skus,
    sortOrder: 0,
  };
}

/** How many pieces of the n-th SKU lie in the warehouse. */
function piecesOf(shelf: Shelf, at: number, n: number): number {
  if (shelf === 'out') return 0;
  if (shelf === 'low') return 3 + ((at + n * 2) % 6);
  if (shelf === 'gaps' && n % 3 === 1) return 0;
  return 60 + ((at * 37 + n * 53) % 240);
}

async function stockUp(app: App, desk: Desk, goods: Goods, at: number, product: StaffProduct): Promise<void> {
  const levels = await app.inventory.levels(
    app.db,
    product.skus.map((sku) => sku.id),
  );
  for (const [n, sku] of product.skus.entries()) {
    const delta = piecesOf(goods.shelf ?? 'plenty', at, n);
    if (delta === 0 || (levels.get(sku.id)?.onHand ?? 0) > 0) continue;
    const skuId = sku.id as Id<'sku'>;
    await app.inventory.adjust(desk.yunying, { skuId, delta, reason: 'purchase', note: '开店首批到货' });
  }
}

/** A product is put on the shelf last of all: a draft tells that this was interrupted, and is finished here. */
async function shelve(app: App, desk: Desk, goods: Goods, at: number, draft: StaffProduct): Promise<void> {
  await stockUp(app, desk, goods, at, draft);
  if (goods.state === 'draft') return;
  const productId = draft.id as Id<'product'>;
  await app.db.tx((tx) => app.catalog.countSales(tx, [{ productId, quantity: goods.sold - draft.salesCount }]));
  const shown = await app.catalog.setState(desk.yunying, { productId, state: 'on_sale', version: draft.version });
  if (goods.state !== 'off_shelf') return;
  await app.catalog.setState(desk.yunying, { productId, state: 'off_shelf', version: shown.version });
}

async function everyRow(app: App, state?: 'on_sale') {
  const rows = [];
  for (let page = 1; ; page += 1) {
    const { items, total } = await app.catalog.staffRows({ page, size: PAGE.size, lowStockOnly: false, state }, null);
    rows.push(...items);
    if (items.length === 0 || rows.length >= total) return rows;
  }
}

/** Everything that is sold, in the order of the list; the clock goes on between products, so that some are newer. */
export async function fillShelves(app: App, desk: Desk, clock: TestClock): Promise<void> {
  const places = await growTree(app, desk);
  const brands = await makeBrands(app, desk);
  const rows = await everyRow(app);
  const known = new Map(rows.map((row) => [row.title, row]));
  for (let from = 0; from < GOODS.length; from += PRODUCTS_SIDE_BY_SIDE) {
    const batch = GOODS.slice(from, from + PRODUCTS_SIDE_BY_SIDE).map((goods, n) => ({ goods, at: from + n }));
    await Promise.all(
      batch.map(async ({ goods, at }) => {
        const place = places.get(goods.category);
        assert(place, `${goods.title} has no category`);
        const old = known.get(goods.title);
        if (old && old.state !== 'draft') return;
        const draft = old
          ? await app.catalog.staffProduct(app.db, old.id)
          : await createOne(app, desk, { goods, at, place, brandId: goods.brand && (brands.get(goods.brand) ?? null) });
        await shelve(app, desk, goods, at, draft);
      }),
    );
    clock.forward({ hours: 5 });
  }
}

type Wish = { goods: Goods; at: number; place: Place; brandId: Id<'brand'> | null };
async function createOne(app: App, desk: Desk, { goods, at, place, brandId }: Wish): Promise<StaffProduct> {
  const album = await takePictures(app, goods, at, place.branch.tint);
  return app.catalog.create(desk.yunying, formOf(goods, at, place, brandId, album));
}

/** What can be bought in numbers, a SKU or two of every product. */
export async function waresOf(app: App): Promise<Ware[]> {
  const rows = await everyRow(app, 'on_sale');
  const wares = await Promise.all(
    rows.map(async (row) => {
      const available = await app.inventory.available(app.db, row.skuIds);
      return [...available]
        .filter(([, left]) => left >= 20)
        .slice(0, 3)
        .map(([skuId, left]) => ({ skuId: skuId as Id<'sku'>, title: row.title, left }));
    }),
  );
  return wares.flat();
}
