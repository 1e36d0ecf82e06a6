// Ordering: placing a checkout with all its checks, against pgbench writing the same rows statement by statement.
import { createHmac } from 'node:crypto';
import { BUYERS, idOf } from './fill.ts';
import type { Load } from './load.ts';
import type { Ctx, Part, Row } from './part.ts';
import { pgbench } from './pgbench.ts';
import type { RunningShop } from './shop.ts';

const CONNECTIONS = 16;
const SKUS = 5000;
const PLATFORM = `'00000000-0000-7000-8000-000000000001'`;
const WAREHOUSE = `'00000000-0000-7000-8000-000000000002'`;

/** What one of our placements reads and writes, in our own tables with all their laws, one statement after the other. */
const SAME_ROWS = (products: number) => `
\\set n random(1, ${Math.floor(products / 100) - 1})
\\set m random(1, 99)
\\set b random(1, ${BUYERS})
\\set r random(1, 1000000000000)
\\set i :n * 100 + :m
begin;
select bench_id(:i * 3, '02') as sku_id, bench_id(:b, '06') as buyer_id, bench_id(:b, '07') as address_id,
  gen_random_uuid() as checkout_id, gen_random_uuid() as order_id, gen_random_uuid() as line_id, gen_random_uuid() as payment_id \\gset
select state from buyers where id = :buyer_id;
select s.price_fen as price, p.id as product_id, p.title as title, p.image_file_ids[1] as image_id from skus s join products p on p.id = s.product_id where s.id = :sku_id \\gset
select name, phone from addresses where id = :address_id and buyer_id = :buyer_id;
insert into idempotency_keys (scope, key, endpoint, request_hash, state, owner, started_at) values ('buyer:' || :buyer_id, :checkout_id, 'placeCheckout', 'hash', 'running', :checkout_id, now());
select on_hand - reserved as free from stock_balances where location_id = ${WAREHOUSE} and sku_id = :sku_id for no key update;
update stock_balances set reserved = reserved + 1 where location_id = ${WAREHOUSE} and sku_id = :sku_id;
insert into payments (id, payable_kind, payable_id, buyer_id, amount_fen, parts, description, expires_at, created_at) values (:payment_id, 'checkout', :checkout_id, :buyer_id, :price, jsonb_build_array(jsonb_build_object('account', jsonb_build_object('type', 'order_deferred', 'ownerKind', 'order', 'ownerId', (:order_id)::text), 'amountFen', (:price)::bigint)), :title, now() + interval '30 minutes', now());
insert into checkouts (id, buyer_id, idempotency_key, request_hash, payment_id, total_fen, expires_at, created_at) values (:checkout_id, :buyer_id, :order_id, 'hash', :payment_id, :price, now() + interval '30 minutes', now());
insert into orders (id, order_no, checkout_id, buyer_id, seller_id, seller_name, goods_fen, shipping_fen, total_fen, steps, address, pay_before, auto_receive_days, aftersale_days, created_at) values (:order_id, lpad((:r)::text, 20, '1'), :checkout_id, :buyer_id, ${PLATFORM}, '集市自营', :price, 0, :price, '[{"label": "商品小计", "amountFen": 1, "why": "共 1 件"}]', '{"name": "买家", "phone": "13900000000", "province": "浙江省", "city": "杭州市", "district": "余杭区", "detail": "仓前街道 1 号"}', now() + interval '30 minutes', 15, 15, now());
insert into order_lines (id, order_id, position, product_id, sku_id, title, spec_text, image_file_id, quantity, list_fen, unit_fen, payable_fen) values (:line_id, :order_id, 0, :product_id, :sku_id, :title, '石墨黑', :image_id, 1, :price, :price, :price);
insert into order_events (order_id, at, kind, title, detail, actor_kind, actor_name) values (:order_id, now(), 'placed', '提交订单', '请在 30 分钟内付款', 'buyer', '买家');
insert into stock_holds (line_id, location_id, sku_id, order_id, quantity, held, expires_at, created_at) values (:line_id, ${WAREHOUSE}, :sku_id, :order_id, 1, 1, now() + interval '30 minutes', now());
insert into outbox (event, payload) values ('bench.placed', jsonb_build_object('checkoutId', (:checkout_id)::text));
update idempotency_keys set state = 'done', status = 201, answer = '{}' where scope = 'buyer:' || :buyer_id and key = :checkout_id and endpoint = 'placeCheckout';
commit;
`;

/** Five bare tables with hardly a law: what PostgreSQL itself can do on this machine. */
const BARE_TABLES = `
drop schema if exists bare cascade;
create schema bare;
create table bare.stock (id bigint primary key, left_qty int not null check (left_qty >= 0));
insert into bare.stock select i, 1000000000 from generate_series(1, 20000) i;
create table bare.orders (id uuid primary key, buyer_id bigint not null, state text not null default 'unpaid', total_fen bigint not null, address jsonb not null, created_at timestamptz not null default now());
create index on bare.orders (buyer_id, created_at desc);
create table bare.lines (id bigint generated always as identity primary key, order_id uuid not null references bare.orders, sku_id bigint not null references bare.stock, title text not null, quantity int not null, unit_fen bigint not null);
create index on bare.lines (order_id);
create table bare.attempts (id bigint generated always as identity primary key, order_id uuid not null references bare.orders, amount_fen bigint not null);
create table bare.outbox (id bigint generated always as identity primary key, event text not null, payload jsonb not null);
`;
const BARE = `
\\set s random(1, 20000)
\\set b random(1, 1000)
begin;
select gen_random_uuid() as id, left_qty from bare.stock where id = :s for update \\gset
update bare.stock set left_qty = left_qty - 1 where id = :s;
insert into bare.orders (id, buyer_id, total_fen, address) values (:id, :b, 9900, '{"name": "张", "phone": "13800000000"}');
insert into bare.lines (order_id, sku_id, title, quantity, unit_fen) values (:id, :s, '山野轻薄保温杯', 1, 9900);
insert into bare.attempts (order_id, amount_fen) values (:id, 9900);
insert into bare.outbox (event, payload) values ('order.placed', '{"orderId": "x"}');
commit;
`;

/** A token as the shop signs it; the buyers of the bench have never signed in. */
function tokenOf(shop: RunningShop, buyerId: string, familyId: string): string {
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const from = Math.floor(Date.now() / 1000);
  const claims = { ver: 1, fam: familyId, sub: buyerId, iss: 'jishi', aud: 'buyer', iat: from, exp: from + 86_400 };
  const signed = `${part({ alg: 'HS256' })}.${part(claims)}`;
  const mac = createHmac('sha256', shop.env['ACCESS_TOKEN_SECRET'] ?? '').update(signed);
  return `${signed}.${mac.digest('base64url')}`;
}

/** Every buyer of the bench is signed in once. */
export async function signedIn(ctx: Ctx): Promise<Map<string, string>> {
  await ctx.pool.query(`
    insert into buyer_tokens (id, family_id, buyer_id, token_hash, created_at, expires_at)
    select gen_random_uuid(), gen_random_uuid(), id, 'bench-' || id, now(), now() + interval '1 day' from buyers
    on conflict (token_hash) do nothing`);
  const { rows } = await ctx.pool.query<{ buyer_id: string; family_id: string }>(
    `select buyer_id, family_id from buyer_tokens where token_hash like 'bench-%'`,
  );
  return new Map(rows.map((row) => [row.buyer_id, row.family_id]));
}

/** wrk draws a buyer and a SKU for each request; keys never repeat. */
export function script(
  shop: RunningShop,
  families: ReadonlyMap<string, string>,
  skus: readonly { id: string; fen: number }[],
) {
  const buyers = Array.from({ length: 200 }, (_, i) => {
    const id = idOf('buyer', i + 1);
    return `{"${idOf('address', i + 1)}","${tokenOf(shop, id, families.get(id) ?? '')}"}`;
  });
  const goods = skus.map(({ id, fen }) => `{"${id}",${fen >= 9900 ? fen : fen + 1000}}`);
  return `
local buyers = {${buyers.join(',')}}
local goods = {${goods.join(',')}}
local run = string.format('%x%x', os.time(), math.floor(os.clock() * 1e6))
math.randomseed(os.time())
local n = 0
function request()
  n = n + 1
  local buyer, sku = buyers[math.random(#buyers)], goods[math.random(#goods)]
  return wrk.format('POST', '/api/v1/checkouts', { ['content-type'] = 'application/json', ['x-client'] = 'weapp',
    authorization = 'Bearer ' .. buyer[2], ['idempotency-key'] = 'bench-' .. run .. '-' .. n },
    '{"lines":[{"skuId":"' .. sku[1] .. '","quantity":1}],"addressId":"' .. buyer[1] .. '","expectedTotalFen":' .. sku[2] .. '}')
end`;
}

/** SKUs that are in stock: one product in a hundred is not. */
export function someSkus(products: number): { id: string; fen: number }[] {
  const numbers = Array.from({ length: SKUS }, (_, i) => 1 + ((i * 7919) % products)).filter((i) => i % 100 !== 0);
  return numbers.map((i) => ({ id: idOf('sku', i * 3), fen: 990 + ((i * 37) % 50000) }));
}

type Measured = { statements: number; waiting: number };

async function watched(ctx: Ctx, shop: RunningShop, load: () => Promise<Load>): Promise<Load & Measured> {
  const before = await shop.statements();
  const found = await load();
  const statements = ((await shop.statements()) - before) / found.requests;
  const { rows } = await ctx.pool.query<{ n: number }>(
    `select count(*)::int as n from outbox where event not like 'bench%'`,
  );
  return { ...found, statements, waiting: rows[0]?.n ?? 0 };
}

export const orders: Part = {
  name: 'orders',
  run: async (ctx) => {
    const families = await signedIn(ctx);
    await ctx.pool.query(BARE_TABLES);
    const skus = someSkus(ctx.sizes.products);
    const { seconds } = ctx.sizes;
    const own = await ctx.startShop({ env: { ROLE: 'api', DATABASE_POOL_MAX: String(CONNECTIONS) } });
    const worker = await ctx.startShop({ env: { ROLE: 'worker' } });
    const place = (goods: typeof skus) => () =>
      ctx.load({ url: own.url, connections: CONNECTIONS, seconds, script: script(own, families, goods) });
    // Long enough that most goods were ordered once: a picture is asked for once in the life of a process.
    for (let round = 0; round < 4; round += 1) await place(skus)();
    let all: Measured = { statements: Number.NaN, waiting: Number.NaN };
    const found = await ctx.inTurn({
      same: () => pgbench(ctx, 'same', SAME_ROWS(ctx.sizes.products), CONNECTIONS),
      placed: async () => (all = await watched(ctx, own, place(skus))) as Load & Measured,
      bare: () => pgbench(ctx, 'bare', BARE, CONNECTIONS),
      hot: place(skus.slice(0, 1)),
    });
    await Promise.all([own.stop(), worker.stop()]);
    const note = `接口与后台任务各一个进程，停下时还有 ${all.waiting} 个事件未搬运`;
    const same = { name: 'pgbench 逐条写同样的行', load: found.same };
    const ratio = found.placed.perSecond / found.same.perSecond;
    const rows: Row[] = [
      { what: '下单，随机商品，16 个连接', ours: found.placed, limit: same, aim: '≥ 0.5', isMet: ratio >= 0.5, queries: all.statements, note },
      { what: '同上，对照为五张裸表', ours: found.placed, limit: { name: 'pgbench 逐条写五张裸表', load: found.bare }, note: '没有外键、约束与索引的下限' },
      { what: '下单，都抢同一件', ours: found.hot, limit: same, note: '一行库存，逐个通过' },
    ]; // prettier-ignore
    return rows;
  },
};
