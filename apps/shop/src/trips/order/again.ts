// Buying the same once more: whatever can still be bought goes into the cart.
import { addToCart, type Id } from '@jishi/contract';
import { api } from '@/api';
import { key } from '@/bridge/chance';
import { go } from '@/bridge/go';
import { note } from '@/bridge/say';
import { asProblem } from '@/session/ask';
import { createIntent } from '@/session/intent';

type Line = { skuId: Id<'sku'>; quantity: number };

/** Puts the lines of an order into the cart and goes there. Throws when the line is cut. */
export async function buyAgain(lines: readonly Line[]): Promise<void> {
  const refused = await putIntoCart(lines);
  if (refused === lines.length) return note('这些商品暂时都买不到了');
  if (refused > 0) note(`有 ${refused} 种商品暂时买不到`);
  go.tab('cart');
}

/** How many lines could not be put in. */
async function putIntoCart(lines: readonly Line[]): Promise<number> {
  let refused = 0;
  for (const { skuId, quantity } of lines) {
    const wish = { skuId, quantity };
    const intent = createIntent(key);
    await intent(wish, (one) => api(addToCart, wish, { key: one })).catch((problem: unknown) => {
      if (asProblem(problem).code === 'network') throw problem;
      refused += 1;
    });
  }
  return refused;
}
