// Payment notices: from WeChat's letter on the wire to the paid order, against pgbench writing the same rows.
import { createCipheriv, createPrivateKey, randomUUID, sign, type KeyObject } from 'node:crypto';
import { readFileSync } from 'node:fs';
import http from 'node:http';
import { setTimeout as pause } from 'node:timers/promises';
import { busy, type Load } from './load.ts';
import { script, signedIn, someSkus } from './orders.ts';
import type { Ctx, Part } from './part.ts';
import { pgbench } from './pgbench.ts';
import type { RunningShop } from './shop.ts';

const CONNECTIONS = 16;
const LIMIT_ROWS = 20_000;
/** How many letters a measurement has for each of its seconds. */
const LETTERS_PER_SECOND = 600;
/** A measurement ends when the last order is paid; nobody waits longer than this for it. */
const SETTLE_MAX_MS = 60_000;

/**
 * What a letter changes, in tables without a law, in the same four transactions: the letter is kept, the money is booked,
 * the order is paid, the letter is done.
 */
const BARE_TABLES = `
drop schema if exists bare_notices cascade;
create schema bare_notices;
create table bare_notices.letters (id uuid primary key, event_id text unique, body text not null, state text not null, at timestamptz not null);
create table bare_notices.payments (id int primary key, state text not null) with (fillfactor = 70);
create table bare_notices.attempts (id int primary key, state text not null, transaction_id text) with (fillfactor = 70);
create table bare_notices.orders (id int primary key, state text not null, paid_at timestamptz) with (fillfactor = 70);
create table bare_notices.stock (id int primary key, on_hand bigint not null) with (fillfactor = 70);
insert into bare_notices.payments select i, 'open' from generate_series(1, ${LIMIT_ROWS}) i;
insert into bare_notices.attempts select i, 'prepaid' from generate_series(1, ${LIMIT_ROWS}) i;
insert into bare_notices.orders select i, 'unpaid' from generate_series(1, ${LIMIT_ROWS}) i;
insert into bare_notices.stock select i, 1000000 from generate_series(1, ${LIMIT_ROWS}) i;
create table bare_notices.postings (id uuid primary key, key text not null unique, at timestamptz not null);
create table bare_notices.entries (posting_id uuid not null, account_id int not null, amount bigint not null, primary key (posting_id, account_id));
create table bare_notices.events (id bigint generated always as identity primary key, order_id int not null, kind text not null, at timestamptz not null);
create index on bare_notices.events (order_id);
create table bare_notices.outbox (id bigint generated always as identity primary key, event text not null, payload jsonb not null);
`;
const BARE = `
\\set n random(1, ${LIMIT_ROWS})
select gen_random_uuid() as id, gen_random_uuid() as posting \\gset
begin;
insert into bare_notices.letters values (:id, (:id)::text, repeat('x', 900), 'stored', now());
commit;
begin;
select state from bare_notices.payments where id = :n for update;
select state from bare_notices.attempts where id = :n;
update bare_notices.attempts set state = 'succeeded', transaction_id = (:id)::text where id = :n;
insert into bare_notices.postings values (:posting, (:posting)::text, now());
insert into bare_notices.entries values (:posting, 0, 100);
insert into bare_notices.entries values (:posting, :n, -100);
update bare_notices.payments set state = 'paid' where id = :n;
insert into bare_notices.outbox (event, payload) values ('payment.succeeded', '{"paymentId": "x"}');
commit;
begin;
select state from bare_notices.orders where id = :n for update;
update bare_notices.orders set state = 'paid', paid_at = now() where id = :n;
update bare_notices.stock set on_hand = on_hand - 1 where id = :n;
insert into bare_notices.events (order_id, kind, at) values (:n, 'paid', now());
insert into bare_notices.outbox (event, payload) values ('order.paid', '{"orderId": "x"}');
commit;
begin;
update bare_notices.letters set state = 'done' where id = :id;
commit;
`;

type Merchant = { mchid: string; appid: string; apiV3Key: string; serial: string; key: KeyObject };

/** The bench's merchant and its WeChat share one key pair, so that letters can be signed here. */
function merchantOf({ env }: RunningShop): Merchant {
  const named = (name: string) => env[name] ?? '';
  return {
    mchid: named('WECHAT_PAY_MCHID'),
    appid: named('WECHAT_APPID'),
    apiV3Key: named('WECHAT_PAY_API_V3_KEY'),
    serial: named('WECHAT_PAY_PUBLIC_KEY_ID'),
    key: createPrivateKey(readFileSync(named('WECHAT_PAY_PRIVATE_KEY_PATH'))),
  };
}

type Waiting = { outTradeNo: string; amountFen: number };
type Letter = { headers: Record<string, string>; body: string };

function letterOf({ mchid, appid, apiV3Key, serial, key }: Merchant, { outTradeNo, amountFen }: Waiting): Letter {
  const now = new Date();
  const text = JSON.stringify({
    mchid,
    appid,
    out_trade_no: outTradeNo,
    transaction_id: `42${outTradeNo}`,
    trade_type: 'JSAPI',
    trade_state: 'SUCCESS',
    trade_state_desc: '支付成功',
    bank_type: 'OTHERS',
    attach: '',
    success_time: now.toISOString().replace(/\.\d+Z$/, '+00:00'),
    payer: { openid: 'oUpF8uMuAJO_M2pxb1Q9zNjWeS6o' },
    amount: { total: amountFen, payer_total: amountFen, currency: 'CNY', payer_currency: 'CNY' },
  });
  const nonce = randomUUID().slice(0, 12);
  const cipher = createCipheriv('aes-256-gcm', apiV3Key, nonce).setAAD(Buffer.from('transaction'));
  const sealed = Buffer.concat([cipher.update(text), cipher.final(), cipher.getAuthTag()]).toString('base64');
  const body = JSON.stringify({
    id: `EV-${randomUUID()}`,
    create_time: now.toISOString(),
    resource_type: 'encrypt-resource',
    event_type: 'TRANSACTION.SUCCESS',
    summary: '支付成功',
    resource: {
      original_type: 'transaction',
      algorithm: 'AEAD_AES_256_GCM',
      ciphertext: sealed,
      associated_data: 'transaction',
      nonce,
    },
  });
  const stamp = { at: String(Math.floor(now.getTime() / 1000)), nonce: randomUUID().replaceAll('-', '') };
  const signature = sign('sha256', Buffer.from(`${stamp.at}\n${stamp.nonce}\n${body}\n`), key).toString('base64');
  return {
    body,
    headers: {
      'content-type': 'application/json',
      'content-length': String(Buffer.byteLength(body)),
      'wechatpay-timestamp': stamp.at,
      'wechatpay-nonce': stamp.nonce,
      'wechatpay-serial': serial,
      'wechatpay-signature': signature,
    },
  };
}

/** Orders that wait for their money: placed through the door, their attempts written as if WeChat had been asked. */
async function ordersWaiting(ctx: Ctx, place: () => Promise<unknown>, appid: string): Promise<Waiting[]> {
  await place();
  const { rows } = await ctx.pool.query<Waiting>(
    `insert into payment_attempts (id, payment_id, channel, out_trade_no, amount_fen, request, state, created_at)
     select gen_random_uuid(), p.id, 'jsapi', 'P' || left(replace(gen_random_uuid()::text, '-', ''), 24), p.amount_fen,
       jsonb_build_object('appid', $1::text), 'prepaid', now()
     from payments p
     where p.state = 'open' and not exists (select 1 from payment_attempts a where a.payment_id = p.id)
     order by p.created_at desc limit $2
     returning out_trade_no as "outTradeNo", amount_fen::int as "amountFen"`,
    [appid, LETTERS_PER_SECOND * ctx.sizes.seconds],
  );
  return rows;
}

function post(url: URL, agent: http.Agent, { headers, body }: Letter): Promise<void> {
  return new Promise((resolve, reject) => {
    const call = http.request(url, { method: 'POST', agent, headers }, (answer) => {
      answer.resume();
      answer.once('end', () =>
        answer.statusCode === 204 ? resolve() : reject(new Error(`answered ${answer.statusCode}`)),
      );
    });
    call.once('error', reject);
    call.end(body);
  });
}

/** All letters over 16 connections; over when the last of their orders is paid. */
async function settled(ctx: Ctx, url: URL, letters: readonly Letter[]): Promise<Load & { answered: number }> {
  const agent = new http.Agent({ keepAlive: true, maxSockets: CONNECTIONS });
  const rest = letters.values();
  const paidBefore = await paidOrders(ctx);
  const from = performance.now();
  const heard = await busy(CONNECTIONS, SETTLE_MAX_MS / 1000, async () => {
    const { value } = rest.next();
    if (value === undefined) return 0;
    await post(url, agent, value);
    return 1;
  });
  agent.destroy();
  if (heard.errors > 0) throw new Error(`${heard.errors} 封通知没有得到 204`);
  while ((await paidOrders(ctx)) - paidBefore < letters.length) {
    if (performance.now() - from > SETTLE_MAX_MS) throw new Error('有订单一直没有变成已付款');
    await pause(20);
  }
  const perSecond = letters.length / ((performance.now() - from) / 1000);
  return { ...heard, perSecond, answered: heard.perSecond };
}

async function paidOrders(ctx: Ctx): Promise<number> {
  const { rows } = await ctx.pool.query<{ n: number }>(`select count(*)::int as n from orders where state = 'paid'`);
  return rows[0]?.n ?? 0;
}

export const notices: Part = {
  name: 'notices',
  run: async (ctx) => {
    const families = await signedIn(ctx);
    await ctx.pool.query(BARE_TABLES);
    // Nobody but the bench closes an order or a payment while it waits.
    const own = await ctx.startShop({ env: { ROLE: 'api', DATABASE_POOL_MAX: String(CONNECTIONS) } });
    const worker = await ctx.startShop({ env: { ROLE: 'worker' } });
    const merchant = merchantOf(own);
    const url = new URL(`${own.api}/payment/notify/wechat`);
    const ordering = script(own, families, someSkus(ctx.sizes.products));
    const place = () =>
      ctx.load({ url: own.url, connections: CONNECTIONS, seconds: ctx.sizes.seconds, script: ordering });
    const go = async () => {
      const waiting = await ordersWaiting(ctx, place, merchant.appid);
      // What placing has left behind for the worker is done before the letters come.
      while ((await left(ctx)) > 0) await pause(50);
      return settled(
        ctx,
        url,
        waiting.map((one) => letterOf(merchant, one)),
      );
    };
    await go();
    let answered = 0;
    const found = await ctx.inTurn({
      limit: () => pgbench(ctx, 'notices', BARE, CONNECTIONS),
      settled: async () => {
        const load = await go();
        answered = load.answered;
        return load;
      },
    });
    await Promise.all([own.stop(), worker.stop()]);
    return [
      {
        what: '微信支付通知：验签、解密、入账，到订单已付款',
        ours: found.settled,
        limit: { name: 'pgbench 四个事务逐条写同样的行，没有约束', load: found.limit },
        note: `接口与后台任务各一个进程；只到应答微信是每秒 ${Math.round(answered)} 封，延迟是应答的`,
      },
    ];
  },
};

/** Events and jobs that are still to be handed out. */
async function left(ctx: Ctx): Promise<number> {
  const { rows } = await ctx.pool.query<{ n: number }>(
    `select count(*)::int as n from outbox where event not like 'bench%'`,
  );
  return rows[0]?.n ?? 0;
}
