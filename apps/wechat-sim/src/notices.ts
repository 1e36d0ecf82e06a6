// Notices to the merchant: born at a payment or refund, sent by real HTTP with fresh signatures, repeated by WeChat's schedule.
import type { Chance } from './chance.ts';
import { hourMs, minuteMs, type SimClock } from './clock.ts';
import type { Mail, Parcel } from './mail.ts';
import type { DeliveryView, NoticeMode } from './surface.ts';
import { SimRefusal, type Delivery, type Notice, type World } from './world.ts';

const secondMs = 1000;

/** After the first try: how long WeChat waits before each repetition (wechat.md 4.3), 24 h 4 min in all. */
export const retrySchedule: readonly number[] = [
  15 * secondMs,
  15 * secondMs,
  30 * secondMs,
  3 * minuteMs,
  10 * minuteMs,
  20 * minuteMs,
  30 * minuteMs,
  30 * minuteMs,
  30 * minuteMs,
  60 * minuteMs,
  3 * hourMs,
  3 * hourMs,
  3 * hourMs,
  6 * hourMs,
  6 * hourMs,
];

/** Transfers are told at once, then sooner and much longer (wechat.md 4.3). */
const transferRetrySchedule: readonly number[] = [
  ...Array<number>(10).fill(15 * secondMs),
  ...Array<number>(10).fill(5 * minuteMs),
  ...Array<number>(44).fill(30 * minuteMs),
];

const scheduleOf = (notice: Notice): readonly number[] =>
  notice.originalType === 'mch_payment' ? transferRetrySchedule : retrySchedule;

export type NoticeDraft = Pick<Notice, 'eventType' | 'originalType' | 'summary' | 'subject' | 'url'> & {
  resource: object;
};

export type Notices = {
  create(draft: NoticeDraft, mode?: NoticeMode, delayMs?: number): Notice;
  /** A sealed and signed notice that was never sent. Forgeries start from it. */
  pack(notice: Notice): Parcel;
  /** One HTTP POST, logged. */
  post(notice: Notice, parcel: Parcel, flavour: DeliveryView['flavour']): Promise<Delivery>;
  /** One genuine try; an accepted one ends the schedule. */
  attempt(notice: Notice): Promise<Delivery>;
  /** What the agenda rings for. */
  ring(noticeId: string): Promise<void>;
  hold(notice: Notice): void;
  drop(notice: Notice): void;
  get(noticeId: string): Notice;
  /** Until nothing is in flight. */
  settle(): Promise<void>;
  mode(mode: NoticeMode): void;
  /** Lets bad weather choose the mode. */
  drift(choose: () => NoticeMode | null): void;
};

type NoticeParts = {
  world: World;
  clock: SimClock;
  chance: Chance;
  mail: Mail;
  touch(): void;
};

export function createNotices(parts: NoticeParts): Notices {
  const { world, clock, mail } = parts;
  const flights = createFlights();
  let defaultMode: NoticeMode = 'now';
  let chooseMode: () => NoticeMode | null = () => null;

  function create(draft: NoticeDraft, mode = chooseMode() ?? defaultMode, delayMs = minuteMs): Notice {
    const notice = bornNotice(parts, draft, mode);
    world.notices.set(notice.id, notice);
    if (mode === 'late') plan(notice, clock.now() + delayMs);
    if (mode === 'now' || mode === 'double') void attempt(notice);
    if (mode === 'double') void attempt(notice);
    parts.touch();
    return notice;
  }

  function plan(notice: Notice, at: number): void {
    notice.nextAt = at;
    clock.at({ at, kind: 'notice', ref: notice.id });
  }

  async function genuine(notice: Notice): Promise<Delivery> {
    const delivery = await mail.post(notice, mail.pack(notice), 'genuine');
    if (delivery.ok) {
      notice.state = 'delivered';
      notice.nextAt = null;
      clock.forget('notice', notice.id);
    } else if (notice.state === 'scheduled') {
      const wait = scheduleOf(notice)[notice.tries - 1];
      if (wait !== undefined) plan(notice, clock.now() + wait);
      else Object.assign(notice, { state: 'exhausted', nextAt: null });
    }
    return delivery;
  }

  const attempt = (notice: Notice): Promise<Delivery> => flights.track(genuine(notice));

  function get(noticeId: string): Notice {
    const notice = world.notices.get(noticeId);
    if (notice === undefined) throw new SimRefusal(`没有这条通知：${noticeId}`, 404);
    return notice;
  }

  function stop(notice: Notice, state: 'held' | 'dropped'): void {
    if (notice.state === 'delivered') throw new SimRefusal('通知已送达');
    Object.assign(notice, { state, nextAt: null });
    clock.forget('notice', notice.id);
    parts.touch();
  }

  return {
    create,
    pack: mail.pack,
    post: (notice, parcel, flavour) => flights.track(mail.post(notice, parcel, flavour)),
    attempt,
    async ring(noticeId) {
      const notice = world.notices.get(noticeId);
      if (notice?.state === 'scheduled') await attempt(notice);
    },
    hold: (notice) => stop(notice, 'held'),
    drop: (notice) => stop(notice, 'dropped'),
    get,
    settle: flights.settle,
    mode: (mode) => void (defaultMode = mode),
    drift: (choose) => void (chooseMode = choose),
  };
}

function bornNotice({ clock, chance }: NoticeParts, draft: NoticeDraft, mode: NoticeMode): Notice {
  return {
    ...draft,
    id: `EV-${clock.now().toString().slice(0, 13)}${chance.hex(18)}`,
    resource: JSON.stringify(draft.resource),
    state: mode === 'held' ? 'held' : mode === 'dropped' ? 'dropped' : 'scheduled',
    tries: 0,
    nextAt: null,
    createdAt: clock.now(),
  };
}

/** Remembers what is under way, so that a test can wait for it. */
function createFlights() {
  const inFlight = new Set<Promise<unknown>>();
  return {
    track<T>(work: Promise<T>): Promise<T> {
      inFlight.add(work);
      void work.finally(() => inFlight.delete(work));
      return work;
    },
    async settle(): Promise<void> {
      while (inFlight.size > 0) await Promise.allSettled(inFlight);
    },
  };
}
