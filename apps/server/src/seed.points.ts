// The demo's points: the packages of the shop, and recharges in every state, through the verbs that people use.
import type { Id, In, adminCreatePackage } from '@jishi/contract';
import type { App } from './app.ts';
import { spanMs } from './platform/clock.ts';
import { DAY_MS } from './platform/days.ts';
import { assert } from './platform/fail.ts';
import type { Scene } from './seed.orders.ts';
import type { Customer, Desk } from './seed.people.ts';

type Form = In<typeof adminCreatePackage>;
const form = (name: string, priceFen: number, points: number, bonusPoints: number, more: Partial<Form> = {}) => ({
  name,
  description: '',
  priceFen: priceFen as Form['priceFen'],
  points,
  bonusPoints,
  label: null,
  labelColor: null,
  icon: 'coin' as const,
  isRecommended: false,
  isActive: true,
  saleFrom: null,
  saleUntil: null,
  perBuyerMax: null,
  ...more,
});

const PACKAGES = [
  form('体验包', 990, 100, 10, { description: '先试试看', perBuyerMax: 3 }),
  form('基础包', 2_990, 300, 50, { description: '日常够用', icon: 'star' }),
  form('进阶包', 5_800, 600, 120, { description: '买得最多的一款', label: 'hot_sale', icon: 'flame' }),
  form('超值包', 9_900, 1000, 250, {
    label: 'best_value',
    isRecommended: true,
    icon: 'gem',
    description: '多送四分之一',
  }),
  form('尊享包', 18_800, 2000, 600, { label: 'limited_time', icon: 'crown', description: '多送近三分之一' }),
];

/** Packages that are there already are not made again. */
export async function stockPackages(app: App, desk: Desk): Promise<void> {
  const { items } = await app.points.shelf.staffPackages({ page: 1, size: 200 });
  const known = new Set(items.map((item) => item.name));
  for (const [sortOrder, one] of PACKAGES.entries()) {
    if (!known.has(one.name)) await app.points.shelf.createPackage(desk.yunying, { ...one, sortOrder });
  }
}

/** What becomes of a recharge after it was placed. */
type Fate = 'paid' | 'refunding' | 'refunded' | 'cancelled' | 'expired';
/** Package, days ago, hour of the day and fate; the regulars take turns. */
const RECHARGES: readonly (readonly [pack: string, daysAgo: number, hour: number, fate: Fate])[] = [
  ['体验包', 24, 10.2, 'paid'],
  ['超值包', 22, 20.4, 'paid'],
  ['基础包', 19, 12.6, 'expired'],
  ['基础包', 19, 13.1, 'paid'],
  ['进阶包', 16, 21.3, 'paid'],
  ['尊享包', 13, 9.8, 'refunded'],
  ['超值包', 12, 19.5, 'paid'],
  ['体验包', 9, 15.2, 'cancelled'],
  ['进阶包', 8, 11.4, 'paid'],
  ['超值包', 6, 22.1, 'paid'],
  ['尊享包', 4, 14.7, 'paid'],
  ['基础包', 3, 16.3, 'paid'],
  ['进阶包', 2, 10.9, 'paid'],
  ['超值包', 1, 20.2, 'refunding'],
];

type Act = { at: number; run: () => Promise<void> };
const HOUR_MS = spanMs({ hours: 1 });
/** The till closes after this, and what was asked of WeChat is decided. */
const TILL_MS = spanMs({ minutes: 20 });

/** The recharges as acts of the demo's days; the last is placed right now and waits to be paid. */
export function rechargeActs(scene: Scene, today: number, now: number): Act[] {
  const told = RECHARGES.flatMap(([pack, daysAgo, hour, fate], number) => {
    const at = today - daysAgo * DAY_MS + hour * HOUR_MS;
    const trip: Trip = { customer: customerOf(scene, number), pack };
    const steps: Act[] = [{ at, run: () => place(scene, trip) }];
    if (fate === 'cancelled') steps.push({ at: at + TILL_MS / 4, run: () => cancel(scene, trip) });
    else if (fate === 'expired') steps.push({ at: at + TILL_MS, run: () => scene.app.payment.sweepExpired() });
    else steps.push({ at: at + TILL_MS / 10, run: () => pay(scene, trip) });
    if (fate === 'refunding' || fate === 'refunded')
      steps.push({ at: at + 2 * HOUR_MS, run: () => payBack(scene, trip) });
    if (fate === 'refunded') steps.push({ at: at + 3 * HOUR_MS, run: () => arrive(scene, trip) });
    return steps.map(({ at: then, run }) => ({
      at: then,
      run: async () => {
        await run();
        await scene.app.jobs.drain();
      },
    }));
  });
  return [...told, { at: now, run: () => place(scene, { customer: customerOf(scene, 1), pack: '进阶包' }) }];
}

type Trip = { customer: Customer; pack: string; orderNo?: string; rechargeId?: Id<'recharge'> };

function customerOf({ customers }: Scene, number: number): Customer {
  const customer = customers[(number * 3) % Math.min(customers.length, 12)];
  assert(customer, 'nobody buys points');
  return customer;
}

async function place({ app }: Scene, trip: Trip): Promise<void> {
  const { items } = await app.points.shelf.packages(trip.customer.buyer);
  const found = items.find((one) => one.name === trip.pack);
  assert(found, `${trip.pack} is not on sale`);
  const order = await app.points.recharging.place(trip.customer.buyer, { packageId: found.id as Id<'package'> });
  trip.orderNo = order.orderNo;
  trip.rechargeId = order.id as Id<'recharge'>;
}

async function cancel({ app }: Scene, { customer, orderNo }: Trip): Promise<void> {
  await app.points.recharging.cancel(customer.buyer, orderNo ?? '');
}

/** The buyer opens the cashier, pays there, and the shop asks WeChat, since no letter comes to a closed house. */
async function pay(scene: Scene, trip: Trip): Promise<void> {
  const { app, phones, clock } = scene;
  const { buyer, person } = trip.customer;
  const from = { id: 'demo', ip: '127.0.0.1', userAgent: '演示数据', platform: 'weapp' } as const;
  await app.points.recharging.pay(buyer, { orderNo: trip.orderNo ?? '', channel: 'jsapi' }, from);
  const attempt = (await moneyOf(scene, trip)).attempts.at(-1);
  assert(attempt, `recharge ${trip.orderNo} has no attempt`);
  await phones.pay(attempt.outTradeNo, person, clock.now());
  await app.points.recharging.recharge(buyer, trip.orderNo ?? '');
}

async function payBack({ app, desk }: Scene, { rechargeId }: Trip): Promise<void> {
  assert(rechargeId, 'nothing was bought');
  const { plan } = await app.points.desk.staffRecharge(rechargeId);
  assert(plan, `recharge ${rechargeId} cannot be paid back`);
  const wish = { rechargeId, reason: '用户买错套餐', expectedFen: plan.amountFen as Form['priceFen'] };
  await app.points.desk.refundRecharge(desk.yunying, wish);
}

async function arrive(scene: Scene, trip: Trip): Promise<void> {
  const refunds = (await moneyOf(scene, trip)).attempts.flatMap((attempt) => attempt.refunds);
  for (const refund of refunds.filter(({ state }) => state === 'submitted')) {
    await scene.phones.finishRefund(refund.outRefundNo, scene.clock.now());
    await scene.app.payment.sendRefund(refund.id);
  }
}

async function moneyOf({ app }: Scene, { rechargeId }: Trip) {
  assert(rechargeId, 'nothing was bought');
  const { payments } = await app.points.desk.rechargeMoney(rechargeId);
  const [payment] = payments;
  assert(payment, `recharge ${rechargeId} has no payment`);
  return payment;
}
