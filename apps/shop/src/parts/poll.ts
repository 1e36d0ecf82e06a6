// Asking again and again, patiently: while the page is shown, until told to stop.
import { useDidHide, useDidShow } from '@tarojs/taro';
import { useEffect, useRef, useState } from 'react';

/** Runs `work` every `everyMs` while `isOn` and the page is in front; never two at once. */
export function usePolling(isOn: boolean, everyMs: number, work: () => Promise<unknown>) {
  const [isShown, setShown] = useState(true);
  const latest = useRef(work);
  latest.current = work;
  useDidShow(() => setShown(true));
  useDidHide(() => setShown(false));
  useEffect(() => {
    if (!isOn || !isShown) return undefined;
    let isBusy = false;
    const timer = setInterval(() => {
      if (isBusy) return;
      isBusy = true;
      void latest
        .current()
        .catch(() => undefined)
        .finally(() => {
          isBusy = false;
        });
    }, everyMs);
    return () => clearInterval(timer);
  }, [isOn, isShown, everyMs]);
}
