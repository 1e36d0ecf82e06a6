// The cart: what is in it, what of it cannot be bought and why, and what the rest costs.
import {
  clearCartProblems,
  getCart,
  removeCartLine,
  selectCart,
  updateCartLine,
  type Got,
  type QuoteView,
} from '@jishi/contract';
import { View } from '@tarojs/components';
import { useDidShow } from '@tarojs/taro';
import { useRef, useState } from 'react';
import { api } from '@/api';
import { go } from '@/bridge/go';
import { ask, note } from '@/bridge/say';
import { putBasket } from '@/parts/basket';
import { RowBones } from '@/parts/bones';
import { Button } from '@/parts/button';
import { showCartCount } from '@/parts/cart-count';
import { Empty, Trouble } from '@/parts/empty';
import { Icon } from '@/parts/icon';
import { Page } from '@/parts/page';
import { Price } from '@/parts/price';
import { shopSettings } from '@/parts/settings';
import { Sheet } from '@/parts/sheet';
import { Steps } from '@/parts/steps';
import { Tap } from '@/parts/tap';
import { asProblem, useAsk } from '@/session/ask';
import { DeadLine, LiveLine, type CartLine } from './line.tsx';
import './index.scss';

type CartView = Got<typeof getCart>;

export default function Cart() {
  const cart = useCart();
  const [explained, setExplained] = useState(false);
  const value = cart.value;
  const live = value?.lines.filter((line) => line.problem === null) ?? [];
  const dead = value?.lines.filter((line) => line.problem !== null) ?? [];
  return (
    <Page
      title="购物车"
      tab
      dock={
        value !== null &&
        live.length > 0 && <Bar cart={value} live={live} act={cart} onExplain={() => setExplained(true)} />
      }
      over={<Explained open={explained} quote={value?.quote ?? null} onClose={() => setExplained(false)} />}
    >
      {value === null && cart.problem !== null && <Trouble problem={cart.problem} onRetry={() => void cart.reload()} />}
      {value === null && cart.problem === null && <RowBones />}
      {value !== null && value.lines.length === 0 && (
        <Empty icon="cart" title="购物车还是空的" hint="去挑几件喜欢的吧">
          <Button onTap={() => go.tab('home')}>去逛逛</Button>
        </Empty>
      )}
      {value !== null && live.length > 0 && <FreeHint quote={value.quote} />}
      {live.length > 0 && (
        <View className="card cart-card">
          {live.map((line) => (
            <LiveLine key={line.id} line={line} busy={cart.busy} act={cart} />
          ))}
        </View>
      )}
      {dead.length > 0 && <DeadLines lines={dead} act={cart} />}
    </Page>
  );
}

export type CartActs = ReturnType<typeof useCart>;

/** The cart with its verbs; each brings the whole cart back, priced anew. */
function useCart() {
  const asked = useAsk('cart', async () => shown(await api(getCart, {})));
  const [busy, setBusy] = useState(false);
  const first = useRef(true);
  useDidShow(() => {
    // The first showing is asked by useAsk itself.
    if (!first.current) void asked.reload();
    first.current = false;
  });
  async function run(verb: () => Promise<CartView>) {
    setBusy(true);
    try {
      asked.put(shown(await verb()));
    } catch (thrown) {
      note(asProblem(thrown).message);
      void asked.reload();
    } finally {
      setBusy(false);
    }
  }
  return {
    ...asked,
    busy,
    change: (lineId: CartLine['id'], edit: { quantity?: number; isSelected?: boolean }) =>
      run(() => api(updateCartLine, { lineId, ...edit })),
    remove: async (line: CartLine) => {
      if (await ask('删除商品', `确定将「${line.title}」移出购物车吗？`, '删除'))
        await run(() => api(removeCartLine, { lineId: line.id }));
    },
    select: (isSelected: boolean) => run(() => api(selectCart, { isSelected })),
    clear: async () => {
      if (await ask('清空失效商品', '失效商品将从购物车移除', '清空')) await run(() => api(clearCartProblems, {}));
    },
  };
}

function shown(cart: CartView): CartView {
  showCartCount(cart.count);
  return cart;
}

function FreeHint({ quote }: { quote: QuoteView | null }) {
  const shop = useAsk('shop', shopSettings);
  const from = shop.value?.freeShippingFromFen ?? 0;
  const has = quote === null ? 0 : quote.goodsFen - quote.discountFen;
  if (from <= 0) return null;
  return (
    <View className="cart-hint row">
      <Icon name="truck" size="s" tone="brand-deep" />
      <View className="cart-hint-word">
        {quote !== null && quote.shippingFen === 0
          ? '已免运费'
          : has >= from
            ? `满 ${from / 100} 元免运费`
            : `满 ${from / 100} 元免运费，还差 ${((from - has) / 100).toFixed(2)} 元`}
      </View>
    </View>
  );
}

type BarProps = { cart: CartView; live: CartLine[]; act: CartActs; onExplain: () => void };

function Bar({ cart, live, act, onExplain }: BarProps) {
  const chosen = live.filter((line) => line.isSelected);
  const isAll = chosen.length === live.length;
  const pieces = chosen.reduce((sum, line) => sum + line.quantity, 0);
  function settle() {
    putBasket({ lines: chosen.map(({ skuId, quantity }) => ({ skuId, quantity })), fromCart: true });
    go.checkout();
  }
  return (
    <View className="cart-bar">
      <Tap className="cart-all row" onTap={() => void act.select(!isAll)}>
        <View className={`tick${isAll ? ' tick-on' : ''}`}>
          {isAll && <Icon name="check" size="s" tone="on" bold />}
        </View>
        <View className="cart-all-word">全选</View>
      </Tap>
      <Tap className="grow cart-sum" onTap={onExplain}>
        <View className="row cart-sum-line">
          <View>合计</View>
          <Price fen={cart.quote?.totalFen ?? 0} />
        </View>
        {cart.quote !== null && (
          <View className="cart-sum-why row">
            {cart.quote.shippingFen > 0 ? `含运费 ¥${(cart.quote.shippingFen / 100).toFixed(2)}` : '免运费'} · 明细
            <Icon name="up" size="s" tone="ink-3" />
          </View>
        )}
      </Tap>
      <Button disabled={pieces === 0} busy={act.busy} onTap={settle}>
        去结算{pieces > 0 ? `（${pieces}）` : ''}
      </Button>
    </View>
  );
}

function DeadLines({ lines, act }: { lines: CartLine[]; act: CartActs }) {
  return (
    <View className="card cart-card">
      <View className="row-between cart-dead-head">
        <View className="heading">失效商品 {lines.length} 件</View>
        <Tap className="cart-clear" onTap={() => void act.clear()}>
          清空失效
        </Tap>
      </View>
      {lines.map((line) => (
        <DeadLine key={line.id} line={line} act={act} />
      ))}
    </View>
  );
}

function Explained({ open, quote, onClose }: { open: boolean; quote: QuoteView | null; onClose: () => void }) {
  return (
    <Sheet open={open && quote !== null} title="金额明细" onClose={onClose}>
      {quote?.sellers.map((seller) => (
        <View key={seller.sellerId} className="cart-seller">
          <View className="heading">{seller.sellerName}</View>
          <Steps steps={seller.steps} />
          <View className="row-between cart-seller-sum">
            <View>小计</View>
            <Price fen={seller.totalFen} />
          </View>
        </View>
      ))}
    </Sheet>
  );
}
