// Parameters that open WeChat's cashier on the phone, and the address of the H5 cashier.
import type { KeyObject } from 'node:crypto';
import { cashierMessage, freshNonce, signText } from './sign.ts';
import { unixSeconds } from './time.ts';

/** For `WeixinJSBridge.invoke('getBrandWCPayRequest', ...)`; names are case-sensitive. */
export type CashierParams = MiniProgramCashierParams & { appId: string };

/** For `wx.requestPayment`: the same without the appid. */
export type MiniProgramCashierParams = {
  /** A string of seconds, the signed one. */
  timeStamp: string;
  nonceStr: string;
  package: string;
  signType: 'RSA';
  paySign: string;
};

/** Signs what the phone shows to WeChat. `appid` must be the one of the prepay. */
export function cashierParams(input: {
  appid: string;
  prepayId: string;
  privateKey: KeyObject;
  now: Date;
}): MiniProgramCashierParams {
  const timeStamp = unixSeconds(input.now);
  const nonceStr = freshNonce();
  const pack = `prepay_id=${input.prepayId}`;
  const paySign = signText(cashierMessage(input.appid, timeStamp, nonceStr, pack), input.privateKey);
  return { timeStamp, nonceStr, package: pack, signType: 'RSA', paySign };
}

/** The H5 cashier, coming back to `redirectUrl`. Coming back proves nothing: ask before showing success. */
export function h5CashierUrl(h5Url: string, redirectUrl?: string): string {
  if (redirectUrl === undefined) return h5Url;
  return `${h5Url}${h5Url.includes('?') ? '&' : '?'}redirect_url=${encodeURIComponent(redirectUrl)}`;
}
