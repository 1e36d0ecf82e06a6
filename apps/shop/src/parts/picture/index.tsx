// A picture of a product or a person, with a warm place-holder when there is none or it does not load.
import { Image, View } from '@tarojs/components';
import { useState } from 'react';
import { place } from '@/bridge/place';
import { Icon } from '@/parts/icon';
import type { IconName } from '@/design/icons';
import './index.scss';

type Props = { url: string | null | undefined; className?: string; instead?: IconName; label?: string };

export function Picture({ url, className = '', instead = 'image', label }: Props) {
  const [broken, setBroken] = useState<string | null>(null);
  if (!url || broken === url) {
    return (
      <View className={`picture picture-none ${className}`}>
        <Icon name={instead} size="l" tone="plate" />
      </View>
    );
  }
  return (
    <View className={`picture ${className}`}>
      <Image
        className="picture-img"
        src={place.picture(url)}
        mode="aspectFill"
        lazyLoad
        {...(label ? { ariaLabel: label } : {})}
        onError={() => setBroken(url)}
      />
    </View>
  );
}
