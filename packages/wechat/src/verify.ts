// Who signed this? One check for responses and notices: headers, time window, key by exact serial, signature.
import type { KeyObject } from 'node:crypto';
import { answerMessage, verifyBytes } from './sign.ts';

/** Whole seconds that a timestamp may lie behind and ahead of our clock. */
export type Window = { pastSeconds: number; futureSeconds: number };

/** WeChat: a difference of five minutes is too much, in either direction. */
export const RESPONSE_WINDOW: Window = { pastSeconds: 299, futureSeconds: 299 };
/** Notices come from outside, so a clock ahead of ours gets less credit than a slow network. */
export const NOTICE_WINDOW: Window = { pastSeconds: 299, futureSeconds: 60 };

export type SignatureFault = 'missing_header' | 'stale' | 'unknown_serial' | 'bad_signature';

export type SignedBytes = {
  header: (name: string) => string | null;
  rawBody: Uint8Array;
  now: Date;
  window: Window;
  findKey: (serial: string) => KeyObject | null | Promise<KeyObject | null>;
};

/** Null when the bytes are authentic. The order matters: cheap refusals first, a key is only looked up in time. */
export async function signatureFault(signed: SignedBytes): Promise<SignatureFault | null> {
  const timestamp = signed.header('wechatpay-timestamp');
  const nonce = signed.header('wechatpay-nonce');
  const signature = signed.header('wechatpay-signature');
  const serial = signed.header('wechatpay-serial');
  if (!timestamp || !nonce || !signature || !serial) return 'missing_header';

  if (!/^\d{1,11}$/.test(timestamp)) return 'stale';
  const age = Math.floor(signed.now.getTime() / 1000) - Number(timestamp);
  if (age > signed.window.pastSeconds || -age > signed.window.futureSeconds) return 'stale';

  const key = await signed.findKey(serial);
  if (key === null) return 'unknown_serial';
  return verifyBytes(answerMessage(timestamp, nonce, signed.rawBody), signature, key) ? null : 'bad_signature';
}
