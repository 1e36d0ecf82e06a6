// The door as modules see it: bind an endpoint of the contract to a verb, and know who is asking.
import type { Readable } from 'node:stream';
import type { Audience, Endpoint, Id, In, Out, Permission, ServiceScope } from '@jishi/contract';
import type { Once } from './db.ts';

export type Buyer = { id: Id<'buyer'> };

export type StaffSession = {
  staffId: Id<'staff'>;
  sessionId: Id<'staffSession'>;
  name: string;
  permissions: ReadonlySet<Permission>;
  csrfToken: string;
};

/** Another program. What it does belongs to `code`, whichever of its tokens it used. */
export type Service = {
  tokenId: Id<'serviceToken'>;
  code: string;
  name: string;
  scopes: ReadonlySet<ServiceScope>;
  expiresAt: Date | null;
};

/** How the door learns who a token or a session cookie belongs to; identity and staff supply it. */
export type Guards = {
  buyer(token: string): Promise<Buyer | null>;
  staff(sessionCookie: string): Promise<StaffSession | null>;
  service(token: string): Promise<Service | null>;
};

export type Platform = 'weapp' | 'h5' | 'admin' | 'other';

export type CookieOptions = {
  /** Seconds; without it the cookie ends with the browser. */
  maxAge?: number;
  /** True when absent. */
  httpOnly?: boolean;
};

export type Cookies = {
  get(name: string): string | undefined;
  set(name: string, value: string, options?: CookieOptions): void;
  clear(name: string): void;
};

export type UploadedFile = { bytes: Buffer; name: string; contentType: string };

/** What every handler knows about the call. */
export type Ctx = {
  request: { id: string; ip: string; userAgent: string; platform: Platform };
  cookies: Cookies;
  /** The checked Idempotency-Key of an endpoint that asks for one. */
  idempotencyKey?: string | undefined;
  /** The part named `file` of an upload endpoint. */
  file(): Promise<UploadedFile>;
};

/** The bytes exactly as WeChat signed them, and what the address carries; a parameter that comes twice is left out. */
export type RawCall = { body: Buffer; headers: Record<string, string>; query: Record<string, string> };
/** What WeChat gets to hear, in its own shape. */
export type RawAnswer = { status: number; body: unknown };

type Who = {
  public: unknown;
  visitor: { buyer: Buyer | null };
  buyer: { buyer: Buyer };
  staff: { staff: StaffSession };
  service: { service: Service };
  wechat: { raw: RawCall };
};

export type CtxOf<A extends Audience> = Ctx & Who[A];

/** An answer that is not JSON: an export. A stream is sent as it is made. */
export class FileAnswer {
  /** All at once, or as they come: a large file is never held whole. */
  readonly bytes: Buffer | Readable;
  readonly contentType: string;
  readonly options: { fileName?: string; cacheSeconds?: number };
  constructor(
    bytes: Buffer | Readable,
    contentType: string,
    options: { fileName?: string; cacheSeconds?: number } = {},
  ) {
    this.bytes = bytes;
    this.contentType = contentType;
    this.options = options;
  }
}

export type AnswerOf<E extends Endpoint> = E['audience'] extends 'wechat' ? RawAnswer : Out<E> | FileAnswer;

export type Handler<E extends Endpoint> = (ctx: CtxOf<E['audience']>, input: In<E>) => Promise<AnswerOf<E>>;

/** For a command of one transaction: it hands `once` to `db.tx` and answers what that transaction returned. */
export type OnceHandler<E extends Endpoint> = (
  ctx: CtxOf<E['audience']> & { once: Once },
  input: In<E>,
) => Promise<Out<E>>;

export type Door = {
  /** Binds an endpoint to a verb. Input is parsed before, output after; an endpoint is bound once. */
  handle<E extends Endpoint>(endpoint: E, run: Handler<E>): void;
  /** Binds an idempotent endpoint whose work is one transaction: the answer is kept by the very same commit. */
  handleOnce<E extends Endpoint>(endpoint: E, run: OnceHandler<E>): void;
  /** Every bound endpoint, in order: for the document and for the tests that look for unguarded doors. */
  readonly endpoints: readonly Endpoint[];
};

/** The cookie that carries a staff session. */
export const STAFF_COOKIE = 'jishi_staff';
