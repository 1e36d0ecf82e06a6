// Whether the points have arrived.
export default definePageConfig({ navigationBarTitleText: '充值结果' });
