// A row of slides that snaps, by the browser's own scrolling: nothing to compute while a finger moves.
import { Children, useEffect, useRef, type CSSProperties, type ReactNode } from 'react';

type Props = {
  className?: string;
  style?: CSSProperties;
  children?: ReactNode;
  current?: number;
  /** Turns by itself, and begins again after the last one. */
  autoplay?: boolean;
  interval?: number;
  onChange?: (event: { detail: { current: number } }) => void;
};

export function Swiper({ className = '', style, children, current, autoplay, interval = 5000, onChange }: Props) {
  const row = useRef<HTMLDivElement>(null);
  const at = useRef(current ?? 0);
  const count = Children.count(children);

  const turnTo = (index: number, behavior: ScrollBehavior) => {
    const box = row.current;
    box?.scrollTo({ left: index * box.clientWidth, behavior });
  };
  useEffect(() => {
    if (current !== undefined && current !== at.current) turnTo(current, 'smooth');
  }, [current]);
  useEffect(() => {
    const isStill = window.matchMedia('(prefers-reduced-motion: reduce)').matches;
    if (!autoplay || count < 2 || isStill) return undefined;
    const timer = setInterval(() => {
      if (!document.hidden) turnTo((at.current + 1) % count, 'smooth');
    }, interval);
    return () => clearInterval(timer);
  }, [autoplay, count, interval]);

  const scrolled = () => {
    const box = row.current;
    if (!box || box.clientWidth === 0) return;
    const index = Math.min(count - 1, Math.round(box.scrollLeft / box.clientWidth));
    if (index === at.current) return;
    at.current = index;
    onChange?.({ detail: { current: index } });
  };
  return (
    <div ref={row} className={`swiper ${className}`} style={style} tabIndex={0} onScroll={scrolled}>
      {children}
    </div>
  );
}

export function SwiperItem({ className = '', children }: { className?: string; children?: ReactNode }) {
  return <div className={`swiper-item ${className}`}>{children}</div>;
}
