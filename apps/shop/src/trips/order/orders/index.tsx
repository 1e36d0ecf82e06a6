// My orders by state.
import { countOrders, listOrders, ORDER_TAB_CODES, type Got } from '@jishi/contract';
import { Input, ScrollView, View } from '@tarojs/components';
import { useReachBottom, useRouter } from '@tarojs/taro';
import { useEffect, useState } from 'react';
import { api } from '@/api';
import { go, queryValue } from '@/bridge/go';
import { note } from '@/bridge/say';
import { BackTop } from '@/parts/back-top';
import { RowBones } from '@/parts/bones';
import { Button } from '@/parts/button';
import { useCountdown } from '@/parts/countdown';
import { Empty, Trouble } from '@/parts/empty';
import { Icon } from '@/parts/icon';
import { BoughtLine } from '@/parts/lines';
import { LoadMore } from '@/parts/load-more';
import { Page } from '@/parts/page';
import { Price } from '@/parts/price';
import { badgeText } from '@/parts/price/amount';
import { Tap } from '@/parts/tap';
import { asProblem, useAsk, useScroll } from '@/session/ask';
import { useFresh } from '@/session/fresh';
import { buyAgain } from '../again.ts';
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
  const [q, setQ] = useState('');
  const list = useScroll(`${tab} ${q}`, (cursor) => api(listOrders, { tab, cursor, ...(q === '' ? {} : { q }) }));
  const counts = useAsk('order counts', () => api(countOrders, {}));
  const reload = () => Promise.all([list.reload(), counts.reload()]);
  // Something may have been paid or received on the page above.
  useFresh(reload);
  useReachBottom(() => void list.more());
  return (
    <Page title="我的订单">
      <View className="orders-top">
        <OrderSearch q={q} onSearch={setQ} />
        <Tabs tab={tab} counts={counts.value} onTab={setTab} />
      </View>
      {list.isFirst && list.problem !== null && <Trouble problem={list.problem} onRetry={() => void list.reload()} />}
      {list.isFirst && list.problem === null && <RowBones />}
      {!list.isFirst && list.items.length === 0 && (
        <Empty
          icon={q === '' ? 'box' : 'search'}
          title={q !== '' ? '没有找到相关订单' : tab === 'all' ? '还没有订单' : `没有${TAB_NAMES[tab]}的订单`}
          hint={q === '' ? '去挑点喜欢的吧' : '可以输入商品名称，或完整的订单编号'}
        >
          <Button onTap={() => (q === '' ? go.tab('home') : setQ(''))}>{q === '' ? '去逛逛' : '查看全部订单'}</Button>
        </Empty>
      )}
      {list.items.map((order) => (
        <OrderCard key={order.id} order={order} onOver={() => void reload()} />
      ))}
      <LoadMore list={list} />
      <BackTop />
    </Page>
  );
}

type Counts = Got<typeof countOrders>;
const COUNT_OF: Partial<Record<Tab, keyof Counts>> = { unpaid: 'unpaid', to_ship: 'toShip', to_receive: 'toReceive' };

function Tabs({ tab, counts, onTab }: { tab: Tab; counts: Counts | null; onTab: (tab: Tab) => void }) {
  return (
    <ScrollView className="orders-tabs" scrollX>
      <View className="orders-tabs-row" ariaRole="tablist">
        {ORDER_TAB_CODES.map((code) => {
          const name = COUNT_OF[code];
          const count = counts === null || name === undefined ? 0 : counts[name];
          return (
            <Tap
              key={code}
              className={`orders-tab${tab === code ? ' orders-tab-on' : ''}`}
              role="tab"
              isOn={tab === code}
              onTap={() => onTab(code)}
            >
              {TAB_NAMES[code]}
              {count > 0 && <View className="orders-count num">{badgeText(count)}</View>}
            </Tap>
          );
        })}
      </View>
    </ScrollView>
  );
}

function OrderSearch({ q, onSearch }: { q: string; onSearch: (q: string) => void }) {
  const [word, setWord] = useState(q);
  useEffect(() => setWord(q), [q]);
  return (
    <View className="orders-search">
      <Icon name="search" size="s" tone="ink-3" bold />
      <Input
        className="orders-input"
        value={word}
        confirmType="search"
        maxlength={50}
        placeholder="搜索商品名称或订单编号"
        placeholderClass="placeholder"
        onInput={(event) => setWord(event.detail.value)}
        onConfirm={(event) => onSearch(event.detail.value.trim())}
      />
      {word !== '' && (
        <Tap
          className="orders-clear"
          label="清空"
          onTap={() => {
            setWord('');
            onSearch('');
          }}
        >
          <Icon name="close" size="s" tone="ink-3" />
        </Tap>
      )}
    </View>
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
      {order.state !== 'unpaid' && <LaterFoot order={order} />}
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

function LaterFoot({ order }: { order: Brief }) {
  const [busy, setBusy] = useState(false);
  async function again() {
    setBusy(true);
    await buyAgain(order.lines).catch((thrown: unknown) => note(asProblem(thrown).message));
    setBusy(false);
  }
  return (
    <View className="row order-foot" onClick={(event) => event.stopPropagation()}>
      <View className="grow" />
      <Button size="s" kind="line" busy={busy} onTap={() => void again()}>
        再次购买
      </Button>
      {order.state === 'shipped' && (
        <Button size="s" onTap={() => go.order(order.id)}>
          查看物流
        </Button>
      )}
    </View>
  );
}
