// Pricing: everything that decides what a basket costs. It reads goods and stock, and owns no table.
import { FEN_MAX, fen, type Id, type In, type makeQuote, type Picture, type QuoteView } from '@jishi/contract';
import { z } from 'zod';
import type { Db, Reader } from '../../platform/db.ts';
import { assert, fail } from '../../platform/fail.ts';
import type { Buyer } from '../../platform/http.ts';
import type { Catalog, SkuForSale } from '../catalog/catalog.ts';
import type { Files } from '../files/files.ts';
import type { Identity } from '../identity/identity.ts';
import type { Inventory } from '../inventory/inventory.ts';
import type { Points } from '../points/points.ts';
import type { SettingKey, Settings } from '../settings/settings.ts';
import { merged, price, problemName, problemOf, shippingNote } from './pricing.rules.ts';
import type { BasketProblem, LineProblem, PointsWish, Shipping } from './pricing.rules.ts';

export { problemName } from './pricing.rules.ts';
export type { BasketProblem, LineProblem, Shipping } from './pricing.rules.ts';

export type WishedLine = { skuId: Id<'sku'>; quantity: number };
/** A wished line with everything that is known about it now. */
export type JudgedLine = WishedLine & {
  /** Null when there never was such a SKU. */
  sku: SkuForSale | null;
  left: number;
  problem: LineProblem | null;
  image: Picture | null;
};
export type QuoteProblem = { skuId: Id<'sku'>; problem: BasketProblem; title: string; left: number };
export type QuoteResult = { ok: true; quote: QuoteView } | { ok: false; problems: QuoteProblem[] };

/** `isHeldNext`: the stock is not looked at, because the hold that follows in the same transaction does, and exactly. */
export type Basket = {
  lines: readonly WishedLine[];
  isHeldNext?: boolean;
  /** Pays goods with points as far as the shop's rule and `available` allow. */
  points?: { wanted: number; available: number } | undefined;
};

export type Pricing = {
  /** Prices a basket with today's prices, or says what is wrong with which line. Nothing is held. */
  quote(reader: Reader, input: Basket): Promise<QuoteResult>;
  /** The same, refusing with `quote.empty`, `quote.unavailable` or `inventory.short`. */
  mustQuote(reader: Reader, input: Basket): Promise<QuoteView>;
  /** What can be said about each line alone: for carts, which keep what cannot be bought. */
  judge(reader: Reader, lines: readonly WishedLine[]): Promise<JudgedLine[]>;
  /** Prices lines that were judged a moment ago. */
  quoteJudged(reader: Reader, lines: readonly JudgedLine[]): Promise<QuoteResult>;
  /** The shipping rule in words. */
  shippingNote(reader: Reader): Promise<string>;
  make(buyer: Buyer, input: In<typeof makeQuote>): Promise<QuoteView>;
};

export type PricingDeps = {
  db: Db;
  settings: Pick<Settings, 'define' | 'read'>;
  files: Pick<Files, 'pictures'>;
  identity: Pick<Identity, 'address'>;
  catalog: Pick<Catalog, 'skusForSale'>;
  inventory: Pick<Inventory, 'available'>;
  points: Pick<Points, 'balance'>;
};

export function createPricing(deps: PricingDeps): Pricing {
  const keys = defineKeys(deps.settings);
  const shipping = (reader: Reader) => readShipping(deps, keys, reader);

  const quoteJudged = async (
    reader: Reader,
    lines: readonly JudgedLine[],
    wish?: Basket['points'],
  ): Promise<QuoteResult> => {
    const problems = lines.flatMap((line): QuoteProblem[] =>
      line.problem === null ? [] : [problemFor(line, line.problem)],
    );
    if (problems.length > 0) return { ok: false, problems };
    const points = wish && (await readPoints(deps, keys, reader, wish));
    const quote = price({ lines: lines.map(priceable), shipping: await shipping(reader), points });
    const first = lines[0];
    if (quote.totalFen > FEN_MAX && first) return { ok: false, problems: [problemFor(first, 'too_much')] };
    return { ok: true, quote };
  };

  const quote: Pricing['quote'] = async (reader, { lines, isHeldNext = false, points }) =>
    quoteJudged(reader, await judge(deps, reader, merged(lines), isHeldNext), points);

  const mustQuote: Pricing['mustQuote'] = async (reader, input) => {
    if (input.lines.length === 0) fail('quote.empty');
    const result = await quote(reader, input);
    return result.ok ? result.quote : refuse(input.lines, result.problems);
  };

  return {
    quote,
    mustQuote,
    judge: (reader, lines) => judge(deps, reader, lines),
    quoteJudged: (reader, lines) => quoteJudged(reader, lines),
    shippingNote: async (reader) => shippingNote(await shipping(reader)),
    make: async (buyer, input) => {
      if (input.addressId) await deps.identity.address(deps.db, buyer.id, input.addressId);
      const { lines, usePoints: wanted } = input;
      if (wanted === undefined) return mustQuote(deps.db, { lines });
      const { earned } = await deps.points.balance(deps.db, buyer.id);
      return mustQuote(deps.db, { lines, points: { wanted, available: earned } });
    },
  };
}

type Keys = Record<'feeFen' | 'freeFromFen' | 'pointFen' | 'pointsPercent', SettingKey<number>>;

function defineKeys(settings: PricingDeps['settings']): Keys {
  const group = '运费';
  const amount = { group, kind: 'fen', schema: z.int(), min: 0 } as const;
  return {
    feeFen: settings.define({
      ...amount,
      key: 'shipping.feeFen',
      label: '运费',
      hint: '每个订单收取，0 表示全场包邮',
      default: 1000,
      max: 100_000,
    }),
    freeFromFen: settings.define({
      ...amount,
      key: 'shipping.freeFromFen',
      label: '包邮门槛',
      hint: '商品金额达到后免运费，0 表示全场包邮',
      default: 9900,
      max: 10_000_000,
    }),
    pointFen: settings.define({
      key: 'points.valueFen',
      group: '积分',
      label: '每个积分抵扣',
      hint: '购买商品时 1 个奖励积分抵多少钱',
      kind: 'fen',
      schema: z.int(),
      default: 10,
      min: 1,
      max: 1000,
    }),
    pointsPercent: settings.define({
      key: 'points.sharePercent',
      group: '积分',
      label: '积分最多抵扣比例',
      hint: '商品金额的百分之几可以用积分抵，0 表示不能抵',
      kind: 'integer',
      schema: z.int(),
      default: 50,
      min: 0,
      max: 100,
    }),
  };
}

/** Undefined when the shop takes no points for goods. */
async function readPoints(
  { settings }: PricingDeps,
  keys: Keys,
  reader: Reader,
  wish: { wanted: number; available: number },
): Promise<PointsWish | undefined> {
  const sharePercent = await settings.read(reader, keys.pointsPercent);
  return sharePercent === 0
    ? undefined
    : { ...wish, sharePercent, valueFen: await settings.read(reader, keys.pointFen) };
}

async function readShipping({ settings }: PricingDeps, keys: Keys, reader: Reader): Promise<Shipping> {
  return {
    feeFen: await settings.read(reader, keys.feeFen),
    freeFromFen: await settings.read(reader, keys.freeFromFen),
  };
}

async function judge(
  { catalog, inventory, files }: PricingDeps,
  reader: Reader,
  lines: readonly WishedLine[],
  isHeldNext = false,
): Promise<JudgedLine[]> {
  const skuIds = lines.map((line) => line.skuId);
  const [skus, left] = await Promise.all([
    catalog.skusForSale(reader, skuIds),
    isHeldNext ? null : inventory.available(reader, skuIds),
  ]);
  const pictures = await files.pictures(
    reader,
    [...skus.values()].map((sku) => sku.imageFileId),
  );
  return lines.map((line) => {
    const sku = skus.get(line.skuId) ?? null;
    const available = left ? Math.max(0, left.get(line.skuId) ?? 0) : line.quantity;
    return {
      ...line,
      sku,
      left: available,
      problem: problemOf(sku, available, line.quantity),
      image: sku?.imageFileId == null ? null : (pictures.get(sku.imageFileId) ?? null),
    };
  });
}

function problemFor(line: JudgedLine, problem: BasketProblem): QuoteProblem {
  return { skuId: line.skuId, problem, title: line.sku?.title ?? '商品', left: line.left };
}

function priceable(line: JudgedLine) {
  const { sku } = line;
  assert(sku, 'a line without problems has its SKU');
  return {
    sellerId: sku.sellerId,
    sellerName: sku.sellerName,
    skuId: line.skuId,
    productId: sku.productId,
    title: sku.title,
    specText: sku.specText,
    image: line.image,
    unitFen: fen(sku.priceFen),
    quantity: line.quantity,
  };
}

function refuse(lines: readonly WishedLine[], problems: readonly QuoteProblem[]): never {
  const [first] = problems;
  assert(first, 'a refused quote says why');
  const { skuId, title, left } = first;
  const field = `lines.${lines.findIndex((line) => line.skuId === skuId)}`;
  if (first.problem === 'short') fail('inventory.short', { left, skuId, title }, `${field}.quantity`);
  fail('quote.unavailable', { title, why: problemName(first.problem), skuId }, field);
}
