// Time and the machine: the clock goes on by seconds or by days, schedules run in any order, and the post inside the house
// is handed out late, shuffled and twice.
import { diceOf } from '../dice.ts';
import { verb } from '../story.ts';
import type { Town } from '../town.ts';

const DAY = 86_400;

type Passing = { seconds: number; luck: number };
type Post = { count: number; luck: number; again: boolean };

export const time = {
  'clock.goesOn': verb<Passing>({
    weight: 9,
    waits: true,
    think: (_, dice) => ({ seconds: dice.between(5, 130), luck: dice.hit(0.3) ? dice.roll(1e6) + 1 : 0 }),
    act: (town, { seconds, luck }) => passes(town, seconds, luck),
  }),
  'clock.jumps': verb<Passing>({
    weight: 1.2,
    waits: true,
    think: (_, dice) => {
      const seconds = dice.hit(0.75) ? dice.between(600, 2400) : dice.between(DAY / 2, 9 * DAY);
      return { seconds, luck: dice.roll(1e6) };
    },
    act: (town, { seconds, luck }) => passes(town, seconds, luck),
  }),
  'post.delivers': verb<Post>({
    weight: 16,
    think: async (town, dice) => {
      if ((await town.post.collect()) === 0) return null;
      return {
        count: dice.hit(0.5) ? 100 : dice.between(1, 3),
        luck: dice.hit(0.4) ? dice.roll(1e6) + 1 : 0,
        again: dice.hit(0.15),
      };
    },
    act: async (town, { count, luck, again }) => {
      const order = luck === 0 ? undefined : <T>(letters: readonly T[]) => diceOf(luck).shuffled(letters);
      return `${await town.post.deliver(count, order, again)} letters`;
    },
  }),
};

async function passes(town: Town, seconds: number, luck: number) {
  const order = luck === 0 ? undefined : (names: readonly string[]) => diceOf(luck).shuffled(names);
  return `${await town.forward(seconds, order)} schedules, ${town.now().toISOString()}`;
}
