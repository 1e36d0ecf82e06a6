// A product in a list, as a tile of two columns or as a row.
import type { ProductCardView } from '@jishi/contract';
import { View } from '@tarojs/components';
import { go } from '@/bridge/go';
import { Picture } from '@/parts/picture';
import { OldPrice, Price } from '@/parts/price';
import { soldText } from '@/parts/price/amount';
import { Tap } from '@/parts/tap';
import './index.scss';

function GoodsCard({ goods }: { goods: ProductCardView }) {
  return (
    <Tap className="goods" role="link" onTap={() => go.product(goods.id)}>
      <View className="goods-stage">
        <Picture className="goods-picture" url={goods.image?.thumbUrl} label={goods.title} />
        {goods.isSoldOut && <View className="goods-out">已售罄</View>}
      </View>
      <View className="goods-words">
        <View className="goods-title clamp2">{goods.title}</View>
        {goods.subtitle !== '' && <View className="goods-sub clamp1">{goods.subtitle}</View>}
        <View className="goods-foot">
          <Price fen={goods.priceFen} />
          <OldPrice fen={goods.marketPriceFen} now={goods.priceFen} />
        </View>
        <View className="goods-sales clamp1">{soldText(goods.salesCount)}</View>
      </View>
    </Tap>
  );
}

export function GoodsGrid({ items }: { items: readonly ProductCardView[] }) {
  return (
    <View className="goods-grid">
      {items.map((goods) => (
        <GoodsCard key={goods.id} goods={goods} />
      ))}
    </View>
  );
}

/** The same goods one under the other, with more words. */
export function GoodsRows({ items }: { items: readonly ProductCardView[] }) {
  return (
    <View className="goods-rows">
      {items.map((goods) => (
        <Tap key={goods.id} className="goods goods-row" role="link" onTap={() => go.product(goods.id)}>
          <View className="goods-stage">
            <Picture className="goods-row-picture" url={goods.image?.thumbUrl} label={goods.title} />
            {goods.isSoldOut && <View className="goods-out">已售罄</View>}
          </View>
          <View className="goods-words">
            <View className="goods-title clamp2">{goods.title}</View>
            {goods.subtitle !== '' && <View className="goods-sub clamp1">{goods.subtitle}</View>}
            {goods.brandName !== null && <View className="tag goods-brand">{goods.brandName}</View>}
            <View className="goods-foot">
              <Price fen={goods.priceFen} />
              <OldPrice fen={goods.marketPriceFen} now={goods.priceFen} />
              <View className="grow" />
              <View className="goods-sales">{soldText(goods.salesCount)}</View>
            </View>
          </View>
        </Tap>
      ))}
    </View>
  );
}

/** A small tile for rows that scroll sideways. */
export function GoodsTile({ goods }: { goods: ProductCardView }) {
  return (
    <Tap className="tile" role="link" onTap={() => go.product(goods.id)}>
      <Picture className="tile-picture" url={goods.image?.thumbUrl} label={goods.title} />
      <View className="tile-title clamp1">{goods.title}</View>
      <View className="tile-foot">
        <Price fen={goods.priceFen} size="s" />
        <OldPrice fen={goods.marketPriceFen} now={goods.priceFen} />
      </View>
    </Tap>
  );
}
