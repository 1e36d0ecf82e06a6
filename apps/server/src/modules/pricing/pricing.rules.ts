// What a basket costs and why: pure, in whole fen, every number with its reason in words.
import {
  addFen,
  cumulativeShare,
  fen,
  FEN_MAX,
  freeShippingText,
  LINE_PROBLEM_NAMES,
  pointsRuleText,
  shippingText,
  split,
  timesFen,
  untilFreeText,
  wholeUnits,
  yuan,
  ZERO,
  type Fen,
  type LINE_PROBLEMS,
} from '@jishi/contract';

export type Shipping = { feeFen: number; freeFromFen: number };
/** How points pay for goods, and what a buyer has and wants of it. Infinity: the reserving will look. */
export type PointsRule = { valueFen: number; sharePercent: number };
export type PointsWish = PointsRule & { available: number; wanted: number };

export type PriceLine = { sellerId: string; sellerName: string; unitFen: Fen; quantity: number };
export type LineAmounts = {
  listFen: Fen;
  unitFen: Fen;
  grossFen: Fen;
  discountFen: Fen;
  payableFen: Fen;
  points: number;
  pointsFen: Fen;
};
export type Step = { label: string; amountFen: Fen; why: string };
type Sums = { goodsFen: Fen; discountFen: Fen; shippingFen: Fen; totalFen: Fen };
export type PointsUse = { available: number; usable: number; usableFen: Fen; used: number; usedFen: Fen; rule: string };
export type SellerPrice<L extends PriceLine> = Sums & {
  sellerId: L['sellerId'];
  sellerName: string;
  points: number;
  pointsFen: Fen;
  lines: (L & LineAmounts)[];
  /** Their amounts add up to the total. */
  steps: Step[];
};
export type Price<L extends PriceLine> = Sums & { sellers: SellerPrice<L>[]; points: PointsUse | null };

type Input<L extends PriceLine> = { lines: readonly L[]; shipping: Shipping; points?: PointsWish | undefined };

/** Prices a basket: an order per seller, in the order in which sellers appear, each with its own shipping fee. */
export function price<L extends PriceLine>({ lines, shipping, points }: Input<L>): Price<L> {
  const gross = lines.map((line) => timesFen(line.unitFen, line.quantity));
  const use = points && usePoints(addFen(...gross), points);
  const paid = use && use.used > 0 ? sharePoints(use, gross) : [];
  const priced = lines.map((line, index) => {
    const grossFen = gross[index] ?? ZERO;
    const { points: own, pointsFen } = paid[index] ?? NO_POINTS;
    const payableFen = addFen(grossFen, -pointsFen);
    return { ...line, listFen: line.unitFen, grossFen, discountFen: pointsFen, payableFen, points: own, pointsFen };
  });
  const bySeller = Map.groupBy(priced, (line): L['sellerId'] => line.sellerId);
  const sellers = [...bySeller].map(([sellerId, own]) => sellerPrice<L>(sellerId, own, shipping));
  const sum = (key: keyof Sums) => addFen(...sellers.map((seller) => seller[key]));
  return {
    sellers,
    goodsFen: sum('goodsFen'),
    discountFen: sum('discountFen'),
    shippingFen: sum('shippingFen'),
    totalFen: sum('totalFen'),
    points: use ?? null,
  };
}

const NO_POINTS = { points: 0, pointsFen: ZERO };

/** Whole points only, at most a share of the goods; what is wanted beyond that is not used. */
function usePoints(goodsFen: Fen, { valueFen, sharePercent, available, wanted }: PointsWish): PointsUse {
  const most = wholeUnits(cumulativeShare(goodsFen, sharePercent, 100), valueFen);
  const usable = Math.min(available, most);
  const used = Math.min(wanted, usable);
  const worth = (points: number) => timesFen(fen(valueFen), points);
  const rule = pointsRuleText({ valueFen, sharePercent });
  return { available, usable, usableFen: worth(usable), used, usedFen: worth(used), rule };
}

/** The worth over the lines by what they cost, then the points over the worth: both add up to the whole. */
function sharePoints({ used, usedFen }: PointsUse, gross: readonly Fen[]) {
  const worth = split(usedFen, gross);
  const points = split(fen(used), worth);
  return worth.map((pointsFen, index) => ({ points: points[index] ?? 0, pointsFen }));
}

function sellerPrice<L extends PriceLine>(
  sellerId: L['sellerId'],
  lines: (L & LineAmounts)[],
  shipping: Shipping,
): SellerPrice<L> {
  const goodsFen = addFen(...lines.map((line) => line.grossFen));
  const discountFen = addFen(...lines.map((line) => line.discountFen));
  const pointsFen = addFen(...lines.map((line) => line.pointsFen));
  const points = lines.reduce((sum, line) => sum + line.points, 0);
  const pieces = lines.reduce((sum, line) => sum + line.quantity, 0);
  const carried = shippingStep(goodsFen, shipping);
  const steps = [
    { label: '商品小计', amountFen: goodsFen, why: `共 ${pieces} 件` },
    ...(pointsFen > 0 ? [{ label: '积分抵扣', amountFen: addFen(-pointsFen), why: `使用 ${points} 积分` }] : []),
    carried,
  ];
  return {
    sellerId,
    sellerName: lines[0]?.sellerName ?? '',
    lines,
    goodsFen,
    discountFen,
    shippingFen: carried.amountFen,
    totalFen: addFen(goodsFen, -discountFen, carried.amountFen),
    points,
    pointsFen,
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
