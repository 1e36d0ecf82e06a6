// The doors of goods that show stock: they are composed here, above catalog and inventory.
import {
  adminCreateProduct,
  adminGetProduct,
  adminListProducts,
  adminRestoreProduct,
  adminSetProductState,
  adminUpdateProduct,
  getHome,
  getProduct,
  listProducts,
} from '@jishi/contract';
import type { Door } from '../../platform/http.ts';
import type { GoodsPages } from './storefront.goods.ts';

export function bindGoodsPages(door: Door, pages: GoodsPages): void {
  door.handle(getHome, () => pages.home());
  door.handle(listProducts, (_, input) => pages.list(input));
  door.handle(getProduct, (_, input) => pages.product(input.productId));

  door.handle(adminListProducts, (_, input) => pages.staffProducts(input));
  door.handle(adminGetProduct, (_, input) => pages.staffProduct(input.productId));
  door.handle(adminCreateProduct, ({ staff, request }, input) => pages.createProduct(staff, input, request));
  door.handle(adminUpdateProduct, ({ staff, request }, input) => pages.editProduct(staff, input, request));
  door.handle(adminRestoreProduct, ({ staff, request }, input) => pages.restoreProduct(staff, input, request));
  door.handle(adminSetProductState, ({ staff, request }, input) => pages.setProductState(staff, input, request));
}
