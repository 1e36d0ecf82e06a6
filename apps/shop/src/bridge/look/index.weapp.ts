// Looking at pictures closely inside WeChat, which brings its own viewer.
import Taro from '@tarojs/taro';
import type { LookBridge } from '../types.ts';

export const look: LookBridge = (urls, current) => void Taro.previewImage({ urls: [...urls], current });
