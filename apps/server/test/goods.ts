// A shop with goods but without orders: the rooms of floor two on a database of their own, and verbs to fill it.
import type { adminCreateProduct, Id, In, Sent } from '@jishi/contract';
import { adminCreateProduct as createEndpoint } from '@jishi/contract';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import sharp from 'sharp';
import { createCart } from '../src/modules/cart/cart.ts';
import { createCatalog, type StaffProduct } from '../src/modules/catalog/catalog.ts';
import { createIdentity } from '../src/modules/identity/identity.ts';
import { createInventory } from '../src/modules/inventory/inventory.ts';
import { createFiles } from '../src/modules/files/files.ts';
import { createLedger } from '../src/modules/ledger/ledger.ts';
import { createBook } from '../src/modules/points/points.ts';
import { createPricing } from '../src/modules/pricing/pricing.ts';
import { createSettings } from '../src/modules/settings/settings.ts';
import { createStaff } from '../src/modules/staff/staff.ts';
import { createGoodsPages } from '../src/modules/storefront/storefront.goods.ts';
import { testClock } from '../src/platform/clock.ts';
import { events } from '../src/events.ts';
import { fail } from '../src/platform/fail.ts';
import { silentLog } from '../src/platform/log.ts';
import { diskStorage } from '../src/platform/storage.ts';
import type { Buyer, StaffSession } from '../src/platform/http.ts';
import { newId } from '../src/platform/ids.ts';
import { testDatabase } from './database.ts';
import { writeReturnAddress } from './env.ts';

export type GoodsHouse = Awaited<ReturnType<typeof goodsHouse>>;
type ProductWish = Partial<Sent<typeof adminCreateProduct>> & {
  priceFen?: number;
  marketPriceFen?: number;
  stock?: number;
  /** False leaves it a draft. */
  onShelf?: boolean;
};

export async function goodsHouse(options: { max?: number } = {}) {
  const retries: string[] = [];
  const house = await testDatabase({ events, onRetry: (state) => retries.push(state), ...options });
  await writeReturnAddress(house.db);
  const { db, url } = house;
  const clock = testClock();
  const filesDir = await mkdtemp(path.join(tmpdir(), 'jishi-files-'));
  const config = { STAFF_SESSION_SECRET: 'a secret of this test run, of no value', CAPTCHA: 'off' } as const;
  const staff = createStaff({ db, clock, config, log: silentLog });
  const settings = createSettings({ db, clock, log: silentLog, staff, isDemo: true });
  const files = createFiles({ db, clock, storage: diskStorage(filesDir) });
  const identity = createIdentity({
    db,
    clock,
    config: {
      ACCESS_TOKEN_SECRET: 'another secret of this test run, of no value',
      DEV_LOGIN: false,
      PUBLIC_URL: 'http://127.0.0.1:8080',
      WECHAT_OAUTH_BASE_URL: 'http://127.0.0.1:9',
    },
    log: silentLog,
    staff,
    files,
    // Nobody signs in here.
    miniFor: () => fail('wechat.unavailable'),
    appids: { weapp: 'wx0000000000000001', h5: 'wx0000000000000002' },
  });
  const catalog = createCatalog({ db, clock, staff, files });
  const inventory = createInventory({ db, clock, staff, settings, catalog });
  const ledger = createLedger({ clock });
  const points = createBook({ db, clock, log: silentLog, ledger });
  const pricing = createPricing({ db, settings, files, identity, catalog, inventory, points });
  const cart = createCart({ db, clock, pricing });
  const pages = createGoodsPages({
    db,
    catalog,
    inventory,
    pricing,
    ordering: { aftersaleDays: async () => 15 },
  });

  const boss: StaffSession = {
    staffId: newId<'staff'>(),
    sessionId: newId<'staffSession'>(),
    name: '店长',
    permissions: new Set(),
    csrfToken: 'x',
  };
  // An account that nobody signs in with: the trail names it.
  await db.q
    .insertInto('staff_accounts')
    .values({ id: boss.staffId, username: 'boss', name: boss.name, password_hash: '-', created_at: clock.now() })
    .execute();

  let serial = 0;
  let shade = 0;
  let cover: Id<'file'> | undefined;
  const given = {
    buyer: async (): Promise<Buyer> => {
      const id = newId<'buyer'>();
      await db.q
        .insertInto('buyers')
        .values({ id, nickname: `买家${(serial += 1)}`, created_at: clock.now() })
        .execute();
      return { id };
    },
    picture: async () => {
      shade = (shade + 1) % 256;
      const size = { width: 8, height: 6, channels: 3, background: { r: shade, g: 90, b: 90 } } as const;
      const bytes = await sharp({ create: size }).png().toBuffer();
      return (await files.store({ kind: 'staff', id: boss.staffId }, bytes)).fileId as Id<'file'>;
    },
    category: async (name = `分类${(serial += 1)}`, parentId: string | null = null) => {
      const form = {
        name,
        parentId: parentId as Id<'category'> | null,
        sortOrder: 0,
        isVisible: true,
        imageFileId: null,
      };
      return (await catalog.createCategory(boss, form)).id as Id<'category'>;
    },
    brand: async (name = `品牌${(serial += 1)}`) =>
      (await catalog.createBrand(boss, { name, logoFileId: null, sortOrder: 0 })).id as Id<'brand'>,
    form: async (wish: ProductWish = {}): Promise<In<typeof adminCreateProduct>> => {
      const { priceFen = 1000, marketPriceFen, stock: _, onShelf: __, ...fields } = wish;
      return createEndpoint.input.parse({
        title: `商品${(serial += 1)}`,
        categoryId: fields.categoryId ?? (await given.category()),
        imageFileIds: fields.imageFileIds ?? [(cover ??= await given.picture())],
        skus: [{ specValues: [], priceFen, marketPriceFen: marketPriceFen ?? null }],
        ...fields,
      });
    },
    product: async (wish: ProductWish = {}): Promise<StaffProduct> => {
      const draft = await catalog.create(boss, await given.form(wish));
      for (const sku of draft.skus) if (wish.stock) await given.stock(sku.id, wish.stock);
      if (wish.onShelf === false) return draft;
      return catalog.setState(boss, { productId: draft.id as Id<'product'>, state: 'on_sale', version: draft.version });
    },
    sku: async (wish: ProductWish = {}): Promise<Id<'sku'>> => {
      const [sku] = (await given.product({ stock: 10, ...wish })).skus;
      return sku?.id as Id<'sku'>;
    },
    stock: (skuId: string, delta: number) =>
      inventory.adjust(boss, { skuId: skuId as Id<'sku'>, delta, reason: 'purchase', note: '进货' }),
  };
  const close = async () => {
    await house.close();
    await rm(filesDir, { recursive: true, force: true });
  };
  return {
    db,
    url,
    close,
    retries,
    clock,
    staff,
    settings,
    files,
    identity,
    catalog,
    inventory,
    pricing,
    ledger,
    points,
    cart,
    pages,
    boss,
    given,
  };
}
