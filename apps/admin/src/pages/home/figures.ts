// The figures of the day as cards: what each is called, how it reads, and how it did against yesterday by this time.
import { yuan, type Got, type getDashboard } from '@jishi/contract';
import { percentText } from '../../parts/money.ts';
import { changeText, pointsText, type Change } from './change.ts';

export type Board = Got<typeof getDashboard>;
export type Figure = {
  name: string;
  text: string;
  /** The exact figure where the card rounds it, and the whole of yesterday. */
  title: string;
  change: Change | null;
  /** More is not better: refunds. */
  isBad?: boolean;
};

const grouped = new Intl.NumberFormat('zh-CN');
const WAN_FEN = 100_000_000;
const THAN = '昨日此时';

/** Amounts that outgrow a card are told in ten thousands; below a million yuan they are exact. */
export function shortYuan(fen: number): string {
  if (Math.abs(fen) >= WAN_FEN) return `¥${grouped.format(Math.round(fen / 10_000) / 100)} 万`;
  return yuan(fen);
}

export const countText = (count: number) => grouped.format(count);

export function figuresOf({ today, yesterday, yesterdaySoFar: then }: Board): Figure[] {
  const money = (fen: number | null) => (fen === null ? '—' : shortYuan(fen));
  const exact = (fen: number | null) => (fen === null ? '—' : yuan(fen));
  const one = (name: string, text: string, now: string, was: string, change: Change | null): Figure => ({
    name,
    text,
    title: `今日 ${now}，昨日全天 ${was}`,
    change,
  });
  const amount = (name: string, key: 'gmvFen' | 'refundedFen' | 'averageFen') =>
    one(name, money(today[key]), exact(today[key]), exact(yesterday[key]), changeText(today[key], then[key], THAN));
  const count = (name: string, key: 'orders' | 'paidOrders' | 'newBuyers') =>
    one(
      name,
      countText(today[key]),
      String(today[key]),
      String(yesterday[key]),
      changeText(today[key], then[key], THAN),
    );
  const rate = percentText(today.paymentSuccessBps);
  return [
    amount('成交额', 'gmvFen'),
    count('付款订单', 'paidOrders'),
    count('下单', 'orders'),
    amount('客单价', 'averageFen'),
    one(
      '支付成功率',
      rate,
      rate,
      percentText(yesterday.paymentSuccessBps),
      pointsText(today.paymentSuccessBps, then.paymentSuccessBps, THAN),
    ),
    { ...amount('退款', 'refundedFen'), isBad: true },
    count('新用户', 'newBuyers'),
  ];
}
