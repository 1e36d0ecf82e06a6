// The cashier of an order.
import { getCheckout, getPaymentStatus, payCheckout, type Id } from '@jishi/contract';
import { useDidShow, useRouter } from '@tarojs/taro';
import { api } from '@/api';
import { go, pathOf, queryValue } from '@/bridge/go';
import { ask } from '@/bridge/say';
import { TextBones } from '@/parts/bones';
import { Button } from '@/parts/button';
import { Cashier } from '@/parts/cashier';
import { Empty, Trouble } from '@/parts/empty';
import { Page } from '@/parts/page';
import { usePolling } from '@/parts/poll';
import { useAsk } from '@/session/ask';

const POLL_MS = 2500;

export default function Pay() {
  const { params } = useRouter();
  const checkoutId = (queryValue(params, 'id') ?? '') as Id<'checkout'>;
  const asked = useAsk(checkoutId, () => api(getCheckout, { checkoutId }));
  const value = asked.value;
  const wallet = useAsk(`wallet:${checkoutId}`, () => api(getPaymentStatus, { checkoutId }));
  async function look() {
    const { state } = await api(getPaymentStatus, { checkoutId });
    if (state === 'paid') go.resultInstead(checkoutId);
    else if (state !== value?.state) await asked.reload();
  }
  // The buyer may come back from WeChat, or pay with another phone.
  useDidShow(() => void look().catch(() => undefined));
  usePolling(value?.state === 'open' || value?.state === 'closing', POLL_MS, look);
  return (
    <Page title="收银台">
      {value === null && asked.problem !== null && (
        <Trouble away problem={asked.problem} onRetry={() => void asked.reload()} />
      )}
      {value === null && asked.problem === null && <TextBones count={2} />}
      {value?.state === 'open' && (
        <Cashier
          expiresAt={value.expiresAt}
          totalFen={value.totalFen}
          about={
            value.orders.length > 1 ? `共 ${value.orders.length} 笔订单` : `订单号 ${value.orders[0]?.orderNo ?? ''}`
          }
          resultPath={pathOf('order/result', { id: checkoutId })}
          purse={wallet.value}
          ask={(wish, key) => api(payCheckout, { checkoutId, ...wish }, { key })}
          onPaid={() => go.resultInstead(checkoutId)}
          onOver={() => void asked.reload()}
          onLater={() => void later()}
        />
      )}
      {value?.state === 'closing' && (
        <Empty icon="clock" title="订单正在关闭" hint="正在向微信确认是否有付款，请稍候" />
      )}
      {value?.state === 'closed' && (
        <Empty icon="clock" title="订单已关闭" hint="超过支付时间或已取消，可以重新下单">
          <Button onTap={() => go.ordersInstead('all')}>查看订单</Button>
        </Empty>
      )}
      {value?.state === 'paid' && (
        <Empty icon="check" title="订单已支付">
          <Button onTap={() => go.resultInstead(checkoutId)}>查看结果</Button>
        </Empty>
      )}
    </Page>
  );
}

async function later() {
  if (await ask('稍后支付？', '订单会为你保留到支付时间结束', '离开', '继续支付')) go.ordersInstead('unpaid');
}
