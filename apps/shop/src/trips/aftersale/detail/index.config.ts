// How far an after-sale case is.
export default definePageConfig({ navigationBarTitleText: '售后详情', enablePullDownRefresh: true });
