// The doors of the catalog that need nobody else; pages with stock on them are bound by the storefront.
import {
  adminCreateBrand,
  adminCreateCategory,
  adminDeleteBrand,
  adminDeleteCategory,
  adminDeleteProduct,
  adminListBrands,
  adminListCategories,
  adminUpdateBrand,
  adminUpdateCategory,
  listBrands,
  listCategories,
  listCategoryChildren,
} from '@jishi/contract';
import type { Door } from '../../platform/http.ts';
import type { Catalog } from './catalog.ts';

const done = { ok: true } as const;

export function bindCatalog(door: Door, catalog: Catalog): void {
  door.handle(listCategories, async () => ({ items: await catalog.categoryTree() }));
  door.handle(listCategoryChildren, async (_, input) => ({ items: await catalog.categoryChildren(input.categoryId) }));
  door.handle(listBrands, () => catalog.brands());

  door.handle(adminListCategories, () => catalog.staffCategories());
  door.handle(adminCreateCategory, ({ staff }, input) => catalog.createCategory(staff, input));
  door.handle(adminUpdateCategory, ({ staff }, input) => catalog.updateCategory(staff, input));
  door.handle(adminDeleteCategory, ({ staff }, input) =>
    catalog.removeCategory(staff, input.categoryId).then(() => done),
  );
  door.handle(adminListBrands, (_, input) => catalog.staffBrands(input));
  door.handle(adminCreateBrand, ({ staff }, input) => catalog.createBrand(staff, input));
  door.handle(adminUpdateBrand, ({ staff }, input) => catalog.updateBrand(staff, input));
  door.handle(adminDeleteBrand, ({ staff }, input) => catalog.removeBrand(staff, input.brandId).then(() => done));
  door.handle(adminDeleteProduct, ({ staff }, input) => catalog.remove(staff, input.productId).then(() => done));
}
