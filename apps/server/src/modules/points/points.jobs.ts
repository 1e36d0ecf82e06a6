// What happens to points by the clock.
import type { Jobs } from '../../platform/jobs.ts';
import type { Points } from './points.ts';

const MINUTES = 60;

export function schedulePoints(jobs: Jobs, points: Points): void {
  jobs.cron('points.expireDue', 10 * MINUTES, () => points.expireDue());
}
