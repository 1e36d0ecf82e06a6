// What reconciliation does by itself: every day whose bills can be had is compared, and once more when somebody asks.
import type { Jobs } from '../../platform/jobs.ts';
import type { Reconcile } from './reconcile.ts';

const EVERY_SECONDS = 300;

export function scheduleReconcile(jobs: Jobs, reconcile: Reconcile): void {
  jobs.cron('reconcile.daily', EVERY_SECONDS, reconcile.catchUp);
  jobs.on('reconcile.asked', 'reconcile-run', async ({ day, byName }) => void (await reconcile.run(day, byName)));
}
