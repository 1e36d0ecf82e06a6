// A line icon as a mask over a colour: it follows the theme, and needs no font file.
import { View } from '@tarojs/components';
import type { CSSProperties } from 'react';
import { ICONS, type IconName } from '@/design/icons';
import './index.scss';

export type Tone =
  | 'ink'
  | 'ink-2'
  | 'ink-3'
  | 'ink-4'
  | 'brand'
  | 'brand-deep'
  | 'good'
  /** On a picture or a filled ground. */
  | 'on'
  /** On the plate of an empty state. */
  | 'plate';

type Props = { name: IconName; size?: 's' | 'm' | 'l' | 'xl'; tone?: Tone; bold?: boolean };

export function Icon({ name, size = 'm', tone = 'ink', bold = false }: Props) {
  const svg =
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 24" fill="none" stroke="black" ` +
    `stroke-width="${bold ? 2.4 : 1.7}" stroke-linecap="round" stroke-linejoin="round">${ICONS[name]}</svg>`;
  const style = { '--icon': `url("data:image/svg+xml,${encodeURIComponent(svg)}")` } as CSSProperties;
  return <View className={`icon icon-${size} icon-${tone}`} style={style} />;
}
