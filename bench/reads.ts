// Reading: list of 20, product page and home, against bare bytes and against one SELECT.
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { idOf, LEAF_CATEGORIES, LEAF_FIRST } from './fill.ts';
import type { Load } from './load.ts';
import type { Ctx, Part, Row } from './part.ts';

export const CONNECTIONS = 64;
const POOL_MAX = 10;

const CARD = `p.id, p.title, p.subtitle, p.image_file_ids[1] as image, p.min_price_fen, p.max_price_fen, p.market_price_fen,
  p.sales_count, b.name as brand_name`;
const ON_SHELF = `p.state = 'on_sale' and p.deleted_at is null`;
const FROM = `from products p left join brands b on b.id = p.brand_id where ${ON_SHELF}`;
export const SELECTS = {
  list: `select ${CARD} ${FROM} order by - p.sort_order desc, p.sales_count desc, p.published_at desc, p.id desc limit 20`,
  inCategory: `select ${CARD} ${FROM} and p.category_path @> array[$1::uuid]
    order by - p.sort_order desc, p.sales_count desc, p.published_at desc, p.id desc limit 20`,
  home: `select ${CARD} ${FROM} order by p.sales_count desc, p.id desc limit 30`,
  product: `select ${CARD}, p.description, p.specs, p.image_file_ids ${FROM} and p.id = $1`,
} as const;

type Wish = {
  what: string;
  /** Paths below /api/v1, asked for in turn. */
  paths: string[];
  select: { sql: string; values: unknown[][]; one: boolean };
  /** Ratios asked for by issue 3. */
  aims: boolean;
};

/** The addresses as a Lua list, and a turn through them. */
export const inTurnThrough = (paths: readonly string[]) => `
local paths = {${paths.map((one) => JSON.stringify(one)).join(',')}}
local turn = 0
function request()
  turn = turn % #paths + 1
  return wrk.format('GET', paths[turn])
end`;

export const reads: Part = {
  name: 'reads',
  run: async (ctx) => {
    const { products } = ctx.sizes;
    const hot = Array.from({ length: 100 }, (_, i) => idOf('product', 1 + ((i * 7) % products)));
    const spread = Array.from({ length: 5000 }, (_, i) => idOf('product', 1 + ((i * 7919) % products)));
    const leaves = Array.from({ length: LEAF_CATEGORIES }, (_, i) => idOf('category', LEAF_FIRST + i));
    const first = hot[0] ?? '';
    const product = (ids: string[]) => ({ sql: SELECTS.product, values: ids.map((id) => [id]), one: true });
    const wishes: Wish[] = [
      {
        what: '首页',
        paths: ['/zones/homepage'],
        select: { sql: SELECTS.home, values: [[]], one: false },
        aims: true,
      },
      { what: '列表 20 件', paths: ['/products'], select: { sql: SELECTS.list, values: [[]], one: false }, aims: true },
      { what: '详情（一件）', paths: [`/products/${first}`], select: product([first]), aims: true },
      {
        what: `列表，${leaves.length} 个分类轮流`,
        paths: leaves.map((id) => `/products?categoryId=${id}`),
        select: { sql: SELECTS.inCategory, values: leaves.map((id) => [id]), one: false },
        aims: false,
      },
      {
        what: '详情，100 件热销轮流',
        paths: hot.map((id) => `/products/${id}`),
        select: product(hot),
        aims: false,
      },
      {
        what: `详情，${spread.length} 件轮流`,
        paths: spread.map((id) => `/products/${id}`),
        select: product(spread),
        aims: false,
      },
    ];
    const rows: Row[] = [];
    for (const wish of wishes) rows.push(...(await measure(ctx, wish)));
    return rows;
  },
};

async function measure(ctx: Ctx, wish: Wish): Promise<Row[]> {
  const { shop, sizes } = ctx;
  const first = `${shop.api}${wish.paths[0]}`;
  const script = wish.paths.length > 1 ? inTurnThrough(wish.paths.map((one) => `/api/v1${one}`)) : '';
  const body = await (await fetch(first)).text();
  const file = path.join(ctx.dir, 'body.json');
  await writeFile(file, body);
  const [bytes, select] = await Promise.all([
    wish.aims ? ctx.startLimit({ kind: 'bytes', file }) : undefined,
    ctx.startLimit({
      kind: 'select',
      databaseUrl: ctx.databaseUrl(ctx.database),
      poolMax: POOL_MAX,
      ...wish.select,
    }),
  ]);
  const ask = (url: string, lua = '') =>
    ctx.load({ url, connections: CONNECTIONS, seconds: sizes.seconds, script: lua });
  // Reading anew is a longer way through the program than remembering: V8 needs a moment for it.
  await ctx.load({ url: first, connections: CONNECTIONS, seconds: wish.aims ? 1 : 4, script });
  let queries = 0;
  let requests = 0;
  const ours = async () => {
    const before = await shop.statements();
    const load = await ask(first, script);
    queries += (await shop.statements()) - before;
    requests += load.requests;
    return load;
  };
  const none = async (): Promise<Load> => ({ perSecond: 0, p50Ms: 0, p99Ms: 0, requests: 0, errors: 0 });
  const found = await ctx.inTurn({
    ours,
    select: () => ask(select.url),
    bytes: bytes ? () => ask(bytes.url) : none,
  });
  await Promise.all([bytes?.stop(), select.stop()]);
  const row = {
    what: wish.what,
    ours: found.ours,
    queries: queries / requests,
    note: `${Math.round(body.length / 102.4) / 10} KB`,
  };
  const againstSelect: Row = {
    ...row,
    limit: { name: '一条 SELECT', load: found.select },
    ...(wish.aims
      ? { aim: '≥ 1，p99 < 30', isMet: found.ours.perSecond >= found.select.perSecond && found.ours.p99Ms < 30 }
      : {}),
  };
  if (!wish.aims) return [againstSelect];
  return [
    againstSelect,
    {
      ...row,
      limit: { name: '裸 node:http', load: found.bytes },
      aim: '≥ 0.3',
      isMet: found.ours.perSecond >= 0.3 * found.bytes.perSecond,
    },
  ];
}
