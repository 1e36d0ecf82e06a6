// What the shop has told me.
export default definePageConfig({ navigationBarTitleText: '消息', enablePullDownRefresh: true });
