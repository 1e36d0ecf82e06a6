// A line icon as a background picture: works in both worlds without a font file.
import { View } from '@tarojs/components';
import { ICONS, type IconName } from '@/design/icons';
import './index.scss';

type Props = { name: IconName; size?: 's' | 'm' | 'l' | 'xl'; colour?: string; bold?: boolean };

export function Icon({ name, size = 'm', colour = '#2a211c', bold = false }: Props) {
  const svg =
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 24" fill="none" stroke="${colour}" ` +
    `stroke-width="${bold ? 2.4 : 1.7}" stroke-linecap="round" stroke-linejoin="round">${ICONS[name]}</svg>`;
  return (
    <View
      className={`icon icon-${size}`}
      style={{ backgroundImage: `url("data:image/svg+xml,${encodeURIComponent(svg)}")` }}
    />
  );
}
