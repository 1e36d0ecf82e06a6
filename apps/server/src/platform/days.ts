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

/** The moment at which a day (yyyy-mm-dd) begins in Shanghai. */
export function dayBegins(day: string): Date {
  return new Date(`${day}T00:00:00+08:00`);
}

/** The day so many days later, before when negative. */
export function dayLater(day: string, days: number): string {
  return dayOf(new Date(dayBegins(day).getTime() + days * DAY_MS));
}

/** The moments at which a span of Shanghai days begins and ends; the last day is part of it. */
export function shanghaiSpan(from: string | undefined, to: string | undefined): { from?: Date; before?: Date } {
  return {
    ...(from === undefined ? {} : { from: dayBegins(from) }),
    ...(to === undefined ? {} : { before: new Date(dayBegins(to).getTime() + DAY_MS) }),
  };
}
