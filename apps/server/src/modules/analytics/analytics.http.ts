// The door of analytics.
import { getDashboard } from '@jishi/contract';
import type { Door } from '../../platform/http.ts';
import type { Analytics } from './analytics.ts';

export function bindAnalytics(door: Door, analytics: Analytics): void {
  door.handle(getDashboard, () => analytics.dashboard());
}
