// Identifiers made by us before insert: UUIDv7 for rows, 20 digits for people.
import { randomInt, randomUUID } from 'node:crypto';
import type { Id } from '@jishi/contract';
import { systemClock, type Clock } from './clock.ts';

let lastMs = 0;
let counter = 0;

/**
 * A new UUIDv7 (RFC 9562). Ids of one process grow strictly, even within a millisecond: the 12 bits after the version
 * are a counter, as method 1 of the RFC allows, so inserts land at the right end of every index.
 */
export function newId<N extends string>(): Id<N> {
  const now = systemClock.now().getTime();
  if (now > lastMs) {
    lastMs = now;
    counter = randomInt(0x400);
  } else if (++counter > 0xfff) {
    // More than 4096 ids in a millisecond, or a clock that went back: borrow from the next one.
    lastMs += 1;
    counter = randomInt(0x400);
  }
  const time = lastMs.toString(16).padStart(12, '0');
  const place = (0x7000 | counter).toString(16);
  // The second half of a random one is what we want: the variant and 62 random bits, from a store that Node refills.
  return `${time.slice(0, 8)}-${time.slice(8)}-${place}-${randomUUID().slice(19)}` as Id<N>;
}

const SHANGHAI_AHEAD_MS = 8 * 3_600_000;

/** The number that people read and WeChat knows: yyMMddHHmmss in Shanghai, then 8 random digits. */
export function newOrderNo(clock: Clock): string {
  const shanghai = new Date(clock.now().getTime() + SHANGHAI_AHEAD_MS).toISOString();
  const stamp = shanghai.slice(2, 19).replaceAll(/\D/g, '');
  return stamp + String(randomInt(100_000_000)).padStart(8, '0');
}
