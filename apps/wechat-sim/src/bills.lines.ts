// What the two bills of a day say, line by line: the trade bill from orders and refunds, the fund-flow bill from the ledger.
import { dayMs, hourMs } from './clock.ts';
import type { Ground } from './ground.ts';
import type { BillChange } from './surface.ts';
import type { LedgerEntry, Order, Refund } from './world.ts';

export const tradeHeader =
  '交易时间,公众账号ID,商户号,特约商户号,设备号,微信订单号,商户订单号,用户标识,交易类型,交易状态,付款银行,货币种类,应结订单金额,代金券金额,' +
  '微信退款单号,商户退款单号,退款金额,充值券退款金额,退款类型,退款状态,商品名称,商户数据包,手续费,费率,订单金额,申请退款金额,费率备注';
export const tradeSummaryHeader =
  '总交易单数,应结订单总金额,退款总金额,充值券退款总金额,手续费总金额,订单总金额,申请退款总金额';
export const fundHeader =
  '记账时间,微信支付业务单号,资金流水单号,业务名称,业务类型,收支类型,收支金额(元),账户结余(元),资金变更提交申请人,备注,业务凭证号';
export const fundSummaryHeader = '资金流水总笔数,收入笔数,收入金额,支出笔数,支出金额';

export type TradeLine = {
  at: number;
  appid: string;
  transactionId: string;
  outTradeNo: string;
  openid: string;
  tradeType: string;
  bankType: string;
  orderFen: number;
  refund: { refundId: string; outRefundNo: string; amountFen: number; status: string } | null;
  description: string;
  attach: string;
  feeFen: number;
};
export type FundLine = {
  at: number;
  businessNo: string;
  flowNo: string;
  name: string;
  type: string;
  amountFen: number;
  balanceFen: number;
  remark: string;
  voucherNo: string;
};

const tradeTypes = { jsapi: 'JSAPI', native: 'NATIVE', h5: 'MWEB', app: 'APP' } as const;
/** A snapshot: how each refund stands while the bill is being made. */
const refundWords = { PROCESSING: 'PROCESSING', SUCCESS: 'SUCCESS', CLOSED: 'FAIL', ABNORMAL: 'CHANGE' } as const;

export const chinaDay = (ms: number): string => new Date(ms + 8 * hourMs).toISOString().slice(0, 10);
/** Midnight in China, where no clock is ever put forward or back. */
export const chinaMidnight = (day: string): number => Date.parse(`${day}T00:00:00+08:00`);
export const yuan = (fen: number): string =>
  `${fen < 0 ? '-' : ''}${Math.floor(Math.abs(fen) / 100)}.${String(Math.abs(fen) % 100).padStart(2, '0')}`;

export function tradeLines(ground: Ground, day: string): TradeLine[] {
  const { orders, refunds } = ground.world;
  const isOfDay = (at: number | null) => at !== null && chinaDay(at) === day;
  const paid = [...orders.values()].filter((order) => isOfDay(order.paidAt)).map(paymentLine);
  const given = [...refunds.values()].flatMap((refund) => {
    const order = orders.get(refund.outTradeNo);
    return order !== undefined && isOfDay(refund.createdAt) ? [refundLine(refund, order)] : [];
  });
  const lines = [...paid, ...given].sort((a, b) => a.at - b.at);
  return changesOf(ground, day, 'trade').reduce((told, change) => changeTrade(ground, told, day, change), lines);
}

function paymentLine(order: Order): TradeLine {
  return {
    at: order.paidAt ?? 0,
    ...sharedCells(order),
    orderFen: order.totalFen,
    refund: null,
    feeFen: order.feeFen,
  };
}

function refundLine(refund: Refund, order: Order): TradeLine {
  const { refundId, outRefundNo, amountFen } = refund;
  return {
    at: refund.createdAt,
    ...sharedCells(order),
    orderFen: 0,
    refund: { refundId, outRefundNo, amountFen, status: refundWords[refund.state] },
    feeFen: 0 - refund.feeBackFen,
  };
}

const sharedCells = (order: Order) => ({
  appid: order.appid,
  transactionId: order.transactionId ?? '',
  outTradeNo: order.outTradeNo,
  openid: order.payerOpenid ?? '',
  tradeType: tradeTypes[order.kind],
  bankType: order.bankType ?? 'OTHERS',
  description: order.description,
  attach: order.attach ?? '',
});

/** How a kind of ledger entry shows in the fund-flow bill. A new kind of entry adds its line here. */
const fundForms: Readonly<Record<string, (ground: Ground, entry: LedgerEntry, movedFen: number) => FundPart[]>> = {
  payment(ground, entry) {
    const order = ground.world.orders.get(entry.ref);
    const no = { businessNo: order?.transactionId ?? '', voucherNo: entry.ref };
    const fee = {
      ...no,
      name: '扣除交易手续费',
      type: '扣除交易手续费',
      amountFen: 0 - (order?.feeFen ?? 0),
      remark: '',
    };
    const trade = { ...no, name: '交易', type: '交易', amountFen: order?.totalFen ?? 0, remark: '' };
    return fee.amountFen === 0 ? [trade] : [trade, fee];
  },
  'refund accepted': (ground, entry, movedFen) => [refundPart(ground, entry, movedFen, '退款')],
  'refund closed': (ground, entry, movedFen) => [refundPart(ground, entry, movedFen, '退款关闭退回')],
  'transfer accepted': (ground, entry, movedFen) => [transferPart(ground, entry, movedFen, '商家转账')],
  'transfer returned': (ground, entry, movedFen) => [transferPart(ground, entry, movedFen, '商家转账退回')],
  'merchant fund': (_ground, entry, movedFen) => [
    movedFen >= 0
      ? { ...bankNo(entry), name: '充值', type: '充值', amountFen: movedFen, remark: '' }
      : { ...bankNo(entry), name: '提现', type: '提现', amountFen: movedFen, remark: '商户提现到银行账户' },
  ],
};

type FundPart = Pick<FundLine, 'businessNo' | 'name' | 'type' | 'amountFen' | 'remark' | 'voucherNo'>;

function refundPart(ground: Ground, entry: LedgerEntry, amountFen: number, name: string): FundPart {
  const refund = ground.world.refunds.get(entry.ref);
  const remark = `退款总金额${yuan(refund?.amountFen ?? 0)}元;含手续费${yuan(refund?.feeBackFen ?? 0)}元`;
  return { businessNo: refund?.refundId ?? '', name, type: '退款', amountFen, remark, voucherNo: entry.ref };
}

function transferPart(ground: Ground, entry: LedgerEntry, amountFen: number, name: string): FundPart {
  const businessNo = ground.world.transfers.get(entry.ref)?.transferBillNo ?? '';
  return { businessNo, name, type: '转账', amountFen, remark: '', voucherNo: entry.ref };
}

const bankNo = (entry: LedgerEntry) => ({ businessNo: `BANK${entry.at}`, voucherNo: entry.ref });

const isMerchants = (account: string) => account.startsWith('merchant:');

/** The merchant's account as a whole: what is settled and what is not. Money that only moves in between is not told. */
export function fundLines(ground: Ground, day: string): FundLine[] {
  const merchants = ground.world.entries
    .map((entry, index) => ({
      entry,
      index,
      movedFen: entry.legs.filter(({ account }) => isMerchants(account)).reduce((sum, leg) => sum + leg.amountFen, 0),
    }))
    .filter(({ movedFen }) => movedFen !== 0);
  const isOpening = ({ entry }: { entry: LedgerEntry }) => entry.why === 'opening balance';
  let balanceFen = merchants.filter(isOpening).reduce((sum, { movedFen }) => sum + movedFen, 0);
  const lines: FundLine[] = [];
  for (const { entry, index, movedFen } of merchants.filter((one) => !isOpening(one)).sort(byTime)) {
    const parts = fundForms[entry.why]?.(ground, entry, movedFen) ?? [otherPart(entry, movedFen)];
    const told = parts.reduce((sum, part) => sum + part.amountFen, 0);
    if (told !== movedFen) throw new Error(`The fund flow of "${entry.why}" ${entry.ref} is off by ${told - movedFen}`);
    for (const [at, part] of parts.entries()) {
      balanceFen += part.amountFen;
      if (chinaDay(entry.at) !== day) continue;
      lines.push({ ...part, at: entry.at, flowNo: `100${day.replaceAll('-', '')}${index}0${at}`, balanceFen });
    }
  }
  return changesOf(ground, day, 'fund').reduce((told, change) => changeFund(told, day, change), lines);
}

const byTime = (a: { entry: LedgerEntry; index: number }, b: { entry: LedgerEntry; index: number }) =>
  a.entry.at - b.entry.at || a.index - b.index;

const otherPart = (entry: LedgerEntry, amountFen: number): FundPart => ({
  businessNo: entry.ref,
  name: entry.why,
  type: '其他',
  amountFen,
  remark: '',
  voucherNo: entry.ref,
});

const changesOf = (ground: Ground, day: string, bill: BillChange['bill']) =>
  ground.world.billChanges.filter((change) => change.day === day && change.bill === bill);

function changeTrade(ground: Ground, lines: TradeLine[], day: string, change: BillChange): TradeLine[] {
  const isMeant = ({ transactionId, outTradeNo, refund }: TradeLine) =>
    refund === null
      ? [transactionId, outTradeNo].includes(change.number)
      : [refund.refundId, refund.outRefundNo].includes(change.number);
  const { amountFen = 1, feeFen = 0, status = 'SUCCESS' } = change;
  const over = (line: TradeLine, set: { amountFen?: number; status?: string }): TradeLine =>
    line.refund === null
      ? { ...line, orderFen: set.amountFen ?? line.orderFen }
      : { ...line, refund: { ...line.refund, ...set } };
  switch (change.change) {
    case 'drop':
      return lines.filter((line) => !isMeant(line));
    case 'twice':
      return lines.flatMap((line) => (isMeant(line) ? [line, line] : [line]));
    case 'amount':
      return lines.map((line) => (isMeant(line) ? over(line, { amountFen }) : line));
    case 'fee':
      return lines.map((line) => (isMeant(line) ? { ...line, feeFen } : line));
    case 'status':
      return lines.map((line) => (isMeant(line) ? over(line, { status }) : line));
    case 'add': {
      const extra = strangeLine(ground, day, change.number);
      return [...lines, { ...extra, orderFen: amountFen, feeFen }];
    }
    case 'add-refund': {
      const order = [...ground.world.orders.values()].find((one) => one.transactionId === change.of);
      const line = order === undefined ? strangeLine(ground, day, change.of ?? '') : sharedCells(order);
      const refund = { refundId: `5030${change.number}`, outRefundNo: change.number, amountFen, status };
      return [...lines, { ...strangeLine(ground, day, ''), ...line, refund, orderFen: 0, feeFen }];
    }
  }
}

/** A trade that nobody of ours has begun. */
function strangeLine(ground: Ground, day: string, number: string): TradeLine {
  return {
    at: chinaMidnight(day) + 12 * hourMs,
    appid: ground.merchant.appid,
    transactionId: `4200${number}`.slice(0, 32),
    outTradeNo: number,
    openid: 'oStranger',
    tradeType: 'NATIVE',
    bankType: 'OTHERS',
    orderFen: 0,
    refund: null,
    description: '他处交易',
    attach: '',
    feeFen: 0,
  };
}

function changeFund(lines: FundLine[], day: string, change: BillChange): FundLine[] {
  const isMeant = (line: FundLine) => [line.businessNo, line.flowNo, line.voucherNo].includes(change.number);
  const { amountFen = 1 } = change;
  switch (change.change) {
    case 'drop':
      return lines.filter((line) => !isMeant(line));
    case 'twice':
      return lines.flatMap((line) => (isMeant(line) ? [line, line] : [line]));
    case 'amount':
      return lines.map((line) => (isMeant(line) ? { ...line, amountFen } : line));
    case 'fee':
      return lines.map((line) =>
        isMeant(line) && line.type === '扣除交易手续费' ? { ...line, amountFen: 0 - (change.feeFen ?? 0) } : line,
      );
    case 'add': {
      const balanceFen = (lines.at(-1)?.balanceFen ?? 0) + amountFen;
      const at = chinaMidnight(day) + dayMs - hourMs;
      const no = { businessNo: change.number, flowNo: `9${change.number}`, voucherNo: change.number };
      return [...lines, { ...no, at, name: '其他', type: '其他', amountFen, balanceFen, remark: '人工调整' }];
    }
    default:
      return lines;
  }
}
