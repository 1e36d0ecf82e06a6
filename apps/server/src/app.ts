// The wiring: every room built by hand, from the ground up. A page that can be read from top to bottom.
import { events } from './events.ts';
import { bindAftersale } from './modules/aftersale/aftersale.http.ts';
import { scheduleAftersale } from './modules/aftersale/aftersale.jobs.ts';
import { createAftersale } from './modules/aftersale/aftersale.ts';
import { bindAnalytics } from './modules/analytics/analytics.http.ts';
import { createAnalytics } from './modules/analytics/analytics.ts';
import { bindCart } from './modules/cart/cart.http.ts';
import { createCart } from './modules/cart/cart.ts';
import { bindCatalog } from './modules/catalog/catalog.http.ts';
import { createCatalog } from './modules/catalog/catalog.ts';
import { bindFiles } from './modules/files/files.http.ts';
import { createFiles } from './modules/files/files.ts';
import { bindFulfilment } from './modules/fulfilment/fulfilment.http.ts';
import { scheduleFulfilment } from './modules/fulfilment/fulfilment.jobs.ts';
import { createFulfilment } from './modules/fulfilment/fulfilment.ts';
import { bindIdentity } from './modules/identity/identity.http.ts';
import { scheduleIdentity } from './modules/identity/identity.jobs.ts';
import { createIdentity, type Identity } from './modules/identity/identity.ts';
import { bindInventory } from './modules/inventory/inventory.http.ts';
import { createInventory } from './modules/inventory/inventory.ts';
import { createLedgerAdjust } from './modules/ledger/ledger.adjust.ts';
import { createLedgerChain } from './modules/ledger/ledger.chain.ts';
import { createLedgerDesk, type Owners } from './modules/ledger/ledger.desk.ts';
import { bindLedger } from './modules/ledger/ledger.http.ts';
import { scheduleLedger } from './modules/ledger/ledger.jobs.ts';
import { createLedger, PLATFORM } from './modules/ledger/ledger.ts';
import { bindMessaging } from './modules/messaging/messaging.http.ts';
import { createMessaging } from './modules/messaging/messaging.ts';
import { bindOrdering } from './modules/ordering/ordering.http.ts';
import { scheduleOrdering } from './modules/ordering/ordering.jobs.ts';
import { createOrdering, type Ordering } from './modules/ordering/ordering.ts';
import { bindPayment } from './modules/payment/payment.http.ts';
import { schedulePayment } from './modules/payment/payment.jobs.ts';
import { createPayment } from './modules/payment/payment.ts';
import { bindPoints } from './modules/points/points.http.ts';
import { schedulePoints } from './modules/points/points.jobs.ts';
import { createPoints } from './modules/points/points.ts';
import { bindPricing } from './modules/pricing/pricing.http.ts';
import { createPricing } from './modules/pricing/pricing.ts';
import { bindReconcile } from './modules/reconcile/reconcile.http.ts';
import { scheduleReconcile } from './modules/reconcile/reconcile.jobs.ts';
import { createReconcile } from './modules/reconcile/reconcile.ts';
import { bindSettings } from './modules/settings/settings.http.ts';
import { createSettings } from './modules/settings/settings.ts';
import { bindStaff } from './modules/staff/staff.http.ts';
import { scheduleStaff } from './modules/staff/staff.jobs.ts';
import { createStaff } from './modules/staff/staff.ts';
import { bindGoodsPages } from './modules/storefront/storefront.goods.http.ts';
import { bindOrderPages } from './modules/storefront/storefront.orders.http.ts';
import { createStorefront } from './modules/storefront/storefront.ts';
import { bindSystem } from './modules/system/system.http.ts';
import { createSystem } from './modules/system/system.ts';
import { bindWallet } from './modules/wallet/wallet.http.ts';
import { scheduleWallet } from './modules/wallet/wallet.jobs.ts';
import { createWallet } from './modules/wallet/wallet.ts';
import { lawsProblem, schemaProblem, type Check } from './platform/checks.ts';
import { systemClock, type Clock } from './platform/clock.ts';
import { BadConfig, dataKeysOf, isLocal, type Config } from './platform/config.ts';
import { armCrash } from './platform/crash.ts';
import { openDb, type Db } from './platform/db.ts';
import { createJobs } from './platform/jobs.ts';
import type { Log } from './platform/log.ts';
import { createMetrics } from './platform/metrics.ts';
import { forgetOldKeys } from './platform/http.idempotency.ts';
import { createDoor } from './platform/http.door.ts';
import { createFresh, type Fresh } from './platform/http.fresh.ts';
import { writerNow } from './platform/http.writer.ts';
import { addDocs } from './platform/http.docs.ts';
import { addHealth } from './platform/http.health.ts';
import { createServer } from './platform/http.server.ts';
import { addWeb } from './platform/http.web.ts';
import { createSealer } from './platform/seal.ts';
import { diskStorage } from './platform/storage.ts';
import { diskVault } from './platform/vault.ts';
import { createWechat, type Wechat, type WechatLine } from './wechat.ts';
import { watch } from './watch.ts';

export type AppOptions = {
  /** What the business calls now. Tests and demo data move it. */
  clock?: Clock;
  /** What is told to WeChat, which compares it with its own time. The same clock when absent. */
  wechatClock?: Clock;
  /** How WeChat is reached. A simulation breaks this line, and does not wait as long as people do. */
  wechatLine?: WechatLine;
  /** Draws the letters of a captcha; tests know them. */
  captchaText?: () => string;
};

export type App = Awaited<ReturnType<typeof openApp>>;
export type Rooms = App['rooms'];

const HOUR = 3600;

export async function openApp(config: Config, log: Log, options: AppOptions = {}) {
  armCrash(config.CRASH_AT);
  const clock = options.clock ?? systemClock;
  const metrics = createMetrics({ process: config.NODE_ENV !== 'test' });
  const fresh = createFresh({ clock });
  const db = openDb({
    url: config.DATABASE_URL,
    max: config.DATABASE_POOL_MAX,
    events,
    onCommit: () => {
      const writer = writerNow();
      if (writer !== 'nobody') fresh.forget(writer === 'staff' ? undefined : writer);
    },
    onRetry: (state) => metrics.count('tx_retries_total', 'Transactions that ran again', { state }),
    onError: (error, where) => log.error({ err: error, where }, 'the database connection failed'),
  });
  await refuseOldSchema(db);
  const jobs = createJobs({
    db,
    url: config.DATABASE_URL,
    log,
    events,
    onFailure: (kind, name) => metrics.count('job_failures_total', 'Jobs that failed once', { kind, name }),
  });
  const rooms = buildRooms({
    config,
    clock,
    log,
    metrics,
    db,
    jobs,
    wechatClock: options.wechatClock ?? clock,
    wechatLine: options.wechatLine ?? {},
    captchaText: options.captchaText,
  });
  await rooms.staff.ensureBuiltInRoles();

  scheduleRooms(jobs, db, rooms);

  const server = await openDoors({ config, log, metrics, fresh, db, jobs, rooms });
  watch({ metrics, db, jobs, rooms });
  return {
    config,
    db,
    clock,
    jobs,
    log,
    metrics,
    rooms,
    ...rooms,
    fastify: server.fastify,
    endpoints: server.endpoints,
    checks: checksOf(db, rooms),
    resealData: () => rooms.wallet.reseal(),
    createAdmin: (input: { username: string; password: string; name: string }) =>
      rooms.staff.createFirstAdmin(input).then(() => undefined),
    close: async () => {
      await server.fastify.close();
      await jobs.stop();
      await db.close();
    },
  };
}

function scheduleRooms(jobs: ReturnType<typeof createJobs>, db: Db, rooms: ReturnType<typeof buildRooms>): void {
  schedulePayment(jobs, rooms.payment);
  schedulePoints(jobs, rooms.points);
  scheduleWallet(jobs, rooms.wallet);
  scheduleOrdering(jobs, rooms.ordering);
  scheduleFulfilment(jobs, rooms.fulfilment);
  scheduleAftersale(jobs, rooms.aftersale);
  scheduleStaff(jobs, rooms.staff);
  scheduleLedger(jobs, rooms.ledgerChain, rooms.ledgerAdjust);
  scheduleIdentity(jobs, rooms.identity);
  jobs.cron('platform.forgetKeys', HOUR, () => forgetOldKeys(db).then(() => undefined));
  scheduleReconcile(jobs, rooms.reconcile);
}

/** A server on a database that lost a law, or lacks a table, does not start. */
async function refuseOldSchema(db: Db): Promise<void> {
  const problem = (await schemaProblem(db)) ?? (await lawsProblem(db));
  if (problem === null) return;
  await db.close();
  throw new BadConfig([{ name: '数据库', problem }]);
}

type Ground = Pick<Parameters<typeof createWechat>[0], 'config' | 'clock' | 'log' | 'metrics' | 'db'> & {
  jobs: ReturnType<typeof createJobs>;
  wechatClock: Clock;
  wechatLine: WechatLine;
  captchaText: (() => string) | undefined;
};

/** The floors of house.md 2, from the ground up. Later businesses join their floor here. */
function buildRooms(ground: Ground) {
  const wechat = createWechat({ ...ground, clock: ground.wechatClock, line: ground.wechatLine });
  const first = groundFloor(ground, wechat);
  const second = goodsAndTill(ground, wechat, first);
  const below = { ...first, ...second };
  const { db, clock, log, jobs } = ground;
  // 3 spine
  const cart = createCart({ db, clock, pricing: below.pricing });
  const ordering = createOrdering({ db, clock, log, cart, ...below });
  // 4 after
  const { metrics } = ground;
  const wechatSide = { shipping: wechat.shipping, push: wechat.push, appid: wechat.merchant.appids.weapp };
  const fulfilment = createFulfilment({ db, clock, log, metrics, ordering, ...wechatSide, ...below });
  const aftersale = createAftersale({ db, clock, log, ordering, ...below });
  const vault = diskVault(`${ground.config.DATA_DIR}/bills`);
  const reconcile = createReconcile({ db, clock, log, metrics: ground.metrics, vault, pay: wechat.pay, ...below });
  // 6 windows
  const storefront = createStorefront({ db, ordering, fulfilment, aftersale, ...below });
  const analytics = createAnalytics({ db, clock, jobs, inventory: below.inventory });
  const owners = ownersOf(below.identity, ordering);
  const ledgerDesk = createLedgerDesk({ db, clock, owners, chain: below.ledgerChain, staff: below.staff });
  const ledgerAdjust = createLedgerAdjust({ db, clock, owners, ...below });
  const upper = { fulfilment, aftersale, reconcile, storefront, analytics };
  return { ...below, ledgerDesk, ledgerAdjust, cart, ordering, ...upper };
}

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
const FOUND_MAX = 50;

/** Whom accounts belong to: the ledger knows ids, these rooms know who they are. */
function ownersOf(identity: Identity, ordering: Ordering): Owners {
  return {
    find: async (reader, q) => {
      if (UUID.test(q)) return [q];
      const buyerId = await identity.byPhone(reader, q);
      const orders = /^\d{4,20}$/.test(q) ? await ordering.find(reader, q, FOUND_MAX) : [];
      return [...(buyerId === null ? [] : [buyerId]), ...orders];
    },
    names: async (reader, owners) => {
      const idsOf = (kind: string) => [...new Set(owners.filter((one) => one.kind === kind).map((one) => one.id))];
      const [buyerIds, orderIds] = [idsOf('buyer'), idsOf('order')];
      const found = new Map<string, string>([[PLATFORM, '本店']]);
      for (const [id, { nickname, phone }] of await identity.names(reader, buyerIds)) {
        found.set(id, [nickname, phone].filter(Boolean).join(' '));
      }
      const orders = orderIds.length === 0 ? [] : await ordering.orders(reader, orderIds);
      for (const order of orders) found.set(order.id, `订单 ${order.orderNo}`);
      return found;
    },
    byPhone: async (reader, phone) => {
      const id = await identity.byPhone(reader, phone);
      const names = await identity.names(reader, id === null ? [] : [id]);
      return id === null ? null : { id, name: names.get(id)?.nickname ?? '' };
    },
  };
}

function groundFloor({ config, clock, log, db, jobs, captchaText }: Ground, wechat: Wechat) {
  const staff = createStaff({ db, clock, config, log, ...(captchaText ? { captchaText } : {}) });
  const isDemo = config.WECHAT_PAY_BASE_URL !== undefined && isLocal(config.WECHAT_PAY_BASE_URL);
  const settings = createSettings({ db, clock, log, staff, isDemo });
  const files = createFiles({ db, clock, storage: diskStorage(`${config.DATA_DIR}/files`) });
  const identity = createIdentity({
    db,
    clock,
    config,
    log,
    staff,
    files,
    miniFor: (platform) => wechat.mini[platform],
    appids: wechat.merchant.appids,
  });
  const messaging = createMessaging({ db, clock });
  const ledger = createLedger({ clock });
  const ledgerChain = createLedgerChain({ db, clock, log });
  const system = createSystem({ db, jobs, staff });
  return { staff, settings, files, identity, messaging, ledger, ledgerChain, system };
}

function goodsAndTill(
  { config, clock, log, metrics, db }: Ground,
  wechat: Wechat,
  below: ReturnType<typeof groundFloor>,
) {
  const { staff, settings, files, identity, ledger, messaging } = below;
  const catalog = createCatalog({ db, clock, staff, files });
  const inventory = createInventory({ db, clock, staff, settings, catalog });
  const { openidOf } = identity;
  const { pay, merchant } = wechat;
  const payment = createPayment({ db, clock, log, metrics, ledger, pay, merchant, openidOf, staff, settings });
  const points = createPoints({ db, clock, log, ledger, staff, settings, identity, messaging, payment });
  const wallet = createWallet({
    db,
    clock,
    log,
    ledger,
    identity,
    messaging,
    settings,
    staff,
    pay,
    appids: merchant.appids,
    sealer: createSealer(dataKeysOf(config)),
  });
  const pricing = createPricing({ db, settings, files, identity, catalog, inventory, points });
  return { catalog, inventory, pricing, payment, points, wallet };
}

type Doors = Pick<Ground, 'config' | 'log' | 'metrics' | 'db' | 'jobs'> & {
  fresh: Fresh;
  rooms: ReturnType<typeof buildRooms>;
};

async function openDoors({ config, log, metrics, fresh, db, jobs, rooms }: Doors) {
  const { fastify, limits, lane } = await createServer({ config, log, metrics, fresh });
  // A worker serves nobody; it only tells how it is doing.
  addHealth(fastify, { db, metrics, metricsToken: config.METRICS_TOKEN, lagSeconds: jobs.lagSeconds });
  if (config.ROLE === 'worker') return { fastify, endpoints: [] };
  const guards = { buyer: rooms.identity.buyer, staff: rooms.staff.session, service: rooms.staff.service };
  const door = createDoor(fastify, { config, db, log, metrics, guards, limits, memory: { fresh, lane } });
  bindStaff(door, rooms.staff);
  bindSettings(door, rooms.settings);
  bindFiles(door, rooms.files);
  bindIdentity(door, rooms.identity);
  bindLedger(door, rooms.ledgerDesk, rooms.ledgerAdjust);
  bindMessaging(door, rooms.messaging);
  bindSystem(door, rooms.system);
  bindCatalog(door, rooms.catalog);
  bindInventory(door, rooms.inventory);
  bindPricing(door, rooms.pricing);
  bindPayment(door, rooms.payment, db);
  bindPoints(door, rooms.points, db);
  bindWallet(door, rooms.wallet, db);
  bindCart(door, rooms.cart);
  bindOrdering(door, rooms.ordering);
  bindFulfilment(door, rooms.fulfilment);
  bindAftersale(door, rooms.aftersale);
  bindReconcile(door, rooms.reconcile);
  bindGoodsPages(door, rooms.storefront);
  bindOrderPages(door, rooms.storefront);
  bindAnalytics(door, rooms.analytics);
  addDocs(fastify, door.endpoints, config.PUBLIC_URL);
  addWeb(fastify, { config, filesDir: `${config.DATA_DIR}/files` });
  return { fastify, endpoints: door.endpoints };
}

/** What the doctor asks the modules, beyond what the platform knows of itself. */
function checksOf(db: Db, rooms: ReturnType<typeof buildRooms>): Check[] {
  return [
    {
      name: '账目平衡与封印链',
      run: async () => {
        await rooms.ledgerChain.seal();
        return (await rooms.ledgerChain.verify('whole', '体检')).fault;
      },
    },
    {
      name: '库存相符',
      run: async () => {
        const drifts = await rooms.inventory.check(db);
        return drifts.length === 0 ? null : `${drifts.length} 个规格的库存与流水或占用不符`;
      },
    },
    {
      name: '积分相符',
      run: async () => {
        const drifts = await rooms.points.check(db);
        return drifts.length === 0 ? null : `${drifts.length} 名用户的积分与流水或账户不符`;
      },
    },
    {
      name: '个人信息密钥',
      run: async () => {
        const { unknownKeys, oldRows } = await rooms.wallet.sealCheck(db);
        if (unknownKeys.length > 0)
          return `缺少密钥 ${unknownKeys.join('、')}，用它加密的个人信息无法读取；请把它加回 DATA_KEYS`;
        return oldRows === 0 ? null : `还有 ${oldRows} 行由旧密钥加密；运行 data:reseal 后旧密钥才可删除`;
      },
    },
    {
      name: '支付问题',
      run: async () => {
        const open = await rooms.payment.countOpenCases(db);
        return open === 0 ? null : `有 ${open} 个支付问题待处理`;
      },
    },
    {
      name: '每日对账',
      run: async () => {
        const [open, stuck] = [await rooms.reconcile.countOpenCases(db), await rooms.reconcile.stuckDays(db)];
        if (stuck.length > 0) return `${stuck.length} 天对账失败，最早 ${stuck[0]}；另有 ${open} 项差异待处理`;
        return open === 0 ? null : `有 ${open} 项对账差异待处理`;
      },
    },
  ];
}
