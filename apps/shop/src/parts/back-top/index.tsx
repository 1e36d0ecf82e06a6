// The short way back to the top of a long page.
import Taro, { usePageScroll } from '@tarojs/taro';
import { useState } from 'react';
import { Icon } from '@/parts/icon';
import { Tap } from '@/parts/tap';
import './index.scss';

/** It shows after about two screens. */
const FROM_PX = 1200;

export function BackTop() {
  const [isFar, setFar] = useState(false);
  usePageScroll(({ scrollTop }) => setFar(scrollTop > FROM_PX));
  if (!isFar) return null;
  return (
    <Tap
      className="back-top"
      label="回到顶部"
      onTap={() => void Promise.resolve(Taro.pageScrollTo({ scrollTop: 0 })).catch(() => undefined)}
    >
      <Icon name="up" tone="ink-2" />
    </Tap>
  );
}
