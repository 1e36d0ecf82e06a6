// The top of an axis with four steps: round figures, a little air, and something to see when everything is zero.
const STEPS = [1, 1.5, 2, 2.5, 3, 4, 5, 6, 8, 10];

/** The smallest round number above `most` that four steps divide into round parts; at least `least`. */
export function topOf(most: number, least: number): number {
  if (most <= least) return least;
  const step = most / 4;
  const scale = 10 ** Math.floor(Math.log10(step));
  const round = STEPS.find((one) => one * scale >= step && (scale > 1 || Number.isInteger(one * scale))) ?? 10;
  return round * scale * 4;
}
