// The last look before ordering.
export default definePageConfig({ navigationBarTitleText: '确认订单' });
