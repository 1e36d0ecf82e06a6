// A catalog of any size by bulk SQL: the bench measures reading and ordering, not how fast staff can type.
import pg from 'pg';

const BRANDS = ['山野', '青禾', '云杉', '海岸', '南屏', '松果', '白鹭', '锦书'];
const MANNERS = ['轻薄', '加厚', '便携', '家用', '复古', '极简', '防水', '静音', '大容量', '可折叠', '手工', '有机'];
const THINGS = [
  '保温杯', '蓝牙耳机', '双肩包', '台灯', '乌龙茶', '羊毛围巾', '不粘锅', '充电宝', '跑步鞋', '笔记本',
  '四件套', '电热水壶', '防晒衣', '儿童水壶', '香薰蜡烛', '机械键盘', '行李箱', '雨伞', '瑜伽垫', '坚果礼盒',
]; // prettier-ignore
const COLOURS = ['石墨黑', '雾霾蓝', '燕麦白', '苔藓绿'];
const SIZES = ['小号', '中号', '大号'];
const GROUPS = ['居家', '数码', '服饰', '食品', '户外', '厨房', '童趣', '办公'];

/** What people would type: pieces of one to four characters of everything that a title, a brand or a category says. */
export function wordsOf(count: number): string[] {
  const texts = [
    ...THINGS,
    ...MANNERS,
    ...BRANDS,
    ...GROUPS,
    ...MANNERS.flatMap((manner) => THINGS.map((thing) => manner + thing)),
    ...BRANDS.flatMap((brand) => MANNERS.map((manner) => brand + manner)),
  ];
  const found = new Set<string>(texts.filter((text) => text.length <= 4));
  for (const text of texts) {
    for (let length = 1; length <= 4; length += 1) {
      for (let from = 0; from + length <= text.length; from += 1) found.add(text.slice(from, from + length));
    }
  }
  // Every so many-th, so that long and short ones, frequent and rare ones lie at every place of the list.
  const all = [...found];
  return Array.from({ length: count }, (_, i) => all[(i * 331) % all.length] ?? '');
}

/** One id per noun and number, in the shape of ours (UUIDv7), so that any part can name a product without asking. */
export const idOf = (noun: keyof typeof NOUNS, index: number): string =>
  `01900000-${(index >>> 12).toString(16).padStart(4, '0')}-7${(index & 0xfff).toString(16).padStart(3, '0')}-8000-0000000000${NOUNS[noun]}`;

const NOUNS = {
  product: '01',
  sku: '02',
  file: '03',
  category: '04',
  brand: '05',
  buyer: '06',
  address: '07',
} as const;
const SKUS_PER_PRODUCT = 3;
/** 8 of the first level, 4 in each, 4 in each of those. */
export const LEAF_CATEGORIES = 128;
export const BUYERS = 1000;

/** The same words as `idOf`, for SQL. */
const ID = `create function bench_id(i bigint, noun text) returns uuid language sql immutable parallel safe as $$
  select ('01900000-' || lpad(to_hex(i >> 12), 4, '0') || '-7' || lpad(to_hex(i & 4095), 3, '0') || '-8000-0000000000' || noun)::uuid $$`;
const pick = (list: string, number: string) => `(${list})[1 + ((${number}) % cardinality(${list}))::int]`;

/** The three levels in one table: number, level, number of the parent. */
const TREE = `(
  select i, 1 as level, null::int as parent, ($1::text[])[i] as name from generate_series(1, 8) i
  union all select 8 + i, 2, 1 + (i - 1) / 4, ($1::text[])[1 + (i - 1) / 4] || '系列' || i from generate_series(1, 32) i
  union all select 40 + i, 3, 9 + (i - 1) / 4, '专区' || i from generate_series(1, 128) i)`;

export const LEAF_FIRST = 41;

type Step = { text: string; values?: unknown[] };

const steps = (products: number): Step[] => [...shelves(products), ...goods(products), ...stockAndBuyers(products)];

function shelves(products: number): Step[] {
  return [
    { text: ID },
    {
      text: `insert into files (id, owner_kind, sha256, width, height, bytes, created_at)
        select bench_id(i, '03'), 'system', md5(i::text), 800, 800, 40000, now() from generate_series(1, $1::int) i`,
      values: [products + 8],
    },
    {
      text: `insert into brands (id, name, sort_order)
        select bench_id(i, '05'), name, i from unnest($1::text[]) with ordinality as b (name, i)`,
      values: [BRANDS],
    },
    {
      text: `insert into categories (id, parent_id, name, level, path, sort_order, image_file_id)
        select bench_id(t.i, '04'), bench_id(t.parent, '04'), t.name, t.level,
          case t.level when 1 then array[bench_id(t.i, '04')]
            when 2 then array[bench_id(t.parent, '04'), bench_id(t.i, '04')]
            else array[bench_id(1 + (t.parent - 9) / 4, '04'), bench_id(t.parent, '04'), bench_id(t.i, '04')] end,
          t.i, case when t.level = 1 then bench_id(${products} + t.i, '03') end
        from ${TREE} t order by t.level`,
      values: [GROUPS],
    },
  ];
}

function goods(products: number): Step[] {
  const title = `${pick('$1::text[]', 'i')} || ${pick('$2::text[]', 'i / 7')} || ${pick('$3::text[]', 'i / 3')} || ' ' || i || '号'`;
  return [
    {
      // Prices go from 9.90 up, a third of the goods has a struck-out price, sales fall off as they do in a shop.
      text: `insert into products (id, seller_id, category_id, category_path, brand_id, title, subtitle, description,
          image_file_ids, specs, state, sales_count, min_price_fen, max_price_fen, market_price_fen, search_text,
          published_at, created_at, updated_at)
        select bench_id(i, '01'), '00000000-0000-7000-8000-000000000001', c.id, c.path, b.id, x.title, x.subtitle,
          repeat('选料讲究，做工细致，开箱即用，七天无理由退换。' || chr(10), 6), array[bench_id(i, '03')],
          '[{"name":"颜色","values":${JSON.stringify(COLOURS)}}]'::jsonb, 'on_sale',
          (100000 / (1 + (i * 7919) % 5000)), 990 + (i * 37) % 50000, 1990 + (i * 37) % 50000,
          case when i % 3 = 0 then 2990 + (i * 37) % 50000 end,
          concat_ws(E'\\n', search_fold(x.title), search_fold(x.subtitle), search_fold(b.name), search_fold(c.name)),
          now() - make_interval(secs => i), now(), now()
        from generate_series(1, $5::bigint) i
        cross join lateral (select ${title} as title, ${pick('$2::text[]', 'i / 5')} || '好物，' || ${pick('$4::text[]', 'i')} || '可选' as subtitle) x
        join categories c on c.id = bench_id(${LEAF_FIRST} + i % ${LEAF_CATEGORIES}, '04')
        join brands b on b.id = bench_id(1 + i % 8, '05')`,
      values: [BRANDS, MANNERS, THINGS, SIZES, products],
    },
    {
      text: `insert into skus (id, product_id, spec_values, price_fen, market_price_fen, sort_order)
        select bench_id(i * ${SKUS_PER_PRODUCT} + s, '02'), bench_id(i, '01'), array[($2::text[])[s + 1]],
          990 + (i * 37) % 50000 + s * 500, case when i % 3 = 0 then 2990 + (i * 37) % 50000 end, s
        from generate_series(1, $1::bigint) i, generate_series(0, ${SKUS_PER_PRODUCT - 1}) s`,
      values: [products, COLOURS],
    },
  ];
}

function stockAndBuyers(products: number): Step[] {
  return [
    {
      // One product in a hundred is sold out; the others never run dry during a bench.
      text: `insert into stock_balances (location_id, sku_id, on_hand)
        select '00000000-0000-7000-8000-000000000002', id, case when product_id = any($1::uuid[]) then 0 else 1000000 end
        from skus`,
      values: [Array.from({ length: Math.floor(products / 100) }, (_, i) => idOf('product', (i + 1) * 100))],
    },
    {
      text: `insert into stock_movements (key, location_id, sku_id, delta, on_hand_after, reason, actor_name, at)
        select 'bench:' || sku_id, location_id, sku_id, on_hand, on_hand, 'initial', '压测', now()
        from stock_balances where on_hand > 0`,
    },
    {
      text: `insert into buyers (id, openid_weapp, nickname, phone, created_at, last_seen_at)
        select bench_id(i, '06'), 'bench-' || i, '买家' || i, '139' || lpad(i::text, 8, '0'), now(), now()
        from generate_series(1, $1::int) i`,
      values: [BUYERS],
    },
    {
      text: `insert into addresses (id, buyer_id, name, phone, province, city, district, detail, is_default, created_at)
        select bench_id(i, '07'), bench_id(i, '06'), '买家' || i, '139' || lpad(i::text, 8, '0'), '浙江省', '杭州市',
          '余杭区', '仓前街道 ' || i || ' 号', true, now()
        from generate_series(1, $1::int) i`,
      values: [BUYERS],
    },
  ];
}

/**
 * Fills a migrated, empty database as a restore would: rows first, without asking each for its parents, then the
 * indexes. Unique and primary keys stay, so nothing can come in twice.
 */
export async function fill(databaseUrl: string, products: number): Promise<void> {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    await client.query(
      `set maintenance_work_mem = '256MB'; set synchronous_commit = off; set session_replication_role = replica`,
    );
    const { rows } = await client.query<{ indexdef: string; indexname: string }>(
      `select indexname, indexdef from pg_indexes
        where tablename in ('products', 'skus', 'files', 'stock_balances', 'stock_movements') and schemaname = 'public'
          and indexdef not like 'CREATE UNIQUE%'`,
    );
    await client.query('begin');
    for (const { indexname } of rows) await client.query(`drop index ${indexname}`);
    for (const step of steps(products)) await client.query(step.text, step.values);
    for (const { indexdef } of rows) await client.query(indexdef);
    await client.query('commit');
    await client.query('vacuum analyze');
    await client.query('checkpoint');
  } finally {
    await client.end();
  }
}
