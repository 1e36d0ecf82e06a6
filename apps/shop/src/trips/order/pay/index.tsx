// The cashier's desk: how long there is, and the way to pay that fits this device.
import { getCheckout, getPaymentStatus, payCheckout, type Got, type Id } from '@jishi/contract';
import { Image, View } from '@tarojs/components';
import { useDidShow, useRouter } from '@tarojs/taro';
import { useEffect, useState } from 'react';
import { api, useIntent } from '@/api';
import { go, pathOf, queryValue } from '@/bridge/go';
import { payBridge } from '@/bridge/pay';
import { place } from '@/bridge/place';
import { ask, note } from '@/bridge/say';
import type { PayChannel } from '@/bridge/types';
import { TextBones } from '@/parts/bones';
import { Button } from '@/parts/button';
import { useCountdown } from '@/parts/countdown';
import { Empty, Trouble } from '@/parts/empty';
import { Icon } from '@/parts/icon';
import { Page } from '@/parts/page';
import { usePolling } from '@/parts/poll';
import { Price } from '@/parts/price';
import { Tap } from '@/parts/tap';
import { Tick } from '@/parts/tick';
import { asProblem, useAsk } from '@/session/ask';
import './index.scss';

type CheckoutView = Got<typeof getCheckout>;
const POLL_MS = 2500;

export default function Pay() {
  const { params } = useRouter();
  const checkoutId = (queryValue(params, 'id') ?? '') as Id<'checkout'>;
  const asked = useAsk(checkoutId, () => api(getCheckout, { checkoutId }));
  const value = asked.value;
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
      {value?.state === 'open' && <Desk checkout={value} onOver={() => void asked.reload()} />}
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

function Desk({ checkout, onOver }: { checkout: CheckoutView; onOver: () => void }) {
  const { text } = useCountdown(checkout.expiresAt, onOver);
  const { channel, code, busy, pay } = usePay(checkout.id);
  return (
    <>
      <View className="desk rise-enter">
        <View className="desk-left">
          请在 <View className="desk-clock num">{text}</View> 内完成支付
        </View>
        <Price fen={checkout.totalFen} size="xl" tone="ink" />
        <View className="muted">
          {checkout.orders.length > 1
            ? `共 ${checkout.orders.length} 笔订单`
            : `订单号 ${checkout.orders[0]?.orderNo ?? ''}`}
        </View>
      </View>
      <View className="card row desk-way">
        <View className="desk-mark">
          <Icon name="wechat" tone="on" />
        </View>
        <View className="grow">
          <View className="heading">微信支付</View>
          <View className="muted">{channel === 'native' ? '用手机微信扫码付款' : '亿万用户的选择，快捷安全'}</View>
        </View>
        <Tick isOn />
      </View>
      {code !== null && (
        <View className="card desk-code">
          <Image
            className="desk-qr"
            src={`data:image/svg+xml,${encodeURIComponent(code)}`}
            mode="scaleToFill"
            ariaLabel="付款二维码"
          />
          <View className="heading">请用微信扫一扫付款</View>
          <View className="muted">付款后本页会自动更新</View>
        </View>
      )}
      <View className="desk-foot">
        <Button block busy={busy} onTap={() => void pay()}>
          {code !== null ? '刷新付款码' : channel === 'native' ? '显示付款码' : '立即支付'}
        </Button>
        <Tap className="desk-later" onTap={() => void later()}>
          稍后支付
        </Tap>
      </View>
    </>
  );
}

async function later() {
  if (await ask('稍后支付？', '订单会为你保留到支付时间结束', '离开', '继续支付')) go.ordersInstead('unpaid');
}

function usePay(checkoutId: Id<'checkout'>) {
  const intent = useIntent();
  const [channel, setChannel] = useState<PayChannel | null>(null);
  const [code, setCode] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);
  useEffect(() => void payBridge.channel().then(setChannel), []);
  async function pay() {
    setBusy(true);
    try {
      const chosen = channel ?? (await payBridge.channel());
      const resultUrl = place.address(pathOf('order/result', { id: checkoutId }));
      const wish = { checkoutId, channel: chosen, ...(chosen === 'h5' ? { returnTo: resultUrl } : {}) };
      const params = await intent(wish, (key) => api(payCheckout, wish, { key }));
      const outcome = await payBridge.pay(params);
      if (outcome === 'scan' && params.channel === 'native') setCode(params.codeSvg);
      else if (outcome === 'done') go.resultInstead(checkoutId);
      else if (outcome === 'cancelled') note('已取消支付');
      else if (outcome === 'failed') note('支付没有完成，请重试');
    } catch (thrown) {
      const problem = asProblem(thrown);
      if (problem.code === 'order.already_paid') go.resultInstead(checkoutId);
      else note(problem.message);
    } finally {
      setBusy(false);
    }
  }
  return { channel, code, busy, pay };
}
