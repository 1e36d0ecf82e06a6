// A shop that sells: goods, till, orders, parcels and after-sale on one database, with WeChat played over real HTTP.
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { AftersaleState, Id, In, placeCheckout, requestAftersale } from '@jishi/contract';
import { createMiniClient, createPayClient, createPushReader, createShippingClient } from '@jishi/wechat';
import { createSim } from '@jishi/wechat-sim';
import { sql } from 'kysely';
import { events } from '../src/events.ts';
import { createAftersale } from '../src/modules/aftersale/aftersale.ts';
import { scheduleAftersale } from '../src/modules/aftersale/aftersale.jobs.ts';
import { createFulfilment } from '../src/modules/fulfilment/fulfilment.ts';
import { scheduleFulfilment } from '../src/modules/fulfilment/fulfilment.jobs.ts';
import { createIdentity } from '../src/modules/identity/identity.ts';
import { platformAccount } from '../src/modules/ledger/ledger.ts';
import { createMessaging } from '../src/modules/messaging/messaging.ts';
import { createOrdering } from '../src/modules/ordering/ordering.ts';
import { scheduleOrdering } from '../src/modules/ordering/ordering.jobs.ts';
import { createPayment } from '../src/modules/payment/payment.ts';
import { createPoints } from '../src/modules/points/points.ts';
import { schedulePayment } from '../src/modules/payment/payment.jobs.ts';
import { createOrderPages } from '../src/modules/storefront/storefront.orders.ts';
import { inTransaction, type Db } from '../src/platform/db.ts';
import { assert, fail } from '../src/platform/fail.ts';
import type { Buyer } from '../src/platform/http.ts';
import { createJobs } from '../src/platform/jobs.ts';
import { silentLog } from '../src/platform/log.ts';
import { createMetrics } from '../src/platform/metrics.ts';
import { newId } from '../src/platform/ids.ts';
import { brokenPoints } from './books.ts';
import { goodsHouse, type GoodsHouse } from './goods.ts';

type Span = { days?: number; hours?: number; minutes?: number; seconds?: number };
type Line = { skuId: Id<'sku'>; quantity: number };
export type Selling = Awaited<ReturnType<typeof sellingHouse>>;
export type Shopper = Buyer & { addressId: Id<'address'> };

export async function sellingHouse() {
  const goods = await goodsHouse({ max: 12 });
  const sim = await createSim({
    clock: 'steppable',
    startAt: goods.clock.now(),
    onTick: (now) => goods.clock.set(now),
    seed: 1,
    merchant: { openingAvailableFen: 10_000_000, refundDelayMs: null },
  });
  const post: { office?: Rooms['payment'] } = {};
  const ear = await listen(async (path, raw) => {
    assert(post.office, 'a letter came before the house was built');
    return post.office.hear(path.endsWith('refund') ? 'refund' : 'pay', raw, '127.0.0.1');
  });
  const rooms = upperRooms(goods, sim, ear.url);
  // The first words with WeChat take long on a busy machine, and the client's patience is short: they are of no matter.
  for (let word = 0; word < 3; word += 1) await rooms.pay.queryByOutTradeNo('P00000000');
  post.office = rooms.payment;
  const { db, boss } = goods;
  const { jobs, payment, ordering, fulfilment, aftersale, pages } = rooms;
  let keys = 0;

  const given = {
    ...goods.given,
    shopper: async (): Promise<Shopper> => {
      const { id } = await goods.given.buyer();
      const person = sim.control.addPerson({ walletFen: 10_000_000 });
      await db.q.updateTable('buyers').set({ openid_weapp: person.openid }).where('id', '=', id).execute();
      const place = { province: '浙江省', city: '杭州市', district: '西湖区', detail: '文三路 1 号' };
      const address = { name: '林小雨', phone: '13812348000', ...place, isDefault: true };
      const addressId = (await rooms.identity.createAddress({ id }, address)).id as Id<'address'>;
      return { id, addressId };
    },
    /** Earned points, as a review or a purchase would have given them. */
    points: (shopper: Buyer, amount: number) =>
      db.tx((tx) =>
        goods.points.grant(tx, {
          buyerId: shopper.id,
          kind: 'earned',
          points: amount,
          key: `given-${(keys += 1)}`,
          label: '测试奖励',
          refKind: 'test',
          refId: newId(),
          expiresAt: null,
        }),
      ),
  };

  const quoteFen = async (lines: Line[], wanted: number) => {
    const points = wanted > 0 ? { wanted, available: wanted } : undefined;
    return (await goods.pricing.mustQuote(db, { lines, points })).totalFen;
  };
  const shop = {
    wish: async (shopper: Shopper, lines: Line[], more: Partial<In<typeof placeCheckout>> = {}) => ({
      lines,
      addressId: shopper.addressId,
      expectedTotalFen: await quoteFen(lines, more.usePoints ?? 0),
      usePoints: 0,
      remark: '',
      fromCart: false,
      ...more,
    }),
    place: async (shopper: Shopper, lines: Line[], more: Partial<In<typeof placeCheckout>> = {}) =>
      ordering.place(shopper, await shop.wish(shopper, lines, more), `key-${(keys += 1)}-0000`),
    /** Asks WeChat for a cashier and answers with the number of the attempt. */
    till: async (shopper: Shopper, checkoutId: Id<'checkout'>) => {
      const { paymentId } = await ordering.payable(shopper, checkoutId);
      await payment.prepay(shopper, { paymentId, channel: 'jsapi', platform: 'weapp', clientIp: '127.0.0.1' });
      const [paid] = (await payment.moneyOf(db, [paymentId])).payments;
      return paid?.attempts.at(-1)?.outTradeNo ?? '';
    },
    pay: async (shopper: Shopper, checkoutId: Id<'checkout'>) => {
      await sim.control.pay(await shop.till(shopper, checkoutId));
      await sim.control.settle();
      await jobs.drain();
    },
    /** One paid order of these lines. */
    paidOrder: async (shopper: Shopper, lines: Line[], more: Partial<In<typeof placeCheckout>> = {}) => {
      const checkout = await shop.place(shopper, lines, more);
      if (checkout.totalFen === 0) await jobs.drain();
      else await shop.pay(shopper, checkout.id as Id<'checkout'>);
      return shop.order(shopper, checkout.orders[0]?.id as Id<'order'>);
    },
    order: (shopper: Buyer, orderId: string) => pages.order(shopper, orderId as Id<'order'>),
    stateOf: async (orderId: string) => (await ordering.orders(db, [orderId]))[0]?.state,
    ship: (orderId: string, trackingNo = `SF${(keys += 1)}0000000`, lines?: { lineId: string; quantity: number }[]) =>
      fulfilment.ship(boss, {
        orderId: orderId as Id<'order'>,
        carrier: 'SF',
        trackingNo,
        lines: lines as { lineId: Id<'orderLine'>; quantity: number }[] | undefined,
      }),
    ask: (shopper: Buyer, orderId: string, lines: { lineId: string; quantity: number }[], kind: Kind = 'refund_only') =>
      aftersale.request(shopper, {
        orderId: orderId as Id<'order'>,
        kind,
        lines: lines as { lineId: Id<'orderLine'>; quantity: number }[],
        reason: '不想要了',
        description: '',
        evidenceFileIds: [],
      }),
    /** Lets WeChat finish every refund and everything that follows. Refunds of one order queue a minute apart. */
    moneyArrives: async () => {
      for (let round = 0; round < 10; round += 1) {
        await jobs.drain();
        const refunds = await sql<{ no: string; state: string }>`
          select out_refund_no as no, state from refunds where state in ('created', 'submitted')`.execute(db.q);
        if (refunds.rows.length === 0) return;
        for (const { no, state } of refunds.rows) {
          if (state === 'submitted') await sim.control.finishRefund(no, 'SUCCESS');
        }
        await sim.control.settle();
        await sim.control.clock.advance({ seconds: 61 });
        await jobs.tick('payment.refunds');
      }
      throw new Error('refunds are still on their way');
    },
    caseState: async (id: string): Promise<AftersaleState> => (await aftersale.staffView(id as Id<'aftersale'>)).state,
  };

  /** Moves both clocks, runs every schedule and everything that follows. */
  const forward = async (by: Span) => {
    await sim.control.clock.advance(by);
    await jobs.tick();
    await jobs.drain();
  };
  const close = async () => {
    await jobs.stop();
    await sim.close();
    await ear.close();
    await goods.close();
  };
  return {
    ...goods,
    ...rooms,
    sim,
    given,
    shop,
    forward,
    close,
    books: books(db, rooms.ledger, goods),
    queries: countQueries(db),
  };
}

type Kind = In<typeof requestAftersale>['kind'];
type Rooms = ReturnType<typeof upperRooms>;

function upperRooms(goods: GoodsHouse, sim: Awaited<ReturnType<typeof createSim>>, notify: string) {
  const { db, url, clock, staff, settings, files, catalog, inventory, pricing, ledger, cart } = goods;
  const { credentials: c } = sim;
  const log = silentLog;
  const messaging = createMessaging({ db, clock });
  const jobs = createJobs({ db, url, log, events });
  const pay = createPayClient({
    mchid: c.mchid,
    appid: c.appid,
    serialNo: c.merchantSerialNo,
    privateKeyPem: c.merchantPrivateKey,
    apiV3Key: c.apiV3Key,
    baseUrl: sim.url,
    publicKey: { id: c.platformPublicKeyId, pem: c.platformPublicKey },
    notifyUrls: { pay: `${notify}/pay`, refund: `${notify}/refund`, transfer: `${notify}/transfer` },
    now: clock.now,
    timeoutMs: 400,
    retryPauseMs: 1,
    guard: () => assert(!inTransaction(), 'WeChat was called inside a transaction'),
  });
  const identity = createIdentity({
    db,
    clock,
    log,
    staff,
    files,
    config: {
      ACCESS_TOKEN_SECRET: 'a secret of this test run, of no value',
      DEV_LOGIN: false,
      PUBLIC_URL: 'http://127.0.0.1',
      WECHAT_OAUTH_BASE_URL: sim.url,
    },
    appids: { weapp: c.appid, h5: c.oaAppid },
    // Nobody signs in here: people are given by their rows.
    miniFor: () => fail('wechat.unavailable'),
  });
  const merchant = { mchid: c.mchid, appids: { weapp: c.appid, h5: c.oaAppid } };
  const payment = createPayment({
    db,
    clock,
    log,
    metrics: createMetrics(),
    ledger,
    pay,
    merchant,
    staff,
    openidOf: identity.openidOf,
    settings,
  });
  const ground = { db, clock, log, settings, staff, files, identity, messaging, ledger };
  const points = createPoints({ ...ground, payment });
  const ordering = createOrdering({ ...ground, catalog, inventory, pricing, points, payment, cart });
  const mini = createMiniClient({ appid: c.appid, secret: c.secret, baseUrl: sim.url, now: clock.now });
  const fulfilment = createFulfilment({
    ...ground,
    metrics: createMetrics(),
    inventory,
    ordering,
    payment,
    shipping: createShippingClient(mini, c.appid),
    push: createPushReader({ token: c.pushToken, aesKey: c.pushAesKey, appid: c.appid, now: clock.now }),
    appid: c.appid,
  });
  const aftersale = createAftersale({ ...ground, inventory, payment, ordering });
  const { recharging } = points;
  const sold = { ordering, fulfilment, aftersale, points: { recharging } };
  const pages = createOrderPages({ db, identity, messaging, ledger, payment, ...sold });
  schedulePayment(jobs, payment);
  scheduleOrdering(jobs, ordering);
  scheduleFulfilment(jobs, fulfilment);
  scheduleAftersale(jobs, aftersale);
  return { identity, messaging, ledger, jobs, pay, payment, points, ordering, fulfilment, aftersale, pages };
}

/** How many statements the pool has sent so far. */
function countQueries(db: Db): () => number {
  let sent = 0;
  db.pool.on('acquire', (client) => {
    if (watched.has(client)) return;
    watched.add(client);
    const query = client.query.bind(client) as (...args: unknown[]) => unknown;
    client.query = ((...args: unknown[]) => {
      sent += 1;
      return query(...args);
    }) as typeof client.query;
  });
  return () => sent;
}
const watched = new WeakSet();

/** What must hold after every story: the ledger balances, stock agrees with its journal, claims agree with cases. */
function books(db: Db, ledger: Rooms['ledger'], { inventory }: GoodsHouse) {
  const deferred = (orderId: string) =>
    ledger.standing(db, { type: 'order_deferred', ownerKind: 'order', ownerId: orderId });
  const sales = () => ledger.standing(db, platformAccount('platform_sales'));
  const balance = async (): Promise<void> => {
    const faults = await ledger.check(db);
    assert(
      Object.values(faults).every((count) => count === 0),
      `ledger: ${JSON.stringify(faults)}`,
    );
    const drift = await inventory.check(db);
    assert(drift.length === 0, `stock: ${JSON.stringify(drift)}`);
    const { rows } = await sql<{ id: string }>`
      select l.id from order_lines l
      left join (
        select al.line_id, sum(al.quantity) as q, sum(al.amount_fen) as fen, sum(al.unshipped_quantity) as u
        from aftersale_lines al join aftersales a on a.id = al.aftersale_id
        where a.state not in ('rejected', 'withdrawn', 'expired') group by al.line_id) c on c.line_id = l.id
      where (l.claimed_quantity, l.claimed_fen, l.claimed_unshipped) <> (coalesce(c.q, 0), coalesce(c.fen, 0), coalesce(c.u, 0))
    `.execute(db.q);
    assert(rows.length === 0, `claims that no case explains: ${JSON.stringify(rows)}`);
    const open = await sql<{ id: string }>`
      select o.id from orders o where o.open_cases <> (
        select count(*) from aftersales a where a.order_id = o.id
          and a.state not in ('done', 'rejected', 'withdrawn', 'expired'))
    `.execute(db.q);
    const points = await brokenPoints(db);
    assert(points.length === 0, points.join('\n'));
    assert(open.rows.length === 0, `orders that miscount their cases: ${JSON.stringify(open.rows)}`);
  };
  return { balance, deferred, sales };
}

type Letter = { body: Buffer; headers: Record<string, string> };

async function listen(answer: (path: string, raw: Letter) => Promise<{ status: number; body: unknown }>) {
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const raw = { body: Buffer.concat(chunks), headers: request.headers as Record<string, string> };
      void answer(request.url ?? '', raw).then(({ status, body }) => {
        response.writeHead(status, { 'content-type': 'application/json' });
        response.end(body === undefined ? undefined : JSON.stringify(body));
      });
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return { url, close: () => new Promise<void>((resolve) => server.close(() => resolve())) };
}
