// Pure rules of reconciliation: days in Shanghai, how a fund-flow line is understood, and what a difference proposes.
import { yuan, type RECONCILE_CASE_KINDS, type RECONCILE_REPAIRS } from '@jishi/contract';
import { fenOfYuan, type FundLine } from '@jishi/wechat';
import { DAY_MS, dayBegins, dayLater, dayOf } from '../../platform/days.ts';

const HOUR_MS = 3_600_000;
/** WeChat makes the bills of a day in the morning after; from ten on they can be relied upon. */
const READY_HOUR = 10;
/** WeChat keeps bills for three months. */
export const DAYS_BACK_MAX = 89;

export const spanOf = (day: string) => ({ from: dayBegins(day), before: dayBegins(dayLater(day, 1)) });

/** From when on the bills of a day can be had. */
export const readyAt = (day: string): Date => new Date(spanOf(day).before.getTime() + READY_HOUR * HOUR_MS);
/** The newest day whose bills can be had now. */
export const lastReadyDay = (now: Date): string => dayOf(new Date(now.getTime() - DAY_MS - READY_HOUR * HOUR_MS));

/** After this many tries, half an hour apart, a person has to look. */
export const TRIES_MAX = 48;
export const nextTry = (now: Date, tries: number): Date | null =>
  tries >= TRIES_MAX ? null : new Date(now.getTime() + HOUR_MS / 2);

export type FundClass = 'payment' | 'fee' | 'refund' | 'refund_back' | 'transfer' | 'payout' | 'topup' | 'other';

/** WeChat's words for movements; whatever is new to us is `other` and asks a person. */
export function classOf({ type, name, amountFen }: Pick<FundLine, 'type' | 'name' | 'amountFen'>): FundClass {
  const words = `${type} ${name}`;
  if (words.includes('手续费')) return 'fee';
  if (words.includes('退款')) return amountFen < 0 ? 'refund' : 'refund_back';
  if (words.includes('提现')) return 'payout';
  if (words.includes('充值')) return 'topup';
  if (words.includes('转账')) return 'transfer';
  return words.includes('交易') && amountFen >= 0 ? 'payment' : 'other';
}

const RETURNED_FEE = /含手续费(-?[\d.]+)元/;

/**
 * What WeChat keeps by this line, below zero where it gives back. A refund leaves the account less its part of the fee
 * and says so in its remark; null when it does not.
 */
export function feeOf(line: Pick<FundLine, 'type' | 'name' | 'amountFen' | 'remark'>): number | null {
  const kind = classOf(line);
  if (kind === 'fee') return 0 - line.amountFen;
  if (kind !== 'refund' && kind !== 'refund_back') return 0;
  const told = RETURNED_FEE.exec(line.remark)?.[1];
  const fen = told === undefined ? null : fenOfYuan(told);
  if (fen === null) return null;
  return kind === 'refund' ? 0 - fen : fen;
}

export type CaseKind = (typeof RECONCILE_CASE_KINDS)[number];
export type Repair = (typeof RECONCILE_REPAIRS)[number];
export type CaseState = 'open' | 'repaired' | 'closed' | 'settled';

/** What WeChat answered about a number that its bill does not have. */
export type Verdict = 'there' | 'other_day' | 'unpaid' | 'absent' | 'unknown';

export type Found = {
  key: string;
  kind: CaseKind;
  number: string;
  transactionId: string | null;
  paymentId: string | null;
  wechatFen: number | null;
  oursFen: number | null;
  ledgerFen: number | null;
  bookFen: number;
  note: string | null;
};

/** How a difference is mended: by asking WeChat, by booking, by comparing again, or by agreeing. */
export function repairOf({ kind, bookFen }: Pick<Found, 'kind' | 'bookFen'>): Repair {
  if (kind === 'missing_here' || kind === 'refund_state') return 'recover';
  if (kind === 'fee_differs' || kind === 'listed_twice') return 'acknowledge';
  return bookFen === 0 ? 'recheck' : 'book';
}

const money = (fen: number | null) => (fen === null ? '无' : `${yuan(fen)}`);

const VERDICTS: Readonly<Record<Verdict, string>> = {
  there: '向微信查询：这笔确实存在，账单没有列出',
  other_day: '向微信查询：属于另一天',
  unpaid: '向微信查询：没有付款',
  absent: '向微信查询：没有这个单号',
  unknown: '微信暂未答复',
};

export function detailOf(found: Found): string {
  const { number, note } = found;
  const amounts = `微信 ${money(found.wechatFen)}，本店 ${money(found.oursFen)}`;
  switch (found.kind) {
    case 'missing_here':
      return `商户单号 ${number}，微信单号 ${found.transactionId ?? '无'}，微信收款 ${money(found.wechatFen)}，本店没有入账`;
    case 'missing_there':
    case 'refund_missing':
      return `${found.kind === 'missing_there' ? '商户单号' : '退款单号'} ${number}，本店 ${money(found.oursFen)}，账单没有。${VERDICTS[(note ?? 'unknown') as Verdict]}`;
    case 'refund_unknown':
      return `退款单号 ${number}，微信已退 ${money(found.wechatFen)}，本店没有这笔退款（可能在微信商户平台发起）`;
    case 'refund_state':
      return `退款单号 ${number}，金额 ${money(found.wechatFen)}，${note ?? ''}`;
    case 'ledger_differs':
      return `单号 ${number}，${amounts}，记账 ${money(found.ledgerFen)}`;
    case 'fee_differs':
      return `单号 ${number}，资金流水扣 ${money(found.wechatFen)}，交易账单写 ${money(found.oursFen)}`;
    case 'fund_differs':
      return `单号 ${number}，资金流水 ${money(found.wechatFen)}，交易账单 ${money(found.oursFen)}`;
    case 'fund_unknown':
      return `资金流水 ${number}，${money(found.wechatFen)}，${note ?? ''}，本店没有对应的业务`;
    case 'listed_twice':
      return `单号 ${number} 在账单中列出 ${note ?? '多'} 次，金额 ${money(found.wechatFen)}`;
    default:
      return `单号 ${number}，${amounts}`;
  }
}

/** What accepting the proposal does, in words for staff. */
export function proposalOf({ kind, repair, bookFen }: { kind: CaseKind; repair: Repair; bookFen: number }): string {
  if (repair === 'recover')
    return kind === 'missing_here'
      ? '向微信查询这笔付款：属于订单的入账，订单已关闭的原路退回，找不到订单的记为待退回'
      : '向微信查询这笔退款，按微信的结果更新';
  if (repair === 'recheck') return '重新下载当天账单并再核对一次；若微信已补列，差异自动消失';
  if (repair === 'acknowledge') return '不改动账目，已按资金流水入账，确认后关闭';
  if (bookFen > 0) return `微信多出 ${yuan(bookFen)}：记入微信支付待结算，同时记为待退回款项，不会算作收入`;
  return kind === 'refund_unknown'
    ? `微信已付出 ${yuan(-bookFen)}：从微信支付待结算记出；属于待退回款项的从中扣减，否则记为损失`
    : `微信少了 ${yuan(-bookFen)}：从微信支付待结算记出，记为损失`;
}
