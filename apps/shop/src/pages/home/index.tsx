// Home: where to search, where to look, what sells.
import { freeShippingText, getHome, listProducts, type CategoryView, type ProductCardView } from '@jishi/contract';
import { ScrollView, View } from '@tarojs/components';
import { stopPullDownRefresh, usePullDownRefresh, useReachBottom, useShareAppMessage } from '@tarojs/taro';
import { api } from '@/api';
import { chooseCategory } from '@/parts/category-choice';
import { go } from '@/bridge/go';
import { BackTop } from '@/parts/back-top';
import { GoodsBones } from '@/parts/bones';
import { Empty, Trouble } from '@/parts/empty';
import { GoodsGrid, GoodsTile } from '@/parts/goods-card';
import { Icon } from '@/parts/icon';
import { LoadMore } from '@/parts/load-more';
import { Page } from '@/parts/page';
import { Picture } from '@/parts/picture';
import { shippingRule, shopSettings, type ShopSettings } from '@/parts/settings';
import { Tap } from '@/parts/tap';
import { useAsk, useScroll } from '@/session/ask';
import './index.scss';

export default function Home() {
  const home = useAsk('home', () => api(getHome, {}), { keep: true });
  const shop = useAsk('shop', shopSettings, { keep: true });
  const fresh = useScroll('newest', (cursor) => api(listProducts, { sort: 'new', cursor, limit: 10 }));
  usePullDownRefresh(() => {
    void Promise.all([home.reload(), fresh.reload()]).finally(stopPullDownRefresh);
  });
  useReachBottom(() => void fresh.more());
  useShareAppMessage(() => ({ title: shop.value?.shopName ?? '集市', path: '/pages/home/index' }));
  const name = shop.value?.shopName ?? '集市';
  return (
    <Page title={name} tab bare>
      <Banner name={name} shop={shop.value} />
      {home.value === null && home.problem !== null && (
        <Trouble problem={home.problem} onRetry={() => void home.reload()} />
      )}
      {home.value === null && home.problem === null && <HomeBones />}
      {home.value !== null && (
        <View className="home-body rise-enter">
          <Entries categories={home.value.categories} />
          <Shelf title="今日特惠" hint="比平时更划算" items={home.value.discount} tone="discount" />
          <Shelf title="大家都在买" hint="回头客最多" items={home.value.hot} tone="hot" sort="sales" />
          <Shelf title="新鲜上架" hint="刚到的好东西" items={home.value.fresh} tone="fresh" sort="new" />
          <View className="home-heading">逛逛全部</View>
          {!fresh.isFirst && fresh.items.length === 0 && fresh.problem === null && (
            <Empty icon="leaf" title="店里还没有上架商品" hint="过一会儿再来看看" />
          )}
          {fresh.isFirst && fresh.problem === null ? <GoodsBones count={4} /> : <GoodsGrid items={fresh.items} />}
          <LoadMore list={fresh} />
        </View>
      )}
      <BackTop />
    </Page>
  );
}

/** Reserves the height of the entries and of the first shelf: nothing jumps when they come. */
function HomeBones() {
  return (
    <View className="home-body">
      <View className="entries">
        {[0, 1, 2, 3, 4].map((index) => (
          <View key={index} className="entry">
            <View className="bone entry-picture" />
            <View className="bone entry-bone" />
          </View>
        ))}
      </View>
      <GoodsBones />
    </View>
  );
}

function Banner({ name, shop }: { name: string; shop: ShopSettings | null }) {
  const promises = [
    shop === null ? null : freeShippingText(shippingRule(shop)),
    shop === null || shop.aftersaleDays === 0 ? null : `${shop.aftersaleDays} 天售后保障`,
    '下单即锁库存',
  ].filter((promise) => promise !== null);
  return (
    <View className="home-top">
      <View className="home-name clamp1">{name}</View>
      <Tap className="home-search" role="button" onTap={() => go.search()}>
        <Icon name="search" size="s" tone="ink-3" bold />
        <View className="home-search-word">搜索想要的好物</View>
      </Tap>
      <View className="home-promises">
        {promises.map((promise) => (
          <View key={promise} className="home-promise">
            <Icon name="shield" size="s" tone="on" />
            <View className="home-promise-word">{promise}</View>
          </View>
        ))}
      </View>
    </View>
  );
}

function Entries({ categories }: { categories: CategoryView[] }) {
  if (categories.length === 0) return null;
  // Six stand in one row: a second row for a single one looks forgotten.
  const entry = `entry press${categories.length === 6 ? ' entry-of-six' : ''}`;
  return (
    <View className="entries">
      {categories.slice(0, 10).map((category) => (
        <Tap
          key={category.id}
          className={entry}
          role="link"
          onTap={() => {
            chooseCategory(category.id);
            go.tab('category');
          }}
        >
          <Picture className="entry-picture" url={category.imageUrl} instead="leaf" />
          <View className="entry-name clamp1">{category.name}</View>
        </Tap>
      ))}
    </View>
  );
}

type ShelfProps = {
  title: string;
  hint: string;
  items: ProductCardView[];
  tone: 'discount' | 'hot' | 'fresh';
  sort?: string;
};

function Shelf({ title, hint, items, tone, sort }: ShelfProps) {
  if (items.length === 0) return null;
  return (
    <View className={`shelf shelf-${tone}`}>
      <View className="row-between shelf-head">
        <View className="row grow">
          <Icon
            name={tone === 'discount' ? 'tag' : tone === 'hot' ? 'flame' : 'leaf'}
            tone={tone === 'fresh' ? 'good' : 'brand'}
          />
          <View className="shelf-title">{title}</View>
          <View className="muted clamp1">{hint}</View>
        </View>
        <Tap className="shelf-all row" role="link" onTap={() => go.list({ name: title, sort })}>
          全部
          <Icon name="right" size="s" tone="ink-3" />
        </Tap>
      </View>
      <ScrollView className="shelf-row" scrollX enableFlex>
        {items.map((goods) => (
          <GoodsTile key={goods.id} goods={goods} />
        ))}
      </ScrollView>
    </View>
  );
}
