// RFC 3339 in China time, the only spelling of time that WeChat Pay speaks.

const CHINA_OFFSET_MS = 8 * 3600 * 1000;

/** `2026-01-02T03:04:05+08:00`: whole seconds, because WeChat documents no fractions. */
export function toRfc3339(at: Date): string {
  return new Date(at.getTime() + CHINA_OFFSET_MS).toISOString().slice(0, 19) + '+08:00';
}

/** The same with milliseconds, as the shipping upload wants it: `2026-01-02T03:04:05.678+08:00`. */
export function toRfc3339Millis(at: Date): string {
  return new Date(at.getTime() + CHINA_OFFSET_MS).toISOString().slice(0, 23) + '+08:00';
}

const RFC3339 = /^(\d{4})-(\d{2})-(\d{2})[Tt](\d{2}):(\d{2}):(\d{2})(\.\d+)?([Zz]|[+-]\d{2}:\d{2})$/;

/** Reads what WeChat sends; null when it is not a full RFC 3339 time with an offset. */
export function fromRfc3339(text: string): Date | null {
  if (!RFC3339.test(text)) return null;
  const at = new Date(text);
  return Number.isNaN(at.getTime()) ? null : at;
}

/** Whole unix seconds, as signatures want them. */
export function unixSeconds(at: Date): string {
  return String(Math.floor(at.getTime() / 1000));
}
