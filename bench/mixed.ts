// Reading while orders are being placed: the memory of answers has to live through other people's orders.
import { script, signedIn, someSkus } from './orders.ts';
import type { Part } from './part.ts';
import { CONNECTIONS } from './reads.ts';

const ORDER_CONNECTIONS = 4;
/** Readers come from elsewhere than those who order: from one address they would count as the ones who wrote. */
const READERS = { 'x-forwarded-for': '203.0.113.9' };

export const mixed: Part = {
  name: 'mixed',
  run: async (ctx) => {
    const { seconds, products } = ctx.sizes;
    const families = await signedIn(ctx);
    const shop = await ctx.startShop({ env: { TRUSTED_PROXIES: 'loopback' } });
    const ordering = script(shop, families, someSkus(products));
    const read = () => ctx.load({ url: `${shop.api}/products`, connections: CONNECTIONS, seconds, headers: READERS });
    const served = async () => {
      const text = await (await fetch(`${shop.url}/metrics`)).text();
      return Number(/^jishi_lane_answers (\d+)/m.exec(text)?.[1] ?? Number.NaN);
    };
    const place = () => ctx.load({ url: shop.url, connections: ORDER_CONNECTIONS, seconds, script: ordering });
    await Promise.all([read(), place()]);
    const placed = { perSecond: 0, errors: 0 };
    const remembered = { answers: 0, requests: 0 };
    const found = await ctx.inTurn({
      busy: async () => {
        const before = await served();
        const [load, orders] = await Promise.all([read(), place()]);
        remembered.answers += (await served()) - before;
        remembered.requests += load.requests;
        placed.perSecond = orders.perSecond;
        placed.errors += orders.errors;
        return { ...load, errors: load.errors + orders.errors };
      },
      quiet: read,
    });
    await shop.stop();
    const share = Math.floor((100 * remembered.answers) / remembered.requests);
    return [
      {
        what: '列表 20 件，同时有人不停下单',
        ours: found.busy,
        limit: { name: '没有人下单时', load: found.quiet },
        note: `${ORDER_CONNECTIONS} 个连接每秒 ${Math.round(placed.perSecond)} 单，${share}% 的列表来自记忆`,
      },
    ];
  },
};
