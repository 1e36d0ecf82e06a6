// Every way in which a call can fail, as the one problem body of the contract.
import { ERRORS, messageOf, type ErrorCode, type Problem } from '@jishi/contract';
import { sqlState } from './db.ts';
import { Failure } from './fail.ts';

/** Fastify's own refusals, by its codes. */
const BY_FASTIFY_CODE: Record<string, ErrorCode> = {
  FST_ERR_CTP_BODY_TOO_LARGE: 'request.too_large',
  FST_ERR_CTP_INVALID_MEDIA_TYPE: 'request.unsupported',
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: 'request.invalid',
  FST_ERR_CTP_EMPTY_JSON_BODY: 'request.invalid',
  FST_ERR_BAD_URL: 'request.invalid',
  FST_REQ_FILE_TOO_LARGE: 'request.too_large',
  FST_FILES_LIMIT: 'request.invalid',
  FST_PARTS_LIMIT: 'request.invalid',
  FST_FIELDS_LIMIT: 'request.invalid',
  FST_PROTO_VIOLATION: 'request.invalid',
  FST_INVALID_MULTIPART_CONTENT_TYPE: 'request.unsupported',
};

/** The database is out of reach, out of connections, or took longer than we allow. */
const BUSY_STATES = new Set([
  '53300',
  '53400',
  '55P03',
  '57014',
  '57P01',
  '57P02',
  '57P03',
  '08000',
  '08001',
  '08003',
  '08006',
]);
const BUSY_ERRORS = new Set(['ECONNREFUSED', 'ECONNRESET', 'ETIMEDOUT', 'EPIPE']);
const CONFLICTS = new Set(['40001', '40P01']);

export type Refusal = {
  status: number;
  code: ErrorCode;
  body: Problem;
  /** True when it is our fault: logged with its stack and counted. */
  ours: boolean;
};

function codeOf(error: unknown): ErrorCode {
  if (error instanceof Failure) return error.code;
  if (!(error instanceof Error)) return 'server.failed';
  const code = 'code' in error && typeof error.code === 'string' ? error.code : '';
  const known = BY_FASTIFY_CODE[code];
  if (known) return known;
  const state = sqlState(error) ?? '';
  if (CONFLICTS.has(state)) return 'conflict.retry';
  if (BUSY_STATES.has(state) || BUSY_ERRORS.has(code)) return 'server.busy';
  // What pg says when no connection came free in time, or when one broke in the middle.
  if (/timeout exceeded when trying to connect|Connection terminated/.test(error.message)) return 'server.busy';
  const status = 'statusCode' in error ? error.statusCode : undefined;
  return typeof status === 'number' && status >= 400 && status < 500 ? 'request.invalid' : 'server.failed';
}

export function refusalOf(error: unknown, requestId: string): Refusal {
  const code = codeOf(error);
  const { status } = ERRORS[code];
  const failure = error instanceof Failure ? error : undefined;
  const details = failure && Object.keys(failure.details).length > 0 ? { details: failure.details } : {};
  return {
    status,
    code,
    ours: status >= 500 && !failure,
    body: {
      error: {
        code,
        message: messageOf(code, failure?.details),
        ...(failure?.field === undefined ? {} : { field: failure.field }),
        ...details,
        requestId,
      },
    },
  };
}
