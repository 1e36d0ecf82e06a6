// Days as the shop counts them: from midnight to midnight in Shanghai, whatever the server's clock is set to.
export const DAY_MS = 86_400_000;
const SHANGHAI_AHEAD_MS = 8 * 3_600_000;

/** Midnight in Shanghai that began the day of `now`, moved by whole days. China has one time and no summer time. */
export function dayStart(now: Date, daysLater = 0): Date {
  const days = Math.floor((now.getTime() + SHANGHAI_AHEAD_MS) / DAY_MS) + daysLater;
  return new Date(days * DAY_MS - SHANGHAI_AHEAD_MS);
}

/** yyyy-mm-dd in Shanghai. */
export function dayOf(at: Date): string {
  return new Date(at.getTime() + SHANGHAI_AHEAD_MS).toISOString().slice(0, 10);
}

/** `part` of `whole` in basis points, rounded down; null when there is nothing to compare. */
export function shareBps(part: number, whole: number): number | null {
  return whole === 0 ? null : Math.floor((part * 10_000) / whole);
}
