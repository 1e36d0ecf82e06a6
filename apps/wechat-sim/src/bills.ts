// Bills (wechat.md 5): when they may be had, how they are written, and the five minutes in which they may be fetched.
import { createHash } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import type { Answer } from './answer.ts';
import {
  chinaDay,
  chinaMidnight,
  fundHeader,
  fundLines,
  fundSummaryHeader,
  tradeHeader,
  tradeLines,
  tradeSummaryHeader,
  yuan,
  type FundLine,
  type TradeLine,
} from './bills.lines.ts';
import { chinaTime, dayMs, hourMs, minuteMs } from './clock.ts';
import type { Ground } from './ground.ts';
import { invalidRequest, paramError, PayRefusal } from './refusal.ts';

export type BillKind = 'trade' | 'fund';

const readyAfterMs = 10 * hourMs;
const urlLifeMs = 5 * minuteMs;
const keptForMs = 92 * dayMs;
const dayShape = /^\d{4}-\d{2}-\d{2}$/;

/** Answers where the bill lies; the file is made now, so that the hash is of what will be fetched. */
export function applyBill(ground: Ground, kind: BillKind, query: URLSearchParams): Record<string, unknown> {
  const day = query.get('bill_date') ?? '';
  checkQuery(ground, kind, day, query);
  if (ground.world.billMode === 'creating' || ground.clock.now() < chinaMidnight(day) + dayMs + readyAfterMs)
    throw new PayRefusal(400, 'STATEMENT_CREATING', '账单生成中，请稍后再试');
  const text = kind === 'trade' ? writeTrade(ground, tradeLines(ground, day)) : writeFund(fundLines(ground, day));
  if (text === null)
    throw new PayRefusal(400, 'NO_STATEMENT_EXIST', '账单文件不存在，请检查当前商户号是否在指定日期有交易');
  const hash = createHash('sha1').update(text).digest('hex');
  const token = ground.chance.letters(32);
  const isGzip = query.get('tar_type') === 'GZIP';
  ground.bills.set(token, { text, isGzip, until: ground.clock.now() + urlLifeMs });
  return {
    hash_type: 'SHA1',
    hash_value: ground.world.billMode === 'wrong_hash' ? hash.split('').reverse().join('') : hash,
    download_url: `${ground.publicUrl()}/v3/billdownload/file?token=${token}${isGzip ? '&tartype=gzip' : ''}`,
  };
}

function checkQuery(ground: Ground, kind: BillKind, day: string, query: URLSearchParams): void {
  const known = new Set(['bill_date', 'tar_type', kind === 'trade' ? 'bill_type' : 'account_type']);
  for (const name of query.keys())
    if (!known.has(name)) throw paramError(`/query/${name}`, '未知参数', undefined, 'query');
  if (!dayShape.test(day) || Number.isNaN(chinaMidnight(day)))
    throw paramError('/query/bill_date', '格式须为yyyy-MM-DD', day, 'query');
  const type = query.get(kind === 'trade' ? 'bill_type' : 'account_type') ?? (kind === 'trade' ? 'ALL' : 'BASIC');
  if (type !== (kind === 'trade' ? 'ALL' : 'BASIC')) throw invalidRequest('模拟微信只提供 ALL 与 BASIC 账单');
  if (![null, 'GZIP'].includes(query.get('tar_type')))
    throw paramError('/query/tar_type', '枚举值错误', query.get('tar_type'), 'query');
  const now = ground.clock.now();
  if (day >= chinaDay(now)) throw invalidRequest('账单日期须早于今天');
  if (chinaMidnight(day) < now - keptForMs) throw invalidRequest('仅支持三个月内的账单下载申请');
}

/** The file, as it lies there: not signed, packed as a file when it was asked for so. */
export function downloadBill(ground: Ground, query: URLSearchParams): Answer {
  const bill = ground.bills.get(query.get('token') ?? '');
  if (bill === undefined || bill.until < ground.clock.now()) throw invalidRequest('下载地址已失效，请重新申请账单');
  const bytes = Buffer.from(bill.text);
  return {
    status: 200,
    headers: { 'Content-Type': 'application/octet-stream' },
    body: bill.isGzip ? gzipSync(bytes) : bytes,
  };
}

const BOM = '\uFEFF';
const csvTime = (ms: number) => chinaTime(ms).slice(0, 19).replace('T', ' ');
/** Five decimals, as WeChat prints fees. */
const fee = (fen: number) => `${yuan(fen)}000`;
/** A comma or a line end in the shop's words must not look like one of the bill's. */
const plain = (text: string) => text.replaceAll(/[\r\n`]/g, ' ');
const row = (cells: readonly (string | number)[]) => cells.map((cell) => `\`${cell}`).join(',');
const file = (...lines: readonly string[]) => `${BOM}${lines.join('\r\n')}\r\n`;
const sum = <T>(lines: readonly T[], of: (line: T) => number) => lines.reduce((total, line) => total + of(line), 0);

function writeTrade(ground: Ground, lines: readonly TradeLine[]): string | null {
  if (lines.length === 0) return null;
  const rate = `${(ground.merchant.feeBps / 100).toFixed(2)}%`;
  const orders = yuan(sum(lines, (line) => line.orderFen));
  const given = yuan(sum(lines, (line) => line.refund?.amountFen ?? 0));
  const fees = fee(sum(lines, (line) => line.feeFen));
  return file(
    tradeHeader,
    ...lines.map((line) => row(tradeCells(ground, line, rate))),
    tradeSummaryHeader,
    row([lines.length, orders, given, '0.00', fees, orders, given]),
  );
}

function tradeCells(ground: Ground, line: TradeLine, rate: string): string[] {
  const { refund } = line;
  const given = yuan(refund?.amountFen ?? 0);
  return [
    csvTime(line.at),
    line.appid,
    ground.merchant.mchid,
    '0',
    '',
    line.transactionId,
    line.outTradeNo,
    line.openid,
    line.tradeType,
    refund === null ? 'SUCCESS' : 'REFUND',
    line.bankType,
    'CNY',
    yuan(line.orderFen),
    '0.00',
    refund?.refundId ?? '0',
    refund?.outRefundNo ?? '0',
    given,
    '0.00',
    refund === null ? '' : 'ORIGINAL',
    refund?.status ?? '',
    plain(line.description),
    plain(line.attach),
    fee(line.feeFen),
    rate,
    yuan(line.orderFen),
    given,
    '',
  ];
}

function writeFund(lines: readonly FundLine[]): string | null {
  if (lines.length === 0) return null;
  const income = lines.filter((line) => line.amountFen >= 0);
  const spent = lines.filter((line) => line.amountFen < 0);
  const total = (some: readonly FundLine[]) => yuan(Math.abs(sum(some, (line) => line.amountFen)));
  return file(
    fundHeader,
    ...lines.map((line) =>
      row([
        csvTime(line.at),
        line.businessNo,
        line.flowNo,
        line.name,
        line.type,
        line.amountFen < 0 ? '支出' : '收入',
        yuan(Math.abs(line.amountFen)),
        yuan(line.balanceFen),
        'system',
        line.remark,
        line.voucherNo,
      ]),
    ),
    fundSummaryHeader,
    row([lines.length, income.length, total(income), spent.length, total(spent)]),
  );
}
