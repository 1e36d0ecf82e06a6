// What may be done with an order now. The server decides; here it only gets its buttons.
import { cancelOrder, receiveOrder } from '@jishi/contract';
import { View } from '@tarojs/components';
import { useState } from 'react';
import { api, useIntent } from '@/api';
import { go } from '@/bridge/go';
import { receiptBridge } from '@/bridge/receipt';
import { ask, note, praise } from '@/bridge/say';
import { Button } from '@/parts/button';
import { ChoiceSheet } from '@/parts/sheet';
import { asProblem } from '@/session/ask';
import { buyAgain } from '../again.ts';
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

/** WeChat asks by itself where it holds the money; everywhere else we do. */
async function hasArrived(order: OrderView): Promise<boolean> {
  const outcome = order.receiptAtWechat === null ? 'unavailable' : await receiptBridge.confirm(order.receiptAtWechat);
  if (outcome !== 'unavailable') return outcome === 'confirmed';
  return ask('确认收到商品？', '请先检查商品，确认无误后再操作', '确认收货');
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
      if (!(await hasArrived(order))) return;
      await run(async () => {
        const wish = { orderId: order.id };
        put(await receiving(wish, (intent) => api(receiveOrder, wish, { key: intent })));
        praise('已确认收货');
      });
    },
    again: () => run(() => buyAgain(order.lines)),
  };
}
