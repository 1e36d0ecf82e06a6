// The doors of the catalog that need nobody else; pages with stock on them are bound by the storefront.
import {
  adminCreateBrand,
  adminOrderBrands,
  adminCreateCategory,
  adminDeleteBrand,
  adminDeleteCategory,
  adminDeleteProduct,
  adminListBrands,
  adminListCategories,
  adminOrderCategories,
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
  door.handle(adminCreateCategory, ({ staff, request }, input) => catalog.createCategory(staff, input, request));
  door.handle(adminUpdateCategory, ({ staff, request }, input) => catalog.updateCategory(staff, input, request));
  door.handle(adminOrderCategories, ({ staff, request }, input) => catalog.orderCategories(staff, input, request));
  door.handle(adminDeleteCategory, ({ staff, request }, input) =>
    catalog.removeCategory(staff, input.categoryId, request).then(() => done),
  );
  door.handle(adminListBrands, (_, input) => catalog.staffBrands(input));
  door.handle(adminOrderBrands, ({ staff, request }, input) =>
    catalog.orderBrand(staff, input, request).then(() => done),
  );
  door.handle(adminCreateBrand, ({ staff, request }, input) => catalog.createBrand(staff, input, request));
  door.handle(adminUpdateBrand, ({ staff, request }, input) => catalog.updateBrand(staff, input, request));
  door.handle(adminDeleteBrand, ({ staff, request }, input) =>
    catalog.removeBrand(staff, input.brandId, request).then(() => done),
  );
  door.handle(adminDeleteProduct, ({ staff, request }, input) =>
    catalog.remove(staff, input.productId, request).then(() => done),
  );
}
