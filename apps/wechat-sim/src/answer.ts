// What goes back over the wire, and the faults that spoil it on its way: both WeChat hosts share this.
import type { ServerResponse } from 'node:http';
import type { FastifyReply } from 'fastify';
import type { FaultKind, FaultView } from './surface.ts';

export type Answer = { status: number; headers: Record<string, string>; body: string | Buffer };

/** Faults that strike before anything happened. The others let the request take effect and spoil the answer. */
const strikesBefore: ReadonlySet<FaultKind> = new Set([
  '429',
  '500',
  '502',
  'timeout-before',
  'reset-before',
  'errcode',
]);
export const beforeOf = (fault: FaultView | null): FaultView | null =>
  fault !== null && strikesBefore.has(fault.kind) ? fault : null;

const json = { 'Content-Type': 'application/json; charset=utf-8' } as const;

export const jsonAnswer = (status: number, body: unknown, headers: Record<string, string> = {}): Answer => ({
  status,
  headers: { ...json, ...headers },
  body: JSON.stringify(body),
});

/** An answer of a gateway in front of WeChat: not even JSON. */
export const gatewayAnswer = (): Answer => ({
  status: 502,
  headers: { 'Content-Type': 'text/html' },
  body: '<html><head><title>502 Bad Gateway</title></head><body><center><h1>502 Bad Gateway</h1></center></body></html>',
});

/** Timers of hanging answers, so that closing the simulator leaves none behind. */
export type Waiting = Set<NodeJS.Timeout>;

/** Sends the answer, unless the fault wants it late, halved, or not at all. */
export function sendAnswer(reply: FastifyReply, answer: Answer, fault: FaultView | null, waiting: Waiting): void {
  reply.hijack();
  const raw = reply.raw;
  switch (fault?.kind) {
    case 'reset-before':
    case 'reset-after':
      raw.socket?.resetAndDestroy();
      return;
    case 'timeout-before':
    case 'timeout-after':
      later(waiting, fault.delayMs, () => raw.socket?.destroy());
      return;
    case 'slow-body':
      sendSlowly(raw, answer, fault.delayMs, waiting);
      return;
    case 'truncated-json':
      writeHead(raw, { ...answer, body: Buffer.from(answer.body).subarray(0, answer.body.length / 2) });
      return;
    default:
      writeHead(raw, answer);
  }
}

function writeHead(raw: ServerResponse, answer: Answer): void {
  const empty = answer.status === 204 || answer.status === 304;
  raw.writeHead(answer.status, {
    ...answer.headers,
    ...(empty ? {} : { 'Content-Length': Buffer.byteLength(answer.body) }),
  });
  raw.end(empty ? undefined : answer.body);
}

function sendSlowly(raw: ServerResponse, answer: Answer, delayMs: number, waiting: Waiting): void {
  const bytes = Buffer.from(answer.body);
  const half = Math.floor(bytes.length / 2);
  raw.writeHead(answer.status, { ...answer.headers, ...(bytes.length > 0 ? { 'Content-Length': bytes.length } : {}) });
  if (bytes.length > 0) raw.write(bytes.subarray(0, half));
  later(waiting, delayMs, () => raw.end(bytes.length > 0 ? bytes.subarray(half) : undefined));
}

function later(waiting: Waiting, delayMs: number, work: () => void): void {
  const timer = setTimeout(() => {
    waiting.delete(timer);
    work();
  }, delayMs);
  waiting.add(timer);
}
