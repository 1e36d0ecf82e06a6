// What may be done with an order now. The server decides; here it only gets its buttons.
import { addToCart, cancelOrder, receiveOrder } from '@jishi/contract';
import { View } from '@tarojs/components';
import { useState } from 'react';
import { api, useIntent } from '@/api';
import { key } from '@/bridge/chance';
import { go } from '@/bridge/go';
import { ask, note, praise } from '@/bridge/say';
import { Button } from '@/parts/button';
import { ChoiceSheet } from '@/parts/sheet';
import { asProblem } from '@/session/ask';
import { createIntent } from '@/session/intent';
import type { OrderView } from './index.tsx';

const REASONS = ['不想要了', '信息填错了，重新下单', '价格有点贵', '付款遇到问题', '其他原因'].map((reason) => ({
  value: reason,
  label: reason,
}));

type Props = { order: OrderView; put: (order: OrderView) => void; reload: () => Promise<void> };

export function OrderBar({ order, put, reload }: Props) {
  const [isCancelling, setCancelling] = useState(false);
  const { busy, cancel, receive, again } = useOrderVerbs({ order, put, reload });
  const { canPay, canCancel, canReceive, canApplyAftersale, canBuyAgain } = order.actions;
  if (!canPay && !canCancel && !canReceive && !canApplyAftersale && !canBuyAgain) return null;
  return (
    <View className="order-bar">
      {canCancel && (
        <Button size="s" kind="line" disabled={busy} onTap={() => setCancelling(true)}>
          取消订单
        </Button>
      )}
      {canApplyAftersale && (
        <Button size="s" kind="line" disabled={busy} onTap={() => go.applyAftersale(order.id)}>
          申请售后
        </Button>
      )}
      {canBuyAgain && (
        <Button size="s" kind="line" disabled={busy} onTap={() => void again()}>
          再次购买
        </Button>
      )}
      {canReceive && (
        <Button size="s" busy={busy} onTap={() => void receive()}>
          确认收货
        </Button>
      )}
      {canPay && (
        <Button size="s" disabled={busy} onTap={() => go.pay(order.checkoutId)}>
          去付款
        </Button>
      )}
      <ChoiceSheet
        open={isCancelling}
        title="为什么取消？"
        choices={REASONS}
        chosen={null}
        onChoose={(reason) => {
          setCancelling(false);
          void cancel(reason);
        }}
        onClose={() => setCancelling(false)}
      />
    </View>
  );
}

function useOrderVerbs({ order, put, reload }: Props) {
  const cancelling = useIntent();
  const receiving = useIntent();
  const [busy, setBusy] = useState(false);
  async function run(verb: () => Promise<void>) {
    setBusy(true);
    try {
      await verb();
    } catch (thrown) {
      note(asProblem(thrown).message);
      await reload();
    } finally {
      setBusy(false);
    }
  }
  return {
    busy,
    cancel: (reason: string) =>
      run(async () => {
        const wish = { orderId: order.id, reason };
        const next = await cancelling(wish, (intent) => api(cancelOrder, wish, { key: intent }));
        put(next);
        // The server may have found a payment instead.
        if (next.state === 'cancelled') praise('订单已取消');
        else note(next.isClosing ? '正在确认是否有付款，请稍候' : `订单${next.stateName}`);
      }),
    receive: async () => {
      if (!(await ask('确认收到商品？', '请先检查商品，确认无误后再操作', '确认收货'))) return;
      await run(async () => {
        const wish = { orderId: order.id };
        put(await receiving(wish, (intent) => api(receiveOrder, wish, { key: intent })));
        praise('已确认收货');
      });
    },
    again: () =>
      run(async () => {
        const refused = await putAllIntoCart(order);
        if (refused === order.lines.length) note('这些商品暂时都买不到了');
        else {
          if (refused > 0) note(`有 ${refused} 种商品暂时买不到`);
          go.tab('cart');
        }
      }),
  };
}

/** How many lines could not be put in. */
async function putAllIntoCart(order: OrderView): Promise<number> {
  let refused = 0;
  for (const { skuId, quantity } of order.lines) {
    const wish = { skuId, quantity };
    const intent = createIntent(key);
    await intent(wish, (one) => api(addToCart, wish, { key: one })).catch((problem: unknown) => {
      if (asProblem(problem).code === 'network') throw problem;
      refused += 1;
    });
  }
  return refused;
}
