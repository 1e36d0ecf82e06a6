// One telling of a story, from an empty town to a quiet evening: thought up by a seed, or told again from its steps.
import { Broken } from './auditor.ts';
import { createBooks, type Books } from '../books.ts';
import { everybody } from './actors/all.ts';
import { evening } from './evening.ts';
import { setOut } from './setting-out.ts';
import { play, thinkUp, type Step, type Told, type Verbs } from './story.ts';
import { openTown, type Town } from './town.ts';

export type Stage = { server: string; template: string };
export type Tale = {
  /** How many were asked for. */
  steps: number;
  told: Told[];
  /** Why it ended before its time, and in which step; steps after the last one are the evening. */
  broken: { law: string; message: string; at: number } | null;
  seconds: number;
  /** Of this process alone; PostgreSQL takes about as much. */
  cpuSeconds: number;
};

/** The whole books are balanced after so many steps, besides what each step has touched. */
const BALANCE_EVERY = 100;

/** Thinks up `steps` steps and plays them. */
export async function tell(stage: Stage, seed: number, steps: number, verbs: Verbs = everybody): Promise<Tale> {
  return inTown(stage, { seed, steps }, async (town, perform) => {
    for (let n = 1; n <= steps; n += 1) {
      const step = await thinkUp(town, verbs, seed, n);
      if (step) await perform(step);
    }
  });
}

/** Plays these steps, as they were thought up in the town of this seed. */
export async function tellAgain(stage: Stage, seed: number, steps: readonly Step[]): Promise<Tale> {
  return inTown(stage, { seed, steps: steps.length }, async (_, perform) => {
    for (const step of steps) await perform(step);
  });
}

type Perform = (step: Step) => Promise<void>;

async function inTown(
  stage: Stage,
  { seed, steps }: { seed: number; steps: number },
  live: (town: Town, perform: Perform) => Promise<void>,
): Promise<Tale> {
  const from = { wall: performance.now(), cpu: process.cpuUsage() };
  const told: Told[] = [];
  let at = 0;
  const town = await openTown({ ...stage, seed });
  const balance: Books['balance'] = (options) => createBooks(town.life.app, town.wechat).balance(options);
  const perform: Perform = async (step) => {
    at = step.n;
    told.push({ step, said: '' });
    told.splice(-1, 1, await play(town, everybody, step));
    if (told.length % BALANCE_EVERY === 0) await balance();
  };
  const tale = (broken: Tale['broken']): Tale => {
    const { user, system } = process.cpuUsage(from.cpu);
    return { steps, told, broken, seconds: (performance.now() - from.wall) / 1000, cpuSeconds: (user + system) / 1e6 };
  };
  try {
    await setOut(town, seed);
    await live(town, perform);
    at = Math.floor(at) + 1;
    await evening(town, balance);
    return tale(null);
  } catch (error) {
    const message = error instanceof Error ? (error.stack ?? error.message) : String(error);
    return tale({ law: lawIn(error), message, at });
  } finally {
    await town.close();
  }
}

/** What makes two failures the same one. */
function lawIn(error: unknown): string {
  if (error instanceof Broken) return error.law;
  const [, first] = /books do not balance:\n\s+([^:]+: [^:]+):/.exec((error as Error).message) ?? [];
  return first ?? (error as Error).message.replaceAll(/[0-9a-f-]{8,}|\d+/g, '#').slice(0, 120);
}
