// Types of all tables, generated from the migrated database by `cli.ts types`. Do not edit.
/**
 * Types of all tables, generated from the migrated database by `cli.ts types`. Do not edit.
 */

import type { ColumnType } from 'kysely';

export type Generated<T> =
  T extends ColumnType<infer S, infer I, infer U> ? ColumnType<S, I | undefined, U> : ColumnType<T, T | undefined, T>;

export type Int8 = number;

export type Json = JsonValue;

export type JsonArray = JsonValue[];

export type JsonObject = {
  [x: string]: JsonValue | undefined;
};

export type JsonPrimitive = boolean | number | string | null;

export type JsonValue = JsonArray | JsonObject | JsonPrimitive;

export type Timestamp = ColumnType<Date, Date | string, Date | string>;

export interface Addresses {
  buyer_id: string;
  city: string;
  created_at: Timestamp;
  detail: string;
  district: string;
  id: string;
  is_default: Generated<boolean>;
  name: string;
  phone: string;
  province: string;
}

export interface AftersaleEvents {
  actor_kind: string;
  actor_name: string;
  aftersale_id: string;
  at: Timestamp;
  detail: Generated<string>;
  id: Generated<Int8>;
  title: string;
}

export interface AftersaleLines {
  aftersale_id: string;
  agreed_fen: Int8 | null;
  amount_fen: Int8;
  damaged_quantity: Generated<number>;
  line_id: string;
  quantity: number;
  unshipped_quantity: Generated<number>;
}

export interface Aftersales {
  aftersale_no: string;
  agreed_fen: Int8 | null;
  asked_fen: Int8;
  buyer_id: string;
  created_at: Timestamp;
  decide_note: Generated<string>;
  decided_by: string | null;
  description: Generated<string>;
  done_at: Timestamp | null;
  evidence_file_ids: Generated<string[]>;
  id: string;
  kind: string;
  order_id: string;
  reason: string;
  refund_id: string | null;
  reject_reason: string | null;
  return_before: Timestamp | null;
  return_carrier: string | null;
  return_tracking_no: string | null;
  shipping_fen: Generated<Int8>;
  state: string;
  version: Generated<number>;
}

export interface AuditLog {
  action: string;
  after: Json | null;
  at: Timestamp;
  before: Json | null;
  id: Generated<Int8>;
  ip: string | null;
  request_id: string | null;
  staff_id: string | null;
  staff_name: string;
  subject_id: string;
  subject_kind: string;
}

export interface Brands {
  id: string;
  logo_file_id: string | null;
  name: string;
  sort_order: Generated<number>;
}

export interface Buyers {
  avatar_file_id: string | null;
  blocked_reason: string | null;
  created_at: Timestamp;
  display_no: Generated<Int8>;
  id: string;
  last_seen_at: Timestamp | null;
  nickname: string;
  openid_h5: string | null;
  openid_weapp: string | null;
  phone: string | null;
  state: Generated<string>;
  token_version: Generated<number>;
  unionid: string | null;
}

export interface BuyerTokens {
  buyer_id: string;
  created_at: Timestamp;
  expires_at: Timestamp;
  family_id: string;
  id: string;
  state: Generated<string>;
  token_hash: string;
}

export interface CartLines {
  added_fen: Int8;
  buyer_id: string;
  created_at: Timestamp;
  id: string;
  is_selected: Generated<boolean>;
  quantity: number;
  sku_id: string;
}

export interface Categories {
  id: string;
  image_file_id: string | null;
  is_visible: Generated<boolean>;
  level: number;
  name: string;
  parent_id: string | null;
  path: string[];
  sort_order: Generated<number>;
}

export interface Checkouts {
  buyer_id: string;
  created_at: Timestamp;
  expires_at: Timestamp;
  id: string;
  idempotency_key: string;
  payment_id: string | null;
  request_hash: string;
  total_fen: Int8;
}

export interface Files {
  bytes: number;
  created_at: Timestamp;
  height: number;
  id: string;
  owner_id: string | null;
  owner_kind: string;
  sha256: string;
  width: number;
}

export interface IdempotencyKeys {
  answer: Json | null;
  created_at: Generated<Timestamp>;
  endpoint: string;
  id: Generated<Int8>;
  key: string;
  owner: string;
  request_hash: string;
  scope: string;
  started_at: Timestamp;
  state: string;
  status: number | null;
}

export interface JobLeases {
  failures: Generated<number>;
  holder: string | null;
  last_error: string | null;
  last_ok_at: Timestamp | null;
  last_run_at: Timestamp | null;
  name: string;
  until: Timestamp;
}

export interface LedgerAccounts {
  balance: Generated<Int8>;
  created_at: Timestamp;
  id: string;
  may_overdraw: boolean;
  owner_id: string;
  owner_kind: string;
  side: string;
  type: string;
  unit: string;
}

export interface LedgerEntries {
  account_id: string;
  amount: Int8;
  posting_id: string;
  unit: string;
}

export interface LedgerPostings {
  at: Timestamp;
  id: string;
  key: string;
  label: string;
  ref_id: string;
  ref_kind: string;
}

export interface Locations {
  created_at: Timestamp;
  id: string;
  kind: string;
  name: string;
  owner_id: string | null;
}

export interface Notices {
  aftersale_id: string | null;
  body: string;
  buyer_id: string;
  created_at: Timestamp;
  id: string;
  key: string;
  kind: string;
  order_id: string | null;
  read_at: Timestamp | null;
  title: string;
}

export interface OrderEvents {
  actor_kind: string;
  actor_name: string;
  at: Timestamp;
  detail: Generated<string>;
  id: Generated<Int8>;
  kind: string;
  order_id: string;
  title: string;
}

export interface OrderLines {
  discount_fen: Generated<Int8>;
  id: string;
  image_file_id: string | null;
  list_fen: Int8;
  order_id: string;
  payable_fen: Int8;
  position: number;
  product_id: string;
  quantity: number;
  refunded_fen: Generated<Int8>;
  refunded_quantity: Generated<number>;
  refunded_unshipped: Generated<number>;
  shipped_quantity: Generated<number>;
  sku_id: string;
  spec_text: string;
  title: string;
  unit_fen: Int8;
}

export interface Orders {
  address: Json;
  aftersale_days: number;
  aftersale_until: Timestamp | null;
  auto_receive_at: Timestamp | null;
  auto_receive_days: number;
  buyer_id: string;
  cancel_reason: string | null;
  cancelled_at: Timestamp | null;
  checkout_id: string;
  closing_by: string | null;
  closing_reason: string | null;
  completed_at: Timestamp | null;
  created_at: Timestamp;
  discount_fen: Generated<Int8>;
  goods_fen: Int8;
  id: string;
  kind: Generated<string>;
  open_cases: Generated<number>;
  order_no: string;
  paid_at: Timestamp | null;
  pay_before: Timestamp;
  received_at: Timestamp | null;
  refunded_fen: Generated<Int8>;
  refunded_shipping_fen: Generated<Int8>;
  remark: Generated<string>;
  seller_id: string;
  shipped_at: Timestamp | null;
  shipping_fen: Int8;
  staff_note: Generated<string>;
  state: Generated<string>;
  steps: Json;
  total_fen: Int8;
  version: Generated<number>;
}

export interface Outbox {
  created_at: Generated<Timestamp>;
  event: string;
  id: Generated<Int8>;
  payload: Json;
}

export interface ParcelLines {
  line_id: string;
  parcel_id: string;
  quantity: number;
}

export interface Parcels {
  carrier: string;
  id: string;
  note: Generated<string>;
  order_id: string;
  shipped_at: Timestamp;
  shipped_by: string;
  tracking_no: string;
}

export interface PaymentAttempts {
  amount_fen: Int8;
  answer: Json | null;
  channel: string;
  checks: Generated<number>;
  closed_at: Timestamp | null;
  created_at: Timestamp;
  id: string;
  is_accepted: Generated<boolean>;
  last_check_at: Timestamp | null;
  next_check_at: Timestamp | null;
  out_trade_no: string;
  paid_fen: Int8 | null;
  payment_id: string;
  refunded_fen: Generated<Int8>;
  refunding_fen: Generated<Int8>;
  request: Json;
  state: Generated<string>;
  succeeded_at: Timestamp | null;
  transaction_id: string | null;
}

export interface PaymentCases {
  attempt_id: string | null;
  created_at: Timestamp;
  detail: string;
  done_at: Timestamp | null;
  id: string;
  key: string;
  kind: string;
  payment_id: string | null;
  refund_id: string | null;
  resolution: string | null;
  state: Generated<string>;
}

export interface Payments {
  amount_fen: Int8;
  buyer_id: string;
  close_checks: Generated<number>;
  closed_at: Timestamp | null;
  closing_since: Timestamp | null;
  created_at: Timestamp;
  description: string;
  expires_at: Timestamp;
  id: string;
  next_check_at: Timestamp | null;
  paid_at: Timestamp | null;
  parts: Json;
  payable_id: string;
  payable_kind: string;
  state: Generated<string>;
}

export interface Products {
  brand_id: string | null;
  category_id: string;
  category_path: string[];
  created_at: Timestamp;
  deleted_at: Timestamp | null;
  description: Generated<string>;
  id: string;
  image_file_ids: Generated<string[]>;
  market_price_fen: Int8 | null;
  max_price_fen: Generated<Int8>;
  min_price_fen: Generated<Int8>;
  published_at: Timestamp | null;
  sales_count: Generated<Int8>;
  search_text: Generated<string>;
  seller_id: string;
  sort_order: Generated<number>;
  specs: Generated<Json>;
  state: Generated<string>;
  subtitle: Generated<string>;
  title: string;
  updated_at: Timestamp;
  version: Generated<number>;
}

export interface ProviderNotices {
  body: string;
  deliveries: Generated<number>;
  done_at: Timestamp | null;
  event_id: string | null;
  event_type: string;
  facts: Json | null;
  headers: Json;
  id: string;
  ip: string;
  is_verified: boolean;
  out_trade_no: string | null;
  received_at: Timestamp;
  route: string;
  state: string;
  tries: Generated<number>;
  why: string | null;
}

export interface Refunds {
  amount_fen: Int8;
  attempt_id: string;
  cause: string;
  created_at: Timestamp;
  id: string;
  last_error: string | null;
  next_check_at: Timestamp | null;
  out_refund_no: string;
  provider_id: string | null;
  reason: string;
  received_by: string | null;
  ref_id: string;
  ref_kind: string;
  sources: Json;
  state: Generated<string>;
  succeeded_at: Timestamp | null;
  tries: Generated<number>;
}

export interface Sellers {
  created_at: Timestamp;
  id: string;
  kind: string;
  name: string;
  owner_buyer_id: string | null;
}

export interface Settings {
  changed_at: Timestamp;
  changed_by: string;
  key: string;
  value: Json;
  version: number;
}

export interface SettingVersions {
  changed_at: Timestamp;
  changed_by: string;
  key: string;
  value: Json;
  version: number;
}

export interface Skus {
  code: string | null;
  cost_fen: Int8 | null;
  id: string;
  image_file_id: string | null;
  is_on_sale: Generated<boolean>;
  market_price_fen: Int8 | null;
  price_fen: Int8;
  product_id: string;
  retired_at: Timestamp | null;
  sort_order: Generated<number>;
  spec_values: Generated<string[]>;
}

export interface StaffAccountRoles {
  role_id: string;
  staff_id: string;
}

export interface StaffAccounts {
  created_at: Timestamp;
  failed_logins: Generated<number>;
  id: string;
  last_login_at: Timestamp | null;
  locked_until: Timestamp | null;
  must_change_password: Generated<boolean>;
  name: string;
  password_hash: string;
  state: Generated<string>;
  username: string;
}

export interface StaffCaptchas {
  answer_hash: string;
  expires_at: Timestamp;
  id: string;
}

export interface StaffLoginFailures {
  failures: number;
  ip: string;
  last_at: Timestamp;
  locked_until: Timestamp | null;
}

export interface StaffLoginLog {
  at: Timestamp;
  id: Generated<Int8>;
  ip: string;
  result: string;
  user_agent: string;
  username: string;
}

export interface StaffRoles {
  code: string | null;
  id: string;
  is_built_in: Generated<boolean>;
  name: string;
  permissions: string[];
}

export interface StaffSessions {
  created_at: Timestamp;
  csrf_token: string;
  expires_at: Timestamp;
  id: string;
  ip: string;
  last_seen_at: Timestamp;
  remember: Generated<boolean>;
  secret_hash: string;
  staff_id: string;
  user_agent: string;
}

export interface StockBalances {
  location_id: string;
  on_hand: Generated<Int8>;
  reserved: Generated<Int8>;
  sku_id: string;
}

export interface StockHolds {
  consumed: Generated<number>;
  created_at: Timestamp;
  expires_at: Timestamp | null;
  held: number;
  line_id: string;
  location_id: string;
  order_id: string;
  quantity: number;
  released: Generated<number>;
  sku_id: string;
}

export interface StockMovements {
  actor_name: string;
  at: Timestamp;
  delta: Int8;
  id: Generated<Int8>;
  key: string;
  location_id: string;
  note: Generated<string>;
  on_hand_after: Int8;
  reason: string;
  ref: string | null;
  sku_id: string;
}

export interface WechatTokens {
  appid: string;
  expires_at: Timestamp;
  token: string;
}

export interface DB {
  addresses: Addresses;
  aftersale_events: AftersaleEvents;
  aftersale_lines: AftersaleLines;
  aftersales: Aftersales;
  audit_log: AuditLog;
  brands: Brands;
  buyer_tokens: BuyerTokens;
  buyers: Buyers;
  cart_lines: CartLines;
  categories: Categories;
  checkouts: Checkouts;
  files: Files;
  idempotency_keys: IdempotencyKeys;
  job_leases: JobLeases;
  ledger_accounts: LedgerAccounts;
  ledger_entries: LedgerEntries;
  ledger_postings: LedgerPostings;
  locations: Locations;
  notices: Notices;
  order_events: OrderEvents;
  order_lines: OrderLines;
  orders: Orders;
  outbox: Outbox;
  parcel_lines: ParcelLines;
  parcels: Parcels;
  payment_attempts: PaymentAttempts;
  payment_cases: PaymentCases;
  payments: Payments;
  products: Products;
  provider_notices: ProviderNotices;
  refunds: Refunds;
  sellers: Sellers;
  setting_versions: SettingVersions;
  settings: Settings;
  skus: Skus;
  staff_account_roles: StaffAccountRoles;
  staff_accounts: StaffAccounts;
  staff_captchas: StaffCaptchas;
  staff_login_failures: StaffLoginFailures;
  staff_login_log: StaffLoginLog;
  staff_roles: StaffRoles;
  staff_sessions: StaffSessions;
  stock_balances: StockBalances;
  stock_holds: StockHolds;
  stock_movements: StockMovements;
  wechat_tokens: WechatTokens;
}
