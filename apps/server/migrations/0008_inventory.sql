-- Stock: a balance per place and SKU, held for orders in two phases, every change of on_hand a movement.
create table locations (
  id uuid primary key,
  kind text not null check (kind in ('warehouse', 'creator', 'agent_cloud', 'station')),
  owner_id uuid,
  name text not null,
  created_at timestamptz not null
);
create unique index locations_owner on locations (kind, coalesce(owner_id, '00000000-0000-0000-0000-000000000000'));
-- The shop's own warehouse: there is always exactly one.
insert into locations (id, kind, name, created_at)
values ('00000000-0000-7000-8000-000000000002', 'warehouse', '总仓', now());

create table stock_balances (
  location_id uuid not null references locations,
  sku_id uuid not null references skus,
  on_hand bigint not null default 0,
  reserved bigint not null default 0,
  primary key (location_id, sku_id),
  constraint stock_balances_never_oversold check (reserved >= 0 and reserved <= on_hand)
);
create index stock_balances_sku on stock_balances (sku_id);

create table stock_movements (
  id bigint generated always as identity primary key,
  -- The business key: the same effect moved twice is refused here.
  key text not null constraint stock_movements_key unique,
  location_id uuid not null references locations,
  sku_id uuid not null references skus,
  delta bigint not null check (delta <> 0),
  on_hand_after bigint not null check (on_hand_after >= 0),
  reason text not null check (reason in ('initial', 'count', 'purchase', 'loss', 'return', 'ship', 'damaged', 'other')),
  note text not null default '',
  ref text,
  actor_name text not null,
  at timestamptz not null
);
create index stock_movements_sku on stock_movements (sku_id, id desc);
create trigger stock_movements_append_only before update or delete or truncate on stock_movements
  for each statement execute function forbid_change();

-- What an order line holds. held + consumed + released = quantity, always.
create table stock_holds (
  line_id uuid not null,
  location_id uuid not null references locations,
  sku_id uuid not null references skus,
  -- The order that the line belongs to.
  order_id uuid not null,
  quantity int not null check (quantity > 0),
  held int not null check (held >= 0),
  consumed int not null default 0 check (consumed >= 0),
  released int not null default 0 check (released >= 0),
  -- Of what was consumed, how much the buyer sent back; nothing comes back twice.
  returned int not null default 0,
  -- Null once paid: a paid hold does not expire.
  expires_at timestamptz,
  created_at timestamptz not null,
  primary key (line_id, location_id),
  constraint stock_holds_conserved check (held + consumed + released = quantity),
  constraint stock_holds_returned_capped check (returned between 0 and consumed)
);
create index stock_holds_order on stock_holds (order_id);
create index stock_holds_sku on stock_holds (sku_id) where held > 0;
