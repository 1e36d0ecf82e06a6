// The filter of a list: price, brand, what is in stock.
import { listBrands, parseYuan, type Got, type Id, type listProducts, type Sent } from '@jishi/contract';
import { Input, View } from '@tarojs/components';
import { useEffect, useState } from 'react';
import { api } from '@/api';
import { note } from '@/bridge/say';
import { Button } from '@/parts/button';
import { Sheet } from '@/parts/sheet';
import { Tap } from '@/parts/tap';
import { Tick } from '@/parts/tick';
import { useAsk } from '@/session/ask';

type Wish = Sent<typeof listProducts>;
type Brand = Got<typeof listBrands>['items'][number];
export type Filter = { min: string; max: string; inStockOnly: boolean; brand: Brand | null };
export const WIDE: Filter = { min: '', max: '', inStockOnly: false, brand: null };

/** Bounds that most people mean. */
const BANDS = [
  { label: '50 元以下', min: '', max: '50' },
  { label: '50 至 100 元', min: '50', max: '100' },
  { label: '100 至 300 元', min: '100', max: '300' },
  { label: '300 元以上', min: '300', max: '' },
];

export function wishOf({ min, max, inStockOnly, brand }: Filter): Partial<Wish> {
  const low = min === '' ? null : parseYuan(min);
  const high = max === '' ? null : parseYuan(max);
  return {
    ...(low === null ? {} : { minFen: low }),
    ...(high === null ? {} : { maxFen: high }),
    ...(inStockOnly ? { inStockOnly } : {}),
    ...(brand === null ? {} : { brandId: brand.id as Id<'brand'> }),
  };
}

/** How many things are filtered by, for the mark on the button. */
export function countOf({ min, max, inStockOnly, brand }: Filter): number {
  return (min !== '' || max !== '' ? 1 : 0) + (inStockOnly ? 1 : 0) + (brand === null ? 0 : 1);
}

/** What is wrong with the bounds, in words. */
function wrong({ min, max }: Filter): string | null {
  const low = min === '' ? 0 : parseYuan(min);
  const high = max === '' ? null : parseYuan(max);
  if (low === null || (max !== '' && high === null)) return '请输入正确的价格';
  return high !== null && high < low ? '最高价不能低于最低价' : null;
}

type Props = { open: boolean; filter: Filter; onClose: () => void; onSet: (filter: Filter) => void };

export function FilterSheet({ open, filter, onClose, onSet }: Props) {
  const [draft, setDraft] = useState(filter);
  useEffect(() => {
    if (open) setDraft(filter);
  }, [open, filter]);
  function settle(next: Filter) {
    const problem = wrong(next);
    if (problem !== null) return note(problem);
    onSet(next);
    onClose();
  }
  const foot = (
    <View className="row filter-foot">
      <Button kind="quiet" onTap={() => settle(WIDE)}>
        重置
      </Button>
      <View className="grow">
        <Button block onTap={() => settle(draft)}>
          确定
        </Button>
      </View>
    </View>
  );
  return (
    <Sheet open={open} title="筛选" onClose={onClose} foot={foot}>
      <PriceBounds draft={draft} onChange={setDraft} />
      <Brands chosen={draft.brand} onChoose={(brand) => setDraft({ ...draft, brand })} />
      <Tap
        className="choice"
        role="checkbox"
        isOn={draft.inStockOnly}
        onTap={() => setDraft({ ...draft, inStockOnly: !draft.inStockOnly })}
      >
        <View className="grow">仅看有货</View>
        <Tick isOn={draft.inStockOnly} />
      </Tap>
    </Sheet>
  );
}

function PriceBounds({ draft, onChange }: { draft: Filter; onChange: (next: Filter) => void }) {
  return (
    <>
      <View className="heading">价格区间（元）</View>
      <View className="row filter-range">
        <Input
          className="filter-price num"
          type="digit"
          placeholder="最低价"
          placeholderClass="placeholder"
          maxlength={9}
          value={draft.min}
          onInput={(event) => onChange({ ...draft, min: event.detail.value })}
        />
        <View className="filter-dash" />
        <Input
          className="filter-price num"
          type="digit"
          placeholder="最高价"
          placeholderClass="placeholder"
          maxlength={9}
          value={draft.max}
          onInput={(event) => onChange({ ...draft, max: event.detail.value })}
        />
      </View>
      <View className="filter-chips">
        {BANDS.map(({ label, min, max }) => {
          const isOn = draft.min === min && draft.max === max;
          return (
            <Tap
              key={label}
              className={`chip${isOn ? ' chip-on' : ''}`}
              role="checkbox"
              isOn={isOn}
              onTap={() => onChange({ ...draft, ...(isOn ? { min: '', max: '' } : { min, max }) })}
            >
              {label}
            </Tap>
          );
        })}
      </View>
    </>
  );
}

function Brands({ chosen, onChoose }: { chosen: Brand | null; onChoose: (brand: Brand | null) => void }) {
  const asked = useAsk('brands', async () => (await api(listBrands, {})).items, { keep: true });
  if (asked.value === null || asked.value.length === 0) return null;
  return (
    <>
      <View className="heading">品牌</View>
      <View className="filter-chips">
        {asked.value.map((brand) => (
          <Tap
            key={brand.id}
            className={`chip${chosen?.id === brand.id ? ' chip-on' : ''}`}
            role="checkbox"
            isOn={chosen?.id === brand.id}
            onTap={() => onChoose(chosen?.id === brand.id ? null : brand)}
          >
            {brand.name}
          </Tap>
        ))}
      </View>
    </>
  );
}
