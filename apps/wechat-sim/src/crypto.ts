// The cryptography of WeChat Pay, written for this side only: the client has its own, so that one mistake cannot cancel itself out.
import {
  constants,
  createCipheriv,
  createHash,
  createPrivateKey,
  createPublicKey,
  privateDecrypt,
  publicEncrypt,
  sign,
  verify,
  X509Certificate,
  type KeyObject,
} from 'node:crypto';

export type AuthorizationFields = {
  mchid: string;
  nonce_str: string;
  signature: string;
  timestamp: string;
  serial_no: string;
};

export const authorizationScheme = 'WECHATPAY2-SHA256-RSA2048';
const fieldNames = ['mchid', 'nonce_str', 'signature', 'timestamp', 'serial_no'] as const;
const base64Text = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;

/** The five fields, or the reason why the header is malformed. Any order; each exactly once; nothing else. */
export function parseAuthorization(header: string | undefined): AuthorizationFields | string {
  if (header === undefined || header === '') return 'Http头缺少Authorization';
  const space = header.indexOf(' ');
  if (space === -1 || header.slice(0, space) !== authorizationScheme) return 'Http头Authorization认证类型不正确';
  const found = new Map<string, string>();
  for (const part of header.slice(space + 1).split(',')) {
    const pair = /^([a-z_]+)="([^"]*)"$/.exec(part);
    if (pair?.[1] === undefined || pair[2] === undefined) return 'Http头Authorization值格式错误，请参考文档';
    if (found.has(pair[1])) return `Http头Authorization重复字段${pair[1]}`;
    found.set(pair[1], pair[2]);
  }
  const missing = fieldNames.find((name) => (found.get(name) ?? '') === '');
  if (missing !== undefined) return `Http头Authorization缺少字段${missing}`;
  if (found.size !== fieldNames.length) return 'Http头Authorization包含未知字段';
  const fields = Object.fromEntries(found) as AuthorizationFields;
  if (!/^[A-Za-z0-9]{1,32}$/.test(fields.nonce_str)) return 'Http头Authorization的nonce_str格式错误';
  if (!/^\d{1,10}$/.test(fields.timestamp)) return 'Http头Authorization的timestamp格式错误';
  return fields;
}

/** METHOD, target, timestamp, nonce, body: five lines, the last one ended too. The body stays bytes. */
export function requestMessage(parts: {
  method: string;
  target: string;
  timestamp: string;
  nonce: string;
  body: Buffer;
}): Buffer {
  const head = `${parts.method}\n${parts.target}\n${parts.timestamp}\n${parts.nonce}\n`;
  return Buffer.concat([Buffer.from(head), parts.body, Buffer.from('\n')]);
}

/** Timestamp, nonce, body: what WeChat signs in answers and notices. */
export function answerMessage(timestamp: string, nonce: string, body: string): Buffer {
  return Buffer.from(`${timestamp}\n${nonce}\n${body}\n`);
}

/** appId, timeStamp, nonceStr, package: what the merchant signs for the cashier. */
export function cashierMessage(appId: string, timeStamp: string, nonceStr: string, fourth: string): Buffer {
  return Buffer.from(`${appId}\n${timeStamp}\n${nonceStr}\n${fourth}\n`);
}

export function rsaSign(key: KeyObject, message: Buffer): string {
  return sign('sha256', message, key).toString('base64');
}

/** Strict base64 first: Node's decoder would skip bad characters silently. */
export function rsaVerify(key: KeyObject, message: Buffer, signature: string): boolean {
  return base64Text.test(signature) && verify('sha256', message, key, Buffer.from(signature, 'base64'));
}

/** AES-256-GCM as in `resource` and `encrypt_certificate`: base64 of ciphertext and tag. */
export function gcmSeal(apiV3Key: string, nonce: string, associated: string, plain: string): string {
  const cipher = createCipheriv('aes-256-gcm', Buffer.from(apiV3Key), Buffer.from(nonce));
  cipher.setAAD(Buffer.from(associated));
  return Buffer.concat([cipher.update(plain, 'utf8'), cipher.final(), cipher.getAuthTag()]).toString('base64');
}

const oaep = { padding: constants.RSA_PKCS1_OAEP_PADDING, oaepHash: 'sha1' } as const;

/** An encrypted request field, or nothing when it was not encrypted for this key. */
export function oaepOpen(key: KeyObject, sealed: string): string | null {
  if (!base64Text.test(sealed)) return null;
  try {
    return privateDecrypt({ key, ...oaep }, Buffer.from(sealed, 'base64')).toString('utf8');
  } catch {
    return null;
  }
}

export function oaepSeal(key: KeyObject, plain: string): string {
  return publicEncrypt({ key, ...oaep }, Buffer.from(plain)).toString('base64');
}

export const privateKeyOf = (pem: string): KeyObject => createPrivateKey(pem);
export const publicKeyOf = (pem: string): KeyObject =>
  pem.includes('BEGIN CERTIFICATE') ? new X509Certificate(pem).publicKey : createPublicKey(pem);
export const certificateOf = (pem: string): X509Certificate => new X509Certificate(pem);
export const sha256Base64Url = (text: string): string => createHash('sha256').update(text).digest('base64url');
