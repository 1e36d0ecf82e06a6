// Figures for the people who run the shop. It reads what others publish; nobody imports it.
import type { getDashboard, Out } from '@jishi/contract';
import type { Clock } from '../../platform/clock.ts';
import type { Db } from '../../platform/db.ts';
import type { Jobs } from '../../platform/jobs.ts';
import type { Inventory } from '../inventory/inventory.ts';
import { dayOf, dayStart, shareBps } from './analytics.rules.ts';
import * as store from './analytics.store.ts';

export type Analytics = {
  /** Today, yesterday, what waits, and two weeks day by day: six questions, whatever the shop has sold. */
  dashboard(): Promise<Out<typeof getDashboard>>;
};

export type AnalyticsDeps = {
  db: Db;
  clock: Clock;
  inventory: Pick<Inventory, 'lowLevel'>;
  jobs: Pick<Jobs, 'dead'>;
};

const DAYS = 14;
const TOP = 10;

export function createAnalytics(deps: AnalyticsDeps): Analytics {
  return { dashboard: () => dashboard(deps) };
}

async function dashboard({ db, clock, inventory, jobs }: AnalyticsDeps): Promise<Out<typeof getDashboard>> {
  const now = clock.now();
  const from = dayStart(now, 1 - DAYS);
  const tomorrow = dayStart(now, 1);
  const known = new Map((await store.days(db, from, tomorrow)).map((row) => [row.day, row]));
  const days = Array.from({ length: DAYS }, (_, index) => {
    const day = dayOf(dayStart(now, index + 1 - DAYS));
    return known.get(day) ?? { day, orders: 0, paidOrders: 0, gmvFen: 0 };
  });
  const [yesterday, today] = days.slice(-2);
  const more = await store.today(db, dayStart(now), tomorrow);
  const counts = (row: store.DayRow | undefined) => ({
    orders: row?.orders ?? 0,
    paidOrders: row?.paidOrders ?? 0,
    gmvFen: row?.gmvFen ?? 0,
  });
  const waiting = await store.waiting(db, await inventory.lowLevel(db));
  const { total: deadJobs } = await jobs.dead({ page: 1, size: 1 });
  return {
    today: {
      ...counts(today),
      refundedFen: more.refundedFen,
      newBuyers: more.newBuyers,
      paymentSuccessBps: shareBps(more.succeeded, more.ended),
    },
    yesterday: counts(yesterday),
    waiting: { ...waiting, deadJobs },
    days: days.map(({ day, orders, gmvFen }) => ({ day, orders, gmvFen })),
    topProducts: await store.topProducts(db, from, tomorrow, TOP),
  };
}
