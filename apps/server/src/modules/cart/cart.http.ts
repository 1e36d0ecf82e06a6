// The doors of the cart.
import {
  addToCart,
  clearCartProblems,
  countCart,
  getCart,
  removeCartLine,
  selectCart,
  updateCartLine,
} from '@jishi/contract';
import type { Door } from '../../platform/http.ts';
import type { Cart } from './cart.ts';

export function bindCart(door: Door, cart: Cart): void {
  door.handle(getCart, ({ buyer }) => cart.get(buyer));
  door.handle(countCart, async ({ buyer }) => ({ count: await cart.count(buyer) }));
  door.handleOnce(addToCart, ({ buyer, once }, input) => cart.add(buyer, input, once));
  door.handle(updateCartLine, ({ buyer }, input) => cart.update(buyer, input));
  door.handle(removeCartLine, ({ buyer }, input) => cart.remove(buyer, input.lineId));
  door.handle(selectCart, ({ buyer }, input) => cart.select(buyer, input.isSelected));
  door.handle(clearCartProblems, ({ buyer }) => cart.clearProblems(buyer));
}
