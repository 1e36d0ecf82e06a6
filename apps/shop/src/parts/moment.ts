// Times as people in China read them. The mini-program has no Intl, so the eight hours are added by hand.
const CHINA_AHEAD_MS = 8 * 60 * 60 * 1000;

function two(value: number) {
  return String(value).padStart(2, '0');
}

/** 2026-11-21 08:30 in China, from an instant on the wire. */
export function minuteOf(instant: string): string {
  const at = new Date(Date.parse(instant) + CHINA_AHEAD_MS);
  const day = `${at.getUTCFullYear()}-${two(at.getUTCMonth() + 1)}-${two(at.getUTCDate())}`;
  return `${day} ${two(at.getUTCHours())}:${two(at.getUTCMinutes())}`;
}

/** 11 月 21 日 08:30, with the year before it where it is not this one. */
export function shortOf(instant: string, nowMs: number = Date.now()): string {
  const at = new Date(Date.parse(instant) + CHINA_AHEAD_MS);
  const year = at.getUTCFullYear();
  const isOther = year !== new Date(nowMs + CHINA_AHEAD_MS).getUTCFullYear();
  const day = `${isOther ? `${year} 年 ` : ''}${at.getUTCMonth() + 1} 月 ${at.getUTCDate()} 日`;
  return `${day} ${two(at.getUTCHours())}:${two(at.getUTCMinutes())}`;
}

/** What is left until `until`: 0 when it is over. */
export function leftMs(until: string, nowMs: number): number {
  return Math.max(0, Date.parse(until) - nowMs);
}

/** 29:05, 1:02:03, or 2 天 03:04:05. Rounded up, so that 00:00 means over. */
export function clockText(ms: number): string {
  const seconds = Math.ceil(Math.max(0, ms) / 1000);
  const days = Math.floor(seconds / 86_400);
  const hours = Math.floor((seconds % 86_400) / 3600);
  const rest = `${two(Math.floor((seconds % 3600) / 60))}:${two(seconds % 60)}`;
  if (days > 0) return `${days} 天 ${two(hours)}:${rest}`;
  return hours > 0 ? `${hours}:${rest}` : rest;
}
