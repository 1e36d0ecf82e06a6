// The cart: what a buyer wants, never what it costs. Every read quotes anew; what cannot be bought stays, with its reason.
import { CART_LINES_MAX } from '@jishi/contract';
import type { addToCart, Cart as CartView, CartLine, Id, In, Out, getCart, updateCartLine } from '@jishi/contract';
import type { z } from 'zod';
import type { Clock } from '../../platform/clock.ts';
import type { Db, Once, Reader, Tx } from '../../platform/db.ts';
import { assert, fail } from '../../platform/fail.ts';
import type { Buyer } from '../../platform/http.ts';
import { newId } from '../../platform/ids.ts';
import { lock } from '../../platform/lock.ts';
import { problemName, type JudgedLine, type Pricing } from '../pricing/pricing.ts';
import * as store from './cart.store.ts';

/** As the contract's Quantity says: more of one thing is not ordered at once. */
const QUANTITY_MAX = 99;

type View = Out<typeof getCart>;

export type Cart = {
  get(buyer: Buyer): Promise<View>;
  /** Pieces, not lines. */
  count(buyer: Buyer): Promise<number>;
  /** `once` keeps the answer by the same commit: pieces are never added twice. */
  add(buyer: Buyer, input: In<typeof addToCart>, once?: Once): Promise<View>;
  update(buyer: Buyer, input: In<typeof updateCartLine>): Promise<View>;
  remove(buyer: Buyer, lineId: Id<'cartLine'>): Promise<View>;
  select(buyer: Buyer, isSelected: boolean): Promise<View>;
  /** Removes what cannot be bought in any quantity. */
  clearProblems(buyer: Buyer): Promise<View>;
  /** These SKUs are ordered: they leave the cart in the order's transaction. */
  take(tx: Tx, buyerId: string, skuIds: readonly string[]): void;
};

export type CartDeps = { db: Db; clock: Clock; pricing: Pick<Pricing, 'judge' | 'quoteJudged'> };

export function createCart(deps: CartDeps): Cart {
  const { db, clock, pricing } = deps;
  const get = (buyer: Buyer) => view(deps, db, buyer);

  /** Changes of one cart happen one after the other, so that its limits hold. */
  const change = (buyer: Buyer, work: (tx: Tx, lines: store.LineRow[]) => Promise<void>, once?: Once): Promise<View> =>
    db.tx(
      async (tx) => {
        await lock(tx, `cart:${buyer.id}`);
        await work(tx, await store.lines(tx, buyer.id));
        return view(deps, tx, buyer);
      },
      { once },
    );

  return {
    get,
    count: (buyer) => store.pieces(db, buyer.id),
    add: (buyer, input, once) => {
      const put = async (tx: Tx, lines: store.LineRow[]) => {
        const known = lines.find((line) => line.skuId === input.skuId);
        const quantity = Math.min(QUANTITY_MAX, (known?.quantity ?? 0) + input.quantity);
        const [judged] = await pricing.judge(tx, [{ skuId: input.skuId, quantity }]);
        if (!judged?.sku?.isOnSale) fail('sku.not_found', {}, 'skuId');
        if (judged.problem === 'short') fail('inventory.short', { left: judged.left }, 'quantity');
        if (!known && lines.length >= CART_LINES_MAX) fail('cart.full', { max: CART_LINES_MAX });
        const line = { id: newId<'cartLine'>(), buyerId: buyer.id, skuId: input.skuId, quantity, at: clock.now() };
        await store.put(tx, { ...line, addedFen: judged.sku.priceFen });
      };
      return change(buyer, put, once);
    },
    update: (buyer, input) =>
      change(buyer, async (tx, lines) => {
        const known = lines.find((line) => line.id === input.lineId);
        if (!known) fail('cart.line_not_found');
        const { quantity } = input;
        if (quantity !== undefined) {
          const [judged] = await pricing.judge(tx, [{ skuId: known.skuId as Id<'sku'>, quantity }]);
          if (judged?.problem === 'short') fail('inventory.short', { left: judged.left }, 'quantity');
        }
        await store.change(tx, buyer.id, known.id, input);
      }),
    remove: (buyer, lineId) =>
      change(buyer, async (tx) => {
        if ((await store.removeLines(tx, buyer.id, [lineId])) === 0) fail('cart.line_not_found');
      }),
    select: (buyer, isSelected) => change(buyer, (tx) => store.selectAll(tx, buyer.id, isSelected)),
    clearProblems: (buyer) =>
      change(buyer, async (tx, lines) => {
        const judged = await judgeAll(deps, tx, lines);
        const hopeless = judged.filter(
          ({ line: { problem, left } }) => problem !== null && !(problem === 'short' && left > 0),
        );
        if (hopeless.length > 0)
          await store.removeLines(
            tx,
            buyer.id,
            hopeless.map(({ row }) => row.id),
          );
      }),
    take: store.removeSkus,
  };
}

type Judged = { row: store.LineRow; line: JudgedLine };

async function judgeAll({ pricing }: CartDeps, reader: Reader, rows: readonly store.LineRow[]): Promise<Judged[]> {
  if (rows.length === 0) return [];
  const lines = await pricing.judge(
    reader,
    rows.map((row) => ({ skuId: row.skuId as Id<'sku'>, quantity: row.quantity })),
  );
  return rows.map((row, index) => {
    const line = lines[index];
    assert(line?.skuId === row.skuId, 'pricing answers line by line');
    return { row, line };
  });
}

async function view(deps: CartDeps, reader: Reader, buyer: Buyer): Promise<z.input<typeof CartView>> {
  const all = await judgeAll(deps, reader, await store.lines(reader, buyer.id));
  const chosen = all.filter(({ row, line }) => row.isSelected && line.problem === null).map(({ line }) => line);
  const result = chosen.length > 0 ? await deps.pricing.quoteJudged(reader, chosen) : null;
  return {
    lines: all.map(lineView),
    quote: result?.ok ? result.quote : null,
    count: all.reduce((sum, { row }) => sum + row.quantity, 0),
  };
}

function lineView({ row, line }: Judged): z.input<typeof CartLine> {
  const { sku, problem, left, image } = line;
  assert(sku, `cart line ${row.id} names a SKU that never existed`);
  return {
    id: row.id,
    skuId: row.skuId,
    productId: sku.productId,
    title: sku.title,
    specText: sku.specText,
    image,
    unitFen: sku.priceFen,
    changedFen: sku.priceFen - row.addedFen,
    quantity: row.quantity,
    available: left,
    isSelected: row.isSelected,
    problem,
    problemText:
      problem === 'short' && left > 0 ? `${problemName(problem)}，仅剩 ${left} 件` : problem && problemName(problem),
  };
}
