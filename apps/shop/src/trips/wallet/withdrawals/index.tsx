// My withdrawals, newest first.
import { listWithdrawals, type WithdrawalView } from '@jishi/contract';
import { View } from '@tarojs/components';
import { useReachBottom } from '@tarojs/taro';
import { api } from '@/api';
import { go } from '@/bridge/go';
import { RowBones } from '@/parts/bones';
import { Button } from '@/parts/button';
import { Empty, Trouble } from '@/parts/empty';
import { LoadMore } from '@/parts/load-more';
import { minuteOf } from '@/parts/moment';
import { Page } from '@/parts/page';
import { Price } from '@/parts/price';
import { Tap } from '@/parts/tap';
import { useScroll } from '@/session/ask';
import { useFresh } from '@/session/fresh';
import { isOpen, stateName } from '../states.ts';
import './index.scss';

export default function Withdrawals() {
  const list = useScroll('withdrawals', (cursor) => api(listWithdrawals, { cursor }));
  useFresh(list.reload);
  useReachBottom(() => void list.more());
  return (
    <Page title="提现记录">
      {list.isFirst && list.problem !== null && <Trouble problem={list.problem} onRetry={() => void list.reload()} />}
      {list.isFirst && list.problem === null && <RowBones />}
      {!list.isFirst && list.items.length === 0 && (
        <Empty icon="wallet" title="还没有提现" hint="钱包里的可用余额可以提到微信零钱">
          <Button onTap={go.withdraw}>去提现</Button>
        </Empty>
      )}
      {list.items.map((one) => (
        <Row key={one.id} one={one} />
      ))}
      <LoadMore list={list} />
    </Page>
  );
}

function Row({ one }: { one: WithdrawalView }) {
  return (
    <Tap className="card draw" role="link" onTap={() => go.withdrawal(one.id)}>
      <View className="grow">
        <Price fen={one.amountFen} tone="ink" />
        <View className="muted num">{minuteOf(one.createdAt)}</View>
      </View>
      <View className={`draw-state draw-${one.state}${isOpen(one.state) ? '' : ' draw-over'}`}>
        {stateName(one.state)}
      </View>
    </Tap>
  );
}
