// One call to the mini-program server API: errors come as 200, secrets travel in the address and must stay there.
import { z } from 'zod';
import { unknown } from './outcome.ts';
import type { Outcome } from './outcome.ts';
import { createTransport, parseJson, pauseAfter, tell, TRIES_MAX } from './transport.ts';
import type { CallHook, Fetch, Reply } from './transport.ts';

export type MiniRefusalKind =
  /** The code is wrong or older than five minutes. */
  | 'code_invalid'
  | 'code_used'
  | 'user_blocked'
  | 'frequency'
  | 'token'
  | 'config'
  | 'param'
  /** The person did not allow this message. */
  | 'not_subscribed'
  /** The answer belongs to another appid. */
  | 'foreign'
  /** Shipping: WeChat does not know this payment, perhaps not yet. */
  | 'order_not_found'
  /** Shipping: everything is told already, or nothing has changed. */
  | 'already_shipped'
  /** Shipping: the one correction that WeChat allows is used up. */
  | 'no_correction_left'
  /** Shipping: confirmed, refunded or otherwise past it. */
  | 'not_shippable'
  | 'other';

export type MiniOutcome<T> = Outcome<T, MiniRefusalKind>;

const KIND_BY_ERRCODE: ReadonlyMap<number, MiniRefusalKind> = new Map([
  [40029, 'code_invalid'],
  [40163, 'code_used'],
  [40226, 'user_blocked'],
  [43101, 'not_subscribed'],
  ...group('frequency', [45009, 45011]),
  ...group('token', [40001, 40014, 41001, 42001]),
  ...group('config', [40002, 40013, 40125, 40164, 41002, 41004, 43002, 89503, 89506, 89507]),
  ...group('param', [40003, 40037, 47003]),
  ...group('order_not_found', [10060001]),
  ...group('already_shipped', [10060002, 10060023]),
  ...group('no_correction_left', [10060003]),
  ...group('not_shippable', [10060004]),
  ...group('param', [10060005, 10060006, 10060007, 10060008, 10060009, 10060011, 10060014, 10060020, 10060024]),
  ...group('param', [10060025, 10060026, 10060031, 268485194, 268485195, 268485196, 268485197, 268485216]),
  ...group('param', [268485224, 268485226, 268485227, 268485228]),
]);

/** "System busy", in the words of different departments: it may have happened or not. */
const BUSY_CODES = new Set([-1, 10060012, 10060019]);

function group(kind: MiniRefusalKind, codes: number[]): Array<[number, MiniRefusalKind]> {
  return codes.map((code) => [code, kind]);
}

/** One call. `target` may hold the secret or a token and is never shown to anybody. */
export type MiniCall<T> = {
  endpoint: string;
  method: 'GET' | 'POST';
  target: string;
  body?: string;
  answer: z.ZodType<T>;
  /** A one-time code must not be sent twice; a token may be asked for again. */
  repeat: 'always' | 'unsent';
  /** What must not appear in a message that WeChat sends back. */
  secrets: readonly string[];
};
export type MiniSend = <T>(call: MiniCall<T>) => Promise<MiniOutcome<T>>;

export type MiniSendConfig = {
  origin: string;
  fetch?: Fetch;
  timeoutMs: number;
  retryPauseMs: number;
  onCall?: CallHook;
  guard?: () => void;
};

export function createMiniSend(config: MiniSendConfig): MiniSend {
  const transport = createTransport(config);
  return async (call) => {
    const headers: Record<string, string> = { accept: 'application/json', 'user-agent': 'jishi-wechat/0.1 (node)' };
    if (call.body !== undefined) headers['content-type'] = 'application/json';
    for (let attempt = 1; ; attempt += 1) {
      const reply = await transport(config.origin + call.target, {
        method: call.method,
        headers,
        body: call.body ?? null,
      });
      const outcome = judge(call, reply);
      tell(config.onCall, {
        endpoint: call.endpoint,
        attempt,
        status: reply.kind === 'answer' ? reply.status : null,
        ms: reply.ms,
        requestId: outcome.requestId,
        code: outcome.outcome === 'ok' ? null : outcome.code,
        result: outcome.outcome,
      });
      const open = reply.kind === 'lost' || (outcome.outcome === 'unknown' && outcome.why === 'server_error');
      const again = reply.kind === 'not_sent' || (call.repeat === 'always' && open);
      if (!again || attempt === TRIES_MAX) return outcome;
      await pauseAfter(attempt, config.retryPauseMs);
    }
  };
}

const ErrorWire = z.looseObject({ errcode: z.number().int(), errmsg: z.string().catch('') });

/** This API answers 200 to everything; what went wrong is in `errcode`. */
function judge<T>(call: MiniCall<T>, reply: Reply): MiniOutcome<T> {
  if (reply.kind !== 'answer') return unknown(reply.kind === 'timeout' ? 'timeout' : 'connection');
  const seen = { status: reply.status, requestId: null };
  if (reply.status >= 500) return unknown('server_error', seen);
  const json = parseJson(reply.body.toString('utf8'));
  const error = ErrorWire.safeParse(json);
  if (error.success && error.data.errcode !== 0) return judgeErrcode(call, error.data, reply.status);
  const read = reply.status === 200 ? call.answer.safeParse(json) : null;
  return read?.success ? { outcome: 'ok', value: read.data, requestId: null } : unknown('unreadable', seen);
}

function judgeErrcode(
  call: MiniCall<unknown>,
  error: { errcode: number; errmsg: string },
  status: number,
): MiniOutcome<never> {
  const code = String(error.errcode);
  const requestId = /rid:\s*([0-9A-Za-z-]+)/.exec(error.errmsg)?.[1] ?? null;
  if (BUSY_CODES.has(error.errcode)) return unknown('server_error', { status, code, requestId });
  const message = call.secrets.reduce((text, secret) => text.replaceAll(secret, '***'), error.errmsg);
  const kind = KIND_BY_ERRCODE.get(error.errcode) ?? 'other';
  return { outcome: 'refused', kind, status, code, message, requestId };
}
