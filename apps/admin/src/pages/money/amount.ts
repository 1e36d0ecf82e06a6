// Amounts of an account in its own unit.
import { yuan } from '@jishi/contract';

export type Unit = 'CNY' | 'PTS';
const grouped = new Intl.NumberFormat('zh-CN');

export const amountText = (unit: Unit, value: number): string =>
  unit === 'CNY' ? yuan(value) : `${grouped.format(value)} 分`;

/** A side of an entry: nothing is left empty. */
export const sideText = (unit: Unit, value: number): string => (value === 0 ? '' : amountText(unit, value));
