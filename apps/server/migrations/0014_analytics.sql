-- What analytics may read of rooms that publish nothing themselves: views only, no table of its own.
create view buyer_figures as select created_at from buyers;
create view attempt_figures as select state, created_at from payment_attempts;
create view payment_case_figures as select state from payment_cases;
-- What can still be ordered of each SKU that is on the shelf.
create view shelf_stock_figures as
  select s.id as sku_id, coalesce(sum(b.on_hand - b.reserved), 0)::bigint as available
  from skus s
  join products p on p.id = s.product_id and p.state = 'on_sale' and p.deleted_at is null
  left join stock_balances b on b.sku_id = s.id
  where s.is_on_sale and s.retired_at is null
  group by s.id;
