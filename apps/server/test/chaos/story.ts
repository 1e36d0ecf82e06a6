// One sale on a server that is killed once and started again: what a buyer, a member of staff and WeChat do about it.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  adminCreatePackage,
  adminGetRecharge,
  adminRefundRecharge,
  ApiError,
  approveAftersale,
  approveWithdrawals,
  cancelOrder,
  cancelRecharge,
  createAddress,
  createClient,
  getAftersale,
  getOrder,
  getRecharge,
  getWithdrawal,
  login,
  makeQuote,
  payCheckout,
  payRecharge,
  placeCheckout,
  placeRecharge,
  requestAftersale,
  requestWithdrawal,
  staffLogin,
  type Client,
  type Id,
  type OrderState,
  type RechargeState,
  type WithdrawalState,
} from '@jishi/contract';
import { createSim, type Control } from '@jishi/wechat-sim';
import { sql } from 'kysely';
import { createLedger, platformAccount } from '../../src/modules/ledger/ledger.ts';
import { systemClock } from '../../src/platform/clock.ts';
import { createBooks } from '../books.ts';
import { testDatabase, type TestDatabase } from '../database.ts';
import { key } from '../given.ts';
import { freePort, houseEnv } from '../env.ts';
import { ADMIN, fetchTransport } from '../house.ts';
import { answering, launch, minutesPass, type Death, type ServerProcess } from './process.ts';

export type Scene = {
  /** The place to die at, as CRASH_AT names it; `#2` is its second pass. */
  at: string;
  /** What the people want: to buy and get the money back, to cancel before paying, their wallet paid out, or points. */
  story: 'refund' | 'cancel' | 'withdraw' | 'recharge' | 'recharge-cancel';
  /** What the buyer puts from the wallet; the wallet has just that. */
  balance?: 'part' | 'all';
  /** WeChat gives up sending while the server is down: what it said has to be found by asking. */
  isLost?: boolean;
  /** The buyer pays while the server is down; `force` as a payment does that was under way when WeChat closed. */
  paysMeanwhile?: 'open' | 'force';
};
/** A shop with one thing to sell, as a database to clone. */
export type Stocked = { database: string; skuId: Id<'sku'> };
/** How it ended. The books have been checked by then. */
export type Ending = {
  deaths: Death[];
  order: OrderState | null;
  recharge: RechargeState | null;
  /** What the buyer holds of points, in all kinds. */
  points: number;
  withdrawal: WithdrawalState | null;
  /** What WeChat knows: orders paid there, refunds that arrived, and transfers of any fate. */
  paid: number;
  refunds: number;
  transfers: number;
  clearingFen: number;
  walletFen: number;
  onHand: number;
  reserved: number;
  deadJobs: number;
  end: Death;
};

/** The machine stays off for so long. */
const DOWN_MINUTES = 2;
/** Everything has to be at rest by then, in real time, after the last thing that a person did. */
const BOUND_MS = 60_000;

export async function play(scene: Scene, stocked: Stocked): Promise<Ending> {
  const sim = await createSim({ clock: 'real', merchant: { openingAvailableFen: 100_000_000, refundDelayMs: 200 } });
  const database = await testDatabase({ template: stocked.database });
  const dir = await mkdtemp(join(tmpdir(), 'jishi-chaos-'));
  const port = await freePort();
  const more = { CAPTCHA: 'off', LOG_LEVEL: 'warn', ROLE: 'both', DATABASE_POOL_MAX: '6' };
  const env = await houseEnv({ sim, database, dir, port, env: more });
  const url = `http://127.0.0.1:${port}`;
  const machine = runMachine(scene, { env, url, control: sim.control, databaseUrl: database.url });
  try {
    await machine.isUp();
    await act(scene, stocked, { machine, api: `${url}/api/v1`, control: sim.control, database });
    await atRest(database, () => machine.said());
    const end = await machine.stop();
    await createBooks(database, sim.control).balance({ atRest: true });
    return { ...(await whatIsLeft(database, sim.control)), deaths: machine.deaths, end };
  } catch (error) {
    throw new Error(`${scene.at}: ${(error as Error).message}\n--- the server said:\n${machine.said()}`, {
      cause: error,
    });
  } finally {
    await machine.stop();
    await sim.close();
    await database.close();
    await rm(dir, { recursive: true, force: true });
  }
}

type Ground = { env: Record<string, string>; url: string; control: Control; databaseUrl: string };
type Machine = ReturnType<typeof runMachine>;

/** Runs the server; when it is killed, time passes, and it is started again as it should have been. */
function runMachine(scene: Scene, { env, url, control, databaseUrl }: Ground) {
  const deaths: Death[] = [];
  let words = '';
  let isOver = false;
  let server: ServerProcess;
  let up: Promise<void>;

  const begin = (more: Record<string, string>) => {
    const started = launch({ ...env, ...more });
    server = started;
    up = answering(started, url);
    up.catch(() => {});
    void started.ended.then(async (death) => {
      words += started.said();
      if (isOver) return;
      deaths.push(death);
      if (death.signal !== 'SIGKILL' || deaths.length > 1) return;
      up = comeBack();
      up.catch(() => {});
    });
  };
  const comeBack = async () => {
    if (scene.paysMeanwhile) await payAll(control, scene.paysMeanwhile === 'force');
    await control.settle();
    const waiting = control.notices().filter((notice) => notice.state === 'scheduled');
    if (scene.isLost) for (const notice of waiting) control.drop(notice.id);
    await minutesPass(databaseUrl, DOWN_MINUTES);
    begin({});
    await up;
    // By its schedule WeChat has tried again meanwhile, and does so once more now.
    if (!scene.isLost) for (const notice of waiting) await control.deliver(notice.id);
  };
  begin({ CRASH_AT: scene.at });
  return {
    deaths,
    isUp: () => up,
    said: () => `${words}${isOver ? '' : server.said()}`,
    stop: async () => {
      isOver = true;
      return server.stop();
    },
  };
}

async function payAll(control: Control, force: boolean): Promise<void> {
  for (const order of control.orders()) if (order.paidAt === null) await control.pay(order.outTradeNo, { force });
}

type Stage = { machine: Machine; api: string; control: Control; database: TestDatabase };

async function act(scene: Scene, stocked: Stocked, stage: Stage): Promise<void> {
  if (scene.story === 'withdraw') return withdraw(stage);
  if (scene.story === 'recharge' || scene.story === 'recharge-cancel') return recharge(scene, stage);
  const { buyer, staff } = await people(stage);
  const address = await buyer(createAddress, { ...HOME, isDefault: true });
  const lines = [{ skuId: stocked.skuId, quantity: 2 }];
  const quote = await buyer(makeQuote, { lines });
  const wish = { lines, addressId: address.id, expectedTotalFen: quote.totalFen, remark: '' };
  const checkout = await buyer(placeCheckout, wish, { key: key() });
  const orderId = checkout.orders[0]?.id as Id<'order'>;
  const balanceFen = shareOf(scene, checkout.totalFen);
  if (balanceFen > 0) await endow(stage.database, balanceFen);
  const paying = { checkoutId: checkout.id, channel: 'jsapi' as const, balanceFen };
  // Paid by the wallet, and the answer was lost: the same request is told that it is done.
  await buyer(payCheckout, paying, { key: key() }).catch(only('order.already_paid'));
  const state = async () => (await buyer(getOrder, { orderId })).state;
  if (scene.story === 'cancel') {
    await buyer(cancelOrder, { orderId, reason: '不想要了' }, { key: key() }).catch(only('order.already_paid', DONE));
    await eventually('the order is decided', async () => (await state()) !== 'unpaid');
    return;
  }
  const { control } = stage;
  for (const order of control.orders()) if (order.paidAt === null) await control.pay(order.outTradeNo);
  await eventually('the order is paid', async () => (await state()) === 'paid');
  const order = await buyer(getOrder, { orderId });
  const all = order.lines.map((line) => ({ lineId: line.id, quantity: line.quantity }));
  const asked = { orderId, kind: 'refund_only' as const, lines: all, reason: '不想要了', description: '' };
  const made = await buyer(requestAftersale, asked, { key: key() });
  const [aftersaleId, ...others] = (await buyer(getOrder, { orderId })).aftersaleIds;
  if (!aftersaleId || aftersaleId !== made.id || others.length > 0)
    throw new Error('the buyer has asked once, and there is not one case');
  const { version } = await buyer(getAftersale, { aftersaleId });
  // The first answer again, wherever the server was killed: it is kept by the commit that agreed.
  const agreed = await staff(approveAftersale, { aftersaleId, version }, { key: key() });
  if (agreed.state !== 'refunding')
    throw new Error(`the answer of agreeing is not that of its moment: ${agreed.state}`);
  await eventually('the money is back', async () => (await buyer(getAftersale, { aftersaleId })).state === 'done');
}

export const WITHDRAWN_FEN = 5_000;

/** Out of the wallet, by way of finance and WeChat, onto the person's phone. */
async function withdraw(stage: Stage): Promise<void> {
  const { buyer, staff } = await people(stage);
  await endow(stage.database, WITHDRAWN_FEN);
  const wish = { amountFen: WITHDRAWN_FEN, platform: 'weapp' as const };
  const { id: withdrawalId } = await buyer(requestWithdrawal, wish, { key: key() });
  await staff(approveWithdrawals, { withdrawalIds: [withdrawalId] }, { key: key() });
  const state = async () => (await buyer(getWithdrawal, { withdrawalId })).state;
  await eventually('WeChat waits for the person', async () => (await state()) === 'await_confirm');
  for (const transfer of stage.control.transfers()) await stage.control.confirmTransfer(transfer.outBillNo);
  await eventually('the money has arrived', async () => (await state()) === 'paid');
}

const PACKAGE = { name: '积分套餐', priceFen: 9_900, points: 1000, bonusPoints: 250 };

/** Points are bought and, untouched, given back; or the buyer walks away from the cashier. */
async function recharge(scene: Scene, stage: Stage): Promise<void> {
  const { buyer, staff } = await people(stage);
  const { id: packageId } = await staff(adminCreatePackage, PACKAGE);
  const { id: rechargeId, orderNo } = await buyer(placeRecharge, { packageId }, { key: key() });
  await buyer(payRecharge, { orderNo, channel: 'jsapi' }, { key: key() });
  const state = async () => (await buyer(getRecharge, { orderNo })).state;
  if (scene.story === 'recharge-cancel') {
    const gone = only('recharge.not_cancellable', 'recharge.already_paid');
    await buyer(cancelRecharge, { orderNo }, { key: key() }).catch(gone);
    await eventually('the recharge is decided', async () => (await state()) !== 'pending');
    return;
  }
  for (const order of stage.control.orders()) if (order.paidAt === null) await stage.control.pay(order.outTradeNo);
  await eventually('the points are there', async () => (await state()) === 'paid');
  const { plan } = await staff(adminGetRecharge, { rechargeId });
  const wish = { rechargeId, reason: '买错套餐', expectedFen: plan?.amountFen ?? 0 };
  await staff(adminRefundRecharge, wish, { key: key() });
  await eventually('the money is back', async () => (await state()) === 'refunded');
}

const shareOf = ({ balance }: Scene, totalFen: number) =>
  balance === 'all' ? totalFen : balance === 'part' ? Math.floor(totalFen / 3) : 0;

/** Money in the buyer's wallet: the shop's goodwill. */
async function endow({ db }: TestDatabase, amountFen: number): Promise<void> {
  const buyer = await db.q.selectFrom('buyers').select('id').executeTakeFirstOrThrow();
  const wallet = { type: 'wallet_available', ownerKind: 'buyer', ownerId: buyer.id } as const;
  const lines = [
    { account: platformAccount('loss'), debitFen: amountFen },
    { account: wallet, creditFen: amountFen },
  ];
  const posting = { key: 'goodwill', label: '补偿', refKind: 'test', refId: buyer.id, lines };
  await db.tx((tx) => createLedger({ clock: systemClock }).post(tx, posting));
}

const HOME = {
  name: '张小雨',
  phone: '13800138000',
  province: '浙江省',
  city: '杭州市',
  district: '西湖区',
  detail: '文三路 1 号',
};

/** Cancelling asks WeChat between its transactions: when its answer was lost, the same request is told that it is done. */
const DONE = 'order.not_cancellable';

const only =
  (...codes: readonly string[]) =>
  (error: unknown): void => {
    if (!(error instanceof ApiError) || !codes.includes(error.code)) throw error;
  };

async function people({ machine, api, control }: Stage): Promise<{ buyer: Client; staff: Client }> {
  let cookie = '';
  const door = createClient(
    api,
    fetchTransport((response) => {
      cookie =
        response.headers
          .getSetCookie()
          .map((one) => one.split(';')[0])
          .join('; ') || cookie;
    }),
  );
  const me = await door(staffLogin, { username: ADMIN.username, password: ADMIN.password });
  const person = control.addPerson({ walletFen: 10_000_000 });
  const session = await door(login, { code: control.loginCode(person.id), platform: 'weapp' });
  const asBuyer = { authorization: `Bearer ${session.accessToken}`, 'x-client': 'weapp' };
  const asStaff = { cookie, 'x-csrf-token': me.csrfToken, 'x-client': 'admin' };
  return {
    buyer: patient(
      machine,
      createClient(api, fetchTransport(), () => asBuyer),
    ),
    staff: patient(
      machine,
      createClient(api, fetchTransport(), () => asStaff),
    ),
  };
}

/** What a good client does: when no answer came, or ours was the fault, the same request once more with the same key. */
function patient(machine: Machine, call: Client): Client {
  return async (endpoint, input, options) => {
    const until = performance.now() + BOUND_MS;
    for (;;) {
      try {
        return await call(endpoint, input, options);
      } catch (error) {
        if (!(error instanceof ApiError) || !mayPass(error) || performance.now() > until) throw error;
        await sleep(100);
        await machine.isUp();
      }
    }
  };
}

const mayPass = (error: ApiError) =>
  error.code === 'network' || error.status >= 500 || error.code === 'idempotency.in_progress';

async function eventually(what: string, isTrue: () => Promise<boolean>): Promise<void> {
  const until = performance.now() + BOUND_MS;
  while (!(await isTrue())) {
    if (performance.now() > until) throw new Error(`not within ${BOUND_MS} ms: ${what}`);
    await sleep(100);
  }
}

/** Nothing waits in the outbox, in a queue or between us and WeChat. */
async function atRest(database: TestDatabase, said: () => string): Promise<void> {
  const counts = async () => {
    const { rows } = await sql<Record<string, number>>`
      select (select count(*) from outbox)::int as events,
             (select count(*) from pgboss.job where name <> 'dead' and state in ('created', 'retry', 'active'))::int as jobs,
             (select count(*) from refunds where state in ('created', 'submitted'))::int as refunds,
             (select count(*) from payments where state = 'closing')::int as closing,
             (select count(*) from withdrawals where state in ('approved', 'sending', 'await_confirm'))::int as withdrawals,
             (select count(*) from provider_notices where state in ('stored', 'failed'))::int as notices
    `.execute(database.db.q);
    return rows[0] ?? {};
  };
  const isStill = async () => Object.values(await counts()).every((count) => count === 0);
  await eventually('everything is at rest', isStill).catch(async (error: Error) => {
    throw new Error(`${error.message} ${JSON.stringify(await counts())}\n${said()}`, { cause: error });
  });
}

async function whatIsLeft({ db }: TestDatabase, control: Control) {
  const { rows } = await sql<{
    order: OrderState | null;
    withdrawal: WithdrawalState | null;
    recharge: RechargeState | null;
    points: number;
    onHand: number;
    reserved: number;
    clearingFen: number;
    walletFen: number;
    deadJobs: number;
  }>`
    select (select state from orders) as order, (select state from withdrawals) as withdrawal,
           (select state from recharge_orders) as recharge,
           (select coalesce(-sum(balance), 0)::bigint from ledger_balances where type like 'pts_%' and owner_kind = 'buyer') as points,
           (select on_hand from stock_balances) as "onHand", (select reserved from stock_balances) as reserved,
           (select coalesce(sum(balance), 0)::bigint from ledger_balances where type = 'provider_clearing') as "clearingFen",
           (select coalesce(-sum(balance), 0)::bigint from ledger_balances where type = 'wallet_available') as "walletFen",
           (select count(*)::int from pgboss.job where name = 'dead') as "deadJobs"
  `.execute(db.q);
  const [left] = rows;
  if (!left) throw new Error('nothing is left');
  return {
    ...left,
    paid: control.orders().filter((order) => order.paidAt !== null).length,
    refunds: control.refunds().filter((refund) => refund.state === 'SUCCESS').length,
    transfers: control.transfers().length,
  };
}
