-- The wallet: who is paid out, and withdrawals from the request to their end. The money itself is in the ledger.

-- Sealed texts only (platform/seal.ts): a plain name, identity or card number cannot be written here.
create table payout_accounts (
  buyer_id uuid primary key references buyers,
  real_name text collate "C" not null,
  id_no text collate "C",
  card_no text collate "C",
  real_name_masked text not null,
  id_no_masked text,
  card_no_masked text,
  -- The key that sealed this row.
  key_id text collate "C" not null,
  changed_at timestamptz not null,
  constraint payout_accounts_sealed check (
    starts_with(real_name, 's1.' || key_id || '.')
    and (id_no is null or starts_with(id_no, 's1.' || key_id || '.'))
    and (card_no is null or starts_with(card_no, 's1.' || key_id || '.'))
  )
);
create index payout_accounts_key on payout_accounts (key_id);

create table withdrawals (
  id uuid primary key,
  withdrawal_no text collate "C" not null constraint withdrawals_no unique,
  buyer_id uuid not null references buyers,
  -- The day in Shanghai that the request counts for.
  day date not null,
  amount_fen bigint not null check (amount_fen > 0),
  fee_fen bigint not null check (fee_fen >= 0 and fee_fen < amount_fen),
  platform text not null check (platform in ('weapp', 'h5')),
  appid text not null,
  openid text not null,
  -- The receiver as named in this very transfer: one number is always sent with the same name.
  payee_name text collate "C",
  payee_masked text,
  key_id text collate "C",
  state text not null check (state in ('pending', 'approved', 'sending', 'await_confirm', 'paid', 'failed', 'rejected', 'cancelled', 'expired')),
  problem text check (problem in ('not_enough', 'refused', 'blocked', 'mismatch')),
  problem_detail text,
  reviewed_by text,
  reject_reason text,
  -- Our number at WeChat: written before the first call, never another one for this withdrawal.
  out_bill_no text collate "C" constraint withdrawals_out_bill_no unique,
  -- What the first call said besides: repeated word for word under the same number.
  request jsonb,
  transfer_bill_no text collate "C",
  wechat_state text,
  fail_reason text,
  package_info text,
  confirm_before timestamptz,
  cancel_asked_at timestamptz,
  tries int not null default 0,
  sent_at timestamptz,
  -- When we last told WeChat to pay, and when we last asked.
  called_at timestamptz,
  asked_at timestamptz,
  next_check_at timestamptz,
  ended_at timestamptz,
  created_at timestamptz not null,
  constraint withdrawals_sealed check ((payee_name is null) = (key_id is null) and (payee_name is null or starts_with(payee_name, 's1.' || key_id || '.'))),
  constraint withdrawals_number_before_call check (state not in ('sending', 'await_confirm', 'paid', 'failed', 'expired') or out_bill_no is not null),
  constraint withdrawals_number_and_request check ((out_bill_no is null) = (request is null)),
  constraint withdrawals_over_at check ((ended_at is not null) = (state in ('paid', 'failed', 'rejected', 'cancelled', 'expired'))),
  constraint withdrawals_rejected_says_why check ((state = 'rejected') = (reject_reason is not null and out_bill_no is null))
);
-- WeChat: no second bill while one waits for its person.
create unique index withdrawals_one_at_wechat on withdrawals (buyer_id) where state in ('sending', 'await_confirm');
create index withdrawals_buyer on withdrawals (buyer_id, created_at desc, id desc);
create index withdrawals_state on withdrawals (state, created_at desc, id desc);
create index withdrawals_created on withdrawals (created_at desc, id desc);
create index withdrawals_due on withdrawals (next_check_at) where next_check_at is not null;
create index withdrawals_pending on withdrawals (created_at) where state = 'pending';
create index withdrawals_problem on withdrawals (created_at desc, id desc) where problem is not null;
create index withdrawals_transfer_bill_no on withdrawals (transfer_bill_no) where transfer_bill_no is not null;
create index withdrawals_key on withdrawals (key_id) where key_id is not null;

create table withdrawal_events (
  id bigint generated always as identity primary key,
  withdrawal_id uuid not null references withdrawals,
  at timestamptz not null,
  title text not null,
  detail text not null default '',
  actor_kind text not null check (actor_kind in ('system', 'buyer', 'staff')),
  actor_name text not null
);
create index withdrawal_events_one on withdrawal_events (withdrawal_id, id);
create trigger withdrawal_events_append_only before update or delete or truncate on withdrawal_events
  for each statement execute function forbid_change();

-- A notice may lead to a withdrawal. The contract holds the list of kinds.
alter table notices add column withdrawal_id uuid;
alter table notices drop constraint notices_kind_check;
alter table notices add constraint notices_kind check (kind ~ '^[a-z]{1,20}$');

-- Published for analytics.
create view withdrawal_figures as
  select id as withdrawal_id, state, problem, amount_fen, fee_fen, created_at, ended_at from withdrawals;
