// The log: one JSON line per happening, with secrets and personal data taken out.
import { AsyncLocalStorage } from 'node:async_hooks';
import { pino, type DestinationStream, type Logger } from 'pino';

export type Log = Logger;

const REMOVED = '[removed]';

/** Names of fields that never reach a log line, at any depth up to three. */
const SECRET_FIELDS = [
  'authorization',
  'cookie',
  'set-cookie',
  'x-csrf-token',
  'csrfToken',
  'password',
  'secret',
  'token',
  'accessToken',
  'refreshToken',
  'access_token',
  'refresh_token',
  'session_key',
  'sessionKey',
  'phone',
  'realName',
  'idNo',
  'cardNo',
  'userName',
  'payeeName',
  'real_name',
  'id_no',
  'card_no',
  'payee_name',
  'openid',
  'unionid',
  'openid_weapp',
  'openid_h5',
  'payer',
];

const redact = {
  paths: SECRET_FIELDS.flatMap((name) => {
    const field = `["${name}"]`;
    return [field, `*${field}`, `*.*${field}`, `*.*.*${field}`];
  }),
  censor: REMOVED,
};

const SECRET_PARAMS =
  /([?&](?:access_token|token|secret|appsecret|code|js_code|refresh_token|session_key|ticket|phone|openid|unionid)=)[^&#\s"']*/gi;
const MOBILE = /(?<!\d)(1[3-9]\d)\d{4}(\d{4})(?!\d)/g;

/** A URL as it may be written down; staff search for people by their number. */
export function cleanUrl(url: string): string {
  return url.replaceAll(SECRET_PARAMS, `$1${REMOVED}`).replaceAll(MOBILE, '$1****$2');
}

const BEARER = /\b(Bearer\s+)[\w.~+/=-]+/gi;
/** PostgreSQL quotes the row that it refuses: `Key (openid_weapp)=(o-123) already exists.` */
const QUOTED_KEY = /(\bKey \([^)]*\)=\().*?(\)(?= |$))/g;
const QUOTED_ROW = /(\bFailing row contains \().*(\))/g;

/** A text from elsewhere, say an error message, as it may be written down. */
export function cleanText(text: string): string {
  return cleanUrl(text)
    .replaceAll(BEARER, `$1${REMOVED}`)
    .replaceAll(QUOTED_KEY, `$1${REMOVED}$2`)
    .replaceAll(QUOTED_ROW, `$1${REMOVED}$2`);
}

/** Every text of it: drivers hang their own fields on an error, and quote values there. */
function cleanError(error: unknown): unknown {
  if (!(error instanceof Error)) return error;
  const plain = Object.entries(pino.stdSerializers.err(error));
  return Object.fromEntries(plain.map(([name, value]) => [name, typeof value === 'string' ? cleanText(value) : value]));
}

const request = new AsyncLocalStorage<{ reqId: string }>();

/** Every line that `run` writes, however deep, tells the request that it belongs to. */
export function onBehalfOf<T>(reqId: string, run: () => T): T {
  return request.run({ reqId }, run);
}

export function createLog(settings: { level: string; role?: string }, to?: DestinationStream): Log {
  const options = {
    level: settings.level,
    base: { role: settings.role },
    timestamp: pino.stdTimeFunctions.isoTime,
    redact,
    serializers: { err: cleanError },
    mixin: () => ({ ...request.getStore() }),
    formatters: { level: (label: string) => ({ level: label }) },
  };
  return to ? pino(options, to) : pino(options);
}

/** For tests and tools that say nothing. */
export const silentLog: Log = pino({ level: 'silent' });
