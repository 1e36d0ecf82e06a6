// Whether the payment has arrived.
export default definePageConfig({ navigationBarTitleText: '支付结果' });
