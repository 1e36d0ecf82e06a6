// The cart: what is in it, what of it cannot be bought and why, and what the rest costs.
import { yuan } from '@jishi/contract';
import type { QuoteView } from '@jishi/contract';
import { View } from '@tarojs/components';
import { stopPullDownRefresh, usePullDownRefresh } from '@tarojs/taro';
import { useState } from 'react';
import { go } from '@/bridge/go';
import { putBasket } from '@/parts/basket';
import { RowBones } from '@/parts/bones';
import { Button } from '@/parts/button';
import { Empty, Trouble } from '@/parts/empty';
import { Icon } from '@/parts/icon';
import { Page } from '@/parts/page';
import { Price } from '@/parts/price';
import { Sheet } from '@/parts/sheet';
import { Steps } from '@/parts/steps';
import { Tap } from '@/parts/tap';
import { Tick } from '@/parts/tick';
import { FreeHint } from './free.tsx';
import { DeadLine, LiveLine, type CartLine } from './line.tsx';
import { UndoBar } from './undo.tsx';
import { useCart, type CartActs, type CartView } from './verbs.ts';
import './index.scss';

export default function Cart() {
  const cart = useCart();
  const [explained, setExplained] = useState(false);
  const [isEditing, setEditing] = useState(false);
  usePullDownRefresh(() => void cart.reload().finally(stopPullDownRefresh));
  const value = cart.value;
  const live = value?.lines.filter((line) => line.problem === null) ?? [];
  const dead = value?.lines.filter((line) => line.problem !== null) ?? [];
  return (
    <Page
      title="购物车"
      tab
      dock={value !== null && live.length > 0 && dockOf({ cart, value, live, isEditing, explain: setExplained })}
      over={
        <>
          <Explained open={explained} quote={value?.quote ?? null} onClose={() => setExplained(false)} />
          {cart.taken !== null && (
            <UndoBar text={cart.taken.text} onUndo={() => void cart.putBack()} onOver={cart.forget} />
          )}
        </>
      }
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
          <View className="row-between cart-head">
            <View className="muted">共 {live.length} 种商品</View>
            <Tap className="cart-edit" wide onTap={() => setEditing(!isEditing)}>
              {isEditing ? '完成' : '管理'}
            </Tap>
          </View>
          {live.map((line) => (
            <LiveLine key={line.id} line={line} busy={cart.busy} act={cart} />
          ))}
        </View>
      )}
      {dead.length > 0 && <DeadLines lines={dead} act={cart} />}
    </Page>
  );
}

type BarProps = { cart: CartView; live: CartLine[]; act: CartActs };

function dockOf(props: {
  cart: CartActs;
  value: CartView;
  live: CartLine[];
  isEditing: boolean;
  explain: (open: boolean) => void;
}) {
  const { cart, value, live, isEditing, explain } = props;
  return isEditing ? (
    <EditBar cart={value} live={live} act={cart} />
  ) : (
    <Bar cart={value} live={live} act={cart} onExplain={() => explain(true)} />
  );
}

function All({ live, act }: Omit<BarProps, 'cart'>) {
  const isAll = live.every((line) => line.isSelected);
  return (
    <Tap className="cart-all row" role="checkbox" isOn={isAll} onTap={() => void act.select(!isAll)}>
      <Tick isOn={isAll} />
      <View className="cart-all-word">全选</View>
    </Tap>
  );
}

function Bar({ cart, live, act, onExplain }: BarProps & { onExplain: () => void }) {
  const chosen = live.filter((line) => line.isSelected);
  const pieces = chosen.reduce((sum, line) => sum + line.quantity, 0);
  function settle() {
    putBasket({ lines: chosen.map(({ skuId, quantity }) => ({ skuId, quantity })), fromCart: true });
    go.checkout();
  }
  return (
    <View className="cart-bar">
      <All live={live} act={act} />
      <Tap className="grow cart-sum" onTap={onExplain}>
        <View className="row cart-sum-line">
          <View>合计</View>
          <Price fen={cart.quote?.totalFen ?? 0} />
        </View>
        {cart.quote !== null && (
          <View className="cart-sum-why row">
            {cart.quote.shippingFen > 0 ? `含运费 ${yuan(cart.quote.shippingFen)}` : '已包邮'}
            <View className="cart-sum-more">明细</View>
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

/** While tidying up: what is ticked goes out together. */
function EditBar({ live, act }: BarProps) {
  const chosen = live.filter((line) => line.isSelected);
  return (
    <View className="cart-bar">
      <All live={live} act={act} />
      <View className="grow" />
      <Button kind="line" disabled={chosen.length === 0} busy={act.busy} onTap={() => void act.remove(chosen)}>
        删除所选{chosen.length > 0 ? `（${chosen.length}）` : ''}
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
