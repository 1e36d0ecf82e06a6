// How far it is to free shipping, as a sentence and as a bar that fills.
import { freeShippingText, untilFreeText, type QuoteView } from '@jishi/contract';
import { View } from '@tarojs/components';
import { go } from '@/bridge/go';
import { Icon } from '@/parts/icon';
import { shippingRule, shopSettings } from '@/parts/settings';
import { Tap } from '@/parts/tap';
import { useAsk } from '@/session/ask';

export function FreeHint({ quote }: { quote: QuoteView | null }) {
  const shop = useAsk('shop', shopSettings, { keep: true });
  if (shop.value === null) return null;
  const rule = shippingRule(shop.value);
  const has = quote === null ? 0 : quote.goodsFen - quote.discountFen;
  const left = rule.freeFromFen - has;
  const isFree = rule.feeFen === 0 || rule.freeFromFen === 0 || (quote !== null && quote.shippingFen === 0);
  const share = isFree ? 1 : Math.max(0.04, Math.min(1, has / rule.freeFromFen));
  return (
    <View className="free">
      <View className="row free-row">
        <Icon name="truck" size="s" tone={isFree ? 'good' : 'brand-deep'} />
        <View className={`grow free-word${isFree ? ' free-word-done' : ''}`}>
          {isFree ? '已包邮' : left > 0 && quote !== null ? untilFreeText(left) : freeShippingText(rule)}
        </View>
        {!isFree && (
          <Tap className="free-more" wide role="link" onTap={() => go.list({ name: '凑单包邮', sort: 'sales' })}>
            去凑单
          </Tap>
        )}
      </View>
      <View className="free-track">
        <View className={`free-fill${isFree ? ' free-fill-done' : ''}`} style={{ width: `${share * 100}%` }} />
      </View>
    </View>
  );
}
