// Confirming the receipt in WeChat's own component: it frees the shop's money at once, and the buyer knows it.
import type { ReceiptBridge, ReceiptOutcome } from '../types.ts';

type Back = { extraData?: { status?: string } };
type View = {
  businessType: 'weappOrderConfirm';
  extraData: { transaction_id: string };
  success: (result: Back) => void;
  fail: (problem: { errMsg?: string }) => void;
};
type Shown = { referrerInfo?: Back & { appId?: string } };
declare const wx: {
  openBusinessView?: (view: View) => void;
  onAppShow(heard: (shown: Shown) => void): void;
  offAppShow(heard: (shown: Shown) => void): void;
};

/** The component is a mini-program of WeChat's; with this name it comes back. */
const COMPONENT = 'wx1183b055aeec94d1';

export const receiptBridge: ReceiptBridge = {
  confirm: (transactionId) =>
    new Promise<ReceiptOutcome>((resolve) => {
      // Old versions of WeChat do not know it.
      if (!wx.openBusinessView) return resolve('unavailable');
      const finish = (outcome: ReceiptOutcome) => {
        wx.offAppShow(shown);
        resolve(outcome);
      };
      // Some versions tell the result here, others in `success`, where it may be missing: then it was not confirmed.
      const shown = ({ referrerInfo }: Shown) => {
        if (referrerInfo?.appId === COMPONENT) finish(outcomeOf(referrerInfo));
      };
      wx.onAppShow(shown);
      wx.openBusinessView({
        businessType: 'weappOrderConfirm',
        extraData: { transaction_id: transactionId },
        success: (result) => {
          if (result.extraData?.status) finish(outcomeOf(result));
        },
        fail: ({ errMsg }) => finish(String(errMsg).includes('cancel') ? 'cancelled' : 'unavailable'),
      });
    }),
};

const outcomeOf = ({ extraData }: Back): ReceiptOutcome =>
  extraData?.status === 'success' ? 'confirmed' : extraData?.status === 'fail' ? 'unavailable' : 'cancelled';
