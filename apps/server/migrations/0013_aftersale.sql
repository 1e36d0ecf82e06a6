-- After-sale: a case by line and quantity, decided, sent back, paid back.
create table aftersales (
  id uuid primary key,
  aftersale_no text collate "C" not null constraint aftersales_no unique,
  order_id uuid not null references orders,
  buyer_id uuid not null references buyers,
  kind text not null check (kind in ('refund_only', 'return_refund', 'system')),
  state text not null check (state in ('requested', 'await_return', 'returning', 'return_received', 'refunding', 'done', 'rejected', 'withdrawn', 'expired')),
  asked_fen bigint not null check (asked_fen >= 0),
  agreed_fen bigint check (agreed_fen >= 0 and agreed_fen <= asked_fen),
  -- The shipping fee within asked_fen.
  shipping_fen bigint not null default 0 check (shipping_fen >= 0 and shipping_fen <= asked_fen),
  reason text not null,
  description text not null default '',
  evidence_file_ids uuid[] not null default '{}',
  reject_reason text,
  decided_by text,
  decide_note text not null default '',
  -- Where the goods go back to, as it was when the return was agreed: { name, phone, address }.
  return_to jsonb,
  return_before timestamptz,
  return_carrier text,
  return_tracking_no text collate "C",
  refund_id uuid references refunds,
  done_at timestamptz,
  version int not null default 1,
  created_at timestamptz not null,
  constraint aftersales_rejected_says_why check ((state = 'rejected') = (reject_reason is not null))
);
create index aftersales_order on aftersales (order_id, created_at);
create index aftersales_buyer on aftersales (buyer_id, created_at desc, id desc);
create index aftersales_state on aftersales (state, created_at desc, id desc);
-- The list of the back office: what waits for a decision first.
create index aftersales_work on aftersales ((state = 'requested') desc, created_at desc, id desc);
create index aftersales_open on aftersales (created_at) where state not in ('done', 'rejected', 'withdrawn', 'expired');
create index aftersales_return_parcel on aftersales (return_tracking_no) where return_tracking_no is not null;
create index aftersales_to_return on aftersales (return_before) where state = 'await_return';

create table aftersale_lines (
  aftersale_id uuid not null references aftersales,
  line_id uuid not null references order_lines,
  quantity int not null check (quantity > 0),
  amount_fen bigint not null check (amount_fen >= 0),
  agreed_fen bigint check (agreed_fen >= 0 and agreed_fen <= amount_fen),
  -- How many of the quantity were never shipped: their stock hold is released, not returned.
  unshipped_quantity int not null default 0 check (unshipped_quantity >= 0 and unshipped_quantity <= quantity),
  damaged_quantity int not null default 0 check (damaged_quantity >= 0 and damaged_quantity <= quantity),
  primary key (aftersale_id, line_id)
);
create index aftersale_lines_line on aftersale_lines (line_id);

create table aftersale_events (
  id bigint generated always as identity primary key,
  aftersale_id uuid not null references aftersales,
  at timestamptz not null,
  title text not null,
  detail text not null default '',
  actor_kind text not null check (actor_kind in ('system', 'buyer', 'staff')),
  actor_name text not null
);
create index aftersale_events_case on aftersale_events (aftersale_id, id);
create trigger aftersale_events_append_only before update or delete or truncate on aftersale_events
  for each statement execute function forbid_change();

-- Published for analytics.
create view aftersale_figures as
  select id as aftersale_id, state, agreed_fen, created_at, done_at from aftersales;
