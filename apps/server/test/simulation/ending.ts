// How a bad end is told to people: the seed, the step, the law, and the shortest story that ends the same way.
import { shorten } from './shorten.ts';
import { write } from './story.ts';
import type { Stage, Tale } from './tale.ts';

export async function tellBadEnd(stage: Stage, seed: number, tale: Tale, secondsMax: number): Promise<string> {
  const { broken } = tale;
  if (!broken) return '';
  const head = [
    `seed ${seed}, step ${broken.at} of ${tale.told.length}: ${broken.message}`,
    `again: npm run simulate -- --seed ${seed} --steps ${tale.steps}`,
  ];
  if (secondsMax <= 0) return head.join('\n');
  const short = await shorten(stage, seed, tale, secondsMax);
  const lines = short.told.map(({ step, said }) => `${write(step)}  -> ${said}`);
  return [...head, `the shortest story found (${lines.length} steps, told ${short.tries} times):`, ...lines].join('\n');
}
