// AES-256-GCM as WeChat Pay seals certificates and notices with the APIv3 key.
import { createDecipheriv, createSecretKey } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import { strictBase64 } from './sign.ts';

const TAG_BYTES = 16;

/** The APIv3 key, or null when it is not exactly 32 bytes: a 16-byte key would quietly mean another cipher. */
export function readApiV3Key(text: string): KeyObject | null {
  const bytes = Buffer.from(text, 'utf8');
  return bytes.length === 32 ? createSecretKey(bytes) : null;
}

export type Sealed = { nonce: string; ciphertext: string; associatedData?: string | null | undefined };

/** Opens ciphertext ‖ tag. Null for every failure, so that nobody learns which one. */
export function openSealed(key: KeyObject, sealed: Sealed): string | null {
  const bytes = strictBase64(sealed.ciphertext);
  if (bytes === null || bytes.length < TAG_BYTES || sealed.nonce === '') return null;
  try {
    const decipher = createDecipheriv('aes-256-gcm', key, Buffer.from(sealed.nonce), { authTagLength: TAG_BYTES });
    decipher.setAAD(Buffer.from(sealed.associatedData ?? ''));
    decipher.setAuthTag(bytes.subarray(-TAG_BYTES));
    // Without final() the tag is not checked and a forged text would be returned.
    const plain = Buffer.concat([decipher.update(bytes.subarray(0, -TAG_BYTES)), decipher.final()]);
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(plain);
  } catch {
    return null;
  }
}
