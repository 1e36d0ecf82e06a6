// The storefront: what people see, composed of what the rooms below know.
import { createGoodsPages, type GoodsPages, type GoodsPagesDeps } from './storefront.goods.ts';
import { createOrderPages, type OrderPages, type OrderPagesDeps } from './storefront.orders.ts';

export type Storefront = GoodsPages & OrderPages;
export type StorefrontDeps = GoodsPagesDeps & OrderPagesDeps;

export function createStorefront(deps: StorefrontDeps): Storefront {
  return { ...createGoodsPages(deps), ...createOrderPages(deps) };
}
