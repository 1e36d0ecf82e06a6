// Staff: ship in one parcel or several, close what is unpaid, send money back, work on cases, count stock, change prices,
// shelves and rules.
import {
  adjustStock,
  adminCloseOrder,
  adminGetProduct,
  adminResolvePaymentCase,
  adminSetProductState,
  adminUpdateProduct,
  changeSetting,
  listSettings,
  refundOrder,
  shipOrder,
  type Id,
} from '@jishi/contract';
import { verb } from '../story.ts';
import type { Town } from '../town.ts';
import { find, piecesOf, somePieces, type Pieces } from './find.ts';

const orderId = (town: Town, order: string) => town.names.idOf(order) as Id<'order'>;

/** What staff may do about a case, while WeChat's console is closed to them. */
const REMEDIES: Readonly<Record<string, 'send_home' | 'retry'>> = {
  amount_mismatch: 'send_home',
  refund_abnormal: 'retry',
  refund_manual: 'retry',
};

/** Setting keys and the values that staff try. */
const RULES: readonly [key: string, values: readonly number[]][] = [
  ['order.payWindowMinutes', [15, 30, 60]],
  ['order.aftersaleDays', [7, 15]],
  ['shipping.feeFen', [0, 800, 1200]],
];

export const staff = {
  'staff.ship': verb<{ order: string; pieces: Pieces | null; tracking: number }>({
    weight: 9,
    think: async (town, dice) => {
      const order = await find(town, dice, 'order', `t.state in ('paid', 'partly_shipped')`);
      if (!order) return null;
      return { order, pieces: dice.hit(0.3) ? await somePieces(town, dice, order) : null, tracking: dice.roll(1e9) };
    },
    act: async (town, { order, pieces, tracking }) => {
      const lines = pieces && { lines: await piecesOf(town, order, pieces) };
      const parcel = { orderId: orderId(town, order), carrier: 'SF' as const, trackingNo: `SF${tracking + 1e9}` };
      return (await town.as('staff', shipOrder, { ...parcel, ...lines })).orderState;
    },
  }),
  'staff.close': verb<{ order: string }>({
    weight: 1,
    think: async (town, dice) => {
      const order = await find(town, dice, 'order', `t.state = 'unpaid'`);
      return order && { order };
    },
    act: async (town, { order }) =>
      (await town.as('staff', adminCloseOrder, { orderId: orderId(town, order), reason: '买家要求' })).state,
  }),
  'staff.refund': verb<{ order: string; pieces: Pieces }>({
    weight: 2,
    think: async (town, dice) => {
      const order = await find(town, dice, 'order', `t.paid_at is not null and t.state <> 'refunded'`);
      return order && { order, pieces: await somePieces(town, dice, order) };
    },
    act: async (town, { order, pieces }) => {
      const lines = await piecesOf(town, order, pieces);
      const made = await town.as('staff', refundOrder, { orderId: orderId(town, order), lines, reason: '缺货' });
      return `${town.names.give('case', made.id)}: ${made.agreedFen} fen`;
    },
  }),
  'staff.resolve': verb<{ which: number }>({
    weight: 3,
    think: async (town, dice) => {
      const [open] = await town.rows<{ n: number }>(
        `select count(*)::int as n from payment_cases where state = 'open'`,
      );
      return open && open.n > 0 ? { which: dice.roll(open.n) } : null;
    },
    act: async (town, { which }) => {
      const open = await town.rows<{ id: string; kind: string }>(
        `select id, kind from payment_cases where state = 'open' order by id`,
      );
      const one = open[which % Math.max(1, open.length)];
      const action = one && REMEDIES[one.kind];
      if (!action) return 'nothing to do';
      const done = await town.as('staff', adminResolvePaymentCase, { caseId: one.id, action, note: '已核对' });
      return `${one.kind}: ${done.resolution}`;
    },
  }),
  'staff.stock': verb<{ sku: string; delta: number }>({
    weight: 2,
    think: (town, dice) => {
      const delta = dice.hit(0.6) ? dice.between(1, 30) : -dice.between(1, 10);
      return { sku: dice.pick(town.names.all('sku')) as string, delta };
    },
    act: async (town, { sku, delta }) => {
      const skuId = town.names.idOf(sku) as Id<'sku'>;
      return `${(await town.as('staff', adjustStock, { skuId, delta, reason: 'count', note: '盘点' })).onHand} on hand`;
    },
  }),
  'staff.price': verb<{ sku: string; priceFen: number }>({
    weight: 1,
    think: (town, dice) => ({ sku: dice.pick(town.names.all('sku')) as string, priceFen: dice.between(1, 40_000) }),
    act: async (town, { sku, priceFen }) => {
      const product = await town.as('staff', adminGetProduct, { productId: await productOf(town, sku) });
      const { version, categoryId, title, images, specs } = product;
      const skus = product.skus.map((one) => ({
        id: one.id,
        specValues: one.specValues,
        priceFen: one.id === town.names.idOf(sku) ? priceFen : one.priceFen,
      }));
      const form = { productId: product.id, version, categoryId, title, specs, skus };
      const imageFileIds = images.map((image) => image.fileId);
      await town.as('staff', adminUpdateProduct, { ...form, imageFileIds } as never);
      return `${priceFen} fen`;
    },
  }),
  'staff.shelf': verb<{ sku: string; state: 'on_sale' | 'off_shelf' }>({
    weight: 0.6,
    think: (town, dice) => ({
      sku: dice.pick(town.names.all('sku')) as string,
      state: dice.hit(0.7) ? 'on_sale' : 'off_shelf',
    }),
    act: async (town, { sku, state }) => {
      const productId = await productOf(town, sku);
      const { version } = await town.as('staff', adminGetProduct, { productId });
      return (await town.as('staff', adminSetProductState, { productId, state, version })).state;
    },
  }),
  'staff.rule': verb<{ rule: number; value: number }>({
    weight: 0.4,
    think: (_, dice) => ({ rule: dice.roll(RULES.length), value: dice.roll(4) }),
    act: async (town, { rule, value }) => {
      const [key, values] = RULES[rule] as (typeof RULES)[number];
      const { items } = await town.as('staff', listSettings, {});
      const known = items.find((one) => one.key === key);
      if (!known) throw new Error(`there is no setting ${key}`);
      const wanted = values[value % values.length] as number;
      return `${key} = ${String((await town.as('staff', changeSetting, { key, value: wanted, version: known.version })).value)}`;
    },
  }),
};

async function productOf(town: Town, sku: string) {
  const [row] = await town.rows<{ id: string }>(`select product_id as id from skus where id = $1`, [
    town.names.idOf(sku),
  ]);
  return row?.id as Id<'product'>;
}
