// Mine: who I am, where my orders are, and everything else.
import { countOrders, countUnreadNotices } from '@jishi/contract';
import { View } from '@tarojs/components';
import { stopPullDownRefresh, useDidShow, usePullDownRefresh } from '@tarojs/taro';
import { useCallback, useEffect, useRef, useState } from 'react';
import { api } from '@/api';
import { go } from '@/bridge/go';
import { call, note } from '@/bridge/say';
import { refreshCartCount } from '@/parts/cart-count';
import { Icon } from '@/parts/icon';
import { Page } from '@/parts/page';
import { Picture } from '@/parts/picture';
import { badgeText } from '@/parts/price/amount';
import { shopSettings } from '@/parts/settings';
import { useAsk } from '@/session/ask';
import { askToSignIn, isSignedIn, useSession } from '@/session/session';
import type { IconName } from '@/design/icons';
import { Tap } from '@/parts/tap';
import './index.scss';

const NOTHING = { unpaid: 0, toShip: 0, toReceive: 0, aftersale: 0, unread: 0 };

/** Numbers on the icons are a courtesy: when they cannot be had, the page works without them. */
function useCounts() {
  const [counts, setCounts] = useState(NOTHING);
  const { isIn } = useSession();
  const count = useCallback(async () => {
    void refreshCartCount();
    if (!isSignedIn()) {
      setCounts(NOTHING);
      return;
    }
    await Promise.all([api(countOrders, {}), api(countUnreadNotices, {})])
      .then(([orders, notices]) => setCounts({ ...orders, unread: notices.count }))
      .catch(() => undefined);
  }, []);
  const isFirst = useRef(true);
  useDidShow(() => {
    // The first time the effect below counts.
    if (!isFirst.current) void count();
    isFirst.current = false;
  });
  // Signing in or out happens on this very page.
  useEffect(() => void count(), [isIn, count]);
  return { counts, count };
}

async function signedIn(then: () => void) {
  if (await askToSignIn()) then();
}

export default function Me() {
  const { counts, count } = useCounts();
  const { isIn } = useSession();
  usePullDownRefresh(() => void count().finally(stopPullDownRefresh));
  return (
    <Page title="我的" tab bare>
      <Head />
      <View className="card me-orders">
        <Tap className="row-between me-orders-head" role="link" onTap={() => void signedIn(() => go.orders('all'))}>
          <View className="heading">我的订单</View>
          <View className="row muted">
            全部订单
            <Icon name="right" size="s" tone="ink-3" />
          </View>
        </Tap>
        <View className="row">
          <Entry icon="wallet" text="待付款" count={isIn ? counts.unpaid : 0} onTap={() => go.orders('unpaid')} />
          <Entry icon="box" text="待发货" count={isIn ? counts.toShip : 0} onTap={() => go.orders('to_ship')} />
          <Entry icon="truck" text="待收货" count={isIn ? counts.toReceive : 0} onTap={() => go.orders('to_receive')} />
          <Entry icon="refund" text="退款售后" count={isIn ? counts.aftersale : 0} onTap={go.aftersales} />
        </View>
      </View>
      <Menu unread={isIn ? counts.unread : 0} />
    </Page>
  );
}

function Head() {
  const { isIn, isEntering, me } = useSession();
  return (
    <Tap className="me-head" role="link" onTap={() => void signedIn(go.profile)}>
      <Picture className="me-face" url={isIn ? me?.avatarUrl : null} instead="user" />
      <View className="grow">
        <View className="me-name clamp1">
          {isEntering ? '正在登录…' : isIn ? me?.nickname || '微信用户' : '点击登录'}
        </View>
        <View className="me-phone">{isIn ? (me?.phone ?? '点击修改头像和昵称') : '登录后查看订单与售后'}</View>
      </View>
      <Icon name="right" tone="on" />
    </Tap>
  );
}

function Entry({ icon, text, count, onTap }: { icon: IconName; text: string; count: number; onTap: () => void }) {
  return (
    <Tap className="me-entry" role="link" onTap={() => void signedIn(onTap)}>
      <Icon name={icon} size="l" tone="ink-2" />
      <View>{text}</View>
      {count > 0 && <View className="me-dot num">{badgeText(count)}</View>}
    </Tap>
  );
}

function Menu({ unread }: { unread: number }) {
  const shop = useAsk('shop', shopSettings);
  const phone = shop.value?.servicePhone ?? '';
  return (
    <View className="card me-menu">
      <Item icon="gift" text="我的积分" hint="签到、邀请得积分" onTap={() => void signedIn(go.points)} />
      <Item icon="coin" text="积分充值" onTap={() => go.recharge()} />
      <Item icon="bell" text="消息" count={unread} onTap={() => void signedIn(go.notices)} />
      <Item icon="wallet" text="钱包" onTap={() => void signedIn(go.wallet)} />
      <Item icon="pin" text="收货地址" onTap={() => void signedIn(() => go.addresses())} />
      <Item
        icon="phone"
        text="联系客服"
        hint={phone}
        onTap={() => (phone === '' ? note('店铺还没有留下客服电话') : call(phone))}
      />
      <Item icon="doc" text="用户协议" onTap={() => go.terms('agreement')} />
      <Item icon="shield" text="隐私政策" onTap={() => go.terms('privacy')} />
    </View>
  );
}

type ItemProps = { icon: IconName; text: string; hint?: string; count?: number; onTap: () => void };

function Item({ icon, text, hint, count = 0, onTap }: ItemProps) {
  return (
    <Tap className="me-item" role="link" onTap={onTap}>
      <Icon name={icon} tone="ink-2" />
      <View className="grow me-item-text">{text}</View>
      {hint && <View className="muted">{hint}</View>}
      {count > 0 && <View className="me-dot me-dot-inline num">{badgeText(count)}</View>}
      <Icon name="right" size="s" tone="ink-4" />
    </Tap>
  );
}
