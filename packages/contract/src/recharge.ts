// Buying points: packages, the orders for them, and paying an order back while its points are untouched.
import { z } from 'zod';
import { endpoint } from './endpoint.ts';
import { cursorQuery, Done, Instant, line, page, pageQuery, scroll, text } from './fields.ts';
import { BuyerId, idField, OrderNo } from './ids.ts';
import { FenField } from './money.ts';
import { OrderMoney, PAY_CHANNELS, PayParams } from './payment.ts';

export const PackageId = idField<'package'>();
export const RechargeId = idField<'recharge'>();

/** What a package may cost and bring; the database holds the same. */
export const PACKAGE_PRICE_MIN_FEN = 100;
export const PACKAGE_PRICE_MAX_FEN = 100_000;
export const PACKAGE_POINTS_MIN = 10;
export const PACKAGE_POINTS_MAX = 10_000;
/** What a point counts for where it has to be turned into money: ten points are a yuan. */
export const POINT_FEN = 10;

export const PACKAGE_LABELS = ['hot_sale', 'best_value', 'limited_time'] as const;
export const PACKAGE_LABEL_NAMES: Record<(typeof PACKAGE_LABELS)[number], string> = {
  hot_sale: '热卖',
  best_value: '超值',
  limited_time: '限时',
};
export const PACKAGE_ICONS = ['coin', 'gift', 'star', 'crown', 'flame', 'gem'] as const;
export const PACKAGE_ICON_NAMES: Record<(typeof PACKAGE_ICONS)[number], string> = {
  coin: '金币',
  gift: '礼物',
  star: '星星',
  crown: '皇冠',
  flame: '火焰',
  gem: '宝石',
};

/** Where a package stands at this moment. */
export const PACKAGE_SHELVES = ['on_sale', 'later', 'over', 'off', 'retired'] as const;
export const PACKAGE_SHELF_NAMES: Record<(typeof PACKAGE_SHELVES)[number], string> = {
  on_sale: '在售',
  later: '未开始',
  over: '已结束',
  off: '未启用',
  retired: '已停售',
};

export const RECHARGE_STATES = ['pending', 'paid', 'cancelled', 'expired', 'refunded'] as const;
export type RechargeState = (typeof RECHARGE_STATES)[number];
export const RECHARGE_STATE_NAMES: Record<RechargeState, string> = {
  pending: '待付款',
  paid: '已到账',
  cancelled: '已取消',
  expired: '超时关闭',
  refunded: '已退款',
};
export const RECHARGE_REFUND_STATES = ['refunding', 'succeeded', 'given_up'] as const;
export const RECHARGE_REFUND_STATE_NAMES = { refunding: '退款中', succeeded: '已退款', given_up: '已放弃' } as const;

const packageFields = {
  name: line(30),
  description: text(100).default(''),
  priceFen: z.int().min(PACKAGE_PRICE_MIN_FEN).max(PACKAGE_PRICE_MAX_FEN) as unknown as typeof FenField,
  points: z.int().min(PACKAGE_POINTS_MIN).max(PACKAGE_POINTS_MAX),
  bonusPoints: z.int().min(0).max(PACKAGE_POINTS_MAX).default(0),
  label: z.enum(PACKAGE_LABELS).nullable().default(null),
  /** Null: the colour that belongs to the label. */
  labelColor: z
    .string()
    .regex(/^#[0-9a-fA-F]{6}$/, '颜色形如 #FF6600')
    .nullable()
    .default(null),
  icon: z.enum(PACKAGE_ICONS).default('coin'),
  isRecommended: z.boolean().default(false),
  sortOrder: z.int().min(0).max(9999).default(0),
  isActive: z.boolean().default(true),
  saleFrom: Instant.nullable().default(null),
  saleUntil: Instant.nullable().default(null),
  perBuyerMax: z.int().min(1).max(999).nullable().default(null),
};

/** What a shopper sees of a package. */
export const PointPackage = z.object({
  id: PackageId,
  name: z.string(),
  description: z.string(),
  priceFen: FenField,
  points: z.int(),
  bonusPoints: z.int(),
  label: z.enum(PACKAGE_LABELS).nullable(),
  labelText: z.string().nullable(),
  labelColor: z.string().nullable(),
  icon: z.enum(PACKAGE_ICONS),
  isRecommended: z.boolean(),
  /** When the offer ends; null: it does not. */
  saleUntil: Instant.nullable(),
  perBuyerMax: z.int().nullable(),
  /** The one who asks has bought it as often as one may. False for a visitor. */
  isLimitReached: z.boolean(),
});
export type PointPackageView = z.output<typeof PointPackage>;

export const listPackages = endpoint({
  id: 'listPackages',
  tag: '积分充值',
  method: 'GET',
  path: '/payment/packages',
  audience: 'visitor',
  summary: '在售的积分套餐，按排序号从小到大',
  input: z.object({}).strict(),
  output: z.object({ items: z.array(PointPackage) }),
});
export const getPackage = endpoint({
  id: 'getPackage',
  tag: '积分充值',
  method: 'GET',
  path: '/payment/packages/:packageId',
  audience: 'visitor',
  summary: '一个在售的积分套餐',
  input: z.object({ packageId: PackageId }).strict(),
  output: PointPackage,
  errors: ['package.not_found'],
});

/** An order for points. The package stands in it as it was when it was bought. */
export const RechargeOrder = z.object({
  id: RechargeId,
  orderNo: OrderNo,
  packageId: PackageId,
  packageName: z.string(),
  icon: z.enum(PACKAGE_ICONS),
  priceFen: FenField,
  points: z.int(),
  bonusPoints: z.int(),
  state: z.enum(RECHARGE_STATES),
  stateName: z.string(),
  /** WeChat is asked whether it was paid after all; for moments. */
  isClosing: z.boolean(),
  canPay: z.boolean(),
  canCancel: z.boolean(),
  createdAt: Instant,
  expiresAt: Instant,
  paidAt: Instant.nullable(),
  /** Cancelled, expired or refunded. */
  endedAt: Instant.nullable(),
  refund: z
    .object({ state: z.enum(RECHARGE_REFUND_STATES), amountFen: FenField, points: z.int(), createdAt: Instant })
    .nullable(),
});
export type RechargeOrderView = z.output<typeof RechargeOrder>;

const byNo = { orderNo: OrderNo };
export const placeRecharge = endpoint({
  id: 'placeRecharge',
  tag: '积分充值',
  method: 'POST',
  path: '/payment/orders',
  audience: 'buyer',
  idempotent: true,
  ratePerMinute: 10,
  status: 201,
  summary: '下一笔充值订单；同一套餐已有未付款订单时返回那一笔，之后用 pay 取得付款码或收银台参数',
  input: z.object({ packageId: PackageId }).strict(),
  output: RechargeOrder,
  errors: ['package.not_found', 'package.limit', 'recharge.unpaid'],
});
export const listRecharges = endpoint({
  id: 'listRecharges',
  tag: '积分充值',
  method: 'GET',
  path: '/payment/orders',
  audience: 'buyer',
  summary: '我的充值订单，新的在前',
  input: z.object({ state: z.enum(RECHARGE_STATES).optional(), ...cursorQuery }).strict(),
  output: scroll(RechargeOrder),
  errors: ['cursor.invalid'],
});
export const getRecharge = endpoint({
  id: 'getRecharge',
  tag: '积分充值',
  method: 'GET',
  path: '/payment/orders/:orderNo',
  audience: 'buyer',
  summary: '充值订单与付款结果：以微信的签名通知或查询为准',
  input: z.object(byNo).strict(),
  output: RechargeOrder,
  errors: ['recharge.not_found'],
});
export const payRecharge = endpoint({
  id: 'payRecharge',
  tag: '积分充值',
  method: 'POST',
  path: '/payment/orders/:orderNo/pay',
  audience: 'buyer',
  idempotent: true,
  ratePerMinute: 20,
  summary: '发起微信支付：native 为电脑扫码，jsapi 为微信内支付，h5 为手机浏览器；换渠道会先关闭上一笔',
  input: z.object({ ...byNo, channel: z.enum(PAY_CHANNELS), returnTo: z.string().max(500).optional() }).strict(),
  output: PayParams,
  errors: [
    'recharge.not_found',
    'recharge.already_paid',
    'checkout.not_payable',
    'checkout.expired',
    'checkout.not_found',
    'payment.openid_missing',
    'payment.channel_barred',
    'payment.pending',
    'payment.refused',
    'order.already_paid',
  ],
});
export const cancelRecharge = endpoint({
  id: 'cancelRecharge',
  tag: '积分充值',
  method: 'POST',
  path: '/payment/orders/:orderNo/cancel',
  audience: 'buyer',
  idempotent: true,
  summary: '取消未付款的充值订单。先向微信关单：若已付款则积分照常到账；微信未答复时 isClosing 为真，系统会继续处理',
  input: z.object(byNo).strict(),
  output: RechargeOrder,
  errors: ['recharge.not_found', 'recharge.not_cancellable', 'recharge.already_paid'],
});

/** What staff see of a package, on sale or not. */
export const AdminPackage = z.object({
  id: PackageId,
  name: z.string(),
  description: z.string(),
  priceFen: FenField,
  points: z.int(),
  bonusPoints: z.int(),
  label: z.enum(PACKAGE_LABELS).nullable(),
  labelColor: z.string().nullable(),
  icon: z.enum(PACKAGE_ICONS),
  isRecommended: z.boolean(),
  sortOrder: z.int(),
  isActive: z.boolean(),
  saleFrom: Instant.nullable(),
  saleUntil: Instant.nullable(),
  perBuyerMax: z.int().nullable(),
  /** Bought at least once: it can be retired, not deleted. */
  isSold: z.boolean(),
  retiredAt: Instant.nullable(),
  shelf: z.enum(PACKAGE_SHELVES),
  paidCount: z.int(),
  version: z.int(),
});
const onePackage = z.object({ packageId: PackageId }).strict();
export const adminListPackages = endpoint({
  id: 'adminListPackages',
  tag: '后台·积分',
  method: 'GET',
  path: '/admin/payment-packages',
  audience: 'staff',
  permission: 'points.view',
  summary: '积分套餐，按排序号；停售的在后',
  input: z.object({ q: z.string().trim().max(30).optional(), ...pageQuery }).strict(),
  output: page(AdminPackage),
});
export const adminGetPackage = endpoint({
  id: 'adminGetPackage',
  tag: '后台·积分',
  method: 'GET',
  path: '/admin/payment-packages/:packageId',
  audience: 'staff',
  permission: 'points.view',
  summary: '一个积分套餐',
  input: onePackage,
  output: AdminPackage,
  errors: ['package.not_found'],
});
export const adminCreatePackage = endpoint({
  id: 'adminCreatePackage',
  tag: '后台·积分',
  method: 'POST',
  path: '/admin/payment-packages',
  audience: 'staff',
  permission: 'points.edit',
  status: 201,
  summary: '新增积分套餐',
  input: z.object(packageFields).strict(),
  output: AdminPackage,
  errors: ['package.window'],
});
export const adminUpdatePackage = endpoint({
  id: 'adminUpdatePackage',
  tag: '后台·积分',
  method: 'PUT',
  path: '/admin/payment-packages/:packageId',
  audience: 'staff',
  permission: 'points.edit',
  summary: '修改积分套餐；已下的订单不受影响，版本过期时拒绝',
  input: z.object({ packageId: PackageId, version: z.int().min(1), ...packageFields }).strict(),
  output: AdminPackage,
  errors: ['package.not_found', 'package.stale', 'package.retired', 'package.window'],
});
export const adminDeletePackage = endpoint({
  id: 'adminDeletePackage',
  tag: '后台·积分',
  method: 'DELETE',
  path: '/admin/payment-packages/:packageId',
  audience: 'staff',
  permission: 'points.edit',
  summary: '删除从未有人下单的套餐；有过订单的改为停售，订单与统计仍可查',
  input: onePackage,
  output: Done.extend({ outcome: z.enum(['deleted', 'retired']) }),
  errors: ['package.not_found'],
});

export const AdminRecharge = RechargeOrder.extend({
  buyerId: BuyerId,
  buyerName: z.string(),
  cancelReason: z.string().nullable(),
});
export const adminListRecharges = endpoint({
  id: 'adminListRecharges',
  tag: '后台·积分',
  method: 'GET',
  path: '/admin/recharge-orders',
  audience: 'staff',
  permission: 'points.view',
  summary: '充值订单，新的在前；可按订单编号、微信支付单号或用户手机号搜索',
  input: z
    .object({
      q: z.string().trim().max(64).optional(),
      state: z.enum(RECHARGE_STATES).optional(),
      packageId: PackageId.optional(),
      buyerId: BuyerId.optional(),
      from: z.iso.date().optional(),
      to: z.iso.date().optional(),
      ...pageQuery,
    })
    .strict(),
  output: page(AdminRecharge),
});
/** What paying an order back would come to at this moment. */
export const RechargeRefundPlan = z.object({
  amountFen: FenField,
  /** Points that are taken back: the bought ones, and what is left of the given ones. */
  paidPoints: z.int(),
  bonusPoints: z.int(),
  /** Given points that are gone, and what they count for. */
  missingBonus: z.int(),
  missingFen: FenField,
});
export const AdminRechargeDetail = AdminRecharge.extend({
  /** Null with `refusal` when it cannot be paid back. */
  plan: RechargeRefundPlan.nullable(),
  refusal: z.string().nullable(),
  refunds: z.array(
    RechargeRefundPlan.extend({
      id: z.string(),
      state: z.enum(RECHARGE_REFUND_STATES),
      reason: z.string(),
      staffName: z.string(),
      createdAt: Instant,
      endedAt: Instant.nullable(),
      /** WeChat has closed the refund for good: it may be given up, and the points go back. */
      canGiveUp: z.boolean(),
    }),
  ),
});
const oneRecharge = z.object({ rechargeId: RechargeId });
export const adminGetRecharge = endpoint({
  id: 'adminGetRecharge',
  tag: '后台·积分',
  method: 'GET',
  path: '/admin/recharge-orders/:rechargeId',
  audience: 'staff',
  permission: 'points.view',
  summary: '充值订单详情，含现在退款会退多少',
  input: oneRecharge.strict(),
  output: AdminRechargeDetail,
  errors: ['recharge.not_found'],
});
export const adminGetRechargeMoney = endpoint({
  id: 'adminGetRechargeMoney',
  tag: '后台·积分',
  method: 'GET',
  path: '/admin/recharge-orders/:rechargeId/money',
  audience: 'staff',
  permission: 'payment.view',
  summary: '充值订单的支付、退款、通知与记账',
  input: oneRecharge.strict(),
  output: OrderMoney,
  errors: ['recharge.not_found'],
});
export const adminRefundRecharge = endpoint({
  id: 'adminRefundRecharge',
  tag: '后台·积分',
  method: 'POST',
  path: '/admin/recharge-orders/:rechargeId/refund',
  audience: 'staff',
  permission: 'order.refund',
  idempotent: true,
  summary: '充值退款：仅当充值积分分毫未用；先收回积分，再原路退款，赠送积分的缺口按面值从退款中扣除',
  input: z.object({ rechargeId: RechargeId, reason: line(80), expectedFen: FenField }).strict(),
  output: AdminRechargeDetail,
  errors: [
    'recharge.not_found',
    'recharge.not_refundable',
    'recharge.points_used',
    'recharge.bonus_busy',
    'recharge.refund_nothing',
    'recharge.refund_changed',
    'refund.too_much',
  ],
});
export const adminGiveUpRechargeRefund = endpoint({
  id: 'adminGiveUpRechargeRefund',
  tag: '后台·积分',
  method: 'POST',
  path: '/admin/recharge-orders/:rechargeId/refund/give-up',
  audience: 'staff',
  permission: 'order.refund',
  idempotent: true,
  summary: '放弃退款：仅当微信已关闭这笔退款；收回的积分还给用户，订单仍为已到账',
  input: z.object({ rechargeId: RechargeId, note: line(80) }).strict(),
  output: AdminRechargeDetail,
  errors: ['recharge.not_found', 'recharge.not_refundable', 'recharge.refund_alive'],
});
