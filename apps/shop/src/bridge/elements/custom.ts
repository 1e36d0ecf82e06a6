// What Taro's own runtime asks of @tarojs/components/dist/components on the web: two elements, both ours,
// and two that only its picture viewer would use, whose place bridge/look takes.
export { defineCustomElementTaroPullToRefreshCore } from './pull.ts';
export { defineCustomElementTaroTabbar } from './tab-bar.ts';

/** Named there, never called: without the names the build complains. */
export const defineCustomElementTaroSwiperCore = () => undefined;
export const defineCustomElementTaroSwiperItemCore = defineCustomElementTaroSwiperCore;
