// Paying inside the mini-program: always JSAPI.
import Taro from '@tarojs/taro';
import type { PayBridge } from '../types.ts';

export const payBridge: PayBridge = {
  channel: () => Promise.resolve('jsapi'),
  async pay(params) {
    if (params.channel === 'balance') return 'done';
    if (params.channel !== 'jsapi') return 'failed';
    const { timeStamp, nonceStr, package: prepay, signType, paySign } = params;
    try {
      await Taro.requestPayment({ timeStamp, nonceStr, package: prepay, signType, paySign });
      return 'done';
    } catch (problem) {
      return String((problem as { errMsg?: string }).errMsg).includes('cancel') ? 'cancelled' : 'failed';
    }
  },
};
