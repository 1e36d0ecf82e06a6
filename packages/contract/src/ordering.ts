// Orders: from a checkout to a finished purchase, one order per seller.
import { z } from 'zod';
import { endpoint } from './endpoint.ts';
import { Actor, cursorQuery, Instant, line, page, pageQuery, Picture, scroll, text } from './fields.ts';
import { CarrierField, Parcel, TrackingNo } from './fulfilment.ts';
import {
  AddressId,
  AftersaleId,
  BuyerId,
  CheckoutId,
  OrderId,
  OrderLineId,
  PaymentId,
  ProductId,
  SellerId,
  SkuId,
} from './ids.ts';
import { AddressFields, AddressSnapshot } from './identity.ts';
import { Notice } from './messaging.ts';
import { FenField } from './money.ts';
import { BasketLine, LINES_MAX, QuoteStep, UsePoints } from './pricing.ts';

export const ORDER_STATES = [
  'unpaid',
  'paid',
  'partly_shipped',
  'shipped',
  'received',
  'completed',
  'cancelled',
  'refunded',
] as const;
export type OrderState = (typeof ORDER_STATES)[number];
export const ORDER_STATE_NAMES = {
  unpaid: '待付款',
  paid: '待发货',
  partly_shipped: '部分发货',
  shipped: '待收货',
  received: '已收货',
  completed: '已完成',
  cancelled: '已取消',
  refunded: '已退款',
} as const satisfies Record<OrderState, string>;
/** The tabs of "my orders". */
export const ORDER_TABS = {
  all: ORDER_STATES,
  unpaid: ['unpaid'],
  to_ship: ['paid', 'partly_shipped'],
  to_receive: ['shipped'],
  finished: ['received', 'completed'],
} as const;
export const ORDER_TAB_CODES = ['all', 'unpaid', 'to_ship', 'to_receive', 'finished'] as const;

export const OrderLine = z.object({
  id: OrderLineId,
  productId: ProductId,
  skuId: SkuId,
  title: z.string(),
  specText: z.string(),
  image: Picture.nullable(),
  quantity: z.int(),
  unitFen: FenField,
  discountFen: FenField,
  payableFen: FenField,
  shippedQuantity: z.int(),
  refundedQuantity: z.int(),
  refundedFen: FenField,
});
export const TimelineEntry = z.object({ at: Instant, title: z.string(), detail: z.string(), actor: Actor });
export const OrderBrief = z.object({
  id: OrderId,
  orderNo: z.string(),
  checkoutId: CheckoutId,
  sellerId: SellerId,
  sellerName: z.string(),
  state: z.enum(ORDER_STATES),
  stateName: z.string(),
  /** The buyer has asked to cancel and WeChat is being asked whether money is on its way. */
  isClosing: z.boolean(),
  totalFen: FenField,
  itemCount: z.int(),
  lines: z.array(OrderLine),
  createdAt: Instant,
  payBefore: Instant.nullable(),
  hasOpenAftersale: z.boolean(),
});
/** What may be done with the order now; the server decides, screens only show. */
export const OrderActions = z.object({
  canPay: z.boolean(),
  canCancel: z.boolean(),
  canReceive: z.boolean(),
  canApplyAftersale: z.boolean(),
  canBuyAgain: z.boolean(),
});
export const Order = OrderBrief.extend({
  goodsFen: FenField,
  discountFen: FenField,
  shippingFen: FenField,
  refundedFen: FenField,
  steps: z.array(QuoteStep),
  /** Paid in points, and how many of them have come back with refunds; null when there were none. */
  points: z.object({ used: z.int(), usedFen: FenField, back: z.int() }).nullable(),
  address: AddressSnapshot,
  remark: z.string(),
  parcels: z.array(Parcel),
  /** WeChat's number of the payment while its own receipt component can be opened for it, in the mini-program only. */
  receiptAtWechat: z.string().nullable(),
  timeline: z.array(TimelineEntry),
  aftersaleIds: z.array(AftersaleId),
  actions: OrderActions,
  paidAt: Instant.nullable(),
  shippedAt: Instant.nullable(),
  receivedAt: Instant.nullable(),
  autoReceiveAt: Instant.nullable(),
  aftersaleUntil: Instant.nullable(),
  cancelReason: z.string().nullable(),
});
export const CHECKOUT_STATES = ['open', 'closing', 'closed', 'paid'] as const;
export const Checkout = z.object({
  id: CheckoutId,
  state: z.enum(CHECKOUT_STATES),
  totalFen: FenField,
  expiresAt: Instant,
  paymentId: PaymentId.nullable(),
  orders: z.array(OrderBrief),
});

export const placeCheckout = endpoint({
  id: 'placeCheckout',
  tag: '购物',
  method: 'POST',
  path: '/checkouts',
  audience: 'buyer',
  status: 201,
  idempotent: true,
  ratePerMinute: 30,
  summary: '提交订单：服务端重新计价并锁定库存；金额与确认页不一致时拒绝',
  input: z
    .object({
      lines: z.array(BasketLine).min(1).max(LINES_MAX),
      addressId: AddressId,
      expectedTotalFen: FenField,
      /** Earned points to pay goods with; the expected total counts them. */
      usePoints: UsePoints.default(0),
      remark: text(200).default(''),
      /** True when the lines come from the cart: they leave it. */
      fromCart: z.boolean().default(false),
    })
    .strict(),
  output: Checkout,
  errors: [
    'quote.empty',
    'quote.unavailable',
    'inventory.short',
    'address.not_found',
    'checkout.price_changed',
    'checkout.key_reused',
    'points.short',
  ],
});
export const getCheckout = endpoint({
  id: 'getCheckout',
  tag: '购物',
  method: 'GET',
  path: '/checkouts/:checkoutId',
  audience: 'buyer',
  summary: '结算单',
  input: z.object({ checkoutId: CheckoutId }).strict(),
  output: Checkout,
  errors: ['checkout.not_found'],
});
export const listOrders = endpoint({
  id: 'listOrders',
  tag: '订单',
  method: 'GET',
  path: '/orders',
  audience: 'buyer',
  summary: '我的订单，可按商品名称或订单编号搜索',
  input: z
    .object({ tab: z.enum(ORDER_TAB_CODES).default('all'), q: z.string().trim().max(50).optional(), ...cursorQuery })
    .strict(),
  output: scroll(OrderBrief),
  errors: ['cursor.invalid'],
});
export const countOrders = endpoint({
  id: 'countOrders',
  tag: '订单',
  method: 'GET',
  path: '/orders/counts',
  audience: 'buyer',
  summary: '各状态订单数',
  input: z.object({}).strict(),
  output: z.object({ unpaid: z.int(), toShip: z.int(), toReceive: z.int(), aftersale: z.int() }),
});
const one = z.object({ orderId: OrderId }).strict();
export const getOrder = endpoint({
  id: 'getOrder',
  tag: '订单',
  method: 'GET',
  path: '/orders/:orderId',
  audience: 'buyer',
  summary: '订单详情',
  input: one,
  output: Order,
  errors: ['order.not_found'],
});
export const cancelOrder = endpoint({
  id: 'cancelOrder',
  tag: '订单',
  method: 'POST',
  path: '/orders/:orderId/cancel',
  audience: 'buyer',
  idempotent: true,
  summary:
    '取消未付款订单（同一结算单一起取消）。先向微信关单：若已付款则订单变为已付款；微信未答复时 isClosing 为真，系统会继续处理',
  input: z.object({ orderId: OrderId, reason: text(100).default('') }).strict(),
  output: Order,
  errors: ['order.not_found', 'order.not_cancellable', 'order.already_paid'],
});
export const receiveOrder = endpoint({
  id: 'receiveOrder',
  tag: '订单',
  method: 'POST',
  path: '/orders/:orderId/receive',
  audience: 'buyer',
  idempotent: true,
  summary: '确认收货',
  input: one,
  output: Order,
  errors: ['order.not_found', 'order.not_receivable', 'order.aftersale_open'],
});

/** What a staff list of orders can be put in order by; a minus is the other way round. */
export const ORDER_SORTS = ['createdAt', '-createdAt', 'paidAt', '-paidAt', 'totalFen', '-totalFen'] as const;
export type OrderSort = (typeof ORDER_SORTS)[number];

export const AdminOrderRow = OrderBrief.extend({
  buyerId: BuyerId,
  buyerName: z.string(),
  receiver: z.string(),
  /** Masked: the whole number stands on the order itself. */
  receiverPhone: z.string(),
  paidAt: Instant.nullable(),
  staffNote: z.string(),
});
export const adminListOrders = endpoint({
  id: 'adminListOrders',
  tag: '后台·订单',
  method: 'GET',
  path: '/admin/orders',
  audience: 'staff',
  permission: 'order.view',
  summary: '订单列表：一个搜索框查订单号、微信交易号、商户单号、运单号、买家或收件人手机号、收件人、商品',
  input: z
    .object({
      q: z.string().trim().max(50).optional(),
      state: z.enum(ORDER_STATES).optional(),
      from: z.iso.date().optional(),
      to: z.iso.date().optional(),
      paidFrom: z.iso.date().optional(),
      paidTo: z.iso.date().optional(),
      minFen: FenField.optional(),
      maxFen: FenField.optional(),
      /** Only orders with a case that is not over yet. */
      aftersaleOnly: z.boolean().optional(),
      /** Only orders that somebody in the house has written a note on. */
      notedOnly: z.boolean().optional(),
      productId: ProductId.optional(),
      buyerId: BuyerId.optional(),
      sort: z.enum(ORDER_SORTS).optional(),
      ...pageQuery,
    })
    .strict(),
  output: page(AdminOrderRow),
});
/** How many orders stand in each state, counted up to `ORDER_COUNT_MAX`. */
export const ORDER_COUNT_MAX = 10_000;
export const adminCountOrders = endpoint({
  id: 'adminCountOrders',
  tag: '后台·订单',
  method: 'GET',
  path: '/admin/orders/counts',
  audience: 'staff',
  permission: 'order.view',
  summary: '各状态订单数与处理中售后的订单数，最多数到一万',
  input: z.object({}).strict(),
  output: z.object({ states: z.record(z.enum(ORDER_STATES), z.int()), aftersale: z.int() }),
});
/** One line of a pasted list of parcels. */
const ShipmentLine = z.object({ orderNo: line(40), carrier: CarrierField, trackingNo: TrackingNo }).strict();
export const SHIPMENTS_MAX = 200;
export const ShipmentCheck = z.object({
  orderNo: z.string(),
  orderId: OrderId.nullable(),
  receiver: z.string(),
  goods: z.string(),
  pieces: z.int(),
  /** Why it cannot be shipped; null when it can. */
  problem: z.string().nullable(),
});
export const adminCheckShipments = endpoint({
  id: 'adminCheckShipments',
  tag: '后台·订单',
  method: 'POST',
  path: '/admin/orders/ship-check',
  audience: 'staff',
  permission: 'order.ship',
  summary: '批量发货前逐行核对：订单是否存在、能否发货、运单号是否重复；不改动任何订单',
  input: z.object({ lines: z.array(ShipmentLine).min(1).max(SHIPMENTS_MAX) }).strict(),
  output: z.object({ items: z.array(ShipmentCheck) }),
});
export const AdminOrder = Order.extend({
  buyerId: BuyerId,
  buyerName: z.string(),
  staffNote: z.string(),
  version: z.int(),
  shippable: z.array(z.object({ lineId: OrderLineId, title: z.string(), specText: z.string(), quantity: z.int() })),
  carriers: z.array(z.object({ code: CarrierField, name: z.string() })),
});
export const adminGetOrder = endpoint({
  id: 'adminGetOrder',
  tag: '后台·订单',
  method: 'GET',
  path: '/admin/orders/:orderId',
  audience: 'staff',
  permission: 'order.view',
  summary: '订单详情',
  input: one,
  output: AdminOrder,
  errors: ['order.not_found'],
});
export const adminNoteOrder = endpoint({
  id: 'adminNoteOrder',
  tag: '后台·订单',
  method: 'PUT',
  path: '/admin/orders/:orderId/note',
  audience: 'staff',
  permission: 'order.edit',
  summary: '内部备注',
  input: z.object({ orderId: OrderId, note: text(500) }).strict(),
  output: AdminOrder,
  errors: ['order.not_found'],
});
export const adminCloseOrder = endpoint({
  id: 'adminCloseOrder',
  tag: '后台·订单',
  method: 'POST',
  path: '/admin/orders/:orderId/close',
  audience: 'staff',
  permission: 'order.edit',
  idempotent: true,
  summary: '关闭未付款订单，须写明原因',
  input: z.object({ orderId: OrderId, reason: line(100) }).strict(),
  output: AdminOrder,
  errors: ['order.not_found', 'order.not_cancellable', 'order.already_paid'],
});
export const adminChangeOrderAddress = endpoint({
  id: 'adminChangeOrderAddress',
  tag: '后台·订单',
  method: 'PUT',
  path: '/admin/orders/:orderId/address',
  audience: 'staff',
  permission: 'order.edit',
  summary: '发货前修改收货信息；买家在订单动态里看得到',
  input: z.object({ orderId: OrderId, version: z.int().min(1), ...AddressFields }).strict(),
  output: AdminOrder,
  errors: ['order.not_found', 'order.stale', 'order.address_fixed'],
});
export const adminListOrderNotices = endpoint({
  id: 'adminListOrderNotices',
  tag: '后台·订单',
  method: 'GET',
  path: '/admin/orders/:orderId/notices',
  audience: 'staff',
  permission: 'order.view',
  summary: '就这笔订单发给买家的消息，新的在前，最多一百条',
  input: one,
  output: z.object({ items: z.array(Notice) }),
  errors: ['order.not_found'],
});
/** What a buyer has bought so far. */
export const adminGetBuyerFigures = endpoint({
  id: 'adminGetBuyerFigures',
  tag: '后台·用户',
  method: 'GET',
  path: '/admin/users/:buyerId/figures',
  audience: 'staff',
  permission: 'buyer.view',
  summary: '用户的订单数、实付、退款与最近一次付款',
  input: z.object({ buyerId: BuyerId }).strict(),
  output: z.object({
    orders: z.int(),
    paidOrders: z.int(),
    paidFen: FenField,
    refundedFen: FenField,
    openAftersales: z.int(),
    lastPaidAt: Instant.nullable(),
  }),
  errors: ['buyer.not_found'],
});
