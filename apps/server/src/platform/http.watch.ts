// One line and one measurement per request, on whichever way it was answered.
import { cleanUrl, type Log } from './log.ts';
import type { Metrics } from './metrics.ts';

export type Seen = {
  method: string;
  route: string;
  /** As it was asked for: it is cleaned here. */
  url: string;
  status: number;
  ms: number;
  reqId: string;
  caller?: string | undefined;
  ip: string;
};

export type RequestWatch = (seen: Seen) => void;

/** Addresses whose clean form is known; most requests ask for one of a few. */
const CLEAN_MAX = 2000;
/** A longer one is cleaned each time: what anybody may send must not fill our memory. */
const CLEAN_CHARS_MAX = 500;

export function createRequestWatch({ log, metrics }: { log: Log; metrics: Metrics }): RequestWatch {
  // Its fields are these few and clean already: looking for secrets in each line would cost more than all the rest.
  const lines = log.child({}, { redact: { paths: [] } });
  const clean = new Map<string, string>();
  const cleaned = (url: string) => {
    if (url.length > CLEAN_CHARS_MAX) return cleanUrl(url);
    let known = clean.get(url);
    if (known !== undefined) return known;
    known = cleanUrl(url);
    if (clean.size >= CLEAN_MAX) clean.clear();
    clean.set(url, known);
    return known;
  };
  return (seen) => {
    metrics.observeRequest({ method: seen.method, route: seen.route, status: String(seen.status) }, seen.ms / 1000);
    const { ip, caller } = seen;
    const line = {
      method: seen.method,
      route: seen.route,
      url: cleaned(seen.url),
      status: seen.status,
      ms: Math.round(seen.ms * 10) / 10,
      reqId: seen.reqId,
      caller,
      ip,
    };
    // Health checks come every few seconds and say nothing when they are well.
    if (seen.status < 400 && /^\/(health|metrics)/.test(seen.route)) lines.debug(line, 'request');
    else lines.info(line, 'request');
  };
}
