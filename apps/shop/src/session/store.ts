// A value that screens watch: the smallest thing that does it.
import { useSyncExternalStore } from 'react';

export type Store<T> = { get(): T; set(next: T): void; watch(changed: () => void): () => void };

export function createStore<T>(first: T): Store<T> {
  let value = first;
  const watchers = new Set<() => void>();
  return {
    get: () => value,
    set(next) {
      if (Object.is(value, next)) return;
      value = next;
      for (const changed of Array.from(watchers)) changed();
    },
    watch(changed) {
      watchers.add(changed);
      return () => watchers.delete(changed);
    },
  };
}

export function useStore<T>(store: Store<T>): T {
  return useSyncExternalStore(store.watch, store.get, store.get);
}
