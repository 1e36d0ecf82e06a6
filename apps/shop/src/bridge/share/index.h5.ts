// Sharing on the web: the system's sheet where there is one, else the address goes to the clipboard.
import Taro from '@tarojs/taro';
import type { ShareBridge } from '../types.ts';

export const shareBridge: ShareBridge = {
  hasNativeButton: false,
  async share(path, title) {
    const url = window.location.origin + path;
    if (typeof navigator.share === 'function') {
      try {
        await navigator.share({ title, url });
        return;
      } catch (refusal) {
        // A closed sheet is not a failure; a sheet that cannot open (inside a frame, say) leaves the clipboard.
        if (refusal instanceof DOMException && refusal.name === 'AbortError') return;
      }
    }
    await Taro.setClipboardData({ data: url });
    void Taro.showToast({ title: '链接已复制，去粘贴给好友吧', icon: 'none' });
  },
};
