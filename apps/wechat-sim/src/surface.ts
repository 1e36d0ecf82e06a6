// The public types and word lists of the simulator: how to start one, what it knows, and the verbs by which a test or a page drives it.

/** `real`: timers run by themselves. `steppable`: time stands still until `control.clock` moves it. */
export type ClockMode = 'real' | 'steppable';

/** Which key the platform signs its answers and notices with (wechat.md 1.5). `mixed` is a key switch in progress. */
export type SigningMode = 'public_key' | 'certificate' | 'mixed';

export type MerchantSetup = {
  appid: string;
  appSecret: string;
  oaAppid: string;
  oaAppSecret: string;
  mchid: string;
  merchantName: string;
  merchantSerialNo: string;
  merchantCertificate: string;
  merchantPrivateKey: string;
  apiV3Key: string;
  /** Platform fee on each payment; returned pro rata on refunds. Default 0, so that books are easy to read. */
  feeBps: number;
  /** Money the merchant starts with, in fen. */
  openingAvailableFen: number;
  openingUnsettledFen: number;
  /** Domains registered for H5 pay and web login. Loopback names are always allowed. */
  domains: string[];
  /** Hosts that may be notified over plain http. Loopback names are always allowed. */
  plainNoticeHosts: string[];
  /** How long a refund takes when nobody finishes it by hand. `null`: only by hand. */
  refundDelayMs: number | null;
  /** How long it takes to set a transfer's money aside. 0 (default) is at once, and too little money is then NOT_ENOUGH. */
  transferLockMs: number;
  /** How long a confirmed or cancelled transfer takes to end. `null`: only by hand. */
  transferDelayMs: number | null;
  /** The single limit and the scenes that the merchant has opened in the console. */
  transferMaxFen: number;
  transferScenes: string[];
  /** How long a notice waits for its answer. WeChat gives 5 s. */
  noticeTimeoutMs: number;
  signing: SigningMode;
  /** Where events of the mini-program go (message push, safe mode, JSON). `null`: nowhere. */
  pushUrl: string | null;
  pushToken: string;
  /** EncodingAESKey, 43 characters. */
  pushAesKey: string;
  /** Whether WeChat holds the money of mini-program orders until it knows of their shipping. */
  tradeManaged: boolean;
};

export type SimOptions = {
  /** 0 (default) takes any free port. */
  port?: number;
  host?: string;
  /** What browsers and `h5_url` use to reach the simulator. Default: its own address. */
  publicUrl?: string;
  /** A folder in which the state survives a restart. Default `null`: memory only. */
  stateDir?: string | null;
  clock?: ClockMode;
  /** Where a steppable clock starts. Default: the real time. */
  startAt?: Date;
  /** Called whenever a steppable clock moves, before anything due at that moment happens: keeps a server's test clock in step. */
  onTick?: (now: Date) => void | Promise<void>;
  merchant?: Partial<MerchantSetup>;
  /** Makes ids, shuffles and random faults repeatable. Default: random. */
  seed?: number;
  /** Who may use `/__sim/...`. Default `loopback`. */
  controlAccess?: 'loopback' | 'any' | 'off';
};

/** Everything a client needs to speak to this simulator. */
export type Credentials = {
  appid: string;
  secret: string;
  oaAppid: string;
  oaSecret: string;
  mchid: string;
  merchantName: string;
  merchantSerialNo: string;
  merchantPrivateKey: string;
  merchantCertificate: string;
  apiV3Key: string;
  pushToken: string;
  pushAesKey: string;
  platformPublicKeyId: string;
  platformPublicKey: string;
  platformSerialNo: string;
  platformCertificate: string;
  nextPlatformSerialNo: string;
  nextPlatformCertificate: string;
};

export type Sim = {
  /** `http://127.0.0.1:<port>`: base URL for both WeChat hosts. */
  url: string;
  publicUrl: string;
  credentials: Credentials;
  control: Control;
  close(): Promise<void>;
};

export type TradeKind = 'jsapi' | 'native' | 'h5' | 'app';
export type TradeState = 'NOTPAY' | 'SUCCESS' | 'REFUND' | 'CLOSED';
export type RefundState = 'PROCESSING' | 'SUCCESS' | 'CLOSED' | 'ABNORMAL';

export type TransferState =
  | 'ACCEPTED'
  | 'PROCESSING'
  | 'WAIT_USER_CONFIRM'
  | 'TRANSFERING'
  | 'CANCELING'
  | 'SUCCESS'
  | 'FAIL'
  | 'CANCELLED';

export type PersonView = {
  id: string;
  name: string;
  phone: string;
  avatarUrl: string;
  /** openid in the mini-program and in the official account. */
  openid: string;
  oaOpenid: string;
  unionid: string;
  walletFen: number;
};

export type OrderView = {
  outTradeNo: string;
  transactionId: string | null;
  kind: TradeKind;
  appid: string;
  description: string;
  totalFen: number;
  state: TradeState;
  openid: string | null;
  prepayId: string;
  codeUrl: string | null;
  h5Url: string | null;
  notifyUrl: string;
  refundedFen: number;
  createdAt: string;
  payableUntil: string;
  paidAt: string | null;
};

export type RefundView = {
  outRefundNo: string;
  refundId: string;
  outTradeNo: string;
  amountFen: number;
  state: RefundState;
  createdAt: string;
  finishedAt: string | null;
};

export type PushState = 'scheduled' | 'delivered' | 'exhausted';

export type PushView = {
  id: string;
  event: string;
  body: string;
  state: PushState;
  tries: number;
  status: number | null;
  createdAt: string;
};

export type ShipmentView = {
  outTradeNo: string;
  logisticsType: number;
  isSplit: boolean;
  isComplete: boolean;
  correctionUsed: boolean;
  parcels: { trackingNo: string; company: string; desc: string }[];
  confirmedAt: string | null;
  settledAt: string | null;
};

export type TransferView = {
  outBillNo: string;
  transferBillNo: string;
  openid: string;
  amountFen: number;
  remark: string;
  state: TransferState;
  failReason: string | null;
  packageInfo: string | null;
  createdAt: string;
  updatedAt: string;
  confirmUntil: string | null;
};

/** What happens to a notice when it is born. `late` waits `delayMs`; `held` waits for `deliver` or `release`. */
export const noticeModes = ['now', 'held', 'dropped', 'double', 'late'] as const;
export type NoticeMode = (typeof noticeModes)[number];
export type NoticeState = 'scheduled' | 'held' | 'dropped' | 'delivered' | 'exhausted';

export type NoticeView = {
  id: string;
  eventType: string;
  subject: string;
  url: string;
  state: NoticeState;
  tries: number;
  nextAt: string | null;
  createdAt: string;
};

export type DeliveryView = {
  noticeId: string;
  eventType: string;
  subject: string;
  /** `genuine`, or the name of the forgery. */
  flavour: 'genuine' | ForgeryKind;
  try: number;
  at: string;
  url: string;
  status: number | null;
  ok: boolean;
  answer: string;
  failure: string | null;
  serial: string;
};

export const forgeryKinds = [
  'wrong_signature',
  'unknown_serial',
  'signtest',
  'stale_timestamp',
  'tampered_ciphertext',
  'missing_signature',
  'wrong_amount',
  'wrong_currency',
  'unknown_order',
  'other_appid',
  'other_mchid',
  'unpaid_state',
  'unknown_event',
] as const;
export type ForgeryKind = (typeof forgeryKinds)[number];

export const endpointNames = [
  'prepay.jsapi',
  'prepay.native',
  'prepay.h5',
  'prepay.app',
  'order.query',
  'order.close',
  'refund.create',
  'refund.query',
  'refund.abnormal',
  'transfer.create',
  'transfer.query',
  'transfer.cancel',
  'certificates',
  'echo',
  'bill.apply',
  'bill.download',
  'mini.session',
  'mini.stable_token',
  'mini.token',
  'mini.phone',
  'mini.ticket',
  'oa.token',
  'oa.userinfo',
  'shipping.upload',
  'shipping.order',
  'shipping.list',
  'shipping.managed',
] as const;
export type EndpointName = (typeof endpointNames)[number];

export const endpointFamilies = [
  'prepay.*',
  'order.*',
  'refund.*',
  'transfer.*',
  'bill.*',
  'mini.*',
  'oa.*',
  'shipping.*',
  '*',
] as const;
export type EndpointFamily = (typeof endpointFamilies)[number];

export const faultKinds = [
  '429',
  '429-accepted',
  '500',
  '500-after',
  '502',
  'timeout-before',
  'timeout-after',
  'reset-before',
  'reset-after',
  'slow-body',
  'wrong-signature',
  'unknown-serial',
  'expired-timestamp',
  'signtest',
  'unsigned',
  'truncated-json',
  'user-paid-during-close',
  'errcode',
] as const;
export type FaultKind = (typeof faultKinds)[number];

export type FaultOrder = {
  /** An endpoint, a family such as `prepay.*`, or `*`. */
  endpoint: EndpointName | EndpointFamily;
  kind: FaultKind;
  /** How many requests it spoils. Default 1. */
  count?: number;
  /** How many requests it lets pass first. Default 0. */
  after?: number;
  /** Length of a timeout or of a slow body. Default 60 s and 1 s. */
  delayMs?: number;
  /** For `errcode`: what api.weixin.qq.com answers. Default -1. */
  errcode?: number;
};

export type FaultView = Required<Omit<FaultOrder, 'after'>> & { id: string; after: number };

/** Random bad weather for simulations; repeatable by the simulator's seed. */
export type Weather = {
  /** Chance, 0..1, that a request is spoiled by one of `faults`. */
  faultRate: number;
  faults: FaultKind[];
  /** Chance, 0..1, that a notice is not simply sent but drawn from `notices`. */
  noticeRate: number;
  notices: NoticeMode[];
};

export type PayOptions = {
  /** Person id or any openid of that person. Default: the openid named in the order, else the first person. */
  by?: string;
  notice?: NoticeMode;
  /** For `late`. Default 60 s. */
  delayMs?: number;
  /** WeChat will claim that this was the order's total: a wrong amount, in query and notice alike. */
  claimTotalFen?: number;
  /** Pays although the order is expired or closed, as a payment that was already under way does. */
  force?: boolean;
  /** When it was paid, for demo data whose days lie in the past. Default: now. */
  at?: Date;
};

/** `creating`: every bill is still being made. `wrong_hash`: the file is not the one that was announced. */
export const billModes = ['honest', 'creating', 'wrong_hash'] as const;
export type BillMode = (typeof billModes)[number];

export const billChangeKinds = ['drop', 'twice', 'amount', 'fee', 'status', 'add', 'add-refund'] as const;
/** One thing in which a bill differs from the truth. `number` is any number of the line, or the one of a new line. */
export type BillChange = {
  /** A day in China: `2026-01-31`. */
  day: string;
  bill: 'trade' | 'fund';
  change: (typeof billChangeKinds)[number];
  number: string;
  amountFen?: number | undefined;
  feeFen?: number | undefined;
  /** Of a refund: SUCCESS, PROCESSING, FAIL, CHANGE. */
  status?: string | undefined;
  /** For `add-refund`: the transaction that it gives back from. */
  of?: string | undefined;
};

export type PaySlip = { outTradeNo: string; transactionId: string; noticeId: string };

export type LedgerView = {
  /** Fen by account. Accounts: `merchant:available`, `merchant:unsettled`, `transit:refund`, `transit:transfer`, `fees`, `bank`, `user:<id>`. */
  balances: Record<string, number>;
  entries: number;
  /** Must be 0. */
  sumFen: number;
};

export type Control = {
  // People and their one-time codes.
  people(): PersonView[];
  person(idOrOpenid: string): PersonView;
  addPerson(input?: { name?: string; phone?: string; walletFen?: number; device?: 'ios' | 'android' }): PersonView;
  /** Many at once, with made-up names and numbers. */
  addPeople(count: number): PersonView[];
  /** What `wx.login` would give in the mini-program. */
  loginCode(personId: string): string;
  /** What the authorize page would give to the official account. */
  oauthCode(personId: string, scope?: 'snsapi_base' | 'snsapi_userinfo'): string;
  /** What the `getPhoneNumber` button would give. */
  phoneCode(personId: string): string;

  // What a payer does at the cashier.
  pay(outTradeNo: string, options?: PayOptions): Promise<PaySlip>;
  cancel(outTradeNo: string): Promise<OrderView>;
  fail(outTradeNo: string): Promise<OrderView>;

  // Books and lists.
  order(outTradeNo: string): OrderView;
  orders(): OrderView[];
  refund(outRefundNo: string): RefundView;
  refunds(): RefundView[];
  /** Throws when the sum of all balances is not zero or differs from the sum of the entries. */
  ledger(): LedgerView;
  /** Merchant money from or to a bank: makes NOT_ENOUGH appear or go away. A negative amount takes money out. */
  fund(input: { account: 'available' | 'unsettled'; amountFen: number }): LedgerView;
  /** The nightly settlement: all unsettled money becomes available. */
  settleFunds(): LedgerView;

  // Refunds.
  finishRefund(
    outRefundNo: string,
    state: 'SUCCESS' | 'ABNORMAL' | 'CLOSED',
    /** `at`: when it was accepted and finished, for demo data whose days lie in the past. */
    options?: { notice?: NoticeMode; at?: Date },
  ): Promise<RefundView>;
  /** `null`: refunds wait for `finishRefund`. */
  refundDelay(ms: number | null): void;

  // Transfers to a person.
  transfer(outBillNo: string): TransferView;
  transfers(): TransferView[];
  /** The person opens the confirm page and presses "receive". */
  confirmTransfer(outBillNo: string, options?: { notice?: NoticeMode }): Promise<TransferView>;
  /** Ends one by hand; SUCCESS only after the person confirmed. */
  finishTransfer(
    outBillNo: string,
    state: 'SUCCESS' | 'FAIL' | 'CANCELLED',
    options?: { failReason?: string; notice?: NoticeMode },
  ): Promise<TransferView>;
  /** `lockMs` above 0: bills begin ACCEPTED, and too little money leaves them PROCESSING. `delayMs`: see `refundDelay`. */
  transferPace(pace: { lockMs?: number; delayMs?: number | null }): void;

  // Notices.
  notices(): NoticeView[];
  deliveries(): DeliveryView[];
  /** The notices of an order, refund or transfer number, oldest first. */
  noticesOf(number: string): NoticeView[];
  /** How notices are born when the verb does not say. Default `now`. */
  noticeMode(mode: NoticeMode): void;
  /** Sends now, `times` times, and waits for the answers. Leaves the retry schedule alone unless one was accepted. */
  deliver(noticeId: string, options?: { times?: number }): Promise<DeliveryView[]>;
  hold(noticeId: string): NoticeView;
  drop(noticeId: string): NoticeView;
  /** Sends every held notice, in birth order, in reverse or shuffled, one after another. */
  release(order?: 'fifo' | 'lifo' | 'shuffled'): Promise<DeliveryView[]>;
  /** Sends something that a handler must not believe (or, for business forgeries, not act on). `number`: order, refund or transfer. */
  forge(kind: ForgeryKind, number: string): Promise<DeliveryView>;
  /** Waits until no HTTP delivery is in flight. */
  settle(): Promise<void>;

  // Shipping info of mini-program orders, and the events about it.
  shipments(): ShipmentView[];
  shipment(outTradeNo: string): ShipmentView | null;
  /** What the payer does in WeChat's own receipt component. */
  confirmReceipt(outTradeNo: string): ShipmentView;
  pushes(): PushView[];
  /** Sends a push again; answers whether it was taken. */
  pushAgain(pushId: string): Promise<boolean>;
  // Bills.
  /** Makes a bill say another thing than the truth; the file is made when it is applied for. */
  changeBill(change: BillChange): void;
  billMode(mode: BillMode): void;
  /** All bills tell the truth again. */
  honestBills(): void;

  // Keys.
  signing(mode: SigningMode): void;
  /** `announce`: the next certificate is listed beside the old one; `switch`: it signs; `retire`: the old one is gone; `reset`: as at first. */
  rotate(step: 'announce' | 'switch' | 'retire' | 'reset'): void;

  // Bad weather.
  fault(order: FaultOrder): FaultView;
  faults(): FaultView[];
  clearFaults(): void;
  weather(weather: Weather | null): void;
  /** Kills every access token at once, as a secret reset does. */
  expireTokens(): void;

  clock: {
    mode: ClockMode;
    now(): Date;
    /** Steppable only. Runs everything that falls due on the way, in order, and waits for its deliveries. */
    advance(span: { ms?: number; seconds?: number; minutes?: number; hours?: number; days?: number }): Promise<Date>;
    /** Steppable only, forward only. */
    set(at: Date): Promise<Date>;
  };

  /** Back to the first day: no orders, the eight people, no faults. Keeps the clock. */
  reset(): Promise<void>;
};
