// The demo shop 集市小铺: goods with pictures, people, and weeks of orders, all through the verbs that people use.
//
//   nothing ──seed──> demo.begun ──shelves, people, orders──> demo.done
//                         └── interrupted: the next seed finishes the shelves and adds what is missing
import { openApp, type App } from './app.ts';
import { systemClock, spanMs, testClock } from './platform/clock.ts';
import { dayOf } from './platform/days.ts';
import { adjust } from './seed.ledger.ts';
import { playStories } from './seed.orders.ts';
import { ACCOUNTS, CAPTCHA, closeDesk, inviteCustomers, openDesk, fillInFacts } from './seed.people.ts';
import { stockPackages } from './seed.points.ts';
import { fillShelves, waresOf } from './seed.shelves.ts';
import { findPhones, isPlayed } from './seed.sim.ts';
import { fillWallets } from './seed.wallets.ts';

/** The shop opened so long ago; its first orders are old enough to be completed. */
const OPENED_DAYS_AGO = 55;
/** What the bill of that day shows and nobody knows. */
const STRANGE_DAYS_AGO = 4;
const STRANGE_FEN = 2_000;
const MARK = { subjectKind: 'demo', subjectId: 'demo' } as const;

type State = 'nothing' | 'begun' | 'done' | 'a real shop';

/**
 * Writes the demo data into an empty shop and says what whoever started it has to know. `once`: a shop that has goods
 * of its own, or all of the demo, is left as it is without a complaint.
 */
export async function seed(app: App, { once }: { once: boolean }): Promise<string> {
  const state = await stateOf(app);
  if (state === 'done') return once ? ACCOUNTS : `演示数据已经写入过，没有改动。\n${ACCOUNTS}`;
  if (state === 'a real shop') {
    if (once) return '';
    throw new Error('数据库里已有商品或员工账号，演示数据只写入空的商城');
  }
  if (state === 'nothing') await mark(app, 'demo.begun');
  return furnish(app);
}

async function stateOf(app: App): Promise<State> {
  const one = { page: 1, size: 1 } as const;
  const marks = async (action: string) => (await app.staff.auditTrail({ action, ...one })).total;
  if ((await marks('demo.done')) > 0) return 'done';
  if ((await marks('demo.begun')) > 0) return 'begun';
  const products = await app.catalog.staffRows({ ...one, lowStockOnly: false }, null);
  const members = await app.staff.members(one);
  return products.total + members.total > 0 ? 'a real shop' : 'nothing';
}

function mark(app: App, action: 'demo.begun' | 'demo.done'): Promise<void> {
  return app.db.tx((tx) => app.staff.audit(tx, { system: true }, { action, ...MARK }));
}

/** In a second house on the same ground, whose clock begins in the past: WeChat alone is told the real time. */
async function furnish(app: App): Promise<string> {
  const now = systemClock.now();
  const clock = testClock(new Date(now.getTime() - spanMs({ days: OPENED_DAYS_AGO })));
  const options = { clock, wechatClock: systemClock, captchaText: () => CAPTCHA };
  const past = await openApp(app.config, app.log, options);
  try {
    const desk = await openDesk(past);
    await fillInFacts(past, desk);
    await fillShelves(past, desk, clock);
    await stockPackages(past, desk);
    await past.jobs.drain();
    const isTraded = await trade(past, desk, clock, now);
    await closeDesk(past, desk);
    if (!isTraded && isPlayed(app.config)) {
      return `没有连接到微信模拟器，演示买家与订单下次启动时再写入。\n${ACCOUNTS}`;
    }
    await mark(app, 'demo.done');
    return isTraded ? ACCOUNTS : `使用的是真实微信，没有写入演示买家与订单。\n${ACCOUNTS}`;
  } finally {
    await past.close();
  }
}

/** Buyers and their orders; false when there is nobody who could buy. */
async function trade(
  app: App,
  desk: Parameters<typeof closeDesk>[1],
  clock: ReturnType<typeof testClock>,
  now: Date,
): Promise<boolean> {
  const phones = await findPhones(app.config);
  if (phones === null) return false;
  const orders = await app.ordering.staffList({ page: 1, size: 1, foundElsewhere: [] });
  // Half a history cannot be told on from the middle; what is there is sound, every step of it being whole.
  if (orders.total > 0) return true;
  const customers = await inviteCustomers(app, phones);
  const scene = { app, clock, desk, phones, customers, wares: await waresOf(app) };
  await playStories(scene, now);
  await fillWallets(scene);
  await playStories({ app, clock, desk, phones, customers, wares: await waresOf(app) }, now);
  // The days themselves are compared by the schedule, as in any shop; one of them has something for staff to decide.
  await phones.strangeFlow(dayOf(new Date(now.getTime() - spanMs({ days: STRANGE_DAYS_AGO }))), -STRANGE_FEN);
  await adjust(app, desk, customers);
  await app.ledgerChain.seal();
  await app.ledgerChain.verify('whole', '系统');
  return true;
}
