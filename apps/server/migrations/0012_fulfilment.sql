-- Parcels: several per order, each with its own number and contents.
create table parcels (
  id uuid primary key,
  order_id uuid not null references orders,
  carrier text not null,
  tracking_no text collate "C" not null,
  note text not null default '',
  shipped_by text not null,
  shipped_at timestamptz not null,
  constraint parcels_tracking_in_capitals check (tracking_no = upper(tracking_no)),
  -- The same number twice on one order is a slip of the hand, whatever carrier it was typed for.
  constraint parcels_tracking unique (order_id, tracking_no)
);
create index parcels_tracking_no on parcels (tracking_no);

create table parcel_lines (
  parcel_id uuid not null references parcels,
  line_id uuid not null references order_lines,
  quantity int not null check (quantity > 0),
  primary key (parcel_id, line_id)
);
create index parcel_lines_line on parcel_lines (line_id);
