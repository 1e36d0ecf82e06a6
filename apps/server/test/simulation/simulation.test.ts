// Stories of fixed seeds: whatever people, WeChat and the machine do, the laws hold after every step and in the evening.
import { expect, inject, test } from 'vitest';
import { everybody } from './actors/all.ts';
import { misfits } from './bugs.ts';
import { tellBadEnd } from './ending.ts';
import { write } from './story.ts';
import { tell, tellAgain } from './tale.ts';

const SEEDS = [1, 2, 3, 5, 8, 13];
const STEPS = 500;
/** A story that ends badly is told as short as it can be in this time. */
const SHORTEN_SECONDS = 60;
const PATIENCE_MS = 300_000;

const stage = { server: inject('databaseServer'), template: inject('databaseTemplate') };
const played = new Set<string>();

test.each(SEEDS)(
  'the story of seed %i ends well',
  async (seed) => {
    const tale = await tell(stage, seed, STEPS);
    if (tale.broken) expect.fail(await tellBadEnd(stage, seed, tale, SHORTEN_SECONDS));
    expect(tale.told.length).toBeGreaterThan(STEPS * 0.9);
    for (const { step } of tale.told) played.add(step.verb);
  },
  PATIENCE_MS,
);

test(
  'the same seed tells the same story, and its steps alone tell it again',
  async () => {
    const seed = 21;
    const lines = (told: Awaited<ReturnType<typeof tell>>['told']) =>
      told.map(({ step, said }) => `${write(step)} -> ${said}`);
    const first = await tell(stage, seed, 150);
    const second = await tell(stage, seed, 150);
    const again = await tellAgain(
      stage,
      seed,
      first.told.map(({ step }) => step),
    );
    expect(lines(second.told)).toEqual(lines(first.told));
    expect(lines(again.told)).toEqual(lines(first.told));
  },
  PATIENCE_MS,
);

test('everybody has had a word in these stories', () => {
  expect(Object.keys(everybody).filter((name) => !played.has(name))).toEqual([]);
});

test('the bugs that are put in by hand still fit the code; docs/simulation.md says which story finds them', () => {
  expect(misfits()).toEqual([]);
});
