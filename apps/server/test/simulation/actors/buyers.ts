// Buyers: fill a cart, place a checkout, look whether it is paid, change their minds, receive what came.
import {
  addToCart,
  cancelOrder,
  getPaymentStatus,
  makeQuote,
  placeCheckout,
  receiveOrder,
  type Id,
} from '@jishi/contract';
import { newId } from '../../../src/platform/ids.ts';
import type { Dice } from '../dice.ts';
import { verb } from '../story.ts';
import type { Resident, Town } from '../town.ts';
import { find, ownerOf } from './find.ts';

/** `points`: how much of what points may pay they do pay, in percent. */
type Basket = { who: number; goods: [sku: string, quantity: number][]; fromCart: boolean; points: number };

const basket = (town: Town, dice: Dice): Basket => {
  const goods = dice.shuffled(town.names.all('sku')).slice(0, dice.hit(0.6) ? 1 : dice.between(2, 3));
  return {
    who: dice.roll(town.buyers.length),
    goods: goods.map((sku) => [sku, dice.hit(0.1) ? dice.between(5, 30) : dice.between(1, 4)]),
    fromCart: dice.hit(0.15),
    points: dice.hit(0.4) ? (dice.hit(0.4) ? 100 : dice.between(1, 99)) : 0,
  };
};

type Lines = { skuId: Id<'sku'>; quantity: number }[];

/** What it costs when this share of what points may pay is paid with them. */
async function priceWith(town: Town, buyer: Resident, lines: Lines, share: number) {
  const { totalFen, points } = await town.as(buyer, makeQuote, { lines, usePoints: 0 });
  const usePoints = Math.floor(((points?.usable ?? 0) * share) / 100);
  if (usePoints === 0) return { totalFen, usePoints };
  const quote = await town.as(buyer, makeQuote, { lines, usePoints });
  return { totalFen: quote.totalFen, usePoints: quote.points?.used ?? 0 };
}

/** Points for nothing, as a rule of the shop would give them. The key makes it one gift, however often it is tried. */
async function give(town: Town, who: number, points: number, key: string): Promise<string> {
  const buyer = town.buyers[who % town.buyers.length] as Resident;
  const gift = {
    buyerId: buyer.id,
    kind: 'earned' as const,
    points,
    key,
    label: '测试赠送',
    refKind: 'test',
    refId: newId(),
  };
  const { app } = town.life;
  return town.life.during(() => app.db.tx((tx) => app.points.grant(tx, { ...gift, expiresAt: null })));
}

export const buyers = {
  'buyer.getsPoints': verb<{ who: number; points: number; key: string }>({
    weight: 2.5,
    think: (town, dice) => ({
      who: dice.roll(town.buyers.length),
      points: dice.between(1, 3000),
      key: `gift:${dice.roll(1e9)}`,
    }),
    act: (town, { who, points, key }) => give(town, who, points, key),
  }),
  'buyer.place': verb<Basket>({
    weight: 12,
    think: basket,
    act: async (town, { who, goods, fromCart, points }) => {
      const buyer = town.buyers[who % town.buyers.length] as Town['buyers'][number];
      const lines = goods.map(([sku, quantity]) => ({ skuId: town.names.idOf(sku) as Id<'sku'>, quantity }));
      if (fromCart) for (const line of lines) await town.as(buyer, addToCart, line);
      const { totalFen, usePoints } = await priceWith(town, buyer, lines, points);
      const wish = { lines, addressId: buyer.addressId, expectedTotalFen: totalFen, remark: '', fromCart, usePoints };
      const checkout = await town.as(buyer, placeCheckout, wish);
      town.names.give('checkout', checkout.id);
      for (const order of checkout.orders) town.names.give('order', order.id);
      return `${totalFen} fen`;
    },
  }),
  'buyer.look': verb<{ checkout: string }>({
    weight: 3,
    think: async (town, dice) => {
      const unpaid = `exists (select 1 from payments p where p.id = t.payment_id and p.state in ('open', 'closing'))`;
      const checkout = await find(town, dice, 'checkout', unpaid);
      return checkout && { checkout };
    },
    act: async (town, { checkout }) => {
      const buyer = await ownerOf(town, 'checkout', checkout);
      return (await town.as(buyer, getPaymentStatus, { checkoutId: town.names.idOf(checkout) as Id<'checkout'> }))
        .state;
    },
  }),
  'buyer.cancel': verb<{ order: string }>({
    weight: 3,
    think: async (town, dice) => {
      const order = await find(town, dice, 'order', `t.state = 'unpaid'`);
      return order && { order };
    },
    act: async (town, { order }) => {
      const buyer = await ownerOf(town, 'order', order);
      const orderId = town.names.idOf(order) as Id<'order'>;
      return (await town.as(buyer, cancelOrder, { orderId, reason: '不想要了' })).state;
    },
  }),
  'buyer.receive': verb<{ order: string }>({
    weight: 5,
    think: async (town, dice) => {
      const order = await find(town, dice, 'order', `t.state = 'shipped'`);
      return order && { order };
    },
    act: async (town, { order }) => {
      const buyer = await ownerOf(town, 'order', order);
      return (await town.as(buyer, receiveOrder, { orderId: town.names.idOf(order) as Id<'order'> })).state;
    },
  }),
};
