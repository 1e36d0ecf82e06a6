// Numbers that tell the on-call engineer how the shop is doing, asked for when Prometheus asks.
import { sql } from 'kysely';
import type { Db } from './platform/db.ts';
import type { Jobs } from './platform/jobs.ts';
import type { Metrics } from './platform/metrics.ts';
import type { Ledger } from './modules/ledger/ledger.ts';
import type { Payment } from './modules/payment/payment.ts';

type Watched = {
  metrics: Metrics;
  db: Db;
  jobs: Pick<Jobs, 'lagSeconds'>;
  rooms: { ledger: Ledger; payment: Payment };
};

export function watch({ metrics, db, jobs, rooms }: Watched): void {
  metrics.gauge('orders', 'Orders by state', async () => {
    const { rows } = await sql<{
      state: string;
      total: number;
    }>`select state, count(*) as total from orders group by state`.execute(db.q);
    return rows.map((row) => ({ labels: { state: row.state }, value: Number(row.total) }));
  });
  metrics.gauge('refunds', 'Refunds by state', async () => {
    const { rows } = await sql<{
      state: string;
      total: number;
    }>`select state, count(*) as total from refunds group by state`.execute(db.q);
    return rows.map((row) => ({ labels: { state: row.state }, value: Number(row.total) }));
  });
  metrics.gauge('payment_cases_open', 'Payment problems that wait for a person; must be 0', () =>
    rooms.payment.countOpenCases(db),
  );
  metrics.gauge('ledger_imbalance', 'Sum of all balances per unit; must be 0', async () => {
    const { rows } = await sql<{
      unit: string;
      total: number;
    }>`select unit, abs(sum(balance))::bigint as total from ledger_accounts group by unit`.execute(db.q);
    return rows.map((row) => ({ labels: { unit: row.unit }, value: Number(row.total) }));
  });
  metrics.gauge('job_lag_seconds', 'How long the oldest event waits for the relay', jobs.lagSeconds);
}
