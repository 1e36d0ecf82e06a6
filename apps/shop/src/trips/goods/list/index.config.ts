// Goods of a category or a search.
export default definePageConfig({ navigationBarTitleText: '商品', enablePullDownRefresh: true });
