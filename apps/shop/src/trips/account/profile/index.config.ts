// My name, picture and phone.
export default definePageConfig({ navigationBarTitleText: '个人资料' });
