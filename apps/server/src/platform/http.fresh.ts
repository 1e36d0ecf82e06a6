// Answers that everybody gets alike, remembered for a moment: ready bytes, their ETag and their compressed forms.
//
// The law: nobody sees anything older than `freshSeconds`, counted from the start of the reading; and a change shows at
// once to whoever made it. What staff commit here shows at once to everybody; what a buyer commits, to that buyer, who
// is given only what was read after it. Others may be a second behind, so the memory lives through any number of
// orders. A client that wrote elsewhere says so (`cache-control: no-cache`).
//
//   ask ──> remembered, young, read after the last change of staff and of mine? ──yes──> answer (renewed before it is old)
//            └─no─> somebody reading since then? ──yes──> wait for it ──too old by then?──> read again
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

/** Whoever asks, by the names under which `forget` may know them. Called only when somebody has written lately. */
export type Names = () => readonly string[];

export type Fresh = {
  /** `anew`: the caller has just written something elsewhere, and takes only what is read from now on. */
  ask(question: Question, asker?: { anew?: boolean; names?: Names }): Promise<ReadyAnswer>;
  /** What may be answered this very moment, without any waiting. */
  look(key: string, names?: Names): ReadyAnswer | undefined;
  /** Whatever was read until now may be old: for everybody, or for whoever has one of these names. */
  forget(names?: readonly string[]): void;
  size(): { entries: number; bytes: number };
};

type Entry = Question & {
  answer: ReadyAnswer | undefined;
  /** When, and as which of all readings and changes, that of `answer` began. */
  readAt: number;
  turn: number;
  reading: Reading | undefined;
  /** True while it stands in the line of those to be renewed. */
  isDue: boolean;
};
type Reading = Pick<Entry, 'readAt' | 'turn'> & { answer: Promise<ReadyAnswer> };

/** From this part of its life on, an answer that is still wanted is read anew, so that callers never have to wait. */
const RENEW_FROM = 0.6;
/** So many at once: whoever waits for an answer must not stand behind hundreds that nobody waits for. */
const RENEWALS_MAX = 4;

type Bounds = { entriesMax: number; bytesMax: number };
export type FreshSettings = Partial<Bounds> & { clock: Clock };

export function createFresh(settings: FreshSettings): Fresh {
  const { clock, entriesMax = 5000, bytesMax = 8 * 1_048_576 } = settings;
  const shelf = createShelf({ entriesMax, bytesMax });
  // Readings and changes are numbered: two of the same millisecond are still one after the other.
  let turn = 0;
  /** The last change that is for everybody. */
  let changed = 0;
  const writers = createWriters();
  const now = () => clock.now().getTime();
  const ageOf = ({ readAt }: { readAt: number }) => now() - readAt;
  // A clock that was set back tells nothing about age.
  const isYoung = (read: { readAt: number }, seconds: number) => ageOf(read) >= 0 && ageOf(read) < seconds * 1000;
  const isAging = (entry: Entry) => ageOf(entry) >= entry.seconds * 1000 * RENEW_FROM;
  /** Only what was read after this turn may be shown to that caller. */
  const floorFor = (names: Names | undefined) =>
    names === undefined || writers.isEmpty() ? changed : Math.max(changed, writers.last(names()));

  function start(entry: Entry): Reading {
    turn += 1;
    const reading: Reading = { readAt: now(), turn, answer: entry.read().then(readyAnswer) };
    entry.reading = reading;
    const end = () => {
      if (entry.reading === reading) entry.reading = undefined;
    };
    // A failure is not worth remembering: whoever waits is told, whoever comes later asks again.
    reading.answer.then((answer) => {
      end();
      if (reading.turn > Math.max(changed, entry.turn)) shelf.keep(entry, reading, answer);
    }, end);
    return reading;
  }

  const renewals = createRenewals((entry) => (entry.reading || !isAging(entry) ? undefined : start(entry)));

  return {
    ask: async (question, { anew = false, names } = {}) => {
      const cameAt = (turn += 1);
      writers.keepFor(question.seconds);
      for (;;) {
        const entry = shelf.entryOf(question);
        const floor = anew ? cameAt : floorFor(names);
        if (entry.answer && entry.turn > floor && isYoung(entry, question.seconds)) return entry.answer;
        const { reading } = entry;
        const mine = reading !== undefined && reading.turn > floor ? reading : start(entry);
        const answer = await mine.answer;
        // A reading that began after we came is as good as our own, however long it took.
        if (mine.turn > cameAt || (mine.turn > floorFor(names) && isYoung(mine, question.seconds))) {
          // What is kept has its compressed forms already.
          return entry.answer?.etag === answer.etag ? entry.answer : answer;
        }
      }
    },
    look: (key, names) => {
      const entry = shelf.find(key);
      if (!entry?.answer || entry.turn <= changed || !isYoung(entry, entry.seconds)) return undefined;
      if (entry.turn <= floorFor(names)) return undefined;
      if (!entry.isDue && !entry.reading && isAging(entry)) {
        shelf.touch(entry);
        renewals.add(entry);
      }
      return entry.answer;
    },
    forget: (names) => {
      turn += 1;
      if (names === undefined) changed = turn;
      else writers.wrote(names, turn, now());
    },
    size: shelf.size,
  };
}

/** The line of answers that are read anew while nobody waits for them. */
function createRenewals(start: (entry: Entry) => Reading | undefined) {
  const due: Entry[] = [];
  let running = 0;
  const go = () => {
    while (running < RENEWALS_MAX) {
      const entry = due.shift();
      if (!entry) return;
      entry.isDue = false;
      const reading = start(entry);
      // Somebody could not wait and has read it already.
      if (!reading) continue;
      running += 1;
      const end = () => {
        running -= 1;
        go();
      };
      // When it fails, the next caller who has to wait hears why.
      reading.answer.then(end, end);
    }
  };
  return {
    add: (entry: Entry) => {
      entry.isDue = true;
      due.push(entry);
      go();
    },
  };
}

/** Who has changed something lately, and at which turn: as long as an answer from before it may still be remembered. */
function createWriters() {
  const last = new Map<string, { turn: number; at: number }>();
  let seconds = 0;
  return {
    isEmpty: () => last.size === 0,
    keepFor: (wanted: number) => {
      seconds = Math.max(seconds, wanted);
    },
    wrote: (names: readonly string[], turn: number, at: number) => {
      for (const name of names) {
        last.delete(name);
        last.set(name, { turn, at });
      }
      for (const [name, one] of last) {
        if (at - one.at <= seconds * 1000) break;
        last.delete(name);
      }
    },
    last: (names: readonly string[]) => names.reduce((most, name) => Math.max(most, last.get(name)?.turn ?? 0), 0),
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
      const nothing = { answer: undefined, readAt: Number.NEGATIVE_INFINITY, turn: 0 };
      const entry: Entry = { ...question, ...nothing, reading: undefined, isDue: false };
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
      entry.turn = reading.turn;
      bytes += weightOf(entry);
      shrink();
    },
  };
}
