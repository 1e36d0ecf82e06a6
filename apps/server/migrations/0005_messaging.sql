-- In-app notices to buyers. `key` makes a second delivery of the same event a no-op.
create table notices (
  id uuid primary key,
  key text not null unique,
  buyer_id uuid not null references buyers,
  kind text not null check (kind in ('order', 'aftersale', 'system')),
  title text not null,
  body text not null,
  order_id uuid,
  aftersale_id uuid,
  read_at timestamptz,
  created_at timestamptz not null
);
create index notices_buyer on notices (buyer_id, id desc);
create index notices_unread on notices (buyer_id) where read_at is null;
