// The simulator's time: the wall clock, or a clock that stands still until it is moved. What is due is kept in the world's agenda.
import { SimRefusal, type AgendaItem, type World } from './world.ts';
import type { ClockMode } from './surface.ts';

export type SimClock = {
  readonly mode: ClockMode;
  now(): number;
  /** Puts something on the agenda, replacing what was there for the same thing. */
  at(item: AgendaItem): void;
  forget(kind: AgendaItem['kind'], ref: string): void;
  /** Moves a steppable clock, stopping at everything that falls due on the way. */
  moveTo(target: number): Promise<void>;
  /** Begins to run agenda items. Called once, when everything is wired. */
  start(run: (item: AgendaItem) => Promise<void>): void;
  stop(): void;
};

export const minuteMs = 60_000;
export const hourMs = 60 * minuteMs;
export const dayMs = 24 * hourMs;
const timerMaxMs = 2 ** 31 - 1;

type ClockParts = {
  world: World;
  mode: ClockMode;
  startAt: Date | undefined;
  onTick: ((now: Date) => void | Promise<void>) | undefined;
};

export function createClock({ world, mode, startAt, onTick }: ClockParts): SimClock {
  let standing = startAt?.getTime() ?? Date.now();
  let timer: NodeJS.Timeout | null = null;
  let run: ((item: AgendaItem) => Promise<void>) | null = null;

  const now = (): number => (mode === 'real' ? Date.now() : standing);

  function arm(): void {
    if (mode !== 'real' || run === null) return;
    if (timer !== null) clearTimeout(timer);
    const first = world.agenda[0];
    timer = first === undefined ? null : setTimeout(ring, Math.min(Math.max(0, first.at - now()), timerMaxMs));
  }

  function ring(): void {
    while (run !== null && world.agenda[0] !== undefined && world.agenda[0].at <= now()) {
      const item = world.agenda.shift();
      if (item !== undefined) void run(item);
    }
    arm();
  }

  function forget(kind: AgendaItem['kind'], ref: string): void {
    world.agenda = world.agenda.filter((item) => item.kind !== kind || item.ref !== ref);
  }

  async function moveTo(target: number): Promise<void> {
    if (mode === 'real')
      throw new SimRefusal('A real clock moves by itself; start the simulator with a steppable clock.');
    if (target < standing) throw new SimRefusal('Time does not run backwards.', 400);
    for (;;) {
      const first = world.agenda[0];
      if (first === undefined || first.at > target) break;
      world.agenda.shift();
      await tick(Math.max(standing, first.at));
      await run?.(first);
    }
    await tick(target);
  }

  async function tick(to: number): Promise<void> {
    if (to === standing) return;
    standing = to;
    await onTick?.(new Date(to));
  }

  return {
    mode,
    now,
    at(item) {
      forget(item.kind, item.ref);
      const before = world.agenda.findIndex((other) => other.at > item.at);
      world.agenda.splice(before === -1 ? world.agenda.length : before, 0, item);
      arm();
    },
    forget(kind, ref) {
      forget(kind, ref);
      arm();
    },
    moveTo,
    start(runner) {
      run = runner;
      arm();
    },
    stop() {
      run = null;
      if (timer !== null) clearTimeout(timer);
    },
  };
}

/** `2026-01-02T03:04:05+08:00`, as WeChat writes times. */
export function chinaTime(ms: number): string {
  return `${new Date(ms + 8 * hourMs).toISOString().slice(0, 19)}+08:00`;
}

/** `20260102030405` in China, for numbers that begin with a time. */
export function chinaStamp(ms: number): string {
  return new Date(ms + 8 * hourMs).toISOString().slice(0, 19).replaceAll(/[-T:]/g, '');
}
