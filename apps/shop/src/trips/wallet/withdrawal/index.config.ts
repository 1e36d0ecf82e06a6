// One withdrawal.
export default definePageConfig({ navigationBarTitleText: '提现详情' });
