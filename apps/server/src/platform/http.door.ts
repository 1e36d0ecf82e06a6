// The door itself: who is it, may they, how often, what do they say; then the verb; then the answer as promised.
import { createHash } from 'node:crypto';
import type {} from '@fastify/compress';
import { COMMON_ERRORS, type Audience, type Endpoint } from '@jishi/contract';
import type {} from '@fastify/cookie';
import type {} from '@fastify/multipart';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Config } from './config.ts';
import type { Db, Once } from './db.ts';
import { Failure, assert, fail } from './fail.ts';
import { FileAnswer, STAFF_COOKIE } from './http.ts';
import type {
  Buyer,
  Cookies,
  Ctx,
  CtxOf,
  Door,
  Guards,
  Platform,
  RawAnswer,
  RawCall,
  Service,
  StaffSession,
  UploadedFile,
} from './http.ts';
import { checkedKey, onceByKey, onceInTransaction, requestHash, textOf, type Answer } from './http.idempotency.ts';
import { parseInput, readJson } from './http.input.ts';
import { knows } from './http.lane.ts';
import { networkOf, type Limits } from './http.limits.ts';
import { answerReady, isSameForAll, NOBODY, type Memory } from './http.ready.ts';
import { API_PREFIX, header } from './http.request.ts';
import { refusalOf } from './http.problem.ts';
import { namesOf, writingFor, type Writer } from './http.writer.ts';
import { onBehalfOf, type Log } from './log.ts';
import type { Metrics } from './metrics.ts';

const JSON_TYPE = 'application/json; charset=utf-8';

export type DoorSettings = {
  config: Pick<Config, 'NODE_ENV' | 'PUBLIC_URL' | 'RATE_LIMIT_USER_PER_MINUTE'>;
  db: Db;
  log: Log;
  metrics: Metrics;
  guards: Guards;
  limits: Limits;
  /** Answers that everybody gets alike; without it every call is read anew. */
  memory?: Memory | undefined;
};

type Caller = { buyer?: Buyer | null; staff?: StaffSession; service?: Service };
type Erased = { endpoint: Endpoint; run: (ctx: never, input: never) => Promise<unknown>; isOneTransaction: boolean };

export function createDoor(fastify: FastifyInstance, settings: DoorSettings): Door {
  const endpoints: Endpoint[] = [];
  const bound = new Set<string>();
  const bind = (one: Erased) => {
    const { endpoint } = one;
    checkEndpoint(endpoint);
    const place = `${endpoint.method} ${endpoint.path}`;
    assert(!bound.has(place) && !bound.has(endpoint.id), `${endpoint.id} (${place}) is bound twice`);
    bound.add(place).add(endpoint.id);
    endpoints.push(endpoint);
    fastify.route({
      method: endpoint.method,
      url: API_PREFIX + endpoint.path,
      config: { audience: endpoint.audience },
      // Remembered answers bring their compressed forms along.
      ...(settings.memory && endpoint.freshSeconds !== undefined ? { compress: false as const } : {}),
      handler: (request, reply) =>
        onBehalfOf(request.id, () =>
          writingFor(writerOf(endpoint, request), () => answer(settings, one, request, reply)),
        ),
    });
  };
  return {
    endpoints,
    handle: (endpoint, run) => bind({ endpoint, run, isOneTransaction: false }),
    handleOnce: (endpoint, run) => {
      assert(endpoint.idempotent, `${endpoint.id} is done once and asks for no key`);
      bind({ endpoint, run, isOneTransaction: true });
    },
  };
}

/** Who changes something when this call does. Reading for all is nobody's: it may be repeated on behalf of others. */
function writerOf({ audience, freshSeconds }: Endpoint, request: FastifyRequest): Writer {
  if (audience === 'staff') return 'staff';
  return audience === 'wechat' || freshSeconds !== undefined ? 'nobody' : namesOf(request.headers, request.ip);
}

/** Who can repeat a call and be known again. */
const KNOWN_CALLERS: ReadonlySet<Audience> = new Set<Audience>(['buyer', 'staff', 'service']);

/** Mistakes in the contract that must not wait for the first caller. */
function checkEndpoint(endpoint: Endpoint): void {
  const { id } = endpoint;
  assert(endpoint.audience !== 'staff' || endpoint.permission, `${id} is for staff and names no permission`);
  assert(endpoint.audience !== 'service' || endpoint.scope, `${id} is for services and names no scope`);
  assert(
    !endpoint.idempotent || KNOWN_CALLERS.has(endpoint.audience),
    `${id} is idempotent and does not know who is calling`,
  );
  assert(endpoint.freshSeconds === undefined || isSameForAll(endpoint), `${id} is remembered and not the same for all`);
}

async function answer(settings: DoorSettings, bound: Erased, request: FastifyRequest, reply: FastifyReply) {
  const { endpoint } = bound;
  try {
    if (endpoint.audience === 'wechat') return await answerWechat(bound, request, reply);
    const { freshSeconds } = endpoint;
    if (freshSeconds !== undefined && settings.memory) {
      const read = async (input: object) =>
        textOf(promised(endpoint, await bound.run(NOBODY as never, input as never)));
      return await answerReady(settings.memory, { ...endpoint, freshSeconds }, request, reply, read);
    }
    const caller = await admit(settings, endpoint, request);
    const key = endpoint.idempotent ? checkedKey(header(request, 'idempotency-key')) : undefined;
    const upload = endpoint.upload ? await readUpload(request) : undefined;
    const { input, raw } = parseInput(endpoint, {
      params: request.params as Record<string, unknown>,
      query: request.query as Record<string, unknown>,
      body: upload ? upload.fields : endpoint.method === 'GET' || endpoint.method === 'DELETE' ? {} : bodyOf(request),
    });
    const ctx = { ...makeCtx(settings, endpoint, request, reply, upload?.file), ...caller, idempotencyKey: key };
    const work = (once?: Once) => bound.run((once ? { ...ctx, once } : ctx) as never, input as never);
    if (key === undefined) return send(endpoint, request, reply, shaped(endpoint, await work()));
    return await answerOnce(settings, bound, request, reply, { caller, key, raw, work });
  } catch (error) {
    checkListed(settings, endpoint, error);
    throw error;
  }
}

type Keyed = { caller: Caller; key: string; raw: unknown; work: (once?: Once) => Promise<unknown> };

async function answerOnce(
  settings: DoorSettings,
  { endpoint, isOneTransaction }: Erased,
  request: FastifyRequest,
  reply: FastifyReply,
  { caller, key, raw, work }: Keyed,
) {
  const scope = nameOf(caller);
  assert(scope, `${endpoint.id} is idempotent and does not know who is calling`);
  const call = { scope, key, endpoint: endpoint.id, hash: requestHash(raw) };
  const answer = (result: unknown) => {
    assert(!(result instanceof FileAnswer), `${endpoint.id} is idempotent and answers with a file`);
    return promised(endpoint, result);
  };
  const refuse = (failure: Failure) => {
    const { status, body } = refusalOf(failure, request.id);
    return { status, body };
  };
  const first = isOneTransaction
    ? await onceInTransaction(settings.db, call, work, { answer, refuse })
    : await onceByKey(settings.db, call, async () => answer(await work()), refuse);
  if (first.replayed) {
    reply.header('idempotency-replayed', 'true');
    settings.metrics.count('idempotency_replays_total', 'Answers given again for a repeated key', {
      endpoint: endpoint.id,
    });
  }
  return send(endpoint, request, reply, first);
}

const shaped = (endpoint: Endpoint, result: unknown): Answer | FileAnswer =>
  result instanceof FileAnswer ? result : promised(endpoint, result);

/** What keys, limits and logs call the caller; undefined for somebody who is nobody in particular. */
function nameOf({ staff, buyer, service }: Caller): string | undefined {
  if (staff) return `staff:${staff.staffId}`;
  if (service) return `service:${service.code}`;
  return buyer ? `buyer:${buyer.id}` : undefined;
}

/** Limits, then identity, then permission: a stranger learns nothing about the input that would be right. */
async function admit(settings: DoorSettings, endpoint: Endpoint, request: FastifyRequest): Promise<Caller> {
  const caller = await identify(settings.guards, endpoint, request);
  const who = nameOf(caller);
  request.caller = who ?? null;
  // A service calls on behalf of many: only its address limits it.
  if (who !== undefined && !caller.service) settings.limits.take(who, settings.config.RATE_LIMIT_USER_PER_MINUTE);
  if (endpoint.ratePerMinute !== undefined) {
    settings.limits.take(`${endpoint.id}:${who ?? networkOf(request.ip)}`, endpoint.ratePerMinute);
  }
  return caller;
}

async function identify(guards: Guards, endpoint: Endpoint, request: FastifyRequest): Promise<Caller> {
  if (endpoint.audience === 'staff') return { staff: await staffOf(guards, endpoint, request) };
  if (endpoint.audience === 'public') return {};
  const token = /^Bearer ([\w.~+/=-]{1,4096})$/i.exec(header(request, 'authorization') ?? '')?.[1];
  if (endpoint.audience === 'service') return { service: await serviceOf(guards, endpoint, token) };
  const buyer = token === undefined ? null : await guards.buyer(token);
  if (endpoint.audience === 'buyer' && !buyer) fail('auth.required');
  return { buyer };
}

async function serviceOf(guards: Guards, { scope }: Endpoint, token: string | undefined): Promise<Service> {
  const service = token === undefined ? null : await guards.service(token);
  if (!service) fail('service.not_signed_in');
  if (scope !== 'self' && !(scope && service.scopes.has(scope))) fail('service.forbidden');
  return service;
}

async function staffOf(guards: Guards, endpoint: Endpoint, request: FastifyRequest): Promise<StaffSession> {
  const cookie = request.cookies[STAFF_COOKIE];
  const session = cookie ? await guards.staff(cookie) : null;
  if (!session) fail('staff.not_signed_in');
  const { permission } = endpoint;
  if (permission !== 'self' && !(permission && session.permissions.has(permission))) fail('staff.forbidden');
  // A cookie is sent by the browser itself; this header only by our own page.
  if (endpoint.method !== 'GET' && header(request, 'x-csrf-token') !== session.csrfToken) fail('staff.csrf');
  return session;
}

/** The raw body of WeChat goes to the handler untouched; its answer goes back in WeChat's shape. */
async function answerWechat({ run }: Erased, request: FastifyRequest, reply: FastifyReply) {
  const body = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0);
  const headers = Object.fromEntries(
    Object.entries(request.headers).map(([name, value]) => [
      name,
      Array.isArray(value) ? value.join(', ') : (value ?? ''),
    ]),
  );
  const query = Object.fromEntries(
    Object.entries(request.query as Record<string, unknown>).flatMap(([name, value]) =>
      typeof value === 'string' ? [[name, value]] : [],
    ),
  );
  const raw: RawCall = { body, headers, query };
  const said = (await run({ ...bareCtx(request), raw } as never, {} as never)) as RawAnswer;
  if (said.body === undefined || said.body === null || said.body === '') return reply.code(said.status).send();
  if (typeof said.body === 'string') return reply.code(said.status).type('text/plain; charset=utf-8').send(said.body);
  return reply.code(said.status).type(JSON_TYPE).send(JSON.stringify(said.body));
}

function bodyOf(request: FastifyRequest): unknown {
  // The reader of uploads takes every multipart body, and what nobody reads must not count as an empty one.
  if (request.isMultipart()) fail('request.unsupported');
  const type = header(request, 'content-type');
  const bytes = Buffer.isBuffer(request.body) ? request.body : undefined;
  if (bytes && bytes.length > 0 && !/^application\/(json|[\w.-]+\+json)\s*(;|$)/i.test(type ?? ''))
    fail('request.unsupported');
  return readJson(bytes);
}

/** The handler's answer through the schema of the contract: what it does not promise does not leave the house. */
function promised(endpoint: Endpoint, result: unknown): Answer {
  if (endpoint.status === 204) return { status: 204, body: null };
  const parsed = endpoint.output.safeParse(result);
  assert(parsed.success, `${endpoint.id} answered what its contract does not promise: ${parsed.error?.message}`);
  return { status: endpoint.status, body: parsed.data };
}

function send(endpoint: Endpoint, request: FastifyRequest, reply: FastifyReply, result: Answer | FileAnswer) {
  if (result instanceof FileAnswer) return sendFile(reply, result);
  if (result.status === 204) return reply.code(204).send();
  const text = textOf(result);
  if (!endpoint.etag) return reply.code(result.status).header('cache-control', 'no-store').type(JSON_TYPE).send(text);
  const etag = `W/"${createHash('sha1').update(text).digest('base64url')}"`;
  reply
    .header('etag', etag)
    .header('cache-control', endpoint.audience === 'public' ? 'public, no-cache' : 'private, no-cache');
  if (knows(header(request, 'if-none-match') ?? '', etag)) return reply.code(304).send();
  return reply.code(result.status).type(JSON_TYPE).send(text);
}

function sendFile(reply: FastifyReply, { bytes, contentType, options }: FileAnswer) {
  reply.header('cache-control', options.cacheSeconds ? `private, max-age=${options.cacheSeconds}` : 'no-store');
  if (options.fileName !== undefined) {
    const name = encodeURIComponent(options.fileName);
    reply.header('content-disposition', `attachment; filename="download"; filename*=UTF-8''${name}`);
  }
  return reply.code(200).type(contentType).send(bytes);
}

/** A code that the endpoint does not list would surprise every client: the tests fail, production tells and logs. */
function checkListed(settings: DoorSettings, endpoint: Endpoint, error: unknown): void {
  if (!(error instanceof Failure)) return;
  const listed: readonly string[] = [...COMMON_ERRORS, ...endpoint.errors];
  if (listed.includes(error.code)) return;
  const why = `${endpoint.id} answered ${error.code}, which its contract does not list`;
  assert(settings.config.NODE_ENV !== 'test', why);
  settings.log.error({ err: error, endpoint: endpoint.id, code: error.code }, why);
}

type Upload = { file: UploadedFile | undefined; fields: Record<string, unknown> };

async function readUpload(request: FastifyRequest): Promise<Upload> {
  if (!request.isMultipart()) fail('request.unsupported');
  const upload: Upload = { file: undefined, fields: Object.create(null) as Record<string, unknown> };
  for await (const part of request.parts()) {
    if (part.type === 'field') upload.fields[part.fieldname] = part.value;
    else if (part.fieldname !== 'file') fail('request.invalid', {}, part.fieldname);
    else upload.file = { bytes: await part.toBuffer(), name: part.filename, contentType: part.mimetype };
  }
  return upload;
}

function bareCtx(request: FastifyRequest): Pick<Ctx, 'request'> {
  const platform = header(request, 'x-client');
  const known = platform === 'weapp' || platform === 'h5' || platform === 'admin';
  return {
    request: {
      id: request.id,
      ip: request.ip,
      userAgent: (header(request, 'user-agent') ?? '').slice(0, 500),
      platform: known ? platform : ('other' satisfies Platform),
    },
  };
}

function makeCtx(
  settings: DoorSettings,
  endpoint: Endpoint,
  request: FastifyRequest,
  reply: FastifyReply,
  uploaded: UploadedFile | undefined,
): CtxOf<'public'> {
  const secure = settings.config.PUBLIC_URL.startsWith('https:');
  const always = { path: '/', sameSite: 'strict', secure } as const;
  const cookies: Cookies = {
    get: (name) => request.cookies[name],
    set: (name, value, options = {}) => {
      const { maxAge, httpOnly = true } = options;
      void reply.setCookie(name, value, { ...always, httpOnly, ...(maxAge === undefined ? {} : { maxAge }) });
    },
    clear: (name) => void reply.clearCookie(name, always),
  };
  const file = async () => {
    assert(endpoint.upload, `${endpoint.id} asked for a file and is not an upload`);
    return uploaded ?? fail('request.invalid', { issues: [{ field: 'file', message: '请选择要上传的文件' }] }, 'file');
  };
  return { ...bareCtx(request), cookies, file };
}
