// Growth: the same reads in a small and in a large catalog, in turn. Flat means that the large one is as fast.
import { idOf, LEAF_CATEGORIES, LEAF_FIRST } from './fill.ts';
import type { Load } from './load.ts';
import { CONNECTIONS, inTurnThrough } from './reads.ts';
import type { Part, Row } from './part.ts';
import type { RunningShop } from './shop.ts';

/** A tenth slower is within what this machine does from minute to minute. */
const FLAT = 0.8;

export const growth: Part = {
  name: 'growth',
  run: async (ctx) => {
    const small = Math.min(...ctx.sizes.growth);
    const large = Math.max(...ctx.sizes.growth);
    const shops = { small: await shopOf(small), large: await shopOf(large) };
    const rows: Row[] = [];
    for (const [what, paths] of Object.entries(questions(small, large))) {
      const ask = (shop: RunningShop, lua: string): Promise<Load> =>
        ctx.load({ url: `${shop.api}/products`, connections: CONNECTIONS, seconds: ctx.sizes.seconds, script: lua });
      const lua = { small: inTurnThrough(paths.small), large: inTurnThrough(paths.large) };
      await ctx.load({ url: `${shops.small.api}/products`, connections: 16, seconds: 1, script: lua.small });
      await ctx.load({ url: `${shops.large.api}/products`, connections: 16, seconds: 1, script: lua.large });
      const found = await ctx.inTurn({
        ours: () => ask(shops.large, lua.large),
        small: () => ask(shops.small, lua.small),
      });
      rows.push({
        what: `${what}，${large} 件商品`,
        ours: found.ours,
        limit: { name: `${small} 件商品`, load: found.small },
        aim: `≥ ${FLAT}`,
        isMet: found.ours.perSecond >= FLAT * found.small.perSecond,
      });
    }
    await Promise.all([shops.small.stop(), shops.large.stop()]);
    return rows;

    async function shopOf(products: number) {
      return ctx.startShop({ database: await ctx.filled(products) });
    }
  },
};

/** Both catalogs have this many in each category: a full page against a half one would compare pages, not catalogs. */
const CARDS = 12;

/** Every request another question, or nearly so: a memory of answers would make any catalog look flat. */
function questions(small: number, large: number) {
  const details = (products: number) =>
    Array.from({ length: 2000 }, (_, i) => `/api/v1/products/${idOf('product', 1 + ((i * 7919) % products))}`);
  const lists = Array.from(
    { length: 2000 },
    (_, i) =>
      `/api/v1/products?limit=${CARDS}&categoryId=${idOf('category', LEAF_FIRST + (i % LEAF_CATEGORIES))}&maxFen=${1_000_000 + i}`,
  );
  return {
    [`列表 ${CARDS} 件，每次不同的问题`]: { small: lists, large: lists },
    '详情，2000 件轮流': { small: details(small), large: details(large) },
  };
}
