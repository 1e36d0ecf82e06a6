-- The cart: one line per SKU, never a price that anybody trusts.
create table cart_lines (
  id uuid primary key,
  buyer_id uuid not null references buyers,
  sku_id uuid not null references skus,
  quantity int not null check (quantity between 1 and 99),
  is_selected boolean not null default true,
  -- What it cost when it was put in, to tell the buyer how the price moved.
  added_fen bigint not null check (added_fen >= 0),
  created_at timestamptz not null,
  constraint cart_lines_sku unique (buyer_id, sku_id)
);
