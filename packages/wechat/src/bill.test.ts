// Bills on their way to us: applied for and downloaded over real sockets, hashed as they come, read line by line.
import { createHash } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { fenOfYuan, readFundBill, readTradeBill } from './bill.ts';
import type { FundLine, TradeLine } from './bill.ts';
import { byPublicKey, hangUp, openTestWechat, payClient, plain, signed } from './test-wechat.ts';
import type { Reply, TestWechat } from './test-wechat.ts';

let wechat: TestWechat;
beforeEach(async () => void (wechat = await openTestWechat()));
afterEach(() => wechat.close());

const HEADER =
  '交易时间,公众账号ID,商户号,特约商户号,设备号,微信订单号,商户订单号,用户标识,交易类型,交易状态,付款银行,货币种类,应结订单金额,代金券金额,' +
  '微信退款单号,商户退款单号,退款金额,充值券退款金额,退款类型,退款状态,商品名称,商户数据包,手续费,费率,订单金额,申请退款金额,费率备注';
const row = (...cells: string[]) => cells.map((cell) => `\`${cell}`).join(',');
const PAYMENT = row(
  ...'2026-02-28 23:59:59|wx1|1900000109|0||4200001|P1|openid|JSAPI|SUCCESS|CMB_DEBIT|CNY|199.00|0.00|0|0'.split('|'),
  ...'0.00|0.00|||茶,两罐||1.19000|0.60%|199.00|0.00|'.split('|'),
);
const REFUND = row(
  ...'2026-02-28 00:00:00|wx1|1900000109|0||4200000|P0|openid|JSAPI|REFUND|CMB_DEBIT|CNY|0.00|0.00|5030001'.split('|'),
  ...'R1|5.00|0.00|ORIGINAL|PROCESSING|茶||-0.03000|0.60%|0.00|5.00|'.split('|'),
);
const SUMMARY = '总交易单数,应结订单总金额,退款总金额,充值券退款总金额,手续费总金额,订单总金额,申请退款总金额';
const TOTALS = row('2', '199.00', '5.00', '0.00', '1.16000', '199.00', '5.00');
const BOM = '\uFEFF';
const BILL = `${BOM}${[HEADER, PAYMENT, REFUND, SUMMARY, TOTALS].join('\r\n')}\r\n`;

const sha1 = (text: string) => createHash('sha1').update(text).digest('hex');
const ticket = (hash: string, host = 'https://api.mch.weixin.qq.com') =>
  signed(
    { hash_type: 'SHA1', hash_value: hash, download_url: `${host}/v3/billdownload/file?token=abc&tartype=gzip` },
    byPublicKey,
  );
const bytes =
  (body: Buffer): Reply =>
  (response) =>
    void response.writeHead(200, { 'content-type': 'application/octet-stream' }).end(body);

async function fetched(over: Parameters<typeof payClient>[1] = {}) {
  const pay = payClient(wechat, over);
  const applied = await pay.applyBill({ kind: 'trade', day: '2026-02-28' });
  if (applied.outcome !== 'ok') throw new Error(`not applied: ${JSON.stringify(applied)}`);
  const chunks: Uint8Array[] = [];
  const outcome = await pay.downloadBill(applied.value, async (chunk) => void chunks.push(chunk));
  return { outcome, text: Buffer.concat(chunks).toString('utf8') };
}

test('a packed bill is unpacked, hashed and handed on; the download is signed and goes to our own host', async () => {
  wechat.will(ticket(sha1(BILL)), bytes(gzipSync(BILL)));
  const { outcome, text } = await fetched();
  expect(outcome).toMatchObject({
    outcome: 'ok',
    value: { bytes: Buffer.byteLength(BILL), sha1: createHash('sha1').update(BILL).digest('hex') },
  });
  expect(text).toBe(BILL);
  expect(wechat.heard.map(({ target }) => target)).toEqual([
    '/v3/bill/tradebill?bill_date=2026-02-28&bill_type=ALL&tar_type=GZIP',
    '/v3/billdownload/file?token=abc&tartype=gzip',
  ]);
  expect(wechat.heard[1]?.headers.authorization).toMatch(/^WECHATPAY2-SHA256-RSA2048 /);
});

test('a fund-flow bill is applied for by its own name, unpacked when wished', async () => {
  wechat.will(ticket(sha1(BILL)), bytes(Buffer.from(BILL)));
  const pay = payClient(wechat);
  const applied = await pay.applyBill({ kind: 'fund', day: '2026-02-28', gzip: false });
  if (applied.outcome !== 'ok') throw new Error('not applied');
  expect(wechat.heard[0]?.target).toBe('/v3/bill/fundflowbill?bill_date=2026-02-28&account_type=BASIC');
  expect(await pay.downloadBill(applied.value, async () => {})).toMatchObject({ outcome: 'ok' });
});

test('a bill that hashes to something else, is cut off or is no archive is not known', async () => {
  wechat.will(ticket(sha1('another bill')), bytes(gzipSync(BILL)));
  expect((await fetched()).outcome).toMatchObject({ outcome: 'unknown', why: 'bad_hash' });
  wechat.will(ticket(sha1(BILL)), bytes(gzipSync(BILL).subarray(0, 200)));
  expect((await fetched()).outcome).toMatchObject({ outcome: 'unknown' });
  wechat.will(ticket(sha1(BILL)), bytes(Buffer.from('<html>')));
  expect((await fetched()).outcome).toMatchObject({ outcome: 'unknown', why: 'unreadable' });
  wechat.will(ticket(sha1(BILL)), hangUp);
  expect((await fetched()).outcome).toMatchObject({ outcome: 'unknown' });
});

test('a bill that stops coming is given up', async () => {
  const stalls: Reply = (response) => void response.writeHead(200).write(gzipSync(BILL).subarray(0, 50));
  wechat.will(ticket(sha1(BILL)), stalls);
  expect((await fetched({ timeoutMs: 150 })).outcome).toMatchObject({ outcome: 'unknown', why: 'timeout' });
});

test('no bill, a bill being made and a refused download are told apart', async () => {
  const pay = payClient(wechat);
  wechat.will(plain(400, { code: 'NO_STATEMENT_EXIST', message: '账单文件不存在' }));
  expect(await pay.applyBill({ kind: 'trade', day: '2026-02-28' })).toMatchObject({ kind: 'no_statement' });
  wechat.will(plain(400, { code: 'STATEMENT_CREATING', message: '账单生成中' }));
  expect(await pay.applyBill({ kind: 'trade', day: '2026-02-28' })).toMatchObject({ kind: 'statement_creating' });
  expect(await pay.applyBill({ kind: 'trade', day: 'yesterday' })).toMatchObject({ kind: 'param', status: 0 });
  wechat.will(ticket(sha1(BILL)), plain(400, { code: 'INVALID_REQUEST', message: '下载地址已失效' }));
  expect((await fetched()).outcome).toMatchObject({ outcome: 'refused', kind: 'invalid_request' });
});

test('our signature is not carried to another path, and a disk that fails is heard of', async () => {
  wechat.will(
    signed(
      { hash_type: 'SHA1', hash_value: sha1(BILL), download_url: 'https://evil.example/collect?a=1' },
      byPublicKey,
    ),
  );
  expect(await payClient(wechat).applyBill({ kind: 'trade', day: '2026-02-28' })).toMatchObject({ why: 'unreadable' });
  wechat.will(ticket(sha1(BILL)), bytes(gzipSync(BILL)));
  const pay = payClient(wechat);
  const applied = await pay.applyBill({ kind: 'trade', day: '2026-02-28' });
  if (applied.outcome !== 'ok') throw new Error('not applied');
  const full = () => Promise.reject(new Error('the disk is full'));
  await expect(pay.downloadBill(applied.value, full)).rejects.toThrow('the disk is full');
});

async function* inChunks(text: string, size: number): AsyncGenerator<Uint8Array> {
  const all = Buffer.from(text);
  for (let at = 0; at < all.length; at += size) yield all.subarray(at, at + size);
}

async function read(text: string, size = 64) {
  const lines: TradeLine[] = [];
  const reading = await readTradeBill(inChunks(text, size), async (batch) => void lines.push(...batch));
  return { reading, lines };
}

test('a trade bill is read to the fen, whatever the chunks cut apart', async () => {
  for (const size of [1, 2, 3, 7, 64, 4096]) {
    const { reading, lines } = await read(BILL, size);
    expect(reading).toMatchObject({
      ok: true,
      agrees: true,
      counted: { lines: 2, inFen: 19_900, outFen: 500, feeFen: 116 },
    });
    expect(lines).toMatchObject([
      { kind: 'payment', at: new Date('2026-02-28T23:59:59+08:00'), orderFen: 19_900, feeFen: 119, refundId: null },
      { kind: 'refund', outRefundNo: 'R1', refundFen: 500, feeFen: -3, refundStatus: 'PROCESSING', orderFen: 0 },
    ]);
  }
});

test('columns go by their names; a header that lacks one, a line that says nothing and a missing end are faults', async () => {
  const swapped = BILL.replace('交易时间,公众账号ID', '公众账号ID,交易时间').replace(
    '`2026-02-28 23:59:59,`wx1',
    '`wx1,`2026-02-28 23:59:59',
  );
  expect((await read(swapped.replace('`2026-02-28 00:00:00,`wx1', '`wx1,`2026-02-28 00:00:00'))).reading).toMatchObject(
    { ok: true, agrees: true },
  );
  expect((await read(BILL.replace('手续费,费率', '其他,费率'))).reading).toEqual({
    ok: false,
    line: 1,
    fault: 'header',
  });
  expect((await read(BILL.replace('1.19000', '1.19500'))).reading).toEqual({ ok: false, line: 2, fault: 'line' });
  expect((await read([HEADER, PAYMENT, ''].join('\n'))).reading).toEqual({ ok: false, line: 2, fault: 'summary' });
  expect((await read('')).reading).toEqual({ ok: false, line: 1, fault: 'header' });
  expect((await read(BILL.replace('`2,`199.00', '`3,`199.00'))).reading).toMatchObject({ ok: true, agrees: false });
});

test('a fund-flow bill tells income above and spending below zero', async () => {
  const bill = [
    '记账时间,微信支付业务单号,资金流水单号,业务名称,业务类型,收支类型,收支金额(元),账户结余(元),资金变更提交申请人,备注,业务凭证号',
    row('2026-02-28 08:00:00', '4200001', '1001', '交易', '交易', '收入', '199.00', '299.00', 'system', '', 'P1'),
    row(
      '2026-02-28 08:00:00',
      '4200001',
      '1002',
      '扣除交易手续费',
      '扣除交易手续费',
      '支出',
      '1.19',
      '297.81',
      'system',
      '',
      'P1',
    ),
    '资金流水总笔数,收入笔数,收入金额,支出笔数,支出金额',
    row('2', '1', '199.00', '1', '1.19'),
  ].join('\n');
  const lines: FundLine[] = [];
  const reading = await readFundBill(inChunks(bill, 50), async (batch) => void lines.push(...batch));
  expect(reading).toMatchObject({ ok: true, agrees: true });
  expect(lines.map(({ amountFen, balanceFen }) => [amountFen, balanceFen])).toEqual([
    [19_900, 29_900],
    [-119, 29_781],
  ]);
});

test('property: yuan in words and fen in numbers are one', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: -99_999_999_99, max: 99_999_999_99 }),
      fc.integer({ min: 0, max: 3 }),
      (fen, zeros) => {
        const digits = String(Math.abs(fen)).padStart(3, '0');
        const yuan = `${fen < 0 ? '-' : ''}${digits.slice(0, -2)}.${digits.slice(-2)}${'0'.repeat(zeros)}`;
        expect(fenOfYuan(yuan)).toBe(fen);
      },
    ),
  );
  for (const nonsense of ['', '-', '1.005', '1e3', '１.00', '1,000.00', '0x10', ' 1', '1.', '.5'])
    expect(fenOfYuan(nonsense)).toBe(null);
});

test('a file without line breaks does not fill the memory', async () => {
  async function* endless(): AsyncGenerator<Uint8Array> {
    for (;;) yield Buffer.alloc(16_384, 0x61);
  }
  expect(await readTradeBill(endless(), async () => {})).toEqual({ ok: false, line: 1, fault: 'line' });
});
