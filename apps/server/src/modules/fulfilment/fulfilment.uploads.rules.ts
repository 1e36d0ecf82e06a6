// What WeChat has to be told next about the goods of one payment: pure, from what has left and what it knows.
import { PARCELS_MAX } from '@jishi/wechat';

/** One parcel, or (without a number) the whole of what needs none. */
export type Entry = { trackingNo: string; company: string; itemDesc: string };

/** What WeChat knows. `isSplit` is null before it was told anything. */
export type Told = { sent: readonly Entry[]; isSplit: boolean | null; isComplete: boolean; correctionUsed: boolean };

export type Next =
  | { do: 'nothing' }
  | { do: 'upload'; entries: Entry[]; isSplit: boolean; isComplete: boolean; isCorrection: boolean; after: Entry[] }
  /** WeChat knows something wrong and takes no further word about it. */
  | { do: 'give_up' };

const sameParcel = (a: Entry, b: Entry) => a.trackingNo === b.trackingNo && a.company === b.company;
const isSame = (a: readonly Entry[], b: readonly Entry[]) =>
  a.length === b.length && a.every((one) => b.some((other) => sameParcel(one, other)));

/**
 * ```
 *  nothing told ── all in one parcel ──▶ unified, complete
 *       └───────── parts or parcels ───▶ split ── further parcels ──▶ split, complete with the last
 *  complete ────── something corrected ─▶ the whole list once more, and never again
 * ```
 * WeChat takes at most 15 parcels of a payment; what comes after them is not told.
 */
export function nextUpload(left: readonly Entry[], isAll: boolean, told: Told): Next {
  const want = left.slice(0, PARCELS_MAX);
  if (want.length === 0) return { do: 'nothing' };
  if (told.isSplit === null) {
    const isSplit = !isAll || want.length > 1;
    return { do: 'upload', entries: want, isSplit, isComplete: isAll, isCorrection: false, after: want };
  }
  if (told.isComplete) return correction(want, told);
  const fresh = want.filter((entry) => !told.sent.some((known) => sameParcel(known, entry)));
  const room = PARCELS_MAX - told.sent.length;
  if (fresh.length === 0 && !isAll) return { do: 'nothing' };
  // What was left is refunded: the last parcel is named once more to say that it was the last.
  const entries = fresh.length > 0 ? fresh.slice(0, room) : want.slice(-1);
  const known = told.sent.filter((one) => !entries.some((entry) => sameParcel(entry, one)));
  return {
    do: 'upload',
    entries,
    isSplit: true,
    isComplete: isAll,
    isCorrection: false,
    after: [...known, ...entries],
  };
}

function correction(want: Entry[], told: Told): Next {
  if (isSame(want, told.sent)) return { do: 'nothing' };
  if (told.correctionUsed) return { do: 'give_up' };
  const isSplit = told.isSplit === true || want.length > 1;
  return { do: 'upload', entries: want, isSplit, isComplete: true, isCorrection: true, after: want };
}

/** True when WeChat's own list holds every parcel that we would tell it. */
export function isKnown(want: readonly Entry[], parcels: readonly { trackingNo: string }[]): boolean {
  return want.every((entry) => parcels.some((parcel) => parcel.trackingNo === entry.trackingNo));
}

/** `138****1234`: all that WeChat wants of a number. */
export const maskedPhone = (phone: string) => `${phone.slice(0, 3)}****${phone.slice(-4)}`;

const MINUTE = 60_000;
/** WeChat may know a payment minutes after it was made; the last pause repeats. */
const PAUSES_MS = [MINUTE, 3 * MINUTE, 10 * MINUTE, 30 * MINUTE, 2 * 60 * MINUTE, 6 * 60 * MINUTE];
/** After a refusal that stays this often, or a silence of about two days, a person looks. */
export const REFUSALS_MAX = 4;
export const TRIES_MAX = 12;

export const nextTryAt = (now: Date, triesDone: number) =>
  new Date(now.getTime() + (PAUSES_MS[Math.min(triesDone, PAUSES_MS.length - 1)] as number));
