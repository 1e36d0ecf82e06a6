// What staff does by itself: ended sessions, old captchas and old failures are forgotten.
import type { Jobs } from '../../platform/jobs.ts';
import type { Staff } from './staff.ts';

export function scheduleStaff(jobs: Jobs, staff: Staff): void {
  jobs.cron('staff.sweep', 600, staff.sweep);
}
