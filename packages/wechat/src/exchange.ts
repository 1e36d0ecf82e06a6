// One call to WeChat Pay: sign these exact bytes, send, verify what comes back, and say what is known of its fate.
import type { KeyObject } from 'node:crypto';
import { z } from 'zod';
import { isUndecidedCode, refusalKind, unknown } from './outcome.ts';
import type { Outcome } from './outcome.ts';
import { authorization, freshNonce } from './sign.ts';
import type { Identity } from './sign.ts';
import { unixSeconds } from './time.ts';
import { parseJson, pauseAfter, tell, TRIES_MAX } from './transport.ts';
import type { CallHook, Reply, Transport } from './transport.ts';
import { RESPONSE_WINDOW, signatureFault } from './verify.ts';

export type PayCall<T> = {
  /** Method and path template for metrics. */
  endpoint: string;
  method: 'GET' | 'POST';
  /** Path and query, percent-encoded once; signed and sent as it is. */
  target: string;
  /** The JSON text, serialised once. */
  body?: string;
  /** How to read a success. `empty` expects no body. */
  answer: z.ZodType<T> | 'empty';
  /** `always`: the same call again is harmless. `unsent`: only when WeChat cannot have seen the first one. */
  repeat: 'always' | 'unsent';
  /** WeChat says that a 429 here may hide an accepted request. */
  hides429: boolean;
  /** The key that encrypted fields of the body; WeChat must be told which. */
  sealedWith?: string;
  /** Only the certificate download brings its own keys. */
  findKey?: (serial: string, body: Buffer) => KeyObject | null;
};

export type ExchangeDeps = {
  identity: Identity;
  transport: Transport;
  /** The host, then perhaps its twin. Without trailing slash. */
  hosts: readonly [string, ...string[]];
  findKey: (serial: string) => Promise<KeyObject | null>;
  /** Sent on every call in public-key mode, so that WeChat answers with a signature that we can check. */
  publicKeyId: () => string | null;
  now: () => Date;
  retryPauseMs: number;
  onCall?: CallHook;
};

export type Exchange = <T>(call: PayCall<T>) => Promise<Outcome<T>>;

export function createExchange(deps: ExchangeDeps): Exchange {
  return async (call) => {
    let host = 0;
    for (let attempt = 1; ; attempt += 1) {
      const reply = await deps.transport((deps.hosts[host] ?? deps.hosts[0]) + call.target, signedRequest(deps, call));
      const outcome = await judge(deps, call, reply);
      tell(deps.onCall, {
        endpoint: call.endpoint,
        attempt,
        status: reply.kind === 'answer' ? reply.status : null,
        ms: reply.ms,
        requestId: outcome.requestId,
        code: outcome.outcome === 'ok' ? null : outcome.code,
        result: outcome.outcome,
      });
      if (attempt === TRIES_MAX || !mayRepeat(call.repeat, reply, outcome)) return outcome;
      // The twin host is for a host that cannot be reached, not for one that refuses.
      if (reply.kind === 'not_sent') host = (host + 1) % deps.hosts.length;
      await pauseAfter(attempt, deps.retryPauseMs);
    }
  };
}

/** A request of ours, signed for this moment. */
export function signedRequest(
  deps: Pick<ExchangeDeps, 'identity' | 'now' | 'publicKeyId'>,
  call: Pick<PayCall<unknown>, 'method' | 'target' | 'body' | 'sealedWith'>,
): RequestInit {
  const { method, target, body } = call;
  // Signed anew on every try: a timestamp must be fresh and a nonce must not come twice.
  const stamp = { timestamp: unixSeconds(deps.now()), nonce: freshNonce() };
  const headers: Record<string, string> = {
    accept: 'application/json',
    'user-agent': 'jishi-wechat/0.1 (node)',
    authorization: authorization(deps.identity, { method, target, body: body ?? '', ...stamp }),
  };
  if (body !== undefined) headers['content-type'] = 'application/json';
  const serial = call.sealedWith ?? deps.publicKeyId();
  if (serial !== null) headers['wechatpay-serial'] = serial;
  return { method, headers, body: body ?? null };
}

function mayRepeat(repeat: 'always' | 'unsent', reply: Reply, outcome: Outcome<unknown>): boolean {
  if (reply.kind === 'not_sent') return true;
  if (repeat === 'unsent') return false;
  return (
    reply.kind === 'lost' || (outcome.outcome === 'unknown' && ['server_error', 'bad_signature'].includes(outcome.why))
  );
}

async function judge<T>(deps: ExchangeDeps, call: PayCall<T>, reply: Reply): Promise<Outcome<T>> {
  if (reply.kind !== 'answer') return unknown(reply.kind === 'timeout' ? 'timeout' : 'connection');
  const { status } = reply;
  const seen = { status, requestId: reply.header('request-id') };
  if (status === 202) return unknown('accepted', { ...seen, code: readError(reply.body)?.code ?? null });
  if (status < 200 || status > 299) return judgeError(call, reply);

  const fault = await signatureFault({
    header: reply.header,
    rawBody: reply.body,
    now: deps.now(),
    window: RESPONSE_WINDOW,
    findKey: (serial) => (call.findKey ? call.findKey(serial, reply.body) : deps.findKey(serial)),
  });
  if (fault !== null) return unknown('bad_signature', seen);
  return readSuccess(call, reply.body, seen);
}

function readSuccess<T>(
  call: PayCall<T>,
  body: Buffer,
  seen: { status: number; requestId: string | null },
): Outcome<T> {
  const read = call.answer === 'empty' ? null : call.answer.safeParse(parseJson(body.toString('utf8')));
  if (read === null) return { outcome: 'ok', value: null as T, requestId: seen.requestId };
  if (!read.success) return unknown('unreadable', seen);
  return { outcome: 'ok', value: read.data, requestId: seen.requestId };
}

/** Errors are not signed by WeChat: beyond their status and code they prove nothing. */
export function judgeError(
  call: Pick<PayCall<unknown>, 'hides429'>,
  reply: Pick<Reply & { kind: 'answer' }, 'status' | 'body' | 'header'>,
): Outcome<never> {
  const { status, body } = reply;
  const seen = { status, requestId: reply.header('request-id') };
  const error = readError(body);
  const code = error?.code ?? null;

  if (status >= 500 || (code !== null && isUndecidedCode(code))) return unknown('server_error', { ...seen, code });
  if (status === 429 && call.hides429) return unknown('rate_limited', { ...seen, code });
  if (error !== null) {
    const kind = status === 429 ? 'frequency' : refusalKind(error.code);
    return { outcome: 'refused', kind, code: error.code, message: error.message, ...seen };
  }
  if (status === 429) return { outcome: 'refused', kind: 'frequency', code: '', message: '', ...seen };
  // WeChat answers an unknown path or a wrong method with nothing at all: the base address is wrong.
  if ((status === 404 || status === 405) && body.length === 0) {
    return { outcome: 'refused', kind: 'config', code: '', message: 'no such path at this address', ...seen };
  }
  // Some other 4xx or a redirect without a code: a proxy spoke, not WeChat.
  return unknown('unreadable', seen);
}

const ErrorWire = z.looseObject({ code: z.string().min(1), message: z.string().catch('') });

function readError(body: Buffer): z.infer<typeof ErrorWire> | null {
  const read = ErrorWire.safeParse(parseJson(body.toString('utf8')));
  return read.success ? read.data : null;
}
