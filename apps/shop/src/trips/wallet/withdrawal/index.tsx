// How far a withdrawal is; while WeChat waits for the buyer, the way to take the money and how long there is.
import {
  cancelWithdrawal,
  getWithdrawal,
  type Id,
  type WithdrawalDetailView,
  yuan,
  yuanGrouped,
} from '@jishi/contract';
import { View } from '@tarojs/components';
import { useRouter } from '@tarojs/taro';
import { useState } from 'react';
import { api, useIntent } from '@/api';
import { queryValue } from '@/bridge/go';
import { receiveBridge } from '@/bridge/receive';
import { ask, note, praise } from '@/bridge/say';
import { TextBones } from '@/parts/bones';
import { Button } from '@/parts/button';
import { useCountdown } from '@/parts/countdown';
import { Trouble } from '@/parts/empty';
import { minuteOf } from '@/parts/moment';
import { Page } from '@/parts/page';
import { usePolling } from '@/parts/poll';
import { shopSettings } from '@/parts/settings';
import { Timeline } from '@/parts/timeline';
import { asProblem, useAsk } from '@/session/ask';
import { useFresh } from '@/session/fresh';
import { isOpen, STATE_WORDS, stateName } from '../states.ts';
import './index.scss';

const POLL_MS = 4000;

export default function Withdrawal() {
  const { params } = useRouter();
  const withdrawalId = (queryValue(params, 'id') ?? '') as Id<'withdrawal'>;
  const asked = useAsk(withdrawalId, () => api(getWithdrawal, { withdrawalId }));
  const { value } = asked;
  useFresh(asked.reload);
  usePolling(value?.state === 'sending' || value?.state === 'await_confirm', POLL_MS, async () =>
    asked.put(await api(getWithdrawal, { withdrawalId })),
  );
  return (
    <Page title="提现详情" dock={value !== null && <Bar one={value} put={asked.put} reload={asked.reload} />}>
      {value === null && asked.problem !== null && (
        <Trouble away problem={asked.problem} onRetry={() => void asked.reload()} />
      )}
      {value === null && asked.problem === null && <TextBones count={3} />}
      {value !== null && (
        <>
          <Head one={value} />
          <Facts one={value} />
          <View className="card">
            <View className="heading out-heading">处理进度</View>
            <Timeline entries={value.timeline} />
          </View>
        </>
      )}
    </Page>
  );
}

function Head({ one }: { one: WithdrawalDetailView }) {
  const isWaiting = one.state === 'await_confirm' && !one.isCancelling;
  const { text, left } = useCountdown(isWaiting ? one.confirmBefore : null);
  const tone = one.state === 'paid' ? ' out-head-paid' : isOpen(one.state) ? '' : ' out-head-over';
  return (
    <View className={`out-head${tone}`}>
      <View className="out-state">{one.isCancelling ? '撤销中' : stateName(one.state)}</View>
      <View className="out-sum num">¥{yuanGrouped(one.amountFen)}</View>
      <View className="out-word">
        {one.isCancelling ? '正在等待微信确认撤销，以微信的结果为准' : (one.reason ?? STATE_WORDS[one.state])}
      </View>
      {isWaiting && one.confirmBefore !== null && (
        <View className="out-word num">{left > 0 ? `剩余 ${text}` : '已超时，正在等待微信退回'}</View>
      )}
    </View>
  );
}

function Facts({ one }: { one: WithdrawalDetailView }) {
  return (
    <View className="card">
      <Fact name="到账金额" value={yuan(one.arrivesFen)} />
      <Fact name="手续费" value={one.feeFen === 0 ? '免费' : yuan(one.feeFen)} />
      <Fact name="收款方式" value={one.payeeName === null ? '微信零钱' : `微信零钱（${one.payeeName}）`} />
      <Fact name="申请时间" value={minuteOf(one.createdAt)} />
      {one.endedAt !== null && (
        <Fact name={one.state === 'paid' ? '到账时间' : '退回时间'} value={minuteOf(one.endedAt)} />
      )}
      <Fact name="提现单号" value={one.withdrawalNo} />
    </View>
  );
}

function Fact({ name, value }: { name: string; value: string }) {
  return (
    <View className="out-fact">
      <View className="out-name">{name}</View>
      <View className="grow num">{value}</View>
    </View>
  );
}

type BarProps = { one: WithdrawalDetailView; put: (one: WithdrawalDetailView) => void; reload: () => Promise<void> };

function Bar({ one, put, reload }: BarProps) {
  const { busy, cancel, receive } = useVerbs({ one, put, reload });
  if (!one.canCancel && one.confirm === null) return null;
  return (
    <View className="out-bar">
      {one.canCancel && (
        <Button size="s" kind="line" busy={busy === 'cancel'} onTap={() => void cancel()}>
          撤销提现
        </Button>
      )}
      {one.confirm !== null && (
        <Button size="s" busy={busy === 'receive'} onTap={() => void receive()}>
          去确认收款
        </Button>
      )}
    </View>
  );
}

/** A browser outside of WeChat cannot; where the money is pretended, its own page can. */
async function whereToConfirm(): Promise<string> {
  const { isDemo } = await shopSettings();
  return isDemo ? '演示环境：请到模拟微信首页的“转账”里确认收款' : '请在手机微信里打开本页，再确认收款';
}

function useVerbs({ one, put, reload }: BarProps) {
  const intent = useIntent();
  const [busy, setBusy] = useState<'cancel' | 'receive' | null>(null);
  async function doing(what: 'cancel' | 'receive', verb: () => Promise<void>) {
    setBusy(what);
    try {
      await verb();
    } catch (thrown) {
      note(asProblem(thrown).message);
      await reload();
    } finally {
      setBusy(null);
    }
  }
  async function cancel() {
    if (!(await ask('撤销提现？', '撤销后钱会退回钱包，可以重新申请', '撤销'))) return;
    await doing('cancel', async () => {
      const wish = { withdrawalId: one.id };
      const told = await intent(wish, (key) => api(cancelWithdrawal, wish, { key }));
      put(told);
      if (told.state === 'cancelled') praise('已撤销');
    });
  }
  async function receive() {
    const { confirm } = one;
    if (confirm === null) return;
    await doing('receive', async () => {
      const outcome = await receiveBridge(confirm);
      if (outcome === 'unable') note(await whereToConfirm());
      else if (outcome === 'failed') note('没有打开收款页，请重试');
      else await reload();
    });
  }
  return { busy, cancel, receive };
}
