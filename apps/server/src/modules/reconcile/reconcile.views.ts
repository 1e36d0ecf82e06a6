// Days, runs, bills and cases as staff see them.
import {
  RECONCILE_CASE_KIND_NAMES,
  type adminGetReconcileDay,
  type adminListReconcileCases,
  type adminListReconcileDays,
  type Out,
} from '@jishi/contract';
import { proposalOf } from './reconcile.rules.ts';
import type { BillRow, CaseRow, DayRow, RunRow } from './reconcile.store.ts';

type DayView = Out<typeof adminListReconcileDays>['items'][number];
type FullDay = Out<typeof adminGetReconcileDay>;
export type CaseView = Out<typeof adminListReconcileCases>['items'][number];

export const dayView = (row: DayRow): DayView => ({
  id: row.day,
  day: row.day,
  state: row.state as DayView['state'],
  openCases: row.open_cases,
  cases: row.cases,
  tries: row.tries,
  why: row.last_error,
  nextTryAt: row.next_try_at,
  reconciledAt: row.reconciled_at,
  figures: row.figures,
});

export const billView = (row: BillRow): FullDay['bills'][number] => ({
  kind: row.kind as FullDay['bills'][number]['kind'],
  sha1: row.sha1,
  bytes: row.bytes,
  lines: row.lines,
  downloadedAt: row.downloaded_at,
});

export const runView = (row: RunRow): FullDay['runs'][number] => ({
  id: row.id,
  by: row.by_name,
  state: row.state as FullDay['runs'][number]['state'],
  why: row.why,
  opened: row.opened,
  settled: row.settled,
  startedAt: row.started_at,
  finishedAt: row.finished_at,
});

export const caseView = (row: CaseRow): CaseView => ({
  id: row.id,
  day: row.day,
  kind: row.kind,
  title: RECONCILE_CASE_KIND_NAMES[row.kind],
  state: row.state,
  number: row.number,
  paymentId: row.payment_id,
  wechatFen: row.wechat_fen,
  oursFen: row.ours_fen,
  ledgerFen: row.ledger_fen,
  detail: row.detail,
  repair: row.repair,
  proposal: proposalOf({ kind: row.kind, repair: row.repair, bookFen: row.book_fen }),
  resolution: row.resolution,
  doneBy: row.done_by,
  doneAt: row.done_at,
  createdAt: row.created_at,
});
