// The time as the server tells it: countdowns must not depend on how the phone's clock is set.
let ahead = 0;

/** Milliseconds since 1970 on the server's clock, as far as we know. */
export function now(): number {
  return Date.now() + ahead;
}

/** Learns from the Date header of an answer. It is exact to a second, which is as good as a countdown needs. */
export function learnTime(dateHeader: string | undefined) {
  const told = dateHeader ? Date.parse(dateHeader) : Number.NaN;
  if (Number.isNaN(told)) return;
  const difference = told - Date.now();
  // Below two seconds it is the header's rounding and the network, not the clock.
  ahead = Math.abs(difference) < 2000 ? 0 : difference;
}
