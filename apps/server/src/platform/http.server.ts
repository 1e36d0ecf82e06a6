// The HTTP server around the doors: limits, headers, logs, health, and the one way in which errors are told.
import { createServer as createHttpServer, STATUS_CODES, type IncomingHttpHeaders } from 'node:http';
import type { Socket } from 'node:net';
import compress from '@fastify/compress';
import cookie from '@fastify/cookie';
import cors from '@fastify/cors';
import helmet from '@fastify/helmet';
import multipart from '@fastify/multipart';
import fastifyStatic from '@fastify/static';
import Fastify, {
  LogController,
  type FastifyError,
  type FastifyInstance,
  type FastifyReply,
  type FastifyRequest,
} from 'fastify';
import type { Config } from './config.ts';
import { Failure, fail } from './fail.ts';
import type { Fresh } from './http.fresh.ts';
import { createLane, type Lane } from './http.lane.ts';
import { createProxies } from './http.proxies.ts';
import { isApi } from './http.request.ts';
import { createLimits, networkOf, noLimits, type Limits } from './http.limits.ts';
import { refusalOf } from './http.problem.ts';
import { createRequestWatch, type RequestWatch } from './http.watch.ts';
import { newId } from './ids.ts';
import type { Log } from './log.ts';
import type { Metrics } from './metrics.ts';

export type ServerSettings = {
  config: Pick<
    Config,
    'NODE_ENV' | 'PUBLIC_URL' | 'CORS_ORIGINS' | 'TRUSTED_PROXIES' | 'RATE_LIMIT' | 'RATE_LIMIT_IP_PER_MINUTE'
  >;
  log: Log;
  metrics: Metrics;
  /** Answers that may leave early. */
  fresh?: Fresh;
};

export type Server = { fastify: FastifyInstance; limits: Limits; lane: Lane | undefined };

const BODY_MAX = 1_048_576;
/** A little above the 5 MB that a picture may have, so that the module can say it in its own words. */
const UPLOAD_MAX = 6 * 1_048_576;
const REQUEST_ID = /^[A-Za-z0-9_-]{8,64}$/;
const REQUEST_MS = 60_000;
/** Longer than a proxy keeps its connections, so that it never sends into one that we are just closing. */
const KEEP_ALIVE_MS = 72_000;

function idOf(request: { headers: IncomingHttpHeaders }): string {
  const given = request.headers['x-request-id'];
  return typeof given === 'string' && REQUEST_ID.test(given) ? given : newId<'request'>();
}

export async function createServer(settings: ServerSettings): Promise<Server> {
  const { config, log } = settings;
  const watch = createRequestWatch(settings);
  const limits = config.RATE_LIMIT === 'on' ? createLimits() : noLimits;
  const lane = settings.fresh && laneOf(settings.fresh, settings, { watch, limits });
  const fastify: FastifyInstance = Fastify({
    loggerInstance: log,
    // One line per request is written below, in our own words.
    logController: new LogController({ disableRequestLogging: true }),
    // Our lines name their request by themselves (log.ts): a child of the log for each would be an eighth of all garbage.
    childLoggerFactory: (parent) => parent,
    bodyLimit: BODY_MAX,
    trustProxy: config.TRUSTED_PROXIES,
    genReqId: idOf,
    serverFactory: (slow) => {
      const server = createHttpServer((request, response) => {
        if (!lane?.serve(request, response)) slow(request, response);
      });
      server.requestTimeout = REQUEST_MS;
      server.keepAliveTimeout = KEEP_ALIVE_MS;
      return server;
    },
    routerOptions: { maxParamLength: 200, ignoreTrailingSlash: false },
    exposeHeadRoutes: false,
    requestTimeout: REQUEST_MS,
    keepAliveTimeout: KEEP_ALIVE_MS,
    clientErrorHandler: tellCaller,
    frameworkErrors: (error, request, reply) => {
      void tell(settings, error, request as FastifyRequest, reply as FastifyReply);
    },
  }) as unknown as FastifyInstance;
  fastify.addHook('preClose', async () => lane?.close());

  fastify.decorateRequest('caller', null);
  // Before everything that may answer by itself, so that those answers are named and counted too.
  watchRequests(fastify, watch);
  await addHeaders(fastify, config);
  await fastify.register(cookie);
  // WeChat signs bytes, so bodies stay bytes until the door knows who is calling; multipart brings its own reader.
  fastify.removeAllContentTypeParsers();
  fastify.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body));
  await fastify.register(multipart, {
    limits: { fileSize: UPLOAD_MAX, files: 1, fields: 20, parts: 21, fieldSize: 100_000, headerPairs: 50 },
  });
  await fastify.register(compress, { threshold: 1024, encodings: ['br', 'gzip'] });
  await fastify.register(fastifyStatic, { root: process.cwd(), serve: false, etag: true, lastModified: true });
  fastify.addHook('onRequest', async (request) => {
    if (!isApi(request.url) || request.routeOptions.config.audience === 'wechat') return;
    limits.take(`ip:${networkOf(request.ip)}`, config.RATE_LIMIT_IP_PER_MINUTE);
  });
  fastify.setErrorHandler((error: FastifyError, request, reply) => tell(settings, error, request, reply));
  fastify.setNotFoundHandler(() => fail('route.not_found'));
  return { fastify, limits, lane };
}

/** What is broken before it is a request at all: an endless address, half a header line. Told in the same shape. */
function tellCaller(error: Error & { code?: string }, socket: Socket): void {
  if (error.code === 'ECONNRESET' || socket.destroyed) return;
  const code = error.code === 'HPE_HEADER_OVERFLOW' ? 'request.too_large' : 'request.invalid';
  const requestId = newId<'request'>();
  const { status, body } = refusalOf(new Failure(code), requestId);
  const text = JSON.stringify(body);
  const head = [
    `HTTP/1.1 ${status} ${STATUS_CODES[status]}`,
    'Content-Type: application/json; charset=utf-8',
    `Content-Length: ${Buffer.byteLength(text)}`,
    `X-Request-Id: ${requestId}`,
    'Connection: close',
  ];
  // A caller that is still sending would not read; what it sends is thrown away.
  if (socket.writable) socket.write(`${head.join('\r\n')}\r\n\r\n${text}`);
  socket.destroySoon();
}

async function addHeaders(fastify: FastifyInstance, config: ServerSettings['config']): Promise<void> {
  const https = config.PUBLIC_URL.startsWith('https:');
  await fastify.register(helmet, {
    // Pages have a policy of their own (http.web.ts); everything else may load nothing at all.
    contentSecurityPolicy: { useDefaults: false, directives: { defaultSrc: ["'none'"], frameAncestors: ["'none'"] } },
    strictTransportSecurity: https ? { maxAge: 15_552_000 } : false,
    // Pictures are shown by the mini-program and by other sites' share cards.
    crossOriginResourcePolicy: { policy: 'cross-origin' },
    crossOriginOpenerPolicy: https,
    originAgentCluster: https,
    referrerPolicy: { policy: 'strict-origin-when-cross-origin' },
  });
  await fastify.register(cors, {
    // The plugin takes the star alone, never as one of a list.
    origin: config.CORS_ORIGINS.includes('*') ? '*' : config.CORS_ORIGINS,
    credentials: !config.CORS_ORIGINS.includes('*'),
    methods: ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'],
    allowedHeaders: [
      'authorization',
      'cache-control',
      'content-type',
      'idempotency-key',
      'if-none-match',
      'x-client',
      'x-csrf-token',
      'x-request-id',
    ],
    exposedHeaders: ['etag', 'idempotency-replayed', 'retry-after', 'x-request-id', 'content-disposition'],
    maxAge: 600,
  });
}

function laneOf(
  fresh: Fresh,
  { config, metrics }: ServerSettings,
  { watch, limits }: { watch: RequestWatch; limits: Limits },
): Lane {
  metrics.gauge('fresh_entries', 'Answers that are remembered', () => fresh.size().entries);
  metrics.gauge('fresh_bytes', 'Memory that remembered answers may take', () => fresh.size().bytes);
  metrics.gauge('lane_answers', 'Answers that left early since the start', () => lane.served());
  const lane = createLane({
    fresh,
    watch,
    idOf,
    callerOf: createProxies(config.TRUSTED_PROXIES).callerOf,
    admit: (ip) => {
      try {
        limits.take(`ip:${networkOf(ip)}`, config.RATE_LIMIT_IP_PER_MINUTE);
        return true;
      } catch {
        return false;
      }
    },
  });
  return lane;
}

function watchRequests(fastify: FastifyInstance, watch: RequestWatch): void {
  fastify.addHook('onRequest', async (request, reply) => {
    reply.header('x-request-id', request.id);
  });
  fastify.addHook('onResponse', async (request, reply) => {
    watch({
      method: request.method,
      route: request.routeOptions.url ?? 'none',
      url: request.url,
      status: reply.statusCode,
      ms: reply.elapsedTime,
      reqId: request.id,
      caller: request.caller ?? undefined,
      ip: request.ip,
    });
  });
}

/** Answers an error in the shape that its caller understands, and logs what is our fault. */
async function tell(settings: ServerSettings, error: unknown, request: FastifyRequest, reply: FastifyReply) {
  const refusal = refusalOf(error, request.id);
  if (refusal.ours) {
    settings.log.error({ err: error, reqId: request.id, route: request.routeOptions?.url }, 'a request failed');
    settings.metrics.count('failures_total', 'Requests that failed by our fault', { code: refusal.code });
  }
  if (refusal.code === 'rate.limited' || refusal.code === 'server.busy') {
    const seconds = error instanceof Failure ? Number(error.details['retryAfterSeconds'] ?? 1) : 1;
    reply.header('retry-after', String(seconds));
  }
  reply.code(refusal.status).header('cache-control', 'no-store').header('x-request-id', request.id);
  if (request.routeOptions?.config?.audience === 'wechat') {
    return reply.send({ code: 'FAIL', message: refusal.body.error.message });
  }
  return reply.type('application/json; charset=utf-8').send(JSON.stringify(refusal.body));
}
