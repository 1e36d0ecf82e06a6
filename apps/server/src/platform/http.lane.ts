// The fast lane: an answer that is ready leaves before Fastify builds a request, with the same headers as on the slow way.
//
//   socket ──> GET of an address that was answered before, answer still fresh?
//                yes ──> limit, headers, bytes, one log line, one measurement
//                no  ──> Fastify: hooks, door, verb; its answer makes the address known here
import type { IncomingMessage, ServerResponse } from 'node:http';
import { COMPRESS_FROM, type Encoding, type Fresh, type ReadyAnswer } from './http.fresh.ts';
import type { RequestWatch } from './http.watch.ts';
import { namesOf } from './http.writer.ts';

const JSON_TYPE = 'application/json; charset=utf-8';
/** Addresses known at once. One question has as many as there are ways to spell it. */
const ADDRESSES_MAX = 10_000;
/** Sets of headers known at once: a route or two have each. */
const HEADERS_MAX = 100;
/** Longer ones take the slow way: what anybody may send must not fill our memory. */
const ADDRESS_CHARS_MAX = 500;
/** Accept-Encoding headers that were understood before; browsers send a handful. */
const ACCEPTED_MAX = 100;

const accepted = new Map<string, Encoding | undefined>();

/** The form that the caller likes best; of two that it likes alike, the smaller one. */
export function encodingFor(header: string | undefined): Encoding | undefined {
  if (header === undefined) return undefined;
  if (accepted.has(header)) return accepted.get(header);
  const likes = new Map<string, number>();
  for (const part of header.toLowerCase().split(',')) {
    const [name = '', ...params] = part.split(';').map((one) => one.trim());
    const q = params.find((one) => one.startsWith('q='));
    const weight = q === undefined ? 1 : Number(q.slice(2));
    likes.set(name, Number.isFinite(weight) ? weight : 0);
  }
  const likeOf = (name: Encoding) => likes.get(name) ?? likes.get('*') ?? 0;
  const [br, gzip, plain] = [likeOf('br'), likeOf('gzip'), likes.get('identity') ?? 0];
  const best = br >= gzip ? ('br' as const) : ('gzip' as const);
  const found = likeOf(best) > 0 && likeOf(best) >= plain ? best : undefined;
  if (accepted.size >= ACCEPTED_MAX) accepted.clear();
  accepted.set(header, found);
  return found;
}

type Asked = { 'if-none-match'?: string | undefined; 'accept-encoding'?: string | undefined };
export type Told = { status: 200 | 304; headers: Record<string, string>; body: Buffer | undefined };

/** What is said about a ready answer, on either way. */
export function tellReady(answer: ReadyAnswer, asked: Asked): Told {
  const known = asked['if-none-match'];
  if (known !== undefined && knows(known, answer.etag)) {
    return { status: 304, headers: { etag: answer.etag }, body: undefined };
  }
  const encoding = answer.plain.length < COMPRESS_FROM ? undefined : encodingFor(asked['accept-encoding']);
  const body = encoding === undefined ? answer.plain : answer.as(encoding);
  const headers: Record<string, string> = {
    etag: answer.etag,
    'content-type': JSON_TYPE,
    'content-length': String(body.length),
  };
  if (encoding !== undefined) headers['content-encoding'] = encoding;
  return { status: 200, headers, body };
}

export function knows(header: string, etag: string): boolean {
  return header === etag || header.split(',').some((one) => one.trim() === etag || one.trim() === '*');
}

/** True for a caller who has just written something: a page that was reloaded for certain, or our client after a write. */
export function wantsAnew(header: string | undefined): boolean {
  return header !== undefined && /(^|[\s,])no-(cache|store)([\s,]|$)/i.test(header);
}

/** Headers that belong to one answer or one request; all others are the same for every answer of a route. */
const OWN = new Set(['x-request-id', 'etag', 'content-type', 'content-length', 'content-encoding']);

type Known = { key: string; route: string; headers: readonly string[] };

export type Lane = {
  /** Answers when it can do so at once; false means: take the slow way. */
  serve(request: IncomingMessage, response: ServerResponse): boolean;
  /** The slow way has answered this address with what is kept under `key`. */
  learn(address: string, known: { key: string; route: string; headers: Readonly<Record<string, unknown>> }): void;
  /** How many answers left early since the start. */
  served(): number;
  /** From here on everybody takes the slow way, which says goodbye properly. */
  close(): void;
};

export type LaneSettings = {
  fresh: Fresh;
  watch: RequestWatch;
  callerOf(request: IncomingMessage): string;
  /** Counts the call; false when there were too many, which the slow way says in full. */
  admit(ip: string): boolean;
  idOf(request: IncomingMessage): string;
};

/** The headers of a route are the same for thousands of addresses: they are kept once. */
function createHeaders() {
  const kept = new Map<string, readonly string[]>();
  return (headers: readonly string[]): readonly string[] => {
    const spelling = headers.join('\n');
    const same = kept.get(spelling) ?? headers;
    if (kept.size >= HEADERS_MAX) kept.clear();
    kept.set(spelling, same);
    return same;
  };
}

export function createLane({ fresh, watch, callerOf, admit, idOf }: LaneSettings): Lane {
  const addresses = new Map<string, Known>();
  const sameAs = createHeaders();
  let isOpen = true;
  let served = 0;
  return {
    serve: (request, response) => {
      const known = addresses.get(request.url ?? '');
      if (!known || !isOpen || request.method !== 'GET' || isUnusual(request)) return false;
      const ip = callerOf(request);
      const answer = fresh.look(known.key, () => namesOf(request.headers, ip));
      if (!answer) return false;
      if (!admit(ip)) return false;
      served += 1;
      const from = performance.now();
      const id = idOf(request);
      const { status, headers, body } = tellReady(answer, request.headers as Asked);
      const all = [...known.headers, 'x-request-id', id];
      for (const name in headers) all.push(name, headers[name] as string);
      response.writeHead(status, all);
      response.end(body);
      const url = request.url ?? '';
      watch({ method: 'GET', route: known.route, url, status, ms: performance.now() - from, reqId: id, ip });
      return true;
    },
    learn: (address, { key, route, headers }) => {
      if (headers['set-cookie'] !== undefined || address.length > ADDRESS_CHARS_MAX) return;
      const all: string[] = [];
      for (const [name, value] of Object.entries(headers)) {
        if (value !== undefined && !OWN.has(name)) all.push(name, String(value));
      }
      addresses.delete(address);
      addresses.set(address, { key, route, headers: sameAs(all) });
      const [oldest] = addresses.keys();
      if (addresses.size > ADDRESSES_MAX && oldest !== undefined) addresses.delete(oldest);
    },
    served: () => served,
    close: () => {
      isOpen = false;
    },
  };
}

/** What only the slow way knows how to answer. */
function isUnusual({ headers, httpVersionMinor }: IncomingMessage): boolean {
  return (
    headers.origin !== undefined ||
    headers['content-length'] !== undefined ||
    headers['transfer-encoding'] !== undefined ||
    headers.upgrade !== undefined ||
    headers.expect !== undefined ||
    httpVersionMinor === 0 ||
    wantsAnew(headers['cache-control'])
  );
}
