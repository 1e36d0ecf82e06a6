// My after-sale cases, newest first.
import { listAftersales, type Got } from '@jishi/contract';
import { View } from '@tarojs/components';
import { useReachBottom } from '@tarojs/taro';
import { api } from '@/api';
import { go } from '@/bridge/go';
import { RowBones } from '@/parts/bones';
import { Empty, Trouble } from '@/parts/empty';
import { BoughtLine } from '@/parts/lines';
import { LoadMore } from '@/parts/load-more';
import { Page } from '@/parts/page';
import { Price } from '@/parts/price';
import { Tap } from '@/parts/tap';
import { useScroll } from '@/session/ask';
import { useFresh } from '@/session/fresh';
import { isOver } from '../over.ts';
import './index.scss';

type Case = Got<typeof listAftersales>['items'][number];

export default function Aftersales() {
  const list = useScroll('aftersales', (cursor) => api(listAftersales, { cursor }));
  useFresh(list.reload);
  useReachBottom(() => void list.more());
  return (
    <Page title="退款与售后">
      {list.isFirst && list.problem !== null && <Trouble problem={list.problem} onRetry={() => void list.reload()} />}
      {list.isFirst && list.problem === null && <RowBones />}
      {!list.isFirst && list.items.length === 0 && (
        <Empty icon="refund" title="没有售后记录" hint="需要时可在订单详情里申请" />
      )}
      {list.items.map((one) => (
        <CaseCard key={one.id} one={one} />
      ))}
      <LoadMore list={list} />
    </Page>
  );
}

function CaseCard({ one }: { one: Case }) {
  return (
    <Tap className="card" role="link" onTap={() => go.aftersale(one.id)}>
      <View className="row-between">
        <View className="row">
          <View className="tag">{one.kindName}</View>
          <View className="muted num cases-no">{one.aftersaleNo}</View>
        </View>
        <View className={`cases-state${isOver(one.state) ? ' cases-over' : ''}`}>{one.stateName}</View>
      </View>
      {one.lines.map((line) => (
        <BoughtLine
          key={line.lineId}
          image={line.image}
          title={line.title}
          specText={line.specText}
          unitFen={line.unitFen}
          quantity={line.quantity}
        />
      ))}
      <View className="row cases-sum">
        <View className="muted">{one.agreedFen === null ? '申请退款' : '退款金额'}</View>
        <Price fen={one.agreedFen ?? one.askedFen} tone="ink" />
      </View>
    </Tap>
  );
}
