-- Earning points: what every event brings, what it has brought, who invited whom. The points themselves stand in lots.
create table point_rules (
  code text primary key,
  unit text not null check (unit in ('points', 'per_yuan', 'percent')),
  value int not null check (value >= 0),
  -- Points a person can earn by it on one Shanghai day; null: no limit.
  daily_cap int check (daily_cap > 0),
  is_on boolean not null,
  expires_months int check (expires_months > 0),
  version int not null default 1
);
insert into point_rules (code, unit, value, daily_cap, is_on, expires_months) values
  ('order', 'per_yuan', 1, 5000, true, 12),
  ('sign_in', 'points', 5, 5, true, 12),
  ('streak', 'points', 50, 50, true, 12),
  -- Their rooms are not open yet; a rule that is off earns nothing and is not promised to anybody.
  ('review', 'points', 10, 50, false, 12),
  ('review_picture', 'points', 20, 100, false, 12),
  ('share', 'points', 5, 25, false, 12),
  ('invite', 'points', 50, 500, true, 12),
  ('invite_recharge', 'percent', 5, 5000, true, 12);

-- One row per event, whatever became of it: the same event a second time earns nothing.
create table point_earnings (
  key text primary key,
  rule text not null,
  buyer_id uuid not null references buyers,
  day date not null,
  -- What the rule counted: one event, yuan paid, points bought.
  units int not null check (units > 0),
  points int not null check (points >= 0),
  -- Of these, what was kept back for points that a refund could not take.
  set_off int not null default 0,
  reversed int not null default 0,
  by_staff uuid references staff_accounts,
  at timestamptz not null,
  constraint point_earnings_set_off_is_part check (set_off between 0 and points),
  constraint point_earnings_reversed_is_part check (reversed between 0 and points)
);
create index point_earnings_of_day on point_earnings (buyer_id, rule, day);
create index point_earnings_by_day on point_earnings (day, rule);
create index point_earnings_set_off on point_earnings (buyer_id) where set_off > 0;
create index point_earnings_of_staff on point_earnings (by_staff, day) where by_staff is not null;

-- Points that had to be taken back and were spent already: set off against what is earned next, never a negative balance.
create table point_shortfalls (
  key text primary key,
  buyer_id uuid not null references buyers,
  points int not null check (points > 0),
  label text not null,
  at timestamptz not null
);
create index point_shortfalls_buyer on point_shortfalls (buyer_id);
create trigger point_shortfalls_append_only before update or delete or truncate on point_shortfalls
  for each statement execute function forbid_change();

create table sign_ins (
  buyer_id uuid not null references buyers,
  day date not null,
  streak int not null check (streak > 0),
  at timestamptz not null,
  primary key (buyer_id, day)
);

create table invite_codes (
  buyer_id uuid primary key references buyers,
  code text not null constraint invite_codes_code unique check (code ~ '^[A-Z2-9]{6,10}$'),
  created_at timestamptz not null
);

-- Who invited whom: bound once, kept for good.
create table referrals (
  invitee_id uuid primary key references buyers,
  inviter_id uuid not null references buyers,
  at timestamptz not null,
  constraint referrals_not_self check (invitee_id <> inviter_id)
);
create index referrals_inviter on referrals (inviter_id, at desc);
create trigger referrals_append_only before update or delete or truncate on referrals
  for each statement execute function forbid_change();

-- What a friend's first recharge will bring: frozen until it can no longer be paid back.
create table invite_rewards (
  invitee_id uuid primary key references referrals,
  inviter_id uuid not null references buyers,
  recharge_id uuid not null unique,
  -- The recharge in points at their nominal value; the rule takes its percentage when the time has come.
  worth int not null check (worth > 0),
  state text not null default 'frozen' check (state in ('frozen', 'granted', 'dropped')),
  due_at timestamptz not null,
  decided_at timestamptz
);
create index invite_rewards_due on invite_rewards (due_at) where state = 'frozen';
create index invite_rewards_inviter on invite_rewards (inviter_id);
