// Taking a transfer on the web: only inside WeChat, through the bridge that it puts into the page.
import type { ReceiveBridge } from '../types.ts';

export const receiveBridge: ReceiveBridge = ({ mchId, appId, package: bill }) =>
  new Promise((resolve) => {
    if (!window.WeixinJSBridge) {
      resolve('unable');
      return;
    }
    window.WeixinJSBridge.invoke('requestMerchantTransfer', { mchId, appId, package: bill }, ({ err_msg: answer }) => {
      if (answer === 'requestMerchantTransfer:ok') resolve('done');
      else resolve(answer === 'requestMerchantTransfer:cancel' ? 'cancelled' : 'failed');
    });
  });
