-- Orders: a checkout is paid as one, an order belongs to one seller, a line is a snapshot.
create table checkouts (
  id uuid primary key,
  buyer_id uuid not null references buyers,
  idempotency_key text not null,
  request_hash text not null,
  payment_id uuid references payments,
  total_fen bigint not null check (total_fen >= 0),
  expires_at timestamptz not null,
  created_at timestamptz not null,
  constraint checkouts_idempotency unique (buyer_id, idempotency_key)
);

create table orders (
  id uuid primary key,
  -- By code point, so that a search for its beginning is a span of the index whatever the database's collation is.
  order_no text collate "C" not null constraint orders_order_no unique check (order_no ~ '^[0-9]{20}$'),
  checkout_id uuid not null references checkouts,
  buyer_id uuid not null references buyers,
  seller_id uuid not null references sellers,
  -- The name under which it was sold, as the buyer saw it.
  seller_name text not null,
  kind text not null default 'goods' check (kind in ('goods', 'work', 'book', 'restock', 'points')),
  state text not null default 'unpaid' check (state in ('unpaid', 'paid', 'partly_shipped', 'shipped', 'received', 'completed', 'cancelled', 'refunded')),
  goods_fen bigint not null check (goods_fen >= 0),
  discount_fen bigint not null default 0 check (discount_fen >= 0),
  shipping_fen bigint not null check (shipping_fen >= 0),
  total_fen bigint not null,
  refunded_fen bigint not null default 0 check (refunded_fen >= 0),
  refunded_shipping_fen bigint not null default 0,
  -- Number of open after-sale cases and refunds in flight; settlement waits while it is above zero.
  open_cases int not null default 0 check (open_cases >= 0),
  steps jsonb not null,
  address jsonb not null,
  remark text not null default '',
  staff_note text not null default '',
  -- The policy as it was when the order was placed: later changes of settings do not move it.
  pay_before timestamptz not null,
  auto_receive_days int not null check (auto_receive_days > 0),
  aftersale_days int not null check (aftersale_days > 0),
  cancel_reason text,
  closing_by text,
  closing_reason text,
  auto_receive_at timestamptz,
  aftersale_until timestamptz,
  paid_at timestamptz,
  shipped_at timestamptz,
  received_at timestamptz,
  completed_at timestamptz,
  cancelled_at timestamptz,
  version int not null default 1,
  created_at timestamptz not null,
  constraint orders_sum check (total_fen = goods_fen - discount_fen + shipping_fen),
  constraint orders_refund_capped check (refunded_fen <= total_fen),
  constraint orders_shipping_refund_capped check (refunded_shipping_fen between 0 and shipping_fen)
);
create index orders_checkout on orders (checkout_id);
create index orders_buyer on orders (buyer_id, created_at desc, id desc);
create index orders_created on orders (created_at desc, id desc);
create index orders_state on orders (state, created_at desc, id desc);
create index orders_to_receive on orders (auto_receive_at) where state = 'shipped' and open_cases = 0;
create index orders_to_complete on orders (aftersale_until) where state = 'received' and open_cases = 0;
create index orders_with_cases on orders (buyer_id) where open_cases > 0;
create index orders_paid on orders (paid_at) where paid_at is not null;
-- The one search box of the back office: the number and phone by prefix, names by their pairs of characters.
create index orders_receiver_phone on orders (((address ->> 'phone') collate "C"));
create index orders_receiver_name on orders using gin (bigrams(address ->> 'name'));

create table order_lines (
  id uuid primary key,
  order_id uuid not null references orders,
  position int not null,
  product_id uuid not null references products,
  sku_id uuid not null references skus,
  title text not null,
  spec_text text not null,
  image_file_id uuid references files,
  quantity int not null check (quantity > 0),
  list_fen bigint not null check (list_fen >= 0),
  unit_fen bigint not null check (unit_fen >= 0),
  discount_fen bigint not null default 0 check (discount_fen >= 0),
  payable_fen bigint not null check (payable_fen >= 0),
  shipped_quantity int not null default 0,
  -- Refunded before they were shipped: these are not shipped any more.
  refunded_unshipped int not null default 0,
  refunded_quantity int not null default 0,
  refunded_fen bigint not null default 0,
  -- What after-sale cases have laid a hand on, the open ones and the refunded ones together. A case that comes to
  -- nothing gives its claim back. Two cases can therefore never ask for the same piece or the same fen.
  claimed_quantity int not null default 0,
  claimed_unshipped int not null default 0,
  claimed_fen bigint not null default 0,
  constraint order_lines_sum check (payable_fen = unit_fen * quantity - discount_fen),
  constraint order_lines_claims_capped check (claimed_quantity <= quantity and claimed_fen <= payable_fen),
  -- A piece is shipped or asked back unshipped, never both.
  constraint order_lines_shipped_capped check (shipped_quantity >= 0 and shipped_quantity + claimed_unshipped <= quantity),
  constraint order_lines_refund_capped check (
    refunded_quantity between 0 and claimed_quantity
    and refunded_unshipped between 0 and claimed_unshipped
    and refunded_fen between 0 and claimed_fen)
);
create index order_lines_order on order_lines (order_id, position);
create index order_lines_title on order_lines using gin (bigrams(title));
create index order_lines_product on order_lines (product_id);

-- What happened to an order, in words that the timeline shows.
create table order_events (
  id bigint generated always as identity primary key,
  order_id uuid not null references orders,
  at timestamptz not null,
  kind text not null,
  title text not null,
  detail text not null default '',
  actor_kind text not null check (actor_kind in ('system', 'buyer', 'staff')),
  actor_name text not null
);
create index order_events_order on order_events (order_id, id);
create trigger order_events_append_only before update or delete or truncate on order_events
  for each statement execute function forbid_change();

-- Published for analytics: nobody outside of ordering reads the tables themselves.
create view order_figures as
  select id as order_id, state, open_cases, total_fen, created_at, paid_at from orders;
create view sold_line_figures as
  select o.paid_at, l.product_id, l.title, l.quantity, l.payable_fen
  from order_lines l join orders o on o.id = l.order_id where o.paid_at is not null;
