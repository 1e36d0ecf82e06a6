// On whose behalf something is written or read: a change shows at once to whoever made it, and soon to all others.
import { AsyncLocalStorage } from 'node:async_hooks';
import type { IncomingHttpHeaders } from 'node:http';
import { networkOf } from './http.limits.ts';

/**
 * `staff`: what they change is looked at by everybody, often on another screen than the one it was changed on.
 * Names: a buyer, a visitor; known by their token and by where they call from. `nobody`: a notice of WeChat, a job.
 */
export type Writer = 'staff' | 'nobody' | readonly string[];

const current = new AsyncLocalStorage<Writer>();

/** Whatever `run` commits, it commits on behalf of `writer`. */
export function writingFor<T>(writer: Writer, run: () => T): T {
  return current.run(writer, run);
}

/** Outside of any call it is the house itself: jobs, schedules. Nobody sits there and waits to see what they did. */
export function writerNow(): Writer {
  return current.getStore() ?? 'nobody';
}

/**
 * What a caller can be recognized by a moment later. The address counts too, because a program may sign its writes and
 * not its reads; neighbours behind one address then wait for one more reading, which they share.
 */
export function namesOf(headers: IncomingHttpHeaders, ip: string): string[] {
  const { authorization } = headers;
  const place = networkOf(ip);
  return authorization === undefined ? [place] : [place, authorization];
}

const anew = new AsyncLocalStorage<true>();

/** Whatever `run` reads is looked up from the start: the caller has just written something, maybe in another process. */
export function readingAnew<T>(run: () => T): T {
  return anew.run(true, run);
}

export function readsAnew(): boolean {
  return anew.getStore() ?? false;
}
