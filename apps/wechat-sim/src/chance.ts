// Randomness: real by default, repeatable when a seed is given.
import { randomBytes } from 'node:crypto';

export type Chance = {
  /** 0 <= x < 1 */
  next(): number;
  digits(count: number): string;
  hex(count: number): string;
  letters(count: number): string;
  pick<T>(items: readonly T[]): T | undefined;
  shuffled<T>(items: readonly T[]): T[];
};

const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';

export function createChance(seed?: number): Chance {
  const next = seed === undefined ? () => randomBytes(4).readUInt32BE() / 2 ** 32 : mulberry(seed);
  const draw = (from: string, count: number): string =>
    Array.from({ length: count }, () => from[Math.floor(next() * from.length)]).join('');
  return {
    next,
    digits: (count) => draw('0123456789', count),
    hex: (count) => draw('0123456789ABCDEF', count),
    letters: (count) => draw(alphabet, count),
    pick: (items) => items[Math.floor(next() * items.length)],
    shuffled(items) {
      const rest = [...items];
      const out = [];
      while (rest.length > 0) out.push(...rest.splice(Math.floor(next() * rest.length), 1));
      return out;
    },
  };
}

/** mulberry32: a small published generator with a full 32-bit period. */
function mulberry(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
