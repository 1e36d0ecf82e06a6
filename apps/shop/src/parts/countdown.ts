// A countdown that follows the server's clock and says once when it is over.
import { useEffect, useRef, useState } from 'react';
import { now } from '@/bridge/clock';
import { clockText, leftMs } from './moment.ts';

const TICK_MS = 1000;

export function useCountdown(until: string | null, over?: () => void): { left: number; text: string } {
  const [left, setLeft] = useState(() => (until === null ? 0 : leftMs(until, now())));
  const latest = useRef(over);
  latest.current = over;
  useEffect(() => {
    if (until === null) return undefined;
    let isOver = leftMs(until, now()) === 0;
    setLeft(leftMs(until, now()));
    const timer = setInterval(() => {
      const rest = leftMs(until, now());
      setLeft(rest);
      if (rest > 0 || isOver) return;
      isOver = true;
      clearInterval(timer);
      latest.current?.();
    }, TICK_MS);
    return () => clearInterval(timer);
  }, [until]);
  return { left, text: clockText(left) };
}
