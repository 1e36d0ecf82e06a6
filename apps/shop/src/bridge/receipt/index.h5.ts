// Confirming the receipt in a browser: WeChat's component lives in the mini-program alone.
import type { ReceiptBridge } from '../types.ts';

export const receiptBridge: ReceiptBridge = { confirm: () => Promise.resolve('unavailable') };
