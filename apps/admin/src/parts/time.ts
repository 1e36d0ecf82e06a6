// Times as people in the shop read them: Asia/Shanghai, whatever the computer is set to.

const minute = new Intl.DateTimeFormat('sv-SE', {
  timeZone: 'Asia/Shanghai',
  year: 'numeric',
  month: '2-digit',
  day: '2-digit',
  hour: '2-digit',
  minute: '2-digit',
});
const day = new Intl.DateTimeFormat('sv-SE', { timeZone: 'Asia/Shanghai' });

/** "2026-11-20 12:30", or a dash when there is no time. */
export function timeText(instant: string | null | undefined): string {
  return instant ? minute.format(new Date(instant)) : '—';
}

/** "2026-11-20", the day of a moment in the shop. */
export function dayText(instant: string): string {
  return day.format(new Date(instant));
}

/** The day `daysAgo` days before today in the shop, "2026-11-20". */
export function shopDay(daysAgo = 0): string {
  const now = performance.timeOrigin + performance.now();
  return day.format(new Date(now - daysAgo * 86_400_000));
}

/** This minute in the shop, "2026-11-20 12:30". */
export function minuteNow(): string {
  return minute.format(new Date(performance.timeOrigin + performance.now()));
}
