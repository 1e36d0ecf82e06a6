// Which step is being played: names and keys come from it, also while one step is held and another one goes on.
import { AsyncLocalStorage } from 'node:async_hooks';

type StepNow = { n: number; keys: number };

const now = new AsyncLocalStorage<StepNow>();

export const stepNow = (): StepNow => now.getStore() ?? { n: 0, keys: 0 };

/** Everything in here belongs to step `n`. Done again, it uses the same keys again. */
export const inStep = <T>(n: number, work: () => Promise<T>): Promise<T> => now.run({ n, keys: 0 }, work);

/** A key for the next command of this step. */
export function keyNow(): string {
  const step = stepNow();
  return `step-${String(step.n).replace('.', '_').padStart(6, '0')}-${(step.keys += 1)}`;
}
