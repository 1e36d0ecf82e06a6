// My recharges, newest first.
import { listRecharges, type RechargeOrderView } from '@jishi/contract';
import { View } from '@tarojs/components';
import { useReachBottom } from '@tarojs/taro';
import { api } from '@/api';
import { go } from '@/bridge/go';
import { BackTop } from '@/parts/back-top';
import { RowBones } from '@/parts/bones';
import { Button } from '@/parts/button';
import { useCountdown } from '@/parts/countdown';
import { Empty, Trouble } from '@/parts/empty';
import { Icon } from '@/parts/icon';
import { LoadMore } from '@/parts/load-more';
import { minuteOf } from '@/parts/moment';
import { Page } from '@/parts/page';
import { Price } from '@/parts/price';
import { Tap } from '@/parts/tap';
import { useScroll } from '@/session/ask';
import { useFresh } from '@/session/fresh';
import './index.scss';

export default function Recharges() {
  const list = useScroll('recharges', (cursor) => api(listRecharges, { cursor }));
  // Something may have been paid or cancelled on the page above.
  useFresh(list.reload);
  useReachBottom(() => void list.more());
  return (
    <Page title="充值记录">
      {list.isFirst && list.problem !== null && <Trouble problem={list.problem} onRetry={() => void list.reload()} />}
      {list.isFirst && list.problem === null && <RowBones />}
      {!list.isFirst && list.items.length === 0 && (
        <Empty icon="coin" title="还没有充值过" hint="充值的积分会马上到账">
          <Button onTap={go.rechargeInstead}>去充值</Button>
        </Empty>
      )}
      <View className="recharges">
        {list.items.map((order) => (
          <RechargeCard key={order.id} order={order} onOver={() => void list.reload()} />
        ))}
      </View>
      <LoadMore list={list} />
      <BackTop />
    </Page>
  );
}

function RechargeCard({ order, onOver }: { order: RechargeOrderView; onOver: () => void }) {
  const isQuiet = order.state !== 'pending' && order.state !== 'paid';
  const isRefunding = order.refund?.state === 'refunding';
  return (
    <Tap className="card" role="link" onTap={() => go.rechargeOrder(order.orderNo)}>
      <View className="row">
        <View className="recharge-mark">
          <Icon name={order.icon} tone="brand" />
        </View>
        <View className="grow">
          <View className="heading clamp1">{order.packageName}</View>
          <View className="muted">{minuteOf(order.createdAt)}</View>
        </View>
        <View className="recharge-end">
          <Price fen={order.priceFen} tone="ink" />
          <View className={`recharge-state${isQuiet ? ' recharge-quiet' : ''}`}>
            {order.isClosing ? '正在关闭' : isRefunding ? '退款中' : order.stateName}
          </View>
        </View>
      </View>
      {order.canPay && <PayFoot order={order} onOver={onOver} />}
    </Tap>
  );
}

function PayFoot({ order, onOver }: { order: RechargeOrderView; onOver: () => void }) {
  const { text } = useCountdown(order.expiresAt, onOver);
  return (
    <View className="row recharge-foot" onClick={(event) => event.stopPropagation()}>
      <View className="grow recharge-left">
        剩余 <View className="num recharge-clock">{text}</View>
      </View>
      <Button size="s" onTap={() => go.rechargePay(order.orderNo)}>
        去付款
      </Button>
    </View>
  );
}
