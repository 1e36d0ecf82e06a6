// Whether the payment has arrived. Only the server knows; until it does we say that we do not know.
import { getPaymentStatus, type Id } from '@jishi/contract';
import { View } from '@tarojs/components';
import { useRouter } from '@tarojs/taro';
import { useState } from 'react';
import { api } from '@/api';
import { go, queryValue } from '@/bridge/go';
import { Button } from '@/parts/button';
import { Trouble } from '@/parts/empty';
import { minuteOf } from '@/parts/moment';
import { Page } from '@/parts/page';
import { usePolling } from '@/parts/poll';
import { Price } from '@/parts/price';
import { Verdict } from '@/parts/verdict';
import { useAsk } from '@/session/ask';
import './index.scss';

const POLL_MS = 2000;
/** After so many questions without an answer we stop pretending that it comes any moment. */
const PATIENCE = 10;

export default function Result() {
  const { params } = useRouter();
  const checkoutId = (queryValue(params, 'id') ?? '') as Id<'checkout'>;
  const [asks, setAsks] = useState(0);
  const asked = useAsk(checkoutId, () => api(getPaymentStatus, { checkoutId }));
  const status = asked.value;
  const isUnknown = status === null || status.state === 'open' || status.state === 'closing';
  usePolling(isUnknown && asked.problem?.code !== 'checkout.not_found', POLL_MS, async () => {
    setAsks((count) => count + 1);
    await asked.reload();
  });
  const [orderId] = status?.orderIds ?? [];
  const toOrder = () => (status?.orderIds.length === 1 && orderId ? go.orderInstead(orderId) : go.ordersInstead('all'));
  if (status === null && asked.problem !== null) {
    return (
      <Page title="支付结果">
        <Trouble away problem={asked.problem} onRetry={() => void asked.reload()} />
      </Page>
    );
  }
  return (
    <Page title="支付结果">
      {isUnknown && (
        <Verdict
          tone="wait"
          icon="clock"
          title="正在确认支付结果"
          hint={
            asks < PATIENCE
              ? '正在等待微信的通知，请稍候'
              : '微信还没有给出结果。如已付款，不必重复支付，稍后会自动更新'
          }
        />
      )}
      {status?.state === 'paid' && (
        <Verdict
          tone="good"
          icon="check"
          title="支付成功"
          hint={status.paidAt === null ? '我们会尽快为你发货' : `${minuteOf(status.paidAt)} 付款，我们会尽快为你发货`}
        />
      )}
      {status?.state === 'closed' && (
        <Verdict tone="bad" icon="close" title="订单已关闭" hint="没有收到付款。如有付款，会原路退回" />
      )}
      {status !== null && (
        <View className="result-sum">
          <Price fen={status.totalFen} size="l" tone="ink" />
        </View>
      )}
      <View className="result-do">
        {isUnknown && asks >= PATIENCE && (
          <Button block onTap={() => go.payInstead(checkoutId)}>
            还没付款，继续支付
          </Button>
        )}
        <Button block kind={status?.state === 'paid' ? 'main' : 'line'} onTap={toOrder}>
          查看订单
        </Button>
        <Button block kind="line" onTap={() => go.tab('home')}>
          返回首页
        </Button>
      </View>
    </Page>
  );
}
