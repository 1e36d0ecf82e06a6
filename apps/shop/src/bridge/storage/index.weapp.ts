// What the mini-program keeps on the phone.
import Taro from '@tarojs/taro';
import type { StorageBridge } from '../types.ts';

const memory = new Map<string, unknown>();

export const storage: StorageBridge = {
  read<T>(key: string) {
    const value: unknown = Taro.getStorageSync(key);
    return value === '' || value === undefined ? null : (value as T);
  },
  write: (key, value) => Taro.setStorageSync(key, value),
  remove: (key) => Taro.removeStorageSync(key),
  // The mini-program never goes through another site: its memory is enough.
  tab: {
    read: <T>(key: string) => (memory.get(key) as T | undefined) ?? null,
    write: (key, value) => void memory.set(key, value),
    remove: (key) => void memory.delete(key),
  },
  // There is only one mini-program running.
  alone: (_name, work) => work(),
  watch: () => undefined,
};
