// Whether the points have arrived. Only the server knows; until it does we say that we do not know.
import { getPoints, getRecharge, type Got } from '@jishi/contract';
import { View } from '@tarojs/components';
import { useRouter } from '@tarojs/taro';
import { useEffect, useState } from 'react';
import { api } from '@/api';
import { go, queryValue } from '@/bridge/go';
import { TextBones } from '@/parts/bones';
import { Button } from '@/parts/button';
import { Trouble } from '@/parts/empty';
import { Page } from '@/parts/page';
import { usePolling } from '@/parts/poll';
import { Verdict } from '@/parts/verdict';
import { useAsk } from '@/session/ask';
import './index.scss';

const POLL_MS = 3000;
/** After so many questions without an answer we stop pretending that it comes any moment. */
const PATIENCE = 7;

export default function RechargeResult() {
  const { params } = useRouter();
  const orderNo = queryValue(params, 'no') ?? '';
  const [asks, setAsks] = useState(0);
  const asked = useAsk(orderNo, () => api(getRecharge, { orderNo }));
  const held = useAsk('points', () => api(getPoints, {}));
  const order = asked.value;
  const isWaiting = order?.state === 'pending';
  usePolling(isWaiting, POLL_MS, async () => {
    setAsks((count) => count + 1);
    await asked.reload();
  });
  const isPaid = order?.state === 'paid';
  // The balance is asked again once the points are there.
  const { reload } = held;
  useEffect(() => {
    if (isPaid) void reload();
  }, [isPaid, reload]);
  return (
    <Page title="充值结果">
      {order === null && asked.problem !== null && (
        <Trouble away problem={asked.problem} onRetry={() => void asked.reload()} />
      )}
      {order === null && asked.problem === null && <TextBones count={2} />}
      {order !== null && <Outcome order={order} isSlow={asks >= PATIENCE} />}
      {isPaid && held.value !== null && (
        <View className="result-balance">
          当前积分 <View className="result-total num">{held.value.total}</View>
        </View>
      )}
      {order !== null && (
        <View className="result-ways">
          {isWaiting && asks >= PATIENCE && (
            <Button block onTap={() => go.rechargePayInstead(orderNo)}>
              还没付款，继续支付
            </Button>
          )}
          <Button block kind={isPaid ? 'main' : 'line'} onTap={() => go.rechargeOrderInstead(orderNo)}>
            查看订单
          </Button>
          {!isWaiting && (
            <Button block kind="line" onTap={go.rechargeInstead}>
              继续充值
            </Button>
          )}
          <Button block kind="line" onTap={() => go.tab('me')}>
            返回我的
          </Button>
        </View>
      )}
    </Page>
  );
}

function Outcome({ order, isSlow }: { order: Got<typeof getRecharge>; isSlow: boolean }) {
  const { state, points, bonusPoints } = order;
  if (state === 'pending') {
    const hint = isSlow ? '微信还没有给出结果。如已付款，不必重复支付，积分会自动到账' : '正在等待微信的通知，请稍候';
    return <Verdict tone="wait" icon="clock" title="正在确认支付结果" hint={hint} />;
  }
  if (state === 'paid') {
    const bonus = bonusPoints > 0 ? `和赠送的 ${bonusPoints} 积分` : '';
    return <Verdict tone="good" icon="check" title="充值成功" hint={`${points} 积分${bonus}已到账`} />;
  }
  const isRefunded = state === 'refunded';
  const hint = isRefunded ? '款项已原路退回' : '没有收到付款。如有付款，会原路退回';
  return <Verdict tone="bad" icon="close" title={isRefunded ? '订单已退款' : '订单已关闭'} hint={hint} />;
}
