-- The first page counts products that run low, as the list it leads to does; the view said only which SKUs.
create or replace view shelf_stock_figures as
  select s.id as sku_id, coalesce(sum(b.on_hand - b.reserved), 0)::bigint as available, s.product_id
  from skus s
  join products p on p.id = s.product_id and p.state = 'on_sale' and p.deleted_at is null
  left join stock_balances b on b.sku_id = s.id
  where s.is_on_sale and s.retired_at is null
  group by s.id;
