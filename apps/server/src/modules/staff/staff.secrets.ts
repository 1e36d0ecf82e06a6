// Secrets of sign-in: made at random, kept only as hashes, compared in constant time.
import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import { hash, verify } from '@node-rs/argon2';

export type Secrets = {
  /** 32 random bytes for a cookie or a CSRF token. */
  fresh(): string;
  /** What a table may hold of a secret: worthless without the key of this house. */
  sealed(kind: 'session' | 'captcha', text: string): string;
  hashPassword(password: string): Promise<string>;
  /** Takes as long for an account that does not exist (null) as for one that does. */
  isPassword(passwordHash: string | null, password: string): Promise<boolean>;
};

export function createSecrets(key: string): Secrets {
  let stranger: Promise<string> | undefined;
  return {
    fresh: () => randomBytes(32).toString('base64url'),
    sealed: (kind, text) => createHmac('sha256', key).update(`${kind}:${text}`).digest('base64url'),
    // argon2id with 19 MiB and two passes, the library's default and OWASP's advice.
    hashPassword: (password) => hash(password),
    isPassword: async (passwordHash, password) => {
      stranger ??= hash(randomBytes(16));
      const matches = await verify(passwordHash ?? (await stranger), password);
      return passwordHash !== null && matches;
    },
  };
}

export function same(a: string, b: string): boolean {
  const [left, right] = [Buffer.from(a), Buffer.from(b)];
  return left.length === right.length && timingSafeEqual(left, right);
}
