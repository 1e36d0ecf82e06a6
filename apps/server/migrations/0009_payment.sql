-- Money in and money back: payments (what is owed), attempts (how it was tried), refunds, notices, cases for people.
create table payments (
  id uuid primary key,
  payable_kind text not null,
  payable_id uuid not null,
  buyer_id uuid not null references buyers,
  amount_fen bigint not null check (amount_fen >= 0),
  -- Whose money it becomes: [{ "ownerKind": "order", "ownerId": "...", "amountFen": 100 }], summing to amount_fen.
  parts jsonb not null,
  description text not null,
  state text not null default 'open' check (state in ('open', 'closing', 'closed', 'paid')),
  expires_at timestamptz not null,
  closing_since timestamptz,
  close_checks int not null default 0,
  next_check_at timestamptz,
  closed_at timestamptz,
  paid_at timestamptz,
  created_at timestamptz not null,
  constraint payments_payable unique (payable_kind, payable_id)
);
create index payments_expiring on payments (expires_at) where state = 'open';
create index payments_closing on payments (next_check_at) where state = 'closing';
create index payments_buyer on payments (buyer_id, created_at desc);
create index payments_created on payments (created_at desc, id desc);

create table payment_attempts (
  id uuid primary key,
  payment_id uuid not null references payments,
  channel text not null check (channel in ('jsapi', 'native', 'h5')),
  out_trade_no text not null constraint payment_attempts_out_trade_no unique,
  amount_fen bigint not null check (amount_fen > 0),
  -- The exact prepay request, replayed byte for byte when its fate is unknown.
  request jsonb not null,
  -- prepay_id, code_url or h5_url with the moment it goes stale.
  answer jsonb,
  state text not null default 'created' check (state in ('created', 'prepaid', 'succeeded', 'closed', 'failed', 'disputed')),
  -- True for the one attempt that paid the payable; other successes go home.
  is_accepted boolean not null default false,
  transaction_id text constraint payment_attempts_transaction_id unique,
  -- What the buyer really paid, as WeChat says.
  paid_fen bigint check (paid_fen >= 0),
  refunded_fen bigint not null default 0 check (refunded_fen >= 0),
  refunding_fen bigint not null default 0 check (refunding_fen >= 0),
  checks int not null default 0,
  last_check_at timestamptz,
  next_check_at timestamptz,
  created_at timestamptz not null,
  succeeded_at timestamptz,
  closed_at timestamptz,
  constraint payment_attempts_refunds_capped check (refunded_fen + refunding_fen <= coalesce(paid_fen, 0)),
  constraint payment_attempts_paid_has_proof check ((state in ('succeeded', 'disputed')) = (transaction_id is not null))
);
create unique index payment_attempts_one_accepted on payment_attempts (payment_id) where is_accepted;
create unique index payment_attempts_one_live on payment_attempts (payment_id) where state in ('created', 'prepaid');
create index payment_attempts_payment on payment_attempts (payment_id);
create index payment_attempts_due on payment_attempts (next_check_at) where state in ('created', 'prepaid');

create table refunds (
  id uuid primary key,
  attempt_id uuid not null references payment_attempts,
  out_refund_no text not null constraint refunds_out_refund_no unique,
  amount_fen bigint not null check (amount_fen > 0),
  cause text not null check (cause in ('aftersale', 'late', 'duplicate', 'dispute')),
  -- What the refund is for, in the words of its owner: an after-sale case, or the attempt itself.
  ref_kind text not null,
  ref_id uuid not null,
  reason text not null,
  -- Which accounts give the money: [{ "type": "order_deferred", "ownerKind": "order", "ownerId": "...", "amountFen": 1 }].
  sources jsonb not null,
  state text not null default 'created' check (state in ('created', 'submitted', 'succeeded', 'abnormal', 'closed', 'manual')),
  provider_id text,
  received_by text,
  tries int not null default 0,
  last_error text,
  -- When it was last sent: WeChat takes one refund a minute for an order.
  sent_at timestamptz,
  next_check_at timestamptz,
  created_at timestamptz not null,
  succeeded_at timestamptz
);
-- One live refund per business reason: a second request for the same thing finds the first.
create unique index refunds_one_live on refunds (ref_kind, ref_id) where state <> 'closed';
create index refunds_attempt on refunds (attempt_id);
create index refunds_due on refunds (next_check_at) where state in ('created', 'submitted');

-- Every callback as it came, before anything is done about it.
create table provider_notices (
  id uuid primary key,
  event_id text,
  event_type text not null,
  route text not null,
  headers jsonb not null,
  body text not null,
  ip text not null,
  is_verified boolean not null,
  state text not null check (state in ('stored', 'done', 'failed', 'rejected', 'ignored')),
  why text,
  tries int not null default 0,
  deliveries int not null default 1,
  -- Decrypted facts: out_trade_no, out_refund_no, transaction_id, state, amount. Never the openid.
  facts jsonb,
  out_trade_no text,
  received_at timestamptz not null,
  done_at timestamptz
);
create unique index provider_notices_event on provider_notices (event_id) where is_verified;
create index provider_notices_trade on provider_notices (out_trade_no);
create index provider_notices_received on provider_notices (received_at desc);
create index provider_notices_waiting on provider_notices (received_at) where state in ('stored', 'failed');

create table payment_cases (
  id uuid primary key,
  key text not null constraint payment_cases_key unique,
  kind text not null check (kind in ('amount_mismatch', 'refund_abnormal', 'refund_manual', 'orphan_payment')),
  state text not null default 'open' check (state in ('open', 'done')),
  payment_id uuid references payments,
  attempt_id uuid references payment_attempts,
  refund_id uuid references refunds,
  detail text not null,
  resolution text,
  created_at timestamptz not null,
  done_at timestamptz,
  constraint payment_cases_done_says_how check ((state = 'done') = (resolution is not null))
);
create index payment_cases_open on payment_cases (created_at desc) where state = 'open';
