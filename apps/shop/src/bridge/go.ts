// Every way through the shop, by name: the only place where page paths are written.
import type { Id } from '@jishi/contract';
import Taro from '@tarojs/taro';

const TABS = {
  home: '/pages/home/index',
  category: '/pages/category/index',
  cart: '/pages/cart/index',
  me: '/pages/me/index',
};
type Tab = keyof typeof TABS;

/** WeChat keeps at most ten pages; near the end we replace instead of adding. */
const DEPTH_MAX = 9;

type Query = Record<string, string | number | undefined>;

export function pathOf(page: string, query: Query = {}): string {
  const pairs = Object.entries(query).filter((pair): pair is [string, string | number] => pair[1] !== undefined);
  const text = pairs.map(([name, value]) => `${name}=${encodeURIComponent(String(value))}`).join('&');
  return text === '' ? `/trips/${page}/index` : `/trips/${page}/index?${text}`;
}

function open(page: string, query: Query = {}) {
  const url = pathOf(page, query);
  void (Taro.getCurrentPages().length >= DEPTH_MAX ? Taro.redirectTo({ url }) : Taro.navigateTo({ url }));
}

function replace(page: string, query: Query = {}) {
  void Taro.redirectTo({ url: pathOf(page, query) });
}

export const go = {
  tab: (tab: Tab) => void Taro.switchTab({ url: TABS[tab] }),
  back() {
    if (Taro.getCurrentPages().length > 1) void Taro.navigateBack();
    else go.tab('home');
  },
  product: (id: Id<'product'>) => open('goods/product', { id }),
  search: (q?: string) => open('goods/search', { q }),
  list: (query: { q?: string; categoryId?: string; name?: string; sort?: string }) => open('goods/list', query),
  relist: (query: { q?: string }) => replace('goods/list', query),
  checkout: () => open('order/checkout'),
  pay: (id: Id<'checkout'>) => open('order/pay', { id }),
  /** After placing: back must not lead to the finished checkout page. */
  payInstead: (id: Id<'checkout'>) => replace('order/pay', { id }),
  resultInstead: (id: Id<'checkout'>) => replace('order/result', { id }),
  orders: (tab: string) => open('order/orders', { tab }),
  ordersInstead: (tab: string) => replace('order/orders', { tab }),
  order: (id: string) => open('order/detail', { id }),
  orderInstead: (id: string) => replace('order/detail', { id }),
  applyAftersale: (orderId: Id<'order'>) => open('aftersale/apply', { orderId }),
  editAftersale: (id: Id<'aftersale'>) => open('aftersale/apply', { id }),
  aftersales: () => open('aftersale/list'),
  aftersale: (id: string) => open('aftersale/detail', { id }),
  aftersaleInstead: (id: string) => replace('aftersale/detail', { id }),
  sendBack: (id: Id<'aftersale'>) => open('aftersale/send-back', { id }),
  addresses: (choose = false) => open('account/addresses', choose ? { choose: 1 } : {}),
  address: (id?: Id<'address'>) => open('account/address-edit', { id }),
  points: () => open('points/home'),
  recharge: () => open('points/recharge'),
  rechargeInstead: () => replace('points/recharge'),
  rechargePay: (no: string) => open('points/pay', { no }),
  rechargePayInstead: (no: string) => replace('points/pay', { no }),
  rechargeResultInstead: (no: string) => replace('points/result', { no }),
  recharges: () => open('points/orders'),
  rechargesInstead: () => replace('points/orders'),
  rechargeOrder: (no: string) => open('points/order', { no }),
  rechargeOrderInstead: (no: string) => replace('points/order', { no }),
  notices: () => open('account/notices'),
  wallet: () => open('wallet/home'),
  withdraw: () => open('wallet/withdraw'),
  withdrawals: () => open('wallet/withdrawals'),
  withdrawal: (id: string) => open('wallet/withdrawal', { id }),
  withdrawalInstead: (id: string) => replace('wallet/withdrawal', { id }),
  profile: () => open('account/profile'),
  terms: (which: 'agreement' | 'privacy') => open('account/terms', { which }),
};

/** One value from the address of a page, as `useRouter` hands it over. */
export function queryValue(params: Partial<Record<string, string>>, name: string): string | undefined {
  const value = params[name];
  if (value === undefined || value === '') return undefined;
  // Depending on the way here it has been decoded already; then a per cent sign may stand alone.
  try {
    return decodeURIComponent(value);
  } catch {
    return value;
  }
}
