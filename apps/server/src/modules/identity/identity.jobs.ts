// What identity does by itself: refresh tokens are forgotten some time after their end.
import type { Jobs } from '../../platform/jobs.ts';
import type { Identity } from './identity.ts';

export function scheduleIdentity(jobs: Jobs, identity: Identity): void {
  jobs.cron('identity.sweep', 3600, identity.sweep);
}
