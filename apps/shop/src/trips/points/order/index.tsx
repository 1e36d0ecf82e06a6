// One recharge: what was bought, what became of the money, and what may be done with it now.
import { cancelRecharge, getRecharge, yuan, type RechargeOrderView } from '@jishi/contract';
import { View } from '@tarojs/components';
import { useRouter } from '@tarojs/taro';
import { useState, type ReactNode } from 'react';
import { api, useIntent } from '@/api';
import { go, queryValue } from '@/bridge/go';
import { ask, copy, note } from '@/bridge/say';
import { TextBones } from '@/parts/bones';
import { Button } from '@/parts/button';
import { useCountdown } from '@/parts/countdown';
import { Trouble } from '@/parts/empty';
import { minuteOf } from '@/parts/moment';
import { Page } from '@/parts/page';
import { usePolling } from '@/parts/poll';
import { Tap } from '@/parts/tap';
import { asProblem, useAsk } from '@/session/ask';
import { useFresh } from '@/session/fresh';
import './index.scss';

const CLOSING_POLL_MS = 4000;

export default function RechargeDetail() {
  const { params } = useRouter();
  const orderNo = queryValue(params, 'no') ?? '';
  const asked = useAsk(orderNo, () => api(getRecharge, { orderNo }));
  const order = asked.value;
  useFresh(asked.reload);
  // WeChat is being asked whether money is on its way; the answer comes by itself.
  usePolling(order?.isClosing === true, CLOSING_POLL_MS, asked.reload);
  return (
    <Page title="充值详情" dock={order?.canCancel && <Dock order={order} onChange={asked.put} />}>
      {order === null && asked.problem !== null && (
        <Trouble away problem={asked.problem} onRetry={() => void asked.reload()} />
      )}
      {order === null && asked.problem === null && <TextBones count={3} />}
      {order !== null && (
        <>
          <View className={`recharge-head recharge-head-${order.state}`}>
            <View className="recharge-head-state">{order.isClosing ? '正在关闭' : order.stateName}</View>
            <Words order={order} onOver={() => void asked.reload()} />
          </View>
          <View className="card">
            <Row name="套餐" value={order.packageName} />
            <Row name="充值积分" value={String(order.points)} />
            <Row name="赠送积分" value={String(order.bonusPoints)} />
            <Row name="支付金额" value={yuan(order.priceFen)} />
          </View>
          <View className="card">
            <Row name="订单编号" value={order.orderNo}>
              <Tap className="recharge-copy" onTap={() => copy(order.orderNo)}>
                复制
              </Tap>
            </Row>
            <Row name="下单时间" value={minuteOf(order.createdAt)} />
            {order.paidAt !== null && <Row name="付款时间" value={minuteOf(order.paidAt)} />}
            {order.endedAt !== null && order.state !== 'refunded' && (
              <Row name="关闭时间" value={minuteOf(order.endedAt)} />
            )}
            {order.refund !== null && order.refund.state !== 'given_up' && (
              <>
                <Row name="退款金额" value={yuan(order.refund.amountFen)} />
                <Row name="收回积分" value={String(order.refund.points)} />
                <Row name="申请退款时间" value={minuteOf(order.refund.createdAt)} />
              </>
            )}
          </View>
        </>
      )}
    </Page>
  );
}

function Words({ order, onOver }: { order: RechargeOrderView; onOver: () => void }) {
  const { text } = useCountdown(order.canPay ? order.expiresAt : null, onOver);
  const words = {
    pending: order.canPay ? `请在 ${text} 内完成支付` : '正在向微信确认是否有付款，请稍候',
    paid: order.refund?.state === 'refunding' ? '退款处理中，款项将原路退回' : '积分已到账，可随时使用',
    cancelled: '订单已取消，没有扣款',
    expired: '超过支付时间，订单已自动关闭',
    refunded: '款项已原路退回，积分已收回',
  };
  return <View className="recharge-head-word">{words[order.state]}</View>;
}

function Row({ name, value, children }: { name: string; value: string; children?: ReactNode }) {
  return (
    <View className="row recharge-row">
      <View className="recharge-name">{name}</View>
      <View className="grow recharge-value num">{value}</View>
      {children}
    </View>
  );
}

function Dock({ order, onChange }: { order: RechargeOrderView; onChange: (order: RechargeOrderView) => void }) {
  const intent = useIntent();
  const [busy, setBusy] = useState(false);
  async function cancel() {
    if (!(await ask('取消这笔充值？', '取消后需要重新下单', '取消订单', '再想想'))) return;
    setBusy(true);
    const wish = { orderNo: order.orderNo };
    try {
      onChange(await intent(wish, (key) => api(cancelRecharge, wish, { key })));
    } catch (thrown) {
      note(asProblem(thrown).message);
      await api(getRecharge, wish).then(onChange, () => undefined);
    } finally {
      setBusy(false);
    }
  }
  return (
    <View className="row recharge-dock">
      <View className="grow" />
      <Button kind="line" busy={busy} onTap={() => void cancel()}>
        取消订单
      </Button>
      {order.canPay && <Button onTap={() => go.rechargePay(order.orderNo)}>去付款</Button>}
    </View>
  );
}
