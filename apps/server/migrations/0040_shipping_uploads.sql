-- What WeChat has to be told of the goods of each payment that a mini-program took, and what it says about it.
create table shipping_uploads (
  payment_id uuid primary key references payments,
  transaction_id text not null constraint shipping_uploads_transaction unique,
  out_trade_no text not null,
  -- The payer in the mini-program; asked of WeChat where we did not name him.
  openid text,
  logistics text not null check (logistics in ('express', 'pickup', 'virtual')),
  -- waiting: nothing has left yet; due: something has to be told; told: WeChat knows all that has left, more will leave;
  -- complete: WeChat knows that it was all; stuck: a person has to look; over: nothing will ever be told (refunded).
  state text not null check (state in ('waiting', 'due', 'told', 'complete', 'stuck', 'over')),
  -- [{ "trackingNo": "...", "company": "SF", "itemDesc": "..." }] as WeChat took it.
  sent jsonb not null default '[]',
  is_split boolean,
  is_complete boolean not null default false,
  -- WeChat allows one correction of what it was told completely.
  correction_used boolean not null default false,
  -- WeChat orders the uploads by their time: each must be later than the one before.
  uploaded_at timestamptz,
  -- Grows with every change of parcels: a step that was overtaken sees it.
  revision int not null default 0,
  tries int not null default 0,
  next_try_at timestamptz,
  last_error text,
  -- What WeChat said last: to_ship, shipped, confirmed, done, refunded, settling.
  wechat_state text,
  wechat_seen_at timestamptz,
  confirmed_at timestamptz,
  settled_at timestamptz,
  -- WeChat has asked where the goods are.
  reminded_at timestamptz,
  paid_at timestamptz not null,
  created_at timestamptz not null,
  constraint shipping_uploads_due_has_a_time check (state <> 'due' or next_try_at is not null),
  constraint shipping_uploads_complete_was_told check (state <> 'complete' or is_complete)
);
create index shipping_uploads_due on shipping_uploads (next_try_at) where state = 'due';
create index shipping_uploads_paid on shipping_uploads (paid_at desc, payment_id desc);
create index shipping_uploads_state on shipping_uploads (state, paid_at desc);

-- Each comparison with WeChat's own list.
create table shipping_comparisons (
  id uuid primary key,
  at timestamptz not null,
  paid_from timestamptz not null,
  paid_to timestamptz not null,
  seen int not null,
  repaired int not null,
  differing int not null
);
create index shipping_comparisons_at on shipping_comparisons (at desc);

-- Events that WeChat pushes about the mini-program, as they came: once each, however often they are sent.
create table wechat_pushes (
  id uuid primary key,
  key text not null constraint wechat_pushes_key unique,
  event text not null,
  -- Null for events that we do not act on.
  body jsonb,
  state text not null check (state in ('stored', 'done', 'ignored')),
  why text,
  deliveries int not null default 1,
  received_at timestamptz not null,
  done_at timestamptz
);
create index wechat_pushes_received on wechat_pushes (received_at desc);
create index wechat_pushes_waiting on wechat_pushes (received_at) where state = 'stored';
