// The small parts of the ground: ids, clock, storage, log, metrics, cache, limits, locks.
import { mkdtemp, readdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { testDatabase } from '../../test/database.ts';
import { createCache } from './cache.ts';
import { testClock } from './clock.ts';
import type { Failure } from './fail.ts';
import { createLimits, networkOf } from './http.limits.ts';
import { newId, newOrderNo } from './ids.ts';
import { tryLock } from './lock.ts';
import { cleanText, cleanUrl, createLog, onBehalfOf } from './log.ts';
import { createMetrics } from './metrics.ts';
import { diskStorage, isStorageKey } from './storage.ts';

test('ids are UUIDv7 and grow strictly, also many within a millisecond', () => {
  const ids = Array.from({ length: 20_000 }, () => newId<'thing'>());
  expect(ids.every((id) => /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/.test(id))).toBe(
    true,
  );
  expect(ids.toSorted()).toEqual(ids);
  expect(new Set(ids).size).toBe(ids.length);
});

test('an order number is 20 digits that begin with the time in Shanghai', () => {
  const clock = testClock(new Date('2026-12-31T16:00:01Z'));
  expect(newOrderNo(clock)).toMatch(/^270101000001\d{8}$/);
  clock.forward({ days: 1, hours: 1, minutes: 1, seconds: 1 });
  expect(newOrderNo(clock)).toMatch(/^270102010102\d{8}$/);
});

test('storage keeps bytes under keys of ours and nothing can climb out of it', async () => {
  const dir = await mkdtemp(path.join(tmpdir(), 'jishi-disk-'));
  const storage = diskStorage(dir, 'https://shop.example');
  await storage.put('2026/03/a_b-c.webp', Buffer.from('one'), 'image/webp');
  await storage.put('2026/03/a_b-c.webp', Buffer.from('two'), 'image/webp');
  expect((await storage.get('2026/03/a_b-c.webp'))?.toString()).toBe('two');
  expect(await readdir(path.join(dir, '2026/03'))).toEqual(['a_b-c.webp']);
  expect(storage.url('2026/03/a_b-c.webp')).toBe('https://shop.example/files/2026/03/a_b-c.webp');
  await storage.delete('2026/03/a_b-c.webp');
  await storage.delete('2026/03/a_b-c.webp');
  expect(await storage.get('2026/03/a_b-c.webp')).toBeNull();
  for (const key of [
    '../a',
    '/a',
    'a/../b',
    'a//b',
    '.hidden',
    'a/.',
    'a\\b',
    'a\u0000',
    '',
    'a.tar.gz',
    'x'.repeat(200),
  ]) {
    await expect(storage.put(key, Buffer.from('x'), '')).rejects.toThrow(/not a storage key/);
  }
  fc.assert(fc.property(fc.string(), (key) => !isStorageKey(key) || path.resolve('/root', key).startsWith('/root/')));
});

test('what is secret or personal does not reach the log', () => {
  const lines: string[] = [];
  const log = createLog({ level: 'info' }, { write: (line: string) => void lines.push(line) });
  log.info(
    {
      headers: { authorization: 'Bearer abc.def', cookie: 'jishi_staff=1' },
      buyer: { phone: '13812345678', openid: 'o-123' },
    },
    'x',
  );
  log.error(
    { err: new Error('GET https://api.weixin.qq.com/x?access_token=T0KEN&openid=1 Bearer abc.def for 13812345678') },
    'y',
  );
  const detail = 'Key (openid_weapp)=(o-123) already exists.';
  log.error({ err: Object.assign(new Error('duplicate key'), { code: '23505', detail }) }, 'z');
  const row = Object.assign(new Error('check'), { detail: 'Failing row contains (1, 13812345678, 张(小)雨).' });
  log.error({ err: row }, 'z');
  const text = lines.join('');
  expect(text).not.toMatch(/abc\.def|jishi_staff=1|13812345678|o-123|T0KEN|张\(小/);
  expect(text).toContain('"code":"23505"');
  expect(text).toMatch(/138\*\*\*\*5678/);
  expect(cleanUrl('/api?code=1&page=2')).toBe('/api?code=[removed]&page=2');
  expect(cleanUrl('/api?openid=o-1&q=13812345678')).toBe('/api?openid=[removed]&q=138****5678');
  expect(cleanText('order 20260302101500123456789')).toContain('20260302101500123456789');
});

test('a line that is written on behalf of a request names it, also after waiting', async () => {
  const lines: string[] = [];
  const log = createLog({ level: 'info' }, { write: (line: string) => void lines.push(line) });
  await onBehalfOf('request-1', async () => {
    await Promise.resolve();
    log.info('inside');
  });
  log.info('outside');
  expect(lines.map((line) => (JSON.parse(line) as { reqId?: string }).reqId)).toEqual(['request-1', undefined]);
});

test('metrics show counters, gauges by label, and a gauge that fails does not take the others down', async () => {
  const metrics = createMetrics();
  metrics.count('payments_total', 'Payments', { result: 'paid' });
  metrics.count('payments_total', 'Payments', { result: 'closed' }, 2);
  metrics.gauge('stock', 'Stock', () => [{ labels: { state: 'held' }, value: 3 }], ['state']);
  metrics.gauge('broken', 'Broken', () => Promise.reject(new Error('no database')));
  metrics.observeRequest({ method: 'GET', route: '/x', status: '200' }, 0.02);
  await metrics.text();
  const { body } = await metrics.text();
  expect(body).toMatch(/jishi_payments_total\{result="paid"\} 1\n/);
  expect(body).toMatch(/jishi_payments_total\{result="closed"\} 2\n/);
  expect(body).toMatch(/jishi_stock\{state="held"\} 3\n/);
  expect(body).not.toMatch(/^jishi_broken /m);
  expect(body).toMatch(/jishi_gauge_failures_total\{name="broken"\} \d/);
  expect(body).toMatch(/le="0.025",method="GET",route="\/x",status="200"\} 1/);
});

test('the cache asks once for many, forgets with time, and does not remember failures', async () => {
  const clock = testClock();
  const cache = createCache<number>({ clock, seconds: 10, entriesMax: 2 });
  let loads = 0;
  const load = async () => ++loads;
  expect(await Promise.all([cache.get('a', load), cache.get('a', load)])).toEqual([1, 1]);
  clock.forward({ seconds: 11 });
  expect(await cache.get('a', load)).toBe(2);
  await expect(cache.get('b', () => Promise.reject(new Error('no')))).rejects.toThrow('no');
  expect(await cache.get('b', load)).toBe(3);
  cache.drop('a');
  expect(await cache.get('a', load)).toBe(4);
  await cache.get('c', load);
  expect(await cache.get('b', load)).toBe(6);
});

test('a limit lets the stated number through per minute, and no double burst at the edge of one', () => {
  let now = 0;
  const limits = createLimits(() => now);
  const through = (tries: number) => {
    let passed = 0;
    for (let i = 0; i < tries; i++) {
      try {
        limits.take('anna', 10);
        passed += 1;
      } catch (error) {
        expect((error as Failure).code).toBe('rate.limited');
      }
    }
    return passed;
  };
  expect(through(15)).toBe(10);
  now = 61_000;
  expect(through(15)).toBeLessThanOrEqual(1);
  now = 90_000;
  expect(through(15)).toBeLessThanOrEqual(6);
  now = 300_000;
  expect(through(15)).toBe(10);
});

test('a household with a network of its own counts as one caller', () => {
  expect(networkOf('203.0.113.7')).toBe('203.0.113.7');
  expect(networkOf('::ffff:203.0.113.7')).toBe('203.0.113.7');
  expect(networkOf('2001:db8:1:2:aaaa::1')).toBe('2001:db8:1:2::/64');
  expect(networkOf('2001:db8:1:2:ffff:1:2:3')).toBe('2001:db8:1:2::/64');
  expect(networkOf('2001:0db8::1')).toBe('2001:db8:0:0::/64');
  expect(networkOf('::1')).toBe('0:0:0:0::/64');
});

test('a named lock belongs to one transaction at a time', async () => {
  const house = await testDatabase();
  try {
    const first = house.db.tx(async (tx) => {
      const taken = await tryLock(tx, 'close the books');
      await new Promise((resolve) => setTimeout(resolve, 300));
      return taken;
    });
    const second = house.db.tx(async (tx) => {
      await new Promise((resolve) => setTimeout(resolve, 100));
      return tryLock(tx, 'close the books');
    });
    expect(await Promise.all([first, second])).toEqual([true, false]);
    await house.db.tx(async (tx) => expect(await tryLock(tx, 'close the books')).toBe(true));
  } finally {
    await house.close();
  }
});
