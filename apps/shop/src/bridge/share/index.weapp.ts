// Sharing in the mini-program is a button of WeChat's own; the page only names itself in useShareAppMessage.
import type { ShareBridge } from '../types.ts';

export const shareBridge: ShareBridge = { hasNativeButton: true, share: () => Promise.resolve() };
