// The endpoint object: one value is the route, the parser, the types, the document and the client.
import type { z } from 'zod';
import type { ErrorCode } from './errors.ts';
import type { Permission, ServiceScope } from './permissions.ts';

/**
 * Who may knock.
 * - `public`: anybody; `visitor`: anybody, a valid token tells who; `buyer`: a valid token is needed;
 * - `staff`: a session cookie, CSRF token on writes, and the named permission;
 * - `service`: another program, with a token of its own and the named scope;
 * - `wechat`: raw bytes from WeChat, answered in WeChat's shape.
 */
export type Audience = 'public' | 'visitor' | 'buyer' | 'staff' | 'service' | 'wechat';
export type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

export type Endpoint<
  In extends z.ZodObject = z.ZodObject,
  Out extends z.ZodType = z.ZodType,
  A extends Audience = Audience,
> = {
  /** operationId in the document; equals the exported name. */
  readonly id: string;
  readonly method: Method;
  /** Below /api/v1, with `:name` for parameters that `input` also holds. */
  readonly path: string;
  readonly audience: A;
  /** Needed when audience is staff; 'self' means: any signed-in member of staff. */
  readonly permission?: Permission | 'self';
  /** Needed when audience is service; 'self' means: any token that is good. */
  readonly scope?: ServiceScope | 'self';
  readonly summary: string;
  readonly tag: string;
  /** Path parameters, then query (GET, DELETE) or body (others), in one strict object. */
  readonly input: In;
  readonly output: Out;
  /** Success status; 200 when absent. */
  readonly status: 200 | 201 | 202 | 204;
  /** Codes this endpoint may answer besides the ones every door has. */
  readonly errors: readonly ErrorCode[];
  /** An Idempotency-Key header is required: the call moves money or stock. */
  readonly idempotent: boolean;
  /** The body is multipart with one part named `file`. */
  readonly upload: boolean;
  /** The answer is a file to keep (Excel), sent as it is made; `output` says nothing. */
  readonly file: boolean;
  /** GET answers that carry an ETag and may be reused by clients after revalidation. */
  readonly etag: boolean;
  /**
   * The answer is the same for everybody and may be this many seconds old: the server remembers it for so long. A caller
   * who has just written something says `cache-control: no-cache` and gets it read anew.
   */
  readonly freshSeconds?: number;
  /** Calls per minute and caller, when tighter than the general limit. */
  readonly ratePerMinute?: number;
};

type Defaulted = 'status' | 'idempotent' | 'upload' | 'file' | 'etag' | 'errors';
type Spec<In extends z.ZodObject, Out extends z.ZodType, A extends Audience> = Omit<Endpoint<In, Out, A>, Defaulted> &
  Partial<Pick<Endpoint<In, Out, A>, Defaulted>>;

/** States an endpoint; the audience stays a literal type, so that a handler knows who it is talking to. */
export function endpoint<In extends z.ZodObject, Out extends z.ZodType, const A extends Audience>(
  spec: Spec<In, Out, A>,
): Endpoint<In, Out, A> {
  return { status: 200, idempotent: false, upload: false, file: false, etag: false, errors: [], ...spec };
}

/** What a handler receives: the parsed input. */
export type In<E extends Endpoint> = z.output<E['input']>;
/** What a handler returns: anything the output schema accepts. */
export type Out<E extends Endpoint> = z.input<E['output']>;
/** What a caller sends and gets. */
export type Sent<E extends Endpoint> = z.input<E['input']>;
export type Got<E extends Endpoint> = z.output<E['output']>;

/** The names of the path parameters, in order. */
export function pathParams(path: string): string[] {
  return [...path.matchAll(/:([A-Za-z]+)/g)].map((match) => match[1] as string);
}
