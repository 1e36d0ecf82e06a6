// The log: one JSON line per happening, with secrets and personal data taken out.
import { pino, type DestinationStream, type Logger } from 'pino';

export type Log = Logger;

const REMOVED = '[removed]';

/** Names of fields that never reach a log line, at any depth up to three. */
const SECRET_FIELDS = [
  'authorization',
  'cookie',
  'set-cookie',
  'x-csrf-token',
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
  'openid',
  'unionid',
  'payer',
];

const redact = {
  paths: SECRET_FIELDS.flatMap((name) => {
    const field = `["${name}"]`;
    return [field, `*${field}`, `*.*${field}`, `*.*.*${field}`];
  }),
  censor: REMOVED,
};

const SECRET_PARAMS = /([?&](?:access_token|token|secret|appsecret|code|js_code|refresh_token|ticket|phone)=)[^&#]*/gi;

/** A URL as it may be written down. */
export function cleanUrl(url: string): string {
  return url.replaceAll(SECRET_PARAMS, `$1${REMOVED}`);
}

const BEARER = /\b(Bearer\s+)[\w.~+/=-]+/gi;
const MOBILE = /(?<!\d)(1[3-9]\d)\d{4}(\d{4})(?!\d)/g;

/** A text from elsewhere, say an error message, as it may be written down. */
export function cleanText(text: string): string {
  return cleanUrl(text).replaceAll(BEARER, `$1${REMOVED}`).replaceAll(MOBILE, '$1****$2');
}

function cleanError(error: unknown): unknown {
  if (!(error instanceof Error)) return error;
  const plain = pino.stdSerializers.err(error);
  return { ...plain, message: cleanText(plain.message), stack: cleanText(plain.stack) };
}

export function createLog(settings: { level: string; role?: string }, to?: DestinationStream): Log {
  const options = {
    level: settings.level,
    base: { role: settings.role },
    timestamp: pino.stdTimeFunctions.isoTime,
    redact,
    serializers: { err: cleanError },
    formatters: { level: (label: string) => ({ level: label }) },
  };
  return to ? pino(options, to) : pino(options);
}

/** For tests and tools that say nothing. */
export const silentLog: Log = pino({ level: 'silent' });
