// Between what a person types in yuan and what the contract counts in fen.
import { FEN_MAX, parseYuan, yuan, yuanDigits } from '@jishi/contract';

/** The typed text as fen; null when empty; undefined when it is no amount the contract could carry. */
export function readYuan(text: string): number | null | undefined {
  const plain = text.replaceAll(/[¥￥,，\s]/g, '');
  if (plain === '') return null;
  const value = parseYuan(plain);
  return value === null || value > FEN_MAX ? undefined : value;
}

/** Fen as the input shows it: empty for nothing. */
export function writeYuan(value: number | null | undefined): string {
  return value === null || value === undefined ? '' : yuanDigits(value);
}

/** "¥12.80 ~ ¥15.00", or one price when they agree. */
export function yuanRange(min: number, max: number): string {
  return min === max ? yuan(min) : `${yuan(min)} ~ ${yuan(max)}`;
}

/** A rate in basis points as a percentage. */
export function percentText(bps: number | null): string {
  return bps === null ? '—' : `${(bps / 100).toFixed(1)}%`;
}
