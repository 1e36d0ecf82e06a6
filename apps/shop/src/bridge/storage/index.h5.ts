// What the web shop keeps in the browser. Private windows may refuse: then nothing is remembered.
import type { KeptBridge, StorageBridge } from '../types.ts';

const PREFIX = 'jishi.';

/** `areaOf` is asked anew each time: where storage is forbidden, already naming it throws. */
function keptIn(areaOf: () => Storage): KeptBridge {
  return {
    read<T>(key: string) {
      try {
        const text = areaOf().getItem(PREFIX + key);
        return text === null ? null : (JSON.parse(text) as T);
      } catch {
        return null;
      }
    },
    write(key, value) {
      try {
        areaOf().setItem(PREFIX + key, JSON.stringify(value));
      } catch {
        // Full or forbidden: the shop works on without memory.
      }
    },
    remove(key) {
      try {
        areaOf().removeItem(PREFIX + key);
      } catch {
        // Forbidden: then there was nothing to remove either.
      }
    },
  };
}

export const storage: StorageBridge = {
  // Shared by all tabs.
  ...keptIn(() => window.localStorage),
  tab: keptIn(() => window.sessionStorage),
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
