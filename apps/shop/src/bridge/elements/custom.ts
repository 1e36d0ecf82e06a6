// What Taro's own runtime asks of @tarojs/components/dist/components on the web: two elements, both ours.
export { defineCustomElementTaroPullToRefreshCore } from './pull.ts';
export { defineCustomElementTaroTabbar } from './tab-bar.ts';
