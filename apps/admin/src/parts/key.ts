// Idempotency keys: one per user intent, the same through every retry whose outcome is unknown.
import { ApiError } from '@jishi/contract';

/** A random UUID. `crypto.randomUUID` is missing on plain http, where a shop may well run its back office. */
export function newKey(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x40;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}

/** True when the server has decided: then the next try is a new intent. */
function isDecided(error: unknown): boolean {
  return (
    error instanceof ApiError && error.status >= 400 && error.status < 500 && error.code !== 'idempotency.in_progress'
  );
}

/**
 * Sends with a key that is kept while the outcome is unknown (no answer, 5xx, still in progress), so that pressing the
 * button again can never do the thing twice.
 */
export function useIntent() {
  let key = newKey();
  return async function send<T>(work: (key: string) => Promise<T>): Promise<T> {
    try {
      const answer = await work(key);
      key = newKey();
      return answer;
    } catch (error) {
      if (isDecided(error)) key = newKey();
      throw error;
    }
  };
}
