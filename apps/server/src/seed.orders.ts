// The demo orders: every step through the verb that a person or a schedule would call, each at its own hour.
import type { Id } from '@jishi/contract';
import type { App } from './app.ts';
import { spanMs, type TestClock } from './platform/clock.ts';
import { dayOf, dayStart, DAY_MS } from './platform/days.ts';
import { assert } from './platform/fail.ts';
import { productPicture } from './seed.pictures.ts';
import type { Customer, Desk } from './seed.people.ts';
import { rechargeActs } from './seed.points.ts';
import type { Ware } from './seed.shelves.ts';
import type { DemoPhones } from './seed.sim.ts';
import { plansUntil, type Plan } from './seed.plans.ts';
import { needsLines, type Step, type Story } from './seed.stories.ts';

export type Scene = {
  app: App;
  clock: TestClock;
  desk: Desk;
  phones: DemoPhones;
  customers: readonly Customer[];
  wares: readonly Ware[];
};
/** One order on its way through its story. */
type Trip = {
  number: number;
  customer: Customer;
  remark: string;
  /** Some things happen to orders of several lines only. */
  linesMin: number;
  orderId?: Id<'order'>;
  paymentId?: Id<'payment'>;
  caseId?: Id<'aftersale'>;
};
type Act = { at: number; run: () => Promise<void> };

const HOUR_MS = spanMs({ hours: 1 });

/** Plays all stories in the order of their hours, up to `now`; nights are for what runs by itself. */
export async function playStories(scene: Scene, now: Date): Promise<void> {
  const today = dayStart(now).getTime();
  const weekday = new Date(dayOf(now)).getUTCDay();
  const acts = plansUntil(weekday).flatMap((plan, number) => {
    const from = plan.hour < 0 ? now.getTime() : today - plan.daysAgo * DAY_MS;
    const linesMin = needsLines(plan.story) ? 2 : 1;
    const trip: Trip = { number, customer: whoBuys(scene, plan), remark: plan.remark, linesMin };
    return actsOf(scene, trip, from + plan.hour * HOUR_MS, plan.story);
  });
  acts.push(...rechargeActs(scene, today, now.getTime()));
  for (let night = today - 31 * DAY_MS; night <= today; night += DAY_MS) {
    acts.push({ at: night + 3 * HOUR_MS, run: () => sleep(scene) });
  }
  for (const act of acts.filter(({ at }) => at <= now.getTime()).toSorted((a, b) => a.at - b.at)) {
    scene.clock.set(new Date(act.at));
    await act.run();
  }
  scene.clock.set(now);
  await sleep(scene);
  await fillCarts(scene);
}

/** Regulars come more often than those who looked in once. */
function whoBuys({ customers }: Scene, { chance }: Plan): Customer {
  const customer = customers[Math.floor(chance ** 1.5 * customers.length)];
  assert(customer, 'nobody buys');
  return customer;
}

function actsOf(scene: Scene, trip: Trip, placedAt: number, story: Story): Act[] {
  const steps = story.map((step) => ({
    at: placedAt + step.after * HOUR_MS,
    run: async () => {
      await play(scene, trip, step);
      await scene.app.jobs.drain();
    },
  }));
  return [{ at: placedAt, run: () => place(scene, trip) }, ...steps];
}

async function sleep({ app }: Scene): Promise<void> {
  await app.ordering.autoReceive();
  await app.ordering.completeDue();
  await app.aftersale.expireReturns();
  await app.jobs.drain();
}

/** One to three things, each order another part of the shelf; the same number always wants the same. */
function wishOf({ wares }: Scene, { number, linesMin }: Trip): { skuId: Id<'sku'>; quantity: number }[] {
  const count = Math.max(linesMin, 1 + ((number * 5) % 3));
  const stride = Math.floor(wares.length / 4);
  const picked = Array.from({ length: count }, (_, n) => wares[(number * 17 + n * stride + n) % wares.length]);
  return picked.map((ware, n) => {
    assert(ware, 'the shelves are empty');
    return { skuId: ware.skuId, quantity: n === 0 && number % 3 === 0 ? 2 : 1 };
  });
}

async function place(scene: Scene, trip: Trip): Promise<void> {
  const { app } = scene;
  const { buyer, addressId } = trip.customer;
  const lines = wishOf(scene, trip);
  const { totalFen } = await app.pricing.mustQuote(app.db, { lines });
  const wish = { lines, addressId, expectedTotalFen: totalFen, usePoints: 0, remark: trip.remark, fromCart: false };
  const checkout = await app.ordering.place(buyer, wish, `demo-order-${trip.number}`);
  const [order] = checkout.orders;
  assert(order, 'a checkout without orders');
  trip.orderId = order.id as Id<'order'>;
  trip.paymentId = (await app.ordering.payable(buyer, checkout.id as Id<'checkout'>)).paymentId;
  await app.jobs.drain();
}

function orderOf({ orderId, number }: Trip): Id<'order'> {
  assert(orderId, `order ${number} was not placed`);
  return orderId;
}

function paymentOf({ paymentId, number }: Trip): Id<'payment'> {
  assert(paymentId, `order ${number} has no payment`);
  return paymentId;
}

async function play(scene: Scene, trip: Trip, step: Step): Promise<unknown> {
  const { app, desk } = scene;
  const { buyer } = trip.customer;
  const orderId = orderOf(trip);
  switch (step.do) {
    case 'pay':
      return pay(scene, trip);
    case 'ship':
    case 'shipFirst':
      return ship(scene, trip, step);
    case 'receive':
      return app.ordering.receive(buyer, orderId);
    case 'cancel':
      return app.ordering.cancel(buyer, { orderId, reason: step.reason });
    case 'close':
      return app.ordering.closeByStaff(desk.kefu, { orderId, reason: step.reason });
    case 'expire':
      return app.payment.sweepExpired();
    case 'note':
      return app.ordering.noteByStaff(desk.kefu, { orderId, note: step.note });
    case 'ask':
      return ask(scene, trip, step);
    case 'giveBack':
      return giveBack(scene, trip, step.reason);
    case 'refunded':
      return takeRefund(scene, trip);
    default:
      return settle(scene, trip, step);
  }
}

/** The buyer opens the cashier, pays there, and the shop asks WeChat, since no letter comes to a closed house. */
async function pay({ app, clock, phones }: Scene, trip: Trip): Promise<void> {
  const paymentId = paymentOf(trip);
  const asked = { paymentId, channel: 'jsapi', platform: 'weapp', clientIp: '127.0.0.1' } as const;
  await app.payment.prepay(trip.customer.buyer, asked);
  const { payments } = await app.payment.moneyOf(app.db, [paymentId]);
  const attempt = payments.flatMap((payment) => payment.attempts).at(-1);
  assert(attempt, `order ${trip.number} has no attempt`);
  await phones.pay(attempt.outTradeNo, trip.customer.person, clock.now());
  await app.payment.refresh(paymentId);
}

async function ship({ app, desk }: Scene, trip: Trip, step: Step & { do: 'ship' | 'shipFirst' }): Promise<void> {
  const orderId = orderOf(trip);
  const [first] = await app.ordering.lines(app.db, [orderId]);
  assert(first, `order ${trip.number} has no lines`);
  const trackingNo = `${step.carrier}${String(7_300_418_200_000 + trip.number * 7_919)}`;
  const parcel = { orderId, carrier: step.carrier, trackingNo };
  const part = step.do === 'shipFirst' ? { lines: [{ lineId: first.id, quantity: first.quantity }] } : {};
  await app.fulfilment.ship(desk.cangku, { ...parcel, ...part });
}

async function ask({ app }: Scene, trip: Trip, step: Step & { do: 'ask' }): Promise<void> {
  const { buyer } = trip.customer;
  const orderId = orderOf(trip);
  const lines = await app.ordering.lines(app.db, [orderId]);
  const wanted = step.all ? lines : lines.slice(0, 1);
  const photo = { motif: 'crate', main: '#c9a57c', accent: '#8a6038', tint: '#d8cdbd' } as const;
  const evidence = step.photo
    ? [(await app.files.store({ kind: 'buyer', id: buyer.id }, await productPicture(photo, 'scene'))).fileId]
    : [];
  const opened = await app.aftersale.request(buyer, {
    orderId,
    kind: step.kind,
    lines: wanted.map((line) => ({ lineId: line.id, quantity: step.all ? line.quantity : 1 })),
    reason: step.reason,
    description: step.words,
    evidenceFileIds: evidence as Id<'file'>[],
  });
  trip.caseId = opened.id as Id<'aftersale'>;
}

/** What follows after a case was opened. */
async function settle({ app, desk }: Scene, trip: Trip, step: Step): Promise<void> {
  const aftersaleId = trip.caseId;
  assert(aftersaleId, `order ${trip.number} has no case`);
  const { version } = await app.aftersale.staffView(aftersaleId);
  if (step.do === 'agree') await app.aftersale.approve(desk.kefu, { aftersaleId, version, note: step.note });
  else if (step.do === 'refuse') await app.aftersale.reject(desk.kefu, { aftersaleId, version, reason: step.reason });
  else if (step.do === 'withdraw') await app.aftersale.withdraw(trip.customer.buyer, aftersaleId);
  else if (step.do === 'sendBack') {
    const trackingNo = `YT${String(8_800_310_000_000 + trip.number * 104_729)}`;
    await app.aftersale.sendBack(trip.customer.buyer, { aftersaleId, carrier: 'YTO', trackingNo });
  } else if (step.do === 'takeBack') {
    await app.aftersale.receiveReturn(desk.kefu, { aftersaleId, version, damaged: [], note: '验货完好，已入库' });
  }
}

async function giveBack({ app, desk }: Scene, trip: Trip, reason: string): Promise<void> {
  const orderId = orderOf(trip);
  const line = (await app.ordering.lines(app.db, [orderId])).at(-1);
  assert(line, `order ${trip.number} has no lines`);
  const lines = [{ lineId: line.id as Id<'orderLine'>, quantity: 1 }];
  await app.aftersale.refundOrder(desk.kefu, { orderId, lines, reason });
}

async function takeRefund({ app, clock, phones }: Scene, trip: Trip): Promise<void> {
  const { payments } = await app.payment.moneyOf(app.db, [paymentOf(trip)]);
  const refunds = payments.flatMap((payment) => payment.attempts).flatMap((attempt) => attempt.refunds);
  assert(refunds.length > 0, `order ${trip.number} has no refund`);
  for (const refund of refunds.filter(({ state }) => state === 'submitted')) {
    await phones.finishRefund(refund.outRefundNo, clock.now());
    await app.payment.sendRefund(refund.id);
  }
}

/** What lies in carts this evening. */
async function fillCarts({ app, customers, wares }: Scene): Promise<void> {
  for (const [at, { buyer }] of customers.entries()) {
    if (at % 4 === 3) continue;
    for (let n = 0; n < 2 + (at % 3); n += 1) {
      const ware = wares[(at * 29 + n * 41 + 5) % wares.length];
      if (ware) await app.cart.add(buyer, { skuId: ware.skuId, quantity: 1 + (n % 2) });
    }
  }
}
