// The typed client over any transport: fetch in the back office and in tests, Taro.request in the shop.
import { pathParams, type Endpoint, type Got, type Sent } from './endpoint.ts';
import { ERRORS, type ErrorCode } from './errors.ts';

/** One HTTP exchange, as plain as every platform can do it. */
export type Transport = (request: {
  method: string;
  url: string;
  headers: Record<string, string>;
  /** JSON text, a multipart form made by the caller, or nothing. */
  body: unknown;
}) => Promise<{ status: number; body: unknown; headers?: Record<string, string> }>;

/** A refusal by the server, or 'network' when no answer came back: then the outcome is unknown. */
export class ApiError extends Error {
  readonly status: number;
  readonly code: ErrorCode | 'network';
  readonly field: string | undefined;
  readonly details: Record<string, unknown>;
  readonly requestId: string | undefined;
  constructor(status: number, problem: Problem['error']) {
    super(problem.message);
    this.name = 'ApiError';
    this.status = status;
    this.code = problem.code;
    this.field = problem.field;
    this.details = problem.details ?? {};
    this.requestId = problem.requestId;
  }
}

export type Problem = {
  error: {
    code: ErrorCode | 'network';
    message: string;
    field?: string;
    details?: Record<string, unknown>;
    requestId?: string;
  };
};

export type CallOptions = {
  /** Sent as Idempotency-Key; required for endpoints that ask for one. */
  key?: string;
  headers?: Record<string, string>;
  /** The multipart form of an upload endpoint. */
  form?: unknown;
};

export type Client = <E extends Endpoint>(endpoint: E, input: Sent<E>, options?: CallOptions) => Promise<Got<E>>;

/** So long after a write of its own a client asks for everything anew: longer than any server remembers an answer. */
const ANEW_MS = 2000;

/**
 * Makes a client. `base` ends in /api/v1. `headers` are asked for at every call, so a fresh token is used.
 * Answers are trusted as typed: the server has parsed them through the same schema.
 * For a moment after a write of its own it says `cache-control: no-cache`: other servers behind the same address may
 * remember how things were before, and whoever has changed something must see it changed.
 */
export function createClient(
  base: string,
  send: Transport,
  headers: () => Record<string, string> | Promise<Record<string, string>> = () => ({}),
  now: () => number = () => new Date().getTime(),
): Client {
  let wroteAt = Number.NEGATIVE_INFINITY;
  return async (endpoint, input, options = {}) => {
    const { url, rest } = address(base, endpoint, input as Record<string, unknown>);
    const hasBody = endpoint.method !== 'GET' && endpoint.method !== 'DELETE';
    const isRead = endpoint.method === 'GET';
    const anew: Record<string, string> = isRead && now() - wroteAt < ANEW_MS ? { 'cache-control': 'no-cache' } : {};
    const sent: Record<string, string> = {
      accept: 'application/json',
      ...anew,
      ...(await headers()),
      ...options.headers,
    };
    if (endpoint.idempotent) {
      if (!options.key) throw new TypeError(`${endpoint.id} needs an Idempotency-Key`);
      sent['idempotency-key'] = options.key;
    }
    let body: unknown;
    if (endpoint.upload) body = options.form;
    else if (hasBody) {
      sent['content-type'] = 'application/json';
      body = JSON.stringify(rest);
    }
    const exchange = send({ method: endpoint.method, url, headers: sent, body }).finally(() => {
      // Also when no answer came: it may have been written all the same.
      if (!isRead) wroteAt = now();
    });
    const answer = await exchange.catch((cause: unknown) => {
      throw Object.assign(new ApiError(0, { code: 'network', message: '网络不给力，请检查网络后重试' }), { cause });
    });
    if (answer.status >= 400) throw toError(answer.status, answer.body);
    return answer.body as Got<typeof endpoint>;
  };
}

/** Fills the path and, for GET and DELETE, the query; the rest is the body. */
function address(base: string, endpoint: Endpoint, input: Record<string, unknown>) {
  const rest: Record<string, unknown> = { ...input };
  let path = endpoint.path;
  for (const name of pathParams(endpoint.path)) {
    path = path.replace(`:${name}`, encodeURIComponent(String(rest[name])));
    delete rest[name];
  }
  if (endpoint.method !== 'GET' && endpoint.method !== 'DELETE') return { url: base + path, rest };
  const query: string[] = [];
  for (const [name, value] of Object.entries(rest)) {
    if (value === undefined || value === null) continue;
    const values: unknown[] = Array.isArray(value) ? value : [value];
    for (const one of values) query.push(`${encodeURIComponent(name)}=${encodeURIComponent(String(one))}`);
  }
  return { url: base + path + (query.length > 0 ? `?${query.join('&')}` : ''), rest };
}

function toError(status: number, body: unknown): ApiError {
  const problem = (body as Problem | undefined)?.error;
  if (problem && typeof problem.code === 'string' && problem.code in ERRORS) return new ApiError(status, problem);
  return new ApiError(status, { code: 'server.failed', message: ERRORS['server.failed'].message });
}
