// Daily reconciliation: WeChat's bills against our payments and the ledger. Differences become cases that staff mend.
import type {
  adminCloseReconcileCase,
  adminDownloadBill,
  adminGetReconcileDay,
  adminListReconcileCases,
  adminListReconcileDays,
  adminRepairReconcileCase,
  adminRunReconcile,
  In,
  Out,
} from '@jishi/contract';
import type { PayClient } from '@jishi/wechat';
import type { Clock } from '../../platform/clock.ts';
import { dayLater, dayOf } from '../../platform/days.ts';
import type { Db, Once, Reader } from '../../platform/db.ts';
import { fail } from '../../platform/fail.ts';
import { FileAnswer, type StaffSession } from '../../platform/http.ts';
import type { Log } from '../../platform/log.ts';
import type { Metrics } from '../../platform/metrics.ts';
import type { Vault } from '../../platform/vault.ts';
import type { Ledger } from '../ledger/ledger.ts';
import type { Payment } from '../payment/payment.ts';
import type { Asking, Staff } from '../staff/staff.ts';
import { askForRun, close, repair } from './reconcile.repair.ts';
import { DAYS_BACK_MAX, lastReadyDay, readyAt } from './reconcile.rules.ts';
import { runDay, type RunResult } from './reconcile.run.ts';
import * as store from './reconcile.store.ts';
import { billView, caseView, dayView, runView } from './reconcile.views.ts';

export type ReconcileDeps = {
  db: Db;
  clock: Clock;
  log: Log;
  metrics: Metrics;
  vault: Vault;
  pay: Pick<PayClient, 'applyBill' | 'downloadBill'>;
  ledger: Pick<Ledger, 'post' | 'standing'>;
  payment: Pick<Payment, 'look' | 'lookRefund' | 'recover' | 'recoverRefund'>;
  staff: Pick<Staff, 'audit'>;
};

export type Reconcile = {
  /** Schedule: opens every day since the first payment whose bill can be had, and compares those that are due. */
  catchUp(): Promise<void>;
  /** Job: compares one day now. */
  run(day: string, byName: string): Promise<RunResult>;
  days(input: In<typeof adminListReconcileDays>): Promise<Out<typeof adminListReconcileDays>>;
  day(day: string): Promise<Out<typeof adminGetReconcileDay>>;
  ask(staff: StaffSession, day: string, asking?: Asking, once?: Once): Promise<Out<typeof adminRunReconcile>>;
  bill(input: In<typeof adminDownloadBill>): Promise<FileAnswer>;
  cases(input: In<typeof adminListReconcileCases>): Promise<Out<typeof adminListReconcileCases>>;
  repair(
    staff: StaffSession,
    input: In<typeof adminRepairReconcileCase>,
    asking?: Asking,
    once?: Once,
  ): Promise<Out<typeof adminRepairReconcileCase>>;
  close(
    staff: StaffSession,
    input: In<typeof adminCloseReconcileCase>,
    asking?: Asking,
    once?: Once,
  ): Promise<Out<typeof adminCloseReconcileCase>>;
  countOpenCases(reader: Reader): Promise<number>;
  /** Days on which the comparison itself failed. */
  stuckDays(reader: Reader): Promise<string[]>;
};

const RUNS_SHOWN = 20;
/** Days compared in one go; a house that was off for weeks catches up in several. */
const DAYS_AT_ONCE = 31;
const BY_SCHEDULE = '系统';

export function createReconcile(deps: ReconcileDeps): Reconcile {
  const { db } = deps;
  return {
    catchUp: () => catchUp(deps),
    run: (day, byName) => runDay(deps, day, byName),
    days: async (input) => {
      const { items, total } = await store.listDays(db, input);
      return { items: items.map(dayView), total };
    },
    day: async (day) => {
      const row = await store.findDay(db, day);
      if (!row) fail('reconcile.not_found');
      const [bills, runs] = [await store.billsOf(db, day), await store.runsOf(db, day, RUNS_SHOWN)];
      return { ...dayView(row), bills: bills.map(billView), runs: runs.map(runView) };
    },
    ask: (staff, day, asking, once) => ask(deps, staff, day, { asking, once }),
    bill: async ({ day, kind }) => {
      const bill = (await store.billsOf(db, day)).find((one) => one.kind === kind);
      if (!bill || !(await deps.vault.has(bill.file_key))) fail('reconcile.bill_gone');
      const fileName = `微信${kind === 'trade' ? '交易' : '资金'}账单-${day}.csv`;
      return new FileAnswer(deps.vault.read(bill.file_key), 'text/csv; charset=utf-8', { fileName });
    },
    cases: async (input) => {
      const { items, total } = await store.listCases(db, input);
      return { items: items.map(caseView), total };
    },
    repair: (staff, input, asking, once) => repair(deps, input, { staff, asking, once }),
    close: (staff, input, asking, once) => close(deps, input, { staff, asking, once }),
    countOpenCases: store.openCaseCount,
    stuckDays: store.stuckDays,
  };
}

async function catchUp(deps: ReconcileDeps): Promise<void> {
  const now = deps.clock.now();
  const firstAskedAt = await store.firstAskedAt(deps.db);
  if (firstAskedAt === null) return;
  const last = lastReadyDay(now);
  const oldest = dayLater(dayOf(now), -DAYS_BACK_MAX);
  const first = dayOf(firstAskedAt) > oldest ? dayOf(firstAskedAt) : oldest;
  if (first <= last) await store.openDays(deps.db, first, last, now);
  for (const day of await store.dueDays(deps.db, now, DAYS_AT_ONCE)) await runDay(deps, day, BY_SCHEDULE);
}

/** Staff want a day compared now; also one that the schedule has not come to. */
async function ask(
  deps: ReconcileDeps,
  staff: StaffSession,
  day: string,
  { asking, once }: { asking?: Asking | undefined; once?: Once | undefined },
): Promise<Out<typeof adminRunReconcile>> {
  const now = deps.clock.now();
  if (readyAt(day) > now) fail('reconcile.too_early');
  if (day < dayLater(dayOf(now), -DAYS_BACK_MAX)) fail('reconcile.too_late');
  return deps.db.tx(
    async (tx) => {
      await store.openDays(tx, day, day, now);
      const before = await store.lockDay(tx, day);
      await askForRun(deps, tx, day, staff.name);
      const subject = { subjectKind: 'reconcile_day', subjectId: day, name: day };
      await deps.staff.audit(
        tx,
        staff,
        { action: 'reconcile.run', ...subject, before: { state: before?.state } },
        asking,
      );
      const row = await store.findDay(tx, day);
      if (!row) fail('reconcile.too_late');
      return dayView(row);
    },
    { once },
  );
}
