// Chance that can be repeated: everything that a story leaves to luck is drawn from here, by the seed and the step.

export type Dice = {
  /** 0 <= x < 1 */
  next(): number;
  /** 0 <= n < sides, whole */
  roll(sides: number): number;
  between(low: number, high: number): number;
  hit(chance: number): boolean;
  pick<T>(items: readonly T[]): T | undefined;
  /** One of the names, as often as its number is large. */
  weighed(weights: Readonly<Record<string, number>>): string;
  shuffled<T>(items: readonly T[]): T[];
};

/** The same seeds, the same luck: mulberry32 over a mix of all of them. */
export function diceOf(...seeds: readonly number[]): Dice {
  let state = seeds.reduce(
    (mixed, seed) => Math.imul(mixed ^ (seed * 1000) ^ (mixed >>> 15), 0x2c1b3c6d) + seed,
    0x9e37,
  );
  const next = () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const roll = (sides: number) => Math.floor(next() * sides);
  return {
    next,
    roll,
    between: (low, high) => low + roll(high - low + 1),
    hit: (chance) => next() < chance,
    pick: (items) => items[roll(items.length)],
    weighed: (weights) => {
      let left = next() * Object.values(weights).reduce((sum, weight) => sum + weight, 0);
      for (const [name, weight] of Object.entries(weights)) if ((left -= weight) < 0) return name;
      return Object.keys(weights).at(-1) as string;
    },
    shuffled: (items) => {
      const rest = [...items];
      return Array.from(items, () => rest.splice(roll(rest.length), 1)[0] as (typeof items)[number]);
    },
  };
}
