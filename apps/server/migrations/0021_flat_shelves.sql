-- Pages of the shelf that cost the same in any catalog.
-- The first goods of each category in the usual order (catalog.shelf.store.ts, the way named shelves).
create index products_on_shelf on products (category_id, (- sort_order) desc, sales_count desc, published_at desc, id desc)
  where state = 'on_sale' and deleted_at is null;

-- Words in titles alone (catalog.match.store.ts): what all subtitles say must not be read to find that no title says it.
create index products_title on products using gin (search_pieces(split_part(search_text, E'\n', 1)))
  where state = 'on_sale' and deleted_at is null;
