// The simulator as a whole: books that add up whatever happens, a state that survives a restart, fingerprints, reset.
import { spawn, spawnSync } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { town, type Town } from '../test/town.ts';
import { createSim, demoAccounts, simulatorFingerprints } from './index.ts';

type Step =
  | { do: 'place'; fen: number }
  | { do: 'pay' | 'close' | 'settle' | 'fund'; pick: number }
  | { do: 'refund'; pick: number; fen: number }
  | { do: 'finish'; pick: number; state: 'SUCCESS' | 'ABNORMAL' | 'CLOSED' }
  | { do: 'again'; pick: number }
  | { do: 'wait'; seconds: number };

const pick = fc.nat({ max: 5 });
const fen = fc.integer({ min: 1, max: 600_000 });
const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({ do: fc.constant('place' as const), fen }),
  fc.record({
    do: fc.constantFrom('pay' as const, 'pay' as const, 'close' as const, 'settle' as const, 'fund' as const),
    pick,
  }),
  fc.record({ do: fc.constant('refund' as const), pick, fen }),
  fc.record({
    do: fc.constant('finish' as const),
    pick,
    state: fc.constantFrom('SUCCESS' as const, 'ABNORMAL' as const, 'CLOSED' as const),
  }),
  fc.record({ do: fc.constant('again' as const), pick }),
  fc.record({ do: fc.constant('wait' as const), seconds: fc.constantFrom(1, 60, 3_600) }),
);

/** Refusals are part of life; only what was accepted may move money, and then completely. */
async function take(the: Town, doing: Step, at: number): Promise<void> {
  const { control } = the;
  const order = 'pick' in doing ? control.orders()[doing.pick] : undefined;
  const refund = 'pick' in doing ? control.refunds()[doing.pick] : undefined;
  if (doing.do === 'place') await the.placed({ amount: { total: doing.fen } });
  if (doing.do === 'pay' && order !== undefined)
    await control.pay(order.outTradeNo, { notice: 'dropped' }).catch(() => {});
  if (doing.do === 'close' && order !== undefined) await the.closing(order.outTradeNo);
  if (doing.do === 'settle') control.settleFunds();
  if (doing.do === 'fund') control.fund({ account: 'unsettled', amountFen: 1_000 });
  if (doing.do === 'refund' && order !== undefined) {
    const amount = { refund: doing.fen, total: order.totalFen, currency: 'CNY' };
    await the.refunding(order.outTradeNo, `R${at}`, 0, { amount, notify_url: undefined });
  }
  if (doing.do === 'finish' && refund !== undefined)
    await control.finishRefund(refund.outRefundNo, doing.state).catch(() => {});
  if (doing.do === 'again' && refund !== undefined)
    await the.call('POST', `/v3/refund/domestic/refunds/${refund.refundId}/apply-abnormal-refund`, {
      out_refund_no: refund.outRefundNo,
      type: 'MERCHANT_BANK_CARD',
    });
  if (doing.do === 'wait') await control.clock.advance({ seconds: doing.seconds });
}

test('whatever people and shops do, the books sum to zero and no order gives back more than it took', async () => {
  const the = await town({ clock: 'steppable', merchant: { feeBps: 60 } });
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 40 }), async (steps) => {
      await the.control.reset();
      for (const [at, doing] of steps.entries()) {
        await take(the, doing, at);
        expect(the.control.ledger().sumFen).toBe(0);
      }
      for (const order of the.control.orders()) {
        expect(order.refundedFen).toBeLessThanOrEqual(order.totalFen);
        if (order.refundedFen > 0) expect(order.state).toBe('REFUND');
      }
      const waiting = the.control
        .refunds()
        .filter((refund) => refund.state === 'PROCESSING' || refund.state === 'ABNORMAL');
      const transit = the.control.ledger().balances['transit:refund'] ?? 0;
      expect(transit).toBe(waiting.reduce((sum, refund) => sum + refund.amountFen, 0));
    }),
    { numRuns: 40 },
  );
  await the.close();
});

test('a restart remembers orders, refunds, money and what was still to be told', async () => {
  const stateDir = await mkdtemp(join(tmpdir(), 'wechat-sim-'));
  const first = await town({ stateDir, clock: 'steppable' });
  first.shop.answers(500);
  const number = await first.paid();
  await first.refunding(number, 'R1', 100);
  const { port } = new URL(first.shop.url);
  const ledger = first.control.ledger();
  const now = first.control.clock.now();
  await first.sim.close();
  JSON.parse(await readFile(join(stateDir, 'wechat-sim.json'), 'utf8'));

  const second = await createSim({ stateDir, clock: 'steppable', startAt: now });
  expect(second.control.order(number)).toMatchObject({ state: 'REFUND', refundedFen: 100 });
  expect(second.control.ledger()).toEqual(ledger);
  first.shop.answers(200);
  await second.control.clock.advance({ seconds: 15 });
  expect(second.control.refund('R1').state).toBe('SUCCESS');
  expect(second.control.noticesOf(number)).toMatchObject([
    { state: 'delivered', tries: 2, url: expect.stringContaining(port) },
  ]);
  await second.close();
  await first.shop.close();
  await rm(stateDir, { recursive: true });
});

test('on a real clock, refunds and notices run by themselves', async () => {
  const the = await town({ merchant: { refundDelayMs: 30 } });
  const number = await the.paid();
  await the.refunding(number, 'R1', 100);
  await expect.poll(() => the.shop.heard.length).toBe(2);
  expect(the.shop.heard.at(-1)?.envelope.event_type).toBe('REFUND.SUCCESS');
  await expect(the.control.clock.advance({ seconds: 1 })).rejects.toThrow('steppable');
  await the.close();
});

test('reset brings back the first day', async () => {
  const the = await town();
  const before = the.control.ledger();
  await the.paid();
  the.control.addPeople(3);
  await the.control.reset();
  expect(the.control.orders()).toEqual([]);
  expect(the.control.people()).toHaveLength(8);
  expect(the.control.ledger()).toEqual(before);
  expect((await the.prepay(the.jsapi())).status).toBe(200);
  await the.close();
});

test('every demo secret and number is among the fingerprints, and the keys say what they are', async () => {
  const sim = await createSim();
  const { credentials } = sim;
  const mine = [
    credentials.appid,
    credentials.secret,
    credentials.oaAppid,
    credentials.oaSecret,
    credentials.mchid,
    credentials.apiV3Key,
  ];
  for (const value of [
    ...mine,
    credentials.merchantSerialNo,
    credentials.platformSerialNo,
    credentials.platformPublicKeyId,
  ])
    expect(simulatorFingerprints).toContain(value);
  expect(Buffer.byteLength(demoAccounts.apiV3Key)).toBe(32);
  expect(demoAccounts.apiV3Key).toMatch(/^SIMULATOR-/);
  await sim.close();
});

describe('as a process', () => {
  const main = fileURLToPath(new URL('main.ts', import.meta.url));

  test('it says where it listens, serves, and leaves quietly when asked', async () => {
    const child = spawn(process.execPath, [main], { env: { ...process.env, NODE_ENV: 'test', SIM_PORT: '0' } });
    const line = await new Promise<string>((resolve) =>
      child.stdout.once('data', (chunk: Buffer) => resolve(chunk.toString())),
    );
    const url = /http:\/\/127\.0\.0\.1:\d+/.exec(line)?.[0] ?? '';
    expect(await (await fetch(url)).text()).toContain('模拟微信');
    const left = new Promise<number | null>((resolve) => child.once('exit', resolve));
    child.kill('SIGTERM');
    expect(await left).toBe(0);
  });

  test.each([
    ['production', { NODE_ENV: 'production' }, 'no real money'],
    ['a port that is none', { SIM_PORT: 'abc' }, 'SIM_PORT'],
    ['an unknown control access', { SIM_CONTROL: 'all' }, 'SIM_CONTROL'],
  ])('it does not start with %s', (_name, env, reason) => {
    const run = spawnSync(process.execPath, [main], {
      env: { ...process.env, SIM_PORT: '0', ...env },
      encoding: 'utf8',
      timeout: 20_000,
    });
    expect(run.status).not.toBe(0);
    expect(run.stderr).toContain(reason);
  });
});
