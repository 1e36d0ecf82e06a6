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
import type { Dice } from '../dice.ts';
import { verb } from '../story.ts';
import type { Town } from '../town.ts';
import { find, ownerOf } from './find.ts';

type Basket = { who: number; goods: [sku: string, quantity: number][]; fromCart: boolean };

const basket = (town: Town, dice: Dice): Basket => {
  const goods = dice.shuffled(town.names.all('sku')).slice(0, dice.hit(0.6) ? 1 : dice.between(2, 3));
  return {
    who: dice.roll(town.buyers.length),
    goods: goods.map((sku) => [sku, dice.hit(0.1) ? dice.between(5, 30) : dice.between(1, 4)]),
    fromCart: dice.hit(0.15),
  };
};

export const buyers = {
  'buyer.place': verb<Basket>({
    weight: 12,
    think: basket,
    act: async (town, { who, goods, fromCart }) => {
      const buyer = town.buyers[who % town.buyers.length] as Town['buyers'][number];
      const lines = goods.map(([sku, quantity]) => ({ skuId: town.names.idOf(sku) as Id<'sku'>, quantity }));
      if (fromCart) for (const line of lines) await town.as(buyer, addToCart, line);
      const { totalFen } = await town.as(buyer, makeQuote, { lines });
      const wish = { lines, addressId: buyer.addressId, expectedTotalFen: totalFen, remark: '', fromCart };
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
