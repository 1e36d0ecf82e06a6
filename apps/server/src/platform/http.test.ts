// The door over real HTTP messages: what comes in, who may, what goes out, and what the headers say.
import { mkdtemp, mkdir, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { COMMON_ERRORS, endpoint, type Id, type Permission } from '@jishi/contract';
import { sql } from 'kysely';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { z } from 'zod';
import { testDatabase, type TestDatabase } from '../../test/database.ts';
import { loadConfig } from './config.ts';
import { fail } from './fail.ts';
import { FileAnswer, type Door, type StaffSession } from './http.ts';
import { addDocs } from './http.docs.ts';
import { createDoor } from './http.door.ts';
import { addHealth } from './http.health.ts';
import { createServer, type Server } from './http.server.ts';
import { addWeb } from './http.web.ts';
import { silentLog } from './log.ts';
import { createMetrics } from './metrics.ts';

let house: TestDatabase;
let server: Server;
let door: Door;
const session: StaffSession = {
  staffId: '01890000-0000-7000-8000-000000000001' as Id<'staff'>,
  sessionId: '01890000-0000-7000-8000-000000000002' as Id<'staffSession'>,
  name: '小王',
  permissions: new Set<Permission>(['catalog.view']),
  csrfToken: 'csrf-token-of-wang',
};
const buyer = { id: '01890000-0000-7000-8000-0000000000b1' as Id<'buyer'> };

const base = { tag: '测试', summary: '测试', errors: [] };
const Line = z.object({ skuId: z.uuid(), quantity: z.int().min(1).max(9) });
const echo = endpoint({
  ...base,
  id: 'echo',
  method: 'POST',
  path: '/echo/:id',
  audience: 'public',
  status: 201,
  input: z.object({
    id: z.int(),
    title: z.string().max(20),
    lines: z.array(Line).default([]),
    note: z.string().optional(),
  }),
  output: z.object({ id: z.int(), title: z.string(), lines: z.array(Line) }),
});
const list = endpoint({
  ...base,
  id: 'list',
  method: 'GET',
  path: '/list',
  audience: 'public',
  etag: true,
  input: z.object({
    page: z.int().default(1),
    hot: z.boolean().optional(),
    tags: z.array(z.string()).default([]),
    state: z.enum(['on', 'off']).optional(),
    level: z.union([z.literal(1), z.literal('all')]).optional(),
  }),
  output: z.object({ seen: z.unknown() }),
});
const mine = endpoint({
  ...base,
  id: 'mine',
  method: 'GET',
  path: '/mine',
  audience: 'buyer',
  input: z.object({}),
  output: z.object({ id: z.string() }),
});
const seen = endpoint({
  ...base,
  id: 'seen',
  method: 'GET',
  path: '/seen',
  audience: 'visitor',
  input: z.object({}),
  output: z.object({ who: z.string().nullable() }),
});
const look = endpoint({
  ...base,
  id: 'look',
  method: 'GET',
  path: '/admin/look',
  audience: 'staff',
  permission: 'catalog.view',
  input: z.object({}),
  output: z.object({ name: z.string() }),
});
const change = endpoint({
  ...base,
  id: 'change',
  method: 'POST',
  path: '/admin/change',
  audience: 'staff',
  permission: 'catalog.view',
  input: z.object({}),
  output: z.object({ ok: z.boolean() }),
});
const edit = endpoint({
  ...base,
  id: 'edit',
  method: 'POST',
  path: '/admin/edit',
  audience: 'staff',
  permission: 'catalog.edit',
  input: z.object({}),
  output: z.object({ ok: z.boolean() }),
});
const where = endpoint({
  ...base,
  id: 'where',
  method: 'GET',
  path: '/where',
  audience: 'public',
  input: z.object({}),
  output: z.object({ ip: z.string() }),
});
const refuse = endpoint({
  ...base,
  id: 'refuse',
  method: 'POST',
  path: '/refuse',
  audience: 'public',
  errors: ['address.too_many'],
  input: z.object({ how: z.enum(['listed', 'unlisted', 'bug', 'promise', 'lock']) }),
  output: z.object({ ok: z.literal(true) }),
});
const upload = endpoint({
  ...base,
  id: 'upload',
  method: 'POST',
  path: '/upload',
  audience: 'public',
  upload: true,
  input: z.object({ kind: z.string().optional() }),
  output: z.object({ size: z.int(), name: z.string(), kind: z.string().nullable() }),
});
const hear = endpoint({
  ...base,
  id: 'hear',
  method: 'POST',
  path: '/wechat/hear',
  audience: 'wechat',
  input: z.object({}),
  output: z.object({}),
});
const rare = endpoint({
  ...base,
  id: 'rare',
  method: 'POST',
  path: '/rare',
  audience: 'public',
  ratePerMinute: 2,
  input: z.object({}),
  output: z.object({}),
});
const exported = endpoint({
  ...base,
  id: 'exported',
  method: 'GET',
  path: '/export',
  audience: 'public',
  input: z.object({}),
  output: z.object({}),
});
const cookies = endpoint({
  ...base,
  id: 'cookies',
  method: 'POST',
  path: '/cookies',
  audience: 'public',
  status: 204,
  input: z.object({}),
  output: z.null(),
});

beforeAll(async () => {
  house = await testDatabase();
  const config = loadConfig({
    NODE_ENV: 'test',
    DATABASE_URL: house.url,
    PUBLIC_URL: 'https://shop.example',
    CORS_ORIGINS: 'https://partner.example',
    RATE_LIMIT_IP_PER_MINUTE: '100000',
  });
  const metrics = createMetrics();
  server = await createServer({ config, log: silentLog, metrics });
  door = createDoor(server.fastify, {
    config,
    db: house.db,
    log: silentLog,
    metrics,
    limits: server.limits,
    guards: {
      buyer: async (token) => (token === 'good' ? buyer : null),
      staff: async (cookie) => (cookie === 'wang' ? session : null),
      service: async () => null,
    },
  });
  door.handle(echo, async (_ctx, input) => ({ ...input, note: 'not promised' }));
  door.handle(list, async (_ctx, input) => ({ seen: input }));
  door.handle(mine, async (ctx) => ({ id: ctx.buyer.id }));
  door.handle(seen, async (ctx) => ({ who: ctx.buyer?.id ?? null }));
  door.handle(look, async (ctx) => ({ name: ctx.staff.name }));
  door.handle(change, async () => ({ ok: true }));
  door.handle(edit, async () => ({ ok: true }));
  door.handle(where, async (ctx) => ({ ip: ctx.request.ip }));
  door.handle(refuse, async (_ctx, { how }) => {
    if (how === 'listed') fail('address.too_many', { max: 20 }, 'address');
    if (how === 'unlisted') fail('buyer.not_found');
    if (how === 'lock') await sql`do $$ begin raise exception 'x' using errcode = '55P03'; end $$`.execute(house.db.q);
    if (how === 'bug') throw new Error('password=hunter2 of someone');
    return { ok: false } as unknown as { ok: true };
  });
  door.handle(upload, async (ctx, input) => {
    const file = await ctx.file();
    return { size: file.bytes.length, name: file.name, kind: input.kind ?? null };
  });
  door.handle(hear, async ({ raw }) => {
    if (raw.body.length === 0) throw new Error('empty');
    return { status: 200, body: { got: raw.body.toString('latin1'), signature: raw.headers['wechatpay-signature'] } };
  });
  door.handle(rare, async () => ({}));
  door.handle(
    exported,
    async () => new FileAnswer(Buffer.from('a,b'), 'text/csv; charset=utf-8', { fileName: '订单.csv' }),
  );
  door.handle(cookies, async (ctx) => {
    ctx.cookies.set('a', '1', { maxAge: 60 });
    return null;
  });
  addHealth(server.fastify, { db: house.db, metrics, metricsToken: 'let-prometheus-in', lagSeconds: async () => 0 });
  addDocs(server.fastify, door.endpoints, config.PUBLIC_URL);
  const dir = await mkdtemp(path.join(tmpdir(), 'jishi-web-'));
  await mkdir(path.join(dir, 'shop/assets'), { recursive: true });
  await writeFile(path.join(dir, 'shop/index.html'), '<html><script>let a = 1;</script>shop</html>');
  await writeFile(path.join(dir, 'shop/assets/app-0a1b2c3d.js'), `//${'x'.repeat(5000)}`);
  await writeFile(path.join(dir, 'secret.txt'), 'secret');
  await mkdir(path.join(dir, 'files/2026'), { recursive: true });
  await writeFile(path.join(dir, 'files/2026/a.webp'), 'picture');
  addWeb(server.fastify, {
    config: { ...config, WECHAT_API_BASE_URL: 'http://127.0.0.1:9100' },
    filesDir: path.join(dir, 'files'),
    shopDir: path.join(dir, 'shop'),
    adminDir: path.join(dir, 'admin'),
  });
  await server.fastify.ready();
});
afterAll(async () => {
  await server.fastify.close();
  await house.close();
});

type Call = {
  method?: 'GET' | 'POST' | 'DELETE';
  url: string;
  headers?: Record<string, string>;
  payload?: string | Buffer | object;
};
async function call({ method = 'GET', url, headers = {}, payload }: Call) {
  const answer = await server.fastify.inject({ method, url, headers, ...(payload === undefined ? {} : { payload }) });
  const isJson = String(answer.headers['content-type'] ?? '').startsWith('application/json');
  return {
    status: answer.statusCode,
    headers: answer.headers,
    text: answer.payload,
    body: isJson ? answer.json() : undefined,
  };
}
const post = (url: string, payload: string | object, headers: Record<string, string> = {}) =>
  call({ method: 'POST', url, payload, headers: { 'content-type': 'application/json', ...headers } });

test('path and body become one parsed input, and only what the contract promises goes out', async () => {
  const answer = await post('/api/v1/echo/7', { title: '茶' });
  expect(answer.status).toBe(201);
  expect(answer.body).toEqual({ id: 7, title: '茶', lines: [] });
  expect(answer.headers['cache-control']).toBe('no-store');
});

test.each([
  ['a missing field', {}, 'title'],
  ['an unknown field', { title: 'a', color: 'red' }, 'color'],
  [
    'an unknown field deep inside',
    { title: 'a', lines: [{ skuId: crypto.randomUUID(), quantity: 1, priceFen: 1 }] },
    'lines.0.priceFen',
  ],
  [
    'a wrong value deep inside',
    { title: 'a', lines: [{ skuId: crypto.randomUUID(), quantity: 0 }] },
    'lines.0.quantity',
  ],
  ['a field that the path already gave', { title: 'a', id: 8 }, 'id'],
  ['NUL in a text', { title: 'a\u0000b' }, 'title'],
  ['half of a character', { title: 'a\ud800' }, 'title'],
])('%s is refused and named', async (_what, payload, field) => {
  const answer = await post('/api/v1/echo/7', payload);
  expect(answer.status).toBe(400);
  expect(answer.body.error).toMatchObject({ code: 'request.invalid', field, requestId: expect.any(String) });
  expect(answer.body.error.message).toMatch(/提交的内容有误/);
});

test.each([
  ['broken JSON', '{"title":', 400, 'request.invalid'],
  ['an array', '[]', 400, 'request.invalid'],
  ['null', 'null', 400, 'request.invalid'],
  ['bad UTF-8', Buffer.from([0x7b, 0xff, 0x7d]), 400, 'request.invalid'],
  ['a prototype key', '{"title":"a","__proto__":{"x":1}}', 400, 'request.invalid'],
  ['a deep prototype key', '{"title":"a","lines":[{"constructor":1}]}', 400, 'request.invalid'],
  ['an inexact number', '{"title":"a","note":9007199254740993}', 400, 'request.invalid'],
  ['an endless number', '{"title":"a","note":1e999}', 400, 'request.invalid'],
  ['endless nesting', `{"title":"a","note":${'['.repeat(5000)}${']'.repeat(5000)}}`, 400, 'request.invalid'],
  ['too much', `{"title":"${'a'.repeat(1_100_000)}"}`, 413, 'request.too_large'],
])('a body that is %s is refused with a code', async (_what, payload, status, code) => {
  const answer = await call({
    method: 'POST',
    url: '/api/v1/echo/7',
    payload,
    headers: { 'content-type': 'application/json' },
  });
  expect([answer.status, answer.body.error.code]).toEqual([status, code]);
});

test('other shapes of a body, unknown routes, wrong methods and broken addresses are refused with a code', async () => {
  const form = await call({
    method: 'POST',
    url: '/api/v1/echo/7',
    payload: 'title=a',
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
  });
  expect([form.status, form.body.error.code]).toEqual([415, 'request.unsupported']);
  for (const [method, url] of [
    ['GET', '/api/v1/nowhere'],
    ['DELETE', '/api/v1/list'],
    ['GET', '/api/nothing'],
  ] as const) {
    const answer = await call({ method, url });
    expect([answer.status, answer.body.error.code]).toEqual([404, 'route.not_found']);
  }
  const broken = await call({ url: '/api/v1/%ff' });
  expect([broken.status, broken.body.error.code]).toEqual([400, 'request.invalid']);
  const notANumber = await post('/api/v1/echo/x%00', { title: 'a' });
  expect(notANumber.status).toBe(400);
});

test('a verb without words may be called without a body', async () => {
  expect((await call({ method: 'POST', url: '/api/v1/rare' })).status).toBe(200);
});

test('a query is read as its schema says: numbers, booleans, repeated keys, literals', async () => {
  const answer = await call({ url: '/api/v1/list?page=3&hot=true&tags=a&tags=b&level=1' });
  expect(answer.body.seen).toEqual({ page: 3, hot: true, tags: ['a', 'b'], level: 1 });
  expect((await call({ url: '/api/v1/list?tags=a' })).body.seen).toEqual({ page: 1, tags: ['a'] });
  for (const wrong of [
    'page=x',
    'page=1&page=2',
    'hot=maybe',
    'state=half',
    'color=red',
    '__proto__=1',
    'page=1e9999',
    'state=%00',
  ]) {
    expect([wrong, (await call({ url: `/api/v1/list?${wrong}` })).status]).toEqual([wrong, 400]);
  }
});

test('an answer with an ETag is not sent twice', async () => {
  const first = await call({ url: '/api/v1/list' });
  const again = await call({ url: '/api/v1/list', headers: { 'if-none-match': String(first.headers['etag']) } });
  expect([again.status, again.text]).toEqual([304, '']);
});

test('buyers need a valid token, visitors may have one', async () => {
  expect((await call({ url: '/api/v1/mine' })).body.error.code).toBe('auth.required');
  expect((await call({ url: '/api/v1/mine', headers: { authorization: 'Bearer bad' } })).status).toBe(401);
  const good = { authorization: 'Bearer good' };
  expect((await call({ url: '/api/v1/mine', headers: good })).body).toEqual({ id: buyer.id });
  expect((await call({ url: '/api/v1/seen' })).body).toEqual({ who: null });
  expect((await call({ url: '/api/v1/seen', headers: good })).body).toEqual({ who: buyer.id });
});

test('staff need a session, the permission, and on writes the token of their page', async () => {
  const cookie = { cookie: 'jishi_staff=wang' };
  const csrf = { ...cookie, 'x-csrf-token': session.csrfToken };
  expect((await call({ url: '/api/v1/admin/look' })).body.error.code).toBe('staff.not_signed_in');
  expect((await call({ url: '/api/v1/admin/look', headers: cookie })).body).toEqual({ name: '小王' });
  expect((await post('/api/v1/admin/change', {}, cookie)).body.error.code).toBe('staff.csrf');
  expect((await post('/api/v1/admin/change', {}, csrf)).body).toEqual({ ok: true });
  expect((await post('/api/v1/admin/edit', {}, csrf)).body.error.code).toBe('staff.forbidden');
});

test('a door for staff without a permission cannot be built', () => {
  const open = endpoint({
    ...base,
    id: 'open',
    method: 'GET',
    path: '/admin/open',
    audience: 'staff',
    input: z.object({}),
    output: z.object({}),
  });
  expect(() => door.handle(open, async () => ({}))).toThrow(/names no permission/);
  expect(() => door.handle(list, async () => ({ seen: 1 }))).toThrow(/bound twice/);
});

test('a refusal tells its code, its sentence, the field and the details', async () => {
  const answer = await post('/api/v1/refuse', { how: 'listed' }, { 'x-request-id': 'given-by-client' });
  expect(answer.status).toBe(409);
  expect(answer.body).toEqual({
    error: {
      code: 'address.too_many',
      message: '最多保存 20 个收货地址',
      field: 'address',
      details: { max: 20 },
      requestId: 'given-by-client',
    },
  });
  expect(answer.headers['x-request-id']).toBe('given-by-client');
});

test('bugs, broken promises and unlisted codes are a 500 that tells a stranger nothing', async () => {
  for (const how of ['bug', 'promise', 'unlisted']) {
    const answer = await post('/api/v1/refuse', { how });
    expect([answer.status, answer.body.error.code]).toEqual([500, 'server.failed']);
    expect(answer.text).not.toMatch(/hunter2|promise|at /);
  }
  const busy = await post('/api/v1/refuse', { how: 'lock' });
  expect([busy.status, busy.body.error.code, busy.headers['retry-after']]).toEqual([503, 'server.busy', '1']);
});

test('an upload arrives with its fields; without a file or beyond the limit it is refused', async () => {
  const form = (parts: Record<string, string | Blob>) => {
    const data = new FormData();
    for (const [name, value] of Object.entries(parts))
      if (typeof value === 'string') data.set(name, value);
      else data.set(name, value, '图.png');
    return new Response(data);
  };
  const send = async (parts: Record<string, string | Blob>) => {
    const message = form(parts);
    const payload = Buffer.from(await message.arrayBuffer());
    return call({
      method: 'POST',
      url: '/api/v1/upload',
      payload,
      headers: { 'content-type': String(message.headers.get('content-type')) },
    });
  };
  expect((await send({ kind: 'avatar', file: new Blob(['12345']) })).body).toEqual({
    size: 5,
    name: '图.png',
    kind: 'avatar',
  });
  expect((await send({ kind: 'avatar' })).body.error).toMatchObject({ code: 'request.invalid', field: 'file' });
  expect((await send({ file: new Blob(['a'.repeat(7_000_000)]) })).body.error.code).toBe('request.too_large');
  expect((await post('/api/v1/upload', {})).status).toBe(415);
});

test('WeChat is heard byte by byte and answered in its own shape', async () => {
  const payload = Buffer.from('{"a" : "\\u00e9"}  ');
  const answer = await call({
    method: 'POST',
    url: '/api/v1/wechat/hear',
    payload,
    headers: { 'content-type': 'application/json', 'wechatpay-signature': 'sig' },
  });
  expect(answer.body).toEqual({ got: payload.toString('latin1'), signature: 'sig' });
  const failed = await call({ method: 'POST', url: '/api/v1/wechat/hear' });
  expect([failed.status, failed.body]).toEqual([500, { code: 'FAIL', message: '系统开小差了，请稍后再试' }]);
});

test('too many calls in a minute are refused with the time to wait', async () => {
  const calls = [];
  for (let i = 0; i < 4; i++)
    calls.push(await call({ method: 'POST', url: '/api/v1/rare', headers: { 'x-forwarded-for': '203.0.113.9' } }));
  expect(calls.map((one) => one.status)).toEqual([200, 200, 429, 429]);
  expect(Number(calls[3]?.headers['retry-after'])).toBeGreaterThan(0);
  expect(
    (await call({ method: 'POST', url: '/api/v1/rare', headers: { 'x-forwarded-for': '203.0.113.10' } })).status,
  ).toBe(200);
});

test('files go out with their name, cookies with every safety', async () => {
  const file = await call({ url: '/api/v1/export' });
  expect([file.text, file.headers['content-type']]).toEqual(['a,b', 'text/csv; charset=utf-8']);
  expect(file.headers['content-disposition']).toContain(encodeURIComponent('订单.csv'));
  const set = await call({ method: 'POST', url: '/api/v1/cookies' });
  expect(set.status).toBe(204);
  expect(String(set.headers['set-cookie'])).toBe('a=1; Max-Age=60; Path=/; HttpOnly; Secure; SameSite=Strict');
});

test('an address that a caller makes up for itself is not believed, one that a proxy tells is', async () => {
  const from = async (remoteAddress: string, said: string) => {
    const answer = await server.fastify.inject({
      url: '/api/v1/where',
      remoteAddress,
      headers: { 'x-forwarded-for': said },
    });
    return answer.json().ip as string;
  };
  expect(await from('203.0.113.7', '1.1.1.1')).toBe('203.0.113.7');
  expect(await from('10.0.0.2', '1.1.1.1, 203.0.113.7')).toBe('203.0.113.7');
});

test('only listed origins may call from elsewhere', async () => {
  const from = async (origin: string) =>
    (await call({ url: '/api/v1/list', headers: { origin } })).headers['access-control-allow-origin'];
  expect(await from('https://partner.example')).toBe('https://partner.example');
  expect(await from('https://thief.example')).toBeUndefined();
});

test('health and metrics tell how it is, metrics only to whom they are meant for', async () => {
  expect((await call({ url: '/health/live' })).body).toEqual({ status: 'up' });
  expect((await call({ url: '/health/ready' })).body).toEqual({
    status: 'ready',
    checks: { database: 'ok', schema: 'ok', jobs: 'ok' },
  });
  expect((await call({ url: '/metrics' })).status).toBe(401);
  const metrics = await call({ url: '/metrics', headers: { authorization: 'Bearer let-prometheus-in' } });
  expect(metrics.text).toMatch(
    /jishi_http_request_seconds_bucket\{le="0.5",method="POST",route="\/api\/v1\/echo\/:id",status="201"\}/,
  );
  expect(metrics.text).toMatch(/jishi_db_pool_connections\{state="idle"\} \d/);
});

test('without a token only this machine and its networks may read the metrics', async () => {
  const metrics = createMetrics();
  const config = loadConfig({ DATABASE_URL: house.url });
  const { fastify } = await createServer({ config, log: silentLog, metrics });
  addHealth(fastify, { db: house.db, metrics, metricsToken: undefined });
  const from = async (remoteAddress: string) => (await fastify.inject({ url: '/metrics', remoteAddress })).statusCode;
  expect([await from('127.0.0.1'), await from('::ffff:10.0.0.9'), await from('fd00::1')]).toEqual([200, 200, 200]);
  expect([await from('203.0.113.7'), await from('2001:db8::1')]).toEqual([401, 401]);
  await fastify.close();
});

test('the document describes every door, and its page loads nothing from elsewhere', async () => {
  const document = (await call({ url: '/api/v1/openapi.json' })).body;
  expect(document.openapi).toBe('3.1.0');
  const operations = Object.values(document.paths as Record<string, Record<string, { operationId: string }>>).flatMap(
    (one) => Object.values(one),
  );
  expect(operations.map((one) => one.operationId).toSorted()).toEqual(door.endpoints.map((one) => one.id).toSorted());
  const described = document.paths['/api/v1/echo/{id}'].post;
  expect(described.parameters).toMatchObject([{ name: 'id', in: 'path', required: true }]);
  expect(described.requestBody.content['application/json'].schema.required).toEqual(['title']);
  expect(Object.keys(described.responses)).toEqual(expect.arrayContaining(['201', '400', '429', '500']));
  expect(COMMON_ERRORS.length).toBeGreaterThan(5);
  const page = await call({ url: '/api/docs' });
  expect(page.text).toContain('集市 · 接口文档');
  expect(page.text).not.toMatch(/https?:\/\//);
  expect((await call({ url: '/api/docs/swagger-ui-bundle.js' })).status).toBe(200);
  expect((await call({ url: '/api/docs/package.json' })).status).toBe(404);
});

test('pages come from the same origin: deep links work, hashed files are kept, nothing outside is reached', async () => {
  const page = await call({ url: '/trips/order/detail?id=1' });
  expect([page.status, page.headers['cache-control']]).toEqual([200, 'no-cache']);
  expect(page.headers['content-security-policy']).toMatch(
    /script-src 'self' [^;]*'sha256-[^;]*http:\/\/127.0.0.1:9100/,
  );
  const script = await call({ url: '/assets/app-0a1b2c3d.js', headers: { 'accept-encoding': 'br' } });
  expect(script.headers).toMatchObject({
    'cache-control': 'public, max-age=31536000, immutable',
    'content-encoding': 'br',
  });
  expect((await call({ url: '/assets/gone.js' })).status).toBe(404);
  for (const url of [
    '/../secret.txt',
    '/%2e%2e/secret.txt',
    '/..%2fsecret.txt',
    '/files/..%2fsecret.txt',
    '/files/../secret.txt',
    '/.env',
    '/files/2026%5c..%5c..%5csecret.txt',
  ]) {
    expect((await call({ url })).text).not.toBe('secret');
  }
  const picture = await call({ url: '/files/2026/a.webp' });
  expect([picture.text, picture.headers['cache-control']]).toEqual(['picture', 'public, max-age=31536000, immutable']);
  const admin = await call({ url: '/admin/login' });
  expect([admin.status, admin.text]).toEqual([503, expect.stringContaining('管理后台尚未构建')]);
});
