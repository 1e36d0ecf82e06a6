// The cashier of a recharge.
export default definePageConfig({ navigationBarTitleText: '收银台' });
