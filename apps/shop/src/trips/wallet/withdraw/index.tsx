// Asking for money: how much, to whom, and what it costs, said before anything is sent.
import {
  getWallet,
  type Got,
  parseYuan,
  requestWithdrawal,
  savePayoutAccount,
  yuan,
  yuanDigits,
} from '@jishi/contract';
import { Input, View } from '@tarojs/components';
import { useState } from 'react';
import { api, useIntent } from '@/api';
import { go } from '@/bridge/go';
import { place } from '@/bridge/place';
import { ask, note } from '@/bridge/say';
import { TextBones } from '@/parts/bones';
import { Button } from '@/parts/button';
import { Trouble } from '@/parts/empty';
import { Icon } from '@/parts/icon';
import { Page } from '@/parts/page';
import { Tap } from '@/parts/tap';
import { asProblem, useAsk } from '@/session/ask';
import { feeText, hintOf } from '../amounts.ts';
import { PayoutSheet, type PayoutWish } from './payout-sheet.tsx';
import './index.scss';

type Wallet = Got<typeof getWallet>;

export default function Withdraw() {
  const asked = useAsk('wallet', () => api(getWallet, {}));
  const { value, problem } = asked;
  return (
    <Page title="提现">
      {value === null && problem !== null && <Trouble problem={problem} onRetry={() => void asked.reload()} />}
      {value === null && problem === null && <TextBones count={2} />}
      {value !== null && <Desk wallet={value} put={asked.put} />}
    </Page>
  );
}

function Desk({ wallet, put }: { wallet: Wallet; put: (wallet: Wallet) => void }) {
  const [text, setText] = useState('');
  const [isNaming, setNaming] = useState(false);
  const { busy, send } = useRequest();
  const amountFen = parseYuan(text);
  const hint = hintOf(text, wallet);
  const needsName = amountFen !== null && amountFen >= wallet.rules.namedFromFen && wallet.payout === null;
  async function savePayout(wish: PayoutWish) {
    put({ ...wallet, payout: await api(savePayoutAccount, wish) });
    setNaming(false);
  }
  async function submit() {
    if (amountFen === null || hint.isWrong) {
      note(hint.text === '' ? '请输入提现金额' : hint.text);
      return;
    }
    if (needsName) {
      setNaming(true);
      return;
    }
    const words = `${yuan(amountFen)} 将转到你的微信零钱，审核后需要你在微信里确认收款`;
    if (await ask('确认提现？', words, '确认提现')) await send(amountFen);
  }
  return (
    <>
      <View className="card">
        <View className="muted">提现金额</View>
        <View className="ask-amount">
          <View className="ask-sign">¥</View>
          <Input
            className="ask-input num"
            type="digit"
            value={text}
            maxlength={9}
            placeholder="0.00"
            placeholderClass="placeholder"
            onInput={(event) => setText(event.detail.value)}
          />
          <Tap className="ask-all" onTap={() => setText(allOf(wallet))}>
            全部
          </Tap>
        </View>
        <View className={`ask-hint${hint.isWrong ? ' ask-wrong' : ''}`} ariaRole="status">
          {hint.text === '' ? `可提现 ${yuan(wallet.availableFen)}` : hint.text}
        </View>
      </View>
      <Payee wallet={wallet} onTap={() => setNaming(true)} />
      <Rules wallet={wallet} />
      <View className="ask-foot">
        <Button
          block
          busy={busy}
          disabled={wallet.debtFen > 0 || wallet.rules.leftToday === 0}
          onTap={() => void submit()}
        >
          {wallet.debtFen > 0
            ? `有欠款 ${yuan(wallet.debtFen)}，暂不能提现`
            : wallet.rules.leftToday === 0
              ? '今天的提现次数已用完'
              : '申请提现'}
        </Button>
      </View>
      <PayoutSheet open={isNaming} payout={wallet.payout} save={savePayout} onClose={() => setNaming(false)} />
    </>
  );
}

function Payee({ wallet: { payout, rules }, onTap }: { wallet: Wallet; onTap: () => void }) {
  return (
    <Tap className="card ask-payee" role="link" onTap={onTap}>
      <View className="ask-mark">
        <Icon name="wechat" tone="on" />
      </View>
      <View className="grow">
        <View className="heading">微信零钱</View>
        <View className="muted">
          {payout === null ? `满 ${yuan(rules.namedFromFen)} 需填写真实姓名` : `收款人 ${payout.realName}`}
        </View>
      </View>
      <Icon name="right" size="s" tone="ink-4" />
    </Tap>
  );
}

const allOf = ({ availableFen, rules }: Wallet): string => yuanDigits(Math.min(availableFen, rules.maxFen));

function Rules({ wallet: { rules } }: { wallet: Wallet }) {
  const rows = [
    `单笔 ${yuan(rules.minFen)} 至 ${yuan(rules.maxFen)}`,
    `每天 ${rules.perDay} 次，今天还可提现 ${rules.leftToday} 次`,
    feeText(rules.feeBps),
    '审核通过后，请在 24 小时内到微信确认收款，逾期自动退回钱包',
  ];
  return (
    <View className="ask-rules">
      {rows.map((row) => (
        <View key={row} className="ask-rule">
          {row}
        </View>
      ))}
    </View>
  );
}

function useRequest() {
  const intent = useIntent();
  const [busy, setBusy] = useState(false);
  async function send(amountFen: number) {
    setBusy(true);
    try {
      const wish = { amountFen, platform: place.name };
      const { id } = await intent(wish, (key) => api(requestWithdrawal, wish, { key }));
      go.withdrawalInstead(id);
    } catch (thrown) {
      note(asProblem(thrown).message);
    } finally {
      setBusy(false);
    }
  }
  return { busy, send };
}
