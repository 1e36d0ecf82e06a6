// Amounts in the middle of a sentence.
import { yuanDigits } from '@jishi/contract';

/** "1,234,567.00": the figures, in groups of three so that a big price can be read. */
export function grouped(fen: number): string {
  return yuanDigits(fen).replace(/\B(?=(?:\d{3})+\.)/g, ',');
}

/** "¥1,234.50" */
export function amountText(fen: number): string {
  return `${fen < 0 ? '-' : ''}¥${grouped(fen)}`;
}

/** "已售 1.2 万" */
export function soldText(count: number): string {
  if (count <= 0) return '新品上架';
  if (count < 10_000) return `已售 ${count}`;
  return `已售 ${(Math.floor(count / 1000) / 10).toFixed(1)} 万`;
}

/** "99+" */
export function badgeText(count: number): string {
  return count > 99 ? '99+' : String(count);
}
