// The bar at the thumb: home, cart, share, and the two ways to have it.
import type { getProduct, Got } from '@jishi/contract';
import { Button as Native, View } from '@tarojs/components';
import { go, pathOf } from '@/bridge/go';
import { shareBridge } from '@/bridge/share';
import { Button } from '@/parts/button';
import { cartCount } from '@/parts/cart-count';
import { Icon } from '@/parts/icon';
import type { Purpose } from '@/parts/sku-sheet';
import { useStore } from '@/session/store';

type Props = { product: Got<typeof getProduct>; onOpen: (purpose: Purpose) => void };

export function BuyBar({ product, onOpen }: Props) {
  const count = useStore(cartCount);
  const share = () => void shareBridge.share(pathOf('goods/product', { id: product.id }), product.title);
  return (
    <View className="buy-bar">
      <View className="buy-side press" onClick={() => go.tab('home')}>
        <Icon name="home" />
        <View>首页</View>
      </View>
      {shareBridge.hasNativeButton ? (
        <Native className="buy-side" openType="share">
          <Icon name="share" />
          <View>分享</View>
        </Native>
      ) : (
        <View className="buy-side press" onClick={share}>
          <Icon name="share" />
          <View>分享</View>
        </View>
      )}
      <View className="buy-side press" onClick={() => go.tab('cart')}>
        <Icon name="cart" />
        <View>购物车</View>
        {count > 0 && <View className="buy-dot num">{count > 99 ? '99+' : count}</View>}
      </View>
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
