-- The best matches of a word that thousands of goods have (catalog.match.store.ts): along the sales, and by the beginning.
create index products_best on products (sales_count desc, published_at desc, id desc)
  where state = 'on_sale' and deleted_at is null;
create index products_beginning on products ((left(search_text, 64)) collate "C") where state = 'on_sale' and deleted_at is null;
