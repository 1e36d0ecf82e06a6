// What WeChat is told of shipped goods, for staff: until it knows, it holds the money.
import { z } from 'zod';
import { endpoint } from './endpoint.ts';
import { Instant, page, pageQuery } from './fields.ts';
import { OrderId, PaymentId } from './ids.ts';
import { WechatAnswer } from './payment.ts';

export const UPLOAD_STATES = ['waiting', 'due', 'told', 'complete', 'stuck', 'over'] as const;
export const UPLOAD_STATE_NAMES = {
  waiting: '待发货',
  due: '待上传',
  told: '部分已上传',
  complete: '已上传',
  stuck: '需要处理',
  over: '无需上传',
} as const;
export const WECHAT_ORDER_STATE_NAMES = {
  to_ship: '待发货',
  shipped: '已发货',
  confirmed: '已确认收货',
  done: '交易完成',
  refunded: '已退款',
  settling: '待结算',
  unknown: '未知',
} as const;

export const ShippingUploadRow = z.object({
  /** Of the payment: there is one upload for each. */
  id: PaymentId,
  outTradeNo: z.string(),
  transactionId: z.string(),
  orders: z.array(z.object({ id: OrderId, orderNo: z.string() })),
  logistics: z.enum(['express', 'pickup', 'virtual']),
  state: z.enum(UPLOAD_STATES),
  /** Parcels that WeChat knows. */
  sent: z.array(z.object({ trackingNo: z.string(), company: z.string(), itemDesc: z.string() })),
  lastError: z.string().nullable(),
  tries: z.int(),
  nextTryAt: Instant.nullable(),
  wechatState: z.enum(['to_ship', 'shipped', 'confirmed', 'done', 'refunded', 'settling', 'unknown']).nullable(),
  wechatSeenAt: Instant.nullable(),
  isReminded: z.boolean(),
  paidAt: Instant,
  uploadedAt: Instant.nullable(),
  confirmedAt: Instant.nullable(),
  settledAt: Instant.nullable(),
});
export const ShippingComparison = z.object({
  at: Instant,
  /** Orders on WeChat's list, what was brought in line by itself, and what a person has to look at. */
  seen: z.int(),
  repaired: z.int(),
  differing: z.int(),
});

export const adminListShippingUploads = endpoint({
  id: 'adminListShippingUploads',
  tag: '后台·订单',
  method: 'GET',
  path: '/admin/shipping-uploads',
  audience: 'staff',
  permission: 'order.view',
  summary: '上传到微信的发货信息，与最近一次和微信的核对',
  input: z
    .object({ q: z.string().trim().max(64).optional(), state: z.enum(UPLOAD_STATES).optional(), ...pageQuery })
    .strict(),
  output: page(ShippingUploadRow).extend({
    counts: z.object({ due: z.int(), stuck: z.int(), reminded: z.int() }),
    compared: ShippingComparison.nullable(),
    /** False while WeChat says that it does not manage this mini-program's trade: nothing has to be told then. */
    isManaged: z.boolean(),
  }),
});
export const adminRetryShippingUpload = endpoint({
  id: 'adminRetryShippingUpload',
  tag: '后台·订单',
  method: 'POST',
  path: '/admin/shipping-uploads/:paymentId/retry',
  audience: 'staff',
  permission: 'order.ship',
  summary: '立即再上传一次；已在微信后台手工处理的，会先向微信核对',
  input: z.object({ paymentId: PaymentId }).strict(),
  output: ShippingUploadRow,
  errors: ['payment.not_found'],
});
export const adminCompareShipping = endpoint({
  id: 'adminCompareShipping',
  tag: '后台·订单',
  method: 'POST',
  path: '/admin/shipping-uploads/compare',
  audience: 'staff',
  permission: 'order.ship',
  ratePerMinute: 2,
  summary: '立即与微信的订单列表核对（每天也会自动核对一次）',
  input: z.object({}).strict(),
  output: ShippingComparison,
  errors: ['wechat.unavailable'],
});

/** WeChat checks our address with a GET and pushes with a POST; both carry their proof in the query. */
export const checkWechatPush = endpoint({
  id: 'checkWechatPush',
  tag: '微信通知',
  method: 'GET',
  path: '/wechat/push',
  audience: 'wechat',
  summary: '消息推送地址校验',
  input: z.object({}),
  output: WechatAnswer,
});
export const hearWechatPush = endpoint({
  id: 'hearWechatPush',
  tag: '微信通知',
  method: 'POST',
  path: '/wechat/push',
  audience: 'wechat',
  summary: '小程序消息推送（安全模式，JSON）：发货提醒、确认收货与结算；收下时回答 success',
  input: z.object({}),
  output: WechatAnswer,
});
