// Reads a bill as it streams by: lines in batches, exact fen, bounded memory. The hash is checked before, at the download.
import { fromRfc3339 } from './time.ts';

/** A payment or a refund as the trade bill tells it. */
export type TradeLine = {
  at: Date;
  kind: 'payment' | 'refund' | 'revoked';
  transactionId: string;
  outTradeNo: string;
  tradeType: string;
  /** Of a refund; null for a payment. */
  refundId: string | null;
  outRefundNo: string | null;
  /** SUCCESS, PROCESSING, FAIL or CHANGE as of the making of the bill; null for a payment. */
  refundStatus: string | null;
  /** What was to be paid; 0 in the line of a refund. */
  orderFen: number;
  /** What was asked to be given back; 0 in the line of a payment. */
  refundFen: number;
  /** What WeChat keeps; below zero where it gives back. */
  feeFen: number;
  /** The rate in its own words: `0.60%`. */
  rate: string;
};

/** A movement of the merchant's account as the fund-flow bill tells it. */
export type FundLine = {
  at: Date;
  /** Transaction, refund or transfer number of WeChat. */
  businessNo: string;
  flowNo: string;
  name: string;
  type: string;
  /** Above zero is income. */
  amountFen: number;
  balanceFen: number;
  remark: string;
  /** Our own number where there is one: out_refund_no, out_bill_no. */
  voucherNo: string;
};

export type BillTotals = { lines: number; inFen: number; outFen: number; feeFen: number };

export type BillReading =
  | {
      ok: true;
      /** Counted line by line. */
      counted: BillTotals;
      /** The last two lines of the file by their Chinese names. */
      summary: Record<string, string>;
      /** False when WeChat's own summary says another thing than its lines. */
      agrees: boolean;
    }
  | { ok: false; line: number; fault: 'header' | 'line' | 'summary' };

type Batch<Line> = (lines: Line[]) => Promise<void>;

export function readTradeBill(source: AsyncIterable<Uint8Array>, take: Batch<TradeLine>): Promise<BillReading> {
  return readBill(source, take, TRADE);
}

export function readFundBill(source: AsyncIterable<Uint8Array>, take: Batch<FundLine>): Promise<BillReading> {
  return readBill(source, take, FUND);
}

/** How one kind of bill is read. Columns go by their names, because WeChat has moved them over the years. */
type Form<Line> = {
  needs: readonly string[];
  /** Null when the line cannot be understood. */
  read(cell: (name: string) => string, timeOf: (text: string) => Date | null): Line | null;
  add(totals: BillTotals, line: Line): void;
  agrees(counted: BillTotals, summary: Record<string, string>): boolean;
};

const BATCH_LINES = 500;
/** Longer than any line of WeChat: a file without line breaks must not fill the memory. */
const LINE_CHARS_MAX = 64 * 1024;

async function readBill<Line>(
  source: AsyncIterable<Uint8Array>,
  take: Batch<Line>,
  form: Form<Line>,
): Promise<BillReading> {
  const counted: BillTotals = { lines: 0, inFen: 0, outFen: 0, feeFen: 0 };
  const timeOf = createTimes();
  let place: Map<string, number> | null = null;
  let names: string[] | null = null;
  let summary: Record<string, string> | null = null;
  let batch: Line[] = [];
  let number = 0;
  for await (const text of linesOf(source)) {
    number += 1;
    if (text === null) return { ok: false, line: number, fault: 'line' };
    if (place === null) {
      place = placesOf(text);
      const known = place;
      if (!form.needs.every((name) => known.has(name))) return { ok: false, line: 1, fault: 'header' };
    } else if (names !== null) {
      if (summary !== null || !text.startsWith('`')) return { ok: false, line: number, fault: 'summary' };
      const cells = cellsOf(text);
      summary = Object.fromEntries(names.map((name, index) => [name, cells[index] ?? '']));
    } else if (!text.startsWith('`')) {
      names = text.split(',');
    } else {
      const cells = cellsOf(text);
      const known = place;
      const line = form.read((name) => cells[known.get(name) ?? -1] ?? '', timeOf);
      if (line === null) return { ok: false, line: number, fault: 'line' };
      counted.lines += 1;
      form.add(counted, line);
      batch.push(line);
      if (batch.length === BATCH_LINES) {
        await take(batch);
        batch = [];
      }
    }
  }
  if (place === null) return { ok: false, line: 1, fault: 'header' };
  // A file that ends before its summary was cut off.
  if (summary === null) return { ok: false, line: number, fault: 'summary' };
  if (batch.length > 0) await take(batch);
  return { ok: true, counted, summary, agrees: form.agrees(counted, summary) };
}

/** Every cell begins with a backtick, so a comma inside of one does not end it. */
const cellsOf = (text: string): string[] => text.slice(1).split(',`');

/** Lines without their ends; null for one that is too long. Empty ones are left out. */
async function* linesOf(source: AsyncIterable<Uint8Array>): AsyncGenerator<string | null> {
  // Takes the byte order mark away and keeps a character that two chunks share.
  const decoder = new TextDecoder('utf-8');
  let rest = '';
  for await (const chunk of source) {
    const parts = (rest + decoder.decode(chunk, { stream: true })).split('\n');
    rest = parts.pop() ?? '';
    if (rest.length > LINE_CHARS_MAX) return yield null;
    for (const part of parts) {
      const line = part.endsWith('\r') ? part.slice(0, -1) : part;
      if (line !== '') yield line;
    }
  }
  const last = (rest + decoder.decode()).replace(/\r$/, '');
  if (last !== '') yield last;
}

/** Names of the bills of 2014 that have changed since. */
const FORMER: Readonly<Record<string, string>> = { 订单金额: '总金额', 申请退款金额: '退款金额' };

/** Where each column stands, by the name of today. */
function placesOf(header: string): Map<string, number> {
  const places = new Map(header.split(',').map((name, index) => [name.trim(), index]));
  for (const [name, former] of Object.entries(FORMER)) {
    const place = places.get(name) ?? places.get(former);
    if (place !== undefined) places.set(name, place);
  }
  return places;
}

/**
 * Decimal yuan to fen without a float in between; null when it is not a whole number of fen. `0.01000` is 1.
 */
export function fenOfYuan(text: string): number | null {
  const found = /^(-?)(\d{1,12})(?:\.(\d{1,2})0*)?$/.exec(text);
  if (!found) return null;
  const [, sign, whole = '0', part = ''] = found;
  const fen = Number(whole) * 100 + Number(part.padEnd(2, '0'));
  return sign === '-' && fen !== 0 ? -fen : fen;
}

/** `2026-01-02 03:04:05` in China. A bill of 2014 wrote its colons full width. Many lines share a second: it is read once. */
function createTimes(): (text: string) => Date | null {
  let last: { text: string; at: Date | null } = { text: '', at: null };
  return (text) => {
    if (text !== last.text) last = { text, at: fromRfc3339(`${text.replaceAll('：', ':').replace(' ', 'T')}+08:00`) };
    return last.at;
  };
}

const noneIfZero = (text: string) => (text === '' || text === '0' ? null : text);

const TRADE: Form<TradeLine> = {
  needs: ['交易时间', '微信订单号', '商户订单号', '交易状态', '订单金额', '手续费'],
  read(cell, timeOf) {
    const at = timeOf(cell('交易时间'));
    const state = cell('交易状态');
    const kind =
      state === 'SUCCESS' ? 'payment' : state === 'REFUND' ? 'refund' : state === 'REVOKED' ? 'revoked' : null;
    const orderFen = fenOfYuan(cell('订单金额'));
    const refundFen = fenOfYuan(cell('申请退款金额') || '0');
    const feeFen = fenOfYuan(cell('手续费'));
    const [transactionId, outTradeNo] = [cell('微信订单号'), cell('商户订单号')];
    if (at === null || kind === null || orderFen === null || refundFen === null || feeFen === null) return null;
    if (transactionId === '' || outTradeNo === '') return null;
    return {
      at,
      kind,
      transactionId,
      outTradeNo,
      tradeType: cell('交易类型'),
      refundId: noneIfZero(cell('微信退款单号')),
      outRefundNo: noneIfZero(cell('商户退款单号')),
      refundStatus: noneIfZero(cell('退款状态')),
      orderFen,
      refundFen,
      feeFen,
      rate: cell('费率'),
    };
  },
  add(totals, line) {
    totals.inFen += line.orderFen;
    totals.outFen += line.refundFen;
    totals.feeFen += line.feeFen;
  },
  agrees: (counted, summary) =>
    Number(summary.总交易单数) === counted.lines &&
    fenOfYuan(summary.订单总金额 ?? summary.总交易额 ?? '') === counted.inFen &&
    fenOfYuan(summary.申请退款总金额 ?? summary.总退款金额 ?? '') === counted.outFen &&
    fenOfYuan(summary.手续费总金额 ?? '') === counted.feeFen,
};

const FUND: Form<FundLine> = {
  needs: ['记账时间', '微信支付业务单号', '资金流水单号', '业务类型', '收支类型', '收支金额(元)', '账户结余(元)'],
  read(cell, timeOf) {
    const at = timeOf(cell('记账时间'));
    const amount = fenOfYuan(cell('收支金额(元)'));
    const balanceFen = fenOfYuan(cell('账户结余(元)'));
    const way = cell('收支类型');
    const flowNo = cell('资金流水单号');
    if (at === null || amount === null || balanceFen === null || flowNo === '') return null;
    if (way !== '收入' && way !== '支出') return null;
    return {
      at,
      businessNo: cell('微信支付业务单号'),
      flowNo,
      name: cell('业务名称'),
      type: cell('业务类型'),
      amountFen: way === '收入' ? amount : 0 - amount,
      balanceFen,
      remark: cell('备注'),
      voucherNo: cell('业务凭证号'),
    };
  },
  add(totals, line) {
    if (line.amountFen >= 0) totals.inFen += line.amountFen;
    else totals.outFen -= line.amountFen;
  },
  agrees: (counted, summary) =>
    Number(summary.资金流水总笔数) === counted.lines &&
    fenOfYuan(summary.收入金额 ?? '') === counted.inFen &&
    fenOfYuan(summary.支出金额 ?? '') === counted.outFen,
};
