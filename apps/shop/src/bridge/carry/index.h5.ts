// One exchange with the server on the web. The first answers may be under way before any of our scripts: index.html asks
// for what the opened page will want.
import type { Carried, CarryBridge } from '../types.ts';

declare global {
  interface Window {
    /** By address; each is taken once. */
    jishiEarly?: Record<string, Promise<{ status: number; date: string; text: string }> | undefined>;
  }
}

export const carry: CarryBridge = async ({ method, url, headers, body, timeoutMs }) => {
  // Whoever has just written something wants the newest.
  const early = method === 'GET' && !headers['cache-control'] ? await earlyAnswer(url) : null;
  if (early) return early;
  const stop = new AbortController();
  const timer = setTimeout(() => stop.abort(), timeoutMs);
  try {
    const answer = await fetch(url, {
      method,
      headers,
      signal: stop.signal,
      ...(typeof body === 'string' ? { body } : {}),
    });
    return await carried(answer);
  } finally {
    clearTimeout(timer);
  }
};

/** Only a good answer counts; after anything else the question is asked again, in full. */
async function earlyAnswer(url: string): Promise<Carried | null> {
  const waiting = window.jishiEarly?.[url];
  if (!waiting) return null;
  delete window.jishiEarly?.[url];
  try {
    const { status, date, text } = await waiting;
    return status === 200 ? { status, headers: { date }, body: parsed(text) } : null;
  } catch {
    return null;
  }
}

async function carried(answer: Response): Promise<Carried> {
  const headers: Record<string, string> = {};
  answer.headers.forEach((value, name) => (headers[name] = value));
  const text = await answer.text();
  return { status: answer.status, headers, body: parsed(text) };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text === '' ? undefined : text;
  }
}
