// Bills: apply for the trade bill or the fund-flow bill of a day, and download it while its hash is computed.
import { createHash } from 'node:crypto';
import { createGunzip } from 'node:zlib';
import { pipeline } from 'node:stream/promises';
import { Readable } from 'node:stream';
import { z } from 'zod';
import { judgeError, signedRequest } from './exchange.ts';
import type { Exchange, ExchangeDeps } from './exchange.ts';
import { refusedLocally, unknown } from './outcome.ts';
import type { Outcome } from './outcome.ts';
import { isConnectFailure, tell } from './transport.ts';
import type { Fetch } from './transport.ts';

export type BillKind = 'trade' | 'fund';

/** Where a bill lies for five minutes, and what its bytes must hash to. */
export type BillTicket = { kind: BillKind; day: string; sha1: string; target: string; isGzip: boolean };

export type BillFile = { bytes: number; sha1: string };

export type BillVerbs = {
  /** `day` is a day in China, `2026-01-31`. Refused as `no_statement` when nobody traded, `statement_creating` before it is made. */
  applyBill(request: { kind: BillKind; day: string; gzip?: boolean }): Promise<Outcome<BillTicket>>;
  /**
   * Hands the bill's bytes on as they come, unpacked; `ok` only when all of them are there and their hash is right, so
   * whatever was written before is thrown away otherwise. `write` is waited for: a slow disk slows the download down.
   */
  downloadBill(ticket: BillTicket, write: (chunk: Uint8Array) => Promise<void>): Promise<Outcome<BillFile>>;
};

export type DownloadDeps = Pick<ExchangeDeps, 'identity' | 'now' | 'publicKeyId' | 'hosts' | 'onCall'> & {
  fetch: Fetch;
  guard?: (() => void) | undefined;
  /** The longest silence between two chunks. */
  timeoutMs: number;
};

const DAY = /^\d{4}-\d{2}-\d{2}$/;
/** The download address as WeChat hands it out; anything else is not followed with our signature. */
const FILE_PATH = /^\/v3\/[a-z]*billdownload\/file\?/;
const ERROR_BYTES_MAX = 64 * 1024;
/** A day of ten million lines stays below; a packed bomb does not. */
const BILL_BYTES_MAX = 8 * 1024 ** 3;

const TicketWire = z.looseObject({
  hash_type: z.literal('SHA1'),
  hash_value: z.string().regex(/^[0-9A-Fa-f]{40}$/),
  download_url: z.url(),
});

export function payBills(exchange: Exchange, deps: DownloadDeps): BillVerbs {
  return {
    applyBill: (request) => apply(exchange, request),
    downloadBill: (ticket, write) => download(deps, ticket, write),
  };
}

async function apply(
  exchange: Exchange,
  { kind, day, gzip = true }: { kind: BillKind; day: string; gzip?: boolean },
): Promise<Outcome<BillTicket>> {
  if (!DAY.test(day)) return refusedLocally('day');
  const path = kind === 'trade' ? '/v3/bill/tradebill' : '/v3/bill/fundflowbill';
  const what = kind === 'trade' ? 'bill_type=ALL' : 'account_type=BASIC';
  const applied = await exchange({
    endpoint: `GET ${path}`,
    method: 'GET',
    target: `${path}?bill_date=${day}&${what}${gzip ? '&tar_type=GZIP' : ''}`,
    answer: TicketWire,
    repeat: 'always',
    hides429: false,
  });
  if (applied.outcome !== 'ok') return applied;
  // Only the path is taken: our signature goes to the hosts that we were configured with, and to no other.
  const { pathname, search } = new URL(applied.value.download_url);
  const target = pathname + search;
  if (!FILE_PATH.test(target)) return unknown('unreadable', { status: 200, requestId: applied.requestId });
  const ticket = { kind, day, sha1: applied.value.hash_value.toLowerCase(), target, isGzip: gzip };
  return { outcome: 'ok', value: ticket, requestId: applied.requestId };
}

/** The file itself is not signed: the hash in the signed answer vouches for it. */
async function download(
  deps: DownloadDeps,
  ticket: BillTicket,
  write: (chunk: Uint8Array) => Promise<void>,
): Promise<Outcome<BillFile>> {
  deps.guard?.();
  const startedAt = performance.now();
  const silence = createSilence(deps.timeoutMs);
  let status: number | null = null;
  const judged = await fetchFile(deps, ticket, silence, write, (seen) => (status = seen)).catch((error: unknown) => {
    if (error instanceof WriteFailed) throw error.cause;
    return unknown(silence.signal.aborted ? 'timeout' : isConnectFailure(error) ? 'connection' : 'unreadable');
  });
  silence.stop();
  tell(deps.onCall, {
    endpoint: 'GET /v3/billdownload/file',
    attempt: 1,
    status,
    ms: Math.round(performance.now() - startedAt),
    requestId: judged.requestId,
    code: judged.outcome === 'ok' ? null : judged.code,
    result: judged.outcome,
  });
  return judged;
}

/** A failure of the caller's own disk is the caller's to hear of. */
class WriteFailed extends Error {}

async function fetchFile(
  deps: DownloadDeps,
  ticket: BillTicket,
  silence: Silence,
  write: (chunk: Uint8Array) => Promise<void>,
  seen: (status: number) => void,
): Promise<Outcome<BillFile>> {
  const request = signedRequest(deps, { method: 'GET', target: ticket.target });
  const response = await deps.fetch(deps.hosts[0] + ticket.target, {
    ...request,
    redirect: 'manual',
    signal: silence.signal,
  });
  seen(response.status);
  const header = (name: string) => response.headers.get(name);
  if (response.status !== 200 || response.body === null) {
    const body = await readSome(response);
    return judgeError({ hides429: false }, { status: response.status, body, header });
  }
  const hash = createHash('sha1');
  let bytes = 0;
  const arriving = async function* (chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
    for await (const chunk of chunks) {
      silence.heard();
      yield chunk;
    }
  };
  const sink = async (chunks: AsyncIterable<Uint8Array>): Promise<void> => {
    for await (const chunk of chunks) {
      bytes += chunk.length;
      if (bytes > BILL_BYTES_MAX) throw new RangeError('the bill is too large');
      hash.update(chunk);
      await write(chunk).catch((error: unknown) => {
        throw new WriteFailed('the bill could not be written', { cause: error });
      });
      // A slow disk is not WeChat's silence.
      silence.heard();
    }
  };
  const source = Readable.fromWeb(response.body as Parameters<typeof Readable.fromWeb>[0]);
  if (ticket.isGzip) await pipeline(source, arriving, createGunzip(), sink);
  else await pipeline(source, arriving, sink);
  const sha1 = hash.digest('hex');
  const requestId = header('request-id');
  if (sha1 !== ticket.sha1) return unknown('bad_hash', { status: 200, requestId });
  return { outcome: 'ok', value: { bytes, sha1 }, requestId };
}

async function readSome(response: Response): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  let total = 0;
  for await (const chunk of response.body ?? []) {
    chunks.push(chunk);
    total += chunk.length;
    if (total > ERROR_BYTES_MAX) break;
  }
  return Buffer.concat(chunks);
}

type Silence = { signal: AbortSignal; heard(): void; stop(): void };

/** Ends a download that says nothing for too long, however long the whole of it takes. */
function createSilence(timeoutMs: number): Silence {
  const ended = new AbortController();
  const end = () => ended.abort();
  let timer = setTimeout(end, timeoutMs);
  return {
    signal: ended.signal,
    heard() {
      clearTimeout(timer);
      timer = setTimeout(end, timeoutMs);
    },
    stop: () => clearTimeout(timer),
  };
}
