// The last look before ordering: where to, what, and why it costs what it costs.
import {
  type AddressView,
  listAddresses,
  makeQuote,
  placeCheckout,
  POINTS_USED_MAX,
  type QuoteView,
  yuan,
} from '@jishi/contract';
import { Textarea, View } from '@tarojs/components';
import { useState } from 'react';
import { api, useIntent } from '@/api';
import { go } from '@/bridge/go';
import { ask, note } from '@/bridge/say';
import { addressChoice } from '@/parts/address-choice';
import { readBasket, type Basket } from '@/parts/basket';
import { TextBones } from '@/parts/bones';
import { Button } from '@/parts/button';
import { Empty, Trouble } from '@/parts/empty';
import { Icon } from '@/parts/icon';
import { BoughtLine } from '@/parts/lines';
import { Page } from '@/parts/page';
import { Price } from '@/parts/price';
import { regionText } from '@/parts/region';
import { Steps } from '@/parts/steps';
import { Tap } from '@/parts/tap';
import { Tick } from '@/parts/tick';
import { asProblem, useAsk } from '@/session/ask';
import { useReturn } from '@/session/fresh';
import { useDraft } from '@/session/session';
import { useStore } from '@/session/store';
import './index.scss';

export default function Checkout() {
  const [basket] = useState(readBasket);
  const address = useAddress();
  const lines = basket?.lines ?? [];
  const remark = useDraft(`remark ${JSON.stringify(lines)}`, '');
  const addressId = address.value?.id;
  const points = useDraft('use-points', false);
  const usePoints = points.value ? POINTS_USED_MAX : 0;
  const quote = useAsk(`quote ${addressId ?? ''} ${address.isLoading} ${usePoints}`, async () =>
    lines.length === 0 || (address.isLoading && address.value === null)
      ? null
      : api(makeQuote, { lines, usePoints, ...(addressId ? { addressId } : {}) }),
  );
  if (basket === null || lines.length === 0) {
    return (
      <Page title="确认订单">
        <Empty icon="cart" title="没有要结算的商品">
          <Button onTap={() => go.tab('home')}>去逛逛</Button>
        </Empty>
      </Page>
    );
  }
  const problem = quote.problem ?? address.problem;
  const value = quote.value;
  return (
    <Page
      title="确认订单"
      dock={
        value !== null && (
          <SubmitBar
            basket={basket}
            quote={value}
            address={address.value}
            remark={remark.value}
            reload={quote.reload}
            onPlaced={() => {
              remark.sent();
              points.sent();
            }}
          />
        )
      }
    >
      <AddressCard address={address.value} isLoading={address.isLoading} />
      {value === null && problem !== null && (
        <Trouble
          problem={problem}
          onRetry={() => {
            void address.reload();
            void quote.reload();
          }}
        />
      )}
      {value === null && problem === null && <TextBones />}
      {value !== null && <Sellers quote={value} />}
      {value?.points && (
        <PointsCard points={value.points} isOn={points.value} onTap={() => points.put((isOn) => !isOn)} />
      )}
      {value !== null && <RemarkCard value={remark.value} onInput={(text) => remark.put(() => text)} />}
    </Page>
  );
}

function RemarkCard({ value, onInput }: { value: string; onInput: (text: string) => void }) {
  return (
    <View className="card">
      <View className="heading checkout-head">备注</View>
      <Textarea
        className="textarea"
        maxlength={200}
        value={value}
        placeholder="选填，想对商家说的话"
        placeholderClass="placeholder"
        onInput={(event) => onInput(event.detail.value)}
      />
    </View>
  );
}

/** The address for this order: the one just chosen, else the default, else the first. */
function useAddress() {
  const chosen = useStore(addressChoice);
  const list = useAsk('addresses', async () => (await api(listAddresses, {})).items);
  // Back from the address page: it may have been edited or deleted there.
  useReturn(list.reload);
  const items = list.value ?? [];
  const value = items.find((one) => one.id === chosen?.id) ?? items.find((one) => one.isDefault) ?? items[0] ?? null;
  return { value, problem: list.problem, isLoading: list.isLoading, reload: list.reload };
}

function AddressCard({ address, isLoading }: { address: AddressView | null; isLoading: boolean }) {
  return (
    <Tap className="card checkout-address" role="link" onTap={() => go.addresses(true)}>
      <View className="checkout-pin">
        <Icon name="pin" tone="brand" />
      </View>
      {address === null ? (
        <View className="grow heading">{isLoading ? '正在读取收货地址…' : '请添加收货地址'}</View>
      ) : (
        <View className="grow">
          <View className="muted">{regionText(address)}</View>
          <View className="checkout-detail">{address.detail}</View>
          <View className="checkout-who num">
            {address.name} {address.phone}
          </View>
        </View>
      )}
      <Icon name="right" size="s" tone="ink-3" />
    </Tap>
  );
}

function Sellers({ quote }: { quote: QuoteView }) {
  return (
    <>
      {quote.sellers.map((seller) => (
        <View key={seller.sellerId} className="card">
          <View className="heading checkout-head">{seller.sellerName}</View>
          {seller.lines.map((line) => (
            <BoughtLine
              key={line.skuId}
              image={line.image}
              title={line.title}
              specText={line.specText}
              unitFen={line.unitFen}
              quantity={line.quantity}
            />
          ))}
          <View className="checkout-steps">
            <Steps steps={seller.steps} />
          </View>
          <View className="row-between checkout-sum">
            <View>小计</View>
            <Price fen={seller.totalFen} />
          </View>
        </View>
      ))}
    </>
  );
}

type Points = NonNullable<QuoteView['points']>;

/** Pays a part in points; says what they are worth here, or why they are worth nothing. */
function PointsCard({ points, isOn, onTap }: { points: Points; isOn: boolean; onTap: () => void }) {
  if (points.available === 0) return null;
  const isDead = points.usable === 0;
  return (
    <Tap
      className="card checkout-points"
      role="switch"
      label="使用积分抵扣"
      isOn={isOn && !isDead}
      isOff={isDead}
      onTap={onTap}
    >
      <View className="grow">
        <View className="heading">积分抵扣</View>
        <View>
          {isDead
            ? `有 ${points.available} 积分，本单金额太小，暂不能抵扣`
            : `可用 ${points.usable} 积分抵 ${yuan(points.usableFen)}`}
        </View>
        <View className="muted">{points.rule}</View>
      </View>
      <Tick isOn={isOn && !isDead} isDead={isDead} />
    </Tap>
  );
}

type SubmitProps = {
  basket: Basket;
  quote: QuoteView;
  address: AddressView | null;
  remark: string;
  reload: () => Promise<void>;
  onPlaced: () => void;
};

function SubmitBar({ basket, quote, address, remark, reload, onPlaced }: SubmitProps) {
  const intent = useIntent();
  const [busy, setBusy] = useState(false);
  async function submit() {
    if (address === null) {
      if (await ask('还没有收货地址', '先添加一个收货地址，再提交订单', '去添加')) go.addresses(true);
      return;
    }
    const { lines, fromCart } = basket;
    const usePoints = quote.points?.used ?? 0;
    const wish = { lines, fromCart, addressId: address.id, expectedTotalFen: quote.totalFen, usePoints, remark };
    setBusy(true);
    try {
      const placed = await intent(wish, (key) => api(placeCheckout, wish, { key }));
      addressChoice.set(null);
      onPlaced();
      if (placed.state === 'paid') go.resultInstead(placed.id);
      else go.payInstead(placed.id);
    } catch (thrown) {
      const problem = asProblem(thrown);
      if (problem.code === 'checkout.price_changed')
        await ask('价格有变动', '已为你更新金额，请确认后重新提交', '知道了', '关闭');
      else note(problem.message);
      if (problem.status === 409 || problem.status === 404) await reload();
    } finally {
      setBusy(false);
    }
  }
  const count = quote.sellers.flatMap((seller) => seller.lines).reduce((sum, line) => sum + line.quantity, 0);
  return (
    <View className="submit">
      <View className="grow">
        <View className="row submit-sum">
          <View>应付</View>
          <Price fen={quote.totalFen} size="l" />
        </View>
        <View className="muted">
          共 {count} 件{quote.discountFen > 0 ? `，已优惠 ${yuan(quote.discountFen)}` : ''}
        </View>
      </View>
      <Button busy={busy} onTap={() => void submit()}>
        提交订单
      </Button>
    </View>
  );
}
