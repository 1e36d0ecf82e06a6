// Agreement and privacy, as the shopkeeper wrote them.
export default definePageConfig({ navigationBarTitleText: '协议' });
