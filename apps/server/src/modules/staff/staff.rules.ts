// The figures and pure decisions of signing in and of giving rights away.
import { PERMISSION_CODES, type Permission } from '@jishi/contract';
import { spanMs } from '../../platform/clock.ts';

export const FAILURES_MAX = 5;
export const LOCK_MINUTES = 30;
export const IDLE_MINUTES = 30;
/** No session outlives this, however busy; a remembered one may also be idle for as long. */
export const SESSION_DAYS = 7;
export const SESSIONS_MAX = 3;
export const CAPTCHA_MINUTES = 5;
export const CAPTCHA_LENGTH = 4;
/** `last_seen_at` is written no more often than this. */
export const SEEN_SECONDS = 60;

export function isStrongPassword(password: string): boolean {
  return password.length >= 8 && /[A-Za-z]/.test(password) && /\d/.test(password);
}

export type Failures = { failures: number; lockedUntil: Date | null };

export function isLocked({ lockedUntil }: Failures, now: Date): boolean {
  return lockedUntil !== null && lockedUntil > now;
}

/** Counts one more failure; a lock that is over starts a new count. */
export function afterFailure({ failures, lockedUntil }: Failures, now: Date): Failures {
  const counted = (lockedUntil === null ? failures : 0) + 1;
  return {
    failures: counted,
    lockedUntil: counted >= FAILURES_MAX ? new Date(now.getTime() + spanMs({ minutes: LOCK_MINUTES })) : null,
  };
}

export function minutesLeft(until: Date, now: Date): number {
  return Math.max(1, Math.ceil((until.getTime() - now.getTime()) / 60_000));
}

export type SessionTimes = { remember: boolean; lastSeenAt: Date; expiresAt: Date };

export function isAlive({ remember, lastSeenAt, expiresAt }: SessionTimes, now: Date): boolean {
  if (expiresAt <= now) return false;
  return remember || lastSeenAt > idleBefore(now);
}

/** Sessions last seen before this moment have been idle for too long, unless remembered. */
export function idleBefore(now: Date): Date {
  return new Date(now.getTime() - spanMs({ minutes: IDLE_MINUTES }));
}

/** A role row may still name a permission that a newer release has dropped; `super` holds all there are. */
export function permissionsOf(role: { isSuper: boolean; permissions: readonly string[] }): Permission[] {
  return role.isSuper ? [...PERMISSION_CODES] : PERMISSION_CODES.filter((code) => role.permissions.includes(code));
}

/** Nobody gives away, or takes command of, more than they hold themselves. */
export function covers(own: ReadonlySet<Permission>, other: readonly Permission[]): boolean {
  return other.every((code) => own.has(code));
}
