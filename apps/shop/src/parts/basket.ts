// What goes to the checkout page: pages of a mini-program cannot hand each other more than a short address.
import type { Id } from '@jishi/contract';
import { storage } from '@/bridge/storage';

export type Basket = { lines: { skuId: Id<'sku'>; quantity: number }[]; fromCart: boolean };

const KEPT = 'basket';

/** Kept on the device, so that coming back from WeChat's login page finds it again. */
export function putBasket(basket: Basket) {
  storage.write(KEPT, basket);
}

export function readBasket(): Basket | null {
  return storage.read<Basket>(KEPT);
}
