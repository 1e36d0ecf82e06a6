// Taking a transfer inside the mini-program: WeChat's own page.
import type { ReceiveBridge } from '../types.ts';

export const receiveBridge: ReceiveBridge = ({ mchId, appId, package: bill }) =>
  new Promise((resolve) => {
    // Old versions of WeChat cannot.
    if (!wx.requestMerchantTransfer) {
      resolve('unable');
      return;
    }
    wx.requestMerchantTransfer({
      mchId,
      appId,
      package: bill,
      success: () => resolve('done'),
      fail: ({ errMsg }) => resolve(errMsg.includes('cancel') ? 'cancelled' : 'failed'),
    });
  });
