// What a call to WeChat may come to: a closed union, because "we do not know" is a result and not an accident.

/**
 * Every call ends in one of three ways, and the caller has to name all three:
 * `ok` (signed by WeChat, or sent by its JSON API), `refused` (WeChat said no and changed nothing) and
 * `unknown` (it may or may not have happened: ask with a query, or repeat with the same number and parameters).
 */
export type Outcome<T, Kind extends string = RefusalKind> = Ok<T> | Refused<Kind> | Unknown;

/** The answer is WeChat's own and was understood. */
export type Ok<T> = { outcome: 'ok'; value: T; requestId: string | null };

/** WeChat refused. Branch on `kind`; `code` and `message` are for logs, WeChat rewords messages without notice. */
export type Refused<Kind extends string = RefusalKind> = {
  outcome: 'refused';
  kind: Kind;
  /** HTTP status, or 0 when we refused the input ourselves and never called. */
  status: number;
  code: string;
  message: string;
  requestId: string | null;
};

/** The fate of the call is open. Never invent a new business number while it is. */
export type Unknown = {
  outcome: 'unknown';
  why: UnknownWhy;
  status: number | null;
  code: string | null;
  requestId: string | null;
};

export type UnknownWhy =
  /** No whole answer within the time limit. */
  | 'timeout'
  /** Could not connect, or the connection broke before the answer was complete. */
  | 'connection'
  /** 5xx, or a mini-program "system busy". */
  | 'server_error'
  /** 429 where WeChat says that the request may have been accepted nevertheless. */
  | 'rate_limited'
  /** 202: accepted, result to be asked for. */
  | 'accepted'
  /** A success that is not signed by a key that we hold, or too old: as good as no answer. */
  | 'bad_signature'
  /** A file whose hash is not the one that WeChat announced: damaged or cut off on its way. */
  | 'bad_hash'
  /** An answer that we cannot read, or that speaks of another number than the one asked for. */
  | 'unreadable';

/** Why WeChat Pay refused, spelling variants folded together (ORDERPAID and ORDER_PAID are one thing). */
export type RefusalKind =
  | 'order_paid'
  | 'order_closed'
  | 'order_not_found'
  /** A refund query: no such refund. A refund request: no such order, or it is unpaid. */
  | 'not_found'
  | 'out_trade_no_used'
  /** The number is taken by other parameters. */
  | 'already_exists'
  | 'not_enough'
  | 'user_account'
  | 'trade_error'
  /** Nobody traded on that day: there is no bill and there will be none. */
  | 'no_statement'
  /** The bill is still being made: ask again in half an hour. */
  | 'statement_creating'
  | 'frequency'
  | 'param'
  | 'invalid_request'
  | 'sign'
  | 'forbidden'
  | 'config'
  | 'other';

const KINDS: ReadonlyArray<readonly [RefusalKind, readonly string[]]> = [
  ['order_paid', ['ORDERPAID']],
  ['order_closed', ['ORDERCLOSED']],
  ['order_not_found', ['ORDERNOTEXIST', 'ORDERNOTEXISTS']],
  ['not_found', ['RESOURCENOTEXISTS', 'RESOURCENOTEXIST', 'NOTFOUND', 'REFUNDNOTEXIST', 'REFUNDNOTEXISTS']],
  ['out_trade_no_used', ['OUTTRADENOUSED']],
  ['already_exists', ['ALREADYEXISTS', 'ALREADYEXIST']],
  ['not_enough', ['NOTENOUGH']],
  ['user_account', ['USERACCOUNTABNORMAL', 'USERERROR', 'ACCOUNTERROR']],
  ['trade_error', ['TRADEERROR', 'TRADEOVERDUE', 'INVALIDTRANSACTIONID']],
  ['no_statement', ['NOSTATEMENTEXIST', 'NOSTATEMENTEXISTS']],
  ['statement_creating', ['STATEMENTCREATING']],
  ['param', ['PARAMERROR', 'OPENIDMISMATCH']],
  ['invalid_request', ['INVALIDREQUEST']],
  ['sign', ['SIGNERROR']],
  ['forbidden', ['NOAUTH', 'RULELIMIT', 'REQUESTBLOCKED']],
  ['config', ['MCHNOTEXISTS', 'MCHNOTEXIST', 'APPIDMCHIDNOTMATCH']],
];
// Documents disagree on the tail (EXCEED, EXCEEDED, LIMITED), so these are matched by their beginning.
const FREQUENCY_PREFIXES = ['FREQUENCYLIMIT', 'RATELIMIT'];

/** Folds a WeChat Pay error code, in any of its published spellings, into one of our kinds. */
export function refusalKind(code: string): RefusalKind {
  const folded = code.toUpperCase().replace(/[^A-Z0-9]/g, '');
  if (FREQUENCY_PREFIXES.some((prefix) => folded.startsWith(prefix))) return 'frequency';
  return KINDS.find(([, spellings]) => spellings.includes(folded))?.[0] ?? 'other';
}

/** Codes that mean "ask again" whatever HTTP status carries them. */
export function isUndecidedCode(code: string): boolean {
  const folded = code.toUpperCase().replace(/[^A-Z0-9]/g, '');
  return ['SYSTEMERROR', 'BIZERRNEEDRETRY', 'SERVICEUNAVAILABLE', 'BANKERROR'].includes(folded);
}

/** A refusal of our own: the input breaks a published limit, so WeChat is not even asked. */
export function refusedLocally(message: string): Refused {
  return { outcome: 'refused', kind: 'param', status: 0, code: 'LOCAL_PARAM', message, requestId: null };
}

export function unknown(why: UnknownWhy, seen: Partial<Omit<Unknown, 'outcome' | 'why'>> = {}): Unknown {
  return { outcome: 'unknown', why, status: null, code: null, requestId: null, ...seen };
}
