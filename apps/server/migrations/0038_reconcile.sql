-- Daily reconciliation: WeChat's bills, our payments and the ledger, compared day by day (Shanghai), and what differs.
create table reconcile_days (
  day date primary key,
  state text not null default 'waiting' check (state in ('waiting', 'running', 'agreed', 'differs', 'failed')),
  tries int not null default 0,
  next_try_at timestamptz,
  last_error text,
  -- What each side says, as of the last run that came to its end.
  figures jsonb,
  open_cases int not null default 0 check (open_cases >= 0),
  cases int not null default 0,
  reconciled_at timestamptz,
  created_at timestamptz not null,
  constraint reconcile_days_agreed_has_no_open_case check (state <> 'agreed' or open_cases = 0)
);
create index reconcile_days_due on reconcile_days (next_try_at) where next_try_at is not null;

-- Each bill as it came, once per content.
create table reconcile_bills (
  id uuid primary key,
  day date not null references reconcile_days,
  kind text not null check (kind in ('trade', 'fund')),
  sha1 text not null,
  bytes bigint not null,
  lines int not null,
  file_key text not null,
  downloaded_at timestamptz not null,
  constraint reconcile_bills_content unique (day, kind, sha1)
);

create table reconcile_runs (
  id uuid primary key,
  day date not null references reconcile_days,
  by_name text not null,
  state text not null default 'running' check (state in ('running', 'done', 'waiting', 'failed')),
  why text,
  trade_bill_id uuid references reconcile_bills,
  fund_bill_id uuid references reconcile_bills,
  opened int not null default 0,
  settled int not null default 0,
  started_at timestamptz not null,
  finished_at timestamptz
);
create index reconcile_runs_day on reconcile_runs (day, started_at desc);

create table reconcile_cases (
  id uuid primary key,
  day date not null references reconcile_days,
  kind text not null,
  -- Kind, number and both amounts: the same difference is one case, however often the day is compared.
  key text not null,
  state text not null default 'open' check (state in ('open', 'repaired', 'closed', 'settled')),
  number text not null,
  transaction_id text,
  payment_id uuid references payments,
  wechat_fen bigint,
  ours_fen bigint,
  ledger_fen bigint,
  repair text not null check (repair in ('recover', 'book', 'recheck', 'acknowledge')),
  -- How the clearing account moves when the repair is booked; 0 where nothing is.
  book_fen bigint not null default 0,
  detail text not null,
  resolution text,
  done_by text,
  done_at timestamptz,
  created_at timestamptz not null,
  constraint reconcile_cases_key unique (day, key),
  constraint reconcile_cases_done_says_how check ((state = 'open') = (resolution is null))
);
create index reconcile_cases_open on reconcile_cases (created_at desc) where state = 'open';
create index reconcile_cases_newest on reconcile_cases (created_at desc, id desc);

-- What was booked from bills, so that a bill that comes again with other figures books only the difference.
create table reconcile_bookings (
  key text primary key,
  day date not null references reconcile_days,
  kind text not null check (kind in ('fee', 'payout')),
  amount_fen bigint not null,
  booked_at timestamptz not null
);
create index reconcile_bookings_day on reconcile_bookings (day);
create trigger reconcile_bookings_append_only before update or delete or truncate on reconcile_bookings
  for each statement execute function forbid_change();

-- Where the lines of one day are compared: filled and emptied by one run at a time, worth nothing after a crash.
create unlogged table reconcile_trade_lines (
  at timestamptz not null,
  kind text not null,
  transaction_id text not null,
  out_trade_no text not null,
  refund_id text,
  out_refund_no text,
  refund_status text,
  order_fen bigint not null,
  refund_fen bigint not null,
  fee_fen bigint not null
);
create unlogged table reconcile_fund_lines (
  at timestamptz not null,
  class text not null,
  business_no text not null,
  flow_no text not null,
  type text not null,
  amount_fen bigint not null,
  -- What WeChat keeps of it, or gives back below zero; null where the line does not tell.
  fee_fen bigint,
  voucher_no text not null
);
create unlogged table reconcile_found (
  key text not null,
  kind text not null,
  number text not null,
  transaction_id text,
  payment_id uuid,
  wechat_fen bigint,
  ours_fen bigint,
  ledger_fen bigint,
  book_fen bigint not null default 0,
  note text
);

-- Published by payment for whoever compares money: what came in and what went back, each with the key of its posting.
create view payment_money_in as
  select id as attempt_id, payment_id, out_trade_no, transaction_id, state, amount_fen, paid_fen, succeeded_at as paid_at,
    'payment:' || id as posting_key
  from payment_attempts;
create view payment_beginning as select min(created_at) as at from payments;
create view payment_orphans as
  select id as case_id, substring(key from 8) as transaction_id, 'orphan:' || id as posting_key
  from payment_cases where kind = 'orphan_payment' and key like 'orphan:%';
create view payment_money_out as
  select r.id as refund_id, a.payment_id, a.transaction_id, r.out_refund_no, r.provider_id, r.state, r.amount_fen, r.sent_at,
    'refund:' || r.id as posting_key
  from refunds r join payment_attempts a on a.id = r.attempt_id;
-- What staff sent home through WeChat's console, by the transaction that it came from.
create view payment_sent_home as
  select substring(key from 8) as transaction_id, 'orphan-home:' || id as posting_key
  from payment_cases where kind = 'orphan_payment' and key like 'orphan:%'
  union all
  select a.transaction_id, 'mismatch-home:' || c.id
  from payment_cases c join payment_attempts a on a.id = c.attempt_id where c.kind = 'amount_mismatch';
create index payment_attempts_succeeded on payment_attempts (succeeded_at) where transaction_id is not null;
create index refunds_sent on refunds (sent_at) where sent_at is not null;

-- Published by the ledger: every movement of what WeChat holds for us, by the key of its posting.
create view ledger_clearing as
  select p.key as posting_key, p.at, e.amount
  from ledger_postings p
  join ledger_entries e on e.posting_id = p.id
  join ledger_accounts a on a.id = e.account_id
  where a.type = 'provider_clearing';

-- Published by the wallet: what was sent to people, by the number that WeChat knows.
create view payout_money_out as
  select out_bill_no, amount_fen - fee_fen as amount_fen, state from withdrawals where out_bill_no is not null;

-- Published for the front page of the back office.
create view reconcile_case_figures as select state, created_at from reconcile_cases;
