// The map of the shop: four tabs in the main package, one subpackage per journey.
import theme from './theme.json';

const isWeapp = process.env.TARO_ENV === 'weapp';

/** WeChat picks from theme.json by the phone's theme; on the web design/web does it with the tokens. */
function look(name: keyof typeof theme.light): string {
  return isWeapp ? `@${name}` : theme.light[name];
}

export default defineAppConfig({
  pages: ['pages/home/index', 'pages/category/index', 'pages/cart/index', 'pages/me/index'],
  subPackages: [
    { root: 'trips/goods', pages: ['list/index', 'search/index', 'product/index'] },
    { root: 'trips/order', pages: ['checkout/index', 'pay/index', 'result/index', 'orders/index', 'detail/index'] },
    { root: 'trips/aftersale', pages: ['apply/index', 'list/index', 'detail/index', 'send-back/index'] },
    { root: 'trips/wallet', pages: ['home/index', 'withdraw/index', 'withdrawals/index', 'withdrawal/index'] },
    {
      root: 'trips/account',
      pages: ['addresses/index', 'address-edit/index', 'notices/index', 'profile/index', 'terms/index'],
    },
    {
      root: 'trips/points',
      pages: ['home/index', 'recharge/index', 'pay/index', 'result/index', 'orders/index', 'order/index'],
    },
  ],
  preloadRule: {
    'pages/home/index': { network: 'all', packages: ['trips/goods'] },
    'pages/cart/index': { network: 'all', packages: ['trips/order'] },
    'pages/me/index': { network: 'wifi', packages: ['trips/order', 'trips/account'] },
  },
  lazyCodeLoading: 'requiredComponents',
  animation: { duration: 220, delay: 20 },
  ...(isWeapp ? { darkmode: true, themeLocation: 'theme.json' } : {}),
  window: {
    backgroundTextStyle: look('pullText') as 'dark',
    backgroundColor: look('ground'),
    navigationBarBackgroundColor: look('bar'),
    navigationBarTitleText: '集市',
    navigationBarTextStyle: look('barText') as 'black',
  },
  tabBar: {
    color: look('tab'),
    selectedColor: look('tabOn'),
    backgroundColor: look('bar'),
    borderStyle: look('tabBorder') as 'white',
    list: [
      tab('pages/home/index', '首页', 'home'),
      tab('pages/category/index', '分类', 'category'),
      tab('pages/cart/index', '购物车', 'cart'),
      tab('pages/me/index', '我的', 'me'),
    ],
  },
});

function tab(pagePath: string, text: string, icon: string) {
  return {
    pagePath,
    text,
    iconPath: `design/tabs/${icon}.png`,
    selectedIconPath: `design/tabs/${icon}-on.png`,
  };
}
