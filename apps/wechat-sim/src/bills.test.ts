// Bills over the wire: exact to the byte, true to the ledger, and false only where a test asked for it.
import { createHash } from 'node:crypto';
import { gunzipSync } from 'node:zlib';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { authorize, town, type Town } from '../test/town.ts';

let the: Town;
beforeEach(async () => {
  the = await town({
    clock: 'steppable',
    startAt: new Date('2026-03-01T21:00:00+08:00'),
    merchant: { feeBps: 60, openingUnsettledFen: 100_000 },
  });
});
afterEach(() => the.close());

const DAY = '2026-03-01';
const apply = (kind = 'tradebill', day = DAY, more = '') => the.call('GET', `/v3/bill/${kind}?bill_date=${day}${more}`);

/** Signed like any request, answered without a signature. */
async function fetched(url: string): Promise<{ status: number; bytes: Buffer; headers: Headers }> {
  const { pathname, search } = new URL(url);
  const answer = await fetch(url, {
    headers: { Authorization: authorize(the.sim, { method: 'GET', target: pathname + search }) },
  });
  return { status: answer.status, bytes: Buffer.from(await answer.arrayBuffer()), headers: answer.headers };
}

async function lines(kind = 'tradebill', day = DAY): Promise<string[]> {
  const { data } = await apply(kind, day);
  const { bytes } = await fetched(String(data.download_url));
  return bytes.toString('utf8').slice(1).trimEnd().split('\r\n');
}

const nextMorning = () => the.control.clock.set(new Date('2026-03-02T10:00:00+08:00'));

test('the trade bill has the exact header, a mark, backticks, five-decimal fees and its sums', async () => {
  const number = await the.paid();
  await the.refunding(number, 'R1', 5_000);
  await nextMorning();
  const { data, status } = await apply();
  expect(status).toBe(200);
  const { bytes, headers } = await fetched(String(data.download_url));
  expect(bytes.subarray(0, 3)).toEqual(Buffer.from([0xef, 0xbb, 0xbf]));
  expect(data).toMatchObject({ hash_type: 'SHA1', hash_value: createHash('sha1').update(bytes).digest('hex') });
  expect(headers.has('wechatpay-signature')).toBe(false);
  const order = the.control.order(number);
  const refund = the.control.refund('R1');
  expect(bytes.toString('utf8').split('\r\n')).toEqual([
    '\uFEFF交易时间,公众账号ID,商户号,特约商户号,设备号,微信订单号,商户订单号,用户标识,交易类型,交易状态,付款银行,货币种类,应结订单金额,代金券金额,微信退款单号,商户退款单号,退款金额,充值券退款金额,退款类型,退款状态,商品名称,商户数据包,手续费,费率,订单金额,申请退款金额,费率备注',
    `\`2026-03-01 21:00:00,\`${order.appid},\`${the.sim.credentials.mchid},\`0,\`,\`${order.transactionId},\`${number},\`${order.openid},\`JSAPI,\`SUCCESS,\`OTHERS,\`CNY,\`99.00,\`0.00,\`0,\`0,\`0.00,\`0.00,\`,\`,\`手工陶瓷杯,\`,\`0.59000,\`0.60%,\`99.00,\`0.00,\``,
    `\`2026-03-01 21:00:00,\`${order.appid},\`${the.sim.credentials.mchid},\`0,\`,\`${order.transactionId},\`${number},\`${order.openid},\`JSAPI,\`REFUND,\`OTHERS,\`CNY,\`0.00,\`0.00,\`${refund.refundId},\`R1,\`50.00,\`0.00,\`ORIGINAL,\`SUCCESS,\`手工陶瓷杯,\`,\`-0.29000,\`0.60%,\`0.00,\`50.00,\``,
    '总交易单数,应结订单总金额,退款总金额,充值券退款总金额,手续费总金额,订单总金额,申请退款总金额',
    '`2,`99.00,`50.00,`0.00,`0.30000,`99.00,`50.00',
    '',
  ]);
});

test('the fund flow follows the account to its balance, fees and payouts included', async () => {
  const number = await the.paid();
  await the.refunding(number, 'R1', 5_000);
  the.control.fund({ account: 'unsettled', amountFen: -20_000 });
  the.control.settleFunds();
  await nextMorning();
  const told = (await lines('fundflowbill')).map((line) => line.split(',`').slice(4, 8).join(' '));
  expect(told.slice(1, -2)).toEqual([
    '交易 收入 99.00 101099.00',
    '扣除交易手续费 支出 0.59 101098.41',
    '退款 支出 49.71 101048.70',
    '提现 支出 200.00 100848.70',
  ]);
  const all = await lines('fundflowbill');
  expect(all.slice(-2)).toEqual(['资金流水总笔数,收入笔数,收入金额,支出笔数,支出金额', '`4,`1,`99.00,`3,`250.30']);
  expect(all.find((line) => line.includes('退款总金额'))).toContain('`退款总金额50.00元;含手续费0.29元,`R1');
  const { balances } = the.control.ledger();
  expect((balances['merchant:available'] ?? 0) + (balances['merchant:unsettled'] ?? 0)).toBe(10_084_870);
});

test('a bill packed as a file hashes by what is inside', async () => {
  await the.paid();
  await nextMorning();
  const { data } = await apply('tradebill', DAY, '&tar_type=GZIP');
  const { bytes } = await fetched(String(data.download_url));
  expect(createHash('sha1').update(gunzipSync(bytes)).digest('hex')).toBe(data.hash_value);
});

test('before ten it is being made, without trade there is none, today and long ago are refused', async () => {
  await the.paid();
  await the.control.clock.set(new Date('2026-03-02T09:59:59+08:00'));
  expect((await apply()).data.code).toBe('STATEMENT_CREATING');
  await nextMorning();
  expect((await apply()).status).toBe(200);
  expect((await apply('tradebill', '2026-02-28')).data.code).toBe('NO_STATEMENT_EXIST');
  expect((await apply('tradebill', '2026-03-02')).data.code).toBe('INVALID_REQUEST');
  expect((await apply('tradebill', '2025-11-01')).data.code).toBe('INVALID_REQUEST');
  expect((await apply('tradebill', '1.3.2026')).data.code).toBe('PARAM_ERROR');
  expect((await apply('tradebill', DAY, '&bill_type=SUCCESS')).data.code).toBe('INVALID_REQUEST');
});

test('the address of a file lives five minutes and wants a signature', async () => {
  await the.paid();
  await nextMorning();
  const url = String((await apply()).data.download_url);
  expect((await fetch(url)).status).toBe(401);
  expect((await fetched(url)).status).toBe(200);
  await the.control.clock.advance({ minutes: 5, seconds: 1 });
  expect((await fetched(url)).status).toBe(400);
});

test('a payment in the last second of a day and its refund in the first of the next are of two days', async () => {
  await the.control.clock.set(new Date('2026-03-01T23:59:59.900+08:00'));
  const number = await the.placed();
  await the.control.pay(number);
  await the.control.clock.advance({ ms: 200 });
  await the.refunding(number, 'R1', 5_000);
  await the.control.clock.set(new Date('2026-03-03T10:00:00+08:00'));
  expect((await lines()).slice(1, -2).map((line) => line.slice(0, 20))).toEqual(['`2026-03-01 23:59:59']);
  expect((await lines('tradebill', '2026-03-02')).slice(1, -2).map((line) => line.slice(0, 20))).toEqual([
    '`2026-03-02 00:00:00',
  ]);
});

test('a bill lies where a test asks it to, and tells the truth again', async () => {
  const number = await the.paid();
  await the.refunding(number, 'R1', 5_000);
  await nextMorning();
  const change = (more: Omit<Parameters<Town['control']['changeBill']>[0], 'day' | 'bill'>) =>
    the.control.changeBill({ day: DAY, bill: 'trade', ...more });
  const cells = async (at: number) => (await lines()).slice(1, -2).map((line) => line.slice(1).split(',`')[at]);
  change({ change: 'amount', number, amountFen: 1 });
  change({ change: 'status', number: 'R1', status: 'FAIL' });
  change({ change: 'add', number: 'STRANGER1', amountFen: 777 });
  change({ change: 'add-refund', number: 'RX', amountFen: 5, of: the.control.order(number).transactionId ?? '' });
  expect(await cells(24)).toEqual(['0.01', '0.00', '7.77', '0.00']);
  expect(await cells(19)).toEqual(['', 'FAIL', '', 'SUCCESS']);
  change({ change: 'drop', number: 'R1' });
  change({ change: 'twice', number });
  expect(await cells(6)).toEqual([number, number, 'STRANGER1', number]);
  the.control.honestBills();
  expect(await cells(24)).toEqual(['99.00', '0.00']);
  the.control.billMode('wrong_hash');
  const { data } = await apply();
  const { bytes } = await fetched(String(data.download_url));
  expect(createHash('sha1').update(bytes).digest('hex')).not.toBe(data.hash_value);
  the.control.billMode('creating');
  expect((await apply()).data.code).toBe('STATEMENT_CREATING');
});

test('what happened in the past is told in the bills of that day', async () => {
  const number = await the.placed();
  await the.control.pay(number, { at: new Date('2026-02-20T10:00:00+08:00') });
  await the.refunding(number, 'R1', 5_000);
  const at = new Date('2026-02-21T10:00:00+08:00');
  expect(await the.control.finishRefund('R1', 'SUCCESS', { at })).toMatchObject({ finishedAt: at.toISOString() });
  expect(await lines('tradebill', '2026-02-20')).toHaveLength(4);
  expect(await lines('fundflowbill', '2026-02-20')).toHaveLength(5);
  expect(await lines('fundflowbill', '2026-02-21')).toHaveLength(4);
  expect((await apply('tradebill', '2026-02-28')).data.code).toBe('NO_STATEMENT_EXIST');
  the.control.ledger();
});
