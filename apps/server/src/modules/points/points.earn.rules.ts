// What an event is worth, and how long it can be spent: pure.
import { cumulativeShare, fen, type EARN_UNITS } from '@jishi/contract';
import { dayBegins, dayLater, dayOf } from '../../platform/days.ts';

type Rule = { unit: (typeof EARN_UNITS)[number]; value: number; dailyCap: number | null };

/** Points for `units` of what the rule counts, less what the day's cap cuts off. */
export function worthOf(rule: Rule, units: number, earnedToday: number): number {
  const points = rule.unit === 'percent' ? cumulativeShare(fen(units * rule.value), 1, 100) : units * rule.value;
  return rule.dailyCap === null ? points : Math.max(0, Math.min(points, rule.dailyCap - earnedToday));
}

/** What an event may keep when only so many of its units are left. */
export function keptOf(earned: { points: number; units: number }, unitsLeft: number): number {
  return cumulativeShare(fen(earned.points), Math.max(0, Math.min(unitsLeft, earned.units)), earned.units);
}

/** The end of the day so many months later; a day that the month does not have is its last one. */
export function expiryOf(at: Date, months: number | null): Date | null {
  if (months === null) return null;
  const [year = 0, month = 1, day = 1] = dayOf(at).split('-').map(Number);
  const last = new Date(Date.UTC(year, month - 1 + months + 1, 0));
  const date = new Date(Date.UTC(year, month - 1 + months, Math.min(day, last.getUTCDate())));
  return dayBegins(dayLater(date.toISOString().slice(0, 10), 1));
}
