// Journey: browse, order, pay, ship, receive, settle; over HTTP with the typed client, the books checked after every step.
import {
  addToCart,
  adminSetProductState,
  adminUpdateProduct,
  adminGetProduct,
  cancelOrder,
  countCart,
  countOrders,
  getCart,
  getCheckout,
  getPaymentStatus,
  getProduct,
  listNotices,
  listOrders,
  listProducts,
  makeQuote,
  payCheckout,
  placeCheckout,
  updateAddress,
  type Got,
} from '@jishi/contract';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createDesk, pieces, refused, type Desk } from '../desk.ts';
import { key, orderOf, type GivenSku } from '../given.ts';
import { house, type BuyerSession, type House } from '../house.ts';

let h: House;
let desk: Desk;
beforeAll(async () => {
  h = await house();
  desk = await createDesk(h);
});
afterAll(async () => {
  await h?.books.balance({ atRest: true });
  await h?.close();
});

type JsapiParams = Extract<Got<typeof payCheckout>, { channel: 'jsapi' }>;

/** The cashier of WeChat opens only for what the merchant really signed. */
async function cashier(params: JsapiParams, bend: Partial<JsapiParams> = {}): Promise<string> {
  const { channel: _, ...signed } = { ...params, ...bend };
  const page = await fetch(`${h.sim.url}/cashier/jsapi?${new URLSearchParams(signed)}`);
  return page.text();
}

/** Stock as staff see it, of one SKU. */
async function stock(sku: GivenSku) {
  const product = await desk.staff(adminGetProduct, { productId: sku.productId });
  const { onHand, reserved, available } = product.skus[0] as (typeof product.skus)[number];
  return { onHand, reserved, available };
}

const tell = async (buyer: BuyerSession) => (await buyer.call(listNotices, {})).items.map((one) => one.title);
const titles = (order: { timeline: { title: string }[] }) => order.timeline.map((one) => one.title).toReversed();
const place = (
  buyer: BuyerSession,
  lines: readonly { skuId: GivenSku['skuId']; quantity: number }[],
  expectedTotalFen: number,
) =>
  h.given
    .address(buyer)
    .then(({ id }) =>
      buyer.call(placeCheckout, { lines: [...lines], addressId: id, expectedTotalFen }, { key: key() }),
    );

describe('the whole way', () => {
  test('from a search to a completed order: stock, money, words and counts agree after every step', async () => {
    const tea = await h.given.sku({ title: '龙井明前绿茶', priceFen: 3_990, stock: 10 });
    const cup = await h.given.sku({ title: '汝窑品茗杯', priceFen: 2_005, stock: 5 });
    await h.books.balance();

    // Browsing needs no login.
    const found = await h.visitor(listProducts, { q: '明前' });
    expect(found.items.map((one) => one.title)).toEqual(['龙井明前绿茶']);
    const cheapFirst = await h.visitor(listProducts, { sort: 'price_asc', minFen: 2_000, maxFen: 4_000 });
    expect(cheapFirst.items.map((one) => one.priceFen)).toEqual([2_005, 3_990]);
    const page = await h.visitor(getProduct, { productId: tea.productId });
    expect(page).toMatchObject({ title: '龙井明前绿茶', isSoldOut: false, skus: [{ available: 10, priceFen: 3_990 }] });
    await refused(h.visitor(getCart, {}), 'auth.required');

    const buyer = await h.given.buyer();
    await h.given.cartLine(buyer, tea, 2);
    await h.given.cartLine(buyer, cup, 1);
    const cart = await buyer.call(getCart, {});
    expect(cart).toMatchObject({ count: 3, quote: { goodsFen: 9_985, shippingFen: 0, totalFen: 9_985 } });
    expect(await stock(tea)).toEqual({ onHand: 10, reserved: 0, available: 10 });

    const lines = cart.lines.map(({ skuId, quantity }) => ({ skuId, quantity }));
    const quote = await buyer.call(makeQuote, { lines });
    const steps = quote.sellers[0]?.steps ?? [];
    expect(steps.reduce((sum, step) => sum + step.amountFen, 0)).toBe(quote.totalFen);
    const address = await h.given.address(buyer);
    const checkout = await buyer.call(
      placeCheckout,
      { lines, addressId: address.id, expectedTotalFen: quote.totalFen, remark: '请包好', fromCart: true },
      { key: key() },
    );
    expect(checkout).toMatchObject({ state: 'open', totalFen: 9_985, orders: [{ state: 'unpaid', itemCount: 3 }] });
    expect((await buyer.call(countCart, {})).count).toBe(0);
    expect(await stock(tea)).toEqual({ onHand: 10, reserved: 2, available: 8 });
    expect(await buyer.call(countOrders, {})).toEqual({ unpaid: 1, toShip: 0, toReceive: 0, aftersale: 0 });
    await h.books.balance({ atRest: true });

    const order = orderOf(checkout);
    const params = await buyer.call(payCheckout, { checkoutId: checkout.id, channel: 'jsapi' }, { key: key() });
    if (params.channel !== 'jsapi') throw new Error('another channel than asked for');
    expect(await cashier(params)).toContain('确认支付');
    expect(await cashier(params)).toContain('99.85');
    expect(await cashier(params, { nonceStr: 'bent' })).toContain('支付验证签名失败');
    expect((await buyer.call(getPaymentStatus, { checkoutId: checkout.id })).state).toBe('open');

    const { outTradeNo } = h.wechat.orders().find((one) => `prepay_id=${one.prepayId}` === params.package) ?? {};
    await h.wechat.pay(outTradeNo ?? '');
    await h.settle();
    const [delivery] = h.wechat.deliveries().filter((one) => one.subject === outTradeNo);
    expect(delivery).toMatchObject({ flavour: 'genuine', status: 204, ok: true, try: 1 });
    expect(await buyer.call(getPaymentStatus, { checkoutId: checkout.id })).toMatchObject({ state: 'paid' });
    expect(h.wechat.person(buyer.person.id).walletFen).toBe(10_000_000 - 9_985);
    const paid = await desk.order(buyer, order);
    expect(paid).toMatchObject({ state: 'paid', remark: '请包好', actions: { canPay: false, canCancel: false } });
    expect(await stock(tea)).toEqual({ onHand: 10, reserved: 2, available: 8 });
    expect((await h.visitor(getProduct, { productId: tea.productId })).salesCount).toBe(2);
    expect(await desk.postings(order)).toEqual([
      {
        label: '收到货款',
        entries: [
          ['微信支付待结算', 9_985],
          ['订单预收款', -9_985],
        ],
      },
    ]);
    await h.books.balance({ atRest: true });

    // Two parcels: one tea and the cup, then the other tea.
    const lineOf = (sku: GivenSku) => paid.lines.find((line) => line.skuId === sku.skuId)?.id ?? '';
    const teaLine = lineOf(tea);
    const first = [
      { lineId: teaLine, quantity: 1 },
      { lineId: lineOf(cup), quantity: 1 },
    ];
    expect(await desk.ship(order, first)).toMatchObject({ orderState: 'partly_shipped' });
    await h.settle();
    expect(await stock(tea)).toEqual({ onHand: 9, reserved: 1, available: 8 });
    expect((await desk.staffOrder(order)).shippable).toMatchObject([{ lineId: teaLine, quantity: 1 }]);
    await refused(desk.receive(buyer, order), 'order.not_receivable');
    await refused(desk.ship(order, first), 'parcel.quantity');
    await h.books.balance({ atRest: true });
    expect(await desk.ship(order)).toMatchObject({ orderState: 'shipped', parcel: { lines: [{ quantity: 1 }] } });
    await h.settle();
    expect(await stock(tea)).toEqual({ onHand: 8, reserved: 0, available: 8 });
    expect(await stock(cup)).toEqual({ onHand: 4, reserved: 0, available: 4 });
    await refused(desk.ship(order), 'order.not_shippable');
    await h.books.balance({ atRest: true });

    const shipped = await desk.order(buyer, order);
    expect(shipped.parcels.map((one) => one.lines.map((line) => line.quantity))).toEqual([[1, 1], [1]]);
    await desk.receive(buyer, order);
    await h.settle();
    const received = await desk.order(buyer, order);
    expect(received).toMatchObject({ state: 'received', actions: { canApplyAftersale: true } });
    expect(new Date(received.aftersaleUntil ?? 0).getTime() - h.clock.now().getTime()).toBe(15 * 86_400_000);
    await h.books.balance({ atRest: true });

    await h.forward({ days: 14, hours: 23 });
    expect((await desk.order(buyer, order)).state).toBe('received');
    await h.forward({ hours: 2 });
    const done = await desk.order(buyer, order);
    expect(done).toMatchObject({ state: 'completed', actions: { canApplyAftersale: false, canBuyAgain: true } });
    expect(titles(done)).toEqual([
      '提交订单',
      '付款成功',
      '商家已发出部分商品',
      '商家已发货',
      '买家确认收货',
      '交易完成',
    ]);
    expect(await desk.postings(order)).toEqual([
      {
        label: '收到货款',
        entries: [
          ['微信支付待结算', 9_985],
          ['订单预收款', -9_985],
        ],
      },
      {
        label: '交易完成，确认收入',
        entries: [
          ['订单预收款', 9_985],
          ['平台销售收入', -9_985],
        ],
      },
    ]);
    expect(await tell(buyer)).toEqual(['商品已发货', '商品已发货', '付款成功']);
    expect(await buyer.call(countOrders, {})).toEqual({ unpaid: 0, toShip: 0, toReceive: 0, aftersale: 0 });
    expect((await buyer.call(listOrders, { tab: 'finished' })).items.map((one) => one.id)).toEqual([order.id]);
    // The buyer looks for it by a word of a title and by its number; another's word, or a wild card, finds nothing.
    const ordersWith = async (q: string) => (await buyer.call(listOrders, { q })).items.map((one) => one.id);
    const [bought] = (await buyer.call(listOrders, {})).items[0]?.lines ?? [];
    expect(await ordersWith(bought?.title.slice(0, 2) ?? '')).toEqual([order.id]);
    expect(await ordersWith(order.orderNo)).toEqual([order.id]);
    expect(await ordersWith('没有买过的东西')).toEqual([]);
    expect(await ordersWith('%')).toEqual([]);
    await h.books.balance({ atRest: true });
  });

  test('nobody confirms: received by itself 15 days after the last parcel, completed 15 days later', async () => {
    const buyer = await h.given.buyer();
    const order = await h.given.shippedOrder(buyer, [await h.given.sku()]);
    await h.forward({ days: 14, hours: 23 });
    expect((await desk.order(buyer, order)).state).toBe('shipped');
    await h.forward({ hours: 2 });
    expect((await desk.order(buyer, order)).state).toBe('received');
    await h.forward({ days: 15 });
    expect((await desk.order(buyer, order)).state).toBe('completed');
    await h.books.balance({ atRest: true });
  });
});

describe('the other channels', () => {
  test('Native: the code is drawn and scanned by somebody; the order is paid', async () => {
    const buyer = await h.given.buyer();
    const checkout = await h.given.checkout(buyer, [await h.given.sku()]);
    const params = await buyer.call(payCheckout, { checkoutId: checkout.id, channel: 'native' }, { key: key() });
    if (params.channel !== 'native') throw new Error('another channel than asked for');
    expect(params.codeUrl).toMatch(/^weixin:\/\/wxpay\/bizpayurl/);
    expect(params.codeSvg).toContain('<svg');
    const scanned = h.wechat.orders().find((one) => one.codeUrl === params.codeUrl);
    await h.wechat.pay(scanned?.outTradeNo ?? '', { by: h.wechat.addPerson({ walletFen: 100_000 }).id });
    await h.settle();
    expect((await desk.order(buyer, orderOf(checkout))).state).toBe('paid');
    await h.books.balance({ atRest: true });
  });

  test('H5: the browser is led to the cashier and back to the shop', async () => {
    const buyer = await h.given.buyer();
    const checkout = await h.given.checkout(buyer, [await h.given.sku()]);
    const returnTo = `${h.url}/#/pages/pay/result?id=${checkout.id}`;
    const params = await buyer.call(
      payCheckout,
      { checkoutId: checkout.id, channel: 'h5', returnTo },
      { key: key(), headers: { 'x-client': 'h5' } },
    );
    if (params.channel !== 'h5') throw new Error('another channel than asked for');
    expect(new URL(params.h5Url).searchParams.get('redirect_url')).toBe(returnTo);
    const page = await fetch(params.h5Url, { headers: { referer: `${h.url}/` } });
    expect(await page.text()).toContain('支付');
    await h.wechat.pay(await h.given.prepaid(buyer, checkout, 'h5'), { by: buyer.person.id });
    await h.settle();
    expect((await desk.order(buyer, orderOf(checkout))).state).toBe('paid');
    await h.books.balance({ atRest: true });
  });
});

describe('what may be bought', () => {
  test('nothing is left: shown as sold out, refused in the cart and at the till', async () => {
    const none = await h.given.sku({ stock: 0, title: '绝版青花瓶' });
    const buyer = await h.given.buyer();
    expect(await h.visitor(getProduct, { productId: none.productId })).toMatchObject({ isSoldOut: true });
    expect((await h.visitor(listProducts, { q: '绝版青花', inStockOnly: true })).items).toEqual([]);
    const wish = { skuId: none.skuId, quantity: 1 };
    await refused(buyer.call(addToCart, wish, { key: key() }), 'inventory.short', { left: 0 });
    await refused(buyer.call(makeQuote, { lines: [wish] }), 'inventory.short', { left: 0 });
    await refused(place(buyer, [wish], 20_900), 'inventory.short', { left: 0 });
  });

  test('one more than there is: refused with what is left, and nothing is held', async () => {
    const sku = await h.given.sku({ stock: 3 });
    const buyer = await h.given.buyer();
    await refused(place(buyer, [{ skuId: sku.skuId, quantity: 4 }], 79_600), 'inventory.short', { left: 3 });
    expect(await stock(sku)).toEqual({ onHand: 3, reserved: 0, available: 3 });
  });

  test('the price moves between quote and order: refused with the new total, and nothing is left behind', async () => {
    const sku = await h.given.sku({ priceFen: 5_000 });
    const buyer = await h.given.buyer();
    const lines = [{ skuId: sku.skuId, quantity: 1 }];
    const quote = await buyer.call(makeQuote, { lines });
    await reprice(sku, 5_500);
    await refused(place(buyer, lines, quote.totalFen), 'checkout.price_changed', { totalFen: 6_500 });
    expect(await stock(sku)).toEqual({ onHand: 10, reserved: 0, available: 10 });
    expect((await buyer.call(listOrders, {})).items).toEqual([]);
    const [order] = (await place(buyer, lines, 6_500)).orders;
    expect(order?.totalFen).toBe(6_500);
  });

  test('off the shelf: still in the cart with the reason, left out of its sum, refused at the till', async () => {
    const kept = await h.given.sku({ priceFen: 12_000 });
    const gone = await h.given.sku({ priceFen: 7_000 });
    const buyer = await h.given.buyer();
    await h.given.cartLine(buyer, kept);
    await h.given.cartLine(buyer, gone);
    const { version } = await desk.staff(adminGetProduct, { productId: gone.productId });
    await desk.staff(adminSetProductState, { productId: gone.productId, state: 'off_shelf', version });
    const cart = await buyer.call(getCart, {});
    const seen = cart.lines.find((line) => line.skuId === gone.skuId);
    expect(seen).toMatchObject({ problem: 'off_shelf', problemText: '已下架', title: gone.title });
    expect(cart).toMatchObject({ quote: { totalFen: 12_000 } });
    await refused(place(buyer, [{ skuId: gone.skuId, quantity: 1 }], 8_000), 'quote.unavailable', { why: '已下架' });
    await refused(h.visitor(getProduct, { productId: gone.productId }), 'product.not_found');
  });

  test.each([
    [9_899, 1_000],
    [9_900, 0],
  ])('goods for %i fen ship for %i fen', async (priceFen, shippingFen) => {
    const buyer = await h.given.buyer();
    const checkout = await h.given.checkout(buyer, [await h.given.sku({ priceFen })]);
    const order = await desk.order(buyer, orderOf(checkout));
    expect(order).toMatchObject({ goodsFen: priceFen, shippingFen, totalFen: priceFen + shippingFen });
    expect(order.steps.map((step) => step.amountFen)).toEqual([priceFen, shippingFen]);
  });
});

async function reprice(sku: GivenSku, priceFen: number): Promise<void> {
  const now = await desk.staff(adminGetProduct, { productId: sku.productId });
  const [only] = now.skus;
  await desk.staff(adminUpdateProduct, {
    productId: sku.productId,
    version: now.version,
    categoryId: now.categoryId,
    title: now.title,
    imageFileIds: now.images.map((one) => one.fileId) as never,
    skus: [{ id: only?.id, specValues: [], priceFen }],
  });
}

describe('before paying', () => {
  test('thirty minutes pass: cancelled, WeChat closed, the stock is back, the buyer is told', async () => {
    const sku = await h.given.sku({ stock: 2 });
    const buyer = await h.given.buyer();
    const checkout = await h.given.checkout(buyer, [{ ...sku, quantity: 2 }]);
    const number = await h.given.prepaid(buyer, checkout);
    expect(await h.given.available(sku)).toBe(0);
    await h.forward({ minutes: 29, seconds: 50 });
    expect((await buyer.call(getCheckout, { checkoutId: checkout.id })).state).toBe('open');
    expect(await h.given.available(sku)).toBe(0);
    await h.forward({ seconds: 20 });
    const order = await desk.order(buyer, orderOf(checkout));
    expect(order).toMatchObject({ state: 'cancelled', cancelReason: '超时未付款' });
    expect(titles(order)).toEqual(['提交订单', '订单已取消']);
    expect(h.wechat.order(number).state).toBe('CLOSED');
    expect(await h.given.available(sku)).toBe(2);
    expect(await tell(buyer)).toEqual(['订单已取消']);
    await refused(
      buyer.call(payCheckout, { checkoutId: checkout.id, channel: 'jsapi' }, { key: key() }),
      'checkout.not_payable',
    );
    await h.books.balance({ atRest: true });
  });

  test.each([false, true])('the buyer cancels (cashier opened: %s): the stock is back at once', async (opened) => {
    const sku = await h.given.sku({ stock: 1 });
    const buyer = await h.given.buyer();
    const checkout = await h.given.checkout(buyer, [sku]);
    if (opened) await h.given.prepaid(buyer, checkout);
    const orderId = orderOf(checkout).id;
    const order = await buyer.call(cancelOrder, { orderId, reason: '不想要了' }, { key: key() });
    expect(order).toMatchObject({ state: 'cancelled', cancelReason: '不想要了', isClosing: false });
    expect(await h.given.available(sku)).toBe(1);
    await h.settle();
    await refused(buyer.call(cancelOrder, { orderId }, { key: key() }), 'order.not_cancellable', {
      state: 'cancelled',
    });
    await h.books.balance({ atRest: true });
  });

  test('a paid order is not cancelled: it can be refunded', async () => {
    const buyer = await h.given.buyer();
    const order = await h.given.paidOrder(buyer, [await h.given.sku()]);
    await refused(buyer.call(cancelOrder, { orderId: order.id }, { key: key() }), 'order.already_paid');
  });

  test('the buyer pays while the notice is lost and then cancels: the money wins', async () => {
    const buyer = await h.given.buyer();
    const checkout = await h.given.checkout(buyer, [await h.given.sku()]);
    await h.wechat.pay(await h.given.prepaid(buyer, checkout), { notice: 'dropped' });
    const orderId = orderOf(checkout).id;
    await refused(buyer.call(cancelOrder, { orderId }, { key: key() }), 'order.already_paid');
    await h.settle();
    expect((await desk.order(buyer, { id: orderId })).state).toBe('paid');
    await h.books.balance({ atRest: true });
  });
});

describe('what was agreed stays', () => {
  test('the address is changed after the order: the parcel goes where it was promised', async () => {
    const buyer = await h.given.buyer();
    const { id, isDefault: _, ...before } = await h.given.address(buyer);
    const order = await h.given.paidOrder(buyer, [await h.given.sku()]);
    await buyer.call(updateAddress, { ...before, addressId: id, detail: '搬到了别处 9 号', isDefault: true });
    expect((await desk.order(buyer, order)).address.detail).toBe('文三路 1 号');
    expect((await desk.staffOrder(order)).address.detail).toBe('文三路 1 号');
  });

  test('settings are changed: orders placed before keep their deadlines, new ones get the new', async () => {
    const buyer = await h.given.buyer();
    const sku = await h.given.sku();
    const waiting = await h.given.checkout(buyer, [sku]);
    const old = await h.given.shippedOrder(buyer, [sku]);
    const autoReceiveAt = (await desk.order(buyer, old)).autoReceiveAt;
    const minutes = (checkout: { expiresAt: string }) =>
      (new Date(checkout.expiresAt).getTime() - h.clock.now().getTime()) / 60_000;

    await desk.setting('order.payWindowMinutes', 10);
    await desk.setting('order.autoReceiveDays', 3);
    await desk.setting('order.aftersaleDays', 1);
    const fresh = await h.given.checkout(buyer, [sku]);
    expect(minutes(await buyer.call(getCheckout, { checkoutId: waiting.id }))).toBe(30);
    expect(minutes(fresh)).toBe(10);
    await desk.receive(buyer, old);
    const received = await desk.order(buyer, old);
    expect(new Date(received.aftersaleUntil ?? 0).getTime() - h.clock.now().getTime()).toBe(15 * 86_400_000);
    expect(new Date(autoReceiveAt ?? 0).getTime() - h.clock.now().getTime()).toBe(15 * 86_400_000);
    const quick = await h.given.shippedOrder(buyer, [sku]);
    const soon = new Date((await desk.order(buyer, quick)).autoReceiveAt ?? 0).getTime();
    expect(soon - h.clock.now().getTime()).toBe(3 * 86_400_000);

    await h.forward({ minutes: 11 });
    const stateOf = async (one: { id: typeof fresh.id }) =>
      (await buyer.call(getCheckout, { checkoutId: one.id })).state;
    expect(await stateOf(fresh)).toBe('closed');
    expect(await stateOf(waiting)).toBe('open');
    await h.forward({ minutes: 20 });
    expect(await stateOf(waiting)).toBe('closed');
    await desk.setting('order.payWindowMinutes', 30);
    await desk.setting('order.autoReceiveDays', 15);
    await desk.setting('order.aftersaleDays', 15);
    await h.books.balance({ atRest: true });
  });
});

test('a buyer never sees the order of another, and cannot pay or cancel it', async () => {
  const owner = await h.given.buyer();
  const stranger = await h.given.buyer();
  const checkout = await h.given.checkout(owner, [await h.given.sku()]);
  const order = orderOf(checkout);
  await refused(desk.order(stranger, order), 'order.not_found');
  await refused(stranger.call(cancelOrder, { orderId: order.id }, { key: key() }), 'order.not_found');
  await refused(stranger.call(getCheckout, { checkoutId: checkout.id }), 'checkout.not_found');
  const pay = { checkoutId: checkout.id, channel: 'jsapi' } as const;
  await refused(stranger.call(payCheckout, pay, { key: key() }), 'checkout.not_found');
  await refused(desk.ask(stranger, order, pieces({ lines: [] })), 'request.invalid');
});
