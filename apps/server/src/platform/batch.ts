// Bounded work over a list: so many side by side, and one failure does not stop the others.

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
  await Promise.all(Array.from({ length: Math.min(sideBySide, items.length) }, lane));
}
