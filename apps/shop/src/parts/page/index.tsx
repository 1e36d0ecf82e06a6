// The frame of every page: the bar on top that WeChat gives and browsers lack, the body, the dock at the thumb.
import { View } from '@tarojs/components';
import { useDidHide, useDidShow } from '@tarojs/taro';
import { useEffect, useState, type ReactNode } from 'react';
import { go } from '@/bridge/go';
import { place } from '@/bridge/place';
import { setTitle } from '@/bridge/say';
import { Icon } from '@/parts/icon';
import { LineBar } from '@/parts/line-bar';
import { LoginSheet } from '@/parts/login-sheet';
import { Tap } from '@/parts/tap';
import './index.scss';

type Props = {
  children: ReactNode;
  title: string;
  /** A tab has no way back. */
  tab?: boolean;
  /** No bar at all: the page draws its own. */
  bare?: boolean;
  /** The body fills the page and scrolls inside itself. */
  flush?: boolean;
  dock?: ReactNode;
  /** Laid over the page: sheets and pickers. */
  over?: ReactNode;
};

export function Page({ children, title, tab, bare, flush, dock, over }: Props) {
  const [isShown, setShown] = useState(true);
  useDidShow(() => {
    setShown(true);
    setTitle(title);
  });
  useDidHide(() => setShown(false));
  useEffect(() => setTitle(title), [title]);
  return (
    <View className={`page page-${place.name}${tab ? ' page-tab' : ''}`}>
      {place.name === 'h5' && !bare && <TopBar title={title} tab={tab ?? false} />}
      <LineBar />
      <View className={`page-body${flush ? ' page-flush' : ''}`}>{children}</View>
      {dock && <View className="page-dock">{dock}</View>}
      {over}
      {isShown && <LoginSheet />}
    </View>
  );
}

function TopBar({ title, tab }: { title: string; tab: boolean }) {
  return (
    <View className="top-bar">
      {!tab && (
        <Tap className="top-bar-back" label="返回" role="button" onTap={go.back}>
          <Icon name="back" size="m" bold />
        </Tap>
      )}
      <View className="top-bar-title clamp1">{title}</View>
    </View>
  );
}
