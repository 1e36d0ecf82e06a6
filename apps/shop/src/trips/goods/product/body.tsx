// What a product page tells: pictures, price, promises, the story.
import type { getProduct, Got } from '@jishi/contract';
import { Swiper, SwiperItem, Text, View } from '@tarojs/components';
import { useState } from 'react';
import { go } from '@/bridge/go';
import { place } from '@/bridge/place';
import { showPictures } from '@/bridge/say';
import { Icon } from '@/parts/icon';
import { Picture } from '@/parts/picture';
import { OldPrice, Price } from '@/parts/price';
import { soldText } from '@/parts/price/amount';
import { Tap } from '@/parts/tap';

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
        <View className="row product-price">
          <Price fen={product.priceFen} maxFen={product.maxPriceFen} size="l" />
          <OldPrice fen={product.marketPriceFen} now={product.priceFen} />
        </View>
        <View className="muted">{soldText(product.salesCount)}</View>
      </View>
      <View className="product-title">
        {product.isSoldOut && <Text className="tag tag-quiet product-tag">已售罄</Text>}
        <Text userSelect>{product.title}</Text>
      </View>
      {product.subtitle !== '' && <View className="product-sub">{product.subtitle}</View>}
      <View className="row product-tags">
        {product.brandName !== null && <View className="tag">{product.brandName}</View>}
        {last && (
          <Tap className="tag tag-quiet" role="link" onTap={() => go.list({ categoryId: last.id, name: last.name })}>
            {last.name}
          </Tap>
        )}
      </View>
    </View>
  );
}

function Story({ product }: { product: Product }) {
  return (
    <View className="card">
      <View className="heading product-story-head">商品介绍</View>
      {product.description === '' && product.images.length === 0 && <View className="muted">商家还没有写介绍</View>}
      {product.description.split('\n').map((paragraph, index) => (
        <View key={index} className="product-paragraph">
          <Text userSelect>{paragraph}</Text>
        </View>
      ))}
    </View>
  );
}
