// What the mini-program keeps on the phone.
import Taro from '@tarojs/taro';
import type { StorageBridge } from '../types.ts';

export const storage: StorageBridge = {
  read<T>(key: string) {
    const value: unknown = Taro.getStorageSync(key);
    return value === '' || value === undefined ? null : (value as T);
  },
  write: (key, value) => Taro.setStorageSync(key, value),
  remove: (key) => Taro.removeStorageSync(key),
  // There is only one mini-program running.
  alone: (_name, work) => work(),
  watch: () => undefined,
};
