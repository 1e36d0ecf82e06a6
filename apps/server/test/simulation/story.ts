// A story: steps that are plain data, thought up by the people of the town as it goes, and told again step by step.
import { ApiError } from '@jishi/contract';
import { SimRefusal } from '@jishi/wechat-sim';
import { Broken } from './auditor.ts';
import { diceOf, type Dice } from './dice.ts';
import { PLACES, type Place } from './life.ts';
import { Nameless } from './names.ts';
import { inStep } from './now.ts';
import { isLost, type Town } from './town.ts';

export type Args = Readonly<Record<string, unknown>>;
export type Step = { n: number; verb: string; args: Args; trouble?: Trouble };
/** What goes wrong on the way, besides what the people themselves do to each other. */
export type Trouble =
  | { kind: 'crash'; place: Place; nth: number }
  /** Held at a gate while somebody else does a whole step. */
  | { kind: 'pause'; place: Place; nth: number; meanwhile: Step }
  | { kind: 'lost' }
  | { kind: 'doubled' };

export type Verb<A extends Args = never> = {
  /** How often it comes to somebody's mind, beside the others. */
  weight: number;
  /** Chooses what to do, as plain data that can be done again; null when there is nothing to do it with. */
  think(town: Town, dice: Dice): Promise<A | null | ''> | A | null;
  /** Does it and says in a word or two what became of it. Refusals are noted, whatever else is thrown ends the story. */
  act(town: Town, args: A): Promise<string>;
  /** It waits for everybody, so it cannot happen while somebody is held. */
  waits?: true;
};
export type Verbs = Readonly<Record<string, Verb>>;

/** Keeps the types of one verb to itself, so that a list can hold them all. */
export const verb = <A extends Args>(one: Verb<A>): Verb => one as unknown as Verb;

export type Told = { step: Step; said: string };

/** Thinks up step `n`; tries a few minds, since not everybody has something to do. */
export async function thinkUp(town: Town, verbs: Verbs, seed: number, n: number): Promise<Step | null> {
  const dice = diceOf(seed, n);
  const weights = Object.fromEntries(Object.entries(verbs).map(([name, { weight }]) => [name, weight]));
  for (let tries = 0; tries < 8; tries += 1) {
    const name = dice.weighed(weights);
    const args = await (verbs[name] as Verb<Args>).think(town, dice);
    if (args) return { n, verb: name, args, ...(await troubleFor(town, verbs, dice, n)) };
  }
  return null;
}

const CRASHES = 1 / 120;
const PAUSES = 1 / 14;
const LINE = 1 / 20;

async function troubleFor(town: Town, verbs: Verbs, dice: Dice, n: number): Promise<{ trouble?: Trouble }> {
  const luck = dice.next();
  const place = dice.pick(PLACES) as Place;
  const nth = 1 + dice.roll(place === 'connect' ? 6 : 3);
  if (luck < CRASHES) return { trouble: { kind: 'crash', place, nth } };
  if (luck < CRASHES + LINE) return { trouble: { kind: dice.hit(0.5) ? 'lost' : 'doubled' } };
  if (luck > CRASHES + LINE + PAUSES) return {};
  const quick = Object.fromEntries(Object.entries(verbs).filter(([, one]) => !one.waits));
  const name = dice.weighed(Object.fromEntries(Object.entries(quick).map(([one, { weight }]) => [one, weight])));
  const args = await (quick[name] as Verb<Args>).think(town, dice);
  if (!args) return {};
  const meanwhile = { n: n + 0.5, verb: name, args };
  // Before a commit it would hold locks, and the other one would wait for it in the database.
  return { trouble: { kind: 'pause', place: place === 'precommit' ? 'commit' : place, nth, meanwhile } };
}

const HANG_MS = 20_000;

/** Plays one step and audits what it touched. */
export async function play(town: Town, verbs: Verbs, step: Step): Promise<Told> {
  const { trouble } = step;
  const { life } = town;
  if (trouble?.kind === 'lost' || trouble?.kind === 'doubled') town.line.trouble = trouble.kind;
  if (trouble?.kind === 'crash' || trouble?.kind === 'pause') life.lay(trouble);
  const doing = attempt(town, verbs, step);
  let said: string;
  if (trouble?.kind === 'pause') {
    const isHeld = await Promise.race([doing.then(() => false), life.held().then(() => true)]);
    const other = isHeld ? await inTime(attempt(town, verbs, trouble.meanwhile)) : 'not held';
    life.lift();
    said = `${await doing}; meanwhile: ${other}`;
  } else said = await inTime(doing);
  life.lift();
  town.line.trouble = null;
  if (life.isOver) {
    await town.restart();
    said += `; the server died; again: ${await attempt(town, verbs, step)}`;
  }
  await town.auditor.audit();
  return { step, said };
}

/** Does it once; a refusal is an answer, and so is silence. */
async function attempt(town: Town, verbs: Verbs, { n, verb: name, args }: Step): Promise<string> {
  try {
    return await inStep(n, () => (verbs[name] as Verb<Args>).act(town, args));
  } catch (error) {
    if (isLost(error)) return 'no answer';
    if (error instanceof Nameless) return `nobody knows ${error.message}`;
    if (error instanceof SimRefusal) return error.message;
    if (!(error instanceof ApiError)) throw error;
    if (error.code === 'network') throw error.cause;
    if (OURS.has(error.code)) throw new Broken('no request fails by our fault', `${name}: ${error.code}`);
    return error.code;
  }
}

/** What nobody should ever see, whatever others do. */
const OURS = new Set(['server.failed', 'request.invalid', 'auth.required']);

async function inTime<T>(work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Broken('every step comes to an end', `not within ${HANG_MS} ms`)), HANG_MS);
  });
  return Promise.race([work, late]).finally(() => clearTimeout(timer));
}

/** One line of a story, for people. */
export function write({ n, verb: name, args, trouble }: Step): string {
  const what = Object.entries(args).map(
    ([key, value]) => `${key}=${typeof value === 'object' ? JSON.stringify(value) : String(value)}`,
  );
  return `${String(n).padStart(5)}  ${[name, ...what].join(' ')}${trouble ? `   ! ${writeTrouble(trouble)}` : ''}`;
}

function writeTrouble(trouble: Trouble): string {
  if (trouble.kind === 'lost' || trouble.kind === 'doubled') return `the line: ${trouble.kind}`;
  const at = `${trouble.place} #${trouble.nth}`;
  return trouble.kind === 'crash' ? `the server dies at ${at}` : `held at ${at} while:${write(trouble.meanwhile)}`;
}
