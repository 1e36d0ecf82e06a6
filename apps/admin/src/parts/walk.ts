// Every row of a list, page by page: slowly enough for the server's limit per person, and stopped at once when asked.
import { ApiError } from '@jishi/contract';

export const ROWS_MAX = 100_000;
const PAGE = 500;
/** 200 requests a minute are allowed to one person; whoever exports also goes on working. */
const PACE_MS = 500;
const TRIES = 6;

export type Ask<Row> = (page: number, size: number) => Promise<{ items: Row[]; total: number }>;
export type Walk<Row> = {
  ask: Ask<Row>;
  signal: AbortSignal;
  pause?: (ms: number, signal: AbortSignal) => Promise<void>;
};

/** Rows that move to another page meanwhile are given once. Ends early when the list ends or the signal says so. */
export async function* walk<Row extends { id: string }>({
  ask,
  signal,
  pause = rest,
}: Walk<Row>): AsyncGenerator<{ rows: Row[]; done: number; total: number }> {
  const seen = new Set<string>();
  for (let page = 1; seen.size < ROWS_MAX; page += 1) {
    const answer = await patiently(() => ask(page, PAGE), signal, pause);
    if (signal.aborted) return;
    const rows = answer.items.filter((row) => !seen.has(row.id)).slice(0, ROWS_MAX - seen.size);
    for (const row of rows) seen.add(row.id);
    const total = Math.min(answer.total, ROWS_MAX);
    yield { rows, done: Math.min(seen.size, total), total };
    if (answer.items.length < PAGE || page * PAGE >= answer.total) return;
    await pause(PACE_MS, signal);
    if (signal.aborted) return;
  }
}

/** Too many requests and a server that is away for a moment are waited for; a refusal is not. */
async function patiently<T>(work: () => Promise<T>, signal: AbortSignal, pause: typeof rest): Promise<T> {
  for (let turn = 1; ; turn += 1) {
    try {
      return await work();
    } catch (error) {
      const mayPass = error instanceof ApiError && (error.status === 429 || error.status >= 500);
      if (!mayPass || turn === TRIES || signal.aborted) throw error;
      await pause(turn * 5000, signal);
    }
  }
}

function rest(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const end = () => {
      clearTimeout(timer);
      resolve();
    };
    const timer = setTimeout(end, ms);
    signal.addEventListener('abort', end, { once: true });
  });
}
