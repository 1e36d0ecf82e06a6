// My orders by state.
import { listOrders, ORDER_TAB_CODES, type Got } from '@jishi/contract';
import { ScrollView, View } from '@tarojs/components';
import { stopPullDownRefresh, useDidShow, usePullDownRefresh, useReachBottom, useRouter } from '@tarojs/taro';
import { useRef, useState } from 'react';
import { api } from '@/api';
import { go, queryValue } from '@/bridge/go';
import { RowBones } from '@/parts/bones';
import { Button } from '@/parts/button';
import { useCountdown } from '@/parts/countdown';
import { Empty, Trouble } from '@/parts/empty';
import { BoughtLine } from '@/parts/lines';
import { LoadMore } from '@/parts/load-more';
import { Page } from '@/parts/page';
import { Price } from '@/parts/price';
import { Tap } from '@/parts/tap';
import { useScroll } from '@/session/ask';
import './index.scss';

type Tab = (typeof ORDER_TAB_CODES)[number];
type Brief = Got<typeof listOrders>['items'][number];

const TAB_NAMES: Record<Tab, string> = {
  all: '全部',
  unpaid: '待付款',
  to_ship: '待发货',
  to_receive: '待收货',
  finished: '已完成',
};

export default function Orders() {
  const { params } = useRouter();
  const asked = queryValue(params, 'tab');
  const [tab, setTab] = useState<Tab>(ORDER_TAB_CODES.find((code) => code === asked) ?? 'all');
  const list = useScroll(tab, (cursor) => api(listOrders, { tab, cursor }));
  const first = useRef(true);
  useDidShow(() => {
    // Something may have been paid or received on the page above.
    if (!first.current) void list.reload();
    first.current = false;
  });
  useReachBottom(() => void list.more());
  usePullDownRefresh(() => void list.reload().finally(stopPullDownRefresh));
  return (
    <Page title="我的订单">
      <ScrollView className="orders-tabs" scrollX>
        <View className="orders-tabs-row">
          {ORDER_TAB_CODES.map((code) => (
            <Tap key={code} className={`orders-tab${tab === code ? ' orders-tab-on' : ''}`} onTap={() => setTab(code)}>
              {TAB_NAMES[code]}
            </Tap>
          ))}
        </View>
      </ScrollView>
      {list.isFirst && list.problem !== null && <Trouble problem={list.problem} onRetry={() => void list.reload()} />}
      {list.isFirst && list.problem === null && <RowBones />}
      {!list.isFirst && list.items.length === 0 && (
        <Empty icon="box" title={tab === 'all' ? '还没有订单' : `没有${TAB_NAMES[tab]}的订单`} hint="去挑点喜欢的吧">
          <Button onTap={() => go.tab('home')}>去逛逛</Button>
        </Empty>
      )}
      {list.items.map((order) => (
        <OrderCard key={order.id} order={order} onOver={() => void list.reload()} />
      ))}
      <LoadMore list={list} />
    </Page>
  );
}

const SHOWN_MAX = 3;
/** Money that came for a cancelled order went home again at once. */
const NEVER_PAID = new Set<Brief['state']>(['unpaid', 'cancelled']);

function OrderCard({ order, onOver }: { order: Brief; onOver: () => void }) {
  const isUnpaid = order.state === 'unpaid' && !order.isClosing;
  return (
    <Tap className="card order-card" role="link" onTap={() => go.order(order.id)}>
      <View className="row-between order-top">
        <View className="heading clamp1">{order.sellerName}</View>
        <View className={`order-state order-state-${order.state}`}>
          {order.isClosing ? '正在取消' : order.stateName}
        </View>
      </View>
      {order.lines.slice(0, SHOWN_MAX).map((line) => (
        <BoughtLine
          key={line.id}
          image={line.image}
          title={line.title}
          specText={line.specText}
          unitFen={line.unitFen}
          quantity={line.quantity}
        />
      ))}
      {order.lines.length > SHOWN_MAX && <View className="muted">还有 {order.lines.length - SHOWN_MAX} 种商品</View>}
      <View className="row order-sum">
        {order.hasOpenAftersale && <View className="tag">售后处理中</View>}
        <View className="grow" />
        <View className="muted">
          共 {order.itemCount} 件，{NEVER_PAID.has(order.state) ? '应付' : '实付'}
        </View>
        <Price fen={order.totalFen} tone="ink" />
      </View>
      {isUnpaid && <UnpaidFoot order={order} onOver={onOver} />}
      {order.state === 'shipped' && (
        <View className="row order-foot">
          <View className="grow" />
          <Button size="s" kind="line" onTap={() => go.order(order.id)}>
            查看物流
          </Button>
        </View>
      )}
    </Tap>
  );
}

function UnpaidFoot({ order, onOver }: { order: Brief; onOver: () => void }) {
  const { text } = useCountdown(order.payBefore, onOver);
  return (
    <View className="row order-foot" onClick={(event) => event.stopPropagation()}>
      <View className="grow order-left">
        剩余 <View className="num order-clock">{text}</View>
      </View>
      <Button size="s" onTap={() => go.pay(order.checkoutId)}>
        去付款
      </Button>
    </View>
  );
}
