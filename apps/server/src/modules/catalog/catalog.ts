// Goods: categories in three levels, brands, products and SKUs; what is on the shelf and how it is found.
import type {
  adminCreateBrand,
  adminOrderBrands,
  adminCreateCategory,
  adminCreateProduct,
  adminListBrands,
  adminListCategories,
  adminListProducts,
  adminOrderCategories,
  AdminBrand,
  AdminCategory,
  AdminProduct,
  AdminProductRow,
  adminRestoreProduct,
  adminSetProductState,
  adminUpdateBrand,
  adminUpdateCategory,
  adminUpdateProduct,
  CategoryNode,
  CategoryView,
  Id,
  In,
  listBrands,
  listProducts,
  Out,
  ProductCard,
  ProductDetail,
  AdminSku,
} from '@jishi/contract';
import type { z } from 'zod';
import type { Clock } from '../../platform/clock.ts';
import type { Db, Reader, Tx } from '../../platform/db.ts';
import { assert } from '../../platform/fail.ts';
import type { StaffSession } from '../../platform/http.ts';
import type { Files } from '../files/files.ts';
import type { Asking, Staff } from '../staff/staff.ts';
import { createProductDesk } from './catalog.edit.ts';
import { specText } from './catalog.rules.ts';
import { createShelf } from './catalog.search.ts';
import * as shelf from './catalog.shelf.store.ts';
import * as store from './catalog.store.ts';
import { createTree } from './catalog.tree.ts';

export type { Stocked } from './catalog.shelf.store.ts';

/** A SKU as a basket needs it, whatever has become of it. */
export type SkuForSale = {
  skuId: Id<'sku'>;
  productId: Id<'product'>;
  sellerId: Id<'seller'>;
  sellerName: string;
  title: string;
  specText: string;
  imageFileId: string | null;
  priceFen: number;
  /** Product and SKU on sale, neither deleted nor retired. */
  isOnSale: boolean;
  /** The product is there, but this SKU of it is retired or taken from sale. */
  isSpecGone: boolean;
};

export type Card = z.input<typeof ProductCard>;
export type Cards = { items: Card[]; nextCursor: string | null };
type WithoutStock<T, K extends keyof T> = Omit<T, K>;
/** The page of a product as the catalog knows it; notes are added by who knows them. */
export type ShelfProduct = Omit<z.input<typeof ProductDetail>, 'shippingNote' | 'aftersaleNote'>;
export type StaffProduct = Omit<z.input<typeof AdminProduct>, 'skus'> & {
  skus: WithoutStock<z.input<typeof AdminSku>, 'onHand' | 'reserved' | 'available'>[];
};
export type StaffProductRow = WithoutStock<z.input<typeof AdminProductRow>, 'available'> & { skuIds: string[] };

export type Catalog = {
  platformSeller(reader: Reader): Promise<{ id: string; name: string }>;
  /** One query; a SKU that never existed is not in the answer. */
  skusForSale(reader: Reader, skuIds: readonly string[]): Promise<Map<string, SkuForSale>>;
  /** Every SKU the product ever had. */
  skuIdsOf(reader: Reader, productId: string): Promise<string[]>;
  /** Sold pieces: up when an order is paid, down when pieces are refunded. */
  countSales(tx: Tx, items: readonly { productId: string; quantity: number }[]): Promise<void>;

  /** A page of the shelf. `stocked` is the stock owner's condition on a SKU id. */
  search(reader: Reader, input: In<typeof listProducts>, stocked: shelf.Stocked): Promise<Cards>;
  zones(reader: Reader, size: number, stocked: shelf.Stocked): Promise<Record<shelf.Zone, Card[]>>;
  /** One query. `left` is the stock owner's number for a SKU id: how many can be ordered. */
  product(reader: Reader, productId: string, left: shelf.PageParts['left']): Promise<ShelfProduct>;
  /** Grows with every change this process made to goods, categories and brands: for small memories of it. */
  revision(): number;

  staffRows(
    input: In<typeof adminListProducts>,
    stock: store.StockFilter | null,
  ): Promise<{ items: StaffProductRow[]; total: number }>;
  staffProduct(reader: Reader, productId: string): Promise<StaffProduct>;
  create(staff: StaffSession, input: In<typeof adminCreateProduct>, asking?: Asking): Promise<StaffProduct>;
  edit(staff: StaffSession, input: In<typeof adminUpdateProduct>, asking?: Asking): Promise<StaffProduct>;
  setState(staff: StaffSession, input: In<typeof adminSetProductState>, asking?: Asking): Promise<StaffProduct>;
  remove(staff: StaffSession, productId: string, asking?: Asking): Promise<void>;
  /** Back from the bin, off the shelf. */
  restore(staff: StaffSession, input: In<typeof adminRestoreProduct>, asking?: Asking): Promise<StaffProduct>;

  categoryTree(): Promise<CategoryNode[]>;
  categoryChildren(categoryId: string): Promise<CategoryView[]>;
  staffCategories(): Promise<Out<typeof adminListCategories>>;
  createCategory(
    staff: StaffSession,
    input: In<typeof adminCreateCategory>,
    asking?: Asking,
  ): Promise<z.input<typeof AdminCategory>>;
  updateCategory(
    staff: StaffSession,
    input: In<typeof adminUpdateCategory>,
    asking?: Asking,
  ): Promise<z.input<typeof AdminCategory>>;
  /** The categories below one, all of them, in the order in which people shall see them. */
  orderCategories(
    staff: StaffSession,
    input: In<typeof adminOrderCategories>,
    asking?: Asking,
  ): Promise<Out<typeof adminListCategories>>;
  removeCategory(staff: StaffSession, categoryId: string, asking?: Asking): Promise<void>;

  brands(): Promise<Out<typeof listBrands>>;
  staffBrands(input: In<typeof adminListBrands>): Promise<Out<typeof adminListBrands>>;
  /** Puts one brand before another, or last. */
  orderBrand(who: StaffSession, input: In<typeof adminOrderBrands>, asking?: Asking): Promise<void>;
  createBrand(
    staff: StaffSession,
    input: In<typeof adminCreateBrand>,
    asking?: Asking,
  ): Promise<z.input<typeof AdminBrand>>;
  updateBrand(
    staff: StaffSession,
    input: In<typeof adminUpdateBrand>,
    asking?: Asking,
  ): Promise<z.input<typeof AdminBrand>>;
  removeBrand(staff: StaffSession, brandId: string, asking?: Asking): Promise<void>;
};

export type CatalogDeps = {
  db: Db;
  clock: Clock;
  staff: Pick<Staff, 'audit' | 'lastChange'>;
  files: Pick<Files, 'pictures' | 'rowsOf' | 'picturesOf'>;
};

/** What the parts of the catalog share: their deps and the mark of a change. */
export type CatalogGround = CatalogDeps & {
  /** Call it in every transaction that changes what people see. */
  changed(tx: Tx): void;
  /** How many such changes this process has made. */
  revision(): number;
};

export function createCatalog(deps: CatalogDeps): Catalog {
  let revision = 0;
  const ground: CatalogGround = {
    ...deps,
    changed: (tx) =>
      tx.afterCommit(() => {
        revision += 1;
      }),
    revision: () => revision,
  };
  let seller: { id: string; name: string } | undefined;
  return {
    ...createShelf(ground),
    ...createProductDesk(ground),
    ...createTree(ground),
    revision: ground.revision,
    platformSeller: async (reader) => {
      seller ??= await store.platformSeller(reader);
      return seller;
    },
    skusForSale,
    skuIdsOf: store.skuIdsOf,
    countSales: async (tx, items) => {
      const counted = items.filter((item) => item.quantity !== 0);
      for (const item of counted) assert(Number.isSafeInteger(item.quantity), 'sales are counted in whole pieces');
      if (counted.length > 0) await store.countSales(tx, counted);
    },
  };
}

async function skusForSale(reader: Reader, skuIds: readonly string[]): Promise<Map<string, SkuForSale>> {
  if (skuIds.length === 0) return new Map();
  const rows = await shelf.skusForSale(reader, skuIds);
  return new Map(
    rows.map((row) => [
      row.sku_id,
      {
        skuId: row.sku_id as Id<'sku'>,
        productId: row.product_id as Id<'product'>,
        sellerId: row.seller_id as Id<'seller'>,
        sellerName: row.seller_name,
        title: row.title,
        specText: specText(row.spec_values),
        imageFileId: row.image_file_id,
        priceFen: row.price_fen,
        isOnSale: row.is_product_on_sale && row.is_sku_on_sale,
        isSpecGone: row.is_product_on_sale && !row.is_sku_on_sale,
      },
    ]),
  );
}
