-- Buying points: packages, orders for them, and paying an order back.
create table point_packages (
  id uuid primary key,
  name text not null,
  description text not null default '',
  -- A package for a cent can be neither sold nor stored.
  price_fen bigint not null check (price_fen between 100 and 100000),
  points bigint not null check (points between 10 and 10000),
  bonus_points bigint not null check (bonus_points between 0 and 10000),
  label text check (label in ('hot_sale', 'best_value', 'limited_time')),
  label_color text check (label_color ~ '^#[0-9a-fA-F]{6}$'),
  icon text not null check (icon in ('coin', 'gift', 'star', 'crown', 'flame', 'gem')),
  is_recommended boolean not null default false,
  sort_order int not null default 0,
  is_active boolean not null default true,
  sale_from timestamptz,
  sale_until timestamptz,
  per_buyer_max int check (per_buyer_max > 0),
  -- Sold before and not sold any more: kept for the orders that name it.
  retired_at timestamptz,
  version int not null default 1 check (version > 0),
  created_at timestamptz not null,
  updated_at timestamptz not null,
  constraint point_packages_window check (sale_until > sale_from),
  constraint point_packages_retired_is_inactive check (retired_at is null or not is_active)
);
create index point_packages_on_sale on point_packages (sort_order, id) where is_active;

create table recharge_orders (
  id uuid primary key,
  order_no text not null constraint recharge_orders_order_no unique check (order_no ~ '^[0-9]{20}$'),
  buyer_id uuid not null references buyers,
  package_id uuid not null references point_packages,
  payment_id uuid not null constraint recharge_orders_payment unique references payments,
  state text not null default 'pending' check (state in ('pending', 'paid', 'cancelled', 'expired', 'refunded')),
  -- The package as it was bought: nothing later reads it from the shelf.
  package_name text not null,
  icon text not null,
  price_fen bigint not null check (price_fen between 100 and 100000),
  points bigint not null check (points between 10 and 10000),
  bonus_points bigint not null check (bonus_points between 0 and 10000),
  -- How long the points live after payment; null: for ever.
  paid_days int check (paid_days > 0),
  bonus_days int check (bonus_days > 0),
  -- The buyer has asked to cancel, and WeChat has not yet said that nobody can pay any more.
  closing_reason text,
  cancel_reason text,
  created_at timestamptz not null,
  expires_at timestamptz not null,
  paid_at timestamptz,
  ended_at timestamptz,
  constraint recharge_orders_paid_when check ((paid_at is not null) = (state in ('paid', 'refunded'))),
  constraint recharge_orders_ended_when check ((ended_at is not null) = (state in ('cancelled', 'expired', 'refunded')))
);
-- One unpaid order per package and buyer.
create unique index recharge_orders_one_unpaid on recharge_orders (buyer_id, package_id) where state = 'pending';
create index recharge_orders_of_buyer on recharge_orders (buyer_id, created_at desc, id desc);
create index recharge_orders_newest on recharge_orders (created_at desc, id desc);
create index recharge_orders_by_state on recharge_orders (state, created_at desc, id desc);
create index recharge_orders_of_package on recharge_orders (package_id, state);

create table recharge_refunds (
  id uuid primary key,
  recharge_id uuid not null references recharge_orders,
  state text not null default 'refunding' check (state in ('refunding', 'succeeded', 'given_up')),
  reason text not null,
  staff_name text not null,
  -- The points it has taken back, held until WeChat has decided.
  reservation_id uuid not null references point_reservations,
  refund_id uuid references refunds,
  paid_points bigint not null check (paid_points > 0),
  bonus_points bigint not null check (bonus_points >= 0),
  missing_bonus bigint not null check (missing_bonus >= 0),
  missing_fen bigint not null check (missing_fen >= 0),
  amount_fen bigint not null check (amount_fen > 0),
  created_at timestamptz not null,
  ended_at timestamptz,
  constraint recharge_refunds_ended_when check ((ended_at is null) = (state = 'refunding'))
);
-- An order is paid back once.
create unique index recharge_refunds_once on recharge_refunds (recharge_id) where state <> 'given_up';
create index recharge_refunds_of_order on recharge_refunds (recharge_id, created_at);
