// Journey: money and goods on their way back, over HTTP with the typed client; the books are checked after every step.
import {
  adminGetProduct,
  countOrders,
  getProduct,
  getRefundable,
  listAftersales,
  listNotices,
  listStockMovements,
  previewAftersale,
  type Id,
} from '@jishi/contract';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createDesk, orderId, pieces, refused, type Desk, type OrderView } from '../desk.ts';
import type { BasketLine, GivenSku } from '../given.ts';
import { house, type BuyerSession, type House } from '../house.ts';

let h: House;
let desk: Desk;
beforeAll(async () => {
  h = await house();
  desk = await createDesk(h);
  await desk.setting('shop.returnAddress', '浙江省金华市义乌市福田路 99 号');
});
afterAll(async () => {
  await h?.books.balance({ atRest: true });
  await h?.close();
});

const WALLET_FEN = 10_000_000;

async function bought(lines: readonly BasketLine[], how: 'paidOrder' | 'shippedOrder' = 'paidOrder') {
  const buyer = await h.given.buyer();
  const order = await desk.order(buyer, await h.given[how](buyer, lines));
  return { buyer, order, seen: () => desk.order(buyer, order) };
}

async function stock(sku: GivenSku) {
  const product = await desk.staff(adminGetProduct, { productId: sku.productId });
  const { onHand, reserved, available } = product.skus[0] as (typeof product.skus)[number];
  return { onHand, reserved, available };
}

const sales = async (sku: GivenSku) => (await h.visitor(getProduct, { productId: sku.productId })).salesCount;
/** What the buyer has spent at WeChat after all. */
const spent = (buyer: BuyerSession) => WALLET_FEN - h.wechat.person(buyer.person.id).walletFen;
const tell = async (buyer: BuyerSession) => (await buyer.call(listNotices, {})).items.map((one) => one.title);
const one = (order: OrderView, line: number, quantity: number) => [{ lineId: order.lines[line]?.id ?? '', quantity }];
const lineOf = (order: OrderView, sku: GivenSku, quantity: number) => [
  { lineId: order.lines.find((line) => line.skuId === sku.skuId)?.id ?? '', quantity },
];

describe('before shipping', () => {
  test('the whole order with its shipping fee: every fen and every piece is back', async () => {
    const sku = await h.given.sku({ priceFen: 3_333, stock: 5 });
    const { buyer, order, seen } = await bought([{ ...sku, quantity: 2 }]);
    expect(order).toMatchObject({ goodsFen: 6_666, shippingFen: 1_000, totalFen: 7_666 });
    expect(await buyer.call(getRefundable, orderId(order))).toMatchObject({
      kinds: ['refund_only'],
      shippingFen: 1_000,
      lines: [{ maxQuantity: 2, maxFen: 6_666 }],
    });
    const preview = { ...orderId(order), lines: pieces(order) as { lineId: Id<'orderLine'>; quantity: number }[] };
    expect(await buyer.call(previewAftersale, preview)).toEqual({
      goodsFen: 6_666,
      shippingFen: 1_000,
      totalFen: 7_666,
      points: 0,
    });

    const asked = await desk.ask(buyer, order, pieces(order));
    expect(asked).toMatchObject({ state: 'requested', askedFen: 7_666, shippingFen: 1_000, canWithdraw: true });
    expect(await seen()).toMatchObject({ state: 'paid', hasOpenAftersale: true });
    expect((await buyer.call(countOrders, {})).aftersale).toBe(1);
    await refused(desk.ship(order), 'order.aftersale_open');
    await h.books.balance({ atRest: true });

    expect(await desk.approve(asked)).toMatchObject({ state: 'refunding', agreedFen: 7_666 });
    await h.books.balance();
    expect(await stock(sku)).toEqual({ onHand: 5, reserved: 2, available: 3 });
    await h.refundsArrive();
    expect(await desk.caseOf(buyer, asked)).toMatchObject({ state: 'done', refundState: 'succeeded' });
    expect(await seen()).toMatchObject({ state: 'refunded', refundedFen: 7_666, hasOpenAftersale: false });
    expect(await stock(sku)).toEqual({ onHand: 5, reserved: 0, available: 5 });
    expect(await sales(sku)).toBe(0);
    expect(spent(buyer)).toBe(0);
    expect(await desk.postings(order)).toEqual([
      {
        label: '收到货款',
        entries: [
          ['微信支付待结算', 7_666],
          ['订单预收款', -7_666],
        ],
      },
      {
        label: '退款',
        entries: [
          ['订单预收款', 7_666],
          ['微信支付待结算', -7_666],
        ],
      },
    ]);
    expect(await tell(buyer)).toEqual(['退款成功', '售后已通过', '付款成功']);
    await h.books.balance({ atRest: true });
  });

  test('a part: its share goes back without the fee, and the rest is shipped', async () => {
    const sku = await h.given.sku({ priceFen: 2_000, stock: 5 });
    const { buyer, order, seen } = await bought([{ ...sku, quantity: 3 }]);
    await desk.approve(await desk.ask(buyer, order, pieces(order, 1)));
    await h.refundsArrive();
    expect(await seen()).toMatchObject({ state: 'paid', refundedFen: 2_000, lines: [{ refundedQuantity: 1 }] });
    expect(await stock(sku)).toEqual({ onHand: 5, reserved: 2, available: 3 });
    expect(await sales(sku)).toBe(2);
    await refused(desk.ship(order, one(order, 0, 3)), 'parcel.quantity', { left: 2 });
    expect(await desk.ship(order)).toMatchObject({ orderState: 'shipped', parcel: { lines: [{ quantity: 2 }] } });
    expect(await stock(sku)).toEqual({ onHand: 3, reserved: 0, available: 3 });
    expect(spent(buyer)).toBe(5_000);
    await h.books.balance({ atRest: true });
  });

  test('one of two lines: the other is shipped, and the sale is settled for what is left of it', async () => {
    const tea = await h.given.sku({ priceFen: 3_001, stock: 5 });
    const cup = await h.given.sku({ priceFen: 2_003, stock: 5 });
    const { buyer, order, seen } = await bought([{ ...tea, quantity: 2 }, cup]);
    await desk.approve(await desk.ask(buyer, order, lineOf(order, tea, 2)));
    await h.refundsArrive();
    expect(await desk.ship(order)).toMatchObject({ orderState: 'shipped', parcel: { lines: [{ quantity: 1 }] } });
    expect((await seen()).lines.map((line) => [line.skuId, line.shippedQuantity, line.refundedFen])).toEqual(
      order.lines.map((line) => (line.skuId === tea.skuId ? [tea.skuId, 0, 6_002] : [cup.skuId, 1, 0])),
    );
    await desk.receive(buyer, order);
    await h.forward({ days: 15, minutes: 1 });
    expect((await seen()).state).toBe('completed');
    expect((await desk.postings(order)).at(-1)).toEqual({
      label: '交易完成，确认收入',
      entries: [
        ['订单预收款', 2_003 + 1_000],
        ['平台销售收入', -3_003],
      ],
    });
    await h.books.balance({ atRest: true });
  });

  test('two cases take everything: the second carries the fee, whichever is decided last', async () => {
    const sku = await h.given.sku({ priceFen: 1_500 });
    const { buyer, order, seen } = await bought([{ ...sku, quantity: 2 }]);
    const first = await desk.ask(buyer, order, pieces(order, 1));
    const second = await desk.ask(buyer, order, pieces(order, 1));
    expect(await desk.approve(second)).toMatchObject({ agreedFen: 1_500, shippingFen: 0 });
    expect(await desk.approve(first)).toMatchObject({ agreedFen: 2_500, shippingFen: 1_000 });
    await h.refundsArrive();
    expect(await seen()).toMatchObject({ state: 'refunded', refundedFen: 4_000 });
    expect(spent(buyer)).toBe(0);
    await h.books.balance({ atRest: true });
  });
});

describe('after shipping', () => {
  test('a return is not agreed while the shop has not said where to send it', async () => {
    const { buyer, order } = await bought([{ ...(await h.given.sku()) }], 'shippedOrder');
    const asked = await desk.ask(buyer, order, pieces(order), 'return_refund');
    await desk.setting('shop.returnAddress', '');
    await refused(desk.approve(asked), 'aftersale.return_address_missing');
    await desk.setting('shop.returnAddress', '浙江省金华市义乌市福田路 99 号');
    expect(await desk.approve(asked)).toMatchObject({ state: 'await_return' });
  });

  test('return with refund: approve, parcel, received with one piece damaged, money back, stock back', async () => {
    const sku = await h.given.sku({ priceFen: 3_000, stock: 5 });
    const { buyer, order, seen } = await bought([{ ...sku, quantity: 3 }], 'shippedOrder');
    await refused(desk.ask(buyer, order, pieces(order, 4), 'return_refund'), 'aftersale.quantity', { left: 3 });
    const asked = await desk.ask(buyer, order, pieces(order), 'return_refund');
    // What was shipped was shipped: the fee stays.
    expect(asked).toMatchObject({ kind: 'return_refund', askedFen: 9_000, shippingFen: 0 });
    await refused(desk.sendBack(buyer, asked), 'aftersale.not_open', { state: 'requested' });

    const agreed = await desk.approve(asked);
    expect(agreed).toMatchObject({ state: 'await_return', agreedFen: 9_000 });
    expect(new Date(agreed.returnBefore ?? 0).getTime() - h.clock.now().getTime()).toBe(7 * 86_400_000);
    expect(agreed.returnTo?.address).toBe('浙江省金华市义乌市福田路 99 号');
    await h.books.balance({ atRest: true });

    const sent = await desk.sendBack(buyer, asked, 'ZT00000001');
    expect(sent).toMatchObject({
      state: 'returning',
      returnParcel: { carrierName: '中通快递', trackingNo: 'ZT00000001' },
    });
    await refused(desk.receive(buyer, order), 'order.aftersale_open');
    await h.books.balance({ atRest: true });

    expect(await desk.receiveReturn(asked, pieces(order, 1))).toMatchObject({ state: 'refunding' });
    expect(await stock(sku)).toEqual({ onHand: 4, reserved: 0, available: 4 });
    const { items } = await desk.staff(listStockMovements, { skuId: sku.skuId });
    expect(items.map((move) => [move.reason, move.delta])).toEqual([
      ['damaged', -1],
      ['return', 3],
      ['ship', -3],
      ['purchase', 5],
    ]);
    await h.refundsArrive();
    expect(await seen()).toMatchObject({ state: 'refunded', refundedFen: 9_000 });
    expect(await sales(sku)).toBe(0);
    expect(spent(buyer)).toBe(1_000);
    const told = ['退款成功', '请寄回商品', '商品已发货', '付款成功'];
    expect(await tell(buyer)).toEqual(told);
    const done = await desk.caseOf(buyer, asked);
    expect(done.timeline.map((entry) => entry.title).toSorted()).toEqual(
      [
        '买家申请售后',
        '商家同意申请',
        '等待买家寄回商品',
        '买家寄回商品',
        '商家收到退货',
        '开始退款',
        '退款成功',
      ].toSorted(),
    );
    await h.books.balance({ atRest: true });
  });

  test('the fee of a shipped order is earned although every piece is refunded', async () => {
    const sku = await h.given.sku({ priceFen: 3_000 });
    const { buyer, order, seen } = await bought([sku], 'shippedOrder');
    await desk.approve(await desk.ask(buyer, order, pieces(order)));
    await h.refundsArrive();
    expect(await seen()).toMatchObject({ state: 'refunded', refundedFen: 3_000, totalFen: 4_000 });
    expect(spent(buyer)).toBe(1_000);
    expect((await desk.postings(order)).at(-1)).toEqual({
      label: '交易完成，确认收入',
      entries: [
        ['订单预收款', 1_000],
        ['平台销售收入', -1_000],
      ],
    });
    // Refund only: the goods stay where they are.
    expect(await stock(sku)).toEqual({ onHand: 9, reserved: 0, available: 9 });
    await h.books.balance({ atRest: true });
  });

  test('several partial refunds of an amount that does not divide end to the cent', async () => {
    const sku = await h.given.sku({ priceFen: 3_334, stock: 7 });
    const { buyer, order, seen } = await bought([{ ...sku, quantity: 7 }], 'shippedOrder');
    const amounts: number[] = [];
    for (const quantity of [3, 1, 2, 1]) {
      const asked = await desk.ask(buyer, order, pieces(order, quantity));
      amounts.push((await desk.approve(asked)).agreedFen ?? -1);
      await h.refundsArrive();
      await h.books.balance({ atRest: true });
    }
    expect(amounts).toEqual([10_002, 3_334, 6_668, 3_334]);
    expect(await seen()).toMatchObject({ state: 'refunded', refundedFen: 23_338 });
    expect(spent(buyer)).toBe(0);
    await refused(desk.ask(buyer, order, pieces(order, 1)), 'aftersale.kind_unavailable');
  });

  test('staff agree to less: that is paid back, the rest is earned, nothing more can be asked for those pieces', async () => {
    const sku = await h.given.sku({ priceFen: 10_000 });
    const { buyer, order, seen } = await bought([{ ...sku, quantity: 2 }], 'shippedOrder');
    const asked = await desk.ask(buyer, order, pieces(order, 1));
    await refused(desk.approve(asked, { amountFen: 10_001 }), 'aftersale.amount', { maxFen: 10_000 });
    await desk.approve(asked, { amountFen: 2_500, note: '包装破损补偿' });
    await h.refundsArrive();
    expect(await seen()).toMatchObject({ state: 'shipped', refundedFen: 2_500 });
    await refused(desk.ask(buyer, order, pieces(order, 2)), 'aftersale.quantity', { left: 1 });
    await desk.approve(await desk.ask(buyer, order, pieces(order, 1)));
    await h.refundsArrive();
    expect(await seen()).toMatchObject({ state: 'refunded', refundedFen: 12_500 });
    expect(spent(buyer)).toBe(7_500);
    expect((await desk.postings(order)).at(-1)).toMatchObject({
      entries: [
        ['订单预收款', 7_500],
        ['平台销售收入', -7_500],
      ],
    });
    await h.books.balance({ atRest: true });
  });

  test('nothing agreed at all: the case is done without asking WeChat', async () => {
    const { buyer, order, seen } = await bought([await h.given.sku()], 'shippedOrder');
    const asked = await desk.ask(buyer, order, pieces(order));
    expect(await desk.approve(asked, { amountFen: 0 })).toMatchObject({ state: 'done', agreedFen: 0 });
    expect(h.wechat.refunds().some((refund) => refund.amountFen === 0)).toBe(false);
    expect(await seen()).toMatchObject({ state: 'refunded', refundedFen: 0 });
    await h.books.balance({ atRest: true });
  });

  test('staff turn a refund into a return', async () => {
    const { buyer, order, seen } = await bought([await h.given.sku()], 'shippedOrder');
    const asked = await desk.ask(buyer, order, pieces(order));
    expect(await desk.approve(asked, { kind: 'return_refund' })).toMatchObject({
      state: 'await_return',
      kind: 'return_refund',
    });
    await desk.receiveReturn(asked);
    await h.refundsArrive();
    expect((await seen()).state).toBe('refunded');
    await h.books.balance({ atRest: true });
  });
});

describe('cases that come to nothing', () => {
  test('rejected, asked again, rejected, and a third time is too many; the order goes on with its life', async () => {
    const { buyer, order, seen } = await bought([await h.given.sku()], 'shippedOrder');
    for (const reason of ['商品已拆封', '商品已使用']) {
      const asked = await desk.ask(buyer, order, pieces(order), 'return_refund');
      expect(await desk.reject(asked, reason)).toMatchObject({ state: 'rejected', rejectReason: reason });
      await h.books.balance({ atRest: true });
    }
    await refused(desk.ask(buyer, order, pieces(order)), 'aftersale.too_many', { max: 2 });
    expect(await tell(buyer)).toEqual(['售后申请未通过', '售后申请未通过', '商品已发货', '付款成功']);
    await desk.receive(buyer, order);
    await h.forward({ days: 15, minutes: 1 });
    expect((await seen()).state).toBe('completed');
    await h.books.balance({ atRest: true });
  });

  test('withdrawn: the pieces may be shipped, and may be asked for again', async () => {
    const { buyer, order, seen } = await bought([await h.given.sku()]);
    const asked = await desk.ask(buyer, order, pieces(order));
    await refused(desk.ask(buyer, order, pieces(order)), 'aftersale.quantity', { left: 0 });
    expect(await desk.withdraw(buyer, asked)).toMatchObject({ state: 'withdrawn', canWithdraw: false });
    await refused(desk.withdraw(buyer, asked), 'aftersale.not_open', { state: 'withdrawn' });
    await refused(desk.approve(asked), 'aftersale.not_open', { state: 'withdrawn' });
    expect(await seen()).toMatchObject({ hasOpenAftersale: false, actions: { canApplyAftersale: true } });
    await desk.ship(order);
    expect((await desk.ask(buyer, order, pieces(order), 'return_refund')).state).toBe('requested');
    await h.books.balance({ atRest: true });
  });

  test('a return that is never sent expires after seven days, and the order goes on', async () => {
    const { buyer, order, seen } = await bought([await h.given.sku()], 'shippedOrder');
    const asked = await desk.ask(buyer, order, pieces(order), 'return_refund');
    await desk.approve(asked);
    await h.forward({ days: 6, hours: 23 });
    expect((await desk.caseOf(buyer, asked)).state).toBe('await_return');
    await h.forward({ hours: 2 });
    expect(await desk.caseOf(buyer, asked)).toMatchObject({ state: 'expired', canSendBack: false });
    await refused(desk.sendBack(buyer, asked), 'aftersale.not_open', { state: 'expired' });
    expect(await seen()).toMatchObject({ state: 'shipped', hasOpenAftersale: false, refundedFen: 0 });
    expect((await tell(buyer))[0]).toBe('售后已关闭');
    await h.books.balance({ atRest: true });
  });

  test('an order with an open case is neither received nor completed by the clock', async () => {
    const { buyer, order, seen } = await bought([await h.given.sku()], 'shippedOrder');
    const asked = await desk.ask(buyer, order, pieces(order));
    await h.forward({ days: 16 });
    expect((await seen()).state).toBe('shipped');
    await desk.reject(asked);
    await h.forward({ minutes: 1 });
    expect((await seen()).state).toBe('received');
    const second = await desk.ask(buyer, order, pieces(order));
    await h.forward({ days: 16 });
    expect((await seen()).state).toBe('received');
    await desk.withdraw(buyer, second);
    await h.forward({ minutes: 1 });
    expect((await seen()).state).toBe('completed');
    await refused(desk.ask(buyer, order, pieces(order)), 'aftersale.window_closed');
    await h.books.balance({ atRest: true });
  });
});

describe('by staff', () => {
  test('out of stock: the money goes home with the fee and without a request', async () => {
    const sku = await h.given.sku({ priceFen: 5_000 });
    const { buyer, order, seen } = await bought([sku]);
    expect(await desk.refund(order, pieces(order))).toMatchObject({
      kind: 'system',
      state: 'refunding',
      agreedFen: 6_000,
    });
    await refused(desk.refund(order, pieces(order)), 'aftersale.quantity', { left: 0 });
    await h.refundsArrive();
    expect(await seen()).toMatchObject({ state: 'refunded', refundedFen: 6_000 });
    expect(spent(buyer)).toBe(0);
    expect((await buyer.call(listAftersales, {})).items).toMatchObject([{ kindName: '系统退款', state: 'done' }]);
    await h.books.balance({ atRest: true });
  });

  test('after completion: income is taken back, not money that is no longer deferred', async () => {
    const { buyer, order, seen } = await bought(
      [{ ...(await h.given.sku({ priceFen: 6_000 })), quantity: 2 }],
      'shippedOrder',
    );
    await desk.receive(buyer, order);
    await h.forward({ days: 15, minutes: 1 });
    expect((await seen()).state).toBe('completed');
    await desk.refund(order, pieces(order, 1), '质量问题协商');
    await h.refundsArrive();
    expect(await seen()).toMatchObject({ state: 'completed', refundedFen: 6_000 });
    expect(await desk.postings(order)).toEqual([
      {
        label: '收到货款',
        entries: [
          ['微信支付待结算', 12_000],
          ['订单预收款', -12_000],
        ],
      },
      {
        label: '交易完成，确认收入',
        entries: [
          ['订单预收款', 12_000],
          ['平台销售收入', -12_000],
        ],
      },
      {
        label: '退款',
        entries: [
          ['平台销售收入', 6_000],
          ['微信支付待结算', -6_000],
        ],
      },
    ]);
    await h.books.balance({ atRest: true });
    await desk.refund(order, pieces(order, 1), '质量问题协商');
    await h.refundsArrive();
    expect((await seen()).state).toBe('refunded');
    expect(spent(buyer)).toBe(0);
    await h.books.balance({ atRest: true });
  });

  test('an unpaid order has nothing to refund', async () => {
    const buyer = await h.given.buyer();
    const checkout = await h.given.checkout(buyer, [await h.given.sku()]);
    const order = await desk.order(buyer, checkout.orders[0] ?? { id: '' });
    await refused(desk.refund(order, pieces(order)), 'aftersale.kind_unavailable', { state: 'unpaid' });
    await refused(desk.ask(buyer, order, pieces(order)), 'aftersale.kind_unavailable', { state: 'unpaid' });
    await h.forward({ minutes: 31 });
  });
});
