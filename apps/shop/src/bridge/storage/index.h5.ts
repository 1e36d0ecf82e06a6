// What the web shop keeps in the browser, shared by all its tabs. Private windows may refuse: then nothing is remembered.
import type { StorageBridge } from '../types.ts';

const PREFIX = 'jishi.';

export const storage: StorageBridge = {
  read<T>(key: string) {
    try {
      const text = window.localStorage.getItem(PREFIX + key);
      return text === null ? null : (JSON.parse(text) as T);
    } catch {
      return null;
    }
  },
  write(key, value) {
    try {
      window.localStorage.setItem(PREFIX + key, JSON.stringify(value));
    } catch {
      // Full or forbidden: the shop works on without memory.
    }
  },
  remove(key) {
    try {
      window.localStorage.removeItem(PREFIX + key);
    } catch {
      // Forbidden: then there was nothing to remove either.
    }
  },
  alone<T>(name: string, work: () => Promise<T>) {
    // Absent on insecure origins and in old browsers; there the last tab wins.
    if (!('locks' in navigator)) return work();
    return navigator.locks.request(PREFIX + name, work) as Promise<T>;
  },
  watch(key, changed) {
    window.addEventListener('storage', (event) => {
      if (event.key === PREFIX + key) changed();
    });
  },
};
