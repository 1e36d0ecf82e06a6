// Paying on the web: JSAPI inside WeChat, WeChat's cashier page from a phone's browser, a code to scan on a desktop.
import type { PayParamsView } from '@jishi/contract';
import type { PayBridge, PayOutcome } from '../types.ts';

const BRIDGE_WAIT_MS = 3000;

export const payBridge: PayBridge = {
  async channel() {
    if (window.WeixinJSBridge || (isWechat() && (await bridgeReady()))) return 'jsapi';
    return isPhone() ? 'h5' : 'native';
  },
  async pay(params) {
    if (params.channel === 'jsapi') return payInWechat(params);
    if (params.channel === 'native') return 'scan';
    if (params.channel === 'balance') return 'done';
    // The server has put the way back into the address already: WeChat takes it once.
    window.location.assign(params.h5Url);
    return 'left';
  },
};

function payInWechat(params: Extract<PayParamsView, { channel: 'jsapi' }>): Promise<PayOutcome> {
  const { appId, timeStamp, nonceStr, package: prepay, signType, paySign } = params;
  return new Promise((resolve) => {
    if (!window.WeixinJSBridge) {
      resolve('failed');
      return;
    }
    const request = { appId, timeStamp, nonceStr, package: prepay, signType, paySign };
    window.WeixinJSBridge.invoke('getBrandWCPayRequest', request, ({ err_msg: answer }) => {
      if (answer === 'get_brand_wcpay_request:ok') resolve('done');
      else resolve(answer === 'get_brand_wcpay_request:cancel' ? 'cancelled' : 'failed');
    });
  });
}

function isWechat() {
  return /MicroMessenger/i.test(navigator.userAgent);
}

function isPhone() {
  return /Android|iPhone|iPad|iPod|Mobile|HarmonyOS/i.test(navigator.userAgent);
}

/** WeChat puts its bridge in a moment after the page has loaded. */
function bridgeReady(): Promise<boolean> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => resolve(Boolean(window.WeixinJSBridge)), BRIDGE_WAIT_MS);
    document.addEventListener(
      'WeixinJSBridgeReady',
      () => {
        clearTimeout(timer);
        resolve(true);
      },
      { once: true },
    );
  });
}
