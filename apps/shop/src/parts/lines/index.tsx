// Bought things in a row: on the checkout, in orders, in after-sale cases.
import type { Picture as PictureView } from '@jishi/contract';
import { View } from '@tarojs/components';
import type { ReactNode } from 'react';
import { Picture } from '@/parts/picture';
import { Price } from '@/parts/price';
import { Tap } from '@/parts/tap';
import './index.scss';

type Props = {
  image: PictureView | null;
  title: string;
  specText: string;
  unitFen: number;
  quantity: number;
  onTap?: () => void;
  children?: ReactNode;
};

export function BoughtLine({ image, title, specText, unitFen, quantity, onTap, children }: Props) {
  return (
    <Frame onTap={onTap}>
      <Picture className="bought-picture" url={image?.thumbUrl} label={title} />
      <View className="grow">
        <View className="bought-title clamp2">{title}</View>
        {specText !== '' && <View className="muted clamp1">{specText}</View>}
        {children}
      </View>
      <View className="bought-end">
        <Price fen={unitFen} size="s" tone="ink" />
        <View className="muted num">×{quantity}</View>
      </View>
    </Frame>
  );
}

/** Only what leads somewhere says that it does. */
function Frame({ onTap, children }: { onTap: (() => void) | undefined; children: ReactNode }) {
  return onTap === undefined ? (
    <View className="bought">{children}</View>
  ) : (
    <Tap className="bought" role="link" onTap={onTap}>
      {children}
    </Tap>
  );
}
