// Numbers that tell the on-call engineer how the shop is doing, asked for when Prometheus asks.
import { sql } from 'kysely';
import type { Db } from './platform/db.ts';
import type { Jobs } from './platform/jobs.ts';
import type { Metrics } from './platform/metrics.ts';
import type { LedgerChain } from './modules/ledger/ledger.chain.ts';
import type { Payment } from './modules/payment/payment.ts';
import type { Reconcile } from './modules/reconcile/reconcile.ts';

type Watched = {
  metrics: Metrics;
  db: Db;
  jobs: Pick<Jobs, 'lagSeconds' | 'dead'>;
  rooms: { ledgerChain: Pick<LedgerChain, 'standing'>; payment: Payment; reconcile: Reconcile };
};

export function watch({ metrics, db, jobs, rooms }: Watched): void {
  const states = async (table: 'orders' | 'payments' | 'refunds' | 'provider_notices') => {
    const { rows } = await sql<{ state: string; total: number }>`
      select state, count(*) as total from ${sql.table(table)} group by state
    `.execute(db.q);
    return rows.map(({ state, total }) => ({ labels: { state }, value: total }));
  };
  metrics.gauge('orders', 'Orders by state', () => states('orders'), ['state']);
  metrics.gauge('payments', 'Payments by state', () => states('payments'), ['state']);
  metrics.gauge('refunds', 'Refunds by state', () => states('refunds'), ['state']);
  metrics.gauge('notices', 'Letters of WeChat by state; dead must be 0', () => states('provider_notices'), ['state']);
  metrics.gauge('payment_cases_open', 'Payment problems that wait for a person; must be 0', () =>
    rooms.payment.countOpenCases(db),
  );
  metrics.gauge('reconcile_cases_open', 'Differences to the bills of WeChat that wait for a person', () =>
    rooms.reconcile.countOpenCases(db),
  );
  metrics.gauge(
    'reconcile_days_failed',
    'Days that could not be compared with the bills of WeChat; must be 0',
    async () => {
      return (await rooms.reconcile.stuckDays(db)).length;
    },
  );
  const imbalance = async () => {
    const { rows } = await sql<{ unit: string; total: number }>`
      select unit, abs(sum(balance))::bigint as total from ledger_balances group by unit
    `.execute(db.q);
    return rows.map(({ unit, total }) => ({ labels: { unit }, value: total }));
  };
  metrics.gauge('ledger_imbalance', 'Sum of all balances per unit; must be 0', imbalance, ['unit']);
  metrics.gauge(
    'ledger_faults',
    'Whether the newest look at the chain over all postings found a fault; must be 0',
    async () => {
      const { checks } = await rooms.ledgerChain.standing();
      return checks[0]?.fault ? 1 : 0;
    },
  );
  metrics.gauge('job_lag_seconds', 'How long the oldest event or job has been due', jobs.lagSeconds);
  metrics.gauge('jobs_dead', 'Jobs that gave up and wait for a person', async () => {
    return (await jobs.dead({ page: 1, size: 1 })).total;
  });
  const schedules = async () => {
    const { rows } = await sql<{ name: string; age: number }>`
      select name, extract(epoch from now() - coalesce(last_ok_at, last_run_at))::float8 as age from job_leases
      where last_run_at is not null
    `.execute(db.q);
    return rows.map(({ name, age }) => ({ labels: { name }, value: age }));
  };
  metrics.gauge('schedule_age_seconds', 'How long ago each schedule last ended well', schedules, ['name']);
}
