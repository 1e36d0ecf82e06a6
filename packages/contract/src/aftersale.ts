// After-sale: refund only, and return with refund; by line and quantity, several times, cent exact.
import { z } from 'zod';
import { endpoint } from './endpoint.ts';
import { cursorQuery, Instant, line, page, pageQuery, Picture, scroll, text } from './fields.ts';
import { CarrierField, TrackingNo } from './fulfilment.ts';
import { AftersaleId, BuyerId, FileId, OrderId, OrderLineId } from './ids.ts';
import { FenField } from './money.ts';
import { TimelineEntry } from './ordering.ts';
import { REFUND_STATES } from './payment.ts';

export const AFTERSALE_KINDS = ['refund_only', 'return_refund', 'system'] as const;
export const AFTERSALE_KIND_NAMES = { refund_only: '仅退款', return_refund: '退货退款', system: '系统退款' } as const;
export const AFTERSALE_STATES = [
  'requested',
  'await_return',
  'returning',
  'return_received',
  'refunding',
  'done',
  'rejected',
  'withdrawn',
  'expired',
] as const;
export type AftersaleState = (typeof AFTERSALE_STATES)[number];
export const AFTERSALE_STATE_NAMES = {
  requested: '待商家处理',
  await_return: '待寄回商品',
  returning: '退货运输中',
  return_received: '商家已收货',
  refunding: '退款中',
  done: '已完成',
  rejected: '已拒绝',
  withdrawn: '已撤销',
  expired: '已过期',
} as const satisfies Record<AftersaleState, string>;
export const OPEN_AFTERSALE_STATES = [
  'requested',
  'await_return',
  'returning',
  'return_received',
  'refunding',
] as const;
export const AFTERSALE_REASONS = [
  '不想要了',
  '拍错或多拍',
  '未按约定时间发货',
  '商品与描述不符',
  '质量问题',
  '少件或发错货',
  '包装破损',
  '其他',
] as const;

const LineChoice = z.object({ lineId: OrderLineId, quantity: z.int().min(1).max(999) }).strict();
export const AftersaleLine = z.object({
  lineId: OrderLineId,
  title: z.string(),
  specText: z.string(),
  image: Picture.nullable(),
  quantity: z.int(),
  unitFen: FenField,
  amountFen: FenField,
});
export const Aftersale = z.object({
  id: AftersaleId,
  aftersaleNo: z.string(),
  orderId: OrderId,
  orderNo: z.string(),
  kind: z.enum(AFTERSALE_KINDS),
  kindName: z.string(),
  state: z.enum(AFTERSALE_STATES),
  stateName: z.string(),
  lines: z.array(AftersaleLine),
  askedFen: FenField,
  agreedFen: FenField.nullable(),
  shippingFen: FenField,
  /** Points that come back beside the money: as agreed, before that as asked. */
  points: z.int(),
  reason: z.string(),
  description: z.string(),
  evidence: z.array(Picture),
  rejectReason: z.string().nullable(),
  returnTo: z.object({ name: z.string(), phone: z.string(), address: z.string() }).nullable(),
  returnBefore: Instant.nullable(),
  returnParcel: z.object({ carrier: CarrierField, carrierName: z.string(), trackingNo: z.string() }).nullable(),
  refundState: z.enum(REFUND_STATES).nullable(),
  refundedAt: Instant.nullable(),
  timeline: z.array(TimelineEntry),
  version: z.int(),
  createdAt: Instant,
  canWithdraw: z.boolean(),
  canEdit: z.boolean(),
  canSendBack: z.boolean(),
});
/** What of an order may be asked back now. */
export const Refundable = z.object({
  orderId: OrderId,
  kinds: z.array(z.enum(AFTERSALE_KINDS)),
  until: Instant.nullable(),
  shippingFen: FenField,
  lines: z.array(
    z.object({
      lineId: OrderLineId,
      title: z.string(),
      specText: z.string(),
      image: Picture.nullable(),
      unitFen: FenField,
      quantity: z.int(),
      maxQuantity: z.int(),
      maxFen: FenField,
      /** Points that would come back with all of it. */
      maxPoints: z.int(),
    }),
  ),
});
export const getRefundable = endpoint({
  id: 'getRefundable',
  tag: '售后',
  method: 'GET',
  path: '/orders/:orderId/refundable',
  audience: 'buyer',
  summary: '可申请售后的商品、数量与金额',
  input: z.object({ orderId: OrderId }).strict(),
  output: Refundable,
  errors: ['order.not_found'],
});
export const previewAftersale = endpoint({
  id: 'previewAftersale',
  tag: '售后',
  method: 'POST',
  path: '/orders/:orderId/refund-preview',
  audience: 'buyer',
  summary: '试算可退金额',
  input: z.object({ orderId: OrderId, lines: z.array(LineChoice).min(1).max(50) }).strict(),
  output: z.object({ goodsFen: FenField, shippingFen: FenField, totalFen: FenField, points: z.int() }),
  errors: ['order.not_found', 'aftersale.quantity'],
});
const Evidence = z.array(FileId).max(6).default([]);
export const requestAftersale = endpoint({
  id: 'requestAftersale',
  tag: '售后',
  method: 'POST',
  path: '/aftersales',
  audience: 'buyer',
  status: 201,
  idempotent: true,
  summary: '申请售后：发货前仅退款，发货后可退货退款',
  input: z
    .object({
      orderId: OrderId,
      kind: z.enum(['refund_only', 'return_refund']),
      lines: z.array(LineChoice).min(1).max(50),
      reason: line(30),
      description: text(500).default(''),
      evidenceFileIds: Evidence,
    })
    .strict(),
  output: Aftersale,
  errors: [
    'order.not_found',
    'aftersale.window_closed',
    'aftersale.kind_unavailable',
    'aftersale.quantity',
    'aftersale.too_many',
    'file.not_found',
  ],
});
export const editAftersale = endpoint({
  id: 'editAftersale',
  tag: '售后',
  method: 'PATCH',
  path: '/aftersales/:aftersaleId',
  audience: 'buyer',
  summary: '商家处理前修改说明与凭证',
  input: z
    .object({
      aftersaleId: AftersaleId,
      reason: line(30),
      description: text(500).default(''),
      evidenceFileIds: Evidence,
    })
    .strict(),
  output: Aftersale,
  errors: ['aftersale.not_found', 'aftersale.not_open', 'file.not_found'],
});
export const listAftersales = endpoint({
  id: 'listAftersales',
  tag: '售后',
  method: 'GET',
  path: '/aftersales',
  audience: 'buyer',
  summary: '我的售后',
  input: z.object({ ...cursorQuery }).strict(),
  output: scroll(Aftersale),
  errors: ['cursor.invalid'],
});
const one = z.object({ aftersaleId: AftersaleId }).strict();
export const getAftersale = endpoint({
  id: 'getAftersale',
  tag: '售后',
  method: 'GET',
  path: '/aftersales/:aftersaleId',
  audience: 'buyer',
  summary: '售后详情与进度',
  input: one,
  output: Aftersale,
  errors: ['aftersale.not_found'],
});
export const withdrawAftersale = endpoint({
  id: 'withdrawAftersale',
  tag: '售后',
  method: 'POST',
  path: '/aftersales/:aftersaleId/withdraw',
  audience: 'buyer',
  idempotent: true,
  summary: '撤销申请',
  input: one,
  output: Aftersale,
  errors: ['aftersale.not_found', 'aftersale.not_open'],
});
export const sendBack = endpoint({
  id: 'sendBack',
  tag: '售后',
  method: 'POST',
  path: '/aftersales/:aftersaleId/parcel',
  audience: 'buyer',
  idempotent: true,
  summary: '填写寄回的快递与单号',
  input: z.object({ aftersaleId: AftersaleId, carrier: CarrierField, trackingNo: TrackingNo }).strict(),
  output: Aftersale,
  errors: ['aftersale.not_found', 'aftersale.not_open'],
});

export const AdminAftersale = Aftersale.extend({
  buyerId: BuyerId,
  buyerName: z.string(),
  maxFen: FenField,
  receiver: z.string(),
  applications: z.int(),
});
/** What the queue can be put in order by: who waits longest, how much is asked. A minus begins with the most. */
export const AFTERSALE_SORTS = ['waited', '-waited', 'asked', '-asked'] as const;
export type AftersaleSort = (typeof AFTERSALE_SORTS)[number];

export const adminListAftersales = endpoint({
  id: 'adminListAftersales',
  tag: '后台·售后',
  method: 'GET',
  path: '/admin/aftersales',
  audience: 'staff',
  permission: 'aftersale.view',
  summary: '售后列表：未完结的等得最久的在前，其余待处理在前、新的在前',
  input: z
    .object({
      q: z.string().trim().max(50).optional(),
      state: z.enum(AFTERSALE_STATES).optional(),
      kind: z.enum(AFTERSALE_KINDS).optional(),
      from: z.iso.date().optional(),
      to: z.iso.date().optional(),
      openOnly: z.boolean().default(false),
      sort: z.enum(AFTERSALE_SORTS).optional(),
      ...pageQuery,
    })
    .strict(),
  output: page(AdminAftersale),
});
export const adminCountAftersales = endpoint({
  id: 'adminCountAftersales',
  tag: '后台·售后',
  method: 'GET',
  path: '/admin/aftersales/counts',
  audience: 'staff',
  permission: 'aftersale.view',
  summary: '各未完结状态的售后数',
  input: z.object({}).strict(),
  output: z.object({ states: z.partialRecord(z.enum(OPEN_AFTERSALE_STATES), z.int()) }),
});
export const adminPreviewApproval = endpoint({
  id: 'adminPreviewApproval',
  tag: '后台·售后',
  method: 'POST',
  path: '/admin/aftersales/:aftersaleId/approve-preview',
  audience: 'staff',
  permission: 'aftersale.view',
  summary: '同意这个金额时，每件商品与运费各退多少；不改动售后单',
  input: z.object({ aftersaleId: AftersaleId, amountFen: FenField }).strict(),
  output: z.object({
    lines: z.array(z.object({ lineId: OrderLineId, askedFen: FenField, amountFen: FenField })),
    shippingAskedFen: FenField,
    shippingFen: FenField,
    totalFen: FenField,
    points: z.int(),
  }),
  errors: ['aftersale.not_found', 'aftersale.not_open', 'aftersale.amount'],
});
export const adminGetAftersale = endpoint({
  id: 'adminGetAftersale',
  tag: '后台·售后',
  method: 'GET',
  path: '/admin/aftersales/:aftersaleId',
  audience: 'staff',
  permission: 'aftersale.view',
  summary: '售后详情',
  input: one,
  output: AdminAftersale,
  errors: ['aftersale.not_found'],
});
export const approveAftersale = endpoint({
  id: 'approveAftersale',
  tag: '后台·售后',
  method: 'POST',
  path: '/admin/aftersales/:aftersaleId/approve',
  audience: 'staff',
  permission: 'aftersale.decide',
  idempotent: true,
  summary: '同意：可改金额（不超过可退）与类型；退货则等买家寄回',
  input: z
    .object({
      aftersaleId: AftersaleId,
      version: z.int().min(1),
      amountFen: FenField.optional(),
      kind: z.enum(['refund_only', 'return_refund']).optional(),
      note: text(200).default(''),
    })
    .strict(),
  output: AdminAftersale,
  errors: [
    'aftersale.not_found',
    'aftersale.not_open',
    'aftersale.stale',
    'aftersale.amount',
    'aftersale.kind_unavailable',
    'aftersale.return_address_missing',
  ],
});
export const rejectAftersale = endpoint({
  id: 'rejectAftersale',
  tag: '后台·售后',
  method: 'POST',
  path: '/admin/aftersales/:aftersaleId/reject',
  audience: 'staff',
  permission: 'aftersale.decide',
  idempotent: true,
  summary: '拒绝，须写明原因',
  input: z.object({ aftersaleId: AftersaleId, version: z.int().min(1), reason: line(200) }).strict(),
  output: AdminAftersale,
  errors: ['aftersale.not_found', 'aftersale.not_open', 'aftersale.stale'],
});
export const receiveReturn = endpoint({
  id: 'receiveReturn',
  tag: '后台·售后',
  method: 'POST',
  path: '/admin/aftersales/:aftersaleId/receive',
  audience: 'staff',
  permission: 'aftersale.decide',
  idempotent: true,
  summary: '确认收到退货并验货：完好的回到库存，残损的记入报损，随即退款',
  input: z
    .object({
      aftersaleId: AftersaleId,
      version: z.int().min(1),
      damaged: z.array(LineChoice).max(50).default([]),
      note: text(200).default(''),
    })
    .strict(),
  output: AdminAftersale,
  errors: ['aftersale.not_found', 'aftersale.not_open', 'aftersale.stale', 'aftersale.quantity'],
});
export const refundOrder = endpoint({
  id: 'refundOrder',
  tag: '后台·订单',
  method: 'POST',
  path: '/admin/orders/:orderId/refund',
  audience: 'staff',
  permission: 'order.refund',
  idempotent: true,
  summary: '主动退款（缺货、协商等）：生成系统售后单并立即退款',
  input: z.object({ orderId: OrderId, lines: z.array(LineChoice).min(1).max(50), reason: line(100) }).strict(),
  output: AdminAftersale,
  errors: ['order.not_found', 'aftersale.quantity', 'aftersale.kind_unavailable'],
});
