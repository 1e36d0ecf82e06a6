// What the shopkeeper tells everybody: name, fees, terms. Asked once and kept while the shop runs.
import { publicConfig, type Got, type ShippingRule } from '@jishi/contract';
import { api } from '@/api';

export type ShopSettings = Got<typeof publicConfig>;

let asked: Promise<ShopSettings> | null = null;

export function shopSettings(): Promise<ShopSettings> {
  asked ??= api(publicConfig, {}).catch((problem: unknown) => {
    asked = null;
    throw problem;
  });
  return asked;
}

/** What parcels cost, in the shape in which the contract words it. */
export function shippingRule(shop: ShopSettings): ShippingRule {
  return { feeFen: shop.shippingFeeFen, freeFromFen: shop.freeShippingFromFen };
}
