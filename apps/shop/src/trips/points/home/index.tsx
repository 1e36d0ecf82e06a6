// My points: what there is by kind, signing in, how to earn, friends, and every change.
import { getPoints, listPointMoves, POINT_KIND_NAMES, POINT_KINDS, type Got, type PointKind } from '@jishi/contract';
import { View } from '@tarojs/components';
import { useReachBottom } from '@tarojs/taro';
import { useState } from 'react';
import { api } from '@/api';
import { go } from '@/bridge/go';
import { RowBones } from '@/parts/bones';
import { Button } from '@/parts/button';
import { Empty, Trouble } from '@/parts/empty';
import { LoadMore } from '@/parts/load-more';
import { minuteOf, shortOf } from '@/parts/moment';
import { Page } from '@/parts/page';
import { Tap } from '@/parts/tap';
import { useAsk, useScroll } from '@/session/ask';
import { useFresh } from '@/session/fresh';
import { EarnWays } from './earn-ways.tsx';
import { InvitePanel } from './invite-panel.tsx';
import { SignInCard } from './sign-in-card.tsx';
import './index.scss';

type Move = Got<typeof listPointMoves>['items'][number];
type Kind = PointKind | 'all';
const TABS: readonly { code: Kind; name: string }[] = [
  { code: 'all', name: '全部' },
  ...POINT_KINDS.map((code) => ({ code, name: POINT_KIND_NAMES[code] })),
];

export default function PointsHome() {
  const asked = useAsk('points', () => api(getPoints, {}), { keep: true });
  const [kind, setKind] = useState<Kind>('all');
  const filter = kind === 'all' ? {} : { kind };
  const list = useScroll(`point-moves ${kind}`, (cursor) => api(listPointMoves, { cursor, ...filter }));
  const again = () => Promise.all([asked.reload(), list.reload()]);
  useFresh(again);
  useReachBottom(() => void list.more());
  const problem = asked.value === null ? asked.problem : null;
  return (
    <Page title="我的积分">
      {problem !== null && <Trouble problem={problem} onRetry={() => void again()} />}
      {asked.value === null && problem === null && <RowBones />}
      {asked.value !== null && (
        <>
          <Head points={asked.value} />
          <SignInCard onEarned={() => void again()} />
          <EarnWays />
          <InvitePanel />
          <View className="card">
            <View className="heading">积分明细</View>
            <View className="row moves-tabs" ariaRole="tablist">
              {TABS.map((tab) => (
                <Tap
                  key={tab.code}
                  className={`chip${tab.code === kind ? ' chip-on' : ''}`}
                  role="tab"
                  isOn={tab.code === kind}
                  onTap={() => setKind(tab.code)}
                >
                  {tab.name}
                </Tap>
              ))}
            </View>
            {!list.isFirst && list.items.length === 0 && (
              <Empty icon="coin" title="还没有明细" hint="签到、购物和充值得到的积分都会记在这里" />
            )}
            {list.items.map((move) => (
              <MoveRow key={move.id} move={move} />
            ))}
          </View>
          <LoadMore list={list} />
        </>
      )}
    </Page>
  );
}

function Head({ points }: { points: Got<typeof getPoints> }) {
  const { total, held, expiring } = points;
  return (
    <View className="mine-head">
      <View className="row-between">
        <View className="mine-word">可用积分</View>
        <Button size="s" kind="second" onTap={go.recharge}>
          去充值
        </Button>
      </View>
      <View className="mine-sum num">{total}</View>
      <View className="mine-kinds">
        {POINT_KINDS.map((kind) => (
          <View key={kind} className="mine-kind">
            <View className="num mine-count">{points[kind]}</View>
            <View>{POINT_KIND_NAMES[kind]}</View>
          </View>
        ))}
      </View>
      {held > 0 && <View className="mine-note">另有 {held} 积分占用中，未使用会自动退回</View>}
      {expiring !== null && (
        <View className="mine-note">
          {expiring.points} 积分将于 {shortOf(expiring.at)} 过期
        </View>
      )}
    </View>
  );
}

function MoveRow({ move }: { move: Move }) {
  return (
    <View className="row move-row">
      <View className="grow">
        <View className="clamp2">{move.label}</View>
        <View className="muted">
          {minuteOf(move.at)} · {POINT_KIND_NAMES[move.kind]}
        </View>
      </View>
      <View className={`num move-delta${move.delta > 0 ? ' move-more' : ''}`}>
        {move.delta > 0 ? `+${move.delta}` : move.delta}
      </View>
    </View>
  );
}
