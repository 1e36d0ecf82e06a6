// What the build replaces or loads for us.
declare namespace NodeJS {
  interface ProcessEnv {
    readonly TARO_ENV: 'weapp' | 'h5';
    readonly TARO_APP_API_BASE: string;
  }
}

declare module '*.scss';

/** The bridge that WeChat's browser puts into every page. */
interface Window {
  WeixinJSBridge?: {
    invoke(name: string, params: Record<string, string>, done: (answer: { err_msg: string }) => void): void;
  };
}

/** What the mini-program's ground offers and Taro does not know yet. */
declare const wx: {
  requestMerchantTransfer?(ask: {
    mchId: string;
    appId: string;
    package: string;
    success: () => void;
    fail: (problem: { errMsg: string }) => void;
  }): void;
};
