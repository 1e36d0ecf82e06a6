// Pictures on the web: the chosen file itself is sent. Reading it again from its blob address, as Taro would, is what the
// server's content policy rightly forbids.
import Taro from '@tarojs/taro';
import type { UploadBridge } from '../types.ts';

const TIMEOUT_MS = 60_000;

export const uploadBridge: UploadBridge = {
  async choose(max) {
    try {
      // A browser's own file dialogue offers the camera by itself.
      const { tempFiles } = await Taro.chooseImage({ count: max, sizeType: ['compressed'], sourceType: ['album'] });
      return tempFiles.slice(0, max).map(({ path, originalFileObj }) => ({ path, file: originalFileObj }));
    } catch {
      return [];
    }
  },
  async send(url, headers, { file }) {
    if (!file) throw new TypeError('a picture without its file');
    const form = new FormData();
    form.append('file', file, file.name);
    const stop = new AbortController();
    const timer = setTimeout(() => stop.abort(), TIMEOUT_MS);
    try {
      const answer = await fetch(url, { method: 'POST', headers, body: form, signal: stop.signal });
      return { status: answer.status, text: await answer.text() };
    } finally {
      clearTimeout(timer);
    }
  },
};
