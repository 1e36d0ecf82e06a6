// Where one types what one looks for.
export default definePageConfig({ navigationBarTitleText: '搜索' });
