// One HTTP exchange over fetch: bounded in time and size, never followed elsewhere, its failures told apart.
import { randomInt } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';

export type Fetch = (url: string, init: RequestInit) => Promise<Response>;

/** What a metric or a log line may know of a call. No address with a query, no body, no header. */
export type CallRecord = {
  /** Method and path template, safe as a metric label. */
  endpoint: string;
  attempt: number;
  status: number | null;
  ms: number;
  requestId: string | null;
  /** Error code of WeChat, if it sent one. */
  code: string | null;
  result: 'ok' | 'refused' | 'unknown';
};
export type CallHook = (call: CallRecord) => void;

/** No call repeats itself more often than this within one request of ours; the rest is for a background job. */
export const TRIES_MAX = 3;
const ANSWER_BYTES_MAX = 2 * 1024 * 1024;

export type Reply =
  | { kind: 'answer'; status: number; header: (name: string) => string | null; body: Buffer; ms: number }
  /** `not_sent`: no connection, WeChat cannot have seen it. `lost`: it may have. */
  | { kind: 'timeout' | 'not_sent' | 'lost'; ms: number };

export type Transport = (url: string, init: RequestInit) => Promise<Reply>;

export function createTransport(config: { fetch?: Fetch; timeoutMs: number; guard?: () => void }): Transport {
  const doFetch: Fetch = config.fetch ?? ((url, init) => fetch(url, init));
  return async (url, init) => {
    config.guard?.();
    const startedAt = performance.now();
    const ms = () => Math.round(performance.now() - startedAt);
    const signal = AbortSignal.timeout(config.timeoutMs);
    try {
      // Redirects are not followed: our signature or token is meant for this host only.
      const response = await doFetch(url, { ...init, redirect: 'manual', signal });
      const body = await readAll(response);
      const header = (name: string) => response.headers.get(name);
      return body === null
        ? { kind: 'lost', ms: ms() }
        : { kind: 'answer', status: response.status, header, body, ms: ms() };
    } catch (error) {
      // The error itself goes no further: its text may contain the address, and the address a token.
      if (signal.aborted) return { kind: 'timeout', ms: ms() };
      return { kind: isConnectFailure(error) ? 'not_sent' : 'lost', ms: ms() };
    }
  };
}

async function readAll(response: Response): Promise<Buffer | null> {
  const chunks: Uint8Array[] = [];
  let total = 0;
  for await (const chunk of response.body ?? []) {
    total += chunk.length;
    if (total > ANSWER_BYTES_MAX) return null;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

const CONNECT_CODES = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'UND_ERR_CONNECT_TIMEOUT',
]);

/** True only when no byte of the request can have left us. */
export function isConnectFailure(error: unknown): boolean {
  const cause = error instanceof Error ? error.cause : undefined;
  const code = cause instanceof Error && 'code' in cause ? cause.code : undefined;
  return typeof code === 'string' && CONNECT_CODES.has(code);
}

/** The pause before try `attempt + 1`: doubled each time, with jitter so that many callers do not march in step. */
export async function pauseAfter(attempt: number, pauseMs: number): Promise<void> {
  const longest = pauseMs * 2 ** (attempt - 1);
  await pause(longest / 2 + randomInt(Math.max(1, Math.floor(longest / 2) + 1)));
}

/** A broken hook must not turn a paid order into an error. */
export function tell(hook: CallHook | undefined, call: CallRecord): void {
  try {
    hook?.(call);
  } catch {
    // A metric that failed has nobody to be told.
  }
}

/** Parses JSON to an unknown value; undefined when it is not JSON. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
