// Choosing a SKU: up to three specs, the dead ends shown as such, the price and stock of what is chosen.
import type { getProduct, Got, SkuView } from '@jishi/contract';
import { View } from '@tarojs/components';
import { useState } from 'react';
import { note, showPictures } from '@/bridge/say';
import { place } from '@/bridge/place';
import { Button } from '@/parts/button';
import { Picture } from '@/parts/picture';
import { OldPrice, Price } from '@/parts/price';
import { Sheet } from '@/parts/sheet';
import { Stepper } from '@/parts/stepper';
import { Tap } from '@/parts/tap';
import { chosenSku, firstChoice, missing, toggle, valueState, type Chosen } from './sku-choice.ts';
import './index.scss';

type Product = Got<typeof getProduct>;
export type Purpose = 'cart' | 'buy' | 'both';
export type Taken = { sku: SkuView; quantity: number; purpose: 'cart' | 'buy' };

type Props = {
  open: boolean;
  product: Product;
  purpose: Purpose;
  busy: boolean;
  onTake: (taken: Taken) => void;
  onClose: () => void;
  onChosen: (text: string) => void;
};

export function SkuSheet({ open, product, purpose, busy, onTake, onClose, onChosen }: Props) {
  const [chosen, setChosen] = useState<Chosen>(() => firstChoice(product.specs, product.skus));
  const [quantity, setQuantity] = useState(1);
  const sku = chosenSku(product.skus, chosen);
  const lack = missing(product.specs, chosen);
  function choose(next: Chosen) {
    setChosen(next);
    const target = chosenSku(product.skus, next);
    if (target) setQuantity(Math.max(1, Math.min(quantity, target.available)));
    onChosen(target ? target.specValues.join('，') : '');
  }
  function take(aim: 'cart' | 'buy') {
    if (lack !== '') return note(`请选择${lack}`);
    if (sku === null || sku.available <= 0) return note('这个规格已售罄');
    onTake({ sku, quantity, purpose: aim });
  }
  const foot = <TakeButtons purpose={purpose} busy={busy} onTake={take} />;
  return (
    <Sheet open={open} onClose={onClose} foot={foot}>
      <SkuHead product={product} sku={sku} lack={lack} />
      <Specs product={product} chosen={chosen} onChoose={choose} />
      <View className="row-between sku-count">
        <View className="heading">数量</View>
        <Stepper value={quantity} max={sku?.available ?? 99} onChange={setQuantity} />
      </View>
    </Sheet>
  );
}

function SkuHead({ product, sku, lack }: { product: Product; sku: SkuView | null; lack: string }) {
  const picture = sku?.image ?? product.image;
  const left = sku === null ? product.skus.reduce((sum, one) => sum + Math.max(0, one.available), 0) : sku.available;
  return (
    <View className="row sku-head">
      <Tap onTap={() => picture && showPictures([place.picture(picture.url)], place.picture(picture.url))}>
        <Picture className="sku-picture" url={picture?.thumbUrl} label={product.title} />
      </Tap>
      <View className="grow">
        <View className="row sku-price">
          <Price fen={sku?.priceFen ?? product.priceFen} maxFen={sku ? undefined : product.maxPriceFen} size="l" />
          <OldPrice fen={sku?.marketPriceFen ?? null} now={sku?.priceFen ?? 0} />
        </View>
        <View className="muted">{left > 0 ? (left <= 10 ? `仅剩 ${left} 件` : `库存 ${left} 件`) : '已售罄'}</View>
        <View className="sku-said clamp2">
          {lack !== ''
            ? `请选择 ${lack}`
            : product.specs.length > 0
              ? `已选 ${sku?.specValues.join('，') ?? ''}`
              : '标准规格'}
        </View>
      </View>
    </View>
  );
}

type SpecsProps = { product: Product; chosen: Chosen; onChoose: (next: Chosen) => void };

function Specs({ product, chosen, onChoose }: SpecsProps) {
  return (
    <>
      {product.specs.map((spec, index) => (
        <View key={spec.name} className="spec">
          <View className="heading">{spec.name}</View>
          <View className="spec-values">
            {spec.values.map((value) => {
              const state = valueState(product.skus, chosen, index, value);
              return (
                <Tap
                  key={value}
                  className={`spec-value spec-${state}`}
                  role="button"
                  label={state === 'sold_out' ? `${value}，已售罄` : value}
                  onTap={() => {
                    if (state === 'sold_out') note('这个规格已售罄');
                    else if (state === 'impossible') onChoose(chosen.map((_now, at) => (at === index ? value : null)));
                    else onChoose(toggle(chosen, index, value));
                  }}
                >
                  {value}
                  {state === 'sold_out' && <View className="spec-mark">缺货</View>}
                </Tap>
              );
            })}
          </View>
        </View>
      ))}
    </>
  );
}

type TakeProps = { purpose: Purpose; busy: boolean; onTake: (purpose: 'cart' | 'buy') => void };

function TakeButtons({ purpose, busy, onTake }: TakeProps) {
  return (
    <View className="row sku-take">
      {purpose !== 'buy' && (
        <View className="grow">
          <Button block kind={purpose === 'both' ? 'second' : 'main'} busy={busy} onTap={() => onTake('cart')}>
            加入购物车
          </Button>
        </View>
      )}
      {purpose !== 'cart' && (
        <View className="grow">
          <Button block busy={busy} onTap={() => onTake('buy')}>
            立即购买
          </Button>
        </View>
      )}
    </View>
  );
}
