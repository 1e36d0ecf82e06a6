// How many things are in the cart, for the dot on its tab.
import { countCart } from '@jishi/contract';
import Taro from '@tarojs/taro';
import { api } from '@/api';
import { isSignedIn } from '@/session/session';
import { createStore } from '@/session/store';

const CART_TAB = 2;

export const cartCount = createStore(0);

export function showCartCount(count: number) {
  cartCount.set(count);
  // Outside the tabs there is no tab bar to write on; the next tab writes it.
  const told =
    count > 0
      ? Taro.setTabBarBadge({ index: CART_TAB, text: count > 99 ? '99+' : String(count) })
      : Taro.removeTabBarBadge({ index: CART_TAB });
  void Promise.resolve(told).catch(() => undefined);
}

export async function refreshCartCount() {
  if (!isSignedIn()) return showCartCount(0);
  const counted = await api(countCart, {}).catch(() => null);
  if (counted !== null) showCartCount(counted.count);
}
