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
  discountFen: FenField,
  payableFen: FenField,
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
  steps: z.array(QuoteStep),
});
export const Quote = z.object({
  sellers: z.array(SellerQuote),
  goodsFen: FenField,
  discountFen: FenField,
  shippingFen: FenField,
  totalFen: FenField,
});
export type QuoteView = z.output<typeof Quote>;

export const makeQuote = endpoint({
  id: 'makeQuote',
  tag: '购物',
  method: 'POST',
  path: '/quotes',
  audience: 'buyer',
  summary: '试算：每个数字都有说明，不占库存',
  input: z.object({ lines: z.array(BasketLine).min(1).max(LINES_MAX), addressId: AddressId.optional() }).strict(),
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

/** How much more has to be bought; nothing is left to say at 0. */
export function untilFreeText(leftFen: number): string {
  return `再买 ${yuan(leftFen)} 包邮`;
}
