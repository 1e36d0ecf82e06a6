-- Points: lots by how they were come by and when they expire, and what is reserved of them. Money's twin is in the ledger.
create table point_lots (
  id uuid primary key,
  -- The business key: the same grant a second time is refused here.
  key text not null constraint point_lots_key unique,
  buyer_id uuid not null references buyers,
  kind text not null check (kind in ('paid', 'bonus', 'earned')),
  label text not null,
  ref_kind text not null,
  ref_id uuid not null,
  granted bigint not null check (granted > 0),
  -- What can still be spent, and where the rest has gone.
  points_left bigint not null check (points_left >= 0),
  held bigint not null default 0 check (held >= 0),
  used bigint not null default 0 check (used >= 0),
  expired bigint not null default 0 check (expired >= 0),
  -- Taken back by whoever had granted it.
  taken bigint not null default 0 check (taken >= 0),
  -- Null: for ever.
  expires_at timestamptz,
  created_at timestamptz not null,
  constraint point_lots_conserved check (granted = points_left + held + used + expired + taken)
);
create index point_lots_spendable on point_lots (buyer_id, kind, expires_at) where points_left > 0;
create index point_lots_of_buyer on point_lots (buyer_id, created_at);
create index point_lots_expiring on point_lots (expires_at) where points_left > 0;

create table point_reservations (
  id uuid primary key,
  key text not null constraint point_reservations_key unique,
  buyer_id uuid not null references buyers,
  -- take_back: held by whoever had granted the points, to take them back when it is decided.
  purpose text not null check (purpose in ('spend', 'take_back')),
  state text not null default 'held' check (state in ('held', 'committed', 'cancelled')),
  points bigint not null check (points > 0),
  given_back bigint not null default 0 check (given_back between 0 and points),
  label text not null,
  ref_kind text not null,
  ref_id uuid not null,
  -- Cancelled by the clock when nobody has decided by then; null: it waits.
  expires_at timestamptz,
  created_at timestamptz not null,
  decided_at timestamptz,
  constraint point_reservations_only_used_comes_back check (given_back = 0 or (state = 'committed' and purpose = 'spend'))
);
create index point_reservations_overdue on point_reservations (expires_at) where state = 'held';
create index point_reservations_of_buyer on point_reservations (buyer_id, created_at);

-- From which lots a reservation was taken, in the order of use.
create table point_allocations (
  reservation_id uuid not null references point_reservations,
  lot_id uuid not null references point_lots,
  place int not null,
  points bigint not null check (points > 0),
  given_back bigint not null default 0 check (given_back between 0 and points),
  primary key (reservation_id, lot_id)
);
create index point_allocations_lot on point_allocations (lot_id);

-- What was asked back of a grant and how much of it was still there: asked again, the answer is the same.
create table point_takings (
  key text primary key,
  lot_id uuid not null references point_lots,
  asked bigint not null check (asked > 0),
  taken bigint not null check (taken between 0 and asked),
  at timestamptz not null
);
create trigger point_takings_append_only before update or delete or truncate on point_takings
  for each statement execute function forbid_change();

-- The journal that people read: every change of what they can spend.
create table point_moves (
  id uuid primary key,
  key text not null,
  buyer_id uuid not null references buyers,
  kind text not null check (kind in ('paid', 'bonus', 'earned')),
  cause text not null check (cause in ('grant', 'spend', 'back', 'expiry', 'take_back')),
  delta bigint not null check (delta <> 0),
  label text not null,
  ref_kind text not null,
  ref_id uuid not null,
  at timestamptz not null,
  constraint point_moves_key unique (key, kind)
);
create index point_moves_of_buyer on point_moves (buyer_id, at desc, id desc);
create trigger point_moves_append_only before update or delete or truncate on point_moves
  for each statement execute function forbid_change();
