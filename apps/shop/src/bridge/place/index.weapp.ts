// Where the mini-program lives: its server is fixed when it is built.
import type { PlaceBridge } from '../types.ts';

const apiBase = process.env.TARO_APP_API_BASE;
const origin = apiBase.replace(/^(https?:\/\/[^/]+).*$/, '$1');

export const place: PlaceBridge = {
  name: 'weapp',
  apiBase,
  picture: (url) => (url.startsWith('/') ? origin + url : url),
  address: (path) => path,
  leave: () => undefined,
};
