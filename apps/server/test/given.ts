// What a test starts from, built through real verbs; only what the test is about is mentioned.
import {
  addToCart,
  adminCreateBrand,
  adminCreateCategory,
  adminCreatePackage,
  adminCreateProduct,
  adminSetProductState,
  adjustStock,
  createAddress,
  createServiceToken,
  getProduct,
  makeQuote,
  payCheckout,
  payRecharge,
  SERVICE_SCOPE_CODES,
  placeCheckout,
  placeRecharge,
  shipOrder,
  type AddressView,
  type Got,
  type Id,
  type RechargeOrderView,
  type Sent,
  type ServiceScope,
} from '@jishi/contract';
import sharp from 'sharp';
import { platformAccount } from '../src/modules/ledger/ledger.ts';
import { newId } from '../src/platform/ids.ts';
import type { BuyerSession, House, ServiceClient } from './house.ts';

export type GivenSku = { skuId: Id<'sku'>; productId: Id<'product'>; priceFen: number; title: string };
export type SkuWish = { stock?: number; priceFen?: number; title?: string; categoryId?: Id<'category'> };
export type ServiceWish = { code?: string; name?: string; scopes?: readonly ServiceScope[]; expiresOn?: string };
export type BasketLine = { skuId: Id<'sku'>; quantity?: number };
export type PlacedCheckout = Got<typeof placeCheckout>;

export type Given = {
  sku(wish?: SkuWish): Promise<GivenSku>;
  category(name?: string): Promise<Id<'category'>>;
  brand(name?: string): Promise<Id<'brand'>>;
  picture(): Promise<string>;
  buyer(): Promise<BuyerSession>;
  /** Another program with a token; all scopes unless the test says which. */
  service(wish?: ServiceWish): Promise<ServiceClient>;
  /** The buyer's address; the same one however often it is asked for. */
  address(buyer: BuyerSession): Promise<AddressView>;
  cartLine(buyer: BuyerSession, sku: GivenSku, quantity?: number): Promise<void>;
  /** Places a checkout with these SKUs; the expected total is what a quote says. */
  checkout(buyer: BuyerSession, lines: readonly BasketLine[], key?: string): Promise<PlacedCheckout>;
  /** Asks for the cashier and answers the number at WeChat. */
  prepaid(buyer: BuyerSession, checkout: { id: Id<'checkout'> }, channel?: 'jsapi' | 'native' | 'h5'): Promise<string>;
  /** Placed, paid and settled. */
  paidOrder(buyer: BuyerSession, lines: readonly BasketLine[]): Promise<PlacedCheckout['orders'][number]>;
  shippedOrder(buyer: BuyerSession, lines: readonly BasketLine[]): Promise<PlacedCheckout['orders'][number]>;
  /** A package of points on sale. */
  package(wish?: Partial<Sent<typeof adminCreatePackage>>): Promise<Id<'package'>>;
  recharge(buyer: BuyerSession, packageId: Id<'package'>): Promise<RechargeOrderView>;
  /** Asks for the cashier of a recharge and answers the number at WeChat. */
  prepaidRecharge(buyer: BuyerSession, order: RechargeOrderView, channel?: 'jsapi' | 'native' | 'h5'): Promise<string>;
  /** Placed, paid, settled and credited. */
  paidRecharge(buyer: BuyerSession, packageId: Id<'package'>): Promise<RechargeOrderView>;
  /** Money in the buyer's wallet, as a later room would put it there. */
  wallet(buyer: { id: string }, amountFen: number): Promise<void>;
  available(sku: GivenSku): Promise<number>;
  /** Staff count more or fewer pieces. */
  adjust(sku: GivenSku, delta: number, idempotencyKey?: string): Promise<unknown>;
};

const HOME = {
  name: '张小雨',
  phone: '13800138000',
  province: '浙江省',
  city: '杭州市',
  district: '西湖区',
  detail: '文三路 1 号',
};

/** The order of a checkout that has one seller. */
export const orderOf = (checkout: PlacedCheckout): PlacedCheckout['orders'][number] => {
  const [order, ...more] = checkout.orders;
  if (!order || more.length > 0) throw new Error(`a checkout of ${checkout.orders.length} orders`);
  return order;
};

let serial = 0;
const next = () => (serial += 1);
export const key = () => newId<'key'>();

export function createGiven(house: Omit<House, 'given' | 'books' | 'close'>): Given {
  // A house makes one of each, however many goods it holds: the test is not about them.
  let category: Promise<Id<'category'>> | undefined;
  let picture: Promise<string> | undefined;
  const addresses = new Map<string, Promise<AddressView>>();
  const given: Given = {
    picture: async () => {
      const bytes = await sharp({
        create: { width: 64, height: 64, channels: 3, background: { r: 200, g: 90, b: next() % 255 } },
      })
        .png()
        .toBuffer();
      return (await house.app.files.store({ kind: 'system' }, bytes)).fileId;
    },
    category: async (name = `分类${next()}`) =>
      (
        await (
          await house.admin()
        ).call(adminCreateCategory, { name, parentId: null, sortOrder: 0, isVisible: true, imageFileId: null })
      ).id,
    brand: async (name = `品牌${next()}`) =>
      (await (await house.admin()).call(adminCreateBrand, { name, logoFileId: null, sortOrder: 0 })).id,
    sku: async (wish = {}) => {
      const shelf = {
        categoryId: wish.categoryId ?? (await (category ??= given.category())),
        fileId: await (picture ??= given.picture()),
      };
      return sku(house, wish, shelf);
    },
    buyer: async () => {
      const buyer = await house.signIn();
      await given.address(buyer);
      return buyer;
    },
    service: async (wish = {}) => {
      const { code = `service-${next()}`, name = '智能助手', scopes = SERVICE_SCOPE_CODES, expiresOn = null } = wish;
      const fields = { service: code, name, scopes: [...scopes], expiresOn };
      const { token, item } = await (await house.admin()).call(createServiceToken, fields);
      return { token, tokenId: item.id, code, call: house.bearer(token) };
    },
    address: (buyer) => {
      const known = addresses.get(buyer.id) ?? buyer.call(createAddress, { ...HOME, isDefault: true });
      addresses.set(buyer.id, known);
      return known;
    },
    cartLine: async (buyer, { skuId }, quantity = 1) =>
      void (await buyer.call(addToCart, { skuId, quantity }, { key: key() })),
    checkout: async (buyer, wished, idempotencyKey = key()) => {
      const lines = wished.map(({ skuId, quantity = 1 }) => ({ skuId, quantity }));
      const address = await given.address(buyer);
      const quote = await buyer.call(makeQuote, { lines });
      return buyer.call(
        placeCheckout,
        { lines, addressId: address.id, expectedTotalFen: quote.totalFen, remark: '' },
        { key: idempotencyKey },
      );
    },
    prepaid: async (buyer, checkout, channel = 'jsapi') => {
      await buyer.call(payCheckout, { checkoutId: checkout.id, channel }, { key: key() });
      return numberOf(house, checkout.id);
    },
    paidOrder: async (buyer, lines) => {
      const checkout = await given.checkout(buyer, lines);
      await house.wechat.pay(await given.prepaid(buyer, checkout));
      await house.settle();
      return orderOf(checkout);
    },
    shippedOrder: async (buyer, lines) => {
      const order = await given.paidOrder(buyer, lines);
      await (
        await house.admin()
      ).call(shipOrder, { orderId: order.id, carrier: 'SF', trackingNo: `SF${1_000_000 + next()}` }, { key: key() });
      await house.settle();
      return order;
    },
    wallet: async (buyer, amountFen) => {
      const ownerId = buyer.id;
      await house.app.db.tx((tx) =>
        house.app.ledger.post(tx, {
          key: `given:${key()}`,
          label: '测试入账',
          refKind: 'test',
          refId: key(),
          lines: [
            { account: platformAccount('loss'), debitFen: amountFen },
            { account: { type: 'wallet_available', ownerKind: 'buyer', ownerId }, creditFen: amountFen },
          ],
        }),
      );
    },
    adjust: async ({ skuId }, delta, idempotencyKey = key()) => {
      const { call } = await house.admin();
      return call(adjustStock, { skuId, delta, reason: 'count', note: '盘点' }, { key: idempotencyKey });
    },
    package: async (wish = {}) => {
      const { call } = await house.admin();
      const fields = { name: `积分套餐 ${next()}`, priceFen: 9_900, points: 1000, bonusPoints: 250, ...wish };
      return (await call(adminCreatePackage, fields)).id;
    },
    recharge: (buyer, packageId) => buyer.call(placeRecharge, { packageId }, { key: key() }),
    prepaidRecharge: async (buyer, order, channel = 'jsapi') => {
      await buyer.call(payRecharge, { orderNo: order.orderNo, channel }, { key: key() });
      return numberOf(house, order.id);
    },
    paidRecharge: async (buyer, packageId) => {
      const order = await given.recharge(buyer, packageId);
      await house.wechat.pay(await given.prepaidRecharge(buyer, order));
      await house.settle();
      return order;
    },
    available: async ({ skuId, productId }) => {
      const product = await house.visitor(getProduct, { productId });
      return product.skus.find((one) => one.id === skuId)?.available ?? 0;
    },
  };
  return given;
}

type Shelf = { categoryId: Id<'category'>; fileId: string };

async function sku(
  house: Omit<House, 'given' | 'books' | 'close'>,
  wish: SkuWish,
  { categoryId, fileId }: Shelf,
): Promise<GivenSku> {
  const { call } = await house.admin();
  const { stock = 10, priceFen = 19_900, title = `青瓷茶杯 ${next()} 号` } = wish;
  const created = await call(adminCreateProduct, {
    categoryId,
    brandId: null,
    title,
    subtitle: '',
    description: '',
    imageFileIds: [fileId as Id<'file'>],
    specs: [],
    skus: [
      { specValues: [], code: null, priceFen, marketPriceFen: null, costFen: null, imageFileId: null, isOnSale: true },
    ],
    sortOrder: 0,
  });
  await call(adminSetProductState, { productId: created.id, state: 'on_sale', version: created.version });
  const skuId = created.skus[0]?.id as Id<'sku'>;
  if (stock > 0) await call(adjustStock, { skuId, delta: stock, reason: 'purchase', note: '测试入库' }, { key: key() });
  return { skuId, productId: created.id, priceFen, title };
}

/** The number of the newest attempt for what is paid, as WeChat knows it. */
async function numberOf(house: Pick<House, 'app'>, payableId: string): Promise<string> {
  const row = await house.app.db.q
    .selectFrom('payment_attempts as a')
    .innerJoin('payments as p', 'p.id', 'a.payment_id')
    .select('a.out_trade_no')
    .where('p.payable_id', '=', payableId)
    .orderBy('a.created_at', 'desc')
    .orderBy('a.id', 'desc')
    .executeTakeFirstOrThrow();
  return row.out_trade_no;
}
