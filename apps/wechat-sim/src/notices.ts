// Notices to the merchant: born at a payment or refund, sent by real HTTP with fresh signatures, repeated by WeChat's schedule.
import { request as httpRequest } from 'node:http';
import { request as httpsRequest } from 'node:https';
import type { Chance } from './chance.ts';
import { chinaTime, hourMs, minuteMs, type SimClock } from './clock.ts';
import { gcmSeal } from './crypto.ts';
import type { Platform } from './platform.ts';
import type { DeliveryView, MerchantSetup, NoticeMode } from './surface.ts';
import { deliveriesMax, SimRefusal, type Delivery, type Notice, type World } from './world.ts';

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

export type NoticeDraft = Pick<Notice, 'eventType' | 'originalType' | 'summary' | 'subject' | 'url'> & {
  resource: object;
};

export type Parcel = { body: string; headers: Record<string, string>; serial: string };

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
  merchant: MerchantSetup;
  platform: Platform;
  touch(): void;
};

export function createNotices(parts: NoticeParts): Notices {
  const { world, clock, chance } = parts;
  const inFlight = new Set<Promise<unknown>>();
  let defaultMode: NoticeMode = 'now';
  let chooseMode: () => NoticeMode | null = () => null;

  function track<T>(work: Promise<T>): Promise<T> {
    inFlight.add(work);
    void work.finally(() => inFlight.delete(work));
    return work;
  }

  function create(draft: NoticeDraft, mode = chooseMode() ?? defaultMode, delayMs = minuteMs): Notice {
    const notice: Notice = {
      ...draft,
      id: `EV-${clock.now().toString().slice(0, 13)}${chance.hex(18)}`,
      resource: JSON.stringify(draft.resource),
      state: mode === 'held' ? 'held' : mode === 'dropped' ? 'dropped' : 'scheduled',
      tries: 0,
      nextAt: null,
      createdAt: clock.now(),
    };
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

  function pack(notice: Notice): Parcel {
    const body = seal(parts, notice);
    const signer = parts.platform.signer();
    return { body, headers: parts.platform.sign(body, signer), serial: signer.serial };
  }

  async function post(notice: Notice, parcel: Parcel, flavour: DeliveryView['flavour']): Promise<Delivery> {
    const sentAt = clock.now();
    const headers = { ...parcel.headers, 'Request-ID': requestId(chance) };
    const result = await sendParcel(notice.url, parcel.body, headers, parts.merchant.noticeTimeoutMs);
    const delivery: Delivery = {
      noticeId: notice.id,
      eventType: notice.eventType,
      subject: notice.subject,
      flavour,
      try: flavour === 'genuine' ? (notice.tries += 1) : 0,
      at: sentAt,
      url: notice.url,
      ok: result.status === 200 || result.status === 204,
      serial: parcel.serial,
      ...result,
    };
    world.deliveries.push(delivery);
    if (world.deliveries.length > deliveriesMax) world.deliveries.shift();
    parts.touch();
    return delivery;
  }

  async function genuine(notice: Notice): Promise<Delivery> {
    const delivery = await post(notice, pack(notice), 'genuine');
    if (delivery.ok) {
      notice.state = 'delivered';
      notice.nextAt = null;
      clock.forget('notice', notice.id);
    } else if (notice.state === 'scheduled') {
      const wait = retrySchedule[notice.tries - 1];
      if (wait !== undefined) plan(notice, clock.now() + wait);
      else Object.assign(notice, { state: 'exhausted', nextAt: null });
    }
    return delivery;
  }

  const attempt = (notice: Notice): Promise<Delivery> => track(genuine(notice));

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
    pack,
    post: (notice, parcel, flavour) => track(post(notice, parcel, flavour)),
    attempt,
    async ring(noticeId) {
      const notice = world.notices.get(noticeId);
      if (notice?.state === 'scheduled') await attempt(notice);
    },
    hold: (notice) => stop(notice, 'held'),
    drop: (notice) => stop(notice, 'dropped'),
    get,
    async settle() {
      while (inFlight.size > 0) await Promise.allSettled(inFlight);
    },
    mode: (mode) => void (defaultMode = mode),
    drift: (choose) => void (chooseMode = choose),
  };
}

/** Every try carries the same id and creation time, and a newly encrypted resource. */
function seal(parts: Pick<NoticeParts, 'chance' | 'merchant'>, notice: Notice): string {
  const nonce = parts.chance.letters(12);
  return JSON.stringify({
    id: notice.id,
    create_time: chinaTime(notice.createdAt),
    resource_type: 'encrypt-resource',
    event_type: notice.eventType,
    summary: notice.summary,
    resource: {
      original_type: notice.originalType,
      algorithm: 'AEAD_AES_256_GCM',
      ciphertext: gcmSeal(parts.merchant.apiV3Key, nonce, notice.originalType, notice.resource),
      associated_data: notice.originalType,
      nonce,
    },
  });
}

export function requestId(chance: Chance): string {
  return `08${chance.hex(30)}-268${chance.digits(6)}`;
}

type SendResult = { status: number | null; answer: string; failure: string | null };

const answerCharsMax = 500;

/** Redirects are not followed: WeChat counts them as failures. */
function sendParcel(
  url: string,
  body: string,
  headers: Record<string, string>,
  timeoutMs: number,
): Promise<SendResult> {
  const { promise, resolve } = Promise.withResolvers<SendResult>();
  const fail = (error: Error): void => resolve({ status: null, answer: '', failure: error.message });
  const send = url.startsWith('https:') ? httpsRequest : httpRequest;
  const sent = send(url, {
    method: 'POST',
    agent: false,
    signal: AbortSignal.timeout(timeoutMs),
    headers: {
      ...headers,
      'Content-Type': 'application/json',
      'Content-Length': Buffer.byteLength(body),
      Accept: '*/*',
      'User-Agent': 'Mozilla/4.0',
    },
  });
  sent.on('error', fail);
  sent.on('response', (response) => {
    const chunks: Buffer[] = [];
    response.on('data', (chunk: Buffer) => chunks.push(chunk));
    response.on('error', fail);
    response.on('end', () => {
      const answer = Buffer.concat(chunks).toString('utf8').slice(0, answerCharsMax);
      resolve({ status: response.statusCode ?? null, answer, failure: null });
    });
  });
  sent.end(body);
  return promise;
}
