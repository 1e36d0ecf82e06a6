// The shortest story that still ends as badly: steps are taken away, in halves, then in smaller pieces, and it is told again.
import type { Step, Told } from './story.ts';
import { tellAgain, type Stage, type Tale } from './tale.ts';

export type Short = { steps: Step[]; told: Told[]; tries: number };

/** Delta debugging within a time: first what speaks of the same people and things, then piece by piece. */
export async function shorten(stage: Stage, seed: number, tale: Tale, secondsMax: number): Promise<Short> {
  const until = performance.now() + secondsMax * 1000;
  const law = tale.broken?.law;
  let best: Short = { steps: tale.told.map(({ step }) => step), told: tale.told, tries: 0 };
  const isLeft = () => performance.now() < until;
  const tryWith = async (steps: Step[]): Promise<boolean> => {
    const again = await tellAgain(stage, seed, steps);
    best.tries += 1;
    if (again.broken?.law !== law) return false;
    const told = again.told;
    best = { steps: told.map(({ step }) => step), told, tries: best.tries };
    return true;
  };
  const last = best.steps.at(-1);
  if (last) await tryWith(related(best.steps, last));
  for (let pieces = 2; isLeft() && best.steps.length > 1;) {
    const size = Math.ceil(best.steps.length / pieces);
    let isShorter = false;
    for (let from = 0; from < best.steps.length && isLeft();) {
      const rest = best.steps.toSpliced(from, size);
      if (rest.length < best.steps.length && (await tryWith(rest))) isShorter = true;
      else from += size;
    }
    if (size === 1 && !isShorter) break;
    pieces = Math.min(best.steps.length, isShorter ? Math.max(2, pieces - 1) : pieces * 2);
  }
  return best;
}

/** Steps that speak of what the last step speaks of, directly or through others; the clock and the post speak of all. */
function related(steps: readonly Step[], last: Step): Step[] {
  const about = new Set(subjects(last));
  const kept: Step[] = [];
  for (const step of steps.toReversed()) {
    const named = subjects(step);
    const isKept = step === last || named.length === 0 || named.some((name) => about.has(name));
    if (!isKept) continue;
    for (const name of named) about.add(name);
    kept.unshift(step);
  }
  return kept;
}

/** `order12`, `checkout12` and `attempt14` are told apart by their number alone: the first two were born together. */
const subjects = ({ n, args, verb }: Step): string[] => {
  const named = Object.values(args).flatMap((value) =>
    typeof value === 'string' ? (/^(?:order|checkout|case|attempt)([\d.]+)/.exec(value)?.[1] ?? []) : [],
  );
  return verb === 'buyer.place' || verb === 'buyer.prepay' || verb === 'buyer.ask' ? [...named, String(n)] : named;
};
