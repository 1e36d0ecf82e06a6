// Parcels: who carries what, under which number; several per order.
import { z } from 'zod';
import { endpoint } from './endpoint.ts';
import { Instant, line } from './fields.ts';
import { OrderId, OrderLineId, ParcelId } from './ids.ts';

/** Codes as WeChat's shipping upload knows them. */
export const CARRIERS = {
  SF: '顺丰速运',
  ZTO: '中通快递',
  YTO: '圆通速递',
  STO: '申通快递',
  YD: '韵达快递',
  JTSD: '极兔速递',
  EMS: '邮政 EMS',
  YZPY: '邮政快递包裹',
  JD: '京东物流',
  DBL: '德邦快递',
} as const;
export type CarrierCode = keyof typeof CARRIERS;
export const CarrierField = z.enum(Object.keys(CARRIERS) as [CarrierCode, ...CarrierCode[]]);
export const TrackingNo = z
  .string()
  .trim()
  .regex(/^[0-9A-Za-z-]{5,40}$/, '运单号为 5 到 40 位字母或数字');

export const ParcelLine = z.object({ lineId: OrderLineId, title: z.string(), specText: z.string(), quantity: z.int() });
export const Parcel = z.object({
  id: ParcelId,
  carrier: CarrierField,
  carrierName: z.string(),
  trackingNo: z.string(),
  shippedAt: Instant,
  lines: z.array(ParcelLine),
});

export const shipOrder = endpoint({
  id: 'shipOrder',
  tag: '后台·订单',
  method: 'POST',
  path: '/admin/orders/:orderId/ship',
  audience: 'staff',
  permission: 'order.ship',
  idempotent: true,
  summary: '发出一个包裹；可分多次发货',
  input: z
    .object({
      orderId: OrderId,
      carrier: CarrierField,
      trackingNo: TrackingNo,
      /** Absent: everything that is still to be shipped. */
      lines: z
        .array(z.object({ lineId: OrderLineId, quantity: z.int().min(1).max(999) }).strict())
        .min(1)
        .max(50)
        .optional(),
      note: line(100).optional(),
    })
    .strict(),
  output: z.object({ parcel: Parcel, orderState: z.string() }),
  errors: ['order.not_found', 'order.not_shippable', 'order.aftersale_open', 'parcel.quantity', 'parcel.duplicate'],
});
export const correctParcel = endpoint({
  id: 'correctParcel',
  tag: '后台·订单',
  method: 'PUT',
  path: '/admin/parcels/:parcelId',
  audience: 'staff',
  permission: 'order.ship',
  summary: '更正运单号',
  input: z.object({ parcelId: ParcelId, carrier: CarrierField, trackingNo: TrackingNo }).strict(),
  output: Parcel,
  errors: ['order.not_found', 'parcel.duplicate'],
});
