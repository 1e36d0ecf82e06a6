// Paying and being paid back: attempts, the truth about their outcome, notices and cases for staff.
import { z } from 'zod';
import { endpoint } from './endpoint.ts';
import { Instant, line, page, pageQuery } from './fields.ts';
import { CheckoutId, OrderId, PaymentId, RefundId } from './ids.ts';
import { FenField } from './money.ts';

/** What can be paid for. */
export const PAYABLE_KINDS = ['checkout', 'recharge'] as const;
export const PAYABLE_KIND_NAMES = { checkout: '商品订单', recharge: '积分充值' } as const;
export const PAY_CHANNELS = ['jsapi', 'native', 'h5'] as const;
export const PAY_CHANNEL_NAMES = { jsapi: '微信支付', native: '微信扫码', h5: '微信支付（浏览器）' } as const;
export const PAYMENT_STATES = ['open', 'closing', 'closed', 'paid'] as const;
export const ATTEMPT_STATES = ['created', 'prepaid', 'succeeded', 'closed', 'failed', 'disputed'] as const;
export const ATTEMPT_STATE_NAMES = {
  created: '已创建',
  prepaid: '待支付',
  succeeded: '已支付',
  closed: '已关闭',
  failed: '失败',
  disputed: '金额不符',
} as const;
export const REFUND_STATES = ['created', 'submitted', 'succeeded', 'abnormal', 'closed', 'manual'] as const;
export const REFUND_STATE_NAMES = {
  created: '待提交',
  submitted: '退款中',
  succeeded: '已退款',
  abnormal: '退款异常',
  closed: '已关闭',
  manual: '待人工处理',
} as const;
export const REFUND_CAUSES = ['aftersale', 'recharge', 'late', 'duplicate', 'dispute'] as const;
export const REFUND_CAUSE_NAMES = {
  aftersale: '售后退款',
  recharge: '充值退款',
  late: '超时付款退回',
  duplicate: '重复付款退回',
  dispute: '金额不符退回',
} as const;

export const REFUND_WAYS = ['wechat', 'wallet'] as const;
export const REFUND_WAY_NAMES = { wechat: '微信原路', wallet: '退到余额' } as const;

export const PayParams = z.discriminatedUnion('channel', [
  z.object({
    channel: z.literal('jsapi'),
    appId: z.string(),
    timeStamp: z.string(),
    nonceStr: z.string(),
    package: z.string(),
    signType: z.literal('RSA'),
    paySign: z.string(),
  }),
  z.object({ channel: z.literal('native'), codeUrl: z.string(), codeSvg: z.string() }),
  z.object({ channel: z.literal('h5'), h5Url: z.string() }),
  /** The wallet has paid it all: there is nothing to open. */
  z.object({ channel: z.literal('balance') }),
]);
export type PayParamsView = z.output<typeof PayParams>;

export const payCheckout = endpoint({
  id: 'payCheckout',
  tag: '支付',
  method: 'POST',
  path: '/checkouts/:checkoutId/pay',
  audience: 'buyer',
  idempotent: true,
  ratePerMinute: 20,
  summary: '发起支付：可用余额抵扣一部分或全部，其余走微信；换渠道或改抵扣会先关闭上一笔',
  input: z
    .object({
      checkoutId: CheckoutId,
      channel: z.enum(PAY_CHANNELS),
      balanceFen: FenField.optional(),
      returnTo: z.string().max(500).optional(),
    })
    .strict(),
  output: PayParams,
  errors: [
    'checkout.not_found',
    'checkout.not_payable',
    'checkout.expired',
    'payment.openid_missing',
    'payment.pending',
    'payment.refused',
    'payment.balance_short',
    'payment.channel_barred',
    'order.already_paid',
  ],
});
export const getPaymentStatus = endpoint({
  id: 'getPaymentStatus',
  tag: '支付',
  method: 'GET',
  path: '/checkouts/:checkoutId/status',
  audience: 'buyer',
  summary: '支付结果：以微信的签名通知或查询为准',
  input: z.object({ checkoutId: CheckoutId }).strict(),
  output: z.object({
    state: z.enum(PAYMENT_STATES),
    totalFen: FenField,
    /** What of it the wallet pays. */
    balanceFen: FenField,
    /** What the wallet could give to it; 0 when it cannot be paid any more. */
    spendableFen: FenField,
    /** Why WeChat Pay is not offered from here, in words; null when it is. */
    barred: z.string().nullable(),
    paidAt: Instant.nullable(),
    orderIds: z.array(OrderId),
    expiresAt: Instant,
  }),
  errors: ['checkout.not_found'],
});

/** Answered in WeChat's own shape: 204, or 4xx/5xx with {code, message}. */
export const WechatAnswer = z.object({ code: z.string(), message: z.string() }).partial();
export const hearPayNotice = endpoint({
  id: 'hearPayNotice',
  tag: '微信通知',
  method: 'POST',
  path: '/payment/notify/wechat',
  audience: 'wechat',
  summary: '微信支付结果通知',
  input: z.object({}),
  output: WechatAnswer,
});
export const hearRefundNotice = endpoint({
  id: 'hearRefundNotice',
  tag: '微信通知',
  method: 'POST',
  path: '/payment/notify/wechat/refund',
  audience: 'wechat',
  summary: '微信退款结果通知',
  input: z.object({}),
  output: WechatAnswer,
});

export const RefundView = z.object({
  id: RefundId,
  outRefundNo: z.string(),
  amountFen: FenField,
  /** What of it goes back to the wallet because it came from there. */
  balanceFen: FenField,
  /** How the rest travels. */
  way: z.enum(REFUND_WAYS),
  state: z.enum(REFUND_STATES),
  cause: z.enum(REFUND_CAUSES),
  reason: z.string(),
  tries: z.int(),
  lastError: z.string().nullable(),
  createdAt: Instant,
  succeededAt: Instant.nullable(),
  receivedBy: z.string().nullable(),
});
export const PaymentAttempt = z.object({
  id: z.string(),
  outTradeNo: z.string(),
  channel: z.enum(PAY_CHANNELS),
  amountFen: FenField,
  paidFen: FenField.nullable(),
  state: z.enum(ATTEMPT_STATES),
  isAccepted: z.boolean(),
  transactionId: z.string().nullable(),
  createdAt: Instant,
  succeededAt: Instant.nullable(),
  refunds: z.array(RefundView),
});
export const PaymentRow = z.object({
  id: PaymentId,
  payableKind: z.enum(PAYABLE_KINDS),
  payableId: z.string(),
  orderNos: z.array(z.string()),
  buyerName: z.string(),
  amountFen: FenField,
  /** What of it the wallet pays. */
  balanceFen: FenField,
  state: z.enum(PAYMENT_STATES),
  createdAt: Instant,
  paidAt: Instant.nullable(),
  refundedFen: FenField,
});
export const adminListPayments = endpoint({
  id: 'adminListPayments',
  tag: '后台·支付',
  method: 'GET',
  path: '/admin/payments',
  audience: 'staff',
  permission: 'payment.view',
  summary: '支付单列表',
  input: z
    .object({
      q: z.string().trim().max(64).optional(),
      state: z.enum(PAYMENT_STATES).optional(),
      from: z.iso.date().optional(),
      to: z.iso.date().optional(),
      ...pageQuery,
    })
    .strict(),
  output: page(PaymentRow),
});
export const NOTICE_STATES = ['stored', 'done', 'failed', 'dead', 'rejected', 'ignored'] as const;
export const NOTICE_STATE_NAMES = {
  stored: '待处理',
  done: '已处理',
  failed: '等待重试',
  dead: '处理失败',
  rejected: '验签失败',
  ignored: '已忽略',
} as const;
export const ProviderNotice = z.object({
  id: z.string(),
  eventId: z.string().nullable(),
  eventType: z.string(),
  outTradeNo: z.string().nullable(),
  state: z.enum(NOTICE_STATES),
  why: z.string().nullable(),
  tries: z.int(),
  /** How often WeChat has delivered it. */
  deliveries: z.int(),
  receivedAt: Instant,
  nextTryAt: Instant.nullable(),
  ip: z.string(),
});
const deskSpan = { from: z.iso.date().optional(), to: z.iso.date().optional() };
const deskQuery = { q: z.string().trim().max(64).optional(), ...deskSpan, ...pageQuery };
export const adminListNotices = endpoint({
  id: 'adminListNotices',
  tag: '后台·支付',
  method: 'GET',
  path: '/admin/payment-notices',
  audience: 'staff',
  permission: 'payment.view',
  summary: '微信通知：每一封原样留存，处理失败按 1、3、5 分钟自动重试',
  input: z.object({ state: z.enum(NOTICE_STATES).optional(), ...deskQuery }).strict(),
  output: page(ProviderNotice),
});
export const adminGetNotice = endpoint({
  id: 'adminGetNotice',
  tag: '后台·支付',
  method: 'GET',
  path: '/admin/payment-notices/:noticeId',
  audience: 'staff',
  permission: 'payment.view',
  summary: '一封微信通知：请求头、原文、解密后的内容与处理经过',
  input: z.object({ noticeId: z.uuid() }).strict(),
  output: ProviderNotice.extend({
    isVerified: z.boolean(),
    headers: z.record(z.string(), z.string()),
    /** As it came: its resource is still encrypted. */
    body: z.string(),
    /** Decrypted, without the openid. */
    facts: z.record(z.string(), z.unknown()).nullable(),
    paymentId: PaymentId.nullable(),
    doneAt: Instant.nullable(),
  }),
  errors: ['payment.notice_not_found'],
});
export const adminRetryNotice = endpoint({
  id: 'adminRetryNotice',
  tag: '后台·支付',
  method: 'POST',
  path: '/admin/payment-notices/:noticeId/retry',
  audience: 'staff',
  permission: 'order.refund',
  idempotent: true,
  summary: '立即重新处理一封通知；已处理过的不会再生效',
  input: z.object({ noticeId: z.uuid() }).strict(),
  output: ProviderNotice,
  errors: ['payment.notice_not_found', 'payment.notice_settled'],
});
export const adminGetNoticeStats = endpoint({
  id: 'adminGetNoticeStats',
  tag: '后台·支付',
  method: 'GET',
  path: '/admin/payment-notice-stats',
  audience: 'staff',
  permission: 'payment.view',
  summary: '微信通知统计：总数、成功、失败、成功率、今日与待重试',
  input: z.object(deskSpan).strict(),
  output: z.object({
    total: z.int(),
    succeeded: z.int(),
    failed: z.int(),
    /** Of those decided; null when there is none. */
    successBps: z.int().nullable(),
    today: z.int(),
    waiting: z.int(),
    dead: z.int(),
  }),
});
export const adminListAttempts = endpoint({
  id: 'adminListAttempts',
  tag: '后台·支付',
  method: 'GET',
  path: '/admin/payment-attempts',
  audience: 'staff',
  permission: 'payment.view',
  summary: '支付尝试：每次向微信下单一笔',
  input: z
    .object({ state: z.enum(ATTEMPT_STATES).optional(), channel: z.enum(PAY_CHANNELS).optional(), ...deskQuery })
    .strict(),
  output: page(
    PaymentAttempt.omit({ refunds: true }).extend({
      paymentId: PaymentId,
      payableKind: z.enum(PAYABLE_KINDS),
      refundedFen: FenField,
      /** How often WeChat was asked about it by schedule, and when next. */
      checks: z.int(),
      nextCheckAt: Instant.nullable(),
    }),
  ),
});
const RefundRow = RefundView.extend({
  paymentId: PaymentId,
  payableKind: z.enum(PAYABLE_KINDS),
  /** When it was last sent to WeChat, and when it is looked at next. */
  sentAt: Instant.nullable(),
  nextCheckAt: Instant.nullable(),
});
export const adminListRefunds = endpoint({
  id: 'adminListRefunds',
  tag: '后台·支付',
  method: 'GET',
  path: '/admin/refunds',
  audience: 'staff',
  permission: 'payment.view',
  summary: '退款单列表',
  input: z
    .object({ state: z.enum(REFUND_STATES).optional(), cause: z.enum(REFUND_CAUSES).optional(), ...deskQuery })
    .strict(),
  output: page(RefundRow),
});
export const adminGetRefund = endpoint({
  id: 'adminGetRefund',
  tag: '后台·支付',
  method: 'GET',
  path: '/admin/refunds/:refundId',
  audience: 'staff',
  permission: 'payment.view',
  summary: '一笔退款：状态、次数、下次时间、出资账户、微信通知与待办',
  input: z.object({ refundId: RefundId }).strict(),
  output: RefundRow.extend({
    /** WeChat's number of it. */
    providerId: z.string().nullable(),
    outTradeNo: z.string().nullable(),
    transactionId: z.string().nullable(),
    sources: z.array(z.object({ account: z.string(), amountFen: FenField, subsidyFen: FenField })),
    notices: z.array(ProviderNotice),
    cases: z.array(z.lazy(() => PaymentCase)),
  }),
  errors: ['refund.not_found'],
});
export const OrderMoney = z.object({
  payments: z.array(
    PaymentRow.extend({
      attempts: z.array(PaymentAttempt),
      /** Refunds that went to the wallet alone. */
      walletRefunds: z.array(RefundView),
    }),
  ),
  notices: z.array(ProviderNotice),
  postings: z.array(
    z.object({
      id: z.string(),
      at: Instant,
      label: z.string(),
      /** Each in its own unit: of money the points are zero, and the other way round. */
      entries: z.array(
        z.object({
          account: z.string(),
          debitFen: FenField,
          creditFen: FenField,
          debitPoints: z.int(),
          creditPoints: z.int(),
        }),
      ),
    }),
  ),
});
export const adminGetOrderMoney = endpoint({
  id: 'adminGetOrderMoney',
  tag: '后台·支付',
  method: 'GET',
  path: '/admin/orders/:orderId/money',
  audience: 'staff',
  permission: 'payment.view',
  summary: '订单的支付、退款、通知与记账',
  input: z.object({ orderId: OrderId }).strict(),
  output: OrderMoney,
  errors: ['order.not_found'],
});
export const adminGetPayment = endpoint({
  id: 'adminGetPayment',
  tag: '后台·支付',
  method: 'GET',
  path: '/admin/payments/:paymentId',
  audience: 'staff',
  permission: 'payment.view',
  summary: '一张支付单：订单、每次支付、退款、微信通知与记账',
  input: z.object({ paymentId: PaymentId }).strict(),
  output: OrderMoney.extend({
    orders: z.array(z.object({ id: OrderId, orderNo: z.string(), totalFen: FenField })),
    recharges: z.array(z.object({ id: z.string(), orderNo: z.string(), priceFen: FenField })),
  }),
  errors: ['payment.not_found'],
});
export const PAYMENT_CASE_KINDS = ['amount_mismatch', 'refund_abnormal', 'refund_manual', 'orphan_payment'] as const;
export const PAYMENT_CASE_KIND_NAMES = {
  amount_mismatch: '支付金额不符',
  refund_abnormal: '退款异常',
  refund_manual: '退款多次失败',
  orphan_payment: '无主付款',
} as const;
export const PAYMENT_CASE_ACTIONS = ['send_home', 'retry', 'to_wallet', 'mark_done'] as const;
export const PaymentCase = z.object({
  id: z.string(),
  kind: z.enum(PAYMENT_CASE_KINDS),
  state: z.enum(['open', 'done']),
  title: z.string(),
  detail: z.string(),
  paymentId: PaymentId.nullable(),
  refundId: RefundId.nullable(),
  createdAt: Instant,
  doneAt: Instant.nullable(),
  resolution: z.string().nullable(),
});
export const adminListPaymentCases = endpoint({
  id: 'adminListPaymentCases',
  tag: '后台·支付',
  method: 'GET',
  path: '/admin/payment-cases',
  audience: 'staff',
  permission: 'payment.view',
  summary: '需要人工处理的支付问题',
  input: z
    .object({
      q: z.string().trim().max(64).optional(),
      state: z.enum(['open', 'done']).optional(),
      kind: z.enum(PAYMENT_CASE_KINDS).optional(),
      ...pageQuery,
    })
    .strict(),
  output: page(PaymentCase),
});
export const adminResolvePaymentCase = endpoint({
  id: 'adminResolvePaymentCase',
  tag: '后台·支付',
  method: 'POST',
  path: '/admin/payment-cases/:caseId/resolve',
  audience: 'staff',
  permission: 'order.refund',
  idempotent: true,
  summary:
    '处理：金额不符可原路退回（send_home）；退款异常或失败可重试（retry，换新退款单号仅在旧单已确定关闭时），微信已不能退的改退到用户余额（to_wallet）；无主付款在微信商户平台退款后标记完成（mark_done）',
  input: z.object({ caseId: z.uuid(), action: z.enum(PAYMENT_CASE_ACTIONS), note: line(200) }).strict(),
  output: PaymentCase,
  errors: ['payment.not_found', 'refund.not_retryable', 'refund.too_much'],
});
