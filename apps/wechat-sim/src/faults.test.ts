// Every fault, seen through the oracle: what the client notices, and what happened at WeChat nevertheless.
import { afterEach, beforeEach, expect, test } from 'vitest';
import { town, type Town } from '../test/town.ts';
import type { FaultKind } from './surface.ts';

let the: Town;
beforeEach(async () => {
  the = await town();
});
afterEach(() => the.close());

const exists = (number: unknown) => the.control.orders().some((order) => order.outTradeNo === number);

test.each([
  ['429', 429, false],
  ['429-accepted', 429, true],
  ['500', 500, false],
  ['500-after', 500, true],
  ['502', 502, false],
] as const)('%s answers %i, effect: %s', async (kind, status, happened) => {
  the.control.fault({ endpoint: 'prepay.jsapi', kind });
  const body = the.jsapi();
  expect((await the.prepay(body)).status).toBe(status);
  expect(exists(body.out_trade_no)).toBe(happened);
  // The fault is used up; the same number may be repeated.
  expect((await the.prepay(body)).status).toBe(200);
});

test.each([
  ['timeout-before', false],
  ['timeout-after', true],
  ['reset-before', false],
  ['reset-after', true],
] as const)('%s leaves the client without an answer, effect: %s', async (kind, happened) => {
  the.control.fault({ endpoint: 'prepay.*', kind, delayMs: 200 });
  const body = the.jsapi();
  await expect(the.prepay(body)).rejects.toThrow();
  expect(exists(body.out_trade_no)).toBe(happened);
});

test.each([
  ['wrong-signature', 'EV3_RES_HEADER_SIGNATURE_DIGEST'],
  ['signtest', 'EV3_RES_HEADER_SIGNATURE_DIGEST'],
  ['truncated-json', 'EV3_RES_HEADER_SIGNATURE_DIGEST'],
  ['unknown-serial', 'EV3_RES_HEADER_PLATFORM_SERIAL'],
  ['expired-timestamp', 'EV3_RES_HEADER_TIMESTAMP_OFFSET'],
  ['unsigned', 'EV3_RES_HEADERS_INCOMPLATE'],
] as const)('%s is noticed by a verifying client: %s', async (kind: FaultKind, code) => {
  the.control.fault({ endpoint: 'order.query', kind });
  const number = await the.placed();
  await expect(the.query(number)).rejects.toMatchObject({ code });
  expect((await the.query(number)).status).toBe(200);
});

test('a slow body arrives whole', async () => {
  the.control.fault({ endpoint: 'order.query', kind: 'slow-body', delayMs: 60 });
  const number = await the.placed();
  const began = performance.now();
  expect((await the.query(number)).data.out_trade_no).toBe(number);
  expect(performance.now() - began).toBeGreaterThan(50);
});

test('the payer is quicker than the close', async () => {
  the.control.fault({ endpoint: 'order.close', kind: 'user-paid-during-close' });
  const number = await the.placed();
  expect((await the.closing(number)).data.code).toBe('FREQUENCY_LIMITED');
  expect((await the.query(number)).data.trade_state).toBe('SUCCESS');
  expect((await the.closing(number)).data.code).toBe('ORDERPAID');
  await the.control.settle();
  expect(the.shop.heard).toHaveLength(1);
});

test('faults may be counted, delayed, listed and cleared', async () => {
  the.control.fault({ endpoint: '*', kind: '500', after: 1, count: 2 });
  const number = await the.placed();
  expect([
    (await the.query(number)).status,
    (await the.query(number)).status,
    (await the.query(number)).status,
  ]).toEqual([500, 500, 200]);
  the.control.fault({ endpoint: '*', kind: '500', count: 100 });
  expect(the.control.faults()).toMatchObject([{ kind: '500', count: 100 }]);
  the.control.clearFaults();
  expect((await the.query(number)).status).toBe(200);
});

test('bad weather is repeatable by its seed', async () => {
  const run = async (): Promise<number[]> => {
    const stormy = await town({ seed: 42 });
    const number = await stormy.placed();
    stormy.control.weather({ faultRate: 0.5, faults: ['500', '429'], noticeRate: 0, notices: [] });
    const seen: number[] = [];
    for (let ask = 0; ask < 12; ask += 1) seen.push((await stormy.query(number)).status);
    await stormy.close();
    return seen;
  };
  const first = await run();
  expect(first).toEqual(await run());
  expect(new Set(first).size).toBeGreaterThan(1);
});
