// What a product page tells: pictures, price, promises, the story.
import { listProducts, type getProduct, type Got } from '@jishi/contract';
import { Swiper, SwiperItem, Text, View } from '@tarojs/components';
import { useState } from 'react';
import { api } from '@/api';
import { go } from '@/bridge/go';
import { place } from '@/bridge/place';
import { showPictures } from '@/bridge/say';
import { GoodsGrid } from '@/parts/goods-card';
import { Icon } from '@/parts/icon';
import { Picture } from '@/parts/picture';
import { OldPrice, Price } from '@/parts/price';
import { soldText } from '@/parts/price/amount';
import { Tap } from '@/parts/tap';
import { useAsk } from '@/session/ask';

type Product = Got<typeof getProduct>;

export function ProductBody({ product, said, onChoose }: { product: Product; said: string; onChoose: () => void }) {
  return (
    <View className="rise-enter">
      <Gallery product={product} />
      <Facts product={product} />
      <View className="card product-rows">
        {product.specs.length > 0 && (
          <Tap className="product-row" onTap={onChoose}>
            <View className="product-row-name">选择</View>
            <View className="grow clamp1">
              {said !== '' ? `已选 ${said}` : `请选择 ${product.specs.map((spec) => spec.name).join(' / ')}`}
            </View>
            <Icon name="right" size="s" tone="ink-3" />
          </Tap>
        )}
        {product.shippingNote !== '' && (
          <View className="product-row">
            <View className="product-row-name">配送</View>
            <View className="grow">{product.shippingNote}</View>
          </View>
        )}
        {product.aftersaleNote !== '' && (
          <View className="product-row">
            <View className="product-row-name">服务</View>
            <View className="grow">{product.aftersaleNote}</View>
          </View>
        )}
      </View>
      <Story product={product} />
      <Alike product={product} />
    </View>
  );
}

function Gallery({ product }: { product: Product }) {
  const [at, setAt] = useState(0);
  const pictures = product.images;
  if (pictures.length === 0) return <Picture className="gallery-none" url={null} />;
  const urls = pictures.map((picture) => place.picture(picture.url));
  return (
    <View className="gallery">
      <Swiper
        className="gallery-swiper"
        circular={pictures.length > 1}
        onChange={(event) => setAt(event.detail.current)}
      >
        {pictures.map((picture, index) => (
          <SwiperItem key={picture.fileId}>
            <Tap className="gallery-item" onTap={() => showPictures(urls, urls[index] ?? '')}>
              <Picture className="gallery-picture" url={picture.url} label={`${product.title} 图 ${index + 1}`} />
            </Tap>
          </SwiperItem>
        ))}
      </Swiper>
      {pictures.length > 1 && (
        <View className="gallery-at num">
          {at + 1}/{pictures.length}
        </View>
      )}
    </View>
  );
}

function Facts({ product }: { product: Product }) {
  const last = product.categoryPath.at(-1);
  return (
    <View className="card product-facts">
      <View className="row-between">
        <View className="row grow product-price">
          <Price fen={product.priceFen} maxFen={product.maxPriceFen} size="l" />
          <OldPrice fen={product.marketPriceFen} now={product.priceFen} />
        </View>
        <View className="muted product-sold">{soldText(product.salesCount)}</View>
      </View>
      <View className="product-title">
        {product.isSoldOut && <Text className="tag tag-quiet product-tag">已售罄</Text>}
        <Text userSelect>{product.title}</Text>
      </View>
      {product.subtitle !== '' && <View className="product-sub">{product.subtitle}</View>}
      <LeftHint product={product} />
      <View className="row product-tags">
        {product.brandName !== null && <View className="tag">{product.brandName}</View>}
        {last && (
          <Tap
            className="tag tag-quiet"
            wide
            role="link"
            onTap={() => go.list({ categoryId: last.id, name: last.name })}
          >
            {last.name}
          </Tap>
        )}
      </View>
    </View>
  );
}

/** So few are left that it is worth saying. */
const FEW = 10;

function LeftHint({ product }: { product: Product }) {
  const left = product.skus.reduce((sum, sku) => sum + Math.max(0, sku.available), 0);
  if (product.isSoldOut) return <View className="product-left">暂时缺货，可以看看下面的同类商品</View>;
  if (left > FEW) return null;
  return <View className="product-left num">仅剩 {left} 件，欲购从速</View>;
}

function Story({ product }: { product: Product }) {
  // The first picture is the one everybody has just seen on top.
  const pictures = product.images.slice(1);
  const urls = product.images.map((picture) => place.picture(picture.url));
  return (
    <View className="card">
      <View className="heading product-story-head">商品介绍</View>
      {product.description === '' && pictures.length === 0 && <View className="muted">商家还没有写介绍</View>}
      {product.description !== '' &&
        product.description.split('\n').map((paragraph, index) => (
          <View key={index} className="product-paragraph">
            <Text userSelect>{paragraph}</Text>
          </View>
        ))}
      {pictures.map((picture, index) => (
        <View key={picture.fileId} className="product-shot" onClick={() => showPictures(urls, urls[index + 1] ?? '')}>
          <Picture className="product-shot-picture" url={picture.url} label={`${product.title} 细节图 ${index + 1}`} />
        </View>
      ))}
    </View>
  );
}

const ALIKE_MAX = 7;

/** Others of the same category, best sellers first. */
function Alike({ product }: { product: Product }) {
  const category = product.categoryPath.at(-1);
  const asked = useAsk(
    `alike ${category?.id ?? ''}`,
    async () =>
      category === undefined
        ? []
        : (await api(listProducts, { categoryId: category.id, sort: 'sales', limit: ALIKE_MAX })).items,
    { keep: true },
  );
  const items = (asked.value ?? []).filter((one) => one.id !== product.id).slice(0, ALIKE_MAX - 1);
  if (items.length === 0) return null;
  return (
    <View>
      <View className="heading product-alike">看了又看</View>
      <GoodsGrid items={items} />
    </View>
  );
}
