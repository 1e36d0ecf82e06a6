// How long something has been waiting, in the words of somebody who looks at a queue.

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** "刚刚", "25 分钟", "3 小时", "2 天 5 小时". `now` is the computer's own clock where nothing else is given. */
export function waitedText(since: string, now = performance.timeOrigin + performance.now()): string {
  const span = now - Date.parse(since);
  if (span < MINUTE) return '刚刚';
  if (span < HOUR) return `${Math.floor(span / MINUTE)} 分钟`;
  if (span < DAY) return `${Math.floor(span / HOUR)} 小时`;
  const hours = Math.floor((span % DAY) / HOUR);
  const days = Math.floor(span / DAY);
  return days > 9 || hours === 0 ? `${days} 天` : `${days} 天 ${hours} 小时`;
}

/** More than a day is too long for somebody who waits for us. */
export function isLong(since: string, now = performance.timeOrigin + performance.now()): boolean {
  return now - Date.parse(since) > DAY;
}
