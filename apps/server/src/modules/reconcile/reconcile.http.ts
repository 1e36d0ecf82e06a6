// The doors of reconciliation, all for staff.
import {
  adminCloseReconcileCase,
  adminDownloadBill,
  adminGetReconcileDay,
  adminListReconcileCases,
  adminListReconcileDays,
  adminRepairReconcileCase,
  adminRunReconcile,
} from '@jishi/contract';
import type { Door } from '../../platform/http.ts';
import type { Reconcile } from './reconcile.ts';

export function bindReconcile(door: Door, reconcile: Reconcile): void {
  door.handle(adminListReconcileDays, (_, input) => reconcile.days(input));
  door.handle(adminGetReconcileDay, (_, input) => reconcile.day(input.day));
  door.handle(adminDownloadBill, (_, input) => reconcile.bill(input));
  door.handle(adminListReconcileCases, (_, input) => reconcile.cases(input));
  door.handleOnce(adminRunReconcile, ({ staff, request, once }, input) =>
    reconcile.ask(staff, input.day, request, once),
  );
  door.handleOnce(adminRepairReconcileCase, ({ staff, request, once }, input) =>
    reconcile.repair(staff, input, request, once),
  );
  door.handleOnce(adminCloseReconcileCase, ({ staff, request, once }, input) =>
    reconcile.close(staff, input, request, once),
  );
}
