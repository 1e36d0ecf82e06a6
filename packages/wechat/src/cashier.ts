// Parameters that open WeChat's cashier on the phone, and the address of the H5 cashier.

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
