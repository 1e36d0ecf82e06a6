// Whether there is a network, as the browser tells it.
import type { NetworkBridge } from '../types.ts';

export const networkBridge: NetworkBridge = {
  watch(changed) {
    changed(navigator.onLine);
    window.addEventListener('online', () => changed(true));
    window.addEventListener('offline', () => changed(false));
  },
};
