// Signatures of WeChat Pay v3: the messages to sign, SHA256withRSA, and base64 that admits no nonsense.
import { createPrivateKey, randomBytes, sign, verify } from 'node:crypto';
import type { KeyObject } from 'node:crypto';

export const SCHEME = 'WECHATPAY2-SHA256-RSA2048';

/** Five lines for a request. `target` is path and query exactly as they go out. */
export function requestMessage(method: string, target: string, timestamp: string, nonce: string, body: string): string {
  return `${method}\n${target}\n${timestamp}\n${nonce}\n${body}\n`;
}

/** Three lines for a response or a notice, over the raw bytes: nothing is decoded before it is verified. */
export function answerMessage(timestamp: string, nonce: string, rawBody: Uint8Array): Buffer {
  return Buffer.concat([Buffer.from(`${timestamp}\n${nonce}\n`), rawBody, Buffer.from('\n')]);
}

/** Four lines that open a cashier. */
export function cashierMessage(appid: string, timestamp: string, nonce: string, lastLine: string): string {
  return `${appid}\n${timestamp}\n${nonce}\n${lastLine}\n`;
}

export function signText(message: string, privateKey: KeyObject): string {
  return sign('sha256', Buffer.from(message), privateKey).toString('base64');
}

/** False for anything that is not a right signature, including the probes that WeChat signs wrongly on purpose. */
export function verifyBytes(message: Uint8Array, signature: string, publicKey: KeyObject): boolean {
  const bytes = strictBase64(signature);
  if (bytes === null || bytes.length === 0) return false;
  return verify('sha256', message, publicKey, bytes);
}

/** Node skips characters that are not base64; two texts must never decode to one signature, so we do not. */
export function strictBase64(text: string): Buffer | null {
  if (text.length % 4 !== 0 || !/^[A-Za-z0-9+/]*={0,2}$/.test(text)) return null;
  const bytes = Buffer.from(text, 'base64');
  return bytes.toString('base64') === text ? bytes : null;
}

/** 32 unpredictable letters and digits. */
export function freshNonce(): string {
  return randomBytes(16).toString('hex');
}

export type Identity = { mchid: string; serialNo: string; privateKey: KeyObject };

/** The Authorization header for exactly this method, target and body. */
export function authorization(
  who: Identity,
  request: { method: string; target: string; body: string; timestamp: string; nonce: string },
): string {
  const { method, target, body, timestamp, nonce } = request;
  const signature = signText(requestMessage(method, target, timestamp, nonce, body), who.privateKey);
  return (
    `${SCHEME} mchid="${who.mchid}",nonce_str="${nonce}",signature="${signature}",` +
    `timestamp="${timestamp}",serial_no="${who.serialNo}"`
  );
}

/** The merchant's private key; null when the text is not an RSA private key. */
export function readPrivateKey(pem: string): KeyObject | null {
  try {
    const key = createPrivateKey(pem);
    return key.asymmetricKeyType === 'rsa' ? key : null;
  } catch {
    return null; // The reason could quote the key.
  }
}
