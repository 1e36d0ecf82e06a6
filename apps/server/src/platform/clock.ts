// Time: the only place of the server that reads the machine's clock.

/** Whoever needs the time is given one of these, so that tests can move it. */
export type Clock = { now(): Date };

export const systemClock: Clock = { now: () => new Date() };

export type TimeSpan = { days?: number; hours?: number; minutes?: number; seconds?: number; ms?: number };

export type TestClock = Clock & { forward(by: TimeSpan): void; set(at: Date): void };

/** A clock that stands still until it is told to move. */
export function testClock(start: Date = new Date('2026-03-02T02:00:00.000Z')): TestClock {
  let at = start.getTime();
  return {
    now: () => new Date(at),
    forward: (by) => {
      at += spanMs(by);
    },
    set: (to) => {
      at = to.getTime();
    },
  };
}

export function spanMs(by: TimeSpan): number {
  const hours = (by.days ?? 0) * 24 + (by.hours ?? 0);
  const seconds = (hours * 60 + (by.minutes ?? 0)) * 60 + (by.seconds ?? 0);
  return seconds * 1000 + (by.ms ?? 0);
}

/** Milliseconds that only ever grow, for measuring how long something took. */
export function stopwatch(): () => number {
  const from = performance.now();
  return () => performance.now() - from;
}
