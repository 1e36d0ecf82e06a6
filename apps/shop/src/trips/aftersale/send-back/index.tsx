// Which parcel goes back: carrier and number, with the return address in sight.
import { CARRIERS, getAftersale, sendBack, type CarrierCode, type Id } from '@jishi/contract';
import { Input, View } from '@tarojs/components';
import { useRouter } from '@tarojs/taro';
import { useState } from 'react';
import { api, useIntent } from '@/api';
import { go, queryValue } from '@/bridge/go';
import { copy, note, praise } from '@/bridge/say';
import { TextBones } from '@/parts/bones';
import { Button } from '@/parts/button';
import { Trouble } from '@/parts/empty';
import { Icon } from '@/parts/icon';
import { Page } from '@/parts/page';
import { ChoiceSheet } from '@/parts/sheet';
import { Tap } from '@/parts/tap';
import { asProblem, useAsk } from '@/session/ask';
import './index.scss';

const CHOICES = (Object.entries(CARRIERS) as [CarrierCode, string][]).map(([value, label]) => ({ value, label }));
const NUMBER = /^[0-9A-Za-z-]{5,40}$/;

export default function SendBack() {
  const { params } = useRouter();
  const aftersaleId = (queryValue(params, 'id') ?? '') as Id<'aftersale'>;
  const asked = useAsk(aftersaleId, () => api(getAftersale, { aftersaleId }));
  const [carrier, setCarrier] = useState<CarrierCode | null>(null);
  const [number, setNumber] = useState('');
  const [isOpen, setOpen] = useState(false);
  const { busy, send } = useSend(aftersaleId);
  const to = asked.value?.returnTo ?? null;
  return (
    <Page
      title="寄回商品"
      dock={
        to !== null && (
          <View className="back-bar">
            <Button block busy={busy} onTap={() => void send(carrier, number.trim())}>
              提交
            </Button>
          </View>
        )
      }
      over={
        <ChoiceSheet
          open={isOpen}
          title="选择快递公司"
          choices={CHOICES}
          chosen={carrier}
          onChoose={(code) => {
            setCarrier(code);
            setOpen(false);
          }}
          onClose={() => setOpen(false)}
        />
      }
    >
      {asked.value === null && asked.problem !== null && (
        <Trouble away problem={asked.problem} onRetry={() => void asked.reload()} />
      )}
      {asked.value === null && asked.problem === null && <TextBones count={1} />}
      {to !== null && <ReturnAddress to={to} />}
      {to !== null && (
        <View className="card back-form">
          <Tap className="field" onTap={() => setOpen(true)}>
            <View className="field-name">快递公司</View>
            <View className={`grow${carrier === null ? ' placeholder' : ''}`}>
              {carrier === null ? '请选择' : CARRIERS[carrier]}
            </View>
            <Icon name="right" size="s" tone="ink-3" />
          </Tap>
          <View className="field">
            <View className="field-name">运单号</View>
            <Input
              className="field-input num"
              value={number}
              maxlength={40}
              placeholder="5 到 40 位字母或数字"
              placeholderClass="placeholder"
              onInput={(event) => setNumber(event.detail.value)}
            />
          </View>
        </View>
      )}
    </Page>
  );
}

type Destination = { name: string; phone: string; address: string };

function ReturnAddress({ to }: { to: Destination }) {
  return (
    <View className="card">
      <View className="row-between">
        <View className="heading">寄往</View>
        <Tap className="back-copy" onTap={() => void copy(`${to.name} ${to.phone} ${to.address}`, '退货地址已复制')}>
          复制
        </Tap>
      </View>
      <View className="num">
        {to.name} {to.phone}
      </View>
      <View className="muted">{to.address}</View>
    </View>
  );
}

function useSend(aftersaleId: Id<'aftersale'>) {
  const intent = useIntent();
  const [busy, setBusy] = useState(false);
  async function send(carrier: CarrierCode | null, trackingNo: string) {
    if (carrier === null) return note('请选择快递公司');
    if (!NUMBER.test(trackingNo)) return note('运单号为 5 到 40 位字母或数字');
    const wish = { aftersaleId, carrier, trackingNo };
    setBusy(true);
    try {
      await intent(wish, (key) => api(sendBack, wish, { key }));
      praise('已提交');
      go.back();
    } catch (thrown) {
      note(asProblem(thrown).message);
    } finally {
      setBusy(false);
    }
  }
  return { busy, send };
}
