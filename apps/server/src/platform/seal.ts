// Personal data at rest: sealed with AES-256-GCM under a named key, so that keys can be changed while old rows stay readable.
import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { assert } from './fail.ts';

export type DataKey = { id: string; key: Buffer };

/** For development only; production refuses it by its id and by its value. */
export const DEMO_DATA_KEYS = 'demo=SklTSEktREVNTy1EQVRBLUtFWS1PRi1OTy1WQUxVRSE=';

const KEY = /^([A-Za-z0-9-]{1,20})=([A-Za-z0-9+/]{43}=)$/;
const SEALED = /^s1\.([A-Za-z0-9-]{1,20})\.([A-Za-z0-9_-]{16})\.([A-Za-z0-9_-]+)$/;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;

/**
 * Reads `id=base64` pairs, one after another, the newest first: it seals, all of them open. Answers a sentence for the
 * operator when they are no keys.
 */
export function readDataKeys(text: string): DataKey[] | string {
  const keys: DataKey[] = [];
  for (const pair of text.split(/[\s,]+/).filter(Boolean)) {
    const [, id, value] = KEY.exec(pair) ?? [];
    if (id === undefined || value === undefined)
      return '格式应为 编号=密钥，密钥为 32 字节的 base64（openssl rand -base64 32）';
    if (keys.some((one) => one.id === id)) return `编号 ${id} 出现了两次`;
    keys.push({ id, key: Buffer.from(value, 'base64') });
  }
  return keys.length === 0 ? '至少需要一把密钥' : keys;
}

/** A demo key in another disguise is still one. */
export function isDemoKey(key: DataKey): boolean {
  const demo = readDataKeys(DEMO_DATA_KEYS);
  return key.id === 'demo' || (Array.isArray(demo) && demo.some((one) => one.key.equals(key.key)));
}

export type Sealer = {
  /** The key that seals now. */
  keyId: string;
  keyIds: readonly string[];
  /** `place` names table, row and column: a sealed text moved elsewhere does not open. */
  seal(plain: string, place: string): string;
  open(sealed: string, place: string): string;
};

export function createSealer(keys: readonly DataKey[]): Sealer {
  const [current] = keys;
  assert(current, 'there is no key for personal data');
  const byId = new Map(keys.map((one) => [one.id, one.key]));
  return {
    keyId: current.id,
    keyIds: [...byId.keys()],
    seal: (plain, place) => {
      const nonce = randomBytes(NONCE_BYTES);
      const cipher = createCipheriv('aes-256-gcm', current.key, nonce, { authTagLength: TAG_BYTES });
      cipher.setAAD(Buffer.from(place));
      const body = Buffer.concat([cipher.update(plain, 'utf8'), cipher.final(), cipher.getAuthTag()]);
      return `s1.${current.id}.${nonce.toString('base64url')}.${body.toString('base64url')}`;
    },
    open: (sealed, place) => {
      const [, id, nonce, text] = SEALED.exec(sealed) ?? [];
      assert(id !== undefined && nonce !== undefined && text !== undefined, `${place} does not hold a sealed text`);
      const key = byId.get(id);
      assert(key, `${place} is sealed with the key ${id}, which is not in DATA_KEYS`);
      const body = Buffer.from(text, 'base64url');
      const decipher = createDecipheriv('aes-256-gcm', key, Buffer.from(nonce, 'base64url'), {
        authTagLength: TAG_BYTES,
      });
      decipher.setAAD(Buffer.from(place));
      decipher.setAuthTag(body.subarray(-TAG_BYTES));
      return Buffer.concat([decipher.update(body.subarray(0, -TAG_BYTES)), decipher.final()]).toString('utf8');
    },
  };
}
