// The bar at the thumb: home, cart, share, and the two ways to have it.
import type { getProduct, Got } from '@jishi/contract';
import { Button as Native, View } from '@tarojs/components';
import { go, pathOf } from '@/bridge/go';
import { shareBridge } from '@/bridge/share';
import { Button } from '@/parts/button';
import { cartCount } from '@/parts/cart-count';
import { Icon } from '@/parts/icon';
import { badgeText } from '@/parts/price/amount';
import type { Purpose } from '@/parts/sku-sheet';
import { Tap } from '@/parts/tap';
import { useStore } from '@/session/store';

type Props = { product: Got<typeof getProduct>; onOpen: (purpose: Purpose) => void };

export function BuyBar({ product, onOpen }: Props) {
  const count = useStore(cartCount);
  const share = () => void shareBridge.share(pathOf('goods/product', { id: product.id }), product.title);
  return (
    <View className="buy-bar">
      <Tap className="buy-side" role="link" onTap={() => go.tab('home')}>
        <Icon name="home" />
        <View>首页</View>
      </Tap>
      {shareBridge.hasNativeButton ? (
        <Native className="buy-side" openType="share">
          <Icon name="share" />
          <View>分享</View>
        </Native>
      ) : (
        <Tap className="buy-side" onTap={share}>
          <Icon name="share" />
          <View>分享</View>
        </Tap>
      )}
      <Tap className="buy-side" role="link" onTap={() => go.tab('cart')}>
        <Icon name="cart" />
        <View>购物车</View>
        {count > 0 && <View className="buy-dot num">{badgeText(count)}</View>}
      </Tap>
      {product.isSoldOut ? (
        <View className="grow">
          <Button block disabled>
            已售罄
          </Button>
        </View>
      ) : (
        <View className="buy-main">
          <Button kind="second" block onTap={() => onOpen('cart')}>
            加入购物车
          </Button>
          <Button block onTap={() => onOpen('buy')}>
            立即购买
          </Button>
        </View>
      )}
    </View>
  );
}
