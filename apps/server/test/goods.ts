// A shop with goods but without orders: the rooms of floor two on a database of their own, and verbs to fill it.
import type { adminCreateProduct, Id, In, Sent } from '@jishi/contract';
import { adminCreateProduct as createEndpoint } from '@jishi/contract';
import { sql } from 'kysely';
import { createCart } from '../src/modules/cart/cart.ts';
import { createCatalog, type CatalogDeps, type StaffProduct } from '../src/modules/catalog/catalog.ts';
import { createInventory } from '../src/modules/inventory/inventory.ts';
import { createPricing, type PricingDeps } from '../src/modules/pricing/pricing.ts';
import { createGoodsPages } from '../src/modules/storefront/storefront.goods.ts';
import { testClock } from '../src/platform/clock.ts';
import { events } from '../src/events.ts';
import { fail } from '../src/platform/fail.ts';
import type { Buyer, StaffSession } from '../src/platform/http.ts';
import { newId } from '../src/platform/ids.ts';
import { testDatabase } from './database.ts';

export type GoodsHouse = Awaited<ReturnType<typeof goodsHouse>>;
type ProductWish = Partial<Sent<typeof adminCreateProduct>> & {
  priceFen?: number;
  marketPriceFen?: number;
  stock?: number;
  /** False leaves it a draft. */
  onShelf?: boolean;
};

export async function goodsHouse(settings: { max?: number } = {}) {
  const retries: string[] = [];
  const { db, url, close } = await testDatabase({ events, onRetry: (state) => retries.push(state), ...settings });
  const clock = testClock();
  const ground = groundRooms();
  const catalog = createCatalog({ db, clock, ...ground });
  const inventory = createInventory({ db, clock, ...ground, catalog });
  const pricing = createPricing({ db, ...ground, catalog, inventory });
  const cart = createCart({ db, clock, pricing });
  const pages = createGoodsPages({
    db,
    clock,
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
  await db.q
    .insertInto('staff_accounts')
    .values({ id: boss.staffId, username: 'boss', name: boss.name, password_hash: '-', created_at: clock.now() })
    .execute();

  let serial = 0;
  const given = {
    buyer: async (): Promise<Buyer> => {
      const id = newId<'buyer'>();
      await db.q
        .insertInto('buyers')
        .values({ id, nickname: `买家${(serial += 1)}`, created_at: clock.now() })
        .execute();
      return { id };
    },
    picture: async (): Promise<Id<'file'>> => {
      const id = newId<'file'>();
      const size = { sha256: id, width: 800, height: 600, bytes: 1000 };
      await db.q
        .insertInto('files')
        .values({ id, owner_kind: 'system', ...size, created_at: clock.now() })
        .execute();
      return id;
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
        imageFileIds: fields.imageFileIds ?? [await given.picture()],
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
  return { db, url, close, retries, clock, catalog, inventory, pricing, cart, pages, boss, given };
}

type Ground = Pick<CatalogDeps, 'staff' | 'files'> & Pick<PricingDeps, 'settings' | 'identity'>;

/** The ground floor as these rooms use it: the trail and pictures in their tables, every setting at its default. */
export function groundRooms(): Ground {
  return {
    staff: {
      audit: async (tx, actor, note) => {
        const who = 'staffId' in actor ? { staff_id: actor.staffId, staff_name: actor.name } : { staff_name: '系统' };
        await tx.q
          .insertInto('audit_log')
          .values({
            ...who,
            at: sql<Date>`now()`,
            action: note.action,
            subject_kind: note.subjectKind,
            subject_id: note.subjectId,
            before: JSON.stringify(note.before ?? null),
            after: JSON.stringify(note.after ?? null),
          })
          .execute();
      },
    },
    files: {
      pictures: async (reader, ids) => {
        const rows = await reader.q
          .selectFrom('files')
          .select(['id', 'width', 'height'])
          .where('id', '=', sql<string>`any(${ids.filter((id) => id !== null)}::uuid[])`)
          .execute();
        return new Map(
          rows.map(({ id, width, height }) => [
            id,
            { fileId: id, url: `/files/${id}/large.webp`, thumbUrl: `/files/${id}/thumb.webp`, width, height },
          ]),
        );
      },
    },
    settings: { define: (definition) => definition, read: async (_, key) => key.default },
    identity: { address: async () => fail('address.not_found') },
  };
}
