// What the pretend WeChat remembers, as plain values that survive a restart: people, codes, orders, refunds, notices, money.
import type {
  BillChange,
  BillMode,
  ForgeryKind,
  NoticeState,
  PushState,
  RefundState,
  SigningMode,
  TradeKind,
  TradeState,
  TransferState,
} from './surface.ts';

/** A control verb or a page was asked for something impossible: an unknown number, a paid order paid again. */
export class SimRefusal extends Error {
  readonly status: number;
  constructor(message: string, status = 409) {
    super(message);
    this.name = 'SimRefusal';
    this.status = status;
  }
}

export type Person = {
  id: string;
  name: string;
  phone: string;
  colour: string;
  device?: 'ios' | 'android' | undefined;
};

export type OneTimeCode = {
  kind: 'login' | 'oauth' | 'phone';
  personId: string;
  appid: string;
  scope: string;
  until: number;
  used: boolean;
};

export type AccessToken = {
  appid: string;
  kind: 'stable' | 'classic' | 'oauth' | 'ticket';
  /** The person, for a web login token. */
  personId: string | null;
  scope: string;
  until: number;
};

export type Prepay = { id: string; outTradeNo: string; kind: TradeKind; until: number; token: string };

/**
 * NOTPAY --pay--> SUCCESS --first refund accepted--> REFUND
 *    |
 *    +--close, or 7 days--> CLOSED
 */
export type Order = {
  outTradeNo: string;
  kind: TradeKind;
  appid: string;
  description: string;
  attach: string | null;
  deviceId: string | null;
  clientIp: string | null;
  totalFen: number;
  /** What WeChat tells about the total: differs from `totalFen` only when a test asked for a lie. */
  claimTotalFen: number;
  openid: string | null;
  notifyUrl: string;
  /** The whole request in canonical form: a repeat must equal it. */
  request: string;
  state: TradeState;
  createdAt: number;
  payableUntil: number;
  closesAt: number;
  lastPrepayId: string;
  codeUrl: string | null;
  h5Url: string | null;
  transactionId: string | null;
  paidAt: number | null;
  paidBy: string | null;
  payerOpenid: string | null;
  bankType: string | null;
  feeFen: number;
  feeBackFen: number;
  refundNos: string[];
};

/**
 * PROCESSING --> SUCCESS
 *     |--------> CLOSED    (WeChat gave up; the money went back to the merchant)
 *     +--------> ABNORMAL  (the payer's card refused) --apply-abnormal-refund--> PROCESSING
 */
export type Refund = {
  outRefundNo: string;
  refundId: string;
  outTradeNo: string;
  amountFen: number;
  reason: string | null;
  notifyUrl: string | null;
  request: string;
  account: 'available' | 'unsettled';
  feeBackFen: number;
  receiver: 'payer' | 'bank' | 'merchant';
  state: RefundState;
  createdAt: number;
  finishedAt: number | null;
};

/**
 * ACCEPTED --money set aside--> WAIT_USER_CONFIRM --the person confirms--> TRANSFERING --> SUCCESS
 *    |                            |   |                                          |
 *    +--too little--> PROCESSING  |   +--24 h, a wrong name--> FAIL <------------+
 *                        |        |
 *                        +--------+--cancel--> CANCELING --> CANCELLED
 */
export type Transfer = {
  outBillNo: string;
  transferBillNo: string;
  appid: string;
  sceneId: string;
  openid: string;
  /** As it was decrypted; compared with the person's when they confirm. */
  userName: string | null;
  amountFen: number;
  remark: string;
  perception: string | null;
  notifyUrl: string | null;
  request: string;
  state: TransferState;
  failReason: string | null;
  packageInfo: string | null;
  /** Whether its amount lies between merchant and person. */
  holdsMoney: boolean;
  createdAt: number;
  updatedAt: number;
  confirmUntil: number | null;
};

export type Notice = {
  id: string;
  eventType: string;
  originalType: string;
  summary: string;
  /** The order, refund or transfer number that it speaks of. */
  subject: string;
  url: string;
  /** The plain resource; every try encrypts it anew. */
  resource: string;
  state: NoticeState;
  tries: number;
  nextAt: number | null;
  createdAt: number;
};

export type Delivery = {
  noticeId: string;
  eventType: string;
  subject: string;
  flavour: 'genuine' | ForgeryKind;
  try: number;
  at: number;
  url: string;
  status: number | null;
  ok: boolean;
  answer: string;
  failure: string | null;
  serial: string;
};

export type ShipmentEntry = { trackingNo: string; company: string; desc: string; contact: string; uploadedAt: number };

/** What WeChat was told of the goods of one paid order. */
export type Shipment = {
  outTradeNo: string;
  logisticsType: 1 | 2 | 3 | 4;
  deliveryMode: 1 | 2;
  entries: ShipmentEntry[];
  isComplete: boolean;
  correctionUsed: boolean;
  uploadTime: number;
  shippedAt: number | null;
  confirmedAt: number | null;
  confirmMethod?: 1 | 2;
  settledAt: number | null;
};

/** One event on its way to the merchant's push address. */
export type Push = {
  id: string;
  event: string;
  /** The plain message; every try encrypts it anew. */
  body: string;
  state: PushState;
  tries: number;
  /** Of the last try; 0 for an answer that is not `success`. */
  status: number | null;
  createdAt: number;
};

export type LedgerEntry = { at: number; why: string; ref: string; legs: { account: string; amountFen: number }[] };

export type AgendaItem = {
  at: number;
  kind: 'notice' | 'refund' | 'transfer' | 'push' | 'remind-shipping' | 'confirm-receipt' | 'settle-order';
  ref: string;
};

export type Rotation = 'single' | 'announced' | 'switched' | 'retired';

export type World = {
  people: Map<string, Person>;
  codes: Map<string, OneTimeCode>;
  tokens: Map<string, AccessToken>;
  /** When each app last forced a new token, and how often today. */
  forced: Map<string, { day: string; count: number; at: number }>;
  sessionKeys: Map<string, string>;
  orders: Map<string, Order>;
  transactions: Map<string, string>;
  prepays: Map<string, Prepay>;
  /** The last part of a `code_url` to its prepay id. */
  qrCodes: Map<string, string>;
  refunds: Map<string, Refund>;
  refundIds: Map<string, string>;
  transfers: Map<string, Transfer>;
  transferBillNos: Map<string, string>;
  notices: Map<string, Notice>;
  deliveries: Delivery[];
  shipments: Map<string, Shipment>;
  pushes: Map<string, Push>;
  balances: Map<string, number>;
  entries: LedgerEntry[];
  /** Where the bills say another thing than the truth. */
  billChanges: BillChange[];
  billMode: BillMode;
  agenda: AgendaItem[];
  signing: SigningMode;
  rotation: Rotation;
};

/** The log keeps this many deliveries: enough to look at, small enough to write. */
export const deliveriesMax = 2_000;
export const pushesMax = 500;

export function emptyWorld(signing: SigningMode): World {
  return {
    people: new Map(),
    codes: new Map(),
    tokens: new Map(),
    forced: new Map(),
    sessionKeys: new Map(),
    orders: new Map(),
    transactions: new Map(),
    prepays: new Map(),
    qrCodes: new Map(),
    refunds: new Map(),
    refundIds: new Map(),
    transfers: new Map(),
    transferBillNos: new Map(),
    notices: new Map(),
    deliveries: [],
    shipments: new Map(),
    pushes: new Map(),
    balances: new Map(),
    entries: [],
    billChanges: [],
    billMode: 'honest',
    agenda: [],
    signing,
    rotation: 'single',
  };
}

/** Makes `world` equal to `other` without replacing it: every part of the simulator holds the same object. */
export function becomeWorld(world: World, other: World): void {
  Object.assign(world, other);
}
