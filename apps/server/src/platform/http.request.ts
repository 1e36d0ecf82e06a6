// What the parts of the HTTP side share about a request.
import type { Audience } from '@jishi/contract';
import type { FastifyRequest } from 'fastify';

declare module 'fastify' {
  interface FastifyContextConfig {
    audience?: Audience;
  }
  interface FastifyRequest {
    /** `buyer:<id>` or `staff:<id>` once the door knows; for the log. */
    caller: string | null;
  }
}

export const API_PREFIX = '/api/v1';

/** A header as one text; repeated ones never occur in what we read. */
export function header(request: FastifyRequest, name: string): string | undefined {
  const value = request.headers[name];
  return Array.isArray(value) ? value[0] : value;
}

/** True for addresses that programs call; everything else is a page that people see. */
export function isApi(url: string): boolean {
  return /^\/api(\/|$|\?)/.test(url);
}
