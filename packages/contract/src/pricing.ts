// The quote: what a basket costs and why, explained number by number.
import { z } from 'zod';
import { endpoint } from './endpoint.ts';
import { Picture, Quantity } from './fields.ts';
import { AddressId, ProductId, SellerId, SkuId } from './ids.ts';
import { FenField, SignedFenField, yuan } from './money.ts';

export const LINES_MAX = 50;

/** Why a line cannot be bought right now. */
export const LINE_PROBLEMS = ['off_shelf', 'short', 'gone'] as const;
export const LINE_PROBLEM_NAMES = { off_shelf: '已下架', short: '库存不足', gone: '规格已失效' } as const;

/** Points of a buyer are far fewer; the bound keeps their worth an amount. */
export const POINTS_USED_MAX = 1_000_000;
export const UsePoints = z.int().min(0).max(POINTS_USED_MAX);

export const BasketLine = z.object({ skuId: SkuId, quantity: Quantity }).strict();

export const QuoteLine = z.object({
  skuId: SkuId,
  productId: ProductId,
  title: z.string(),
  specText: z.string(),
  image: Picture.nullable(),
  quantity: z.int(),
  listFen: FenField,
  unitFen: FenField,
  grossFen: FenField,
  /** All that is given off the gross, points included. */
  discountFen: FenField,
  payableFen: FenField,
  /** What of the discount was paid in points, and with how many. */
  points: z.int(),
  pointsFen: FenField,
});
/** One step of the sum, in words: 商品小计, 运费 ... The amounts of a seller's steps add up to its total. */
export const QuoteStep = z.object({ label: z.string(), amountFen: SignedFenField, why: z.string() });
export const SellerQuote = z.object({
  sellerId: SellerId,
  sellerName: z.string(),
  lines: z.array(QuoteLine),
  goodsFen: FenField,
  discountFen: FenField,
  shippingFen: FenField,
  totalFen: FenField,
  points: z.int(),
  pointsFen: FenField,
  steps: z.array(QuoteStep),
});
/** What points can do for a basket. */
export const QuotePoints = z.object({
  /** What the buyer could pay goods with. */
  available: z.int(),
  /** As many of them as this basket takes, and what that is worth. */
  usable: z.int(),
  usableFen: FenField,
  /** What this quote uses. */
  used: z.int(),
  usedFen: FenField,
  /** The rule in words: 10 积分抵 ¥1，最多抵商品金额的 50% */
  rule: z.string(),
});
export const Quote = z.object({
  sellers: z.array(SellerQuote),
  goodsFen: FenField,
  discountFen: FenField,
  shippingFen: FenField,
  totalFen: FenField,
  /** Null when nobody asked, or when the shop takes no points. */
  points: QuotePoints.nullable(),
});
export type QuoteView = z.output<typeof Quote>;

export const makeQuote = endpoint({
  id: 'makeQuote',
  tag: '购物',
  method: 'POST',
  path: '/quotes',
  audience: 'buyer',
  summary: '试算：每个数字都有说明，不占库存；带 usePoints 时告诉积分能抵多少',
  input: z
    .object({
      lines: z.array(BasketLine).min(1).max(LINES_MAX),
      addressId: AddressId.optional(),
      usePoints: UsePoints.optional().describe('想用的积分，超过可用数时按可用数计算；0 只查询可用数'),
    })
    .strict(),
  output: Quote,
  errors: ['quote.empty', 'quote.unavailable', 'inventory.short', 'address.not_found'],
});

/** What parcels cost: a fee, and the amount of goods from which there is none. Either being 0 means that nobody pays. */
export type ShippingRule = { feeFen: number; freeFromFen: number };

function shortYuan(fen: number): string {
  return yuan(fen).replace(/\.00$/, '');
}

/** The rule in a few words, worded the same wherever a buyer reads it. */
export function freeShippingText({ feeFen, freeFromFen }: ShippingRule): string {
  return feeFen === 0 || freeFromFen === 0 ? '全场包邮' : `满 ${shortYuan(freeFromFen)} 包邮`;
}

/** The whole rule. */
export function shippingText(rule: ShippingRule): string {
  const short = freeShippingText(rule);
  return short === '全场包邮' ? short : `${short}，未满收取运费 ${shortYuan(rule.feeFen)}`;
}

/** How points pay for goods, in a few words. */
export function pointsRuleText({ valueFen, sharePercent }: { valueFen: number; sharePercent: number }): string {
  const worth = 100 % valueFen === 0 ? `${100 / valueFen} 积分抵 ¥1` : `1 积分抵 ${yuan(valueFen)}`;
  return sharePercent === 100 ? worth : `${worth}，最多抵商品金额的 ${sharePercent}%`;
}

/** How much more has to be bought; nothing is left to say at 0. */
export function untilFreeText(leftFen: number): string {
  return `再买 ${yuan(leftFen)} 包邮`;
}
