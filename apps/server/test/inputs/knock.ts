// Knocking at any door by plain HTTP, as whoever is meant to, and what an answer must look like.
import { COMMON_ERRORS, ERRORS, type Endpoint } from '@jishi/contract';
import { key } from '../given.ts';
import type { BuyerSession, ServiceClient, StaffClient } from '../house.ts';
import { callOf, type Input } from './wishes.ts';

export type Answer = { status: number; code: string | undefined; text: string };
type Body = string | Uint8Array | FormData;
export type Knock = {
  headers?: Record<string, string | undefined>;
  /** Instead of the JSON of the input. */
  body?: Body;
};
export type Visitors = { buyer: BuyerSession; staff: StaffClient; service: ServiceClient };

/** The headers of somebody who is welcome. */
export function welcome(endpoint: Endpoint, { buyer, staff, service }: Visitors): Record<string, string> {
  const once: Record<string, string> = endpoint.idempotent ? { 'idempotency-key': key() } : {};
  if (endpoint.audience === 'staff') {
    return { ...once, cookie: staff.cookie, 'x-csrf-token': staff.csrfToken, 'x-client': 'admin' };
  }
  if (endpoint.audience === 'public' || endpoint.audience === 'wechat') return once;
  if (endpoint.audience === 'service') return { ...once, authorization: `Bearer ${service.token}` };
  return { ...once, authorization: `Bearer ${buyer.token}`, 'x-client': 'weapp' };
}

export async function knock(
  api: string,
  endpoint: Endpoint,
  input: Input,
  { headers, body: given }: Knock = {},
): Promise<Answer> {
  const call = callOf(endpoint, input);
  const body = call.method === 'GET' ? undefined : (given ?? call.body);
  const json = typeof body === 'string' ? { 'content-type': 'application/json' } : {};
  const all = Object.entries({ ...json, ...headers }).filter((pair): pair is [string, string] => pair[1] !== undefined);
  const response = await fetch(api + call.path, {
    method: call.method,
    headers: all,
    redirect: 'manual',
    ...(body === undefined ? {} : { body: body as NonNullable<RequestInit['body']> }),
  });
  const text = await response.text();
  return { status: response.status, code: codeIn(text), text };
}

function codeIn(text: string): string | undefined {
  try {
    const said = JSON.parse(text) as { error?: { code?: string } } | null;
    return said?.error?.code;
  } catch {
    return undefined;
  }
}

/** Words of our inside that no stranger should read. */
const INSIDE =
  /\b(select|insert into|update|delete from)\b.*\bfrom\b|violates|syntax error|kysely|\.ts:\d|node_modules|at async /i;

/** What is wrong with a refusal; undefined when it is as the contract says. */
export function flawOf(endpoint: Endpoint, answer: Answer): string | undefined {
  const { status, code, text } = answer;
  if (status < 400 || status >= 500) return `answered ${status}`;
  const listed: readonly string[] = [...COMMON_ERRORS, ...endpoint.errors];
  if (code === undefined) return `${status} without a code: ${text.slice(0, 200)}`;
  if (!listed.includes(code)) return `${code} is not listed`;
  if (ERRORS[code as keyof typeof ERRORS].status !== status) return `${code} with status ${status}`;
  if (INSIDE.test(text)) return `tells of the inside: ${text.slice(0, 300)}`;
  const { message, requestId } = (JSON.parse(text) as { error: { message?: string; requestId?: string } }).error;
  if (!message || !/[一-鿿]/.test(message)) return `no sentence for a person: ${text.slice(0, 200)}`;
  return requestId ? undefined : 'no request id';
}

/** Runs `work` over all items, so many side by side. */
export async function together<T>(items: Iterable<T>, sideBySide: number, work: (item: T) => Promise<void>) {
  const queue = items[Symbol.iterator]();
  const worker = async () => {
    for (let next = queue.next(); !next.done; next = queue.next()) await work(next.value);
  };
  await Promise.all(Array.from({ length: sideBySide }, worker));
}
