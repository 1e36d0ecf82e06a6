// RSA-OAEP (SHA-1, empty label) for the few fields that WeChat Pay wants encrypted on top of TLS: names, bank cards.
import { constants, privateDecrypt, publicEncrypt } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import { strictBase64 } from './sign.ts';

const OAEP_SHA1 = { padding: constants.RSA_PKCS1_OAEP_PADDING, oaepHash: 'sha1' };
// Two SHA-1 digests and two bytes: 214 plaintext bytes fit a 2048 bit key.
const OVERHEAD_BYTES = 42;

/** Null when the text does not fit the key. */
export function encryptField(plaintext: string, publicKey: KeyObject): string | null {
  const bytes = Buffer.from(plaintext);
  const modulusBytes = (publicKey.asymmetricKeyDetails?.modulusLength ?? 0) / 8;
  if (bytes.length > modulusBytes - OVERHEAD_BYTES) return null;
  return publicEncrypt({ key: publicKey, ...OAEP_SHA1 }, bytes).toString('base64');
}

/** Null for every failure alike: an oracle on padding is how such ciphers are broken. */
export function decryptField(ciphertext: string, privateKey: KeyObject): string | null {
  const bytes = strictBase64(ciphertext);
  if (bytes === null) return null;
  try {
    const plain = privateDecrypt({ key: privateKey, ...OAEP_SHA1 }, bytes);
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(plain);
  } catch {
    return null;
  }
}
