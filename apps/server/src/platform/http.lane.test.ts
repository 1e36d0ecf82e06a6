// The fast lane and the slow way say the same, word for word; and what is personal never gets onto the lane.
import { once } from 'node:events';
import { request as ask, type IncomingHttpHeaders } from 'node:http';
import { connect, type AddressInfo } from 'node:net';
import { buffer, text } from 'node:stream/consumers';
import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { endpoint } from '@jishi/contract';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { z } from 'zod';
import { testDatabase, type TestDatabase } from '../../test/database.ts';
import { testClock } from './clock.ts';
import { loadConfig, type Config } from './config.ts';
import { createDoor } from './http.door.ts';
import { createFresh, type Fresh } from './http.fresh.ts';
import { createProxies } from './http.proxies.ts';
import { createServer, type Server } from './http.server.ts';
import { createLog } from './log.ts';
import { createMetrics, type Metrics } from './metrics.ts';

const base = { tag: '测试', summary: '测试', errors: [], method: 'GET' as const, audience: 'public' as const };
const goods = endpoint({
  ...base,
  id: 'goods',
  path: '/goods/:id',
  etag: true,
  freshSeconds: 1,
  input: z.object({ id: z.int(), sort: z.enum(['new', 'old']).default('new') }),
  output: z.object({ id: z.int(), text: z.string() }),
});
const nosy = endpoint({
  ...base,
  id: 'nosy',
  path: '/nosy',
  etag: true,
  freshSeconds: 1,
  input: z.object({}),
  output: z.object({ ip: z.string() }),
});

type House = { server: Server; fresh: Fresh; url: string; lines: Record<string, unknown>[]; metrics: Metrics };
let database: TestDatabase;
let house: House;
const clock = testClock();
let reads = 0;

async function open(env: Record<string, string> = {}): Promise<House> {
  const config: Config = loadConfig({
    NODE_ENV: 'test',
    DATABASE_URL: database.url,
    PUBLIC_URL: 'http://127.0.0.1:8080',
    CORS_ORIGINS: 'https://m.example.com,https://n.example.com',
    RATE_LIMIT: 'off',
    ...env,
  });
  const lines: Record<string, unknown>[] = [];
  const log = createLog({ level: 'info' }, { write: (line) => void lines.push(JSON.parse(line)) });
  const metrics = createMetrics();
  const fresh = createFresh({ clock });
  const server = await createServer({ config, log, metrics, fresh });
  const guards = { buyer: async () => null, staff: async () => null, service: async () => null };
  const door = createDoor(server.fastify, {
    config,
    db: database.db,
    log,
    metrics,
    guards,
    limits: server.limits,
    memory: { fresh, lane: server.lane },
  });
  door.handle(goods, async (_, input) => {
    reads += 1;
    return { id: input.id, text: `第 ${input.id} 件`.repeat(input.id === 1 ? 1 : 500) };
  });
  door.handle(nosy, async ({ request }) => ({ ip: request.ip }));
  await server.fastify.listen({ host: '127.0.0.1', port: 0 });
  const { port } = server.fastify.server.address() as AddressInfo;
  return { server, fresh, url: `http://127.0.0.1:${port}`, lines, metrics };
}

beforeAll(async () => {
  database = await testDatabase();
  house = await open();
});
beforeEach(() => {
  house.fresh.forget();
});
afterAll(async () => {
  await house.server.fastify.close();
  await database.close();
});

type Heard = { status: number; headers: IncomingHttpHeaders; body: Buffer };

async function get(path: string, headers: Record<string, string> = {}, method = 'GET', to = house): Promise<Heard> {
  const sent = ask(`${to.url}/api/v1${path}`, { method, headers });
  sent.end();
  const [answer] = await once(sent, 'response');
  return { status: answer.statusCode, headers: answer.headers, body: await buffer(answer) };
}

/** What may differ between two answers to the same question. */
function comparable({ status, headers, body }: Heard) {
  const { date: _, 'x-request-id': id, ...rest } = headers;
  expect(id).toMatch(/^[\w-]{8,64}$/);
  return { status, headers: rest, body: body.toString('base64') };
}

const SPELLINGS: [string, Record<string, string>][] = [
  ['plain', {}],
  ['gzip', { 'accept-encoding': 'gzip' }],
  ['br before gzip', { 'accept-encoding': 'gzip, deflate, br' }],
  ['gzip where br is unwanted', { 'accept-encoding': 'br;q=0.1, gzip;q=0.9' }],
  ['neither', { 'accept-encoding': 'identity, br;q=0' }],
  ['anything', { 'accept-encoding': '*' }],
  ['an etag of another day', { 'if-none-match': 'W/"other"' }],
  ['a star', { 'if-none-match': '*', 'accept-encoding': 'br' }],
  ['somebody who is signed in', { authorization: 'Bearer abc', cookie: 'a=b' }],
  ['a proxy in front', { 'x-forwarded-for': '203.0.113.9' }],
  ['our page elsewhere', { origin: 'https://m.example.com' }],
  ['a page of strangers', { origin: 'https://evil.example.com' }],
];

for (const [who, headers] of SPELLINGS) {
  for (const path of ['/goods/1', '/goods/2']) {
    test(`${path} for ${who}: read, remembered and on the fast lane are the same answer`, async () => {
      const slow = comparable(await get(path, headers));
      const counted = reads;
      const served = house.server.lane?.served() ?? 0;
      const fast = [comparable(await get(path, headers)), comparable(await get(path, headers))];
      expect(fast).toEqual([slow, slow]);
      expect(reads).toBe(counted);
      expect((house.server.lane?.served() ?? 0) - served).toBe('origin' in headers ? 0 : 2);
      const { etag } = slow.headers;
      const again = { ...headers, 'if-none-match': `W/"other", ${etag}` };
      house.fresh.forget();
      const slow304 = comparable(await get(path, again));
      expect(slow304).toMatchObject({ status: 304, body: '' });
      expect(comparable(await get(path, again))).toEqual(slow304);
    });
  }
}

test('compressed answers hold the same text and say so', async () => {
  const plain = await get('/goods/2');
  const br = await get('/goods/2', { 'accept-encoding': 'br' });
  const gzip = await get('/goods/2', { 'accept-encoding': 'gzip' });
  expect([br.headers['content-encoding'], gzip.headers['content-encoding']]).toEqual(['br', 'gzip']);
  expect(brotliDecompressSync(br.body)).toEqual(plain.body);
  expect(gunzipSync(gzip.body)).toEqual(plain.body);
  expect(plain.headers).toMatchObject({ vary: 'Origin, accept-encoding', 'cache-control': 'public, no-cache' });
  expect(plain.headers).toHaveProperty('content-security-policy');
});

test('other methods, other inputs and broken ones never meet the lane', async () => {
  await get('/goods/1');
  const head = await get('/goods/1', {}, 'HEAD');
  const options = await get(
    '/goods/1',
    { origin: 'https://m.example.com', 'access-control-request-method': 'GET' },
    'OPTIONS',
  );
  expect([head.status, options.status]).toEqual([404, 204]);
  expect(options.headers['access-control-allow-origin']).toBe('https://m.example.com');
  expect(options.headers['access-control-allow-headers']).toContain('cache-control');
  expect((await get('/goods/1?sort=odd')).status).toBe(400);
  expect(JSON.parse((await get('/goods/3')).body.toString())).toMatchObject({ id: 3 });
});

test('two spellings of one question are one reading', async () => {
  const counted = reads;
  await get('/goods/4');
  await get('/goods/4?sort=new');
  await get('/goods/4?sort=new&');
  expect(reads).toBe(counted + 1);
});

test('an endless address is answered and not kept', async () => {
  const address = `/goods/4?sort=new${'&'.repeat(600)}`;
  const served = house.server.lane?.served();
  expect([(await get(address)).status, (await get(address)).status]).toEqual([200, 200]);
  expect(house.server.lane?.served()).toBe(served);
});

test('who has just written something has it read anew', async () => {
  await get('/goods/5');
  const counted = reads;
  await get('/goods/5', { 'cache-control': 'no-cache' });
  await get('/goods/5', { 'cache-control': 'max-age=0, no-store' });
  expect(reads).toBe(counted + 2);
  await get('/goods/5', { 'cache-control': 'max-age=0' });
  expect(reads).toBe(counted + 2);
});

test('each answer has its line and its measurement, and keeps the name that its caller gave it', async () => {
  await get('/goods/6?sort=new');
  house.lines.length = 0;
  const named = await get('/goods/6?sort=new', {
    'x-request-id': 'my-own-name',
    'x-forwarded-for': '203.0.113.7, 10.0.0.1',
  });
  expect(named.headers['x-request-id']).toBe('my-own-name');
  await expect.poll(() => house.lines).toHaveLength(1);
  const fast = house.lines[0];
  house.fresh.forget();
  await get('/goods/6?sort=new', { 'x-request-id': 'my-own-name', 'x-forwarded-for': '203.0.113.7, 10.0.0.1' });
  await expect.poll(() => house.lines).toHaveLength(2);
  const { ms: _, time: __, ...slow } = house.lines[1] ?? {};
  expect(fast).toMatchObject(slow);
  expect(slow).toMatchObject({ ip: '203.0.113.7', url: '/api/v1/goods/6?sort=new', route: '/api/v1/goods/:id' });
  const { body } = await house.metrics.text();
  const count = /request_seconds_count\{method="GET",route="\/api\/v1\/goods\/:id",status="200"\} (\d+)/.exec(
    body,
  )?.[1];
  expect(Number(count)).toBeGreaterThan(10);
});

test('the lane counts calls like everybody, and the slow way tells who had too many', async () => {
  const strict = await open({ RATE_LIMIT: 'on', RATE_LIMIT_IP_PER_MINUTE: '10' });
  try {
    const statuses: number[] = [];
    for (let i = 0; i < 12; i += 1) statuses.push((await get('/goods/1', {}, 'GET', strict)).status);
    expect(statuses).toEqual([...Array.from({ length: 10 }, () => 200), 429, 429]);
    const refused = await get('/goods/1', {}, 'GET', strict);
    expect(JSON.parse(refused.body.toString())).toMatchObject({ error: { code: 'rate.limited' } });
    expect(refused.headers['retry-after']).toBeDefined();
  } finally {
    await strict.server.fastify.close();
  }
});

test('a verb that wants to know its caller cannot be remembered', async () => {
  expect((await get('/nosy')).status).toBe(500);
  expect((await get('/nosy')).status).toBe(500);
  const answer = {
    ...base,
    id: 'private',
    path: '/private',
    input: z.object({}),
    output: z.object({}),
    freshSeconds: 1,
  };
  const door = createDoor(house.server.fastify, {} as never);
  for (const wrong of [{ audience: 'buyer' as const, etag: true }, { etag: false }, { etag: true, ratePerMinute: 5 }]) {
    expect(() => door.handle(endpoint({ ...answer, ...wrong }) as never, (async () => ({})) as never)).toThrow(
      /same for all/,
    );
  }
});

test('requests that follow each other on one connection without waiting are answered in order', async () => {
  await get('/goods/1');
  const socket = connect(Number(new URL(house.url).port), '127.0.0.1');
  const one = (path: string, more = '') => `GET /api/v1${path} HTTP/1.1\r\nHost: x\r\n${more}\r\n`;
  socket.write(one('/goods/1') + one('/goods/7') + one('/goods/1', 'Connection: close\r\n'));
  const all = await text(socket);
  expect([...all.matchAll(/"id":(\d)/g)].map((match) => match[1])).toEqual(['1', '7', '1']);
});

test('the address of a caller is found as Fastify finds it', () => {
  const { callerOf } = createProxies(['loopback', 'uniquelocal', '198.51.100.0/24']);
  const told = (remoteAddress: string, forwarded?: string) =>
    callerOf({ socket: { remoteAddress }, headers: { 'x-forwarded-for': forwarded } } as never);
  expect(told('203.0.113.1', '1.2.3.4')).toBe('203.0.113.1');
  expect(told('127.0.0.1')).toBe('127.0.0.1');
  expect(told('127.0.0.1', '1.2.3.4')).toBe('1.2.3.4');
  expect(told('::ffff:127.0.0.1', '9.9.9.9, 1.2.3.4, 198.51.100.7')).toBe('1.2.3.4');
  expect(told('fd00::1', '10.0.0.1, 10.0.0.2')).toBe('10.0.0.1');
  expect(told('::1', 'not an address')).toBe('not an address');
});
