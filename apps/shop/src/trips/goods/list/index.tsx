// Goods by category, by words or by fame: sorted, filtered, in two columns or one, and on and on while one scrolls.
import { getHome, listCategories, listProducts, type CategoryNode, type Sent } from '@jishi/contract';
import { ScrollView, View } from '@tarojs/components';
import { stopPullDownRefresh, usePullDownRefresh, useReachBottom, useRouter } from '@tarojs/taro';
import { useState } from 'react';
import { api } from '@/api';
import { go, queryValue } from '@/bridge/go';
import { storage } from '@/bridge/storage';
import { BackTop } from '@/parts/back-top';
import { GoodsBones, RowBones } from '@/parts/bones';
import { Button } from '@/parts/button';
import { Empty, Trouble } from '@/parts/empty';
import { GoodsGrid, GoodsRows } from '@/parts/goods-card';
import { Icon } from '@/parts/icon';
import { LoadMore } from '@/parts/load-more';
import { Page } from '@/parts/page';
import { Tap } from '@/parts/tap';
import { useAsk, useScroll } from '@/session/ask';
import { countOf, FilterSheet, WIDE, wishOf } from './filter.tsx';
import './index.scss';

type Wish = Sent<typeof listProducts>;
type Sort = NonNullable<Wish['sort']>;
const KEPT = 'list-rows';

export default function GoodsList() {
  const { params } = useRouter();
  const q = queryValue(params, 'q');
  const given = queryValue(params, 'categoryId');
  const [categoryId, setCategoryId] = useState(given);
  const [sort, setSort] = useState<Sort>((queryValue(params, 'sort') as Sort | undefined) ?? 'relevance');
  const [filter, setFilter] = useState(WIDE);
  const [isOpen, setOpen] = useState(false);
  const [isRows, setRows] = useState(() => storage.read<boolean>(KEPT) ?? false);
  const wish = { q, categoryId, sort, ...wishOf(filter) };
  const list = useScroll(JSON.stringify(wish), (cursor) => api(listProducts, { ...wish, cursor }));
  useReachBottom(() => void list.more());
  usePullDownRefresh(() => void list.reload().finally(stopPullDownRefresh));
  const count = countOf(filter);
  const isNothing = !list.isFirst && list.items.length === 0 && list.problem === null;
  return (
    <Page
      title={queryValue(params, 'name') ?? '商品'}
      over={<FilterSheet open={isOpen} filter={filter} onClose={() => setOpen(false)} onSet={setFilter} />}
    >
      <View className="list-head">
        <View className="row list-top">
          <Tap className="grow list-search" role="link" onTap={() => go.search(q)}>
            <Icon name="search" size="s" tone="ink-3" bold />
            <View className={`list-word clamp1${q === undefined ? ' placeholder' : ''}`}>{q ?? '搜索商品'}</View>
          </Tap>
          <Tap
            className="list-layout"
            label={isRows ? '改为两列显示' : '改为单列显示'}
            onTap={() => {
              storage.write(KEPT, !isRows);
              setRows(!isRows);
            }}
          >
            <Icon name={isRows ? 'grid' : 'rows'} tone="ink-2" />
          </Tap>
        </View>
        <SortTabs sort={sort} count={count} onSort={setSort} onFilter={() => setOpen(true)} />
        {given !== undefined && <Siblings id={given} chosen={categoryId} onChoose={setCategoryId} />}
      </View>
      {list.isFirst && list.problem !== null && <Trouble problem={list.problem} onRetry={() => void list.reload()} />}
      {list.isFirst && list.problem === null && (isRows ? <RowBones /> : <GoodsBones />)}
      {isNothing && (
        <Empty
          icon="search"
          title="没有找到相关商品"
          hint={count > 0 ? '放宽一点筛选条件试试' : '换个词或逛逛别的分类'}
        >
          <Button kind="line" onTap={() => (count > 0 ? setFilter(WIDE) : go.tab('category'))}>
            {count > 0 ? '清除筛选' : '去逛分类'}
          </Button>
        </Empty>
      )}
      {isNothing && <Instead />}
      {isRows ? <GoodsRows items={list.items} /> : <GoodsGrid items={list.items} />}
      <LoadMore list={list} />
      <BackTop />
    </Page>
  );
}

/** What sells, for whoever has found nothing. */
function Instead() {
  const home = useAsk('home', () => api(getHome, {}), { keep: true });
  const items = home.value?.hot ?? [];
  if (items.length === 0) return null;
  return (
    <>
      <View className="heading list-instead">大家都在买</View>
      <GoodsGrid items={items} />
    </>
  );
}

function find(nodes: readonly CategoryNode[], id: string): CategoryNode | null {
  for (const node of nodes) {
    const found = node.id === id ? node : find(node.children, id);
    if (found) return found;
  }
  return null;
}

type SiblingsProps = { id: string; chosen: string | undefined; onChoose: (id: string) => void };

/** The finer categories of the one that was asked for. */
function Siblings({ id, chosen, onChoose }: SiblingsProps) {
  const tree = useAsk('categories', async () => (await api(listCategories, {})).items.filter((one) => one.isVisible), {
    keep: true,
  });
  const inner = find(tree.value ?? [], id)?.children.filter((child) => child.isVisible) ?? [];
  if (inner.length < 2) return null;
  return (
    <ScrollView className="siblings" scrollX enableFlex>
      <View className="siblings-row">
        {[{ id, name: '全部' }, ...inner].map((one) => (
          <Tap
            key={one.id}
            className={`chip${chosen === one.id ? ' chip-on' : ''}`}
            role="radio"
            isOn={chosen === one.id}
            onTap={() => onChoose(one.id)}
          >
            {one.name}
          </Tap>
        ))}
      </View>
    </ScrollView>
  );
}

const TABS: { value: Sort; label: string }[] = [
  { value: 'relevance', label: '综合' },
  { value: 'sales', label: '销量' },
  { value: 'new', label: '新品' },
];

function SortTabs(props: { sort: Sort; count: number; onSort: (sort: Sort) => void; onFilter: () => void }) {
  const isPrice = props.sort === 'price_asc' || props.sort === 'price_desc';
  return (
    <View className="sorts">
      {TABS.map(({ value, label }) => (
        <Tap
          key={value}
          className={`sort${props.sort === value ? ' sort-on' : ''}`}
          role="radio"
          isOn={props.sort === value}
          onTap={() => props.onSort(value)}
        >
          {label}
        </Tap>
      ))}
      <Tap
        className={`sort${isPrice ? ' sort-on' : ''}`}
        role="radio"
        isOn={isPrice}
        label={props.sort === 'price_asc' ? '价格从低到高' : props.sort === 'price_desc' ? '价格从高到低' : '价格'}
        onTap={() => props.onSort(props.sort === 'price_asc' ? 'price_desc' : 'price_asc')}
      >
        价格
        <View className="sort-arrows">
          <View className={`sort-up${props.sort === 'price_asc' ? ' sort-lit' : ''}`} />
          <View className={`sort-down${props.sort === 'price_desc' ? ' sort-lit' : ''}`} />
        </View>
      </Tap>
      <Tap className={`sort${props.count > 0 ? ' sort-on' : ''}`} onTap={props.onFilter}>
        筛选
        {props.count > 0 ? (
          <View className="sort-count num">{props.count}</View>
        ) : (
          <Icon name="filter" size="s" tone="ink-2" />
        )}
      </Tap>
    </View>
  );
}
