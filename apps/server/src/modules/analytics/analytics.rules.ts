// How one figure stands to another.

/** `part` of `whole` in basis points, rounded down; null when there is nothing to compare. */
export function shareBps(part: number, whole: number): number | null {
  return whole === 0 ? null : Math.floor((part * 10_000) / whole);
}
