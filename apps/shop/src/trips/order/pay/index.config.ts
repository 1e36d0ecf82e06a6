// The cashier's desk.
export default definePageConfig({ navigationBarTitleText: '收银台' });
