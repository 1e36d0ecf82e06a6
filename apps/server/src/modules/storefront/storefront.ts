// The storefront: what people see, composed of what the rooms below know.
import { createGoodsPages, type GoodsPages, type GoodsPagesDeps } from './storefront.goods.ts';

export type Storefront = GoodsPages;
export type StorefrontDeps = GoodsPagesDeps;

export function createStorefront(deps: StorefrontDeps): Storefront {
  return createGoodsPages(deps);
}
