// Paying a person out of the merchant's balance: a transfer that the person confirms in WeChat, its query and its cancel.
import type { KeyObject } from 'node:crypto';
import type { Exchange } from './exchange.ts';
import { encryptField } from './oaep.ts';
import { refusedLocally, unknown } from './outcome.ts';
import type { Outcome } from './outcome.ts';
import { notifyUrlProblem } from './pay.config.ts';
import type { PaySetup } from './pay.config.ts';
import { between } from './pay.limits.ts';
import { TransferWire } from './wire.ts';
import type { Transfer } from './wire.ts';

export type TransferRequest = {
  /** Letters and digits only. Kept on every retry; a new one only after FAIL or CANCELLED was told. */
  outBillNo: string;
  openid: string;
  /** The app that the openid belongs to; the client's own by default. */
  appid?: string;
  /** Opened in the merchant console: 1000 marketing, 1005 commissions, 1011 compensation... */
  sceneId: string;
  amountFen: number;
  remark: string;
  /** Must be given from 2000 yuan on; WeChat compares it when the person confirms. Travels encrypted. */
  userName?: string;
  /** What the scene wants reported, by its fixed names. */
  reports: readonly { type: string; content: string }[];
  /** One of the scene's fixed words; what the person reads as the reason. */
  perception?: string;
  notifyUrl?: string;
};

/** Parameters of `wx.requestMerchantTransfer`. */
export type TransferConfirmParams = { mchId: string; appId: string; package: string };

const OUT_BILL_NO = /^[0-9A-Za-z]{1,32}$/;
const BILLS = '/v3/fund-app/mch-transfer/transfer-bills';
export const TRANSFER_MIN_FEN = 10;
/** From here on WeChat wants the name. */
export const TRANSFER_NAMED_FROM_FEN = 200_000;

/** The key to encrypt with, downloaded first where it has to be. */
export type FindSealKey = () => Promise<{ id: string; key: KeyObject } | null>;

export function payTransfers(setup: PaySetup, exchange: Exchange, findSealKey: FindSealKey) {
  async function find(endpoint: string, path: string, isAsked: (found: Transfer) => boolean) {
    const found = await exchange<Transfer>({
      endpoint,
      method: 'GET',
      target: path,
      answer: TransferWire,
      repeat: 'always',
      hides429: false,
    });
    return about(found, (value) => isAsked(value) && value.amountFen !== null && value.mchid === setup.mchid);
  }

  return {
    async transfer(request: TransferRequest): Promise<Outcome<Transfer>> {
      const problem = transferProblem(request);
      if (problem !== null) return refusedLocally(problem);
      const sealed = request.userName === undefined ? null : await seal(findSealKey, request.userName);
      if (sealed === 'no_key') return refusedLocally('userName: no key of WeChat to encrypt it with');
      if (sealed === 'too_long') return refusedLocally('userName: too long');
      const answer = await exchange<Transfer>({
        endpoint: `POST ${BILLS}`,
        method: 'POST',
        target: BILLS,
        body: JSON.stringify(transferBody(setup, request, sealed?.ciphertext)),
        answer: TransferWire,
        // After anything that WeChat may have seen, the caller asks before it repeats.
        repeat: 'unsent',
        hides429: true,
        ...(sealed === null ? {} : { sealedWith: sealed.keyId }),
      });
      return about(answer, (value) => value.outBillNo === request.outBillNo);
    },
    async queryTransfer(outBillNo: string): Promise<Outcome<Transfer>> {
      if (!OUT_BILL_NO.test(outBillNo)) return refusedLocally('outBillNo');
      return find(
        `GET ${BILLS}/out-bill-no/{out_bill_no}`,
        `${BILLS}/out-bill-no/${outBillNo}`,
        (found) => found.outBillNo === outBillNo,
      );
    },
    async queryTransferByBillNo(transferBillNo: string): Promise<Outcome<Transfer>> {
      if (!between(transferBillNo, 1, 64)) return refusedLocally('transferBillNo');
      return find(
        `GET ${BILLS}/transfer-bill-no/{transfer_bill_no}`,
        `${BILLS}/transfer-bill-no/${encodeURIComponent(transferBillNo)}`,
        (found) => found.transferBillNo === transferBillNo,
      );
    },
    async cancelTransfer(outBillNo: string): Promise<Outcome<Transfer>> {
      if (!OUT_BILL_NO.test(outBillNo)) return refusedLocally('outBillNo');
      const answer = await exchange<Transfer>({
        endpoint: `POST ${BILLS}/out-bill-no/{out_bill_no}/cancel`,
        method: 'POST',
        target: `${BILLS}/out-bill-no/${outBillNo}/cancel`,
        body: '{}',
        answer: TransferWire,
        // The person may be confirming at this moment: what came of it is asked, not assumed.
        repeat: 'always',
        hides429: true,
      });
      return about(answer, (value) => value.outBillNo === outBillNo);
    },
    transferConfirm(packageInfo: string, appid = setup.appid): TransferConfirmParams {
      return { mchId: setup.mchid, appId: appid, package: packageInfo };
    },
  };
}

/** A signed answer may still be the answer to somebody else's question. */
function about(outcome: Outcome<Transfer>, isAsked: (value: Transfer) => boolean): Outcome<Transfer> {
  if (outcome.outcome !== 'ok' || isAsked(outcome.value)) return outcome;
  return unknown('unreadable', { status: 200, requestId: outcome.requestId });
}

async function seal(findKey: FindSealKey, name: string) {
  const to = await findKey();
  if (to === null) return 'no_key' as const;
  const ciphertext = encryptField(name, to.key);
  return ciphertext === null ? ('too_long' as const) : { keyId: to.id, ciphertext };
}

function transferBody(setup: PaySetup, request: TransferRequest, userName: string | undefined) {
  return {
    appid: request.appid ?? setup.appid,
    out_bill_no: request.outBillNo,
    transfer_scene_id: request.sceneId,
    openid: request.openid,
    user_name: userName,
    transfer_amount: request.amountFen,
    transfer_remark: request.remark,
    notify_url: request.notifyUrl?.trim() ?? setup.notifyUrls.transfer,
    user_recv_perception: request.perception,
    transfer_scene_report_infos: request.reports.map(({ type, content }) => ({
      info_type: type,
      info_content: content,
    })),
  };
}

function transferProblem(request: TransferRequest): string | null {
  const { amountFen, reports } = request;
  if (!OUT_BILL_NO.test(request.outBillNo)) return 'outBillNo: 1 to 32 of 0-9 A-Z a-z';
  if (!between(request.openid, 1, 64)) return 'openid';
  if (!between(request.sceneId, 1, 36)) return 'sceneId';
  if (!Number.isSafeInteger(amountFen) || amountFen < TRANSFER_MIN_FEN) return 'amountFen: a whole number from 10 on';
  if (amountFen >= TRANSFER_NAMED_FROM_FEN && !request.userName) return 'userName: needed from 2000 yuan on';
  if (!between(request.remark, 1, 32)) return 'remark: 1 to 32 characters';
  if (reports.length === 0) return 'reports: at least one';
  if (reports.some(({ type, content }) => !between(type, 1, 15) || !between(content, 1, 32))) {
    return 'reports: type of at most 15, content of at most 32 characters';
  }
  const url = request.notifyUrl === undefined ? null : notifyUrlProblem(request.notifyUrl.trim());
  return url === null ? null : `notifyUrl: ${url}`;
}
