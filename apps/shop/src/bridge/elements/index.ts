// What pages find under the name @tarojs/components on the web. Only names: a plugin of Taro takes this file apart to
// drop what no page uses.
export { Button, Image, Input, ScrollView, Switch, Text, Textarea, View } from './plain.tsx';
export { Swiper, SwiperItem } from './swiper.tsx';
