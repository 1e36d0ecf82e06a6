// One product: look at it, choose a SKU, put it into the cart or buy it at once.
import { addToCart, getProduct, type Id } from '@jishi/contract';
import { View } from '@tarojs/components';
import { useDidShow, useRouter, useShareAppMessage } from '@tarojs/taro';
import { useState } from 'react';
import { api, useIntent } from '@/api';
import { go, pathOf, queryValue } from '@/bridge/go';
import { note, praise } from '@/bridge/say';
import { putBasket } from '@/parts/basket';
import { BackTop } from '@/parts/back-top';
import { TextBones } from '@/parts/bones';
import { refreshCartCount, showCartCount } from '@/parts/cart-count';
import { Trouble } from '@/parts/empty';
import { Page } from '@/parts/page';
import { SkuSheet, type Purpose, type Taken } from '@/parts/sku-sheet';
import { asProblem, useAsk } from '@/session/ask';
import type { Errand } from '@/session/errand';
import { askToSignIn, useErrand } from '@/session/session';
import { ProductBody } from './body.tsx';
import { BuyBar } from './buy-bar.tsx';
import './index.scss';

export default function Product() {
  const { params } = useRouter();
  const productId = (queryValue(params, 'id') ?? '') as Id<'product'>;
  const asked = useAsk(productId, () => api(getProduct, { productId }), { keep: true });
  const [purpose, setPurpose] = useState<Purpose | null>(null);
  const [said, setSaid] = useState('');
  const product = asked.value;
  useDidShow(() => void refreshCartCount());
  useShareAppMessage(() => ({ title: product?.title ?? '好物分享', path: pathOf('goods/product', { id: productId }) }));
  const { take, busy } = useTake(productId, () => setPurpose(null), asked.reload);
  return (
    <Page
      title="商品详情"
      dock={product && <BuyBar product={product} onOpen={setPurpose} />}
      over={
        product && (
          <SkuSheet
            open={purpose !== null}
            product={product}
            purpose={purpose ?? 'both'}
            busy={busy}
            onTake={(taken) => void take(taken)}
            onClose={() => setPurpose(null)}
            onChosen={setSaid}
          />
        )
      }
    >
      {product === null && asked.problem !== null && (
        <Trouble away problem={asked.problem} onRetry={() => void asked.reload()} />
      )}
      {product === null && asked.problem === null && <ProductBones />}
      {product !== null && <ProductBody product={product} said={said} onChoose={() => setPurpose('both')} />}
      <BackTop />
    </Page>
  );
}

/** Puts the chosen SKU where it was meant to go, be it only after a sign-in elsewhere. */
function useTake(productId: Id<'product'>, close: () => void, reload: () => Promise<void>) {
  const intent = useIntent();
  const [busy, setBusy] = useState(false);
  function buy(wish: Errand['wish']) {
    close();
    putBasket({ lines: [wish], fromCart: false });
    go.checkout();
  }
  async function add(wish: Errand['wish']) {
    setBusy(true);
    try {
      const cart = await intent(wish, (key) => api(addToCart, wish, { key }));
      showCartCount(cart.count);
      close();
      praise('已加入购物车');
    } catch (thrown) {
      const problem = asProblem(thrown);
      note(problem.message);
      // What we showed is out of date: look again.
      if (problem.code === 'inventory.short' || problem.code === 'sku.not_found') void reload();
    } finally {
      setBusy(false);
    }
  }
  async function take({ sku, quantity, purpose }: Taken) {
    const wish = { skuId: sku.id, quantity };
    if (!(await askToSignIn({ productId, purpose, wish, key: intent.keyOf(wish) }))) return;
    if (purpose === 'buy') buy(wish);
    else await add(wish);
  }
  useErrand(productId, ({ purpose, wish, key }) => {
    if (purpose === 'buy') return buy(wish);
    intent.resume(wish, key);
    void add(wish);
  });
  return { take, busy };
}

function ProductBones() {
  return (
    <>
      <View className="bone product-bone" />
      <TextBones count={2} />
    </>
  );
}
