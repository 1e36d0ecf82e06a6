// The wallet: what there is, what is on its way, and what moved.
import { getWallet, type Got, listWalletEntries, yuan, yuanGrouped } from '@jishi/contract';
import { View } from '@tarojs/components';
import { useReachBottom } from '@tarojs/taro';
import { api } from '@/api';
import { go } from '@/bridge/go';
import { RowBones } from '@/parts/bones';
import { Button } from '@/parts/button';
import { Empty, Trouble } from '@/parts/empty';
import { Icon } from '@/parts/icon';
import { LoadMore } from '@/parts/load-more';
import { minuteOf } from '@/parts/moment';
import { Page } from '@/parts/page';
import { Tap } from '@/parts/tap';
import { useAsk, useScroll } from '@/session/ask';
import { useFresh } from '@/session/fresh';
import './index.scss';

type Wallet = Got<typeof getWallet>;
type Entry = Got<typeof listWalletEntries>['items'][number];

export default function WalletHome() {
  const asked = useAsk('wallet', () => api(getWallet, {}), { keep: true });
  const list = useScroll('wallet-entries', (cursor) => api(listWalletEntries, { cursor }));
  const again = () => Promise.all([asked.reload(), list.reload()]);
  useFresh(again);
  useReachBottom(() => void list.more());
  const problem = asked.value === null ? asked.problem : null;
  return (
    <Page title="钱包">
      {problem !== null && <Trouble problem={problem} onRetry={() => void again()} />}
      {asked.value === null && problem === null && <RowBones />}
      {asked.value !== null && (
        <>
          <Head wallet={asked.value} />
          <View className="card wallet-moves">
            <View className="heading wallet-moves-head">钱包明细</View>
            {!list.isFirst && list.items.length === 0 && (
              <Empty icon="wallet" title="还没有明细" hint="退回余额、奖励和提现都会记在这里" />
            )}
            {list.items.map((entry) => (
              <Move key={entry.id} entry={entry} />
            ))}
          </View>
          <LoadMore list={list} />
        </>
      )}
    </Page>
  );
}

function Head({ wallet }: { wallet: Wallet }) {
  return (
    <View className="wallet-head">
      <View className="wallet-word">可用余额（元）</View>
      <View className="wallet-sum num">{yuanGrouped(wallet.availableFen)}</View>
      <View className="wallet-parts">
        <Part name="提现中" fen={wallet.withdrawingFen} onTap={go.withdrawals} />
        <Part name="支付占用" fen={wallet.payingFen} />
        {wallet.debtFen > 0 && <Part name="欠款" fen={wallet.debtFen} />}
      </View>
      <View className="wallet-acts">
        <View className="grow">
          <Button block kind="second" onTap={go.withdraw}>
            提现
          </Button>
        </View>
        <View className="grow">
          <Button block kind="second" onTap={go.withdrawals}>
            提现记录
          </Button>
        </View>
      </View>
    </View>
  );
}

function Part({ name, fen, onTap }: { name: string; fen: number; onTap?: () => void }) {
  const text = (
    <>
      <View className="wallet-word">{name}</View>
      <View className="num">{yuan(fen)}</View>
    </>
  );
  if (!onTap) return <View className="wallet-part">{text}</View>;
  return (
    <Tap className="wallet-part" role="link" onTap={onTap}>
      {text}
    </Tap>
  );
}

function Move({ entry }: { entry: Entry }) {
  const isIn = entry.changeFen > 0;
  const text = (
    <>
      <View className="grow">
        <View className="clamp1">{entry.title}</View>
        <View className="muted num">{minuteOf(entry.at)}</View>
      </View>
      <View className={`wallet-change num${isIn ? ' wallet-in' : ''}`}>
        {isIn ? '+' : '-'}
        {yuanGrouped(Math.abs(entry.changeFen))}
      </View>
    </>
  );
  const { withdrawalId } = entry;
  if (withdrawalId === null) return <View className="wallet-move">{text}</View>;
  return (
    <Tap className="wallet-move" role="link" onTap={() => go.withdrawal(withdrawalId)}>
      {text}
      <Icon name="right" size="s" tone="ink-4" />
    </Tap>
  );
}
