// Asking for money.
export default definePageConfig({ navigationBarTitleText: '提现' });
