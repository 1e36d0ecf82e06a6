// Whether there is a network, as WeChat tells it.
import Taro from '@tarojs/taro';
import type { NetworkBridge } from '../types.ts';

export const networkBridge: NetworkBridge = {
  watch(changed) {
    Taro.onNetworkStatusChange?.(({ isConnected }) => changed(isConnected));
  },
};
