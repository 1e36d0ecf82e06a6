// Pictures in the mini-program: chosen from album or camera, sent by WeChat itself.
import Taro from '@tarojs/taro';
import type { UploadBridge } from '../types.ts';

const TIMEOUT_MS = 60_000;

export const uploadBridge: UploadBridge = {
  async choose(max) {
    try {
      const { tempFilePaths } = await Taro.chooseImage({ count: max, sizeType: ['compressed'] });
      return tempFilePaths.slice(0, max).map((path) => ({ path }));
    } catch {
      return [];
    }
  },
  async send(url, headers, { path }) {
    const answer = await Taro.uploadFile({ url, name: 'file', filePath: path, header: headers, timeout: TIMEOUT_MS });
    return { status: answer.statusCode, text: answer.data };
  },
};
