// A small memory of this process: values that may be a little old, asked for once however many want them.
import type { Clock } from './clock.ts';

export type Cache<V> = {
  /** The remembered value, or what `load` brings; callers at the same moment share one load. */
  get(key: string, load: () => Promise<V>): Promise<V>;
  drop(key: string): void;
  clear(): void;
};

export function createCache<V>(settings: { clock: Clock; seconds: number; entriesMax?: number }): Cache<V> {
  const { clock, seconds, entriesMax = 1000 } = settings;
  const entries = new Map<string, { value: Promise<V>; until: number }>();
  return {
    get: (key, load) => {
      const now = clock.now().getTime();
      const known = entries.get(key);
      if (known && known.until > now) return known.value;
      const value = load();
      const entry = { value, until: now + seconds * 1000 };
      entries.delete(key);
      entries.set(key, entry);
      // A failure is not worth remembering.
      value.catch(() => {
        if (entries.get(key) === entry) entries.delete(key);
      });
      const [oldest] = entries.keys();
      if (entries.size > entriesMax && oldest !== undefined) entries.delete(oldest);
      return value;
    },
    drop: (key) => void entries.delete(key),
    clear: () => entries.clear(),
  };
}
