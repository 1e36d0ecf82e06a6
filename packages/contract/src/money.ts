// Money and points: branded integers, and the only arithmetic that multiplies or divides them.
import { z } from 'zod';

/** An amount of money in fen (1 yuan = 100 fen), a safe integer. May be negative only where a name says so. */
export type Fen = number & { readonly __unit: 'fen' };

/** A rate in basis points: 10 000 = 100 %. */
export type Bps = number & { readonly __unit: 'bps' };

/** The largest amount a single field may carry: ten million yuan. It keeps every sum a safe integer. */
export const FEN_MAX = 1_000_000_000;

/** Reads a number as fen; throws a RangeError for anything that is not a safe integer. */
export function fen(value: number): Fen {
  if (!Number.isSafeInteger(value)) throw new RangeError(`not an amount in fen: ${value}`);
  return value as Fen;
}

export const ZERO = fen(0);

/** An amount on the wire: 0 to FEN_MAX. */
export const FenField = z.int().min(0).max(FEN_MAX) as unknown as z.ZodType<Fen, number>;

/** A sum in an answer, where debts and differences may be negative. */
export const SignedFenField = z.int() as unknown as z.ZodType<Fen, number>;

export function addFen(...parts: readonly number[]): Fen {
  let sum = 0;
  for (const part of parts) sum += part;
  return fen(sum);
}

/** Unit price times quantity, exact. */
export function timesFen(price: Fen, quantity: number): Fen {
  return fen(price * quantity);
}

/** `value` x `bps` / 10 000, rounded half up once. Exact for every amount up to FEN_MAX. */
export function rateOf(value: Fen, bps: number): Fen {
  const product = BigInt(value) * BigInt(bps);
  const sign = product < 0n ? -1n : 1n;
  return fen(Number(sign * ((sign * product * 2n + 10_000n) / 20_000n)));
}

/**
 * Splits `total` over `weights` by largest remainder: the parts always sum to `total`, ties go to the earlier index,
 * a zero weight gets nothing. When all weights are zero the parts are equal as far as possible.
 * @throws RangeError on an empty or negative weight list.
 */
export function split(total: Fen, weights: readonly number[]): Fen[] {
  if (weights.length === 0) throw new RangeError('split needs at least one weight');
  for (const weight of weights) {
    if (!Number.isSafeInteger(weight) || weight < 0) throw new RangeError(`not a weight: ${weight}`);
  }
  const allZero = weights.every((weight) => weight === 0);
  const shares = weights.map((weight) => (allZero ? 1n : BigInt(weight)));
  const whole = shares.reduce((sum, share) => sum + share, 0n);
  const sign = total < 0 ? -1n : 1n;
  const amount = BigInt(total) * sign;
  const floors = shares.map((share) => (amount * share) / whole);
  const remainders = shares.map((share, index) => ({ index, rest: (amount * share) % whole }));
  let left = Number(amount - floors.reduce((sum, part) => sum + part, 0n));
  remainders.sort((a, b) => (a.rest === b.rest ? a.index - b.index : a.rest > b.rest ? -1 : 1));
  for (const { index } of remainders) {
    if (left === 0) break;
    floors[index] = (floors[index] ?? 0n) + 1n;
    left -= 1;
  }
  return floors.map((part) => fen(Number(sign * part)));
}

/**
 * The part of `total` that belongs to the first `done` of `whole` units, rounded down.
 * Used for refunds by quantity: the difference of two cumulative shares adds up to `total` at the end, cent exact.
 */
export function cumulativeShare(total: Fen, done: number, whole: number): Fen {
  if (whole <= 0 || done < 0 || done > whole) throw new RangeError(`no share of ${done} in ${whole}`);
  return fen(Number((BigInt(total) * BigInt(done)) / BigInt(whole)));
}

/** How many whole units an amount holds: 3.25 yuan are 32 points of 0.10 yuan. */
export function wholeUnits(total: Fen, unit: number): number {
  if (!Number.isSafeInteger(unit) || unit <= 0 || total < 0) throw new RangeError(`no units of ${unit} in ${total}`);
  return Math.floor(total / unit);
}

/** "¥1,234.50": what a person sees. Only screens and letters call this. */
export function yuan(value: number): string {
  return `${value < 0 ? '-' : ''}¥${yuanGrouped(value)}`;
}

/** "1,234.50": figures in groups of three, so that a big sum can be read. The minus sign is left to `yuan`. */
export function yuanGrouped(value: number): string {
  // Without Intl, which the mini-program does not have.
  return yuanDigits(value).replace(/\B(?=(?:\d{3})+\.)/g, ',');
}

/** "12.80" without a sign of currency, for inputs and exports; the minus sign of a negative amount is left to `yuan`. */
export function yuanDigits(value: number): string {
  const whole = Math.abs(value);
  return `${Math.floor(whole / 100)}.${String(whole % 100).padStart(2, '0')}`;
}

/** Reads "12.8" or "12.80" as fen; null when it is not an amount with at most two decimals. */
export function parseYuan(text: string): Fen | null {
  const match = /^(\d{1,8})(?:\.(\d{1,2}))?$/.exec(text.trim());
  if (!match) return null;
  return fen(Number(match[1]) * 100 + Number((match[2] ?? '').padEnd(2, '0')));
}
