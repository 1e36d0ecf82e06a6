// One key per thing the buyer wants: a repeated tap or a retry after silence carries the same key, so it happens once.
import type { ApiError } from '@jishi/contract';

/** Refusals that leave it open whether the thing has happened, or say that it is happening: the key must be kept. */
const UNDECIDED = new Set<string>([
  'network',
  'idempotency.in_progress',
  'server.busy',
  'server.failed',
  'auth.required',
]);

export type Intent = {
  <T>(wish: unknown, send: (key: string) => Promise<T>): Promise<T>;
  /** The key that this wish will carry: to be kept where the page is left before it is sent. */
  keyOf(wish: unknown): string;
  /** Takes up a wish of an earlier life of the page, with the key it had there. */
  resume(wish: unknown, key: string): void;
};

/** `wish` is what the buyer asks for: a changed wish is a new intent and gets a new key. */
export function createIntent(newKey: () => string): Intent {
  let current: { wish: string; key: string } | null = null;
  function meant(wish: unknown) {
    const text = JSON.stringify(wish);
    if (current?.wish !== text) current = { wish: text, key: newKey() };
    return current;
  }
  async function run<T>(wish: unknown, send: (key: string) => Promise<T>): Promise<T> {
    const mine = meant(wish);
    try {
      const answer = await send(mine.key);
      if (current === mine) current = null;
      return answer;
    } catch (problem) {
      if (!UNDECIDED.has((problem as ApiError).code) && current === mine) current = null;
      throw problem;
    }
  }
  return Object.assign(run, {
    keyOf: (wish: unknown) => meant(wish).key,
    resume(wish: unknown, key: string) {
      current = { wish: JSON.stringify(wish), key };
    },
  });
}
