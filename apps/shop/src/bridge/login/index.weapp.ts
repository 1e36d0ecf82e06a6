// Signing in inside WeChat: the mini-program gets a one-time code without leaving.
import Taro from '@tarojs/taro';
import type { LoginBridge } from '../types.ts';

export const loginBridge: LoginBridge = {
  async begin() {
    const { code } = await Taro.login();
    return { code, platform: 'weapp' };
  },
  returned: () => null,
};
