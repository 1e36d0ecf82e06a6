// The cart with its verbs; each brings the whole cart back, priced anew.
import {
  addToCart,
  clearCartProblems,
  getCart,
  removeCartLine,
  selectCart,
  updateCartLine,
  type Got,
} from '@jishi/contract';
import { useCallback, useState } from 'react';
import { api } from '@/api';
import { key } from '@/bridge/chance';
import { ask, note } from '@/bridge/say';
import { showCartCount } from '@/parts/cart-count';
import { asProblem, useAsk } from '@/session/ask';
import { useReturn } from '@/session/fresh';
import type { CartLine } from './line.tsx';

export type CartView = Got<typeof getCart>;
export type CartActs = ReturnType<typeof useCart>;

/** What was taken out last, to be put back. */
type Taken = { lines: readonly CartLine[]; text: string };

function shown(cart: CartView): CartView {
  showCartCount(cart.count);
  return cart;
}

export function useCart() {
  const asked = useAsk('cart', async () => shown(await api(getCart, {})));
  const [busy, setBusy] = useState(false);
  const [taken, setTaken] = useState<Taken | null>(null);
  const forget = useCallback(() => setTaken(null), []);
  useReturn(asked.reload);
  async function run(verb: () => Promise<CartView>): Promise<boolean> {
    setBusy(true);
    try {
      asked.put(shown(await verb()));
      return true;
    } catch (thrown) {
      note(asProblem(thrown).message);
      void asked.reload();
      return false;
    } finally {
      setBusy(false);
    }
  }
  async function remove(lines: readonly CartLine[]) {
    const [one] = lines;
    if (one === undefined) return;
    const text = lines.length === 1 ? `已移出「${one.title}」` : `已移出 ${lines.length} 种商品`;
    if (await run(() => takeOut(lines))) setTaken({ lines, text });
  }
  return {
    ...asked,
    busy,
    taken,
    forget,
    remove,
    change: (lineId: CartLine['id'], edit: { quantity?: number; isSelected?: boolean }) =>
      run(() => api(updateCartLine, { lineId, ...edit })),
    putBack: async () => {
      if (taken === null) return;
      setTaken(null);
      await run(() => putBack(taken.lines));
    },
    select: (isSelected: boolean) => run(() => api(selectCart, { isSelected })),
    clear: async () => {
      if (await ask('清空失效商品', '失效商品将从购物车移除', '清空')) await run(() => api(clearCartProblems, {}));
    },
  };
}

async function takeOut(lines: readonly CartLine[]): Promise<CartView> {
  let cart: CartView | null = null;
  for (const line of lines) cart = await api(removeCartLine, { lineId: line.id });
  return cart ?? api(getCart, {});
}

async function putBack(lines: readonly CartLine[]): Promise<CartView> {
  let cart: CartView | null = null;
  for (const { skuId, quantity, isSelected } of lines) {
    cart = await api(addToCart, { skuId, quantity }, { key: key() });
    const line = cart.lines.find((one) => one.skuId === skuId);
    if (line && line.isSelected !== isSelected) cart = await api(updateCartLine, { lineId: line.id, isSelected });
  }
  return cart ?? api(getCart, {});
}
