// Notices as a shop hears them: verified and decrypted by the oracle; schedule, weather, forgeries.
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { town, type Town } from '../test/town.ts';
import { retrySchedule } from './notices.ts';
import type { ForgeryKind } from './surface.ts';

let the: Town;
beforeEach(async () => {
  the = await town({ clock: 'steppable' });
});
afterEach(() => the.close());

test('a payment is told once: signed, encrypted, complete', async () => {
  const number = await the.paid({ attach: 'cup' });
  expect(the.shop.heard).toHaveLength(1);
  const [heard] = the.shop.heard;
  expect(heard).toMatchObject({
    genuine: true,
    envelope: {
      id: expect.stringMatching(/^EV-.{1,33}$/),
      event_type: 'TRANSACTION.SUCCESS',
      resource: { original_type: 'transaction' },
    },
    plain: {
      mchid: the.sim.credentials.mchid,
      appid: the.sim.credentials.appid,
      out_trade_no: number,
      trade_state: 'SUCCESS',
      attach: 'cup',
      amount: { total: 9_900, payer_total: 9_900, currency: 'CNY', payer_currency: 'CNY' },
      payer: { openid: the.payer().openid },
    },
  });
  await the.control.clock.advance({ days: 2 });
  expect(the.shop.heard).toHaveLength(1);
  expect(the.control.noticesOf(number)).toMatchObject([{ state: 'delivered', tries: 1 }]);
});

describe('a deaf shop', () => {
  test('hears sixteen tries over 24 h 4 min, each with the same id and a new signature', async () => {
    the.shop.answers(500);
    const number = await the.paid();
    const born = the.control.clock.now().getTime();
    await the.control.clock.advance({ days: 3 });
    const waits = the.control.deliveries().map((delivery) => new Date(delivery.at).getTime() - born);
    const due = retrySchedule.reduce<number[]>((sums, wait) => [...sums, (sums.at(-1) ?? 0) + wait], [0]);
    expect(waits).toEqual(due);
    expect(waits.at(-1)).toBe((24 * 60 + 4) * 60_000);
    expect(the.shop.heard).toHaveLength(16);
    expect(the.shop.heard.every((heard) => heard.genuine)).toBe(true);
    expect(new Set(the.shop.heard.map((heard) => heard.envelope.id)).size).toBe(1);
    for (const header of ['wechatpay-nonce', 'wechatpay-signature'])
      expect(new Set(the.shop.heard.map((heard) => heard.headers[header])).size).toBe(16);
    expect(the.control.noticesOf(number)).toMatchObject([{ state: 'exhausted', tries: 16, nextAt: null }]);
  });

  test('that hears again ends the schedule', async () => {
    the.shop.answers(() => (the.shop.heard.length < 3 ? 503 : 204));
    await the.paid();
    await the.control.clock.advance({ days: 2 });
    expect(the.shop.heard).toHaveLength(3);
  });

  test.each([
    ['a redirect', 302],
    ['a client error', 404],
    ['another success', 201],
  ])('%s is no success', async (_name, status) => {
    the.shop.answers(status);
    const number = await the.paid();
    expect(the.control.noticesOf(number)).toMatchObject([{ state: 'scheduled', tries: 1 }]);
  });

  test('that does not answer in time has failed', async () => {
    const quick = await town({ clock: 'steppable', merchant: { noticeTimeoutMs: 80 } });
    quick.shop.answers(0);
    const number = await quick.paid();
    expect(quick.control.deliveries()).toMatchObject([{ ok: false, status: null, subject: number }]);
    await quick.close();
  });
});

describe('weather', () => {
  test('a held notice waits for its release and then resumes the schedule', async () => {
    const number = await the.placed();
    const { noticeId } = await the.control.pay(number, { notice: 'held' });
    await the.control.clock.advance({ days: 1 });
    expect(the.shop.heard).toHaveLength(0);
    the.shop.answers(500);
    await the.control.release();
    the.shop.answers(200);
    await the.control.clock.advance({ seconds: 15 });
    expect(the.control.noticesOf(number)).toMatchObject([{ id: noticeId, state: 'delivered', tries: 2 }]);
  });

  test('dropped is never sent, late is late, double comes twice', async () => {
    await the.control.pay(await the.placed(), { notice: 'dropped' });
    await the.control.clock.advance({ days: 2 });
    expect(the.shop.heard).toHaveLength(0);
    await the.control.pay(await the.placed(), { notice: 'late', delayMs: 90_000 });
    await the.control.clock.advance({ seconds: 89 });
    expect(the.shop.heard).toHaveLength(0);
    await the.control.clock.advance({ seconds: 1 });
    expect(the.shop.heard).toHaveLength(1);
    await the.control.pay(await the.placed(), { notice: 'double' });
    await the.control.settle();
    expect(the.shop.heard).toHaveLength(3);
  });

  test('held notices come in reverse when asked', async () => {
    the.control.noticeMode('held');
    const numbers = [await the.paid(), await the.paid(), await the.paid()];
    await the.control.release('lifo');
    expect(the.shop.heard.map((heard) => heard.plain.out_trade_no)).toEqual(numbers.toReversed());
  });

  test('one notice can be delivered again and again, though it was accepted', async () => {
    const number = await the.paid();
    const [notice] = the.control.noticesOf(number);
    expect(await the.control.deliver(notice?.id ?? '', { times: 3 })).toHaveLength(3);
    expect(the.shop.heard).toHaveLength(4);
  });

  test('WeChat may claim a wrong amount, in notice and query alike', async () => {
    const number = await the.placed();
    await the.control.pay(number, { claimTotalFen: 1 });
    await the.control.settle();
    expect(the.shop.heard[0]?.plain).toMatchObject({ amount: { total: 1 } });
    expect((await the.query(number)).data).toMatchObject({ amount: { total: 1 } });
    expect(the.control.ledger().balances['merchant:unsettled']).toBe(9_900);
  });

  test('a payment under way may arrive after the order was closed', async () => {
    const number = await the.placed();
    await the.closing(number);
    await the.control.pay(number, { force: true });
    await the.control.settle();
    expect(the.shop.heard[0]?.plain).toMatchObject({ out_trade_no: number, trade_state: 'SUCCESS' });
  });

  test('a stepped clock drags its companion along, so both agree at every delivery', async () => {
    const seen: number[] = [];
    const pair = await town({ clock: 'steppable', onTick: (now) => void seen.push(now.getTime()) });
    pair.shop.answers(500);
    await pair.paid();
    const born = pair.control.clock.now().getTime();
    await pair.control.clock.advance({ minutes: 1 });
    expect(seen.map((at) => at - born)).toEqual([15_000, 30_000, 60_000]);
    await pair.close();
  });
});

describe('forgeries', () => {
  const unsigned: ForgeryKind[] = [
    'wrong_signature',
    'unknown_serial',
    'signtest',
    'stale_timestamp',
    'missing_signature',
  ];
  test.each(unsigned)('%s does not verify', async (kind) => {
    const number = await the.placed();
    const delivery = await the.control.forge(kind, number);
    expect(delivery).toMatchObject({ flavour: kind, status: 200 });
    expect(the.shop.heard).toMatchObject([{ genuine: false }]);
    expect(the.control.order(number).state).toBe('NOTPAY');
  });

  test('a SIGNTEST probe says so', async () => {
    await the.control.forge('signtest', await the.placed());
    expect(the.shop.heard[0]?.headers['wechatpay-signature']).toMatch(/^WECHATPAY\/SIGNTEST\//);
  });

  test('a tampered ciphertext is rightly signed and does not decrypt', async () => {
    await the.control.forge('tampered_ciphertext', await the.placed());
    expect(the.shop.heard).toMatchObject([{ genuine: true, plain: { undecipherable: true } }]);
  });

  test.each([
    ['wrong_amount', { amount: { total: 1 } }],
    ['wrong_currency', { amount: { currency: 'USD' } }],
    ['unknown_order', { out_trade_no: 'NOSUCHORDER0000000001' }],
    ['other_appid', { appid: 'wxsomebodyelse0001' }],
    ['other_mchid', { mchid: '1899999999' }],
    ['unpaid_state', { trade_state: 'NOTPAY' }],
  ] as const)('%s is rightly signed and false', async (kind, facts) => {
    await the.control.forge(kind, await the.placed());
    expect(the.shop.heard).toMatchObject([{ genuine: true, plain: facts }]);
  });
});
