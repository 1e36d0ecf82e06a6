// Answers that everybody gets alike, remembered for a moment: ready bytes, their ETag and their compressed forms.
//
// The law: nobody sees anything older than `freshSeconds`, counted from the start of the reading; and a change that this
// process has committed shows at once to everybody. A client that wrote elsewhere says so (`cache-control: no-cache`).
//
//   ask ──> remembered, young, of this epoch? ──yes──> answer (before it is old it is read anew)
//            └─no─> somebody reading since this epoch began? ──yes──> wait for it ──too old by then?──> read again
//                    └─no─> read
import { createHash } from 'node:crypto';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';
import type { Clock } from './clock.ts';

export type Encoding = 'br' | 'gzip';

/** A finished answer. It never changes: another text is another answer. */
export type ReadyAnswer = {
  readonly etag: string;
  readonly plain: Buffer;
  /** The text in this form, made when it is first wanted. */
  as(encoding: Encoding): Buffer;
};

/** Below this a compressed answer is no smaller on the wire. */
export const COMPRESS_FROM = 1024;
/** What an entry costs beside its bytes: keys, maps, buffers' heads. */
const ENTRY_BYTES = 1024;
/** Compressed forms are counted before they are made; JSON of ours shrinks to a quarter or less in either. */
const FORMS_SHARE = 0.5;

export function readyAnswer(text: string): ReadyAnswer {
  const plain = Buffer.from(text);
  const forms = new Map<Encoding, Buffer>();
  return {
    etag: `W/"${createHash('sha1').update(plain).digest('base64url')}"`,
    plain,
    as: (encoding) => {
      const known = forms.get(encoding);
      if (known) return known;
      // Quality 4 is a tenth of the default's work for nearly its size.
      const params = { [constants.BROTLI_PARAM_QUALITY]: 4, [constants.BROTLI_PARAM_SIZE_HINT]: plain.length };
      const made = encoding === 'br' ? brotliCompressSync(plain, { params }) : gzipSync(plain);
      forms.set(encoding, made);
      return made;
    },
  };
}

export type Question = {
  /** Names the endpoint and its parsed input. */
  key: string;
  seconds: number;
  /** Reads and writes down the answer. It may run again later, on nobody's behalf. */
  read: () => Promise<string>;
};

export type Fresh = {
  /** `anew`: the caller has just written something, and takes only what is read from now on. */
  ask(question: Question, anew?: boolean): Promise<ReadyAnswer>;
  /** What may be answered this very moment, without any waiting. */
  look(key: string): ReadyAnswer | undefined;
  /** Whatever was read until now may be old. */
  forget(): void;
  size(): { entries: number; bytes: number };
};

type Entry = Question & {
  answer: ReadyAnswer | undefined;
  /** When, in which epoch and as which of all readings that of `answer` began. */
  readAt: number;
  epoch: number;
  turn: number;
  reading: Reading | undefined;
};
type Reading = Pick<Entry, 'readAt' | 'epoch' | 'turn'> & { answer: Promise<ReadyAnswer> };

/** From this part of its life on, an answer that is still wanted is read anew, so that callers never have to wait. */
const RENEW_FROM = 0.6;

type Bounds = { entriesMax: number; bytesMax: number };
export type FreshSettings = Partial<Bounds> & { clock: Clock };

export function createFresh(settings: FreshSettings): Fresh {
  const { clock, entriesMax = 5000, bytesMax = 16 * 1_048_576 } = settings;
  const shelf = createShelf({ entriesMax, bytesMax });
  let epoch = 0;
  // Readings are numbered: two of the same millisecond are still one after the other.
  let turn = 0;
  const now = () => clock.now().getTime();
  const isYoung = (entry: Entry, at: number) => {
    const age = at - entry.readAt;
    // A clock that was set back tells nothing about age.
    return entry.epoch === epoch && age >= 0 && age < entry.seconds * 1000;
  };

  function start(entry: Entry): Reading {
    turn += 1;
    const reading: Reading = { readAt: now(), epoch, turn, answer: entry.read().then(readyAnswer) };
    entry.reading = reading;
    const end = () => {
      if (entry.reading === reading) entry.reading = undefined;
    };
    // A failure is not worth remembering: whoever waits is told, whoever comes later asks again.
    reading.answer.then((answer) => {
      end();
      if (reading.epoch === epoch && reading.turn > entry.turn) shelf.keep(entry, reading, answer);
    }, end);
    return reading;
  }

  async function ask(question: Question, anew = false): Promise<ReadyAnswer> {
    const cameAt = (turn += 1);
    for (;;) {
      const entry = shelf.entryOf(question);
      if (!anew && entry.answer && isYoung(entry, now())) return entry.answer;
      const { reading } = entry;
      const isShared = reading !== undefined && reading.epoch === epoch && (!anew || reading.turn > cameAt);
      const mine = isShared ? reading : start(entry);
      const answer = await mine.answer;
      // A reading that began after we came is as good as our own, however long it took.
      const isMine = mine.turn > cameAt;
      if (isMine || (mine.epoch === epoch && now() - mine.readAt < question.seconds * 1000)) {
        // What is kept has its compressed forms already.
        return entry.answer?.etag === answer.etag ? entry.answer : answer;
      }
    }
  }

  return {
    ask,
    look: (key) => {
      const entry = shelf.find(key);
      if (!entry?.answer) return undefined;
      const at = now();
      if (!isYoung(entry, at)) return undefined;
      if (at - entry.readAt >= entry.seconds * 1000 * RENEW_FROM && !entry.reading) {
        shelf.touch(entry);
        // Nobody waits for it: when it fails, the next caller who has to wait hears why.
        start(entry).answer.catch(() => undefined);
      }
      return entry.answer;
    },
    forget: () => {
      epoch += 1;
    },
    size: shelf.size,
  };
}

/** The entries, in the order in which they were last wanted; the longest silent are the first to go. */
function createShelf({ entriesMax, bytesMax }: Bounds) {
  const entries = new Map<string, Entry>();
  let bytes = 0;
  const weightOf = ({ answer }: Entry) => ENTRY_BYTES + Math.ceil((answer?.plain.length ?? 0) * (1 + FORMS_SHARE));
  const touch = (entry: Entry) => {
    entries.delete(entry.key);
    entries.set(entry.key, entry);
  };
  const shrink = () => {
    for (const [key, entry] of entries) {
      if (entries.size <= entriesMax && bytes <= bytesMax) return;
      entries.delete(key);
      bytes -= weightOf(entry);
    }
  };
  return {
    touch,
    find: (key: string) => entries.get(key),
    size: () => ({ entries: entries.size, bytes }),
    entryOf: (question: Question): Entry => {
      const known = entries.get(question.key);
      if (known) {
        touch(known);
        return known;
      }
      const nothing = { answer: undefined, readAt: Number.NEGATIVE_INFINITY, epoch: 0, turn: 0 };
      const entry: Entry = { ...question, ...nothing, reading: undefined };
      bytes += weightOf(entry);
      entries.set(question.key, entry);
      shrink();
      return entry;
    },
    keep: (entry: Entry, reading: Reading, answer: ReadyAnswer) => {
      if (entries.get(entry.key) !== entry) return;
      bytes -= weightOf(entry);
      // The same text again keeps its compressed forms.
      if (entry.answer?.etag !== answer.etag) entry.answer = answer;
      entry.readAt = reading.readAt;
      entry.epoch = reading.epoch;
      entry.turn = reading.turn;
      bytes += weightOf(entry);
      shrink();
    },
  };
}
