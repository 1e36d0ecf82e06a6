// The category tab.
export default definePageConfig({ navigationBarTitleText: '分类' });
