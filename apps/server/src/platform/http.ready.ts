// The slow way of an answer that is remembered: it is read when it must be, and its address is shown the fast lane.
import type { Endpoint } from '@jishi/contract';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { assert } from './fail.ts';
import type { Fresh } from './http.fresh.ts';
import { parseInput } from './http.input.ts';
import { tellReady, wantsAnew, type Lane } from './http.lane.ts';
import { header } from './http.request.ts';
import { namesOf, readingAnew } from './http.writer.ts';

export type Memory = { fresh: Fresh; lane: Lane | undefined };

/** Nobody in particular: the answer goes to everybody, so a verb that asks who is calling must not get away with it. */
export const NOBODY: object = Object.defineProperties(
  {},
  Object.fromEntries(
    ['request', 'cookies', 'file', 'idempotencyKey', 'buyer', 'staff', 'service'].map((name) => [
      name,
      { get: () => assert(false, `an answer that is remembered for all asked for its caller’s ${name}`) },
    ]),
  ),
);

/** What has to be true of an endpoint whose answers are given to everybody. */
export function isSameForAll(endpoint: Endpoint): boolean {
  const { audience, method, etag, status, ratePerMinute } = endpoint;
  return audience === 'public' && method === 'GET' && etag && status === 200 && ratePerMinute === undefined;
}

/** `read` brings the JSON text; it may be called again later, when nobody waits. */
export async function answerReady(
  { fresh, lane }: Memory,
  endpoint: Endpoint & { freshSeconds: number },
  request: FastifyRequest,
  reply: FastifyReply,
  read: (input: Record<string, unknown>) => Promise<string>,
) {
  const { input } = parseInput(endpoint, {
    params: request.params as Record<string, unknown>,
    query: request.query as Record<string, unknown>,
    body: {},
  });
  // The parsed input has its fields in the order of the schema, and defaults filled in: one question, one spelling.
  const key = `${endpoint.id} ${JSON.stringify(input)}`;
  const question = { key, seconds: endpoint.freshSeconds, read: () => read(input) };
  const anew = wantsAnew(header(request, 'cache-control'));
  const ask = () => fresh.ask(question, { anew, names: () => namesOf(request.headers, request.ip) });
  const ready = await (anew ? readingAnew(ask) : ask());
  const { status, headers, body } = tellReady(ready, request.headers);
  const varied = reply.getHeader('vary');
  reply
    .code(status)
    .header('cache-control', 'public, no-cache')
    .header('vary', varied === undefined ? 'accept-encoding' : `${String(varied)}, accept-encoding`)
    .headers(headers);
  if (request.headers.origin === undefined) {
    lane?.learn(request.raw.url ?? '', { key, route: request.routeOptions.url ?? '', headers: reply.getHeaders() });
  }
  return reply.send(body);
}
