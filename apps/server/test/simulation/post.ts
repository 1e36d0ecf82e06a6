// The post inside the house: events leave the outbox and wait here for their subscribers, who may hear them late, in any
// order and twice. It plays the part of pg-boss, which has tests of its own, and like it survives the server.
import { Cut, type Life } from './life.ts';

type Letter = { event: string; queue: string; payload: unknown; tries: number };
type Rows = <R extends Record<string, unknown>>(text: string) => Promise<R[]>;

export type Post = {
  /** Takes what was committed out of the outbox; answers how many letters wait. */
  collect(): Promise<number>;
  /** Hands out at most `count` letters in the order given; a failed or cut one stays. */
  deliver(count: number, order?: (letters: readonly Letter[]) => readonly Letter[], again?: boolean): Promise<number>;
};

/** After so many failures pg-boss would put a letter aside for a person. */
const TRIES_MAX = 6;

export function createPost(rows: Rows, life: () => Life): Post {
  let waiting: Letter[] = [];
  const collect = async () => {
    type Row = { id: number; event: string; payload: unknown };
    const taken = await rows<Row>('delete from outbox returning id, event, payload');
    if (taken.length === 0) return waiting.length;
    const { subscribers } = life().app.jobs.plan();
    for (const { event, payload } of taken.toSorted((a, b) => a.id - b.id))
      for (const one of subscribers)
        if (one.event === event) waiting.push({ event, queue: one.queue, payload, tries: 0 });
    return waiting.length;
  };
  const handOut = async (letter: Letter, again: boolean) => {
    const here = life();
    const subscriber = here.app.jobs.plan().subscribers.find((one) => one.queue === letter.queue);
    if (!subscriber) throw new Error(`nobody hears ${letter.queue} any more`);
    letter.tries += 1;
    try {
      await here.during(() => subscriber.run(letter.payload));
      if (again) await here.during(() => subscriber.run(letter.payload));
    } catch (error) {
      if (error instanceof Cut) throw error;
      if (letter.tries < TRIES_MAX) return;
      throw new Error(`${letter.queue} failed ${letter.tries} times: ${(error as Error).message}`, { cause: error });
    }
    waiting = waiting.filter((one) => one !== letter);
  };
  return {
    collect,
    deliver: async (count, order = (letters) => letters, again = false) => {
      await collect();
      const load = order(waiting).slice(0, count);
      for (const letter of load) await handOut(letter, again);
      return load.length;
    },
  };
}
