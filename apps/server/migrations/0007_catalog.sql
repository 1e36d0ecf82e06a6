-- Goods: sellers, categories in three levels, brands, products and SKUs.
create table sellers (
  id uuid primary key,
  kind text not null check (kind in ('platform', 'creator')),
  owner_buyer_id uuid references buyers,
  name text not null,
  created_at timestamptz not null
);
create unique index sellers_one_platform on sellers (kind) where kind = 'platform';
create unique index sellers_owner on sellers (owner_buyer_id, kind) where owner_buyer_id is not null;
-- The shop itself: there is always exactly one.
insert into sellers (id, kind, name, created_at)
values ('00000000-0000-7000-8000-000000000001', 'platform', '集市自营', now());

-- One spelling for searching: full width becomes half width, capitals small, any blanks one blank.
create function search_fold(t text) returns text language sql immutable parallel safe strict as $$
  select btrim(regexp_replace(lower(normalize(t, nfkc)), '\s+', ' ', 'g'))
$$;
-- The pieces that a text can be found by: pairs of neighbours, and single characters for words of one character.
-- Dear on purpose: PostgreSQL shall look into the index instead of taking texts apart row by row.
create function search_pieces(t text) returns text[] language sql immutable parallel safe strict cost 5000 as $$
  select public.bigrams(t) || string_to_array(t, null)
$$;

create table categories (
  id uuid primary key,
  parent_id uuid references categories,
  name text not null,
  level int not null check (level between 1 and 3),
  -- Ids from the first level down to itself.
  path uuid[] not null,
  sort_order int not null default 0,
  is_visible boolean not null default true,
  image_file_id uuid references files,
  constraint categories_level_matches_path check (cardinality(path) = level),
  constraint categories_top_has_no_parent check ((level = 1) = (parent_id is null))
);
create unique index categories_sibling_name on categories (coalesce(parent_id, '00000000-0000-0000-0000-000000000000'), name);
create index categories_parent on categories (parent_id);

create table brands (
  id uuid primary key,
  name text not null constraint brands_name unique,
  logo_file_id uuid references files,
  sort_order int not null default 0
);

create table products (
  id uuid primary key,
  seller_id uuid not null references sellers,
  -- Null only in the bin: a category can be deleted while a binned product of it is kept for old orders.
  category_id uuid references categories,
  category_path uuid[] not null,
  brand_id uuid references brands,
  title text not null,
  subtitle text not null default '',
  description text not null default '',
  image_file_ids uuid[] not null default '{}',
  -- [{ "name": "颜色", "values": ["红", "蓝"] }], at most three.
  specs jsonb not null default '[]',
  state text not null default 'draft' check (state in ('draft', 'on_sale', 'off_shelf')),
  sort_order int not null default 0,
  sales_count bigint not null default 0,
  -- Lowest and highest price among the SKUs on sale, kept by the catalog with every edit; 0 while there is none.
  min_price_fen bigint not null default 0 check (min_price_fen >= 0),
  max_price_fen bigint not null default 0 check (max_price_fen >= min_price_fen),
  -- The struck-out price of the cheapest SKU, when there is one above its price.
  market_price_fen bigint,
  -- How strong the discount is, in basis points off; follows the prices by itself.
  discount_bps int not null generated always as (
    case when market_price_fen > min_price_fen
      then ((market_price_fen - min_price_fen) * 10000 / market_price_fen)::int else 0 end) stored,
  -- Folded title, subtitle, brand and category names, one per line: what search reads.
  search_text text not null default '',
  published_at timestamptz,
  deleted_at timestamptz,
  version int not null default 1 check (version >= 1),
  created_at timestamptz not null,
  updated_at timestamptz not null,
  constraint products_has_category check (category_id is not null or deleted_at is not null),
  constraint products_bin_is_off_shelf check (deleted_at is null or state <> 'on_sale'),
  -- The laws of the shelf: something to see, something to buy, a date to sort by.
  constraint products_on_sale_is_complete check (
    state <> 'on_sale' or (published_at is not null and min_price_fen > 0 and cardinality(image_file_ids) > 0)),
  constraint products_market_price_above check (market_price_fen is null or market_price_fen > min_price_fen)
);
create index products_search on products using gin (search_pieces(search_text)) where state = 'on_sale' and deleted_at is null;
create index products_category_path on products using gin (category_path) where state = 'on_sale' and deleted_at is null;
create index products_new on products (published_at desc, id desc) where state = 'on_sale' and deleted_at is null;
create index products_price on products (min_price_fen, id) where state = 'on_sale' and deleted_at is null;
create index products_sales on products (sales_count desc, id desc) where state = 'on_sale' and deleted_at is null;
create index products_overall on products ((- sort_order) desc, sales_count desc, published_at desc, id desc)
  where state = 'on_sale' and deleted_at is null;
create index products_discount on products (discount_bps desc, id desc)
  where state = 'on_sale' and deleted_at is null and discount_bps > 0;
create index products_category on products (category_id);
create index products_brand on products (brand_id);
create index products_updated on products (updated_at desc, id desc);

create table skus (
  id uuid primary key,
  product_id uuid not null references products,
  spec_values text[] not null default '{}',
  code text,
  price_fen bigint not null check (price_fen between 1 and 1000000000),
  market_price_fen bigint check (market_price_fen between 0 and 1000000000),
  cost_fen bigint check (cost_fen between 0 and 1000000000),
  image_file_id uuid references files,
  is_on_sale boolean not null default true,
  sort_order int not null default 0,
  -- A SKU that was sold is never deleted, only retired.
  retired_at timestamptz
);
create unique index skus_spec_combination on skus (product_id, spec_values) where retired_at is null;
create unique index skus_code on skus (code) where code is not null and retired_at is null;
create index skus_product on skus (product_id);
