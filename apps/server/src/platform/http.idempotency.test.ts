// Idempotency keys under real concurrency, over a listening server, and with servers that are killed.
import { spawn } from 'node:child_process';
import { once as ended } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { endpoint, type Id } from '@jishi/contract';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { testDatabase, type TestDatabase } from '../../test/database.ts';
import { loadConfig } from './config.ts';
import { fail } from './fail.ts';
import { createDoor } from './http.door.ts';
import { forgetOldKeys, requestHash } from './http.idempotency.ts';
import { createServer, type Server } from './http.server.ts';
import { silentLog } from './log.ts';
import { createMetrics } from './metrics.ts';

let house: TestDatabase;
const servers: Server[] = [];
let addresses: string[];

const pay = endpoint({
  id: 'pay',
  tag: '测试',
  summary: '测试',
  method: 'POST',
  path: '/pay/:shop',
  audience: 'buyer',
  idempotent: true,
  status: 201,
  input: z.object({
    shop: z.string(),
    amount: z.int(),
    how: z.enum(['well', 'slow', 'refused', 'busy', 'bug']).default('well'),
  }),
  output: z.object({ paid: z.int(), receipt: z.int() }),
  errors: ['address.too_many', 'wechat.unavailable'],
});

/** The same in one transaction, whose commit keeps the answer. */
const buy = endpoint({ ...pay, id: 'buy', path: '/buy/:shop' });

/** Two servers of one shop, as behind a load balancer. */
beforeAll(async () => {
  house = await testDatabase({ max: 20 });
  await sql`create table receipts (n bigint generated always as identity, amount int)`.execute(house.db.q);
  const config = loadConfig({ NODE_ENV: 'test', DATABASE_URL: house.url, RATE_LIMIT: 'off' });
  for (let i = 0; i < 2; i++) {
    const metrics = createMetrics();
    const server = await createServer({ config, log: silentLog, metrics });
    const guards = {
      buyer: async (token: string) => ({ id: token as Id<'buyer'> }),
      staff: async () => null,
      service: async () => null,
    };
    const door = createDoor(server.fastify, {
      config,
      db: house.db,
      log: silentLog,
      metrics,
      limits: server.limits,
      guards,
    });
    door.handle(pay, async (_ctx, { amount, how }) => {
      if (how === 'slow') await sleep(300);
      if (how === 'refused') fail('address.too_many', { max: 3 });
      if (how === 'busy') fail('wechat.unavailable');
      if (how === 'bug') throw new Error('bug');
      const { rows } = await sql<{ n: number }>`insert into receipts (amount) values (${amount}) returning n`.execute(
        house.db.q,
      );
      return { paid: amount, receipt: rows[0]?.n ?? 0 };
    });
    door.handleOnce(buy, async ({ once }, { amount, how }) =>
      house.db.tx(
        async (tx) => {
          const { rows } = await sql<{
            n: number;
          }>`insert into receipts (amount) values (${amount}) returning n`.execute(tx.q);
          if (how === 'slow') await sql`select pg_sleep(0.3)`.execute(tx.q);
          if (how === 'refused') fail('address.too_many', { max: 3 });
          if (how === 'busy') fail('wechat.unavailable');
          if (how === 'bug') throw new Error('bug');
          return { paid: amount, receipt: rows[0]?.n ?? 0 };
        },
        { once },
      ),
    );
    servers.push(server);
  }
  addresses = await Promise.all(servers.map((server) => server.fastify.listen({ port: 0, host: '127.0.0.1' })));
});
afterAll(async () => {
  await Promise.all(servers.map((server) => server.fastify.close()));
  await house.close();
});

let calls = 0;
async function send(body: object, key: string | undefined, who = 'anna', path = 'pay') {
  const answer = await fetch(`${addresses[calls++ % 2]}/api/v1/${path}/tea`, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${who}`,
      'content-type': 'application/json',
      ...(key === undefined ? {} : { 'idempotency-key': key }),
    },
    body: JSON.stringify(body),
  });
  return {
    status: answer.status,
    body: (await answer.json()) as Record<string, unknown> & { error?: { code: string } },
    replayed: answer.headers.get('idempotency-replayed'),
  };
}
const receipts = async () =>
  (await sql<{ n: number }>`select count(*)::int8 as n from receipts`.execute(house.db.q)).rows[0]?.n;

test('without a key, or with a strange one, nothing is done', async () => {
  expect((await send({ amount: 1 }, undefined)).body.error?.code).toBe('idempotency.key_missing');
  expect((await send({ amount: 1 }, 'short')).body.error?.code).toBe('request.invalid');
  expect(await receipts()).toBe(0);
});

test('a repeated request gets the first answer, whatever the order of its fields; another one is refused', async () => {
  const first = await send({ amount: 5, how: 'well' }, 'key-of-the-first');
  const again = await send({ how: 'well', amount: 5 }, 'key-of-the-first');
  expect([first.status, first.replayed]).toEqual([201, null]);
  expect(again).toEqual({ ...first, replayed: 'true' });
  expect((await send({ amount: 6 }, 'key-of-the-first')).body.error?.code).toBe('idempotency.key_reused');
  expect((await send({ amount: 6 }, 'key-of-the-first', 'bert')).status).toBe(201);
});

test('of thirty twins on two servers one pays, and all get its receipt', async () => {
  const before = (await receipts()) ?? 0;
  const answers = await Promise.all(Array.from({ length: 30 }, () => send({ amount: 7, how: 'slow' }, 'thirty-twins')));
  expect(new Set(answers.map((one) => JSON.stringify(one.body))).size).toBe(1);
  expect(answers.filter((one) => one.replayed === null)).toHaveLength(1);
  expect(await receipts()).toBe(before + 1);
});

test('a refusal for good is kept; a passing one and a bug are not', async () => {
  const refused = await send({ amount: 1, how: 'refused' }, 'refused-for-good');
  const again = await send({ amount: 1, how: 'refused' }, 'refused-for-good');
  expect([refused.status, again.status, again.replayed]).toEqual([409, 409, 'true']);
  expect(again.body.error).toMatchObject({ code: 'address.too_many', message: '最多保存 3 个收货地址' });
  for (const [how, status] of [
    ['busy', 503],
    ['bug', 500],
  ] as const) {
    const key = `passing-${how}`;
    expect((await send({ amount: 1, how }, key)).status).toBe(status);
    expect((await send({ amount: 1, how }, key)).replayed).toBeNull();
  }
  const invalid = await send({ amount: 'x' }, 'first-invalid');
  expect(invalid.status).toBe(400);
  expect((await send({ amount: 2 }, 'first-invalid')).status).toBe(201);
});

test('a key whose server was killed is taken over after a minute, and only by the same request', async () => {
  const hash = requestHash({ shop: 'tea', amount: 9 });
  const abandon = (key: string, seconds: number) =>
    sql`
    insert into idempotency_keys (scope, key, endpoint, request_hash, state, owner, started_at)
    values ('buyer:anna', ${key}, 'pay', ${hash}, 'running', gen_random_uuid(), now() - make_interval(secs => ${seconds}))
  `.execute(house.db.q);
  await abandon('abandoned-long-ago', 61);
  const before = (await receipts()) ?? 0;
  expect((await send({ amount: 10 }, 'abandoned-long-ago')).body.error?.code).toBe('idempotency.key_reused');
  const twins = await Promise.all([1, 2, 3].map(() => send({ amount: 9 }, 'abandoned-long-ago')));
  expect(twins.map((one) => one.status)).toEqual([201, 201, 201]);
  expect(await receipts()).toBe(before + 1);
  await abandon('running-just-now', 5);
  expect((await send({ amount: 9 }, 'running-just-now')).body.error?.code).toBe('idempotency.in_progress');
}, 30_000);

test('a server that is killed in the middle of the work leaves a key that can be taken over', async () => {
  const script = `
    const { openDb } = await import('${new URL('./db.ts', import.meta.url).href}');
    const { onceByKey } = await import('${new URL('./http.idempotency.ts', import.meta.url).href}');
    const call = { scope: 'buyer:anna', key: 'killed-in-the-middle', endpoint: 'pay', hash: process.env.HASH };
    await onceByKey(openDb({ url: process.env.URL_OF_TEST }), call, async () => process.kill(process.pid, 'SIGKILL'), () => {});
  `;
  const hash = requestHash({ shop: 'tea', amount: 11 });
  const child = spawn(process.execPath, ['--input-type=module', '--eval', script], {
    env: { ...process.env, URL_OF_TEST: house.url, HASH: hash },
    stdio: 'inherit',
  });
  expect((await ended(child, 'exit'))[1]).toBe('SIGKILL');
  await sql`update idempotency_keys set started_at = started_at - interval '61 seconds' where key = 'killed-in-the-middle'`.execute(
    house.db.q,
  );
  expect(await send({ amount: 11 }, 'killed-in-the-middle')).toMatchObject({ status: 201, body: { paid: 11 } });
});

describe('a command of one transaction', () => {
  const once = (body: object, key: string) => send(body, key, 'anna', 'buy');

  test('is done by one of thirty twins on two servers, and all get its receipt', async () => {
    const before = (await receipts()) ?? 0;
    const twins = Array.from({ length: 30 }, () => once({ amount: 7, how: 'slow' }, 'thirty-buyers'));
    const answers = await Promise.all(twins);
    expect(new Set(answers.map((one) => JSON.stringify(one.body))).size).toBe(1);
    expect(answers.filter((one) => one.replayed === null)).toHaveLength(1);
    expect(await receipts()).toBe(before + 1);
    expect((await once({ amount: 8 }, 'thirty-buyers')).body.error?.code).toBe('idempotency.key_reused');
  });

  test('keeps a refusal for good, but nothing of what was done before it; a passing failure is tried again', async () => {
    const before = (await receipts()) ?? 0;
    const refused = await once({ amount: 1, how: 'refused' }, 'buying-refused');
    const again = await once({ amount: 1, how: 'refused' }, 'buying-refused');
    expect([refused.status, again.status, again.replayed]).toEqual([409, 409, 'true']);
    for (const [how, status] of [
      ['busy', 503],
      ['bug', 500],
    ] as const) {
      expect((await once({ amount: 1, how }, `buying-${how}`)).status).toBe(status);
      expect((await once({ amount: 1, how }, `buying-${how}`)).replayed).toBeNull();
    }
    expect(await receipts()).toBe(before);
  });

  test('leaves nothing behind when its server is killed, and its answer when it is killed right after the commit', async () => {
    const run = async (key: string, where: 'inside' | 'after') => {
      const call = { scope: 'buyer:anna', key, endpoint: 'buy', hash: requestHash({ shop: 'tea', amount: 12 }) };
      const script = `
        const { openDb } = await import('${new URL('./db.ts', import.meta.url).href}');
        const { onceInTransaction } = await import('${new URL('./http.idempotency.ts', import.meta.url).href}');
        const { sql } = await import('kysely');
        const db = openDb({ url: process.env.URL_OF_TEST });
        const die = () => process.kill(process.pid, 'SIGKILL');
        const shape = { answer: (body) => ({ status: 201, body }), refuse: () => {} };
        await onceInTransaction(db, ${JSON.stringify(call)}, async (once) => {
          const value = await db.tx(async (tx) => {
            const { rows } = await sql\`insert into receipts (amount) values (12) returning n\`.execute(tx.q);
            if ('${where}' === 'inside') die();
            return { paid: 12, receipt: rows[0].n };
          }, { once });
          die();
          return value;
        }, shape);
      `;
      const child = spawn(process.execPath, ['--input-type=module', '--eval', script], {
        env: { ...process.env, URL_OF_TEST: house.url },
        cwd: new URL('.', import.meta.url),
        stdio: 'inherit',
      });
      expect((await ended(child, 'exit'))[1]).toBe('SIGKILL');
    };
    const before = (await receipts()) ?? 0;
    await run('killed-inside-of-it', 'inside');
    expect(await receipts()).toBe(before);
    expect(await once({ amount: 12 }, 'killed-inside-of-it')).toMatchObject({ status: 201, replayed: null });
    await run('killed-after-commit', 'after');
    expect(await receipts()).toBe(before + 2);
    expect(await once({ amount: 12 }, 'killed-after-commit')).toMatchObject({ status: 201, replayed: 'true' });
    expect(await receipts()).toBe(before + 2);
  });
});

test('old keys are forgotten, young ones are not', async () => {
  await sql`update idempotency_keys set created_at = now() - interval '8 days' where key = 'key-of-the-first'`.execute(
    house.db.q,
  );
  expect(await forgetOldKeys(house.db)).toBe(2);
  expect(await forgetOldKeys(house.db)).toBe(0);
});
