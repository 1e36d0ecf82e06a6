// Keeping what a page shows true: it asks anew when one comes back to it, and when one pulls it down.
import { stopPullDownRefresh, useDidShow, usePullDownRefresh } from '@tarojs/taro';
import { useRef } from 'react';

/** Asks anew whenever the page is shown again; the first showing is asked by `useAsk` or `useScroll` itself. */
export function useReturn(again: () => Promise<unknown>): void {
  const first = useRef(true);
  useDidShow(() => {
    if (!first.current) void again();
    first.current = false;
  });
}

/** Asks anew when the page is shown again and when it is pulled down. */
export function useFresh(again: () => Promise<unknown>): void {
  useReturn(again);
  usePullDownRefresh(() => void again().finally(stopPullDownRefresh));
}
