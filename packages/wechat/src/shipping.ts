// Telling WeChat what was shipped (发货信息管理, wechat.md 11): until it knows, it holds the money of a mini-program's order.
import { z } from 'zod';
import type { MiniClient } from './mini.ts';
import type { MiniOutcome } from './mini.send.ts';
import { toRfc3339Millis } from './time.ts';

/** How goods reach the buyer; the numbers are WeChat's `logistics_type`. */
export const LOGISTICS = { express: 1, same_city: 2, virtual: 3, pickup: 4 } as const;
export type Logistics = keyof typeof LOGISTICS;

/** One parcel, or the whole of what needs none. */
export type ShippingEntry = {
  /** At most 120 characters are sent. */
  itemDesc: string;
  /** Express only. */
  express?: {
    trackingNo: string;
    /** WeChat's id of the carrier: SF, ZTO ... */
    company: string;
    /** Masked, the last four digits readable: wanted by SF alone. */
    receiverContact?: string;
  };
};

export type ShippingUpload = {
  transactionId: string;
  logistics: Logistics;
  /** Absent: one entry and no other will follow. Present: one of several calls, each with further parcels. */
  split?: { isAllDelivered: boolean };
  entries: readonly ShippingEntry[];
  /** Must be later than that of every upload before. */
  uploadedAt: Date;
  openid: string;
};

export const SHIPPING_STATES = ['to_ship', 'shipped', 'confirmed', 'done', 'refunded', 'settling', 'unknown'] as const;
export type ShippingState = (typeof SHIPPING_STATES)[number];

export type ShippingOrder = {
  transactionId: string;
  outTradeNo: string;
  openid: string;
  paidAt: Date;
  state: ShippingState;
  isInComplaint: boolean;
  /** True when WeChat has been told of everything. */
  isComplete: boolean;
  parcels: { trackingNo: string; company: string }[];
};

export type ShippingClient = {
  upload(upload: ShippingUpload): Promise<MiniOutcome<null>>;
  order(transactionId: string): Promise<MiniOutcome<ShippingOrder>>;
  /** Orders paid in a span, at most 100 a page; `nextIndex` is null on the last one. */
  orders(page: {
    paidFrom: Date;
    paidTo: Date;
    lastIndex: string | null;
  }): Promise<MiniOutcome<{ orders: ShippingOrder[]; nextIndex: string | null }>>;
  /** Whether WeChat holds money of this mini-program until it knows of the shipping. */
  isManaged(): Promise<MiniOutcome<boolean>>;
};

const PAGE_SIZE = 100;
/** Published limits, in characters. */
const DESC_MAX = 120;
export const PARCELS_MAX = 15;

export function createShippingClient(mini: Pick<MiniClient, 'post'>, appid: string): ShippingClient {
  return {
    upload: (upload) => mini.post('/wxa/sec/order/upload_shipping_info', uploadBody(upload), Done),
    order: (transactionId) => mini.post('/wxa/sec/order/get_order', { transaction_id: transactionId }, OneOrder),
    orders: ({ paidFrom, paidTo, lastIndex }) =>
      mini.post(
        '/wxa/sec/order/get_order_list',
        {
          pay_time_range: { begin_time: seconds(paidFrom), end_time: seconds(paidTo) },
          page_size: PAGE_SIZE,
          ...(lastIndex === null ? {} : { last_index: lastIndex }),
        },
        ManyOrders,
      ),
    isManaged: () => mini.post('/wxa/sec/order/is_trade_managed', { appid }, Managed),
  };
}

const seconds = (at: Date) => Math.floor(at.getTime() / 1000);

function uploadBody({ transactionId, logistics, split, entries, uploadedAt, openid }: ShippingUpload) {
  return {
    order_key: { order_number_type: 2, transaction_id: transactionId },
    logistics_type: LOGISTICS[logistics],
    delivery_mode: split ? 2 : 1,
    ...(split ? { is_all_delivered: split.isAllDelivered } : {}),
    shipping_list: entries.map(({ itemDesc, express }) => ({
      item_desc: [...itemDesc].slice(0, DESC_MAX).join(''),
      ...(express ? { tracking_no: express.trackingNo, express_company: express.company } : {}),
      ...(express?.receiverContact ? { contact: { receiver_contact: express.receiverContact } } : {}),
    })),
    upload_time: toRfc3339Millis(uploadedAt),
    payer: { openid },
  };
}

const Done = z.looseObject({ errcode: z.literal(0) }).transform(() => null);
const Managed = z.looseObject({ is_trade_managed: z.boolean() }).transform((wire) => wire.is_trade_managed);

/** WeChat's `order_state`, from 1. */
const STATES: readonly ShippingState[] = ['to_ship', 'shipped', 'confirmed', 'done', 'refunded', 'settling'];

const OrderWire = z
  .looseObject({
    transaction_id: z.string().min(1),
    merchant_trade_no: z.string(),
    openid: z.string(),
    pay_time: z.number(),
    order_state: z.number().int(),
    in_complaint: z.boolean().nullish(),
    shipping: z
      .looseObject({
        finish_shipping: z.boolean().nullish(),
        shipping_list: z
          .array(z.looseObject({ tracking_no: z.string().nullish(), express_company: z.string().nullish() }))
          .nullish(),
      })
      .nullish(),
  })
  .transform((wire): ShippingOrder => ({
    transactionId: wire.transaction_id,
    outTradeNo: wire.merchant_trade_no,
    openid: wire.openid,
    paidAt: new Date(wire.pay_time * 1000),
    state: STATES[wire.order_state - 1] ?? 'unknown',
    isInComplaint: wire.in_complaint ?? false,
    isComplete: wire.shipping?.finish_shipping ?? false,
    parcels: (wire.shipping?.shipping_list ?? []).map((parcel) => ({
      trackingNo: parcel.tracking_no ?? '',
      company: parcel.express_company ?? '',
    })),
  }));

const OneOrder = z.looseObject({ order: OrderWire }).transform((wire) => wire.order);
const ManyOrders = z
  .looseObject({
    order_list: z.array(OrderWire).nullish(),
    last_index: z.string().nullish(),
    has_more: z.boolean().nullish(),
  })
  .transform((wire) => ({
    orders: wire.order_list ?? [],
    nextIndex: wire.has_more === true && wire.last_index ? wire.last_index : null,
  }));
