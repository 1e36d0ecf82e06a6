// Pages of goods, composed: what the catalog shows, what stock says, what shipping costs.
import type {
  adminCreateProduct,
  adminListProducts,
  AdminProduct,
  adminRestoreProduct,
  adminSetProductState,
  adminUpdateProduct,
  getHome,
  getProduct,
  In,
  listProducts,
  Out,
} from '@jishi/contract';
import type { Expression } from 'kysely';
import type { z } from 'zod';
import type { Db } from '../../platform/db.ts';
import type { StaffSession } from '../../platform/http.ts';
import type { Catalog, StaffProduct } from '../catalog/catalog.ts';
import type { Inventory } from '../inventory/inventory.ts';
import type { Ordering } from '../ordering/ordering.ts';
import type { Pricing } from '../pricing/pricing.ts';
import type { Asking } from '../staff/staff.ts';

const ZONE_SIZE = 10;

type StaffView = z.input<typeof AdminProduct>;

export type GoodsPages = {
  home(): Promise<Out<typeof getHome>>;
  list(input: In<typeof listProducts>): Promise<Out<typeof listProducts>>;
  product(productId: string): Promise<Out<typeof getProduct>>;
  staffProducts(input: In<typeof adminListProducts>): Promise<Out<typeof adminListProducts>>;
  staffProduct(productId: string): Promise<StaffView>;
  createProduct(staff: StaffSession, input: In<typeof adminCreateProduct>, asking?: Asking): Promise<StaffView>;
  editProduct(staff: StaffSession, input: In<typeof adminUpdateProduct>, asking?: Asking): Promise<StaffView>;
  setProductState(staff: StaffSession, input: In<typeof adminSetProductState>, asking?: Asking): Promise<StaffView>;
  restoreProduct(staff: StaffSession, input: In<typeof adminRestoreProduct>, asking?: Asking): Promise<StaffView>;
};

export type GoodsPagesDeps = {
  db: Db;
  catalog: Catalog;
  inventory: Pick<Inventory, 'levels' | 'left' | 'moreThan' | 'lowLevel'>;
  pricing: Pick<Pricing, 'shippingNote'>;
  ordering: Pick<Ordering, 'aftersaleDays'>;
};

export function createGoodsPages(deps: GoodsPagesDeps): GoodsPages {
  const { db, catalog, inventory, pricing } = deps;
  const stocked = (skuId: Expression<string>) => inventory.moreThan(skuId, 0);

  const withStock = async (product: StaffProduct): Promise<StaffView> => {
    const levels = await inventory.levels(
      db,
      product.skus.map((sku) => sku.id),
    );
    const skus = product.skus.map((sku) => ({
      ...sku,
      ...(levels.get(sku.id) ?? { onHand: 0, reserved: 0, available: 0 }),
    }));
    return { ...product, skus };
  };

  return {
    home: async () => {
      const [tree, zones] = await Promise.all([catalog.categoryTree(), catalog.zones(db, ZONE_SIZE, stocked)]);
      return { categories: tree.map(({ children: _, ...category }) => category), ...zones };
    },
    list: (input) => catalog.search(db, input, stocked),
    product: async (productId) => {
      const product = await catalog.product(db, productId, inventory.left);
      const days = await deps.ordering.aftersaleDays(db);
      return {
        ...product,
        shippingNote: await pricing.shippingNote(db),
        aftersaleNote: `确认收货后 ${days} 天内可申请售后`,
      };
    },
    staffProducts: async (input) => {
      const low = input.lowStockOnly ? await inventory.lowLevel(db) : null;
      const enough = low === null ? null : (skuId: Expression<string>) => inventory.moreThan(skuId, low);
      const { items, total } = await catalog.staffRows(input, { enough, any: input.soldOutOnly ? stocked : null });
      const levels = await inventory.levels(
        db,
        items.flatMap((item) => item.skuIds),
      );
      const left = (skuIds: readonly string[]) => skuIds.reduce((sum, id) => sum + (levels.get(id)?.available ?? 0), 0);
      return { items: items.map(({ skuIds, ...item }) => ({ ...item, available: left(skuIds) })), total };
    },
    staffProduct: async (productId) => withStock(await catalog.staffProduct(db, productId)),
    createProduct: async (staff, input, asking) => withStock(await catalog.create(staff, input, asking)),
    editProduct: async (staff, input, asking) => withStock(await catalog.edit(staff, input, asking)),
    setProductState: async (staff, input, asking) => withStock(await catalog.setState(staff, input, asking)),
    restoreProduct: async (staff, input, asking) => withStock(await catalog.restore(staff, input, asking)),
  };
}
