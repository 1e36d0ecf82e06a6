// The map of the shop: four tabs in the main package, one subpackage per journey.
export default defineAppConfig({
  pages: ['pages/home/index', 'pages/category/index', 'pages/cart/index', 'pages/me/index'],
  subPackages: [
    { root: 'trips/goods', pages: ['list/index', 'search/index', 'product/index'] },
    { root: 'trips/order', pages: ['checkout/index', 'pay/index', 'result/index', 'orders/index', 'detail/index'] },
    { root: 'trips/aftersale', pages: ['apply/index', 'list/index', 'detail/index', 'send-back/index'] },
    {
      root: 'trips/account',
      pages: ['addresses/index', 'address-edit/index', 'notices/index', 'profile/index', 'terms/index'],
    },
  ],
  preloadRule: {
    'pages/home/index': { network: 'all', packages: ['trips/goods'] },
    'pages/cart/index': { network: 'all', packages: ['trips/order'] },
    'pages/me/index': { network: 'wifi', packages: ['trips/order', 'trips/account'] },
  },
  lazyCodeLoading: 'requiredComponents',
  animation: { duration: 220, delay: 20 },
  window: {
    backgroundTextStyle: 'dark',
    backgroundColor: '#f8f4ef',
    navigationBarBackgroundColor: '#ffffff',
    navigationBarTitleText: '集市',
    navigationBarTextStyle: 'black',
  },
  tabBar: {
    color: '#8b8079',
    selectedColor: '#e5512f',
    backgroundColor: '#ffffff',
    borderStyle: 'white',
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
