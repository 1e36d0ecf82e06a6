// What a basket costs and why: pure, in whole fen, every number with its reason in words.
import {
  addFen,
  fen,
  FEN_MAX,
  freeShippingText,
  LINE_PROBLEM_NAMES,
  shippingText,
  timesFen,
  untilFreeText,
  yuan,
  ZERO,
  type Fen,
  type LINE_PROBLEMS,
} from '@jishi/contract';

export type Shipping = { feeFen: number; freeFromFen: number };

export type PriceLine = { sellerId: string; sellerName: string; unitFen: Fen; quantity: number };
export type LineAmounts = { listFen: Fen; unitFen: Fen; grossFen: Fen; discountFen: Fen; payableFen: Fen };
export type Step = { label: string; amountFen: Fen; why: string };
type Sums = { goodsFen: Fen; discountFen: Fen; shippingFen: Fen; totalFen: Fen };
export type SellerPrice<L extends PriceLine> = Sums & {
  sellerId: L['sellerId'];
  sellerName: string;
  lines: (L & LineAmounts)[];
  /** Their amounts add up to the total. */
  steps: Step[];
};
export type Price<L extends PriceLine> = Sums & { sellers: SellerPrice<L>[] };

/** Prices a basket: an order per seller, in the order in which sellers appear, each with its own shipping fee. */
export function price<L extends PriceLine>(input: { lines: readonly L[]; shipping: Shipping }): Price<L> {
  const bySeller = Map.groupBy(input.lines, (line): L['sellerId'] => line.sellerId);
  const sellers = [...bySeller].map(([sellerId, lines]) => sellerPrice(sellerId, lines, input.shipping));
  const sum = (key: keyof Sums) => addFen(...sellers.map((seller) => seller[key]));
  return {
    sellers,
    goodsFen: sum('goodsFen'),
    discountFen: sum('discountFen'),
    shippingFen: sum('shippingFen'),
    totalFen: sum('totalFen'),
  };
}

function sellerPrice<L extends PriceLine>(
  sellerId: L['sellerId'],
  lines: readonly L[],
  shipping: Shipping,
): SellerPrice<L> {
  const priced = lines.map((line) => {
    const grossFen = timesFen(line.unitFen, line.quantity);
    return { ...line, listFen: line.unitFen, grossFen, discountFen: ZERO, payableFen: grossFen };
  });
  const goodsFen = addFen(...priced.map((line) => line.grossFen));
  const discountFen = addFen(...priced.map((line) => line.discountFen));
  const pieces = lines.reduce((sum, line) => sum + line.quantity, 0);
  const steps = [{ label: '商品小计', amountFen: goodsFen, why: `共 ${pieces} 件` }, shippingStep(goodsFen, shipping)];
  const shippingFen = steps[1]?.amountFen ?? ZERO;
  return {
    sellerId,
    sellerName: lines[0]?.sellerName ?? '',
    lines: priced,
    goodsFen,
    discountFen,
    shippingFen,
    totalFen: addFen(goodsFen, -discountFen, shippingFen),
    steps,
  };
}

function shippingStep(goodsFen: Fen, { feeFen, freeFromFen }: Shipping): Step {
  const label = '运费';
  if (feeFen === 0 || freeFromFen === 0)
    return { label, amountFen: ZERO, why: freeShippingText({ feeFen, freeFromFen }) };
  if (goodsFen >= freeFromFen)
    return { label, amountFen: ZERO, why: `${freeShippingText({ feeFen, freeFromFen })}，已满足` };
  return { label, amountFen: fen(feeFen), why: untilFreeText(freeFromFen - goodsFen) };
}

/** The rule as a product page tells it. */
export const shippingNote = (shipping: Shipping): string => shippingText(shipping);

export type LineProblem = (typeof LINE_PROBLEMS)[number];
/** Besides what is wrong with a line: more money than one order may carry. */
export type BasketProblem = LineProblem | 'too_much';

export function problemName(problem: BasketProblem): string {
  return problem === 'too_much' ? `金额超过单笔订单上限 ${yuan(FEN_MAX)}` : LINE_PROBLEM_NAMES[problem];
}

/** Why a line cannot be bought; null when it can. */
export function problemOf(
  sku: { isOnSale: boolean; isSpecGone: boolean } | null,
  left: number,
  quantity: number,
): LineProblem | null {
  if (!sku || sku.isSpecGone) return 'gone';
  if (!sku.isOnSale) return 'off_shelf';
  return left < quantity ? 'short' : null;
}

/** One line per SKU, quantities added, in the order in which they first appear. */
export function merged<S extends string>(
  lines: readonly { skuId: S; quantity: number }[],
): { skuId: S; quantity: number }[] {
  const sums = new Map<S, number>();
  for (const line of lines) sums.set(line.skuId, (sums.get(line.skuId) ?? 0) + line.quantity);
  return [...sums].map(([skuId, quantity]) => ({ skuId, quantity }));
}
