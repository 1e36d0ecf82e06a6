// The cashier's desk: how long there is, and the way to pay that fits this device. Whatever is paid for.
import { yuan, type PayParamsView } from '@jishi/contract';
import { Image, View } from '@tarojs/components';
import { useEffect, useRef, useState } from 'react';
import { useIntent } from '@/api';
import { payBridge } from '@/bridge/pay';
import { place } from '@/bridge/place';
import { note } from '@/bridge/say';
import type { PayChannel } from '@/bridge/types';
import { Button } from '@/parts/button';
import { useCountdown } from '@/parts/countdown';
import { Icon } from '@/parts/icon';
import { Price } from '@/parts/price';
import { Tap } from '@/parts/tap';
import { Tick } from '@/parts/tick';
import { asProblem } from '@/session/ask';
import './index.scss';

type Wish = { channel: PayChannel; returnTo?: string; balanceFen?: number };
/** What the wallet could give, what it has promised to this payment, and why WeChat Pay is not offered from here. */
export type Purse = { spendableFen: number; balanceFen: number; barred: string | null };
export type Till = {
  expiresAt: string;
  totalFen: number;
  /** What is paid for, in small letters. */
  about: string;
  /** Where WeChat's own cashier sends the buyer back to. */
  resultPath: string;
  /** On a desktop the code is asked for at once: there is nothing else to choose. */
  showsCode?: boolean;
  /** Given where the wallet may pay a part or all of it. */
  purse?: Purse | null;
  ask: (wish: Wish, key: string) => Promise<PayParamsView>;
  onPaid: () => void;
  onOver: () => void;
  onLater: () => void;
};

/** The server has the money already, whatever this page believes. */
const PAID = new Set<string>(['order.already_paid', 'recharge.already_paid']);

export function Cashier(till: Till) {
  const { text, left } = useCountdown(till.expiresAt, till.onOver);
  const wallet = useWallet(till);
  const { channel, code, busy, pay } = usePay(till, wallet.balanceFen);
  const dueFen = till.totalFen - wallet.balanceFen;
  return (
    <>
      <View className="desk rise-enter">
        <View className="desk-left">
          请在 <View className="desk-clock num">{text}</View> 内完成支付
        </View>
        <Price fen={till.totalFen} size="xl" tone="ink" />
        <View className="muted">{till.about}</View>
      </View>
      <Ways wallet={wallet} totalFen={till.totalFen} channel={channel} />
      {code !== null && left > 0 && (
        <View className="card desk-code">
          <Image
            className="desk-qr"
            src={`data:image/svg+xml,${encodeURIComponent(code)}`}
            mode="scaleToFill"
            ariaLabel="付款二维码"
          />
          <View className="heading">请用微信扫一扫付款</View>
          <View className="muted">付款后本页会自动更新</View>
        </View>
      )}
      <View className="desk-foot">
        <Button block busy={busy} disabled={dueFen > 0 && wallet.barred !== null} onTap={() => void pay()}>
          {dueFen === 0 ? `余额支付 ${yuan(till.totalFen)}` : wordOf(channel, code)}
        </Button>
        <Tap className="desk-later" onTap={till.onLater}>
          稍后支付
        </Tap>
      </View>
    </>
  );
}

const wordOf = (channel: PayChannel | null, code: string | null) =>
  code !== null ? '刷新付款码' : channel === 'native' ? '显示付款码' : '立即支付';

type WaysProps = { wallet: ReturnType<typeof useWallet>; totalFen: number; channel: PayChannel | null };

/** The wallet first, as far as the buyer wants it; WeChat for the rest. */
function Ways({ wallet, totalFen, channel }: WaysProps) {
  const dueFen = totalFen - wallet.balanceFen;
  const usual = channel === 'native' ? '用手机微信扫码付款' : '亿万用户的选择，快捷安全';
  const hint = wallet.barred ?? usual;
  return (
    <>
      {wallet.spendableFen > 0 && (
        <Tap
          className="card row desk-way"
          role="checkbox"
          isOn={wallet.balanceFen > 0}
          label="用余额抵扣"
          onTap={wallet.toggle}
        >
          <View className="desk-mark desk-purse">
            <Icon name="wallet" tone="on" />
          </View>
          <View className="grow">
            <View className="heading">余额抵扣</View>
            <View className="muted">
              可用 {yuan(wallet.spendableFen)}
              {wallet.balanceFen > 0 ? `，本次抵扣 ${yuan(wallet.balanceFen)}` : ''}
            </View>
          </View>
          <Tick isOn={wallet.balanceFen > 0} />
        </Tap>
      )}
      <View className="card row desk-way">
        <View className="desk-mark">
          <Icon name="wechat" tone="on" />
        </View>
        <View className="grow">
          <View className="heading">{dueFen === totalFen ? '微信支付' : `微信支付 ${yuan(dueFen)}`}</View>
          <View className="muted">{dueFen === 0 ? '余额已够，无需再付' : hint}</View>
        </View>
        <Tick isOn={dueFen > 0} />
      </View>
    </>
  );
}

/** Nothing from the wallet until the buyer says so, or what was promised to this payment before. */
function useWallet({ purse, totalFen }: Till) {
  const [isOn, setOn] = useState<boolean | null>(null);
  const isUsed = isOn ?? (purse?.balanceFen ?? 0) > 0;
  const spendableFen = purse?.spendableFen ?? 0;
  const balanceFen = isUsed ? Math.min(spendableFen, totalFen) : 0;
  return { spendableFen, balanceFen, barred: purse?.barred ?? null, toggle: () => setOn(!isUsed) };
}

function usePay(till: Till, balanceFen: number) {
  const intent = useIntent();
  const [channel, setChannel] = useState<PayChannel | null>(null);
  const [code, setCode] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);
  async function pay() {
    setBusy(true);
    try {
      const chosen = channel ?? (await payBridge.channel());
      const wish = {
        channel: chosen,
        ...(balanceFen > 0 ? { balanceFen } : {}),
        ...(chosen === 'h5' ? { returnTo: place.address(till.resultPath) } : {}),
      };
      const params = await intent({ ...wish, path: till.resultPath }, (key) => till.ask(wish, key));
      const outcome = await payBridge.pay(params);
      if (outcome === 'scan' && params.channel === 'native') setCode(params.codeSvg);
      else if (outcome === 'done') till.onPaid();
      else if (outcome === 'cancelled') note('已取消支付');
      else if (outcome === 'failed') note('支付没有完成，请重试');
    } catch (thrown) {
      const problem = asProblem(thrown);
      if (PAID.has(problem.code)) till.onPaid();
      else note(problem.message);
    } finally {
      setBusy(false);
    }
  }
  const latest = useRef(pay);
  latest.current = pay;
  useEffect(() => void payBridge.channel().then(setChannel), []);
  // A code is for one sum: with another share of the wallet it is not shown any more.
  useEffect(() => setCode(null), [balanceFen]);
  const isShownAtOnce = till.showsCode === true && channel === 'native';
  useEffect(() => {
    if (isShownAtOnce) void latest.current();
  }, [isShownAtOnce]);
  return { channel, code, busy, pay };
}
