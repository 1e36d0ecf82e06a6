// Bounded work over a list: so many side by side, and one failure does not stop the others.

let lanesMax = Number.POSITIVE_INFINITY;

/** For simulations: one after the other, so that the same seed tells the same story. */
export function workInTurn(): void {
  lanesMax = 1;
}

/** Runs `run` for each item, at most `sideBySide` at a time; a failure is reported and the rest goes on. */
export async function eachOf<T>(
  items: readonly T[],
  sideBySide: number,
  run: (item: T) => Promise<unknown>,
  onError: (error: unknown, item: T) => void,
): Promise<void> {
  const queue = items.values();
  const lane = async () => {
    for (const item of queue) {
      try {
        await run(item);
      } catch (error) {
        onError(error, item);
      }
    }
  };
  await Promise.all(Array.from({ length: Math.min(sideBySide, items.length, lanesMax) }, lane));
}
