// Goods by category, by words or by fame: sorted, filtered by price, and on and on while one scrolls.
import { listProducts, parseYuan, type Fen, type Sent } from '@jishi/contract';
import { Input, View } from '@tarojs/components';
import { stopPullDownRefresh, usePullDownRefresh, useReachBottom, useRouter } from '@tarojs/taro';
import { useState } from 'react';
import { api } from '@/api';
import { go, queryValue } from '@/bridge/go';
import { note } from '@/bridge/say';
import { GoodsBones } from '@/parts/bones';
import { Button } from '@/parts/button';
import { Empty, Trouble } from '@/parts/empty';
import { GoodsGrid } from '@/parts/goods-card';
import { Icon } from '@/parts/icon';
import { LoadMore } from '@/parts/load-more';
import { Page } from '@/parts/page';
import { Sheet } from '@/parts/sheet';
import { Tap } from '@/parts/tap';
import { Tick } from '@/parts/tick';
import { useScroll } from '@/session/ask';
import './index.scss';

type Wish = Sent<typeof listProducts>;
type Sort = NonNullable<Wish['sort']>;
type Range = { min: string; max: string; inStockOnly: boolean };
const WIDE: Range = { min: '', max: '', inStockOnly: false };

export default function GoodsList() {
  const { params } = useRouter();
  const q = queryValue(params, 'q');
  const categoryId = queryValue(params, 'categoryId');
  const [sort, setSort] = useState<Sort>((queryValue(params, 'sort') as Sort | undefined) ?? 'relevance');
  const [range, setRange] = useState(WIDE);
  const [isOpen, setOpen] = useState(false);
  const wish = { q, categoryId, sort, ...filterOf(range) };
  const list = useScroll(JSON.stringify(wish), (cursor) => api(listProducts, { ...wish, cursor }));
  useReachBottom(() => void list.more());
  usePullDownRefresh(() => void list.reload().finally(stopPullDownRefresh));
  const isFiltered = JSON.stringify(range) !== JSON.stringify(WIDE);
  return (
    <Page
      title={queryValue(params, 'name') ?? '商品'}
      over={<FilterSheet open={isOpen} range={range} onClose={() => setOpen(false)} onSet={setRange} />}
    >
      <View className="list-head">
        {q !== undefined && (
          <Tap className="list-search" role="link" onTap={() => go.search(q)}>
            <Icon name="search" size="s" tone="ink-3" bold />
            <View className="list-word clamp1">{q}</View>
          </Tap>
        )}
        <SortTabs sort={sort} isFiltered={isFiltered} onSort={setSort} onFilter={() => setOpen(true)} />
      </View>
      {list.isFirst && list.problem !== null && <Trouble problem={list.problem} onRetry={() => void list.reload()} />}
      {list.isFirst && list.problem === null && <GoodsBones />}
      {!list.isFirst && list.items.length === 0 && list.problem === null && (
        <Empty
          icon="search"
          title="没有找到相关商品"
          hint={isFiltered ? '放宽一点筛选条件试试' : '换个词或逛逛别的分类'}
        >
          <Button kind="line" onTap={() => (isFiltered ? setRange(WIDE) : go.tab('category'))}>
            {isFiltered ? '清除筛选' : '去逛分类'}
          </Button>
        </Empty>
      )}
      <GoodsGrid items={list.items} />
      <LoadMore list={list} />
    </Page>
  );
}

function filterOf({ min, max, inStockOnly }: Range): Pick<Wish, 'minFen' | 'maxFen' | 'inStockOnly'> {
  const low: Fen | null = min === '' ? null : parseYuan(min);
  const high: Fen | null = max === '' ? null : parseYuan(max);
  return {
    ...(low === null ? {} : { minFen: low }),
    ...(high === null ? {} : { maxFen: high }),
    ...(inStockOnly ? { inStockOnly } : {}),
  };
}

const TABS: { value: Sort; label: string }[] = [
  { value: 'relevance', label: '综合' },
  { value: 'sales', label: '销量' },
  { value: 'new', label: '新品' },
];

function SortTabs(props: { sort: Sort; isFiltered: boolean; onSort: (sort: Sort) => void; onFilter: () => void }) {
  const isPrice = props.sort === 'price_asc' || props.sort === 'price_desc';
  return (
    <View className="sorts">
      {TABS.map(({ value, label }) => (
        <Tap key={value} className={`sort${props.sort === value ? ' sort-on' : ''}`} onTap={() => props.onSort(value)}>
          {label}
        </Tap>
      ))}
      <Tap
        className={`sort${isPrice ? ' sort-on' : ''}`}
        onTap={() => props.onSort(props.sort === 'price_asc' ? 'price_desc' : 'price_asc')}
      >
        价格
        <View className="sort-arrows">
          <View className={`sort-up${props.sort === 'price_asc' ? ' sort-lit' : ''}`} />
          <View className={`sort-down${props.sort === 'price_desc' ? ' sort-lit' : ''}`} />
        </View>
      </Tap>
      <Tap className={`sort${props.isFiltered ? ' sort-on' : ''}`} onTap={props.onFilter}>
        筛选
        <Icon name="filter" size="s" tone={props.isFiltered ? 'brand' : 'ink-2'} />
      </Tap>
    </View>
  );
}

type FilterProps = { open: boolean; range: Range; onClose: () => void; onSet: (range: Range) => void };

function FilterSheet({ open, range, onClose, onSet }: FilterProps) {
  const [draft, setDraft] = useState(range);
  function confirm() {
    const low = draft.min === '' ? 0 : parseYuan(draft.min);
    const high = draft.max === '' ? null : parseYuan(draft.max);
    if (low === null || (draft.max !== '' && high === null)) return note('请输入正确的价格');
    if (high !== null && high < low) return note('最高价不能低于最低价');
    onSet(draft);
    onClose();
  }
  const foot = (
    <View className="row filter-foot">
      <Button
        kind="quiet"
        onTap={() => {
          setDraft(WIDE);
          onSet(WIDE);
          onClose();
        }}
      >
        重置
      </Button>
      <View className="grow">
        <Button block onTap={confirm}>
          确定
        </Button>
      </View>
    </View>
  );
  return (
    <Sheet open={open} title="筛选" onClose={onClose} foot={foot}>
      <View className="heading">价格区间（元）</View>
      <View className="row filter-range">
        <Input
          className="filter-price num"
          type="digit"
          placeholder="最低价"
          value={draft.min}
          onInput={(event) => setDraft({ ...draft, min: event.detail.value })}
        />
        <View className="filter-dash" />
        <Input
          className="filter-price num"
          type="digit"
          placeholder="最高价"
          value={draft.max}
          onInput={(event) => setDraft({ ...draft, max: event.detail.value })}
        />
      </View>
      <Tap className="choice" onTap={() => setDraft({ ...draft, inStockOnly: !draft.inStockOnly })}>
        <View className="grow">仅看有货</View>
        <Tick isOn={draft.inStockOnly} />
      </Tap>
    </Sheet>
  );
}
