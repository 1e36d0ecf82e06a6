// Buying points: what one has, what there is to buy, and the way to the cashier.
import { getPoints, listPackages, placeRecharge, type PointPackageView } from '@jishi/contract';
import { View } from '@tarojs/components';
import { useState } from 'react';
import { api, useIntent } from '@/api';
import { go } from '@/bridge/go';
import { note } from '@/bridge/say';
import { RowBones } from '@/parts/bones';
import { Button } from '@/parts/button';
import { Empty, Trouble } from '@/parts/empty';
import { Icon } from '@/parts/icon';
import { shortOf } from '@/parts/moment';
import { Page } from '@/parts/page';
import { Price } from '@/parts/price';
import { Tap } from '@/parts/tap';
import { asProblem, useAsk } from '@/session/ask';
import { useFresh } from '@/session/fresh';
import { askToSignIn, isSignedIn, useSession } from '@/session/session';
import './index.scss';

export default function Recharge() {
  const { isIn } = useSession();
  const asked = useAsk('packages', () => api(listPackages, {}));
  const held = useAsk('points', () => (isSignedIn() ? api(getPoints, {}) : Promise.resolve(null)));
  const reload = () => Promise.all([asked.reload(), held.reload()]);
  // Something may have been bought on the page above.
  useFresh(reload);
  const packages = asked.value?.items ?? [];
  const [chosenId, setChosenId] = useState<string | null>(null);
  const buyable = packages.filter((one) => !one.isLimitReached);
  const chosen = buyable.find((one) => one.id === chosenId) ?? buyable.find((one) => one.isRecommended) ?? buyable[0];
  return (
    <Page title="积分充值" dock={chosen && <Dock chosen={chosen} />}>
      <View className="points-head">
        <View className="grow">
          <View className="points-head-name">我的积分</View>
          <View className="points-head-count num">{isIn ? (held.value?.total ?? '—') : '—'}</View>
          {isIn && held.value !== null && (
            <View className="points-head-kinds">
              充值 {held.value.paid} · 赠送 {held.value.bonus} · 奖励 {held.value.earned}
            </View>
          )}
        </View>
        <Tap className="points-head-way" role="link" onTap={() => void history()}>
          充值记录
          <Icon name="right" size="s" tone="on" />
        </Tap>
      </View>
      {asked.value === null && asked.problem !== null && (
        <Trouble problem={asked.problem} onRetry={() => void asked.reload()} />
      )}
      {asked.value === null && asked.problem === null && <RowBones />}
      {asked.value !== null && packages.length === 0 && (
        <Empty icon="coin" title="暂时没有可买的套餐" hint="上新后会出现在这里" />
      )}
      <View className="packs" ariaRole="radiogroup">
        {packages.map((one) => (
          <Pack key={one.id} pack={one} isOn={one.id === chosen?.id} onTap={() => setChosenId(one.id)} />
        ))}
      </View>
      {packages.length > 0 && (
        <View className="packs-note">积分为虚拟商品，付款后立即到账；未使用时可联系客服退款。</View>
      )}
    </Page>
  );
}

async function history() {
  if (await askToSignIn()) go.recharges();
}

function Pack({ pack, isOn, onTap }: { pack: PointPackageView; isOn: boolean; onTap: () => void }) {
  const isOff = pack.isLimitReached;
  const color = pack.labelColor === null ? {} : { background: pack.labelColor };
  return (
    <Tap
      className={`pack${isOn ? ' pack-on' : ''}${isOff ? ' pack-off' : ''}`}
      role="radio"
      isOn={isOn}
      onTap={() => (isOff ? note(`每人限购 ${pack.perBuyerMax} 次，你已经买过了`) : onTap())}
    >
      {pack.labelText !== null && (
        <View className={`pack-label pack-label-${pack.label}`} style={color}>
          {pack.labelText}
        </View>
      )}
      <View className="pack-top">
        <View className="pack-mark">
          <Icon name={pack.icon} size="l" tone="brand" />
        </View>
        <View className="grow">
          <View className="pack-points num">
            {pack.points}
            <View className="pack-unit">积分</View>
          </View>
          <View className="pack-bonus">{pack.bonusPoints > 0 ? `送 ${pack.bonusPoints} 积分` : pack.name}</View>
        </View>
      </View>
      {(pack.description !== '' || pack.bonusPoints > 0) && (
        <View className="muted clamp2">{pack.description === '' ? pack.name : pack.description}</View>
      )}
      <View className="row-between pack-foot">
        <Price fen={pack.priceFen} tone={isOff ? 'ink' : 'brand'} />
        {pack.saleUntil !== null && <View className="muted">{shortOf(pack.saleUntil)} 止</View>}
        {pack.saleUntil === null && pack.perBuyerMax !== null && (
          <View className="muted">{isOff ? '已达限购' : `限购 ${pack.perBuyerMax} 次`}</View>
        )}
      </View>
    </Tap>
  );
}

function Dock({ chosen }: { chosen: PointPackageView }) {
  const intent = useIntent();
  const [busy, setBusy] = useState(false);
  async function buy() {
    if (!(await askToSignIn())) return;
    setBusy(true);
    try {
      const wish = { packageId: chosen.id };
      const order = await intent(wish, (key) => api(placeRecharge, wish, { key }));
      go.rechargePay(order.orderNo);
    } catch (thrown) {
      const problem = asProblem(thrown);
      note(problem.message);
      if (problem.code === 'recharge.unpaid') go.recharges();
    } finally {
      setBusy(false);
    }
  }
  return (
    <View className="row packs-dock">
      <View className="grow">
        <Price fen={chosen.priceFen} size="l" />
        <View className="muted">到账 {chosen.points + chosen.bonusPoints} 积分</View>
      </View>
      <Button busy={busy} onTap={() => void buy()}>
        立即充值
      </Button>
    </View>
  );
}
