// One address: typed in, or pasted as a whole and taken apart.
import {
  ApiError,
  createAddress,
  deleteAddress,
  listAddresses,
  updateAddress,
  type AddressView,
  type Id,
} from '@jishi/contract';
import { Input, Switch, Textarea, View } from '@tarojs/components';
import { useRouter } from '@tarojs/taro';
import { useState } from 'react';
import { api } from '@/api';
import { go, queryValue } from '@/bridge/go';
import { ask, note, praise } from '@/bridge/say';
import { NATIVE } from '@/design/native';
import { TextBones } from '@/parts/bones';
import { Button } from '@/parts/button';
import { Trouble } from '@/parts/empty';
import { Icon } from '@/parts/icon';
import { Page } from '@/parts/page';
import { regionText } from '@/parts/region';
import { Tap } from '@/parts/tap';
import { asProblem, useAsk } from '@/session/ask';
import { readPasted, type Region } from '../regions.ts';
import { RegionSheet } from './region-sheet.tsx';
import './index.scss';

type Draft = Omit<AddressView, 'id' | keyof Region> & Partial<Region>;

const BLANK: Draft = { name: '', phone: '', detail: '', isDefault: false };
const PHONE = /^1[3-9]\d{9}$/;

export default function AddressEdit() {
  const { params } = useRouter();
  const id = queryValue(params, 'id') as Id<'address'> | undefined;
  const asked = useAsk(id ?? 'new', async () => {
    if (id === undefined) return BLANK;
    const found = (await api(listAddresses, {})).items.find((one) => one.id === id);
    if (!found) throw new ApiError(404, { code: 'address.not_found', message: '收货地址不存在' });
    const { id: _id, ...fields } = found;
    return fields;
  });
  if (asked.value !== null) return <Form id={id} first={asked.value} />;
  return (
    <Page title="编辑地址">
      {asked.problem !== null ? (
        <Trouble problem={asked.problem} onRetry={() => void asked.reload()} />
      ) : (
        <TextBones count={2} />
      )}
    </Page>
  );
}

function Form({ id, first }: { id: Id<'address'> | undefined; first: Draft }) {
  const [draft, setDraft] = useState(first);
  const [isOpen, setOpen] = useState(false);
  const { busy, save, remove } = useVerbs(id);
  const set = (edit: Partial<Draft>) => setDraft((before) => ({ ...before, ...edit }));
  return (
    <Page
      title={id === undefined ? '新增地址' : '编辑地址'}
      dock={
        <View className="address-bar">
          {id !== undefined && (
            <Button kind="quiet" disabled={busy} onTap={() => void remove()}>
              删除
            </Button>
          )}
          <View className="grow">
            <Button block busy={busy} onTap={() => void save(draft)}>
              保存
            </Button>
          </View>
        </View>
      }
      over={
        <RegionSheet
          open={isOpen}
          region={draft}
          onChoose={({ province, city, district }) => {
            set({ province, city, district });
            setOpen(false);
          }}
          onClose={() => setOpen(false)}
        />
      }
    >
      <PasteBox onRead={set} />
      <View className="card address-form">
        <Line name="收货人" value={draft.name} hint="请填写姓名" max={20} onInput={(name) => set({ name })} />
        <Line
          name="手机号"
          value={draft.phone}
          hint="11 位手机号"
          max={11}
          digits
          onInput={(phone) => set({ phone })}
        />
        <Tap className="field" onTap={() => setOpen(true)}>
          <View className="field-name">所在地区</View>
          <View className={`grow${draft.province ? '' : ' placeholder'}`}>
            {draft.province ? regionText(draft) : '省、市、区'}
          </View>
          <Icon name="right" size="s" tone="ink-3" />
        </Tap>
        <Line
          name="详细地址"
          value={draft.detail}
          hint="街道、门牌号、楼层"
          max={100}
          onInput={(detail) => set({ detail })}
        />
        <DefaultSwitch isOn={draft.isDefault} onChange={(isDefault) => set({ isDefault })} />
      </View>
    </Page>
  );
}

function DefaultSwitch({ isOn, onChange }: { isOn: boolean; onChange: (isOn: boolean) => void }) {
  return (
    <View className="field">
      <View className="grow">
        <View>设为默认地址</View>
        <View className="muted">下单时优先使用</View>
      </View>
      <Switch
        ariaLabel="设为默认地址"
        color={NATIVE.brand}
        checked={isOn}
        onChange={(event) => onChange(event.detail.value)}
      />
    </View>
  );
}

type LineProps = {
  name: string;
  value: string;
  hint: string;
  max: number;
  digits?: boolean;
  onInput: (value: string) => void;
};

function Line({ name, value, hint, max, digits, onInput }: LineProps) {
  return (
    <View className="field">
      <View className="field-name">{name}</View>
      <Input
        className="field-input"
        type={digits ? 'number' : 'text'}
        value={value}
        maxlength={max}
        placeholder={hint}
        placeholderClass="placeholder"
        onInput={(event) => onInput(event.detail.value)}
      />
    </View>
  );
}

function PasteBox({ onRead }: { onRead: (found: Partial<Draft>) => void }) {
  const [text, setText] = useState('');
  function read() {
    const found = readPasted(text);
    if (Object.keys(found).length === 0) return note('没有识别到地址');
    onRead(found);
    setText('');
    note(found.district === undefined ? '已填入，请核对所在地区' : '已填入，请核对');
  }
  return (
    <View className="card">
      <Textarea
        className="textarea address-paste"
        maxlength={300}
        value={text}
        placeholder="粘贴整段地址，自动识别姓名、电话和地区，例如：张三 13800138000 广东省深圳市南山区科技园 1 号"
        placeholderClass="placeholder"
        onInput={(event) => setText(event.detail.value)}
      />
      {text.trim() !== '' && (
        <View className="address-read">
          <Button size="s" onTap={read}>
            识别并填入
          </Button>
        </View>
      )}
    </View>
  );
}

/** The first thing that is wrong, in words; null when the address can be saved. */
function wrong(draft: Draft): string | null {
  if (draft.name.trim() === '') return '请填写收货人';
  if (!PHONE.test(draft.phone)) return '请输入 11 位手机号';
  if (!draft.province || !draft.city || !draft.district) return '请选择所在地区';
  return draft.detail.trim() === '' ? '请填写详细地址' : null;
}

function useVerbs(id: Id<'address'> | undefined) {
  const [busy, setBusy] = useState(false);
  async function run(verb: () => Promise<unknown>, done: string) {
    setBusy(true);
    try {
      await verb();
      praise(done);
      go.back();
    } catch (thrown) {
      note(asProblem(thrown).message);
    } finally {
      setBusy(false);
    }
  }
  return {
    busy,
    save: async (draft: Draft) => {
      const problem = wrong(draft);
      if (problem !== null) return note(problem);
      const { province = '', city = '', district = '', name, phone, detail, isDefault } = draft;
      const fields = { province, city, district, phone, isDefault, name: name.trim(), detail: detail.trim() };
      await run(
        () => (id === undefined ? api(createAddress, fields) : api(updateAddress, { addressId: id, ...fields })),
        '已保存',
      );
    },
    remove: async () => {
      if (id !== undefined && (await ask('删除地址？', '删除后无法恢复，已下的订单不受影响', '删除')))
        await run(() => api(deleteAddress, { addressId: id }), '已删除');
    },
  };
}
