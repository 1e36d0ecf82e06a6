// Where parcels may go; also where one is chosen for an order.
import { listAddresses, setDefaultAddress, type AddressView } from '@jishi/contract';
import { View } from '@tarojs/components';
import { useRouter } from '@tarojs/taro';
import { api } from '@/api';
import { go, queryValue } from '@/bridge/go';
import { note } from '@/bridge/say';
import { addressChoice } from '@/parts/address-choice';
import { TextBones } from '@/parts/bones';
import { Button } from '@/parts/button';
import { Empty, Trouble } from '@/parts/empty';
import { Icon } from '@/parts/icon';
import { Page } from '@/parts/page';
import { regionText } from '@/parts/region';
import { Tap } from '@/parts/tap';
import { Tick } from '@/parts/tick';
import { asProblem, useAsk } from '@/session/ask';
import { useReturn } from '@/session/fresh';
import './index.scss';

export default function Addresses() {
  const { params } = useRouter();
  const isChoosing = queryValue(params, 'choose') !== undefined;
  const asked = useAsk('addresses', async () => (await api(listAddresses, {})).items);
  useReturn(asked.reload);
  const items = asked.value;
  async function makeDefault(address: AddressView) {
    if (address.isDefault) return;
    try {
      await api(setDefaultAddress, { addressId: address.id });
      await asked.reload();
    } catch (thrown) {
      note(asProblem(thrown).message);
    }
  }
  return (
    <Page
      title={isChoosing ? '选择收货地址' : '收货地址'}
      dock={
        items !== null && (
          <View className="addresses-bar">
            <Button block onTap={() => go.address()}>
              新增收货地址
            </Button>
          </View>
        )
      }
    >
      {items === null && asked.problem !== null && (
        <Trouble problem={asked.problem} onRetry={() => void asked.reload()} />
      )}
      {items === null && asked.problem === null && <TextBones />}
      {items?.length === 0 && <Empty icon="pin" title="还没有收货地址" hint="添加后下单更快" />}
      {items?.map((address) => (
        <AddressCard
          key={address.id}
          address={address}
          onTap={() => {
            if (!isChoosing) return go.address(address.id);
            addressChoice.set(address);
            go.back();
          }}
          onDefault={() => void makeDefault(address)}
        />
      ))}
    </Page>
  );
}

function AddressCard(props: { address: AddressView; onTap: () => void; onDefault: () => void }) {
  const { address, onTap, onDefault } = props;
  return (
    <View className="card">
      <Tap role="link" onTap={onTap}>
        <View className="row">
          <View className="heading">{address.name}</View>
          <View className="num address-phone">{address.phone}</View>
          {address.isDefault && <View className="tag">默认</View>}
        </View>
        <View className="address-where">
          {regionText(address)} {address.detail}
        </View>
      </Tap>
      <View className="row-between address-foot">
        <Tap className="row address-act" onTap={onDefault}>
          <Tick isOn={address.isDefault} />
          <View className="address-act-word">{address.isDefault ? '默认地址' : '设为默认'}</View>
        </Tap>
        <Tap className="row address-act" role="link" onTap={() => go.address(address.id)}>
          <Icon name="edit" size="s" tone="ink-2" />
          <View className="address-act-word">编辑</View>
        </Tap>
      </View>
    </View>
  );
}
