// Which parcel goes back.
export default definePageConfig({ navigationBarTitleText: '寄回商品' });
