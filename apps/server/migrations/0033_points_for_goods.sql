-- Goods paid partly with points. An order without points writes nothing more than before: what points paid stands in a
-- table of its own, and the checkout names the reservation.
alter table checkouts add column points_reservation_id uuid
  constraint checkouts_points_reservation references point_reservations;

create table order_line_points (
  line_id uuid primary key references order_lines,
  order_id uuid not null references orders,
  -- A line may be so small that its share of the worth is less than a point.
  points bigint not null check (points >= 0),
  points_fen bigint not null check (points_fen > 0),
  -- What refunds that are agreed on have covered so far, and what of the points went home with them.
  agreed_fen bigint not null default 0 check (agreed_fen >= 0),
  agreed_quantity int not null default 0 check (agreed_quantity >= 0),
  back_points bigint not null default 0,
  back_fen bigint not null default 0,
  constraint order_line_points_back_is_part check (back_points between 0 and points and back_fen between 0 and points_fen)
);
create index order_line_points_order on order_line_points (order_id);

-- What a case gives back beside the money, fixed when the refund is ordered.
alter table aftersale_lines
  add column points_back bigint not null default 0 constraint aftersale_lines_points_back check (points_back >= 0),
  add column points_back_fen bigint not null default 0
    constraint aftersale_lines_points_back_fen check (points_back_fen >= 0);
