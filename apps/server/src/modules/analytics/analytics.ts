// Figures for the people who run the shop. It reads what others publish; nobody imports it.
import { cumulativeShare, fen, type getDashboard, type Out } from '@jishi/contract';
import type { Clock } from '../../platform/clock.ts';
import type { Db } from '../../platform/db.ts';
import { assert } from '../../platform/fail.ts';
import type { Jobs } from '../../platform/jobs.ts';
import type { Inventory } from '../inventory/inventory.ts';
import { DAY_MS, dayOf, dayStart } from '../../platform/days.ts';
import { shareBps } from './analytics.rules.ts';
import * as store from './analytics.store.ts';

export type Analytics = {
  /** Today against yesterday, two weeks against the two before, what waits and what sells: few questions, whatever the shop has sold. */
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

async function dashboard(deps: AnalyticsDeps): Promise<Out<typeof getDashboard>> {
  const { db, clock, inventory, jobs } = deps;
  const now = clock.now();
  const from = dayStart(now, 1 - DAYS);
  const tomorrow = dayStart(now, 1);
  const [spans, days, waiting, dead, topProducts] = await Promise.all([
    store.spans(db, [
      { from: dayStart(now), before: tomorrow },
      { from: dayStart(now, -1), before: dayStart(now) },
      // As far into yesterday as today has come: half a day is not compared with a whole one.
      { from: dayStart(now, -1), before: new Date(now.getTime() - DAY_MS) },
      { from, before: tomorrow },
      { from: dayStart(now, 1 - 2 * DAYS), before: from },
    ]),
    daily(db, now),
    inventory.lowLevel(db).then((level) => store.waiting(db, level)),
    jobs.dead({ page: 1, size: 1 }),
    store.topProducts(db, from, tomorrow, TOP),
  ]);
  const [today, yesterday, yesterdaySoFar, period, periodBefore] = spans.map(figuresOf);
  assert(today && yesterday && yesterdaySoFar && period && periodBefore, 'a span was not counted');
  return {
    at: now,
    today,
    yesterday,
    yesterdaySoFar,
    period,
    periodBefore,
    waiting: { ...waiting, deadJobs: dead.total },
    days,
    topProducts,
  };
}

/** Every day of the period, also those on which nothing was sold. */
async function daily(db: Db, now: Date): Promise<Out<typeof getDashboard>['days']> {
  const rows = await store.days(db, dayStart(now, 1 - DAYS), dayStart(now, 1));
  const known = new Map(rows.map((row) => [row.day, row]));
  return Array.from({ length: DAYS }, (_, index) => {
    const day = dayOf(dayStart(now, index + 1 - DAYS));
    const { orders = 0, gmvFen = 0 } = known.get(day) ?? {};
    return { day, orders, gmvFen };
  });
}

function figuresOf({ succeeded, ended, ...row }: store.SpanRow): Out<typeof getDashboard>['today'] {
  return {
    ...row,
    paymentSuccessBps: shareBps(succeeded, ended),
    averageFen: row.paidOrders === 0 ? null : cumulativeShare(fen(row.gmvFen), 1, row.paidOrders),
  };
}
