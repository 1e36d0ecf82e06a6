// The cashier of a recharge: a code at once on a desktop, WeChat's own cashier on a phone.
import { getRecharge, payRecharge } from '@jishi/contract';
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

/** The server asks WeChat at most every three seconds; oftener brings nothing new. */
const POLL_MS = 3000;

export default function RechargePay() {
  const { params } = useRouter();
  const orderNo = queryValue(params, 'no') ?? '';
  const asked = useAsk(orderNo, () => api(getRecharge, { orderNo }));
  const order = asked.value;
  const done = () => go.rechargeResultInstead(orderNo);
  async function look() {
    const now = await api(getRecharge, { orderNo });
    if (now.state === 'paid') done();
    else asked.put(now);
  }
  // The buyer may come back from WeChat, or pay with another phone.
  useDidShow(() => void look().catch(() => undefined));
  usePolling(order?.state === 'pending', POLL_MS, look);
  const isOver = order !== null && (order.state === 'cancelled' || order.state === 'expired');
  return (
    <Page title="收银台">
      {order === null && asked.problem !== null && (
        <Trouble away problem={asked.problem} onRetry={() => void asked.reload()} />
      )}
      {order === null && asked.problem === null && <TextBones count={2} />}
      {order?.canPay && (
        <Cashier
          expiresAt={order.expiresAt}
          totalFen={order.priceFen}
          about={`${order.packageName} · 到账 ${order.points + order.bonusPoints} 积分`}
          resultPath={pathOf('points/result', { no: orderNo })}
          showsCode
          ask={(wish, key) => api(payRecharge, { orderNo, ...wish }, { key })}
          onPaid={done}
          onOver={() => void asked.reload()}
          onLater={() => void later()}
        />
      )}
      {order?.state === 'pending' && !order.canPay && (
        <Empty icon="clock" title="订单正在关闭" hint="正在向微信确认是否有付款，请稍候" />
      )}
      {isOver && (
        <Empty icon="clock" title="订单已关闭" hint="超过支付时间或已取消，可以重新充值">
          <Button onTap={go.rechargeInstead}>重新充值</Button>
        </Empty>
      )}
      {(order?.state === 'paid' || order?.state === 'refunded') && (
        <Empty icon="check" title={order.state === 'paid' ? '订单已支付' : '订单已退款'}>
          <Button onTap={() => go.rechargeOrderInstead(orderNo)}>查看订单</Button>
        </Empty>
      )}
    </Page>
  );
}

async function later() {
  if (await ask('稍后支付？', '订单会为你保留到支付时间结束', '离开', '继续支付')) go.rechargesInstead();
}
