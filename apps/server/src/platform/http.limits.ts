// Request limits: so many calls per minute and caller, remembered by this process.
import { fail } from './fail.ts';

const WINDOW_MS = 60_000;
/** Callers remembered at once; the longest silent are forgotten first, so memory has a bound under attack. */
const CALLERS_MAX = 50_000;

/**
 * Whom an address stands for: itself, or with IPv6 the network of 64 bits that one household is given, since it could
 * otherwise call from a new address every time.
 */
export function networkOf(ip: string): string {
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(ip)?.[1];
  if (mapped !== undefined || !ip.includes(':')) return mapped ?? ip;
  const [head = '', tail] = ip.split('::');
  const groups = head === '' ? [] : head.split(':');
  const after = tail === undefined || tail === '' ? [] : tail.split(':');
  const zeros = tail === undefined ? 0 : Math.max(0, 8 - groups.length - after.length);
  const whole = [...groups, ...Array.from({ length: zeros }, () => '0'), ...after];
  const network = whole.slice(0, 4).map((group) => Number.parseInt(group, 16).toString(16));
  return `${network.join(':')}::/64`;
}

type Window = { start: number; count: number; before: number };

export type Limits = {
  /** Counts one call of `caller`; refuses with rate.limited beyond `perMinute`. */
  take(caller: string, perMinute: number): void;
};

/** A sliding minute, estimated from the running and the last full one: no burst of twice the limit at the edge. */
export function createLimits(now: () => number = () => performance.now()): Limits {
  const windows = new Map<string, Window>();
  return {
    take: (caller, perMinute) => {
      const at = now();
      let window = windows.get(caller) ?? { start: at, count: 0, before: 0 };
      const age = at - window.start;
      if (age >= 2 * WINDOW_MS) window = { start: at, count: 0, before: 0 };
      else if (age >= WINDOW_MS) window = { start: window.start + WINDOW_MS, count: 0, before: window.count };
      const passed = (at - window.start) / WINDOW_MS;
      const used = window.count + window.before * (1 - passed);
      windows.delete(caller);
      windows.set(caller, window);
      if (windows.size > CALLERS_MAX) windows.delete(windows.keys().next().value as string);
      if (used + 1 > perMinute) {
        fail('rate.limited', { retryAfterSeconds: Math.max(1, Math.ceil((1 - passed) * (WINDOW_MS / 1000))) });
      }
      window.count += 1;
    },
  };
}

export const noLimits: Limits = { take: () => {} };
